"""When a contact celebrates their name, how sure that is, and the days a colleague may choose from."""

from dataclasses import dataclass
from datetime import date

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
