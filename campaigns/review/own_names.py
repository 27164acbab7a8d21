"""Words as letters are compared by: without accents and capitals, and the names of one reader in every form."""

from collections.abc import Iterable
from functools import lru_cache

import etiquette
from campaigns.writing.checks.findings import folded
from etiquette import cases
from etiquette.text import fold_all

_PARTS = (("first", "m"), ("first", "f"), ("last", "m"), ("last", "f"))
_SHORTEST = 2  # an initial stands in too many words


def plain(text: str) -> str:
    """Return a text without accents and capitals, one character for each of its own; ς becomes σ."""
    fast = "\n".join(fold_all([text]))
    return fast if len(fast) == len(text) else folded(text)


@lru_cache(maxsize=65536)
def key_of(words: str) -> str:
    """Return words as names are compared: small letters, no accents, single blanks."""
    return etiquette.fold(" ".join(words.split()))


@lru_cache(maxsize=65536)
def forms_of_name(name: str, gender: str = "", part: str = "first") -> frozenset[str]:
    """Return the keys of a name in the nominative, vocative, genitive and accusative, Greek and Latin.

    `gender` is "m", "f" or "" (both are tried); a form that etiquette is not sure of is among them.
    """
    forms = {name}
    for one_part, one_gender in _PARTS:
        if one_part == part and gender in (one_gender, ""):
            for bend in (cases.vocative, cases.genitive, cases.accusative):
                answer = bend(name, gender=one_gender, part=part)
                forms.update((answer.text, *answer.choices))
    forms |= {etiquette.to_elot(form) for form in forms}
    return frozenset(key for form in forms if len(key := key_of(form)) >= _SHORTEST)


def own_words(
    *,
    first_name: str = "",
    last_name: str = "",
    known_as: str = "",
    company_name: str = "",
    gender: str = "",
    salutation: str = "",
) -> tuple[str, ...]:
    """Return the keys of everything in a letter that is the reader's own name, the longest first.

    The opening and the name of a company are taken whole; a person's names in each of their forms.
    """
    found = {key_of(each.strip(" ,.;:·!")) for each in (salutation, company_name)}
    for name in (first_name, known_as):
        found |= forms_of_name(name, gender, "first") if name else set()
    if last_name:
        found |= forms_of_name(last_name, gender, "last")
    return longest_first(found)


def longest_first(words: Iterable[str]) -> tuple[str, ...]:
    """A name within a longer one is looked for after it. What is too short to be a name is left out."""
    return tuple(sorted((word for word in set(words) if len(word) >= _SHORTEST), key=lambda word: (-len(word), word)))
