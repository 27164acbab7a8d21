"""A proof-reader for what staff write: accents, the final -ν, the register, cases, letters of the wrong alphabet.

A false alarm costs more than a miss, for whoever is warned in vain stops reading warnings. So each check speaks only
where the words leave one reading, and stays silent at the edge of markup, abbreviations and names it does not know.
"""

from collections.abc import Collection

from . import accents, cases, letters, register
from .remarks import CODES, Remark
from .words import read_words

__all__ = ["CODES", "Remark", "proofread"]


def proofread(
    text: str, *, language: str = "el", manner: str = "", bare: Collection[str] = frozenset()
) -> tuple[Remark, ...]:
    """Return what to look at in `text`, in its order; positions count in characters of `text` as given.

    `text` may hold Markdown and Jinja: they are stepped over. `manner` is the register it is meant for, "formal" (σας)
    or "informal" (σου); without it only a text that mixes both is remarked. `bare` names the placeholders whose value
    is no accusative, and does not fit after «για, με …». Languages other than Greek are read for letters only.
    """
    words = read_words(text)
    found = letters.look_alikes(words, greek=language == "el")
    if language == "el":
        found += letters.sigmas(words)
        found += accents.second_accents(words)
        found += accents.missing_accents(words)
        found += cases.final_nu(words)
        found += cases.nominatives(words, bare=bare)
        found += register.mixed(words, manner=manner)
    found = [remark for remark in found if remark.suggestion != remark.found]
    return tuple(sorted(found, key=lambda remark: (remark.start, remark.end, remark.code)))
