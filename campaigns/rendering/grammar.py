"""Filters that know grammar: an adjective that agrees with the reader, whose a thing is, numbers in words."""

from collections.abc import Callable

from etiquette.gender import agree
from etiquette.neighbours import ENCLITICS, before_enclitic
from etiquette.numbers import number_words

from .state import EmptyFact, Refusal, plain

# Who reads, as the fact `gender` says it: in words that do no harm if one is printed by mistake.
READERS = {
    "el": {"m": "άντρας", "f": "γυναίκα", "several": "πολλοί"},
    "en": {"m": "man", "f": "woman", "several": "several"},
}
_KINDS = {word: kind for words in READERS.values() for kind, word in words.items()}


def _agree(value: object, man: object, woman: object, several: object) -> str:
    """{{ γένος|agree('ευχαριστημένος', 'ευχαριστημένη', 'ευχαριστημένοι') }}"""
    kind = _KINDS.get(plain(value))
    if kind is None:
        raise Refusal("wrong_kind")
    return agree(kind, plain(man), plain(woman), plain(several))


def _possessive(value: object, owner: object) -> object:
    """{{ το_συνηθισμένο|possessive('σας') }}: τον κατάλογό σας. Empty where the second accent is not sure."""
    if plain(owner) not in ENCLITICS:
        raise Refusal("wrong_kind")
    before, blank, last = plain(value).rpartition(" ")
    accented = before_enclitic(last)
    return EmptyFact() if accented.needs_review else f"{before}{blank}{accented.text} {owner}"


def _in_words(language: str) -> Callable[..., str]:
    def words(value: object, gender: str = "n", case: str = "nominative") -> str:
        return number_words(int(plain(value)), language, gender=gender, case=case)

    return words


GRAMMAR: dict[str, Callable[..., object]] = {
    "agree": _agree,
    "συμφωνία": _agree,
    "possessive": _possessive,
    "κτητικό": _possessive,
    "in_words": _in_words("en"),
    "με_λόγια": _in_words("el"),
}
