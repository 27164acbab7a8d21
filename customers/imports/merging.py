"""What a row would change in a contact we know: pure comparison, so that rehearsal and import cannot
disagree."""

from collections.abc import Iterator, Mapping
from typing import Any

from customers.addresses import address_fields, email_key
from customers.imports.incoming import Incoming
from customers.models import Contact
from customers.search import sort_key

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
# What a list may say and a person decides, and what stands until somebody speaks.
_MANNERS = {"register": Contact.Register.FORMAL.value, "owner_id": None}
_NAME_COLUMNS = ("name", "last_name", "first_name", "company_name")
_EMPTY = ("", None, {})
# How grave a remark is, when it says more than one thing.
STOP_ORDER = (Contact.Stop.DECEASED, Contact.Stop.MOURNING, Contact.Stop.NO_LETTERS)


# Every column of a contact whom nobody knows yet.
BLANK = {
    field.attname: field.get_default()
    for field in Contact._meta.concrete_fields
    if not field.generated and field.attname not in ("person_key", "created_at", "updated_at")
}
BLANK |= {"is_customer": False, **address_fields("")}
_USUAL_ROLES = ("is_customer",)


def new_contact(row_values: Mapping[str, Any], contact_id: int | None) -> Contact:
    """Return the unsaved contact that a staged row makes."""
    return Contact(**new_contact_values(row_values, contact_id))


def new_contact_values(
    row_values: Mapping[str, Any], contact_id: int | None, blank: Mapping[str, Any] = BLANK
) -> dict[str, Any]:
    """Return {column: value} of the contact that a staged row makes, without its identifier and times.

    `row_values` are those of `Incoming.as_values`; the first of its addresses is the one in use. `blank` holds what the
    row does not say.
    """
    values = {**blank, **row_values["fields"], **row_values["names"], "id": contact_id}
    for role in row_values.get("roles", _USUAL_ROLES):
        values[role] = True
    for slot, key in row_values.get("phone_keys", {}).items():
        values[f"{slot}_key"] = key
    if emails := row_values.get("emails"):
        values |= address_fields(emails[0])
    values["sort_key"] = sort_key(
        values["kind"], values["first_name"], values["last_name"], values["company_name"], values["raw_name"]
    )
    return values


class Rules:
    """What a list may write over, column by column: "always", "if_empty", "never", or nothing said.

    Without a word a list writes what it knows, except over what a person typed: that is only filled where it is empty.
    """

    def __init__(self, said: Mapping[str, str]) -> None:
        names = (said[column] for column in _NAME_COLUMNS if column in said)
        self._said = {**said, "raw_name": next(names, "")}

    def allow(self, column: str, contact: Contact, name: str, *, fill_only: bool) -> bool:
        """Return whether `column` of the list may be written to the field `name` of the contact."""
        rule = self._said.get(column, "")
        if rule == "never":
            return False
        if fill_only or rule == "if_empty" or (rule != "always" and name in contact.typed_fields):
            return getattr(contact, name) in _EMPTY
        return True

    def allow_manner(self, contact: Contact, name: str, *, fill_only: bool) -> bool:
        """Return the same of how somebody is addressed and of who looks after them, where a decision is never empty."""
        column = name.removesuffix("_id")
        rule = self._said.get(column, "")
        if rule in ("never", "always"):
            return rule == "always"
        undecided = getattr(contact, name) == _MANNERS[name]
        return column not in contact.typed_fields and (undecided or not (fill_only or rule == "if_empty"))

    def allow_roles(self) -> bool:
        return self._said.get("category", "") != "never"


def changes_for(
    contact: Contact, person: Incoming, *, emails: list[str], fill_only: bool, rules: Rules
) -> dict[str, Any]:
    """Return {field: new value} for a contact we know.

    `fill_only`: only what is empty so far, for a row that joins another. Roles are added and never taken away; an
    empty cell changes nothing.
    """
    changes: dict[str, Any] = {}
    for column, name, values in _wanted(contact, person, emails):
        if rules.allow(column, contact, name, fill_only=fill_only):
            changes |= values
    for name in _MANNERS.keys() & person.fields.keys():
        if rules.allow_manner(contact, name, fill_only=fill_only):
            changes[name] = person.fields[name]
    if rules.allow_roles():
        changes |= {role: True for role in person.roles if role not in contact.typed_fields}
    return {name: value for name, value in changes.items() if value != getattr(contact, name)}


def _wanted(contact: Contact, person: Incoming, emails: list[str]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield (column of the list, field that decides, the values that go together) of what the row knows otherwise."""
    fields = person.fields
    raw_name = fields["raw_name"]
    if raw_name and raw_name != contact.raw_name:
        typed = set(contact.typed_fields)
        yield "raw_name", "raw_name", {
            "raw_name": raw_name, **{name: person.names[name] for name in NAME_FIELDS if name not in typed}
        }  # fmt: skip
    for name in _PLAIN_FIELDS:
        if (value := fields.get(name)) and value != getattr(contact, name):
            yield name, name, {name: value}
    if "birth_day" in fields:
        typed = [name for name in _BIRTHDAY_FIELDS if name in contact.typed_fields]
        yield "birthday", typed[0] if typed else "birth_day", {name: fields[name] for name in _BIRTHDAY_FIELDS}
    for slot, key in person.phone_keys.items():
        same = key == getattr(contact, f"{slot}_key") if key else fields[slot] == getattr(contact, slot)
        if not same:
            yield slot, slot, {slot: fields[slot], f"{slot}_key": key}
    if emails and email_key(emails[0]) != contact.email_key:
        yield "email", "email", address_fields(emails[0])
    if further := {name: text for name, text in fields.get("extra", {}).items() if contact.extra.get(name) != text}:
        yield "extra", "extra", {"extra": {**contact.extra, **further}}


def kept_by_who_left(contact: Contact, emails: list[str]) -> list[str]:
    """Return the addresses of a row about somebody who left: the one they left under stays the one in use, whatever
    the list says, until a person decides otherwise."""
    return [contact.email, *(email for email in emails if email_key(email) != contact.email_key)]


def typed_in_both(
    contact: Contact, person: Incoming, *, emails: list[str], changes: Mapping[str, Any]
) -> tuple[list[str], list[str]]:
    """Return the fields that a person typed and this row has otherwise: (those that stay, those written over)."""
    typed = set(contact.typed_fields)
    names = {name for _column, name, values in _wanted(contact, person, emails) if name in typed}
    names.update(name for name in _MANNERS.keys() & person.fields.keys() if name.removesuffix("_id") in typed)
    names = {name for name in names if name not in person.fields or person.fields[name] != getattr(contact, name)}
    return sorted(names - changes.keys()), sorted(names & changes.keys())


def stop_reason(flags: list[str]) -> str:
    """Return the gravest stop that the flags of a remark ask for, or "": a complaint is a case, no stop."""
    return next((str(stop) for stop in STOP_ORDER if stop in flags), "") if flags else ""
