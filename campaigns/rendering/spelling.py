"""What the author probably meant: the known name nearest to an unknown one."""

import difflib
import unicodedata
from collections.abc import Iterable


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the name in `known` that `name` probably meant, or "". A guess, blind to accents."""
    folded: dict[str, str] = {}
    for spelling in known:
        folded.setdefault(_fold(spelling), spelling)
    close = difflib.get_close_matches(_fold(name), folded, n=1, cutoff=0.6)
    return folded[close[0]] if close else ""


def _fold(name: str) -> str:
    decomposed = unicodedata.normalize("NFD", name.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))
