"""The tables of names: first names, surnames, and the endings that tell an accent.

Keys are accent-blind (`text.fold`). A word may have several entries: two accents, or a man's and a woman's form.
A table is indexed when it is first needed, a row of it read when it is first asked for; the forms women bear are not
stored but found through the man's.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice, takewhile
from os.path import dirname, join

from .text import fold, fold_all, stress, with_stress, without_accent

# The weights of a first name everybody knows, and of one that is not rare.
FAMILIAR, ORDINARY = 3, 2

# Μήτσιος, Λιόλιος: two syllables to the ear, so the accent has nowhere to move. Ρόδιος and Κύπριος are learned.
_TWO_TO_THE_EAR = re.compile(r"[^αεηιουω]*ι?(?:ου|αι|ει|οι|[αεηιουω])[^αεηιουω]*[λσζνγ]ιος")

_DATA = join(dirname(__file__), "data")


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


def _lines_of(name: str) -> list[str]:
    # No cell of these tables is quoted; a test holds it.
    with open(join(_DATA, name), encoding="utf-8") as table:
        return table.read().splitlines()


def rows_of(name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of one table of `etiquette/data`."""
    header, *lines = (line.split(",") for line in _lines_of(name))
    for line in lines:
        yield dict(zip(header, line, strict=True))


def _first_form(line: str) -> str:
    return line.partition(",")[0].partition("|")[0]


class Table:
    """The lines of a table by the key of their first column (of the first form, where it holds several)."""

    def __init__(self, name: str) -> None:
        lines = _lines_of(name)[1:]
        self._lines: dict[str, list[str]] = {}
        for key, line in zip(fold_all(_first_form(line) for line in lines), lines, strict=True):
            self._lines.setdefault(key, []).append(line)

    def cells(self, key: str) -> list[list[str]]:
        """Return the rows of `key`, none for a word the table does not hold."""
        return [line.split(",") for line in self._lines.get(key, ())]

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def forms(self) -> list[str]:
        """Return every form as it is written."""
        return [form for lines in self._lines.values() for line in lines for form in _split(line.partition(",")[0])]


@cache
def first_name_table() -> Table:
    return Table("first_names.csv")


@lru_cache(maxsize=65536)
def first_names(key: str) -> tuple[FirstName, ...]:
    """Return the first names of a key, the commonest form first; none for a word we do not know."""
    names = [
        FirstName(form, gender, _split(saints), known_as, tuple(filter(None, vocative.split("/"))), int(weight))
        for form, gender, saints, known_as, vocative, weight, _source in first_name_table().cells(key)
    ]
    # Of equal weight, the table has the commoner form first.
    return tuple(sorted(names, key=lambda name: -name.weight))


@lru_cache(maxsize=4096)
def first_names_between(beginning: str, end: str) -> tuple[FirstName, ...]:
    """Return the ordinary first names whose key begins and ends so, with letters left out between (ΚΩΝ/ΝΟΣ)."""
    keys = (key for key in _keys_from(beginning) if key.endswith(end) and len(key) > len(beginning) + len(end))
    return tuple(name for key in keys for name in first_names(key) if name.weight > 1)


def known_as(form: str) -> str:
    """Return what a bearer of this first name is usually called (Γεώργιος: Γιώργος), or an empty string."""
    return next((name.known_as for name in first_names(fold(form)) if name.form == form), "")


@cache
def surname_table() -> Table:
    return Table("surnames.csv")


def written_surnames(key: str) -> tuple[Surname, ...]:
    return tuple(
        Surname(form, gender, tuple(filter(None, vocative.split("/"))))
        for form, gender, vocative, _source in surname_table().cells(key)
    )


@cache
def ambiguous_table() -> Table:
    return Table("ambiguous_surnames.csv")


def ambiguous_surnames(key: str) -> tuple[Surname, ...]:
    found = []
    for forms, _source in ambiguous_table().cells(key):
        gender = "m" if key.endswith("σ") else "f" if _is_a_womans(key) else "u"
        found += [Surname(form, gender, (), sure=False) for form in _split(forms)]
    return tuple(found)


def _is_a_womans(key: str) -> bool:
    """True for the form that the women of a family bear, unless it is the genitive of an ordinary first name, which men
    bear too (Κωστή, Λάμπρου), also after Παπα- and Χατζη-."""
    if key.startswith(("παπα", "χατζη")) and len(key) > 7:
        return False
    men = _mens_keys(key)
    genitive = any(name.gender == "m" and name.weight >= ORDINARY for word in men for name in first_names(word))
    written = any(entry.gender == "m" for word in men for entry in written_surnames(word))
    return written or (not genitive and any(ambiguous_table().cells(word) for word in men))


@lru_cache(maxsize=65536)
def surnames(key: str) -> tuple[Surname, ...]:
    """Return the surnames of a key: those of the table, women's forms, and genitives of men's first names."""
    found: dict[str, Surname] = {}

    def add(surname: Surname) -> None:
        before = found.get(surname.form)
        if before is None:
            found[surname.form] = surname
        elif before.gender != surname.gender:
            found[surname.form] = Surname(surname.form, "u", before.vocatives or surname.vocatives, before.sure)

    men = _mens_keys(key)
    for same in (written_surnames, ambiguous_surnames):
        for surname in same(key):
            add(surname)
        for man in (entry for word in men for entry in same(word) if entry.gender == "m"):
            for place, woman in enumerate(womens_forms(man.form)):
                # Where a genitive of its own stands in the table (Στεργίου), Στέργιου is no rival to ask about.
                rare = place and any(entry.gender == "u" for entry in found.values())
                if fold(woman) == key and (woman in found or not rare):
                    add(Surname(woman, "f", (), man.sure))
    if not found and key.endswith("ου"):
        for name in first_names(key[:-2] + "οσ"):
            if genitive := genitive_surname(name):
                add(Surname(genitive, "u", ()))
    return tuple(found.values())


def _mens_keys(key: str) -> tuple[str, ...]:
    """Return the keys of men's surnames of which `key` may be the form a woman bears."""
    if key.endswith(("ιδου", "αδου")):
        return (key[:-2] + "ησ", key[:-2] + "οσ")
    if key.endswith("ου"):
        return (key[:-2] + "οσ",)
    return (key + "σ",) if key.endswith(("η", "α", "ε")) else ()


def genitive_surname(name: FirstName) -> str:
    """Return the surname made of the genitive of a man's name in -ος (Γεωργίου, Νικολάου), or an empty string.

    Ordinary names only: the genitive of a rare one is more often a woman's form of a surname we lack.
    """
    if name.gender != "m" or name.weight < ORDINARY or not name.form.endswith(("ος", "ός")):
        return ""
    stem = without_accent(name.form.lower())[:-2]
    moved = stress(name.form) if stress(name.form) < 3 else 2
    genitive = with_stress(stem + "ου", moved)
    return genitive[:1].upper() + genitive[1:]


@lru_cache(maxsize=4096)
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
        unmoved = with_stress(plain[:-2] + "ου", 3)
        if place == 3 and _TWO_TO_THE_EAR.fullmatch(plain):
            forms = (unmoved,)
        else:
            forms = (moved, unmoved) if place == 3 else (moved,)
    elif plain.endswith("ς") and plain[-2:-1] in "αηε":
        forms = (lowered[:-1],)
    else:
        forms = ()
    return tuple(form[:1].upper() + form[1:] for form in forms)


@cache
def _endings() -> dict[str, Ending]:
    rows = rows_of("surname_endings.csv")
    table = [Ending(fold(row["ending"]), row["ending"], row["gender"], float(row["confidence"])) for row in rows]
    return {ending.key: ending for ending in table}


@cache
def _ending_lengths() -> tuple[int, ...]:
    return tuple(sorted({len(key) for key in _endings()}, reverse=True))


def ending_of(key: str) -> Ending | None:
    """Return the longest ending that tells the accent of this surname, with two letters before it at least."""
    # ΛΑΚΗΣ and ΙΔΗΣ are words of their own.
    for length in _ending_lengths():
        ending = _endings().get(key[-length:])
        if ending and len(key) - length >= 2:
            return ending
    return None


@cache
def _all_keys() -> list[str]:
    return sorted({*first_name_table(), *surname_table()})


def _keys_from(beginning: str) -> Iterator[str]:
    """Yield the keys of first names and surnames that begin so."""
    keys = _all_keys()
    return takewhile(lambda key: key.startswith(beginning), islice(keys, bisect_left(keys, beginning), None))


@lru_cache(maxsize=4096)
def written_beginning(beginning: str) -> str:
    """Return how known words write a beginning that holds αι or οι: "λοιζ" is λοϊζ, "οικο" is οικο.

    Empty for a beginning that no known word has, or that is written both ways.
    """
    entries = (entry for key in _keys_from(beginning) for entry in (*first_names(key), *written_surnames(key)))
    found = {without_accent(entry.form.lower())[: len(beginning)] for entry in entries}
    return found.pop() if len(found) == 1 else ""


def pairs_in(key: str) -> list[int]:
    """Return where αι and οι stand in a key: in capitals they may hide a diaeresis."""
    if "αι" not in key and "οι" not in key:
        return []
    return [place for place in range(len(key) - 1) if key[place : place + 2] in ("αι", "οι")]


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
