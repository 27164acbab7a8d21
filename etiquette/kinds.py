"""Telling companies, organisations, tills and heirs from people, before any name is read."""

import re
from functools import cache, lru_cache
from itertools import pairwise

from . import accents, lexicon
from .reading import NameReading, joins, key_of, mark_of
from .text import fold, has_greek

COMPANY = 0.97
# A business word without a legal form may still be a person with a trade.
BUSINESS = 0.93

_HAS_LETTER = re.compile(r"[^\W\d_]")
_PLAIN_WORD = re.compile(r"[^\W\d_]{2,}")
# Words that tell a municipality, a father's name or "and company" from what stands beside them.
_TELLING = frozenset({"δημοσ", "του", "σια"})
# ΓΙΑΝΝΗΣ Ο ΜΑΣΤΟΡΑΣ is a nickname or a shop.
ARTICLES = frozenset({"ο", "η", "το", "οι", "τα", "της", "των", "στο", "στη", "στα"})
ARTICLES |= {article.upper() for article in ARTICLES}

# ΧΧΧΧ, aaa: a key held down.
_REPEATED = re.compile(r"(\w)\1+")


@cache
def places() -> frozenset[str]:
    """Return the genitives of municipalities, and the words such a genitive begins with (Αγίου, Νέας)."""
    return frozenset(fold(row["genitive"]) for row in lexicon.rows_of("places.csv"))


@lru_cache(maxsize=65536)
def is_only_a_name(token: str) -> bool:
    """Tell whether a token can only be a word of a name: no mark, initial, number, article or place of work."""
    return bool(
        _PLAIN_WORD.fullmatch(token)
        and not mark_of(token)
        and token not in ARTICLES
        and key_of(token) not in _TELLING
        and not _REPEATED.fullmatch(token)
        and not _is_public(token)
        and not _names_a_place_of_work(token)
    )


def not_a_person(raw: str, tokens: list[str], remark: str) -> NameReading | None:
    """Return the reading of an entry that is no living person, or None."""
    marks = [mark_of(token) for token in tokens]
    # A remark tells of a company by its legal form; (ΥΙΟΣ) tells of a man.
    beside = [mark_of(word) for word in remark.split() if key_of(word) != "υιοσ"]
    seen = {*marks, *beside}
    if not _HAS_LETTER.search(" ".join(tokens)):
        return NameReading(raw, "placeholder", gender="c", reason="empty", remark=remark)
    for mark in ("heirs", "deceased"):
        if mark in seen:
            return NameReading(raw, "other", gender="u", reason=mark, remark=remark)
    if "test" in marks or _REPEATED.fullmatch("".join(tokens)):
        return NameReading(raw, "placeholder", gender="c", reason="test_row", remark=remark)
    business = _company(tokens, marks, beside)
    if business:
        kind, confidence = business
        return NameReading(
            raw, kind, company_name=" ".join(tokens), gender="c", confidence=confidence, reason=kind, remark=remark
        )
    if "placeholder" in marks or "customer" in marks:
        foreign = lexicon.foreign_first_names()
        named = any(accents.first_name(token).known or fold(token) in foreign for token in tokens)
        confidence = 0.3 if named else 0.0
        return NameReading(raw, "placeholder", gender="c", confidence=confidence, reason="placeholder", remark=remark)
    return _municipality(raw, tokens, remark)


def _company(tokens: list[str], marks: list[str], beside: list[str]) -> tuple[str, float] | None:
    """Return kind and confidence when a token gives a company or organisation away.

    The name stays in the capitals it came in: the accents of a company cannot be known.
    """
    legal = _has_legal_form(tokens, marks) or "legal_form" in beside or _and_company(tokens)
    public = [index for index, token in enumerate(tokens) if _is_public(token)]
    if public and (not legal or public[0] == 0):
        return "organisation", COMPANY if public[0] == 0 or len(tokens) > 2 else BUSINESS
    if legal:
        return "company", COMPANY
    latin_person = not has_greek(tokens[0]) and fold(tokens[0]) in lexicon.foreign_first_names()
    if "business" in marks and not latin_person:
        return "company", BUSINESS if _no_person(tokens, marks) else 0.6
    if _names_a_place_of_work(tokens[0]):
        return "company", BUSINESS
    if any(_names_a_place_of_work(token) for token in tokens) and not any(accents.first_name(t).known for t in tokens):
        return "company", BUSINESS
    return None


def _has_legal_form(tokens: list[str], marks: list[str]) -> bool:
    """Tell a legal form, written together or letter by letter; ΥΙΟΣ is one only after "και" (a lone son is a man)."""
    for index, mark in enumerate(marks):
        if mark == "legal_form" and (key_of(tokens[index]) != "υιοσ" or (index and joins(tokens[index - 1]))):
            return True
    return _spaced_legal_form(tokens)


@lru_cache(maxsize=65536)
def _is_public(token: str) -> bool:
    return mark_of(token) == "organisation" or key_of(token).startswith("δημοτικ")


@lru_cache(maxsize=65536)
def _names_a_place_of_work(token: str) -> bool:
    """Tell words such as ΞΥΛΟΥΡΓΕΙΟ by their ending: shops and workshops, never surnames."""
    key = key_of(token)
    return len(key) > 6 and key.endswith(("ειο", "ειον"))


def _no_person(tokens: list[str], marks: list[str]) -> bool:
    """Tell whether what stands beside a business word could not be a whole person's name."""
    if marks[0] == "business":
        return True
    rest = [token for token, mark in zip(tokens, marks, strict=True) if mark != "business"]
    return not (len(rest) >= 2 and any(accents.first_name(token).known for token in rest))


def _and_company(tokens: list[str]) -> bool:
    """Tell "ΚΑΙ ΣΙΑ" (and company) from a woman called Σία."""
    keys = [key_of(token) for token in tokens]
    return any(key == "σια" and (before in ("και", "κ") or before.startswith("&")) for before, key in pairwise(keys))


def _spaced_legal_form(tokens: list[str]) -> bool:
    """Tell whether the last tokens spell a legal form letter by letter (Α. Ε.)."""
    letters = ""
    for token in reversed(tokens[1:]):
        if len(key_of(token)) != 1:
            break
        letters = key_of(token) + letters
        if len(letters) > 1 and lexicon.marks().get(letters) == "legal_form":
            return True
    return False


def _municipality(raw: str, tokens: list[str], remark: str) -> NameReading | None:
    """Tell a municipality (ΔΗΜΟΣ ΗΡΑΚΛΕΙΟΥ) from a man called Δήμος (ΔΗΜΟΣ ΓΕΩΡΓΙΟΥ)."""
    if key_of(tokens[0]) != "δημοσ" or len(tokens) < 2:
        return None
    following = key_of(tokens[1])
    name = " ".join(tokens)
    known_man = accents.surname(tokens[1])
    if following in places():
        return NameReading(
            raw, "organisation", company_name=name, gender="c", confidence=COMPANY, reason="organisation", remark=remark
        )
    if known_man.known:
        return None
    likely = following.endswith("ων")
    return NameReading(
        raw,
        "organisation",
        company_name=name,
        gender="c",
        confidence=BUSINESS if likely and known_man.gender != "m" else 0.6,
        reason="organisation" if likely else "municipality_or_man",
        remark=remark,
    )
