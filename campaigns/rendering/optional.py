"""Optional sentences: what stands in [[ ]] is left out whole for whoever lacks a fact in it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from jinja2 import nodes

from .problems import Problem, Where
from .rules import Parsed, Rules
from .source import Block, Piece, Source


@dataclass(frozen=True)
class OptionalSentence:
    """One [[ ]] of a greeting. `ordinal` counts from 0, subject first, in the order of their opening brackets.

    `text` is the source between the brackets, `facts` are the keys without which it may fall out.
    """

    ordinal: int
    start_line: int
    start_column: int
    text: str
    facts: tuple[str, ...]
    where: Where = "body"


def optional_sentences(
    source: Source, blocks: Sequence[Block], parsed: Mapping[int, Parsed], rules: Rules, *, first: int
) -> tuple[OptionalSentence, ...]:
    """Return the optional sentences of one source, counted from `first`."""
    openings = [block for block in in_order(blocks) if block.opening.tag == "[["]
    return tuple(
        OptionalSentence(
            ordinal,
            block.opening.line,
            block.opening.column,
            _between(source, block),
            tuple(dict.fromkeys(_facts(_pieces_between(source, block), parsed, rules))),
            source.where,
        )
        for ordinal, block in enumerate(openings, start=first)
    )


def in_order(blocks: Sequence[Block]) -> list[Block]:
    """Return blocks as they begin in the source; the walk found inner ones first."""
    return sorted(blocks, key=lambda block: block.opening.number)


def needless_brackets(source: Source, blocks: Sequence[Block]) -> list[Problem]:
    """Warn of optional sentences that nothing can take out."""
    return [
        Problem("optional_without_fact", block.opening.line, block.opening.column, {}, source.where, "warning")
        for block in blocks
        if block.opening.tag == "[["
        and not any(piece.tag in ("print", "for") for piece in _pieces_between(source, block))
    ]


def _pieces_between(source: Source, block: Block) -> list[Piece]:
    return source.pieces[block.opening.number + 1 : block.closing.number]


def _between(source: Source, block: Block) -> str:
    inside = source.parts[source.parts.index(block.opening) + 1 : source.parts.index(block.closing)]
    return "".join(part.source if isinstance(part, Piece) else part for part in inside).strip()


def _facts(pieces: Sequence[Piece], parsed: Mapping[int, Parsed], rules: Rules) -> Iterator[str]:
    """Yield the facts that are written, also by way of a name of the author's own; not those only asked for."""
    for piece in pieces:
        one = parsed[piece.number]
        if piece.tag not in ("print", "for", "set") or one.expression is None:
            continue
        waiting: list[nodes.Node] = [one.expression]
        while waiting:
            node = waiting.pop(0)
            fact = rules.fact_of(node)
            if fact is not None:
                yield fact[0]
            elif isinstance(node, nodes.CondExpr):
                waiting += [branch for branch in (node.expr1, node.expr2) if branch is not None]
            elif not (isinstance(node, nodes.Or) or (isinstance(node, nodes.Filter) and node.name in ("default", "d"))):
                waiting += node.iter_child_nodes()
