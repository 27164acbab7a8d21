"""When a contact celebrates their name, how sure that is, and the days a colleague may choose from; who celebrates."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

import etiquette
from customers.models import Contact


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
    name = _name_of_the_day(contact, today.year)
    days = etiquette.name_days(name, today.year, chosen=contact.name_day_choice)
    year = today.year
    if days.main is not None and days.main < today:
        year += 1
        days = etiquette.name_days(name, year, chosen=contact.name_day_choice)
    if days.main is None:
        return None
    return NameDay(days.main, days.reason, not days.needs_review, etiquette.days_to_choose(name, year))


def _name_of_the_day(contact: Contact, year: int) -> str:
    """The name they go by, unless the registered one tells the day more surely (Τάκης: Δημήτριος)."""
    if not contact.known_as:
        return contact.first_name
    called, registered = (etiquette.name_days(name, year) for name in (contact.known_as, contact.first_name))
    return contact.first_name if registered.confidence > called.confidence else contact.known_as


# --- Who celebrates: conditions on Contact, for a day and for an audience alike ---


def bearing(names: tuple[str, ...]) -> Q:
    """Whose name has its day when these names have theirs, unless somebody chose another day for them."""
    return Q(name_day_choice="") & (Q(known_as__in=names) | Q(known_as="", first_name__in=names))


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
