"""Building the tree for Jinja to compile: words become data, pieces nodes, nothing typed is parsed twice.

Facts turn into look-ups, and whatever costs something turns into a call of the steps in environment.py, whose
names hold a blank so that no author can write them. The line number of a node is the number of its piece
plus one; an error while writing finds its place by it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jinja2 import nodes

from .capitals import Capital
from .environment import ENVIRONMENT
from .rules import Parsed, Rules
from .source import Piece

_QUESTIONS = (nodes.Compare, nodes.Not, nodes.Test)
# Names keep the letters that their owners gave them, wherever they stand.
_NAMES = frozenset({"salutation", "first_name", "last_name", "city", "signature", "signer", "house"})
# They hand on a value as it stands in the middle of a sentence; after any other filter the letters are the author's.
_MID_SENTENCE = frozenset({"default", "d", "trim", "possessive", "κτητικό", "in_words", "με_λόγια"})


@dataclass(frozen=True)
class Plan:
    """What is known of the pieces of one part, by their numbers: how the printed ones begin, which are optional."""

    capitals: Mapping[int, Capital]
    ordinals: Mapping[int, int]


def build_tree(
    sequence: Sequence[str | Piece], parsed: Mapping[int, Parsed], rules: Rules, plan: Plan
) -> nodes.Template:
    """Return the tree of one part of a greeting, from pieces that rules.py has passed."""
    tree = nodes.Template(_Builder(sequence, parsed, rules, plan).block(()), lineno=0)
    tree.set_environment(ENVIRONMENT)
    return tree


class _Builder:
    def __init__(self, sequence: Sequence[str | Piece], parsed: Mapping[int, Parsed], rules: Rules, plan: Plan) -> None:
        self.sequence, self.parsed, self.rules, self.plan = sequence, parsed, rules, plan
        self.mid_sentence_names: set[str] = set()  # the author's own names for a fact
        self.at = 0
        self.line = 0
        self.optional_depth = 0

    def block(self, ends: Sequence[str]) -> list[nodes.Node]:
        """Read up to a piece whose tag is in `ends`, which stays unread."""
        body: list[nodes.Node] = []
        while self.at < len(self.sequence):
            part = self.sequence[self.at]
            if isinstance(part, str):
                body.append(nodes.Output([nodes.TemplateData(part, lineno=0)], lineno=0))
            elif part.tag in ends:
                break
            else:
                body += self.piece(part)
            self.at += 1
        return body

    def piece(self, piece: Piece) -> list[nodes.Node]:
        one = self.parsed[piece.number]
        self.line = piece.number + 1
        if piece.tag == "print":
            return [self.output(self.printed(one.expression, self.plan.capitals.get(piece.number, "never")))]
        if piece.tag == "set":
            if self.is_mid_sentence(one.expression):
                self.mid_sentence_names.add(one.target)
            return [
                nodes.Assign(
                    nodes.Name(one.target, "store", lineno=self.line),
                    self.expression(one.expression),
                    lineno=self.line,
                )
            ]
        if piece.tag == "if":
            return [self.condition(one, "endif")]
        if piece.tag == "for":
            return self.loop(one)
        if piece.tag == "[[":
            return self.optional(self.plan.ordinals[piece.number])
        return []  # a comment

    def printed(self, node: nodes.Expr, capital: Capital) -> nodes.Expr:
        fact = self.rules.fact_of(node)
        how = nodes.Const(capital if self.is_mid_sentence(node) else "never", lineno=self.line)
        if fact is None:
            return self.step(self.expression(node), " written", how)
        key, spelling = (nodes.Const(word, lineno=self.line) for word in fact)
        return self.step(key, " told", spelling, how)

    def is_mid_sentence(self, node: nodes.Expr) -> bool:
        """Whether what is printed begins with a fact as the house words it, and not with the author's own letters."""
        waiting = [node]
        while waiting:
            node = waiting.pop()
            fact = self.rules.fact_of(node)
            if fact is not None and fact[0] not in _NAMES:
                return True
            if isinstance(node, nodes.Filter) and node.name in _MID_SENTENCE:
                if node.name in ("in_words", "με_λόγια"):
                    return True
                waiting.append(node.node)
            elif isinstance(node, nodes.CondExpr):
                waiting += [branch for branch in (node.expr1, node.expr2) if branch is not None]
            elif isinstance(node, nodes.Or):
                waiting += [node.left, node.right]
            elif isinstance(node, nodes.Concat):
                waiting.append(node.nodes[0])
            elif isinstance(node, nodes.Name) and node.name in self.mid_sentence_names:
                return True
        return False

    def condition(self, one: Parsed, end: str) -> nodes.If:
        line = self.line
        test = self.expression(one.expression, asked=True)
        branches: list[tuple[nodes.Expr, list[nodes.Node]]] = []
        other: list[nodes.Node] = []
        self.at += 1
        body = self.block(("elif", "else", end))
        while (piece := self.sequence[self.at]).tag != end:
            self.at += 1
            if piece.tag == "elif":
                self.line = piece.number + 1
                next_test = self.expression(self.parsed[piece.number].expression, asked=True)
                branches.append((next_test, self.block(("elif", "else", end))))
            else:
                other = self.block((end,))
        elifs = [nodes.If(branch, inside, [], [], lineno=branch.lineno) for branch, inside in branches]
        return nodes.If(test, body, elifs, other, lineno=line)

    def loop(self, one: Parsed) -> list[nodes.Node]:
        line = self.line
        items = self.expression(one.expression)
        chosen = None if one.condition is None else self.expression(one.condition, asked=True)
        notice = [self.output(self.step(items, " noticed"))] if self.optional_depth else []
        self.at += 1
        body = self.block(("else", "endfor"))
        other: list[nodes.Node] = []
        if self.sequence[self.at].tag == "else":
            self.at += 1
            other = self.block(("endfor",))
        self.line = line
        each_turn = body if chosen is None else [chosen, *body]
        turns = self.step(items, " turns", nodes.Const(_weight(each_turn), lineno=line))
        return [
            *notice,
            nodes.For(nodes.Name(one.target, "store", lineno=line), turns, body, other, chosen, False, lineno=line),
        ]

    def optional(self, ordinal: int) -> list[nodes.Node]:
        line = self.line
        begins = nodes.ExprStmt(self.step(nodes.Const(None, lineno=line), " optional begins"), lineno=line)
        self.optional_depth += 1
        self.at += 1
        body = self.block(("]]",))
        self.optional_depth -= 1
        which = nodes.Const(ordinal, lineno=line)
        ends = nodes.Filter(None, " optional ends", [which], [], None, None, lineno=line)
        return [begins, nodes.FilterBlock(body, ends, lineno=line)]

    def output(self, expression: nodes.Expr) -> nodes.Output:
        return nodes.Output([expression], lineno=self.line)

    def step(self, value: nodes.Expr, name: str, *arguments: nodes.Expr) -> nodes.Filter:
        return nodes.Filter(value, name, list(arguments), [], None, None, lineno=self.line)

    def expression(self, node: nodes.Expr, *, asked: bool = False) -> nodes.Expr:
        """Return `node` rebuilt. `asked`: it only decides something, so its facts are not written."""
        fact = self.rules.fact_of(node)
        if fact is not None:
            key, spelling = (nodes.Const(word, lineno=self.line) for word in fact)
            return self.step(key, " fact asked" if asked else " fact", spelling)
        if isinstance(node, nodes.CondExpr):
            instead = nodes.Const("") if node.expr2 is None else node.expr2
            return nodes.CondExpr(
                self.expression(node.test, asked=True),
                self.expression(node.expr1, asked=asked),
                self.expression(instead, asked=asked),
                lineno=self.line,
            )
        if isinstance(node, nodes.Concat):
            return self.step(self.list_of(node.nodes, asked), " joined")
        if isinstance(node, (nodes.List, nodes.Tuple)):
            return self.step(self.list_of(node.items, asked), " listed")
        if isinstance(node, nodes.Call):
            return self.step(self.list_of(node.args, asked), " range")
        return self.rebuilt(node, asked or isinstance(node, _QUESTIONS))

    def list_of(self, items: Sequence[nodes.Expr], asked: bool) -> nodes.List:
        return nodes.List([self.expression(item, asked=asked) for item in items], lineno=self.line)

    def rebuilt(self, node: nodes.Node, asked: bool) -> nodes.Node:
        fields: list[object] = []
        for name in node.fields:
            value = getattr(node, name)
            if isinstance(value, list):
                value = [self.expression(item, asked=asked) for item in value]
            elif isinstance(value, nodes.Node):
                value = self.expression(value, asked=asked)
                if _reads_whole(node, name):
                    value = self.step(value, " weighed")
            fields.append(value)
        return type(node)(*fields, lineno=self.line)


def _reads_whole(node: nodes.Node, field: str) -> bool:
    """Whether `node` reads all of what stands in `field`: both sides of a comparison, what a slice is cut from."""
    if isinstance(node, nodes.Getitem):
        return field == "node" and isinstance(node.arg, nodes.Slice)
    return field == "expr" and isinstance(node, (nodes.Compare, nodes.Operand))


def _weight(body: Sequence[nodes.Node]) -> int:
    """What one turn of a loop costs: a unit for each step in it and for each character of its words."""
    weight = 1
    waiting = list(body)
    while waiting:
        node = waiting.pop()
        weight += len(node.data) if isinstance(node, nodes.TemplateData) else 1
        waiting += node.iter_child_nodes()
    return weight
