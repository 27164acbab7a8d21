"""Names written in Latin letters: Greeklish is found in the tables, foreign names are left as they stand."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

from . import lexicon, skeletons
from .accents import ASK, GUESS, RARE_RIVAL, UNKNOWN, Word
from .reading import NameReading
from .text import capitalised, fold, small
from .transliteration import latin_skeleton, respellings, to_elot

FOREIGN = 0.95
# Short Latin surnames may be foreign ones that happen to look Greek (Roma, Mina).
LONG_ENOUGH = 6
# Shorter words are too like each other to be read by a looser spelling.
SHORT = 3

# Latin skeleton of an ending, the Greek ending, its gender; the longest first.
_ENDINGS = (
    ("opulos", "όπουλος", "m"), ("opulu", "οπούλου", "f"), ("iadis", "ιάδης", "m"), ("iadu", "ιάδου", "f"),
    ("oglu", "όγλου", "u"), ("idis", "ίδης", "m"), ("adis", "άδης", "m"), ("akis", "άκης", "m"),
    ("akos", "άκος", "m"), ("idu", "ίδου", "f"), ("adu", "άδου", "f"), ("aki", "άκη", "f"), ("aku", "άκου", "f"),
    ("eas", "έας", "m"),
)  # fmt: skip


# Endings of Greek surnames in Latin letters, men's and women's.
_LOOKS_GREEK = re.compile(r"(ou|oy|os|as|is|ea|la|ka|ra|ta|dou|aki|idi|adi|eli|oti|iti)$")


_PARTICLES = frozenset(
    {
        "van", "von", "der", "den", "ter", "ten", "zu", "zum", "de", "del", "di", "da", "do", "dos", "du", "la", "le",
        "el", "al", "bin", "ibn", "af", "av", "y", "e",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Reading:
    first: Word
    last: Word


@lru_cache(maxsize=65536)
def first_name(word: str) -> Word | None:
    """Return the Greek first name that Latin letters spell, or None. Several equal ones ask for a person."""
    return _first_name(word) or _respelled(word, _first_name)


@lru_cache(maxsize=65536)
def surname(word: str) -> Word | None:
    """Return the Greek surname that Latin letters spell: from the table, or a known stem with a sure ending."""
    return _surname(word) or _respelled(word, _surname)


def _respelled(word: str, read: Callable[[str], Word | None]) -> Word | None:
    """Read a looser spelling (Hraklis, Karayiannis): found, but for a person to confirm."""
    if len(word) < SHORT:
        return None
    found = next(filter(None, map(read, respellings(word))), None)
    if found is None or found.confidence <= ASK:
        return found
    return Word(found.form, found.gender, ASK, "ambiguous_spelling", found.choices or (found.form,))


def _could_spell(word: str, form: str) -> bool:
    """Tell whether Latin letters can stand for a Greek form: the skeleton merges β with μπ, ξ with χ, δ with ντ.

    Kavakos is no Καμπάκος, for nobody writes μπ with a v.
    """
    latin, greek = fold(word), fold(form)
    return (
        greek.count("μπ") <= latin.count("mp") + latin.count("b")
        and greek.count("ξ") <= latin.count("x") + latin.count("ks") + latin.count("3")
        and greek.count("χ") <= latin.count("x") + latin.count("h")
        and greek.count("δ") <= latin.count("d")
    )


def _first_name(word: str) -> Word | None:
    alike = skeletons.first_names_of_skeleton(latin_skeleton(word))
    names = [name for name in alike if _could_spell(word, name.form)]
    if not names:
        return None
    exact = [name for name in names if to_elot(name.form).lower() == fold(word)] or _spelled_alike(names, word)
    familiar = max(names, key=lambda name: name.weight)
    if exact and familiar.weight - max(name.weight for name in exact) > 1:
        # Fotini is Φωτεινή far more often than the rare Φωτινή.
        forms = tuple(dict.fromkeys(name.form for name in (familiar, *exact)))
        return Word(familiar.form, familiar.gender, ASK, "ambiguous_spelling", forms)
    best = sorted(exact or names, key=lambda name: -name.weight)
    forms = tuple(dict.fromkeys(name.form for name in best))
    genders = {name.gender for name in best if name.form == best[0].form}
    gender = genders.pop() if len(genders) == 1 else "u"
    rival = next((name for name in best if name.form != best[0].form), None)
    if rival is None:
        return Word(best[0].form, gender, RARE_RIVAL, "greeklish")
    one_sex = len({name.gender for name in best}) == 1
    if rival.weight < best[0].weight == lexicon.FAMILIAR and one_sex:
        return Word(best[0].form, gender, RARE_RIVAL, "greeklish", forms)
    return Word(best[0].form, gender, ASK, "ambiguous_spelling", forms)


def _spelled_alike(names: tuple[lexicon.FirstName, ...], word: str) -> list[lexicon.FirstName]:
    """Return the names with an ω wherever the word has a w: Manwlis is Μανώλης, not Μανόλης."""
    if "w" not in word.lower():
        return []
    return [name for name in names if fold(name.form).count("ω") == word.lower().count("w")]


def _surname(word: str) -> Word | None:
    skeleton = latin_skeleton(word)
    found = [entry for entry in skeletons.surnames_of_skeleton(skeleton) if _could_spell(word, entry.form)]
    if found:
        exact = [entry for entry in found if to_elot(entry.form).lower() == fold(word)] or found
        forms = tuple(dict.fromkeys(entry.form for entry in exact))
        genders = {entry.gender for entry in exact}
        gender = genders.pop() if len(genders) == 1 else "u"
        if len(forms) == 1 and exact[0].sure:
            return Word(forms[0], gender, RARE_RIVAL, "greeklish")
        return Word(forms[0], gender, ASK, "ambiguous_spelling", forms)
    for tail, ending, gender in _ENDINGS:
        if skeleton.endswith(tail) and len(skeleton) > len(tail) + 1:
            built = _on_stem(skeleton[: -len(tail)], ending, gender, word)
            if built:
                return built
    return None


def _on_stem(stem: str, ending: str, gender: str, word: str) -> Word | None:
    stems = sorted(skeletons.stems_of_skeleton(stem))
    forms = [form for greek in stems if _could_spell(word, form := capitalised(small(greek + ending)))]
    exact = [form for form in forms if to_elot(form).lower() == fold(word)] or forms
    if not exact:
        return None
    if len(exact) == 1:
        return Word(exact[0], gender, RARE_RIVAL, "greeklish")
    return Word(exact[0], gender, ASK, "ambiguous_spelling", tuple(exact))


def beside_greek(token: str) -> tuple[Word, Word]:
    """Return a Latin word of a name that is otherwise Greek, as first name and as surname (ΓΙΩΡΓΟΣ PAPADOPOULOS)."""
    greek, foreign = first_name(token), lexicon.foreign_first_names().get(fold(token))
    familiar = bool(greek) and lexicon.first_names(fold(greek.form))[0].weight == lexicon.FAMILIAR
    if greek and (familiar or not foreign):
        first = greek
    else:
        first = Word(tidy(token), foreign or "", RARE_RIVAL, "foreign", known=bool(foreign))
    return first, _surname_beside_greek(token)


def _surname_beside_greek(token: str) -> Word:
    greek = surname(token)
    if greek and len(token) >= LONG_ENOUGH:
        return greek
    form = tidy(token)
    if greek:
        return Word(form, "", ASK, "ambiguous_spelling", (form, greek.form))
    if _LOOKS_GREEK.search(fold(token)):
        return Word(form, "", ASK, "unknown_word")
    return Word(form, "", RARE_RIVAL, "foreign")


def read_person(raw: str, tokens: list[str], order: str | None) -> NameReading:
    """Return the reading of a person whose words are all in Latin letters."""
    if len(tokens) == 1:
        return _one_word(raw, tokens[0])
    if len(tokens) == 2:
        greek = _greek_pair(raw, tokens, order)
        if greek:
            return greek
    return _foreign(raw, tokens, order)


def _greek_pair(raw: str, tokens: list[str], order: str | None) -> NameReading | None:
    one, two = tokens
    readings = {}
    for name, first, last in (("name_first", one, two), ("surname_first", two, one)):
        greek_first, greek_last = first_name(first), surname(last)
        if greek_first and greek_last:
            readings[name] = _Reading(greek_first, greek_last)
    if not readings:
        return None
    likeliest = order if order in readings else next(iter(readings))
    chosen = readings[likeliest]
    last_word = two if likeliest == "name_first" else one
    first_word = one if likeliest == "name_first" else two
    worst = min(chosen.first, chosen.last, key=lambda word: word.confidence)
    gender = chosen.first.gender if chosen.first.gender in ("m", "f") else chosen.last.gender
    reading = NameReading(
        raw,
        "person",
        first=chosen.first.form,
        last=chosen.last.form,
        gender=gender if gender in ("m", "f") else "u",
        confidence=worst.confidence,
        reason=worst.reason,
        choices=worst.choices,
        known_as=lexicon.known_as(chosen.first.form),
        order=likeliest,
    )
    if len(readings) == 2:
        other = next(value for name, value in readings.items() if name != likeliest)
        both = tuple(f"{item.first.form} {item.last.form}" for item in (chosen, other))
        reading = reading.at_most(GUESS, "order_unsure", both)
    foreign = lexicon.foreign_first_names()
    rare = all(name.weight < lexicon.ORDINARY for name in lexicon.first_names(fold(reading.first)))
    if fold(first_word) in foreign and (rare or len(last_word) < LONG_ENOUGH or fold(last_word) in foreign):
        # Andrea Rossi, Thomas Martin: the Greek name is a guess, and so is the sex it would tell.
        if foreign[fold(first_word)] == "u":
            reading = replace(reading, gender="u")
        if rare:
            # George is not the Georgian Γκεόργκε, nor Mary the French Μαρί.
            reading = replace(reading, first=tidy(first_word), known_as="")
        reading = reading.at_most(GUESS, "ambiguous_spelling", (f"{reading.first} {reading.last}", " ".join(tokens)))
    if {chosen.first.gender, chosen.last.gender} == {"m", "f"}:
        reading = reading.at_most(GUESS, "gender_conflict")
    if chosen.first.gender not in ("m", "f"):
        reading = reading.at_most(GUESS, "gender_unknown")
    return reading


def _one_word(raw: str, token: str) -> NameReading:
    greek = first_name(token)
    if greek and fold(token) not in lexicon.foreign_first_names():
        return NameReading(
            raw, "person", first=greek.form, gender=greek.gender, confidence=GUESS, reason="last_missing"
        )
    gender = lexicon.foreign_first_names().get(fold(token))
    if gender:
        return NameReading(raw, "person", first=tidy(token), gender=gender, confidence=GUESS, reason="last_missing")
    last = surname(token)
    if last:
        gender = last.gender if last.gender in ("m", "f") else "u"
        return NameReading(raw, "person", last=last.form, gender=gender, confidence=GUESS, reason="first_missing")
    return NameReading(raw, "person", last=tidy(token), confidence=UNKNOWN, reason="unknown_word")


def _abroad(word: str) -> str:
    """Return the gender of a first name of other countries, empty for any other word.

    Of a double one (Jean-Pierre, Anna-Lena) both halves have to be known, and to agree: else u.
    """
    genders = {lexicon.foreign_first_names().get(part, "") for part in fold(word).split("-")}
    if "" in genders:
        return ""
    return genders.pop() if len(genders) == 1 else "u"


def _foreign(raw: str, tokens: list[str], order: str | None) -> NameReading:
    """Read a foreign name: the first word is the first name unless only the last one is known as such."""
    table = lexicon.foreign_first_names()
    first_known = _abroad(tokens[0]) or first_name(tokens[0]) is not None
    last_known = _abroad(tokens[-1]) or first_name(tokens[-1]) is not None
    confidence, reason = FOREIGN, "foreign"
    turned = (last_known and not first_known) or (first_known and last_known and order == "surname_first")
    first, last = (tokens[-1], tokens[:-1]) if turned else (tokens[0], tokens[1:])
    if not (first_known or last_known):
        confidence, reason = UNKNOWN, "unknown_word"
    elif first_known and last_known:
        confidence, reason = (ASK, "order_unsure") if len(tokens) == 2 else (GUESS, "too_many_words")
    elif len(tokens) > 2:
        # "Jan van der Berg" and "Anna Maria Weber" look alike.
        second = last[0]
        if fold(second) in table or len(tokens) > 4 or not second[:1].islower():
            confidence, reason = GUESS, "too_many_words"
    if confidence > ASK and first_name(first) and _LOOKS_GREEK.search(fold(last[-1])):
        # Maria Vourla: a first name of both worlds with a surname that may well be Greek.
        confidence, reason = ASK, "unknown_word"
    gender = _abroad(first)
    if not gender:
        greek = first_name(first)
        gender = greek.gender if greek else "u"
        if greek and confidence > ASK:
            # A Greek first name with a surname we do not know: Greek or foreign, somebody has to say.
            confidence, reason = ASK, "unknown_word"
    reading = NameReading(
        raw,
        "person",
        first=tidy(first),
        last=" ".join(tidy(word) for word in last),
        gender=gender,
        confidence=confidence,
        reason=reason,
        order="surname_first" if turned else "name_first",
    )
    return reading if gender in ("m", "f") else reading.at_most(GUESS, "gender_unknown")


def tidy(word: str) -> str:
    """Return a Latin word with a capital at its start and small letters after it, unless it mixes them (McDonald).

    A particle (van, de) in small letters stays.
    """
    if len(word) > 1 and (word.isupper() or (word.islower() and "@" not in word and word not in _PARTICLES)):
        return capitalised(word.lower())
    return word
