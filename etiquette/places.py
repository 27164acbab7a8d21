"""Towns with their article: στον Βόλο, στη Λάρισα, στα Χανιά; "in Volos". Only towns of our own table are sure."""

from functools import cache, lru_cache

from . import lexicon
from .answers import Answer
from .neighbours import RULE, UNSURE
from .text import clean, fold, has_greek
from .transliteration import to_elot


@cache
def _towns() -> dict[str, tuple[str, str, str]]:
    """(name, in the town, English name) by the key of the Greek name and of the English one."""
    rows = [(row["name"], row["in_town"], row["english"]) for row in lexicon.rows_of("towns.csv")]
    return {fold(english): (name, told, english) for name, told, english in reversed(rows)} | {
        fold(row[0]): row for row in rows
    }


@lru_cache(maxsize=4096)
def in_town(town: str, language: str) -> Answer:
    """Return «στον Βόλο» or "in Volos" for a town as an address writes it, in capitals and without accents too.

    Greek ("el") knows the towns of `towns.csv`: the article and the gender of any other are open (reason "rebuild").
    English takes any name in Latin letters.
    """
    tidy = clean(town)
    if not tidy:
        return Answer("", 0.0, "empty")
    known = _towns().get(fold(tidy))
    if known:
        return Answer(known[1] if language == "el" else f"in {known[2]}", RULE, "lexicon")
    if language == "el" or has_greek(tidy):
        return Answer("", UNSURE, "rebuild")
    return Answer(f"in {tidy.title() if tidy.isupper() else tidy}", RULE, "foreign")


@lru_cache(maxsize=4096)
def town_name(town: str, language: str = "") -> str:
    """Return a town as a letter of that language writes it: Βόλος or Volos; without a language in its own letters.

    Towns of our table get its accents and capitals where an address writes them in capitals. Of other towns a Greek
    letter keeps the name as it is, and an English one takes it letter by letter (ELOT 743).
    """
    known = _towns().get(fold(clean(town)))
    greek = has_greek(town)
    if language == "en" and greek:
        return known[2] if known else to_elot(town)
    if known is None or (greek and not town.isupper()):
        return town
    if language == "el" or greek:
        return known[0]
    return known[2] if town.isupper() else town
