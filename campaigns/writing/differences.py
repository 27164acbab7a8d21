"""What differs between two texts, word by word, in rows that stand side by side. Pure: text in, rows out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby

# A placeholder is one thing, the brackets of an optional sentence another; then words, blanks and single signs.
_TOKENS = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\[\[|\]\]|\w+(?:['’]\w+)*|\s+|.", re.DOTALL)
# Comparing grows with the square of the length. Beyond so many tokens on one side, which no paragraph of a letter
# has, the piece counts as wholly rewritten: 40,000 characters of anything are compared in a bounded number of steps.
MOST_TOKENS = 800
# With less than this in common a passage was written anew: stray words that happen to stay would only confuse.
LEAST_IN_COMMON = 0.3


@dataclass(frozen=True)
class Piece:
    """A stretch of text: in both texts ("same"), only in the old one ("gone") or only in the new one ("new")."""

    kind: str
    text: str

    @property
    def is_blank(self) -> bool:
        """True for blanks and line ends alone, which nobody would see."""
        return not self.text.strip()


@dataclass(frozen=True)
class Row:
    """Lines that stand beside one another; a side that has none is empty."""

    old: tuple[Piece, ...]
    new: tuple[Piece, ...]

    @property
    def is_same(self) -> bool:
        return self.old == self.new


def differences(old: str, new: str) -> list[Row]:
    """Return both texts as rows of whole lines, with the words that differ set apart.

    The old sides joined by line ends are `old`, the new sides `new`. Lines only one text has stand beside nothing.
    """
    rows = []
    for kind, left, right in _steps(old.split("\n"), new.split("\n")):
        if kind == "changed" and left and right:
            rows.append(_row_of_words("\n".join(left), "\n".join(right)))
        else:
            rows.append(
                Row(
                    (Piece("same" if kind == "same" else "gone", "\n".join(left)),) if left else (),
                    (Piece("same" if kind == "same" else "new", "\n".join(right)),) if right else (),
                )
            )
    return rows


def _row_of_words(old: str, new: str) -> Row:
    """The row of two passages that differ, word by word."""
    left: list[Piece] = []
    right: list[Piece] = []
    for kind, gone, come in _as_phrases(_steps(_TOKENS.findall(old), _TOKENS.findall(new))):
        if kind == "same":
            left.append(Piece("same", "".join(gone)))
            right.append(Piece("same", "".join(come)))
            continue
        if gone:
            left.append(Piece("gone", "".join(gone)))
        if come:
            right.append(Piece("new", "".join(come)))
    in_common = sum(len(piece.text) for piece in left if piece.kind == "same")
    if 2 * in_common < LEAST_IN_COMMON * (len(old) + len(new)):
        return Row((Piece("gone", old),), (Piece("new", new),))
    # An empty line that became words has no token, and is a line all the same.
    return Row(tuple(left) or (Piece("gone", ""),), tuple(right) or (Piece("new", ""),))


def _as_phrases(steps: Iterator[tuple[str, list, list]]) -> Iterator[tuple[str, list, list]]:
    """Join changes with only a blank or a sign between them: a reader sees a new phrase, not each word of it."""
    told = list(steps)
    kinds = ["changed" if _is_thin(told, place) else kind for place, (kind, _old, _new) in enumerate(told)]
    for kind, members in groupby(zip(kinds, told, strict=True), key=lambda each: each[0]):
        pairs = [(old, new) for _kind, (_was, old, new) in members]
        yield kind, [token for old, _new in pairs for token in old], [token for _old, new in pairs for token in new]


def _is_thin(steps: list[tuple[str, list, list]], place: int) -> bool:
    """True for a stretch without a word of its own that stands between two changes."""
    between = 0 < place < len(steps) - 1
    return between and not any(character.isalnum() for character in "".join(steps[place][1]))


def _steps(old: list[str], new: list[str]) -> Iterator[tuple[str, list[str], list[str]]]:
    """Yield ("same" or "changed", part of old, part of new) in order."""
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    left, right = old[head : len(old) - tail], new[head : len(new) - tail]
    if head:
        yield "same", old[:head], new[:head]
    if len(left) > MOST_TOKENS or len(right) > MOST_TOKENS:
        yield "changed", left, right
    else:
        for tag, i1, i2, j1, j2 in SequenceMatcher(None, left, right).get_opcodes():
            yield "same" if tag == "equal" else "changed", left[i1:i2], right[j1:j2]
    if tail:
        yield "same", old[len(old) - tail :], new[len(new) - tail :]


def _common(old: list[str], new: list[str]) -> int:
    """How many items two lists have in common from their beginning."""
    return next((place for place, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
