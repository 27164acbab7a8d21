"""Where contacts meet `etiquette`: a raw name becomes fields, fields become a salutation. What was typed wins."""

import etiquette
from customers.models import Contact

NAMES_VERSION = 1  # raise it when a better lexicon should read again what nobody typed


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


def read_names(contact: Contact, *, order: str | None = None) -> etiquette.NameReading:
    """Read `raw_name` into the fields nobody typed; the caller saves. `order` is what the whole file does."""
    reading = etiquette.describe(contact.raw_name, order=order)
    typed = set(contact.typed_fields)
    for field, value in name_fields(reading).items():
        if field not in typed:
            setattr(contact, field, value)
    if typed & {"first_name", "last_name", "company_name", "gender"}:
        contact.name_confidence, contact.name_reason, contact.name_choices = 1.0, "typed", []
    return reading


def salutation(contact: Contact, *, register: str | None = None, occasion: str = "") -> etiquette.Answer:
    """Return the opening line for a letter to this contact with how sure it is and why.

    `register` defaults to what people decided for the contact; `occasion` picks the neutral opening of an unsure name.
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
        confidence=contact.name_confidence,
        reason=contact.name_reason,
    )
