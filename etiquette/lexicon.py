"""The tables of names, read once: first names, surnames, endings, and the index of their Latin skeletons.

Keys are accent-blind (`text.fold`). A word may have several entries: two accents, or a man's and a woman's form.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .text import fold, stress, syllable_count, with_stress, without_accent
from .transliteration import latin_skeletons

_DATA = Path(__file__).with_name("data")


@dataclass(frozen=True, slots=True)
class FirstName:
    """A form of a first name. `saints` are keys of the name-day table ("*": All Saints by custom).

    `weight` is 3 for a name everybody knows several of, 2 for an ordinary one, 1 for a rare one.
    """

    form: str
    gender: str
    saints: tuple[str, ...]
    known_as: str
    vocatives: tuple[str, ...]
    weight: int


@dataclass(frozen=True, slots=True)
class Surname:
    """A form of a surname as its bearer writes it. `gender`: m, f, or u where both sexes share the form."""

    form: str
    gender: str
    vocatives: tuple[str, ...]
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Ending:
    key: str
    form: str
    gender: str
    confidence: float


def rows_of(name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of one table of `etiquette/data`."""
    with _DATA.joinpath(name).open(encoding="utf-8", newline="") as table:
        rows = csv.reader(table)
        header = next(rows)
        for row in rows:
            yield dict(zip(header, row, strict=True))


@cache
def first_names() -> dict[str, tuple[FirstName, ...]]:
    """Return the first names by key, the commonest form first."""
    found: dict[str, list[FirstName]] = defaultdict(list)
    for row in rows_of("first_names.csv"):
        found[fold(row["form"])].append(
            FirstName(
                form=row["form"],
                gender=row["gender"],
                saints=_split(row["saints"]),
                known_as=row["known_as"],
                vocatives=tuple(row["vocative"].split("/")) if row["vocative"] else (),
                weight=int(row["weight"]),
            )
        )
    return {key: tuple(sorted(names, key=lambda name: (-name.weight, name.form))) for key, names in found.items()}


@cache
def surnames() -> dict[str, tuple[Surname, ...]]:
    """Return the surnames by key: those of the table, women's forms, and genitives of men's first names."""
    found: dict[str, dict[str, Surname]] = defaultdict(dict)

    def add(surname: Surname) -> None:
        known = found[fold(surname.form)]
        before = known.get(surname.form)
        if before is None:
            known[surname.form] = surname
        elif before.gender != surname.gender:
            known[surname.form] = Surname(surname.form, "u", before.vocatives or surname.vocatives, before.sure)

    for row in rows_of("surnames.csv"):
        vocatives = tuple(row["vocative"].split("/")) if row["vocative"] else ()
        add(Surname(row["form"], row["gender"], vocatives))
        if row["gender"] == "m":
            for woman in womens_forms(row["form"]):
                add(Surname(woman, "f", ()))
    for row in rows_of("ambiguous_surnames.csv"):
        for form in _split(row["forms"]):
            add(Surname(form, "m", (), sure=False))
            for woman in womens_forms(form):
                add(Surname(woman, "f", (), sure=False))
    for names in first_names().values():
        for name in names:
            genitive = _genitive_surname(name)
            if genitive and fold(genitive) not in found:
                add(Surname(genitive, "u", ()))
    return {key: tuple(forms.values()) for key, forms in found.items()}


def _genitive_surname(name: FirstName) -> str:
    """Return the surname made of the genitive of a man's name in -ος (Γεωργίου, Νικολάου), or an empty string.

    Names everybody knows only: the genitive of a rare one is more often a woman's form of a surname we lack.
    """
    if name.gender != "m" or name.weight < 2 or not name.form.endswith(("ος", "ός")):
        return ""
    stem = without_accent(name.form.lower())[:-2]
    moved = stress(name.form) if stress(name.form) < 3 else 2
    genitive = with_stress(stem + "ου", moved)
    return genitive[:1].upper() + genitive[1:]


def womens_forms(masculine: str) -> tuple[str, ...]:
    """Return the forms a woman of this family bears, the usual one first (Παπαδόπουλος: Παπαδοπούλου).

    Source: school grammar; -ος stressed third from the end gives two forms, both in use (Παγκάλου, Πάγκαλου).
    """
    lowered = masculine.lower()
    plain = without_accent(lowered)
    if plain.endswith("οπουλος"):
        forms: tuple[str, ...] = (with_stress(plain[:-2] + "ου", 2),)
    elif plain.endswith(("ιδης", "ϊδης", "αδης")):
        place = stress(lowered)
        forms = (with_stress(plain[:-2] + "ου", place), with_stress(plain[:-1], place))
    elif plain.endswith("ος"):
        place = stress(lowered)
        moved = with_stress(plain[:-2] + "ου", min(place, 2))
        forms = (moved, with_stress(plain[:-2] + "ου", 3)) if place == 3 else (moved,)
    elif plain.endswith("ς") and plain[-2:-1] in "αηε":
        forms = (lowered[:-1],)
    else:
        forms = ()
    return tuple(form[:1].upper() + form[1:] for form in forms)


@cache
def endings() -> tuple[Ending, ...]:
    """Return the endings that tell the accent of a surname, the longest first."""
    table = [
        Ending(fold(row["ending"]), row["ending"], row["gender"], float(row["confidence"]))
        for row in rows_of("surname_endings.csv")
    ]
    return tuple(sorted(table, key=lambda ending: -len(ending.key)))


@cache
def first_names_by_skeleton() -> dict[str, tuple[FirstName, ...]]:
    names = [name for entries in first_names().values() for name in entries]
    found: dict[str, list[FirstName]] = defaultdict(list)
    for skeleton, name in zip(latin_skeletons(name.form for name in names), names, strict=True):
        found[skeleton].append(name)
    return {key: tuple(entries) for key, entries in found.items()}


@cache
def surnames_by_skeleton() -> dict[str, tuple[Surname, ...]]:
    forms = [surname for entries in surnames().values() for surname in entries]
    found: dict[str, list[Surname]] = defaultdict(list)
    for skeleton, surname in zip(latin_skeletons(surname.form for surname in forms), forms, strict=True):
        found[skeleton].append(surname)
    return {key: tuple(entries) for key, entries in found.items()}


@cache
def stems_by_skeleton() -> dict[str, frozenset[str]]:
    """Return the Greek stems (plain small letters) that surnames in -όπουλος, -άκης, -ίδης … are built on."""
    forms = [name.form for entries in first_names().values() for name in entries if name.gender == "m"]
    forms += [surname.form for entries in surnames().values() for surname in entries if surname.gender == "m"]
    stems = sorted({stem for stem in map(_stem, forms) if len(stem) >= 3})
    found: dict[str, set[str]] = defaultdict(set)
    for skeleton, stem in zip(latin_skeletons(stems), stems, strict=True):
        found[skeleton].add(stem)
    return {key: frozenset(same) for key, same in found.items()}


@cache
def written_pairs() -> dict[str, str]:
    """Return how the beginnings of known words write αι and οι, by key: "λοιζ" is λοϊζ, "οικο" is οικο.

    A beginning that is written both ways is left out.
    """
    found: dict[str, set[str]] = defaultdict(set)
    tables: tuple[dict[str, tuple[FirstName, ...]] | dict[str, tuple[Surname, ...]], ...] = (first_names(), surnames())
    for table in tables:
        for key, entries in table.items():
            for place in pairs_in(key):
                for entry in entries:
                    found[key[: place + 3]].add(without_accent(entry.form.lower())[: place + 3])
    return {key: beginnings.pop() for key, beginnings in found.items() if len(beginnings) == 1}


def pairs_in(key: str) -> list[int]:
    """Return where αι and οι stand in a key: in capitals they may hide a diaeresis."""
    return [place for place in range(len(key) - 1) if key[place : place + 2] in ("αι", "οι")]


def _stem(form: str) -> str:
    plain = without_accent(form.lower())
    for tail in ("ιος", "ιας", "ος", "ης", "ας", "ων", "υς", "ς"):
        if plain.endswith(tail) and syllable_count(plain) > 1:
            return plain[: -len(tail)]
    return plain


@cache
def foreign_first_names() -> dict[str, str]:
    """Return the gender (m, f or u) of foreign first names by their plain small Latin letters."""
    return {fold(row["name"]): row["gender"] for row in rows_of("foreign_first_names.csv")}


@cache
def marks() -> dict[str, str]:
    """Return what a word gives away (legal_form, organisation, business, title_m …) by its key."""
    return {fold(row["word"]): row["mark"] for row in rows_of("marks.csv")}


def _split(cell: str) -> tuple[str, ...]:
    return tuple(cell.split("|")) if cell else ()
