"""Decisions of people about a contact. What a person typed is marked as typed: no import writes over it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

import etiquette
from customers import audit, naming
from customers.addresses import set_email
from customers.celebrating import next_name_day
from customers.consent import ADDRESS_CHANGED, may_write_to, tell_stopped
from customers.imports.cleaning import clean_phone
from customers.list_habits import UNKNOWN, Habit, habits_of
from customers.models import Contact, User
from customers.name_decisions import overlay_for, remember_names
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
    fresh = Contact.objects.select_for_update(no_key=True).get(pk=contact.pk)
    changed = sorted(field for field, value in changes.items() if getattr(fresh, field) != value)
    if not changed:
        return []
    for field in changed:
        _put(fresh, field, changes[field])
    fresh.typed_fields = sorted({*fresh.typed_fields, *changed})
    if naming.SETTLING_FIELDS.intersection(changed) and fresh.raw_name:
        habit = habits_of([fresh]).get(fresh.pk, UNKNOWN)
        naming.read_names(fresh, habit=habit, overlay=overlay_for([fresh.raw_name]))
    fresh.save()
    if NAME_FIELDS.intersection(changed):
        remember_names(fresh, by=by, now=now)
    index_contacts([fresh.pk])
    if STOPPING_FIELDS.intersection(changed) and (verdict := may_write_to(fresh, now=now)).code:
        tell_stopped([fresh.pk], verdict.code)
    elif "email" in changed:
        tell_stopped([fresh.pk], ADDRESS_CHANGED)
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
    naming.read_names(contact, habit=Habit("surname_first"))
    _suggest_gender(contact)
    contact.save()
    remember_names(contact, by=by, now=now)
    index_contacts([contact.pk])
    audit.record("add_contact", actor=by, now=now, contact=contact)
    return contact


def _suggest_gender(contact: Contact) -> None:
    """Take the gender somebody decided for the same name, where neither the form nor the name tells it; it is asked."""
    overlay = overlay_for([contact.raw_name]) if contact.gender == Contact.Gender.UNKNOWN else None
    if overlay is None:
        return
    reading = etiquette.describe(contact.raw_name, order="surname_first", overlay=overlay)
    if reading.gender in (Contact.Gender.MAN, Contact.Gender.WOMAN):
        contact.gender, contact.name_confidence, contact.name_reason = (
            reading.gender, reading.confidence, reading.reason,
        )  # fmt: skip


@transaction.atomic
def set_register(contact: Contact, *, register: str, by: User, now: datetime) -> None:
    """Decide whether we say σου or σας to this person: a decision of people that no list writes over.

    Saying what stands already is a decision too.
    """
    chosen = Contact.Register(register).value
    if edit_contact(contact, changes={"register": chosen}, by=by, now=now):
        return
    contact.refresh_from_db()
    if "register" not in contact.typed_fields:
        contact.typed_fields = sorted({*contact.typed_fields, "register"})
        contact.save(update_fields=["typed_fields", "updated_at"])
        audit.record("edit_contact", actor=by, now=now, contact=contact, facts={"fields": ["register"]})


def choose_name_day(contact: Contact, *, rule: str, by: User, now: datetime) -> None:
    """Keep the day on which this person celebrates: one of the days of their name, "" for what the calendar says.

    What is kept is the rule of the day, so that a movable feast stays movable. Raise `ValueError` for another rule.
    """
    known = next_name_day(contact, today=timezone.localdate(now))
    if rule and rule not in {choice.rule for choice in (known.choices if known else ())}:
        raise ValueError(f"{rule!r} is no day of this name.")
    edit_contact(contact, changes={"name_day_choice": rule}, by=by, now=now)


@transaction.atomic
def settle_look(contact: Contact, *, by: User, now: datetime, choice: str = "") -> None:
    """A person has looked at what the list left open; the reasons stay in the trail as codes.

    `choice` is the reading they chose of those offered; without one the name is right as it stands. An unsure name is
    sure from now on: confirming it is as good as typing it.
    """
    # A fresh row, as in `edit_contact`: what a colleague has typed meanwhile must not be saved over.
    fresh = Contact.objects.select_for_update(no_key=True).get(pk=contact.pk)
    chose = choice in fresh.name_choices
    if chose:
        _take_reading(fresh, choice)
    reasons = [reason.get("code", "") for reason in fresh.look_reasons]
    fresh.needs_look, fresh.look_reasons = False, []
    settles = chose or fresh.name_confidence < etiquette.SURE
    if settles:
        fresh.typed_fields = sorted({*fresh.typed_fields, *naming.SETTLING_FIELDS})
        fresh.name_confidence, fresh.name_reason, fresh.name_choices = 1.0, "typed", []
    fresh.save()
    if settles:
        remember_names(fresh, by=by, now=now)
    index_contacts([fresh.pk])
    audit.record("settle_look", actor=by, now=now, contact=fresh, facts={"reasons": reasons})
    contact.refresh_from_db()


def _take_reading(contact: Contact, choice: str) -> None:
    """Put a chosen reading where it belongs: "Ραλλού Νίκα" is first name and surname, «Πάππας» another spelling."""
    if choice == f"{contact.first_name} {contact.last_name}".strip():
        return
    plain = etiquette.describe(contact.raw_name, order=habits_of([contact]).get(contact.pk, UNKNOWN).order)
    if choice == etiquette.text_of(plain):
        # What the raw name says by itself, where a decision about somebody else came first: of another kind, perhaps.
        fields = ("first_name", "last_name", "gender") + (("kind", "company_name") * (plain.kind != contact.kind))
        for field in fields:
            setattr(contact, field, naming.name_fields(plain)[field])
        return
    for field in ("last_name", "first_name"):
        if etiquette.fold(getattr(contact, field)) == etiquette.fold(choice):
            setattr(contact, field, choice)
            return
    _take_whole_name(contact, choice.split(" "))


def _take_whole_name(contact: Contact, words: list[str]) -> None:
    """Divide a whole name where its halves are this person's names, in whichever order; else after the first word."""
    own = sorted((etiquette.fold(contact.first_name), etiquette.fold(contact.last_name)))
    halves = [(" ".join(words[:place]), " ".join(words[place:])) for place in range(1, len(words))]
    for first, last in halves:
        if sorted((etiquette.fold(first), etiquette.fold(last))) == own:
            contact.first_name, contact.last_name = first, last
            return
    if halves:
        contact.first_name, contact.last_name = halves[0]


def _put(contact: Contact, field: str, value: Any) -> None:
    if field == "email":
        set_email(contact, value)
        return
    setattr(contact, field, value)
    if field in _PHONE_KEYS:
        setattr(contact, _PHONE_KEYS[field], clean_phone(value, region=settings.PHONE_REGION) if value else "")
