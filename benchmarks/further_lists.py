"""Raw names as invoicing systems write them, with the openings they deserve, made from typed lists.

`further_names.csv` holds first names, surnames and whole rows; each form in it was typed by a person who knows the
names (source: common knowledge), none was computed by `etiquette`, and this module does not import it. The openings
are plain joins of those forms. Columns: `part` (man, woman, surname, or a whole row: company, organisation, never),
`name` (nominative), `vocatives`, `genitive` (of a father), `women` (a woman's surname), `weight` (how often it is
drawn), `asks` (the same capitals with another accent in real use, or "order": it is a first name too), `latin` (ELOT
743; man/woman for surnames). Several forms are parted by "|", the usual one first.
"""

import csv
import random
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path

LISTS = Path(__file__).with_name("further_names.csv")

TONOS, DIAERESIS = "\N{COMBINING ACUTE ACCENT}", "\N{COMBINING DIAERESIS}"
LOOK_ALIKES = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", strict=True))
TRADES = (
    "ΗΛΕΚΤΡΟΛΟΓΟΣ", "ΥΔΡΑΥΛΙΚΟΣ", "ΚΟΜΜΩΤΡΙΑ", "ΛΟΓΙΣΤΗΣ", "ΦΑΡΜΑΚΕΙΟ", "ΚΑΦΕΝΕΙΟ", "ΑΡΤΟΠΟΙΕΙΟ", "ΨΗΣΤΑΡΙΑ",
    "ΣΥΝΕΡΓΕΙΟ", "ΤΑΒΕΡΝΑ", "ΜΙΝΙ ΜΑΡΚΕΤ", "ΙΑΤΡΟΣ", "ΔΙΚΗΓΟΡΟΣ", "ΑΝΘΟΠΩΛΕΙΟ", "ΖΑΧΑΡΟΠΛΑΣΤΕΙΟ", "ΠΕΡΙΠΤΕΡΟ",
    "ΟΙΚΟΔΟΜΙΚΑ ΥΛΙΚΑ", "ΕΛΑΙΟΧΡΩΜΑΤΙΣΤΗΣ", "ΜΗΧΑΝΙΚΟΣ", "ΑΓΡΟΤΗΣ",
)  # fmt: skip
REMARKS = (
    "ΜΕΤΡΗΤΟΙΣ", "ΠΑΛΙΟΣ ΠΕΛΑΤΗΣ", "ΚΑΛΑΜΑΡΙΑ", "ΑΘΗΝΑ", "ΓΙΟΣ", "ΤΗΛ. ΜΟΝΟ ΠΡΩΙ", "2ος ΟΡΟΦΟΣ", "ΕΠΙ ΠΙΣΤΩΣΕΙ",
    "ΝΕΟΣ", "ΧΩΡΙΟ", "ΥΠΟΛΟΙΠΟ", "ΠΑΡΑΛΑΒΗ ΑΠΟ ΚΑΤΑΣΤΗΜΑ", "ΝΕΑ ΔΙΕΥΘΥΝΣΗ", "ΒΟΛΟΣ",
)  # fmt: skip
COMPANY_OPENING = "Αγαπητοί συνεργάτες,"


@dataclass(frozen=True, slots=True)
class Form:
    """One row of the lists. `vocatives`, `genitives` and `women` hold the accepted forms, the usual one first."""

    part: str
    name: str
    vocatives: tuple[str, ...]
    genitives: tuple[str, ...]
    women: tuple[str, ...]
    weight: int
    asks: str
    latin: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gold:
    """A raw name with what is right for it. `formal` and `informal` hold every accepted opening; none: never greeted.

    `may_ask` says why asking a person is right too ("accent", "order", "couple"), or is empty.
    """

    raw: str
    kind: str
    formal: tuple[str, ...] = ()
    informal: tuple[str, ...] = ()
    may_ask: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody drawn from the lists: the words to write and the accepted openings."""

    woman: bool
    last: str
    first: str
    last_latin: str
    first_latin: str
    formal: tuple[str, ...]
    informal: tuple[str, ...]
    accent_asks: bool
    order_asks: bool


def capitals(text: str, *, keep_diaeresis: bool = False) -> str:
    """Return `text` in capitals without accents, as Greek is written in capitals."""
    dropped = {TONOS} if keep_diaeresis else {TONOS, DIAERESIS}
    bare = "".join(mark for mark in unicodedata.normalize("NFD", text) if mark not in dropped)
    return unicodedata.normalize("NFC", bare.upper())


def _forms(cell: str, sign: str = "|") -> tuple[str, ...]:
    return tuple(cell.split(sign)) if cell else ()


class Lists:
    """The typed lists, drawn from by weight with a seeded generator: the same seed gives the same names."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.by_part: dict[str, list[Form]] = {}
        with LISTS.open(encoding="utf-8", newline="") as table:
            for row in csv.DictReader(table):
                form = Form(
                    part=row["part"], name=row["name"], vocatives=_forms(row["vocatives"]),
                    genitives=_forms(row["genitive"]), women=_forms(row["women"]), weight=int(row["weight"] or 1),
                    asks=row["asks"], latin=_forms(row["latin"], "/"),
                )  # fmt: skip
                self.by_part.setdefault(form.part, []).append(form)
        self._summed = {part: list(accumulate(form.weight for form in forms)) for part, forms in self.by_part.items()}

    def draw(self, part: str) -> Form:
        return self.chance.choices(self.by_part[part], cum_weights=self._summed[part])[0]

    def person(self, *, woman: bool, surname: Form | None = None) -> Person:
        """Draw a man or a woman, of `surname` if given."""
        first, last = self.draw("woman" if woman else "man"), surname or self.draw("surname")
        if woman:
            # Most bear the usual form; some are registered under the other (Παυλίδη beside Παυλίδου).
            written = last.women[0] if self.chance.random() < 0.9 else last.women[-1]
            alike = [form for form in last.women if capitals(form) == capitals(written)]
            formal = tuple(f"Αγαπητή κυρία {form}," for form in alike)
            informal = tuple(f"Αγαπητή {form}," for form in first.vocatives)
        else:
            written = last.name
            formal = tuple(f"Αγαπητέ κύριε {form}," for form in last.vocatives)
            informal = tuple(f"Αγαπητέ {form}," for form in first.vocatives)
        usual = last.latin and written in (last.name, last.women[0])
        return Person(
            woman=woman, last=written, first=first.name, last_latin=last.latin[woman] if usual else "",
            first_latin=first.latin[0] if first.latin else "", formal=formal, informal=informal,
            accent_asks=any(form.asks not in ("", "order") for form in (first, last)),
            order_asks=last.asks == "order",
        )  # fmt: skip

    def woman_of_two_surnames(self) -> Person:
        """Draw a woman who writes her own surname and her husband's, joined by a hyphen."""
        own, second = self.person(woman=True), self.draw("surname")
        last = f"{own.last}-{second.women[0]}"
        return replace(
            own, last=last, last_latin="", formal=(f"Αγαπητή κυρία {last},",), order_asks=False,
            accent_asks=own.accent_asks or second.asks not in ("", "order"),
        )  # fmt: skip

    def father(self) -> Form:
        return self.draw("man")


def _written(lists: Lists, person: Person) -> str:
    keep = lists.chance.random() < 0.2
    return f"{capitals(person.last, keep_diaeresis=keep)} {capitals(person.first, keep_diaeresis=keep)}"


def _name_first(lists: Lists, person: Person) -> str:
    return capitals(f"{person.first} {person.last}")


def _accented(lists: Lists, person: Person) -> str:
    return f"{person.first} {person.last}"


def _accented_surname_first(lists: Lists, person: Person) -> str:
    return f"{person.last} {person.first}"


def _of_father(lists: Lists, person: Person) -> str:
    return f"{_written(lists, person)} ΤΟΥ {capitals(lists.chance.choice(lists.father().genitives))}"


def _accented_of_father(lists: Lists, person: Person) -> str:
    return f"{person.last} {person.first} του {lists.chance.choice(lists.father().genitives)}"


def _with_initial(lists: Lists, person: Person) -> str:
    return f"{capitals(person.last)} {capitals(lists.father().name)[0]}. {capitals(person.first)}"


def _initial_last(lists: Lists, person: Person) -> str:
    return f"{_written(lists, person)} {capitals(lists.father().name)[0]}."


def _titled(lists: Lists, person: Person) -> str:
    title = lists.chance.choice(("ΚΑ", "ΚΑ.", "ΔΡ", "ΔΡ.") if person.woman else ("ΚΟΣ", "ΚΟΣ.", "ΔΡ", "ΔΡ."))
    return f"{title} {_written(lists, person)}"


def _titled_accented(lists: Lists, person: Person) -> str:
    title = lists.chance.choice(("κα", "Κα") if person.woman else ("κ.", "κος", "Κος"))
    return f"{title} {person.first} {person.last}"


def _remarked(lists: Lists, person: Person) -> str:
    return f"{_written(lists, person)} ({lists.chance.choice(REMARKS)})"


def _with_trade(lists: Lists, person: Person) -> str:
    return f"{_written(lists, person)}{lists.chance.choice((' - ', ' -', ' – '))}{lists.chance.choice(TRADES)}"


def _look_alike(lists: Lists, person: Person) -> str:
    mixed = (LOOK_ALIKES.get(mark, mark) if lists.chance.random() < 0.4 else mark for mark in _written(lists, person))
    return "".join(mixed)


def _blanks(lists: Lists, person: Person) -> str:
    return _written(lists, person).replace(" ", "  ") + " " * lists.chance.randrange(3)


def _latin(lists: Lists, person: Person) -> str:
    return f"{person.last_latin} {person.first_latin}".upper()


def _latin_name_first(lists: Lists, person: Person) -> str:
    return f"{person.first_latin} {person.last_latin}"


Layout = Callable[[Lists, Person], str]
# Shares in a hundred of the persons; the layouts in lower case keep the accents.
LAYOUTS: dict[Layout, int] = {
    _written: 50, _name_first: 8, _accented: 6, _accented_surname_first: 5, _of_father: 5, _accented_of_father: 1,
    _with_initial: 4, _initial_last: 2, _titled: 2, _titled_accented: 2, _remarked: 4, _with_trade: 3,
    _look_alike: 3, _blanks: 2, _latin: 2, _latin_name_first: 1,
}  # fmt: skip
ACCENTED = {_accented, _accented_surname_first, _accented_of_father, _titled_accented}
IN_LATIN = {_latin, _latin_name_first}


def _one_person(lists: Lists) -> Gold:
    layout = lists.chance.choices(list(LAYOUTS), weights=list(LAYOUTS.values()))[0]
    woman = lists.chance.random() < 0.45
    doubled = woman and layout not in IN_LATIN and lists.chance.random() < 0.02
    person = lists.woman_of_two_surnames() if doubled else lists.person(woman=woman)
    while layout in IN_LATIN and not (person.last_latin and person.first_latin):
        person = lists.person(woman=woman)
    may_ask = "order" if person.order_asks else "accent" if person.accent_asks and layout not in ACCENTED else ""
    if layout in ACCENTED and woman:
        # Accents are written: only this very form is right.
        person = replace(person, formal=(f"Αγαπητή κυρία {person.last},",))
    return Gold(layout(lists, person), "person", person.formal, person.informal, may_ask)


def _two_persons(lists: Lists) -> Gold:
    surname = lists.draw("surname")
    man, woman = lists.person(woman=False, surname=surname), lists.person(woman=True, surname=surname)
    raw = lists.chance.choice((
        f"{man.first} & {woman.first} {man.last}",
        f"{man.last} {man.first} ΚΑΙ {woman.first}",
        f"{man.first} ΚΑΙ {woman.first} {woman.last}",
        f"{man.last} {man.first} & {woman.last} {woman.first}",
    ))  # fmt: skip
    # The woman first or the man first, each opening with its own adjective.
    formal = [f"{w[:-1]}, α{m[1:]}" for w in woman.formal for m in man.formal]
    formal += [f"{m[:-1]}, α{w[1:]}" for w in woman.formal for m in man.formal]
    informal = [f"{w[:-1]}, α{m[1:]}" for w in woman.informal for m in man.informal]
    informal += [f"{m[:-1]}, α{w[1:]}" for w in woman.informal for m in man.informal]
    return Gold(capitals(raw), "household", tuple(formal), tuple(informal), "couple")


def make(*, rows: int, seed: int, couples: int = 31) -> list[Gold]:
    """Return `rows` distinct raw names with their gold: all whole rows of the lists, `couples`, and persons."""
    lists = Lists(seed)
    opening = (COMPANY_OPENING,)
    made = {
        form.name: Gold(form.name, part, () if part == "never" else opening, () if part == "never" else opening)
        for part in ("company", "organisation", "never")
        for form in lists.by_part[part]
    }
    until = len(made) + couples
    while len(made) < rows:
        gold = _two_persons(lists) if len(made) < until else _one_person(lists)
        made.setdefault(gold.raw, gold)
    shuffled = list(made.values())
    lists.chance.shuffle(shuffled)
    return shuffled
