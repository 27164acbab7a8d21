"""When a contact celebrates their name, how sure that is, and the days a colleague may choose from; who celebrates."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from django.db.models import Q

import etiquette
from customers.models import Contact
from customers.one_of import NoneOf, OneOf


@dataclass(frozen=True)
class NameDay:
    """The next name day of a contact. `choices` are all days of the name, the main one first, to choose from."""

    on: date
    reason: str
    sure: bool
    choices: tuple[etiquette.FeastDay, ...]


def next_name_day(contact: Contact, *, today: date) -> NameDay | None:
    """Return the next name day from `today` on, None for whoever has none we know of (companies, foreign names).

    Valid while next year is not after 2199, where the calendar ends.
    """
    if contact.kind != Contact.Kind.PERSON:
        return None
    name = name_of_the_day(contact.known_as, contact.first_name)
    days = etiquette.name_days(name, today.year, chosen=contact.name_day_choice)
    year = today.year
    if days.main is not None and days.main < today:
        year += 1
        days = etiquette.name_days(name, year, chosen=contact.name_day_choice)
    if days.main is None:
        return None
    return NameDay(days.main, days.reason, not days.needs_review, etiquette.days_to_choose(name, year))


def name_of_the_day(known_as: str, first_name: str) -> str:
    """The name they go by; where the registered one tells the day more surely, that one: of a name with a feast before
    one short for several names (Τάκης: Δημήτριος), and of any name with a day before one nobody knows.
    """
    tell, day = etiquette.names_with_a_feast(), _names_with_a_day()
    surer = (first_name in tell and known_as not in tell) or (first_name in day and known_as not in day)
    return first_name if surer or not known_as else known_as


@cache
def _names_with_a_day() -> frozenset[str]:
    """The names that stand on any day of the calendar, surely or not."""
    some_year = (date(2001, 1, 1) + timedelta(days=ahead) for ahead in range(365))
    return frozenset(name for on in some_year for name in etiquette.celebrating(on, lesser=False))


# --- Who celebrates: conditions on Contact, for a day and for an audience alike ---


def bearing(names: Collection[str]) -> Q:
    """Whose name has its day when these names have theirs (`name_of_the_day`), unless somebody chose another day."""
    telling = etiquette.names_with_a_feast()
    clear, asked = [name for name in names if name in telling], [name for name in names if name not in telling]
    who = Q(OneOf("first_name", names), known_as="") | Q(OneOf("known_as", clear))
    who |= ~Q(known_as="") & Q(OneOf("first_name", clear)) & Q(NoneOf("known_as", telling))
    if asked:
        who |= Q(OneOf("known_as", asked)) & Q(NoneOf("first_name", telling))
        who |= ~Q(known_as="") & Q(OneOf("first_name", asked)) & Q(NoneOf("known_as", _names_with_a_day()))
    return Q(name_day_choice="") & who


def named_on(on: date) -> tuple[Q, Q]:
    """Who celebrates by the calendar, and who by a day chosen for them; nobody is in both.

    Days of which bearers really expect a wish, as `etiquette` knows them; raise `ValueError` outside 1900-2199.
    """
    return bearing(etiquette.celebrating(on, lesser=False)), chose(etiquette.rules_on(on))


def chose(rules: tuple[str, ...]) -> Q:
    """For whom somebody chose a day by one of these rules."""
    # What the index leaves out is named here and below though it follows: SQLite reads everybody without it.
    return ~Q(name_day_choice="") & Q(name_day_choice__in=rules)


def birthday_on(on: date) -> Q:
    """Whose birthday it is. Whoever was born on a leap day celebrates on 28 February in the other years."""
    born = Q(birth_month=on.month, birth_day=on.day)
    if (on.month, on.day) == (2, 28) and (on + timedelta(days=1)).month == 3:
        born |= Q(birth_month=2, birth_day=29)
    return ~Q(birth_day=None) & born
