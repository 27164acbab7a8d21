"""What people decided about names before: offered first for the next name written alike, and always asked.

Two people may share a raw name, so a decision about one is a suggestion for another and never makes a name sure.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from . import accents
from .accents import ASK, LEXICON, Word
from .reading import NameReading
from .text import clean, fold, has_accent, has_greek, repair_look_alikes, small, syllable_count

DECIDED = "decided_before"
_PEOPLE = ("person", "household")
_NOBODY = ("placeholder", "other")
# What a decision about a word may answer: doubts of how it is written, not of which word it is.
_OF_SPELLING = frozenset({"ambiguous_accent", "ambiguous_spelling", "accent_guess"})


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided about one raw name. Without a `kind` only how they are called is known."""

    kind: str = ""
    first: str = ""
    last: str = ""
    company_name: str = ""
    gender: str = "u"
    known_as: str = ""


@dataclass(frozen=True, slots=True)
class Overlay:
    """Earlier decisions: `names` by the key of a whole raw name (`key_of_name`), the others by `fold` of a word."""

    names: Mapping[str, Decision] = field(default_factory=dict)
    first_names: Mapping[str, str] = field(default_factory=dict)
    surnames: Mapping[str, str] = field(default_factory=dict)


def key_of_name(raw: str) -> str:
    """Return the key under which raw names are the same: without accents, case, double blanks and look-alikes."""
    return fold(repair_look_alikes(clean(raw)))


def key_of_first_name(form: str) -> str:
    """Return the key under which `form` may be offered to others; "" for a name that our tables write in one way."""
    return _key_of_word(form, accents.first_name(fold(form)))


def key_of_surname(form: str) -> str:
    """Return the key under which `form` may be offered to others; "" for a name that our tables write in one way."""
    return _key_of_word(form, accents.surname(fold(form))) if form.strip("-") else ""


def _key_of_word(form: str, word: Word) -> str:
    # One colleague's slip must not put a question to everybody of a name that thousands write alike.
    if not has_greek(form) or " " in form or word.confidence >= LEXICON:
        return ""
    return fold(form) if has_accent(form) or syllable_count(small(form)) < 2 else ""


def suggested(reading: NameReading, overlay: Overlay) -> NameReading:
    """Return `reading` with what was decided before as its first choice, at most `ASK` sure.

    A sure reading that says the same stays sure. Nobody is greeted, and nobody falls silent, by a suggestion.
    """
    decision = overlay.names.get(key_of_name(reading.raw))
    if not reading.greetable:
        return reading
    if decision is None:
        return _by_words(reading, overlay)
    reading = replace(reading, known_as=decision.known_as or reading.known_as)
    if not decision.kind:
        return _by_words(reading, overlay)
    if decision.kind in _NOBODY:
        return reading.at_most(ASK, DECIDED)
    return _by_name(reading, decision)


def _by_name(reading: NameReading, decision: Decision) -> NameReading:
    people = decision.kind in _PEOPLE
    chosen = replace(
        reading,
        kind=decision.kind,
        first=decision.first if people else "",
        last=decision.last if people else "",
        company_name="" if people else decision.company_name,
        gender=decision.gender if decision.gender != "u" else reading.gender,
    )
    if chosen == reading and not reading.needs_review:
        return reading
    return replace(chosen, confidence=ASK, reason=DECIDED, choices=_choices(chosen, reading))


def _choices(chosen: NameReading, plain: NameReading) -> tuple[str, ...]:
    """Return the decided reading and then ours: one word where only its spelling differs, else the whole names."""
    same_words = fold(chosen.first) == fold(plain.first) and fold(chosen.last) == fold(plain.last)
    if chosen.kind == plain.kind and same_words:
        if (chosen.first, chosen.last) == (plain.first, plain.last):
            return plain.choices
        if chosen.first == plain.first:
            return _spellings(chosen.last, plain.last, plain.choices)
        if chosen.last == plain.last:
            return _spellings(chosen.first, plain.first, plain.choices)
    return _unlike((text_of(chosen), text_of(plain)))


def text_of(reading: NameReading) -> str:
    """Return a whole reading as one line, as it stands among the choices."""
    return reading.company_name if reading.kind not in _PEOPLE else f"{reading.first} {reading.last}".strip()


def _spellings(first: str, second: str, others: Iterable[str]) -> tuple[str, ...]:
    return _unlike((first, second, *(other for other in others if fold(other) == fold(first))))


def _unlike(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the texts without repetitions; nothing when there is only one, which is no choice."""
    found = tuple(dict.fromkeys(filter(None, texts)))
    return found if len(found) > 1 else ()


def _by_words(reading: NameReading, overlay: Overlay) -> NameReading:
    if reading.kind not in _PEOPLE:
        return reading
    first = _decided_word(reading, reading.first, overlay.first_names, key_of_first_name)
    last = _decided_word(reading, reading.last, overlay.surnames, key_of_surname)
    if not first and not last:
        return reading
    chosen = replace(reading, first=first or reading.first, last=last or reading.last)
    answers = reading.confidence >= ASK or reading.reason in _OF_SPELLING
    return replace(
        chosen,
        confidence=min(ASK, reading.confidence),
        reason=DECIDED if answers else reading.reason,
        choices=_respelt(reading, {fold(word): word for word in (first, last) if word}) or _choices(chosen, reading),
    )


def _decided_word(reading: NameReading, word: str, decided: Mapping[str, str], key_of: Callable[[str], str]) -> str:
    """Return how a word of the name was decided to be written, "" when nothing was or the list itself says it."""
    form = decided.get(fold(word), "") if word else ""
    if not form or not key_of(form):
        return ""
    written = has_accent(word) and small(word) in small(reading.raw)
    return "" if written else form


def _respelt(reading: NameReading, decided: Mapping[str, str]) -> tuple[str, ...]:
    """Return the reading's own choices with the decided forms in them, and first where they are single words."""
    of_words = [decided[fold(choice)] for choice in reading.choices if fold(choice) in decided]
    if of_words:
        return _unlike((*of_words[:1], *reading.choices))
    return _unlike(" ".join(decided.get(fold(word), word) for word in choice.split(" ")) for choice in reading.choices)
