"""Where contacts meet `etiquette`: a raw name becomes fields, fields become a salutation. What was typed wins."""

from datetime import date
from typing import Any

import etiquette
from customers.list_habits import UNKNOWN, Habit
from customers.models import Contact

NAMES_VERSION = 4  # raise it when a better lexicon should read again what nobody typed
# Whoever typed one of these has seen the whole name. How somebody is called says nothing about the rest of it.
SETTLING_FIELDS = frozenset({"kind", "first_name", "last_name", "company_name", "gender"})
PEOPLE = (Contact.Kind.PERSON, Contact.Kind.HOUSEHOLD)


def name_fields(reading: etiquette.NameReading) -> dict:
    """Return the Contact fields that a reading of a raw name fills in."""
    return {
        "kind": reading.kind,
        "first_name": reading.first[:120],
        "last_name": reading.last[:160],
        "company_name": reading.company_name[:200],
        "titles": " ".join(reading.titles)[:80],
        "gender": reading.gender,
        "name_confidence": reading.confidence,
        "name_reason": reading.reason,
        "name_choices": list(reading.choices),
        "names_version": NAMES_VERSION,
    }


def read_names(contact: Contact, *, habit: Habit = UNKNOWN, overlay: etiquette.Overlay | None = None) -> None:
    """Read `raw_name` into the fields nobody typed; the caller saves."""
    for field, value in fresh_fields(contact, habit=habit, overlay=overlay).items():
        setattr(contact, field, value)


def fresh_fields(
    contact: Contact, *, habit: Habit = UNKNOWN, overlay: etiquette.Overlay | None = None
) -> dict[str, Any]:
    """Return what reading the raw name again would write into the fields nobody typed.

    `habit` is how the list it came from writes names, `overlay` what people decided about names written alike.
    """
    typed = set(contact.typed_fields)
    reading = etiquette.describe(contact.raw_name, order=habit.order, overlay=overlay)
    fields = {field: value for field, value in name_fields(reading).items() if field not in typed}
    if contact.kind in PEOPLE and reading.kind in PEOPLE:
        # A person's company stood in a column of its own; their name does not tell it.
        fields.pop("company_name", None)
    if habit.apart:
        _keep_apart(contact, fields)
    if typed & SETTLING_FIELDS:
        fields |= {"name_confidence": 1.0, "name_reason": "typed", "name_choices": []}
    return fields


def _keep_apart(contact: Contact, fields: dict[str, Any]) -> None:
    """Leave out names that two columns have settled: which word is which, and what the list did not write in capitals.

    A reading of the joined words may then only put accents on them.
    """
    both = [field for field in ("first_name", "last_name") if field in fields]
    respelt = all(etiquette.fold(fields[field]) == etiquette.fold(getattr(contact, field)) for field in both)
    for field in both:
        stored = getattr(contact, field)
        if not respelt or (stored in contact.raw_name and not stored.isupper()):
            del fields[field]


def salutation(
    contact: Contact, *, register: str | None = None, occasion: str = "", on: date | None = None
) -> etiquette.Answer:
    """Return the opening line for a letter to this contact with how sure it is and why.

    `register` defaults to what people decided for the contact; `occasion` and `on`, the day of reading, pick the
    neutral opening of an unsure name.
    """
    return etiquette.salutation(
        kind=contact.kind,
        gender=contact.gender,
        first=contact.known_as or contact.first_name,
        last=contact.last_name,
        company_name=contact.company_name,
        titles=tuple(contact.titles.split()),
        language=contact.language,
        register=register or contact.register,
        typed=contact.salutation_typed,
        occasion=occasion,
        on=on,
        confidence=contact.name_confidence,
        reason=contact.name_reason,
    )
