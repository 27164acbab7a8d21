"""The dated feasts of a year, and the wish that fits a day around Easter."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from .easter import orthodox_easter, western_easter


@dataclass(frozen=True, slots=True)
class Feast:
    """A feast on its day, with its name in Greek and in English. `code` is stable and stored by others."""

    code: str
    on: date
    name_el: str
    name_en: str


def _fixed(month: int, day: int) -> Callable[[int], date]:
    return lambda year: date(year, month, day)


def _after_easter(days: int) -> Callable[[int], date]:
    return lambda year: orthodox_easter(year) + timedelta(days=days)


def _nth_sunday(month: int, nth: int) -> Callable[[int], date]:
    def day(year: int) -> date:
        first = date(year, month, 1)
        return first + timedelta(days=(6 - first.weekday()) % 7 + 7 * (nth - 1))

    return day


_FEASTS: tuple[tuple[str, Callable[[int], date], str, str], ...] = (
    ("new_year", _fixed(1, 1), "Πρωτοχρονιά", "New Year’s Day"),
    ("epiphany", _fixed(1, 6), "Θεοφάνεια", "Epiphany"),
    ("valentines_day", _fixed(2, 14), "Αγίου Βαλεντίνου", "Valentine’s Day"),
    ("tsiknopempti", _after_easter(-59), "Τσικνοπέμπτη", "Tsiknopempti"),
    ("clean_monday", _after_easter(-48), "Καθαρά Δευτέρα", "Clean Monday"),
    ("womens_day", _fixed(3, 8), "Ημέρα της Γυναίκας", "Women’s Day"),
    ("annunciation", _fixed(3, 25), "25η Μαρτίου", "25 March, Independence Day"),
    ("western_easter", western_easter, "Πάσχα των Καθολικών", "Western Easter"),
    ("lazarus_saturday", _after_easter(-8), "Σάββατο του Λαζάρου", "Lazarus Saturday"),
    ("palm_sunday", _after_easter(-7), "Κυριακή των Βαΐων", "Palm Sunday"),
    ("good_friday", _after_easter(-2), "Μεγάλη Παρασκευή", "Good Friday"),
    ("easter", orthodox_easter, "Πάσχα", "Easter"),
    ("easter_monday", _after_easter(1), "Δευτέρα του Πάσχα", "Easter Monday"),
    ("labour_day", _fixed(5, 1), "Πρωτομαγιά", "Labour Day"),
    ("mothers_day", _nth_sunday(5, 2), "Γιορτή της Μητέρας", "Mother’s Day"),
    ("ascension", _after_easter(39), "Ανάληψη", "Ascension"),
    ("pentecost", _after_easter(49), "Πεντηκοστή", "Pentecost"),
    ("whit_monday", _after_easter(50), "Αγίου Πνεύματος", "Whit Monday"),
    ("all_saints", _after_easter(56), "Αγίων Πάντων", "All Saints"),
    ("fathers_day", _nth_sunday(6, 3), "Γιορτή του Πατέρα", "Father’s Day"),
    ("assumption", _fixed(8, 15), "Δεκαπενταύγουστος", "Assumption"),
    ("ohi_day", _fixed(10, 28), "28η Οκτωβρίου", "28 October, Ohi Day"),
    ("christmas_eve", _fixed(12, 24), "Παραμονή Χριστουγέννων", "Christmas Eve"),
    ("christmas", _fixed(12, 25), "Χριστούγεννα", "Christmas"),
    ("new_years_eve", _fixed(12, 31), "Παραμονή Πρωτοχρονιάς", "New Year’s Eve"),
)

_CODES = frozenset(code for code, *_rest in _FEASTS)
# Occasions at which "Χρόνια πολλά" is the right word to anybody.
WISHING = frozenset(
    {
        "new_year", "epiphany", "annunciation", "easter", "easter_monday", "western_easter", "whit_monday",
        "assumption", "ohi_day", "christmas_eve", "christmas", "new_years_eve", "name_day", "birthday",
        "name_days", "birthdays", "mothers_day", "fathers_day",
    }
)  # fmt: skip


@cache
def occasions_of(year: int) -> list[Feast]:
    """Return the feasts of `year` by date. Raise `ValueError` outside 1900-2199."""
    feasts = [Feast(code, day(year), el, en) for code, day, el, en in _FEASTS]
    return sorted(feasts, key=lambda feast: feast.on)


def feast_on(code: str, year: int) -> date:
    """Return the day of the feast `code` in `year`. Raise `KeyError` for an unknown code, `ValueError` for the year."""
    for known, day, _el, _en in _FEASTS:
        if known == code:
            return day(year)
    raise KeyError(code)


# How the wish of a feast changes with the day: (words before it, words from the day on, days these last).
_WISHES = {
    "el": {
        "christmas": ("Καλά Χριστούγεννα", "Χρόνια πολλά", 7),
        "new_year": ("Καλή Πρωτοχρονιά", "Καλή χρονιά", 31),
        "western_easter": ("Καλό Πάσχα", "Χρόνια πολλά", 8),
        "clean_monday": ("Καλή Σαρακοστή", "Καλή Σαρακοστή", 7),
        "assumption": ("Καλή Παναγιά", "Χρόνια πολλά", 8),
    },
    "en": {
        "christmas": ("Merry Christmas", "Merry Christmas", 7),
        "new_year": ("A happy New Year", "Happy New Year", 31),
        "easter": ("Happy Easter", "Happy Easter", 8),
        "western_easter": ("Happy Easter", "Happy Easter", 8),
    },
}
# How long before a feast its wish is said.
_SAID_BEFORE = 45


def wish_for(code: str, on: date, *, language: str = "el") -> str:
    """Return the wish of the feast `code` that fits the day `on`, or "" when there is none for it.

    Greek: Καλά Χριστούγεννα before Christmas, Χρόνια πολλά from the day on; Easter by `easter_wish`; other feasts at
    which one wishes have Χρόνια πολλά on the day and a week after it. English ("en") has its own; others none.
    """
    if language == "el" and code in ("easter", "easter_monday"):
        return easter_wish(on)
    other = ("", "Χρόνια πολλά", 8) if language == "el" and code in WISHING else ("", "", 0)
    before, after, lasts = _WISHES.get(language, {}).get(code, other)
    if not after or code not in _CODES:
        return ""
    feasts = [feast_on(code, year) for year in (on.year - 1, on.year, on.year + 1) if 1900 <= year <= 2199]
    days = min(((on - feast).days for feast in feasts), key=abs)
    if -_SAID_BEFORE <= days < 0:
        return before
    return after if 0 <= days < lasts else ""


def easter_wish(on: date) -> str:
    """Return the Greek wish that fits `on`: Καλή Ανάσταση to Holy Saturday, Χριστός Ανέστη until Ascension, else "".

    Καλή Ανάσταση is said from Palm Sunday; before it, in Lent, Καλό Πάσχα. Raise `ValueError` outside 1900-2199.
    """
    days = (on - orthodox_easter(on.year)).days
    if -48 <= days < -7:
        return "Καλό Πάσχα"
    if -7 <= days < 0:
        return "Καλή Ανάσταση"
    # Ascension is the fortieth day: on its eve the feast of Easter is given back.
    if 0 <= days < 39:
        return "Χριστός Ανέστη"
    return ""
