"""Vocative, genitive and accusative of Greek names.

Sources: the school grammar as summarised in `docs/etiquette.md`, and usage for the familiar first names, whose
vocative in -ο stands in the table. Women's vocative is the nominative. Anything without a sure form answers with
the reason "rebuild": the caller then puts the name after a colon instead of bending it.
"""

import re
from collections.abc import Callable
from functools import lru_cache

from . import lexicon
from .answers import Answer
from .text import capitalised, fold, has_greek, stress, syllable_count, with_stress, without_accent

RULE = 0.95
BOTH = 0.92
UNSURE = 0.6

# Paroxytone first names of three and more syllables that keep the learned -ε.
_LEARNED = re.compile(r"(ιν|αι|ει|υλ|φορ|λογ|ουργ|αρδ|ερτ|ελμ|ουνδ|ρρικ)οσ$")
_GENITIVE_SURNAME = re.compile(r"(ου|ουσ|ωσ|φωντοσ)$")

_TITLES = {
    "m": {"nominative": "κύριος", "genitive": "κυρίου", "accusative": "κύριο", "vocative": "κύριε"},
    "f": {"nominative": "κυρία", "genitive": "κυρίας", "accusative": "κυρία", "vocative": "κυρία"},
}


def title(gender: str, case: str) -> str:
    """Return κύριος or κυρία in a case (του κυρίου Βλάχου, τον κύριο Βλάχο).

    `gender` is m or f, `case` nominative, genitive, accusative or vocative; raise KeyError for anything else.
    """
    return _TITLES[gender][case]


@lru_cache(maxsize=65536)
def vocative(name: str, *, gender: str, part: str = "first") -> Answer:
    """Return the vocative of an accented `name` in the nominative. `part` is "first" or "last".

    The names of women, indeclinable names and names in Latin letters stay as they are.
    """
    return _bend(name, gender, part, _vocative_word)


@lru_cache(maxsize=65536)
def genitive(name: str, *, gender: str, part: str = "first") -> Answer:
    """Return the genitive (του Αλεξάνδρου, της Μαρίας), with the reason "rebuild" where usage is divided."""
    return _bend(name, gender, part, _genitive_word)


@lru_cache(maxsize=65536)
def accusative(name: str, *, gender: str, part: str = "first") -> Answer:
    """Return the accusative (τον Αλέξανδρο, τη Μαρία)."""
    return _bend(name, gender, part, _accusative_word)


def _bend(name: str, gender: str, part: str, rule: Callable[[str, str, str], Answer]) -> Answer:
    if not name:
        return Answer("", 0.0, "empty")
    if not has_greek(name):
        return Answer(name, RULE, "foreign")
    pieces = re.split(r"([- ])", name)
    answers = [Answer(piece, RULE, "rule") if piece in "- " else rule(piece, gender, part) for piece in pieces]
    worst = min(answers, key=lambda answer: answer.confidence)
    text = "".join(answer.text for answer in answers)
    choices = worst.choices if len(answers) == 1 else ()
    return Answer(text, worst.confidence, worst.reason, choices)


def _vocative_word(name: str, gender: str, part: str) -> Answer:
    if gender not in ("m", "f"):
        return Answer(name, UNSURE, "gender_unknown")
    if gender == "f":
        return Answer(name, RULE, "rule")
    known = _table_vocatives(name, part)
    if known:
        confidence = RULE if len(known) == 1 else BOTH
        return Answer(known[0], confidence, "lexicon" if len(known) == 1 else "both_in_use", known[1:])
    key = fold(name)
    if _never_bends(name, key, part):
        return Answer(name, RULE, "rule")
    if key.endswith("οσ"):
        return _vocative_os(name, key, part)
    if key.endswith(("ασ", "ησ", "εσ", "ουσ")):
        return Answer(name[:-1], RULE, "rule")
    if key.endswith("ευσ"):
        modern = with_stress(without_accent(name.lower())[:-3] + "εα", 2)
        return Answer(capitalised(modern), BOTH, "both_in_use", (name,))
    if key.endswith("ωσ") and stress(name) != 1:
        return Answer(name[:-1] + "α", BOTH, "both_in_use", (name,))
    if key.endswith(("ων", "ωρ")):
        return Answer(name, BOTH, "both_in_use", _modern_forms(key))
    if key.endswith("ισ"):
        return Answer(name[:-1], BOTH, "both_in_use", (name,))
    return Answer(name, RULE, "rule")


def _never_bends(name: str, key: str, part: str) -> bool:
    """Tell whether a name never changes: a genitive, one syllable (Κρις), or a foreign -ους (Κλάους; but Ιησούς)."""
    if part == "last" and _stands_in_genitive(name, key):
        return True
    return syllable_count(name) == 1 or (key.endswith("ουσ") and stress(name) != 1)


def _modern_forms(key: str) -> tuple[str, ...]:
    """Return the modern vocative and accusative of -ων, -ωρ: Πλάτωνα, Ιάσονα, Λέοντα, Έκτορα, as the tables have it."""
    stems = (key[:-2] + tail for tail in ("ον", "ων", "οντ", "ωντ", "ωρ", "ορ"))
    found = [entry.form for stem in stems for entry in lexicon.first_names(stem + "ασ")]
    # Ιωνάς is no modern Ίων.
    return tuple(form[:-1] for form in found if form.endswith("ας"))


def _table_vocatives(name: str, part: str) -> tuple[str, ...]:
    key = fold(name)
    for entry in lexicon.first_names(key) if part == "first" else lexicon.surnames(key):
        if entry.form == name and entry.vocatives:
            return entry.vocatives
    return ()


def _stands_in_genitive(name: str, key: str) -> bool:
    """Tell whether a surname is a genitive that never changes (Γεωργίου, Χαραλάμπους, Ξενοφώντος)."""
    if any(entry.form == name and entry.gender == "u" for entry in lexicon.surnames(key)):
        return True
    if not _GENITIVE_SURNAME.search(key):
        return False
    if key.endswith("ουσ"):
        # Χαραλάμπους stays, Παππούς loses its -ς: the genitives are stressed before the last syllable.
        return stress(name) != 1
    return True


def _vocative_os(name: str, key: str, part: str) -> Answer:
    stem, place = name[:-2], stress(name)
    if name.endswith("ός"):
        if key.endswith("ιοσ") and part == "last":
            return Answer(stem + "έ", 0.8, "both_in_use", (stem + "ό",))
        return Answer(stem + "έ", RULE, "rule")
    if place >= 3 or key.endswith("οπουλοσ"):
        return Answer(stem + "ε", RULE, "rule")
    if part == "last":
        if key.endswith("ακοσ"):
            return Answer(stem + "ο", RULE, "rule")
        if key.endswith(("αιοσ", "λογοσ", "χοοσ")):
            return Answer(stem + "ε", RULE, "rule")
        return Answer(stem + "ο", BOTH, "both_in_use", (stem + "ε",))
    if syllable_count(name) > 2 and _LEARNED.search(key):
        return Answer(stem + "ε", RULE, "rule")
    if lexicon.first_names(key):
        return Answer(stem + "ο", RULE, "rule")
    return Answer(stem + "ο", 0.8, "both_in_use", (stem + "ε",))


def _genitive_word(name: str, gender: str, part: str) -> Answer:
    key = fold(name)
    if gender == "f":
        return _womans_genitive(name, key, part)
    if gender != "m":
        return Answer(name, UNSURE, "rebuild")
    if _never_bends(name, key, part):
        return Answer(name, RULE, "rule")
    if key.endswith("οσ"):
        place = stress(name)
        stem = without_accent(name.lower())[:-2] + "ου"
        kept = capitalised(with_stress(stem, place))
        if key.endswith("οπουλοσ"):
            return Answer(kept, RULE, "rule")
        if place < 3:
            return Answer(kept, RULE, "rule")
        moved = capitalised(with_stress(stem, 2))
        if part == "last":
            return Answer(moved, UNSURE, "rebuild", (kept,))
        return Answer(moved, BOTH, "both_in_use", (kept,))
    if key.endswith(("ασ", "ησ", "εσ", "ουσ")):
        return Answer(name[:-1], RULE, "rule")
    if key.endswith(("ων", "ωρ", "ευσ", "ωσ", "ισ")):
        return Answer(name, UNSURE, "rebuild")
    return Answer(name, RULE, "rule")


def _womans_genitive(name: str, key: str, part: str) -> Answer:
    if part == "last":
        # A woman's surname is a genitive already (της Παπαδοπούλου, της Παπαδάκη).
        return Answer(name, RULE, "rule")
    if key.endswith("ουσ") or key.endswith("σ"):
        return Answer(name, UNSURE, "rebuild")
    if key[-1] in "αηω" or key.endswith("ου"):
        return Answer(name + "ς", RULE, "rule")
    return Answer(name, RULE, "rule")


def _accusative_word(name: str, gender: str, part: str) -> Answer:
    key = fold(name)
    if gender == "f":
        return Answer(name, UNSURE, "rebuild") if key.endswith("σ") else Answer(name, RULE, "rule")
    if gender != "m":
        return Answer(name, UNSURE, "rebuild")
    if _never_bends(name, key, part):
        return Answer(name, RULE, "rule")
    if key.endswith(("οσ", "ασ", "ησ", "εσ", "ουσ")) and not key.endswith("ευσ"):
        return Answer(name[:-1], RULE, "rule")
    if key.endswith(("ων", "ωρ")):
        modern = _modern_forms(key)
        return Answer(modern[0], BOTH, "both_in_use", modern[1:]) if modern else Answer(name, UNSURE, "rebuild")
    if key.endswith("σ"):
        return Answer(name, UNSURE, "rebuild")
    return Answer(name, RULE, "rule")
