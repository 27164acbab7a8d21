"""What a row would change in a contact we know: pure comparison, so that rehearsal and import cannot
disagree."""

from typing import Any

from customers.addresses import address_fields, email_key
from customers.imports.incoming import Incoming
from customers.models import Contact
from customers.search import sort_key_of

# Fields that only stand together: the reading of a name, and a birthday.
NAME_FIELDS = (
    "kind",
    "first_name",
    "last_name",
    "company_name",
    "titles",
    "gender",
    "name_confidence",
    "name_reason",
    "name_choices",
    "names_version",
)
_BIRTHDAY_FIELDS = ("birth_day", "birth_month", "birth_year")
_PLAIN_FIELDS = ("street", "postcode", "city", "tax_number")
# What a list may say and a person decides: the field, its name among the typed ones, what stands until somebody speaks.
_MANNERS = (("register", "register", Contact.Register.FORMAL), ("owner_id", "owner", None))
# How grave a remark is, when it says more than one thing.
STOP_ORDER = (Contact.Stop.DECEASED, Contact.Stop.MOURNING, Contact.Stop.NO_LETTERS)


def new_contact(person: Incoming, *, emails: list[str]) -> Contact:
    """Return the unsaved contact of a row; `emails` are those it may call its own, the first is the one in
    use."""
    contact = Contact(**person.fields, **person.names, is_customer=False)
    for role in person.roles:
        setattr(contact, role, True)
    for slot, key in person.phone_keys.items():
        setattr(contact, f"{slot}_key", key)
    for name, value in address_fields(emails[0] if emails else "").items():
        setattr(contact, name, value)
    contact.sort_key = sort_key_of(contact)
    return contact


def changes_for(contact: Contact, person: Incoming, *, emails: list[str], fill_only: bool) -> dict[str, Any]:
    """Return {field: new value} for a contact we know.

    What a person typed is never written over. `fill_only`: only what is empty so far, for a row that joins
    another. Roles are added and never taken away; an empty cell changes nothing.
    """
    typed = set(contact.typed_fields)
    changes: dict[str, Any] = {}

    def may_write(name: str) -> bool:
        return name not in typed and not (fill_only and getattr(contact, name) not in ("", None))

    raw_name = person.fields["raw_name"]
    if raw_name and raw_name != contact.raw_name and may_write("raw_name"):
        changes["raw_name"] = raw_name
        changes |= {name: person.names[name] for name in NAME_FIELDS if name not in typed}
    for name in _PLAIN_FIELDS:
        if person.fields.get(name) and may_write(name):
            changes[name] = person.fields[name]
    if "birth_day" in person.fields and may_write("birth_day") and not typed & set(_BIRTHDAY_FIELDS):
        changes |= {name: person.fields[name] for name in _BIRTHDAY_FIELDS}
    for slot, key in person.phone_keys.items():
        same = key == getattr(contact, f"{slot}_key") if key else person.fields[slot] == getattr(contact, slot)
        if may_write(slot) and not same:
            changes |= {slot: person.fields[slot], f"{slot}_key": key}
    if emails and email_key(emails[0]) != contact.email_key and may_write("email"):
        changes |= address_fields(emails[0])
    for name, typed_name, unsaid in _MANNERS:
        stands = getattr(contact, name)
        if name in person.fields and typed_name not in typed and not (fill_only and stands != unsaid):
            changes[name] = person.fields[name]
    changes |= {role: True for role in person.roles if role not in typed and not getattr(contact, role)}
    return {name: value for name, value in changes.items() if value != getattr(contact, name)}


def stop_reason(flags: list[str]) -> str:
    """Return the gravest stop that the flags of a remark ask for, or "": a complaint is a case, no stop."""
    return next((str(stop) for stop in STOP_ORDER if stop in flags), "")
