"""When a first name celebrates.

Rules and their sources are in `data/name_days.csv`; `docs/etiquette.md` lists where calendars disagree. A rule is
MM-DD, "E" with an offset in days from Orthodox Easter, or one of the names in `_MOVABLE`.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache, lru_cache

from . import lexicon
from .answers import SURE
from .easter import orthodox_easter
from .text import fold

TYPED = 1.0
# One day on which this name ordinarily celebrates.
ONE = 0.97
# Calendars disagree, or the name has two feasts: the main one is offered, a person decides.
SEVERAL = 0.8
CUSTOM = 0.6
UNKNOWN = 0.3

ALL_SAINTS = 56
# Endings by which one first name is made of another (Φανουρούλα), and those of the name itself (Φανουρία, Φανούρης):
# a woman's form is likelier made of a woman's name, a man's of a man's.
_WOMENS_NAMES = ("α", "η", "ια", "ω", "ινη")
_MENS_NAMES = ("οσ", "ησ", "ασ", "ιοσ")
_WOMENS_FORMS = (
    "ουλλα", "ουλα", "ιτσα", "ουδα", "ιανα", "ενια", "ελλα", "εττα", "ετα", "ελα", "ακι", "ινα", "ινη", "ιω", "ια",
    "ου", "ω", "η", "α",
)  # fmt: skip
_MENS_FORMS = ("ουλησ", "ακησ", "ακοσ", "ικοσ", "ιοσ", "ησ", "οσ", "ασ")
_MADE_OF = ((_WOMENS_FORMS, _WOMENS_NAMES + _MENS_NAMES), (_MENS_FORMS, _MENS_NAMES + _WOMENS_NAMES))
# Shorter stems fit by chance.
_STEM_LETTERS = 4

# Written in one way only, so that what a person chose is found again by `rules_on`.
_RULE = re.compile(r"[01][0-9]-[0-3][0-9]|E[+-][0-9]{1,2}")


@dataclass(frozen=True, slots=True)
class NameDays:
    """The days of a name in one year: `main`, then `others`. `choices` are the names a short form may stand for.

    `others` are `rival_count` rivals of the main day, which make the answer unsure, then lesser feasts, which do not.
    """

    main: date | None
    others: tuple[date, ...]
    confidence: float
    reason: str
    choices: tuple[str, ...] = ()
    rival_count: int = 0

    @property
    def needs_review(self) -> bool:
        return self.confidence < SURE


@dataclass(frozen=True, slots=True)
class FeastDay:
    """A day a person may choose: its rule (what is kept), where it falls this year, and whose feast it is."""

    rule: str
    on: date
    saint: str


@dataclass(frozen=True, slots=True)
class _Feast:
    main: str
    rivals: tuple[str, ...]
    lesser: tuple[str, ...]
    disputed: bool


@cache
def _feasts() -> dict[str, _Feast]:
    return {
        row["saint"]: _Feast(
            row["main"], tuple(row["others"].split()), tuple(row["also"].split()), row["note"] == "disputed"
        )
        for row in lexicon.rows_of("name_days.csv")
    }


def name_days(first: str, year: int, *, chosen: str = "") -> NameDays:
    """Return when `first` (a first name in any spelling of case and accents) celebrates in `year`.

    `chosen` is the rule a person chose (see `days_to_choose`); it wins. 29 February falls on the 28th in common years.
    A form we lack of an ordinary name (Φανουρούλα) is offered the day of that name, and asked.
    Raise `ValueError` for a year outside 1900-2199.
    """
    orthodox_easter(year)
    if chosen and is_rule(chosen):
        return NameDays(_day(chosen, year), (), TYPED, "typed")
    saints = _saints_of(first)
    if saints is None:
        return NameDays(None, (), UNKNOWN, "unknown_word")
    if not saints:
        return NameDays(_day("all_saints", year), (), CUSTOM, "all_saints")
    answer = _of_saints(saints, year)
    if answer.reason == "all_saints" or lexicon.first_names(fold(first.strip())):
        return answer
    return replace(answer, confidence=CUSTOM, reason="several_names", choices=_bare(saints))


def days_to_choose(first: str, year: int) -> tuple[FeastDay, ...]:
    """Return every day on which bearers of `first` celebrate, the main one first, for a person to choose from.

    Empty for a name without a saint. Raise `ValueError` for a year outside 1900-2199.
    """
    saints = _saints_of(first) or ()
    feasts = [(saint, _feasts()[saint]) for saint in saints]
    days = [FeastDay(feast.main, _day(feast.main, year), bare_saint(saint)) for saint, feast in feasts]
    for saint, feast in feasts:
        days += [FeastDay(rule, _day(rule, year), bare_saint(saint)) for rule in (*feast.rivals, *feast.lesser)]
    return tuple({day.on: day for day in reversed(days)}.values())[::-1]


def _saints_of(first: str) -> tuple[str, ...] | None:
    """Return the saints of a name, none for one that celebrates on All Saints by custom; None for an unknown name."""
    key = fold(first.strip())
    names = lexicon.first_names(key) or _made_of(key)
    if not names:
        return None
    return tuple(dict.fromkeys(saint for name in names for saint in name.saints if saint != "*"))


@lru_cache(maxsize=4096)
def _made_of(key: str) -> tuple[lexicon.FirstName, ...]:
    """Return the commonest name with a saint that an unknown one looks like a form of, or nothing.

    A guess: of 1,600 rare forms of the table, each tried as if unknown, nearly nine in ten came to their own day.
    """
    for forms, names in _MADE_OF:
        for form in forms:
            stem = key.removesuffix(form)
            if stem == key or len(stem) < _STEM_LETTERS:
                continue
            found = [name for ending in names for name in lexicon.first_names(stem + ending)]
            if likely := [name for name in found if name.saints]:
                return (max(likely, key=lambda name: name.weight),)
    return ()


def _bare(saints: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(bare_saint, saints)))


def bare_saint(saint: str) -> str:
    """Return the name of a saint without the day that tells two saints of one name apart (Θεοδώρα 09-11)."""
    name, _blank, rule = saint.rpartition(" ")
    return name if name and is_rule(rule) else saint


def rules_on(on: date) -> tuple[str, ...]:
    """Return every rule that falls on this day: whoever chose one of them celebrates today.

    Raise `ValueError` for a year outside 1900-2199.
    """
    fixed = [f"{on.month:02}-{on.day:02}"]
    if (on.month, on.day) == (2, 28) and not _is_leap(on.year):
        fixed.append("02-29")
    after_easter = f"E{(on - orthodox_easter(on.year)).days:+d}"
    return (*fixed, after_easter, *(rule for rule, day in _MOVABLE.items() if day(on.year) == on))


def is_rule(text: str) -> bool:
    """Tell whether a text is the rule of a day: MM-DD, E with a signed offset in days, or a name of `_MOVABLE`."""
    if text in _MOVABLE:
        return True
    if not _RULE.fullmatch(text):
        return False
    try:
        _day(text, 2028)
    except ValueError:
        return False
    return True


@cache
def _of_saints(saints: tuple[str, ...], year: int) -> NameDays:
    feasts = [_feasts()[saint] for saint in saints]
    mains = list(dict.fromkeys(_day(feast.main, year) for feast in feasts))
    rivals = [*mains[1:], *(_day(rule, year) for feast in feasts for rule in feast.rivals)]
    lesser = [_day(rule, year) for feast in feasts for rule in feast.lesser]
    others = tuple(dict.fromkeys(day for day in (*rivals, *lesser) if day != mains[0]))
    count = len({*rivals} - {mains[0]})
    names = _bare(saints)
    if len(mains) > 1 and len(names) > 1:
        return NameDays(mains[0], others, CUSTOM, "several_names", names, count)
    if all(feast.main == "all_saints" for feast in feasts):
        return NameDays(mains[0], others, CUSTOM, "all_saints", rival_count=count)
    if any(feast.disputed for feast in feasts):
        return NameDays(mains[0], others, SEVERAL, "disputed", rival_count=count)
    if count:
        return NameDays(mains[0], others, SEVERAL, "several_feasts", rival_count=count)
    return NameDays(mains[0], others, ONE, "one_feast")


def celebrating(on: date, *, lesser: bool = True) -> tuple[str, ...]:
    """Return the forms of the first names that celebrate on this day, the commonest first.

    Names whose only day is All Saints by custom are named on that day too. Without `lesser` feasts a name stands only
    on the days on which its bearers really expect a wish. Raise `ValueError` for a year outside 1900-2199.
    """
    return _calendar(on.year, lesser).get(on, ())


@cache
def names_with_a_feast() -> frozenset[str]:
    """Return the forms of first names that stand for one name which has a feast, be it one of several."""
    days = ((form, name_days(form, 2001)) for form in lexicon.first_name_table().forms())
    return frozenset(form for form, answer in days if answer.confidence >= SEVERAL)


@cache
def _calendar(year: int, lesser: bool) -> dict[date, tuple[str, ...]]:
    days: dict[date, dict[str, int]] = {}
    for key in lexicon.first_name_table():
        for name in lexicon.first_names(key):
            answer = name_days(name.form, year)
            rivals = answer.others if lesser else answer.others[: answer.rival_count]
            for day in (answer.main, *rivals):
                if day:
                    days.setdefault(day, {})[name.form] = -name.weight
    return {
        day: tuple(sorted(forms, key=lambda form, weights=forms: (weights[form], fold(form))))
        for day, forms in days.items()
    }


def _day(rule: str, year: int) -> date:
    if rule in _MOVABLE:
        return _MOVABLE[rule](year)
    if rule.startswith("E"):
        return orthodox_easter(year) + timedelta(days=int(rule[1:]))
    month, day = map(int, rule.split("-"))
    if (month, day) == (2, 29) and not _is_leap(year):
        day = 28
    return date(year, month, day)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def saint_george(year: int) -> date:
    """Return 23 April, or Easter Monday when 23 April falls in Lent, Holy Week or on Easter itself."""
    fixed = date(year, 4, 23)
    return fixed if fixed > orthodox_easter(year) else orthodox_easter(year) + timedelta(days=1)


def saint_mark(year: int) -> date:
    """Return 25 April, or Easter Tuesday when Easter falls on 23 April or later."""
    easter = orthodox_easter(year)
    return date(year, 4, 25) if easter < date(year, 4, 23) else easter + timedelta(days=2)


def _sunday_from(year: int, month: int, day: int) -> date:
    first = date(year, month, day)
    return first + timedelta(days=(6 - first.weekday()) % 7)


_MOVABLE = {
    "george": saint_george,
    "mark": saint_mark,
    # The Sunday of the Forefathers, 11-17 December.
    "propatores": lambda year: _sunday_from(year, 12, 11),
    # The Sunday of 13-19 February.
    "chloe": lambda year: _sunday_from(year, 2, 13),
    "all_saints": lambda year: orthodox_easter(year) + timedelta(days=ALL_SAINTS),
}
