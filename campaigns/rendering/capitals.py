"""Capitals at the start of a sentence. Values come as they stand in the middle of one: «επτά χρόνια».

Most places are decided once, when a greeting is compiled. Where it depends on the person (what the value before it
ends in, whether the sentence before it was left out) the letter carries RAISE until it is whole.

Greek goes on in small letters after the comma of the opening and asks with a semicolon, English does neither; which
of the two a sentence is, its own first letter says.
"""

import re
import unicodedata
from collections.abc import Container, Sequence
from typing import Literal

Capital = Literal["never", "always", "ask"]

RAISE = "\x04"  # before a small letter of which only the whole text tells whether it begins a sentence
PARAGRAPH = "\x02"  # these two end a paragraph and a line of the text part until the values are in
LINE = "\x03"
LIST_END = "\x07"  # of a list with numbers; `layout` has its other signs

_BLANKS = " \t\n\u00a0\u2009\u202f"
_BREAKS = PARAGRAPH + LINE
_OPENING = "«“„‘\"'(["
# What may stand between the end of a sentence and the first letter of the next.
_BETWEEN = _BLANKS + _BREAKS + LIST_END + RAISE + _OPENING + "»”’)]-–—*_\ufe0f"  # the last is part of many emoji
_STOPS = ".!?…"
_GREEK_QUESTION = ";\u037e"
_PAUSES = ",·\u0387"
_WORD = re.compile(r"[\w.]+\Z")
# They want a word after them. Others, such as κ.λπ. and etc., end a sentence as often as not.
_NEVER_LAST = frozenset(
    {"π.χ", "λ.χ", "δηλ", "βλ", "κ", "κα", "κος", "κον", "κυρ", "αρ", "τηλ", "αγ", "οδ", "λεωφ"}
    | {"mr", "mrs", "ms", "dr", "st", "no", "e.g", "i.e", "vs", "approx"}
)
_ADDRESSES = ("http://", "https://", "www.")
_SYMBOLS = ("So", "Sk", "Cf")  # emoji and what holds them together
# Their capitals would need three code points, which few fonts put together.
_LARGE = {"ΐ": "Ϊ", "ΰ": "Ϋ"}


def first_small_letter(words: str) -> int:
    """Return where the small letter stands with which `words` begin, or -1: a digit, a capital, iPhone, an address."""
    at = 0
    while words[at : at + 1] and words[at] in _OPENING:
        at += 1
    first, second = words[at : at + 1], words[at + 1 : at + 2]
    if not first.islower() or second.isupper() or words.startswith(_ADDRESSES, at):
        return -1
    return at


def raised(words: str, at: int) -> str:
    """Return `words` with a capital for the letter at `at`, its accent kept: έναν gives Έναν."""
    letter = words[at]
    return words[:at] + (_LARGE.get(letter) or letter.title()) + words[at + 1 :]


def begins_sentence(
    text: str, end: int, *, greek: bool, unseen: Container[str] = (), unknown: Container[str] = ()
) -> bool | None:
    """Return whether a sentence begins at `end` of `text`.

    Characters of `unseen` leave nothing on paper; where it depends on one of `unknown` the answer is None.
    """
    words_end = end
    while words_end and _is_between(text[words_end - 1], unseen):
        words_end -= 1
    if not words_end:
        return True
    last, gap = text[words_end - 1], text[words_end:end]
    if last in unknown:
        return None
    if any(each in gap for each in _BREAKS):
        return not (greek and last in _PAUSES)
    if not any(each in gap for each in _BLANKS):
        return False
    if last == ".":
        word = _WORD.search(text, max(0, words_end - 12), words_end - 1)
        return word is None or word.group().casefold() not in _NEVER_LAST
    return last in _STOPS or (greek and last in _GREEK_QUESTION)


def capital_at(text: str, end: int, *, unseen: Container[str], unknown: Container[str]) -> Capital:
    """Return what is known before any letter is written about the letter at `end` of a laid-out `text`."""
    answers = {begins_sentence(text, end, greek=greek, unseen=unseen, unknown=unknown) for greek in (True, False)}
    if len(answers) > 1 or None in answers:
        return "ask"
    return "always" if True in answers else "never"


def decided(text: str) -> list[bool]:
    """Return for each RAISE in a written text part whether the letter after it begins a sentence."""
    decisions = []
    at = text.find(RAISE)
    while at >= 0:
        decisions.append(bool(begins_sentence(text, at, greek=_is_greek(text[at + 1 : at + 2]))))
        at = text.find(RAISE, at + 1)
    return decisions


def settled(text: str, decisions: Sequence[bool]) -> str:
    """Return `text` without its RAISEs, capitals where `decisions` say so: one for each, in their order."""
    first, *parts = text.split(RAISE)
    return first + "".join([raised(part, 0) if large else part for part, large in zip(parts, decisions, strict=True)])


def _is_greek(letter: str) -> bool:
    return "\u0370" <= letter <= "\u03ff" or "\u1f00" <= letter <= "\u1fff"


def _is_between(character: str, unseen: Container[str]) -> bool:
    if character in _BETWEEN or character in unseen:
        return True
    return not character.isalnum() and unicodedata.category(character) in _SYMBOLS
