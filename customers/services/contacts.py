"""Decisions of people about a contact. What a person typed is marked as typed: no import writes over it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

import etiquette
from customers import audit, naming
from customers.addresses import set_email
from customers.consent import may_write_to, tell_stopped
from customers.imports.cleaning import clean_phone
from customers.models import Contact, User
from customers.search import index_contacts

NAME_FIELDS = {"kind", "first_name", "last_name", "company_name", "known_as", "gender"}
# A change of one of these may be what stops somebody: letters that wait must hear of it.
STOPPING_FIELDS = {"kind", "deceased", "mourning_until", "email"}
_PHONE_KEYS = {"phone": "phone_key", "mobile": "mobile_key"}


@transaction.atomic
def edit_contact(contact: Contact, *, changes: Mapping[str, Any], by: User, now: datetime) -> list[str]:
    """Write what a person typed and return the names of the fields that really changed, sorted.

    The values are already checked (`customers/forms/contact.py`). Names that nobody typed are read again from the
    list's own spelling, so that one correction may settle the rest.
    """
    # A fresh row: a form has already put its values on the object it was given, and an import may be at work.
    fresh = Contact.objects.select_for_update().get(pk=contact.pk)
    changed = sorted(field for field, value in changes.items() if getattr(fresh, field) != value)
    if not changed:
        return []
    for field in changed:
        _put(fresh, field, changes[field])
    fresh.typed_fields = sorted({*fresh.typed_fields, *changed})
    if NAME_FIELDS.intersection(changed) and fresh.raw_name:
        naming.read_names(fresh)
    fresh.save()
    index_contacts([fresh.pk])
    if STOPPING_FIELDS.intersection(changed) and (verdict := may_write_to(fresh, now=now)).code:
        tell_stopped([fresh.pk], verdict.code)
    audit.record("edit_contact", actor=by, now=now, contact=fresh, facts={"fields": changed})
    contact.refresh_from_db()
    return changed


@transaction.atomic
def add_contact(*, values: Mapping[str, Any], by: User, now: datetime) -> Contact:
    """Make a contact that a person typed. Gender and kind nobody chose are read from the name."""
    contact = Contact()
    for field, value in values.items():
        _put(contact, field, value)
    person = f"{contact.last_name} {contact.first_name}".strip()
    is_company = contact.kind in (Contact.Kind.COMPANY, Contact.Kind.ORGANISATION)
    contact.raw_name = (contact.company_name or person) if is_company else (person or contact.company_name)
    contact.typed_fields = sorted(field for field, value in values.items() if value and value != Contact.Gender.UNKNOWN)
    naming.read_names(contact, order="surname_first")
    contact.save()
    index_contacts([contact.pk])
    audit.record("add_contact", actor=by, now=now, contact=contact)
    return contact


@transaction.atomic
def set_register(contact: Contact, *, register: str, by: User, now: datetime) -> None:
    """Decide whether we say σου or σας to this person: a decision of people, never of a rule."""
    edit_contact(contact, changes={"register": Contact.Register(register).value}, by=by, now=now)


@transaction.atomic
def settle_look(contact: Contact, *, by: User, now: datetime, choice: str = "") -> None:
    """A person has looked at what the list left open; the reasons stay in the trail as codes.

    `choice` is the reading they chose of those offered; without one the name is right as it stands. An unsure name is
    sure from now on: confirming it is as good as typing it.
    """
    if choice in contact.name_choices:
        _take_reading(contact, choice)
    reasons = [reason.get("code", "") for reason in contact.look_reasons]
    contact.needs_look, contact.look_reasons = False, []
    if contact.name_confidence < etiquette.SURE:
        contact.typed_fields = sorted({*contact.typed_fields, *NAME_FIELDS - {"known_as"}})
        contact.name_confidence, contact.name_reason, contact.name_choices = 1.0, "typed", []
    contact.save()
    index_contacts([contact.pk])
    audit.record("settle_look", actor=by, now=now, contact=contact, facts={"reasons": reasons})


def _take_reading(contact: Contact, choice: str) -> None:
    """Put a chosen reading where it belongs: "Ραλλού Νίκα" is first name and surname, «Πάππας» another spelling."""
    first, _blank, last = choice.partition(" ")
    if last:
        contact.first_name, contact.last_name = first, last
        return
    for field in ("last_name", "first_name"):
        if etiquette.fold(getattr(contact, field)) == etiquette.fold(choice):
            setattr(contact, field, choice)
            return


def _put(contact: Contact, field: str, value: Any) -> None:
    if field == "email":
        set_email(contact, value)
        return
    setattr(contact, field, value)
    if field in _PHONE_KEYS:
        setattr(contact, _PHONE_KEYS[field], clean_phone(value, region=settings.PHONE_REGION) if value else "")
