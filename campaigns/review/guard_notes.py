"""Private notes in a letter: five words in a row that the house wrote for itself.

What may be quoted, and what the reader's own facts say, is no secret; nor is a run of wishes alone.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from campaigns.writing.checks.findings import folded

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


def runs_of(text: str) -> set[tuple[str, ...]]:
    """Return every run of five words of a text, without accents and capitals."""
    words = _WORD.findall(folded(text))
    return set(zip(*(words[start:] for start in range(RUN)), strict=False))


def leaked_words(
    text: str, notes: Iterable[Note], *, open_words: Iterable[str], template_runs: set[tuple[str, ...]]
) -> list[tuple[str, str]]:
    """Return (kind, words) of each private note of which five words in a row stand in `text`, the words as they stand.

    `open_words` are texts that may be said. Mail carries our own letters back, so that a run of an e-mail counts only
    where the template does not say it.
    """
    words = [(match.start(), match.end()) for match in _WORD.finditer(text)]
    plain = [folded(text[start:end]) for start, end in words]
    said = {tuple(plain[place : place + RUN]): place for place in range(len(plain) - RUN + 1)}
    if not said:
        return []
    may_be_said = set().union(*map(runs_of, open_words))
    found = []
    for note in notes:
        secret = runs_of(_QUOTED_LINE.sub("", note.text)) & said.keys()
        secret -= may_be_said
        secret -= template_runs if note.by_mail else set()
        places = sorted(said[run] for run in secret if not _WISHING.issuperset(run))
        if places:
            found.append((note.kind, text[words[places[0]][0] : words[places[0] + RUN - 1][1]]))
    return found
