"""What a check finds, and the text as checks read it: what is no prose is set aside, every place stays where it was."""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from campaigns.rendering.problems import Problem, Severity, Where

Sides = Literal["source", "letter"]
# Stand in the place of what was set aside, one for each of its characters; no text of ours holds them.
PIECE, ADDRESS = "\ufffc", "\ufffb"
# Every repetition is bounded, so that no text takes longer than its length times a small number.
_PIECES = re.compile(r"\{\{.{0,400}?\}\}|\{%.{0,400}?%\}|\{#.{0,400}?#\}", re.DOTALL)
_ADDRESSES = re.compile(
    r"(?<=\])\([^()\s]{0,400}\)"  # where a link of Markdown leads
    r"|(?:https?://|www\.)[^\s<>()«»“”\"]{1,400}(?<![.,;:!?·])"
    r"|[\w.+-]{1,64}@[\w-]{1,60}(?:\.[\w-]{1,60}){1,5}"
)
_BLANK_LINE = re.compile(r"\n[ \t]*\n")


@dataclass(frozen=True, slots=True)
class Finding:
    """`found` stands at `start` to `end` of a text; `suggestion` is what to write, "" if only a person knows."""

    code: str
    start: int
    end: int
    found: str
    suggestion: str = ""
    severity: Severity = "warning"


def set_aside(text: str, *, side: Sides) -> str:
    """Return `text` with addresses, and in a source placeholders and tags, each character replaced by a stand-in."""
    if side == "source":
        text = _PIECES.sub(lambda match: PIECE * len(match.group()), text)
    return _ADDRESSES.sub(lambda match: ADDRESS * len(match.group()), text)


def folded(text: str) -> str:
    """Return `text` in small letters without accents, one character for each of its own; ς becomes σ."""
    return "".join(map(_folded, text))


@cache
def _folded(letter: str) -> str:
    if letter.isascii():
        return letter.lower()
    return (unicodedata.normalize("NFD", letter)[0].lower()[:1] or letter).replace("ς", "σ")


def paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each paragraph that is not blank, without the blanks around it."""
    start = 0
    for end, following in [*((gap.start(), gap.end()) for gap in _BLANK_LINE.finditer(text)), (len(text), len(text))]:
        words = text[start:end]
        if words.strip():
            yield start + len(words) - len(words.lstrip()), start + len(words.rstrip())
        start = following


class Cuts:
    """A text cut into stretches, in which the one around any place is found at once."""

    def __init__(self, text: str, edge: re.Pattern[str]) -> None:
        self._edges = sorted({0, len(text), *(match.end() for match in edge.finditer(text))})

    def around(self, start: int, end: int) -> tuple[int, int]:
        """Return start and end of the stretches that hold `start` to `end`."""
        after = bisect_left(self._edges, max(end, start + 1))
        return self._edges[bisect_right(self._edges, start) - 1], self._edges[min(after, len(self._edges) - 1)]


def place_of(text: str, position: int) -> tuple[int, int]:
    """Return line and column, both from 1, of a position in `text`."""
    return text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)


def as_problem(finding: Finding, text: str, where: Where) -> Problem:
    """Return a finding with its place; its fact `mend` tells that `found` stands there word for word."""
    facts: dict[str, object] = {"found": finding.found, "suggestion": finding.suggestion}
    if finding.suggestion and text.startswith(finding.found, finding.start):
        facts["mend"] = True
    line, column = place_of(text, finding.start)
    return Problem(finding.code, line, column, facts, where, finding.severity)
