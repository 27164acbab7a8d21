"""How much a letter is its reader's own: who else reads the same, what share is personal, how like the last it is.

Pure, and linear in the length of the letter: no letter is ever compared with the letter of somebody else.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise

from campaigns.review.own_names import key_of, plain

_NAME = "\0"  # stands where a name stood; no letter holds it
_NAMES_IN_A_ROW = re.compile(r"\0(?:[ ,&-]{0,3}\0)+")
_WORD = re.compile(r"\w+")


def same_class(text: str, *, own_words: Iterable[str]) -> str:
    """Return 32 hexadecimal digits that are the same for letters saying the same, the reader's own names apart.

    `own_words` are names and openings in all their forms (see `own_names.own_words`), matched without regard to
    accents and case as whole words that begin with a capital: Χαρά is a name, «με χαρά» is not.
    """
    words, bare = _read(text)
    names = [span for own in own_words for span in _spans(bare, key_of(own)) if not words[span[0]].islower()]
    pieces, end = [], 0
    for start, stop in _joined(names):
        pieces += [words[end:start], _NAME]
        end = stop
    said = _NAMES_IN_A_ROW.sub(_NAME, "".join([*pieces, words[end:]]))
    return hashlib.blake2b(said.encode(), digest_size=16).hexdigest()


def personal_share(text: str, *, own: Iterable[str], edited: str = "") -> int:
    """Return how many percent of the letters and digits come from the reader's own facts or from a person's hand.

    `own` are the values of the facts told, `edited` the words put in by hand, one piece a line. What is both counts
    once; blanks and punctuation do not count.
    """
    words, bare = _read(text)
    pieces = [*own, *edited.splitlines()]
    spans = _joined([span for piece in pieces for span in _spans(bare, key_of(piece))])
    every = _solid(words)
    return 100 * sum(_solid(words[start:stop]) for start, stop in spans) // every if every else 0


def likeness(text: str, earlier: str) -> int:
    """Return how many percent of a letter stood, in pairs of words, in an earlier one to the same person.

    100 only if every pair did: the same again, or a part of it. 0 when either says nothing.
    """
    said = _pairs(text)
    return 100 * len(said & _pairs(earlier)) // len(said) if said else 0


def _pairs(text: str) -> set[tuple[str, str]]:
    words = _WORD.findall(plain(text))
    return set(pairwise(words)) if len(words) > 1 else {(word, "") for word in words}


@lru_cache(maxsize=2)
def _read(text: str) -> tuple[str, str]:
    """The words of a letter, with single blanks, and without accents and capitals. Each letter is asked for twice."""
    words = " ".join(text.split())
    return words, plain(words)


def _solid(words: str) -> int:
    return sum(map(len, _WORD.findall(words)))


def _spans(bare: str, key: str) -> Iterator[tuple[int, int]]:
    """Where `key` stands in `bare` as whole words."""
    start = bare.find(key) if key else -1
    while start >= 0:
        end = start + len(key)
        if not (bare[max(start - 1, 0) : start].isalnum() or bare[end : end + 1].isalnum()):
            yield start, end
        start = bare.find(key, end)


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Overlapping places as one, in order."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
