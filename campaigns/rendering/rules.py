"""The allow-list: what a greeting may contain, checked on the parsed tree of each piece before compiling."""

import inspect
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from jinja2 import TemplateSyntaxError, nodes
from jinja2.parser import Parser

from .environment import ENVIRONMENT, LONGEST_RANGE
from .filters import FILTERS, TESTS
from .problems import Problem, Where
from .source import Piece, Source
from .spelling import nearest
from .state import LARGEST_NUMBER

MOST_PROBLEMS = 50  # nobody reads more, and each look for a similar name takes its time
DEEPEST = 50  # of blocks and expressions together; Python itself gives up at 100 indents
LOOP_FACTS = ("index", "index0", "revindex", "revindex0", "first", "last", "length")

# A tag cannot be parsed without its partner; this is what the partner looks like.
_AROUND = {
    "print": ("", ""),
    "set": ("", ""),
    "if": ("", "{% endif %}"),
    "for": ("", "{% endfor %}"),
    "elif": ("{% if 1 %}", "{% endif %}"),
}
_BARE = ("else", "endif", "endfor")
_EXPRESSIONS = (
    nodes.Name,
    nodes.Const,
    nodes.Filter,
    nodes.Test,
    nodes.Getattr,
    nodes.Getitem,
    nodes.Slice,
    nodes.CondExpr,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Compare,
    nodes.Operand,
    nodes.Add,
    nodes.Sub,
    nodes.Mul,
    nodes.Div,
    nodes.FloorDiv,
    nodes.Mod,
    nodes.Neg,
    nodes.Pos,
    nodes.Concat,
    nodes.List,
    nodes.Tuple,
    nodes.Call,
    nodes.Keyword,
)
_KEYWORDS = frozenset({"if", "else", "in", "is", "not", "and", "or"})
_OPERATIONS = {nodes.Mul: "*", nodes.Mod: "%", nodes.Pow: "**"}
_FORMATS = re.compile(r"(?:[^%]|%%|%[-+ 0,]?\d{0,2}(?:\.\d)?[dfs])*")


@dataclass(frozen=True)
class Parsed:
    """A piece with its expression (what is printed, asked, looped over or set) and the name it sets."""

    piece: Piece
    expression: nodes.Expr | None = None
    target: str = ""
    condition: nodes.Expr | None = None  # of `for … in … if …`


@dataclass
class Rules:
    """Checks the pieces of one source against the names a greeting knows. Problems gather in `problems`."""

    where: Where
    names: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)
    own_names: set[str] = field(default_factory=set)  # set by the author, in `set` and `for`
    keys: list[str] = field(default_factory=list)  # facts the source mentions, in order
    _loops: int = 0  # around the piece that is being checked
    _reported: set[tuple[object, ...]] = field(default_factory=set)
    _meant: dict[tuple[str, bool], str] = field(default_factory=dict)

    def read(self, source: Source) -> dict[int, Parsed]:
        """Return the parsed pieces by number. Some may be missing; then `problems` is not empty."""
        found = []
        for piece in source.pieces:
            if len(self.problems) < MOST_PROBLEMS and (one := self._parse(piece)) is not None:
                found.append(one)
        for one in found:
            if one.target:
                self._own(one)
        depth = 0
        for one in found:
            depth += one.piece.tag in ("if", "for", "[[")
            self._loops += one.piece.tag == "for"
            for expression in (one.expression, one.condition):
                if expression is not None:
                    self._check(one.piece, expression, depth)
            depth -= one.piece.tag in ("endif", "endfor", "]]")
            self._loops -= one.piece.tag == "endfor"
        return {one.piece.number: one for one in found}

    def _add(self, piece: Piece, code: str, name: str = "", **facts: object) -> None:
        """Report a problem once for each piece: one piece can repeat a fault thousands of times."""
        case = (piece.number, code, name, *facts.values())
        if case in self._reported:
            return
        self._reported.add(case)
        line, column = piece.place_of(name) if name else (piece.line, piece.column)
        self.problems.append(Problem(code, line, column, {"name": name, **facts} if name else facts, self.where))

    def _nearest(self, name: str, known: Mapping[str, object]) -> str:
        """What `name` probably meant, looked for once: each look reads all known names."""
        case = (name, known is FILTERS)
        if case not in self._meant:
            self._meant[case] = nearest(name, known)
        return self._meant[case]

    # --- Parsing one piece ---

    def _parse(self, piece: Piece) -> Parsed | None:
        if piece.tag in ("[[", "]]", "comment"):
            return Parsed(piece)
        if piece.tag in _BARE:
            if len(piece.tokens) > 1:
                self._add(piece, "syntax", near=piece.tokens[1].value)
            return Parsed(piece)
        if not piece.tokens:
            self._add(piece, "empty_tag")
            return None
        if piece.tag not in _AROUND:
            self._add(piece, "tag_not_allowed", piece.tag)
            return None
        before, after = _AROUND[piece.tag]
        try:
            parser = Parser(ENVIRONMENT, before + piece.source + after)
            tree = parser.parse()
        except RecursionError:
            self._add(piece, "too_deep", limit=DEEPEST)
        except ValueError:
            self._add(piece, "number_too_large")
        except TemplateSyntaxError:
            self._add_syntax(piece, parser)
        else:
            return self._meaning(piece, tree.body[0])
        return None

    def _meaning(self, piece: Piece, node: nodes.Node) -> Parsed | None:
        if isinstance(node, nodes.Output):
            return Parsed(piece, node.nodes[0])
        if isinstance(node, nodes.If):
            return Parsed(piece, (node.elif_[0] if piece.tag == "elif" else node).test)
        if isinstance(node, nodes.For) and not node.recursive and isinstance(node.target, nodes.Name):
            return Parsed(piece, node.iter, node.target.name, node.test)
        if isinstance(node, nodes.Assign) and isinstance(node.target, nodes.Name):
            return Parsed(piece, node.node, node.target.name)
        self._add(piece, "tag_not_allowed", piece.tag)
        return None

    def _add_syntax(self, piece: Piece, parser: Parser) -> None:
        """Find the token at which the parser gave up by counting what it had not read."""
        unread = 0
        try:
            unread = sum(token.type not in ("block_begin", "block_end", "variable_end") for token in parser.stream)
        except TemplateSyntaxError:
            unread = 0  # a broken escape inside a string: the end is near enough
        if piece.tag in ("if", "for", "elif"):
            unread -= 1  # the partner's own keyword
        token = piece.tokens[min(max(len(piece.tokens) - unread, 0), len(piece.tokens) - 1)]
        words = [one.value for one in piece.tokens if one.kind == "name"]
        if piece.tag == "print" and len(words) == len(piece.tokens) > 1 and _KEYWORDS.isdisjoint(words):
            joined = "_".join(words)
            suggestion = joined if joined in self.names else nearest(joined, self.names)
            self.problems.append(
                Problem(
                    "two_words",
                    piece.line,
                    piece.column,
                    {"name": " ".join(words), "did_you_mean": suggestion},
                    self.where,
                )
            )
            return
        self.problems.append(Problem("syntax", token.line, token.column, {"near": token.value}, self.where))

    # --- Names ---

    def _own(self, one: Parsed) -> None:
        if one.target in self.names or one.target in ("loop", "range") or one.target.startswith("_"):
            self._add(one.piece, "name_taken", one.target)
        else:
            self.own_names.add(one.target)

    def fact_of(self, node: nodes.Node) -> tuple[str, str] | None:
        """Return (key, spelling) if `node` names a fact, flat or with one dot."""
        spelling = spelled(node)
        if spelling is None or spelling not in self.names:
            return None
        return self.names[spelling], spelling

    def _check_name(self, piece: Piece, node: nodes.Name | nodes.Getattr) -> None:
        fact = self.fact_of(node)
        if fact is not None:
            if fact[0] not in self.keys:
                self.keys.append(fact[0])
            return
        name = spelled(node) or getattr(node, "attr", "")
        first, _, attribute = name.partition(".")
        if attribute.startswith("_") or (not isinstance(node, nodes.Name) and not isinstance(node.node, nodes.Name)):
            self._add(piece, "attribute_not_allowed", attribute or name)
        elif first == "loop" and attribute in LOOP_FACTS and self._loops > 0:
            return
        elif first not in self.own_names:
            self._add(piece, "unknown_placeholder", name, did_you_mean=self._nearest(name, self.names))

    # --- The walk ---

    def _check(self, piece: Piece, expression: nodes.Expr, depth: int) -> None:
        """Walk with a stack of our own: a tree that ends Python's recursion is just what some would send."""
        waiting: list[tuple[nodes.Node, int]] = [(expression, depth)]
        while waiting and len(self.problems) < MOST_PROBLEMS:
            node, level = waiting.pop()
            if level > DEEPEST:
                self._add(piece, "too_deep", limit=DEEPEST)
                return
            if not isinstance(node, _EXPRESSIONS):
                self._add(
                    piece,
                    "operation_not_allowed",
                    operation=_OPERATIONS.get(type(node), type(node).__name__.lower()),
                )
                continue
            self._check_node(piece, node)
            waiting += [(child, level + 1) for child in self._children(node)]
        if piece.tag == "print" and isinstance(expression, (nodes.List, nodes.Tuple)):
            self._add(piece, "list_written")

    def _children(self, node: nodes.Node) -> Iterator[nodes.Node]:
        if isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name):
            return iter(())  # judged together with its name
        if isinstance(node, nodes.Call):
            return iter([*node.args, *node.kwargs])
        if isinstance(node, nodes.Keyword):
            return iter([node.value])
        return node.iter_child_nodes()

    def _check_node(self, piece: Piece, node: nodes.Node) -> None:
        if isinstance(node, (nodes.Name, nodes.Getattr)):
            self._check_name(piece, node)
        elif isinstance(node, nodes.Filter):
            self._check_filter(piece, node)
        elif isinstance(node, nodes.Test):
            if node.name not in TESTS or node.args or node.kwargs:
                self._add(piece, "test_not_allowed", node.name)
        elif isinstance(node, nodes.Call):
            self._check_call(piece, node)
        elif isinstance(node, nodes.Const):
            if isinstance(node.value, (int, float)) and not abs(node.value) <= LARGEST_NUMBER:
                self._add(piece, "number_too_large")
        elif isinstance(node, nodes.Getitem):
            if isinstance(node.arg, nodes.Const) and not isinstance(node.arg.value, int):
                self._add(piece, "attribute_not_allowed", str(node.arg.value))
        elif isinstance(node, (nodes.Mul, nodes.Mod)) and (_is_text(node.left) or _is_text(node.right)):
            self._add(piece, "operation_not_allowed", operation=_OPERATIONS[type(node)])

    def _check_filter(self, piece: Piece, node: nodes.Filter) -> None:
        if node.name not in FILTERS:
            self._add(piece, "filter_not_allowed", node.name, did_you_mean=self._nearest(node.name, FILTERS))
            return
        if node.dyn_args is not None or node.dyn_kwargs is not None:
            self._add(piece, "filter_arguments", node.name)
            return
        try:
            inspect.signature(FILTERS[node.name]).bind(
                None, *node.args, **{pair.key: pair.value for pair in node.kwargs}
            )
        except TypeError:
            self._add(piece, "filter_arguments", node.name)
            return
        if node.name == "format" and not (_is_text(node.node) and _FORMATS.fullmatch(node.node.value)):
            self._add(piece, "format_not_allowed")

    def _check_call(self, piece: Piece, node: nodes.Call) -> None:
        name = spelled(node.node) or getattr(node.node, "attr", "")
        plain = not (node.kwargs or node.dyn_args is not None or node.dyn_kwargs is not None)
        if name != "range" or not plain or not 1 <= len(node.args) <= 3:
            self._add(piece, "call_not_allowed", name or "(")
            return
        bounds = [argument.value for argument in node.args if isinstance(argument, nodes.Const)]
        known = len(bounds) == len(node.args) and all(type(bound) is int for bound in bounds)
        if known and (0 in bounds[2:] or len(range(*bounds)) > LONGEST_RANGE):
            self._add(piece, "range_too_long", limit=LONGEST_RANGE)


def spelled(node: nodes.Node) -> str | None:
    """Return `name` or `name.attribute` as written, or None for anything else."""
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name):
        return f"{node.node.name}.{node.attr}"
    return None


def _is_text(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Const) and isinstance(node.value, str)
