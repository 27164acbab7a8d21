"""Gaps that were never filled in, and words that a machine leaves behind, in a finished letter."""

import re
from functools import lru_cache

from campaigns.writing.checks.findings import set_aside
from campaigns.writing.checks.leftovers import leftovers, names_a_gap

# Plain searches first: they run for every letter, and nearly none has any of these.
_SIGNS = ("{", "}", "[", "]", "%", "<", ">", "«", "_", "#")
_PIECES = (
    "None", "nan", "NaN", "NAN", "null", "NULL", "undefined", "N/A", "XXX", "ΧΧΧ", "TODO", "TBD", "orem ipsum",
)  # fmt: skip
_MACHINE = re.compile(r"None|nan|null|undefined|#?N/A|#REF!|#VALUE!|#NAME\?", re.IGNORECASE)
_QUOTED = re.compile(r"«(?P<name>[^\W\d_][\w ]{1,39})»")


def left_in(text: str, *, language: str) -> list[tuple[str, str]]:
    """Return (code, words) of what no person would have written: code "leftover", or "none_word" for a bare None."""
    if not any(sign in text for sign in _SIGNS) and not any(piece in text for piece in _PIECES):
        return []
    return list(dict.fromkeys(each for line in text.splitlines() for each in _left_in_line(line, language)))


@lru_cache(maxsize=8192)
def _left_in_line(line: str, language: str) -> tuple[tuple[str, str], ...]:
    """The same for one line; most lines with such a sign are the template's, the same in every letter."""
    prose = set_aside(line, side="letter")
    found = [each.found for each in leftovers(prose, language=language, side="letter", names={})]
    found += [
        match.group() for match in _QUOTED.finditer(prose) if match["name"][0].isupper() and names_a_gap(match["name"])
    ]
    return tuple(("none_word" if _MACHINE.fullmatch(words) else "leftover", words) for words in found)
