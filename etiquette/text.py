"""Letters: clean text, accent-blind keys, syllables and accents. Knows nothing about names."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

TONOS = "\u0301"
DIAERESIS = "\u0308"

_ACCENTED = str.maketrans("άέήίόύώΐΰ", "αεηιουωϊϋ")
_APART = re.compile(r"([άέήό])([ιυ])")
_ADD_TONOS = {"α": "ά", "ε": "έ", "η": "ή", "ι": "ί", "ο": "ό", "υ": "ύ", "ω": "ώ", "ϊ": "ΐ", "ϋ": "ΰ"}
_PLAIN = str.maketrans("άέήίόύώΐΰϊϋςΆΈΉΊΌΎΏΪΫ", "αεηιουωιυιυσαεηιουωιυ")
_SMALL_PLAIN = tuple(zip("άέήίόύώΐΰϊϋς", "αεηιουωιυιυσ", strict=True))
_DIGRAPHS = frozenset({"αι", "ει", "οι", "υι", "ου", "αυ", "ευ", "ηυ"})
_VOWELS = frozenset("αεηιουωϊϋάέήίόύώΐΰ")
_WITH_TONOS = frozenset("άέήίόύώΐΰ")

# Latin capitals (and a few small letters) that look like Greek ones: typed by a keyboard left in Latin.
_LOOK_ALIKE = str.maketrans("ABEZHIKMNOPTYXabeikmnoptuvxy", "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαβεικμνορτυνχγ")
_LOOK_ALIKE_CAPITALS = frozenset("ABEZHIKMNOPTYX")

_GREEK = re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]")
_POLYTONIC = re.compile(r"[\u1f00-\u1fff]")
_MONOTONIC_ONLY = re.compile(r"[\u0370-\u03ff\W]*")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_BLANKS = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\u00ad\x00-\x1f\x7f]+")
_QUOTES = str.maketrans("‘’`´ʹ΄", "''''''")


def clean(text: str) -> str:
    """Return `text` in NFC with monotonic accents, single blanks and plain apostrophes."""
    composed = unicodedata.normalize("NFC", text)
    if _POLYTONIC.search(composed):
        composed = _monotonic(composed)
    return _BLANKS.sub(" ", composed.translate(_QUOTES)).strip()


def _monotonic(text: str) -> str:
    """Turn breathings, graves and circumflexes into the one accent used since 1982."""
    marks = {"\u0300": TONOS, "\u0342": TONOS, TONOS: TONOS, DIAERESIS: DIAERESIS}
    letters = []
    for letter in unicodedata.normalize("NFD", text):
        if not unicodedata.combining(letter):
            letters.append(letter)
        elif letter in marks:
            letters.append(marks[letter])
    return unicodedata.normalize("NFC", "".join(letters))


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Return the accent-blind key of `text`: small letters, no accents or diaeresis, ς as σ."""
    if text.isascii():
        return text.lower()
    if _MONOTONIC_ONLY.fullmatch(text):
        return text.translate(_PLAIN).lower().translate(_PLAIN)
    decomposed = unicodedata.normalize("NFD", text.casefold())
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if not unicodedata.combining(c)))


def fold_all(words: Iterable[str]) -> list[str]:
    """Return the keys of many monotonic words without line breaks at once: what `fold` gives, without its care."""
    joined = "\n".join(words).lower()
    # Letter by letter over one long text is an order faster than a table of letters.
    for letter, plain in _SMALL_PLAIN:
        joined = joined.replace(letter, plain)
    return joined.split("\n") if joined else []


def has_greek(text: str) -> bool:
    return bool(_GREEK.search(text))


def has_latin(text: str) -> bool:
    return bool(_LATIN.search(text))


def has_accent(text: str) -> bool:
    return any(letter in _WITH_TONOS for letter in text.lower())


def repair_look_alikes(text: str) -> str:
    """Put Greek letters for Latin look-alikes in words that are otherwise Greek (ΠAΠAΔΟΠΟYΛΟΣ).

    A word of look-alike capitals alone (ANNA) is repaired when another word of the text is Greek.
    """
    if not has_greek(text) or not has_latin(text):
        return text
    words = []
    for word in text.split(" "):
        letters = {letter for letter in word if letter.isalpha()}
        mixed = has_greek(word) and has_latin(word)
        if mixed or (letters and letters <= _LOOK_ALIKE_CAPITALS):
            word = word.translate(_LOOK_ALIKE)
        words.append(word)
    return " ".join(words)


def small(word: str) -> str:
    """Return `word` in small letters with the right final sigma, accents kept."""
    lowered = word.lower()
    return re.sub(r"σ(?=$|[^\w])", "ς", lowered)


def capitalised(word: str) -> str:
    """Return `word` with a capital at its start and after each hyphen or apostrophe; the capital keeps its accent."""
    return re.sub(r"(^|[-'])(\w)", lambda found: found[1] + found[2].upper(), word)


def without_accent(word: str) -> str:
    """Return the small-letter `word` without its accent; a diaeresis stays, and appears where the accent stood for it.

    Βάιος has no diaeresis because its accent already keeps the vowels apart: without the accent it is βαϊος.
    """
    return _APART.sub(lambda found: found[1] + {"ι": "ϊ", "υ": "ϋ"}[found[2]], word).translate(_ACCENTED)


def nuclei(word: str) -> list[int]:
    """Return the index of the letter that carries the accent of each syllable of a small-letter Greek `word`."""
    found: list[int] = []
    index = 0
    while index < len(word):
        if word[index] not in _VOWELS:
            index += 1
            continue
        pair = word[index : index + 2]
        # An accent on the first letter keeps the two apart (Μάιος); a diaeresis is no part of a digraph.
        one_sound = pair[0] not in _WITH_TONOS and pair.translate(_ACCENTED) in _DIGRAPHS
        found.append(index + 1 if one_sound else index)
        index += 2 if one_sound else 1
    return found


@lru_cache(maxsize=65536)
def stress(word: str) -> int:
    """Return which syllable from the end carries the accent (1 = last); 0 when none does."""
    lowered = word.lower()
    places = nuclei(lowered)
    for from_end, place in enumerate(reversed(places), start=1):
        if lowered[place] in _WITH_TONOS:
            return from_end
    return 0


def with_stress(word: str, from_end: int) -> str:
    """Return the small-letter `word` accented on the syllable `from_end` (1 = last), or plain if it is too short."""
    plain = without_accent(word)
    places = nuclei(plain)
    if not 1 <= from_end <= len(places):
        return plain
    place = places[-from_end]
    rest = plain[place + 1 :]
    if plain[place] in "αεηο" and rest[:1] in ("ϊ", "ϋ"):
        rest = {"ϊ": "ι", "ϋ": "υ"}[rest[0]] + rest[1:]
    return plain[:place] + _ADD_TONOS[plain[place]] + rest


def syllable_count(word: str) -> int:
    return len(nuclei(word.lower()))
