"""Cutting a source into words, Jinja pieces and the brackets of optional sentences, each with its place."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from jinja2 import TemplateSyntaxError

from .environment import ENVIRONMENT
from .problems import Problem, Where

OPENS = {"if": "endif", "for": "endfor", "[[": "]]"}
CLOSES = {end: start for start, end in OPENS.items()}
MIDDLES = ("elif", "else")

_BRACKETS = re.compile(r"(\[\[|\]\])")
_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_UNWANTED = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\U000f0000-\U0010ffff]")


@dataclass(frozen=True)
class Token:
    kind: str
    value: str
    line: int
    column: int


@dataclass(frozen=True)
class Piece:
    """One `{{ … }}`, one `{% … %}` or one bracket; `number` counts within the source.

    `tag` is "print", "comment", a keyword such as "if", "[[" or "]]".
    """

    number: int
    tag: str
    source: str
    line: int
    column: int
    tokens: tuple[Token, ...] = ()

    def place_of(self, name: str) -> tuple[int, int]:
        """Return line and column of `name` (of its last part, if dotted) in this piece, or of the piece."""
        wanted = name.rpartition(".")[2]
        for token in self.tokens:
            if token.value == wanted:
                return token.line, token.column
        return self.line, self.column


@dataclass(frozen=True)
class Block:
    """A condition, a loop or an optional sentence, from its opening piece to its closing one."""

    opening: Piece
    closing: Piece
    middles: tuple[Piece, ...] = ()  # else and elif


@dataclass
class Source:
    """A source cut up: the `text` as tidied, its `parts` in order, and what was wrong already at the cutting."""

    where: Where
    text: str = ""
    parts: list[str | Piece] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def pieces(self) -> list[Piece]:
        return [part for part in self.parts if isinstance(part, Piece)]

    def add_problem(self, code: str, line: int, column: int, **facts: object) -> None:
        self.problems.append(Problem(code, line, column, facts, self.where))


def tidy_source(text: str) -> str:
    """Return `text` in NFC, with LF line ends, without controls and planes 15 and 16, which are ours."""
    return unicodedata.normalize("NFC", _UNWANTED.sub("", _LINE_ENDS.sub("\n", text)))


def cut(text: str, where: Where) -> Source:
    """Cut a tidied source. Jinja's own lexer says where its pieces end, so that both always agree."""
    source = Source(where, text)
    cutter = _Cutter(text, source)
    try:
        for _, kind, value in ENVIRONMENT.lex(text):
            cutter.take(kind, value)
    except TemplateSyntaxError:
        cutter.report_stop()
    except ValueError:  # a number of thousands of digits
        source.add_problem("number_too_large", *cutter.place(cutter.position))
    else:
        cutter.report_open_end()
    return source


def walk_blocks(source: Source) -> Iterator[Block]:
    """Yield each block, inner ones first; report what does not pair, and loops three deep."""
    stack: list[tuple[Piece, list[Piece]]] = []
    for piece in source.pieces:
        if piece.tag in OPENS:
            if piece.tag == "for" and sum(opening.tag == "for" for opening, _ in stack) >= 2:
                source.add_problem("loops_too_deep", piece.line, piece.column)
            stack.append((piece, []))
        elif piece.tag in MIDDLES:
            if (
                not stack
                or stack[-1][0].tag == "[["
                or (piece.tag == "elif" and stack[-1][0].tag == "for")
                or any(middle.tag == "else" for middle in stack[-1][1])
            ):
                source.add_problem("unexpected_tag", piece.line, piece.column, tag=piece.tag)
            else:
                stack[-1][1].append(piece)
        elif piece.tag in CLOSES:
            if stack and stack[-1][0].tag == CLOSES[piece.tag]:
                opening, middles = stack.pop()
                yield Block(opening, piece, tuple(middles))
            elif any(opening.tag == CLOSES[piece.tag] for opening, _ in stack):
                while stack[-1][0].tag != CLOSES[piece.tag]:
                    _report_unclosed(source, stack.pop()[0])
                stack.pop()
            else:
                source.add_problem("unexpected_tag", piece.line, piece.column, tag=piece.tag)
    for opening, _ in stack:
        _report_unclosed(source, opening)


def _report_unclosed(source: Source, piece: Piece) -> None:
    source.add_problem("unclosed_block", piece.line, piece.column, tag=piece.tag, end=OPENS[piece.tag])


class _Cutter:
    """Follows the lexer through the text and keeps the exact place of every token."""

    def __init__(self, text: str, source: Source) -> None:
        self.text, self.source = text, source
        self.position = 0
        self.line_starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self.open_at: int | None = None  # where the piece begins that is being read
        self.opened_by = ""
        self.tokens: list[Token] = []
        self.number = 0

    def place(self, position: int) -> tuple[int, int]:
        line = bisect_right(self.line_starts, position)
        return line, position - self.line_starts[line - 1] + 1

    def take(self, kind: str, value: str) -> None:
        while not self.text.startswith(value, self.position):  # blanks that `{%-` has eaten
            self.position += 1
        start = self.position
        self.position += len(value)
        if kind == "data":
            self.add_text(value, start, brackets=self.opened_by != "raw_begin")
        elif kind in ("variable_begin", "block_begin", "comment_begin", "raw_begin"):
            self.open_at, self.opened_by, self.tokens = start, kind, []
        elif kind in ("variable_end", "block_end"):
            self.add_piece()
        elif kind == "comment_end":
            self.add_piece("comment")
        elif kind == "raw_end":
            self.open_at, self.opened_by = None, ""
        elif kind not in ("whitespace", "comment"):
            self.tokens.append(Token(kind, value, *self.place(start)))

    def add_text(self, text: str, start: int, *, brackets: bool) -> None:
        for chunk in _BRACKETS.split(text) if brackets else [text]:
            if brackets and chunk in ("[[", "]]"):
                self.source.parts.append(Piece(self.number, chunk, chunk, *self.place(start)))
                self.number += 1
            elif chunk:
                self.source.parts.append(chunk)
            start += len(chunk)

    def add_piece(self, tag: str = "print") -> None:
        line, column = self.place(self.open_at)
        if self.opened_by == "block_begin":
            tag = self.tokens[0].value if self.tokens else ""
        text = self.text[self.open_at : self.position]
        self.source.parts.append(Piece(self.number, tag, text, line, column, tuple(self.tokens)))
        self.number += 1
        self.open_at, self.opened_by = None, ""

    def report_stop(self) -> None:
        """The lexer gave up: mostly a brace that was never closed, sometimes a character out of place."""
        start, stop = self.open_at, self.position
        if start is None:
            # Only an unclosed comment or raw block stops the lexer between pieces.
            start = next((at for mark in ("{#", "{%") if (at := self.text.find(mark, stop)) >= 0), stop)
            self.source.add_problem("unclosed_tag", *self.place(start), tag=self.text[start : start + 2])
            return
        if self.opened_by in ("comment_begin", "raw_begin"):
            self.source.add_problem("unclosed_tag", *self.place(start), tag=self.text[start : start + 2])
            return
        end = "}}" if self.opened_by == "variable_begin" else "%}"
        closing = self.text.find(end, stop)
        reopening = min(
            (at for mark in ("{{", "{%", "\n") if (at := self.text.find(mark, stop)) >= 0),
            default=len(self.text),
        )
        if "\n" in self.text[start:stop] or not stop <= closing < reopening or self.text.startswith(("}", "%"), stop):
            self.source.add_problem("unclosed_tag", *self.place(start), tag=self.text[start : start + 2], end=end)
        else:
            self.source.add_problem("unexpected_character", *self.place(stop), character=self.text[stop : stop + 1])

    def report_open_end(self) -> None:
        if self.open_at is not None:
            end = "}}" if self.opened_by == "variable_begin" else "%}"
            self.source.add_problem(
                "unclosed_tag",
                *self.place(self.open_at),
                tag=self.text[self.open_at : self.open_at + 2],
                end=end,
            )
