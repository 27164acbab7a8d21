"""Private notes in a letter: five words in a row that the house wrote for itself.

What may be quoted, and what the reader's own facts say, is no secret; nor is a run of wishes alone.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from campaigns.review.own_names import plain

RUN = 5  # words: fewer stand in anybody's letter by chance
_WORD = re.compile(r"\w+")
_QUOTED_LINE = re.compile(r"(?m)^\s*>.*$")  # an answer by mail carries our own letter back
# A run of these alone is a wish: notes of last year's wishes hold it too.
_WISH_WORDS = """
και με για το τα τη την τησ τον του των σε στο στα στη στην από απο να ολοι ολουσ ολα μασ σασ σου εσασ εσενα
ευχομαστε ευχομαι ευχη ευχεσ ευχησ ευχων χρονια χρονο χρονοσ χρονιεσ πολλα πολυ καλα καλη καλο καλησ καλεσ καλου
καλων κι ευτυχισμενο ευτυχισμενοσ ευτυχισμενη νεο νεου ετοσ ετουσ χριστουγεννα χριστουγεννων πασχα ανασταση
πρωτοχρονια γιορτη γιορτεσ γιορτων γιορτησ ονομαστικη υγεια υγειασ χαρα χαρασ αγαπη αγαπησ ευτυχια ειρηνη φωσ
οικογενεια οικογενειασ σπιτι δικουσ χριστοσ ανεστη αληθωσ ο οι η θερμεσ θερμα εγκαρδια
a and the to you your all of for with we wish very happy merry christmas easter new year birthday name day health
joy love peace family best warm wishes many returns good
"""
_WISHING = frozenset(_WISH_WORDS.split())


@dataclass(frozen=True, slots=True)
class Note:
    """A private text about a reader. `kind`: "interaction", "case", "follow_up" or "list" (a column of a list)."""

    kind: str
    text: str
    by_mail: bool = False


def runs_of(text: str) -> Iterator[tuple[str, ...]]:
    """Return every run of five words of a text, without accents and capitals."""
    words = _WORD.findall(plain(text))
    return zip(*(words[start:] for start in range(RUN)), strict=False)


def leaked_words(
    text: str,
    notes: Iterable[Note],
    *,
    open_words: Callable[[], Iterable[str]],
    template_runs: frozenset[tuple[str, ...]],
) -> list[tuple[str, str]]:
    """Return (kind, words) of each private note of which five words in a row stand in `text`, the words as they stand.

    `open_words` tells what may be said; it is asked only when there is something to excuse. Mail carries our own
    letters back, so that a run of an e-mail counts only where the template does not say it.
    """
    said = set(runs_of(text))
    found = []
    for note in notes:
        secret = said.intersection(runs_of(_without_quotes(note.text)))
        if note.by_mail:
            secret -= template_runs
        secret = {run for run in secret if not _WISHING.issuperset(run)}
        if secret:
            secret -= {run for may_be_said in open_words() for run in runs_of(may_be_said)}
        if secret:
            found.append((note.kind, _as_written(text, secret)))
    return found


def _as_written(text: str, runs: set[tuple[str, ...]]) -> str:
    """The first of these runs of words as it stands in the text."""
    words = [(match.start(), match.end()) for match in _WORD.finditer(plain(text))]
    first = next(place for place, run in enumerate(runs_of(text)) if run in runs)
    return text[words[first][0] : words[first + RUN - 1][1]]


def _without_quotes(text: str) -> str:
    return _QUOTED_LINE.sub("", text) if ">" in text else text
