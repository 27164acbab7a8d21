"""Reading again what nobody typed: whom a better lexicon, or a decision made since, would read otherwise.

A thousand contacts at a time in the order of their ids, each chunk a transaction of its own, so that the work may be
stopped between two and begun again. Typed names, and names somebody has looked at, are never touched.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any

from django.db import transaction

import etiquette
from customers import audit
from customers.consent import tell_stopped
from customers.list_habits import UNKNOWN, habits_of
from customers.models import AuditEntry, Contact, User
from customers.name_decisions import overlay_for
from customers.naming import NAMES_VERSION, SETTLING_FIELDS, fresh_fields, salutation
from customers.search import index_contacts
from customers.writing_turn import let_others_write

CHUNK = 1_000
NAME_REASON = "name_unsure"
# A change of these is another reading; why and how sure may move without anybody being addressed otherwise.
_SHOWN = ("kind", "first_name", "last_name", "company_name", "titles", "gender")
_WRITTEN = (*_SHOWN, "name_confidence", "name_reason", "name_choices", "names_version", "needs_look", "look_reasons")


@dataclass(frozen=True)
class Rereading:
    """A contact that reads otherwise now. `looked_at`: somebody has looked at it, so that it stays as it is."""

    contact_id: int
    raw: str
    before: str
    after: str
    salutation_before: str
    salutation_after: str
    sure_before: bool
    sure_after: bool
    looked_at: bool


@dataclass(frozen=True)
class Progress:
    """A chunk that is done: how many contacts were compared so far, and who of this chunk reads otherwise."""

    compared: int
    last_id: int
    found: list[Rereading]


def reread(*, take_over: bool, by: User | None, now: datetime, after_id: int = 0) -> Iterator[Progress]:
    """Compare everybody's stored names with a fresh reading and yield each chunk; write it when `take_over`."""
    compared, since = 0, monotonic()
    while True:
        since = let_others_write(since)
        with transaction.atomic():
            contacts = _next_chunk(after_id, for_writing=take_over)
            if not contacts:
                return
            found = _compare(contacts, take_over=take_over, by=by, now=now)
        compared += len(contacts)
        after_id = contacts[-1].pk
        yield Progress(compared, after_id, found)


def _next_chunk(after_id: int, *, for_writing: bool) -> list[Contact]:
    contacts = Contact.objects.filter(pk__gt=after_id, erased_at=None).exclude(raw_name="").order_by("pk")
    if for_writing:
        contacts = contacts.select_for_update(no_key=True)
    return list(contacts[:CHUNK])


def _compare(contacts: list[Contact], *, take_over: bool, by: User | None, now: datetime) -> list[Rereading]:
    contacts = [contact for contact in contacts if SETTLING_FIELDS.isdisjoint(contact.typed_fields)]
    changes = _changes(contacts)
    moved = [contact for contact in contacts if contact.pk in changes]
    looked_at = _looked_at(moved)

    found, entries = [], []
    to_write, only_newer = [], []
    for contact in moved:
        stays = contact.person_key in looked_at
        rereading = _turn(contact, changes[contact.pk], looked_at=stays)
        if rereading is not None:
            found.append(rereading)
        if stays:
            continue
        (only_newer if changes[contact.pk].keys() == {"names_version"} else to_write).append(contact)
        if rereading is not None:
            entries.append((contact, _facts(rereading)))
    if take_over:
        Contact.objects.filter(pk__in=[contact.pk for contact in only_newer]).update(names_version=NAMES_VERSION)
        _write(to_write, entries, by=by, now=now)
    return found


def _changes(contacts: list[Contact]) -> dict[int, dict[str, Any]]:
    """Return {contact id: {field: value}} of what a fresh reading says otherwise; four statements."""
    habits = habits_of(contacts)
    overlay = overlay_for(contact.raw_name for contact in contacts)
    changes = {}
    for contact in contacts:
        fresh = fresh_fields(contact, habit=habits.get(contact.pk, UNKNOWN), overlay=overlay)
        if other := {name: value for name, value in fresh.items() if getattr(contact, name) != value}:
            changes[contact.pk] = other
    return changes


def _looked_at(contacts: list[Contact]) -> set[Any]:
    """Return the person keys of those whom somebody has settled: a person has seen the name and let it stand."""
    keys = [contact.person_key for contact in contacts]
    settled = AuditEntry.objects.filter(verb="settle_look", person_key__in=keys)
    return set(settled.values_list("person_key", flat=True))


def _turn(contact: Contact, fresh: dict[str, Any], *, looked_at: bool) -> Rereading | None:
    """Put a fresh reading on a contact in memory; return what it changes for the reader, None when nothing."""
    before = {name: getattr(contact, name) for name in _SHOWN}
    words_before, opening_before = _in_words(contact), salutation(contact)
    sure_before = contact.name_confidence >= etiquette.SURE
    for name, value in fresh.items():
        setattr(contact, name, value)
    sure_after = contact.name_confidence >= etiquette.SURE
    _look(contact, was_sure=sure_before, is_sure=sure_after)
    if before == {name: getattr(contact, name) for name in _SHOWN} and sure_before == sure_after:
        return None
    return Rereading(
        contact_id=contact.pk,
        raw=contact.raw_name,
        before=words_before,
        after=_in_words(contact),
        salutation_before=opening_before.text,
        salutation_after=salutation(contact).text,
        sure_before=sure_before,
        sure_after=sure_after,
        looked_at=looked_at,
    )


def _in_words(contact: Contact) -> str:
    """The name as read, with what only the reader of codes sees: the kind and the gender."""
    return f"{contact.name} ({contact.kind}, {contact.gender})"


def _look(contact: Contact, *, was_sure: bool, is_sure: bool) -> None:
    """Ask about a name that is unsure now; stop asking about one that is sure. Other questions stay."""
    others = [reason for reason in contact.look_reasons if reason.get("code") != NAME_REASON]
    asked = len(others) < len(contact.look_reasons)
    if is_sure and asked:
        contact.look_reasons, contact.needs_look = others, bool(others)
    elif contact.kind in Contact.NEVER_GREETED:
        return
    elif (was_sure or asked) and not is_sure:
        facts = {"reason": contact.name_reason, "choices": ", ".join(contact.name_choices), "name": contact.raw_name}
        contact.look_reasons, contact.needs_look = [*others, {"code": NAME_REASON, "facts": facts}], True


def _facts(rereading: Rereading) -> dict[str, Any]:
    return {
        "names_version": NAMES_VERSION,
        "sure_before": rereading.sure_before,
        "sure_after": rereading.sure_after,
        "same_words": rereading.before == rereading.after,
    }


def _write(
    contacts: list[Contact], entries: list[tuple[Contact, dict[str, Any]]], *, by: User | None, now: datetime
) -> None:
    # `updated_at` stays: no person has changed anything, and an import may still be taken back. As an upsert of rows
    # that are there and locked: bulk_update's CASE per row and field takes four times as long.
    Contact.objects.bulk_create(
        contacts, update_conflicts=True, unique_fields=["id"], update_fields=_WRITTEN, batch_size=500
    )
    index_contacts([contact.pk for contact, _facts in entries])
    silent = [contact.pk for contact, _facts in entries if contact.kind in Contact.NEVER_GREETED]
    if silent:
        tell_stopped(silent, "not_greeted")
    audit.record_each("reread_names", actor=by, now=now, entries=entries)
