"""Applying a chunk of staged rows of people: contacts, codes, addresses, notes, cases and stops, and how to
undo each.

Called inside the chunk's transaction. A fixed number of queries per chunk, however many rows it has.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from customers import consent
from customers.addresses import address_fields, email_key
from customers.imports.incoming import Incoming
from customers.imports.merging import changes_for, new_contact, stop_reason
from customers.imports.planning import asks
from customers.models import (
    Contact,
    ContactAddress,
    ContactCode,
    ImportBatch,
    ImportRow,
    Interaction,
    ServiceCase,
    Tag,
)
from customers.roles import colleagues

# Said once by the confidence of the name itself; a look would only repeat it.
_NOT_A_LOOK = frozenset({"name_unsure"})


@dataclass
class _Chunk:
    """The rows of one transaction with the contacts they are about, and what is to be written for them."""

    batch: ImportBatch
    now: dt.datetime
    contacts: dict[int, Contact] = field(default_factory=dict)
    further: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    changed: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    codes: list[tuple[ImportRow, ContactCode]] = field(default_factory=list)
    addresses: list[tuple[ImportRow, ContactAddress]] = field(default_factory=list)
    notes: list[tuple[ImportRow, Interaction]] = field(default_factory=list)
    cases: list[tuple[ImportRow, ServiceCase]] = field(default_factory=list)
    tags: list[tuple[ImportRow, str]] = field(default_factory=list)
    stopped: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))


def apply_contact_rows(batch: ImportBatch, rows: list[ImportRow], *, now: dt.datetime) -> list[int]:
    """Do what `rows` say, filling in their `contact` and `undo`. Return the ids of the contacts that were
    touched."""
    people = {row.row_number: Incoming.from_values(row.row_number, row.values, row.notes) for row in rows if _acts(row)}
    _give_way(batch, rows, people)
    _leave_out_gone_owners(people.values())
    rows = [row for row in rows if _acts(row)]
    chunk = _Chunk(batch, now)

    _create_contacts(chunk, rows, people)
    _find_contacts(chunk, rows)
    for row in rows:
        person, contact = people[row.row_number], chunk.contacts.get(row.contact_id)
        if contact is None:
            _refuse(row, "contact_gone")
            continue
        if row.action != ImportRow.Action.NEW:
            _change(chunk, row, person, contact)
        _add_code_and_addresses(chunk, row, person, contact)
        _add_remark(chunk, row, person, contact)
        if person.tag and row.action != ImportRow.Action.CHANGED:
            chunk.tags.append((row, person.tag))

    _write(chunk)
    for reason, ids in chunk.stopped.items():
        consent.tell_stopped(ids, reason)
    return list(chunk.contacts)


def _acts(row: ImportRow) -> bool:
    return row.action in (ImportRow.Action.NEW, ImportRow.Action.JOINED, ImportRow.Action.CHANGED)


def _refuse(row: ImportRow, code: str) -> None:
    row.action, row.reason_code = ImportRow.Action.REFUSED, code
    row.reason_facts = {"row": row.row_number, "name": row.values.get("as_written", "")}
    row.undo = {"refused": True}


def _give_way(batch: ImportBatch, rows: Iterable[ImportRow], people: dict[int, Incoming]) -> None:
    """Codes and addresses that somebody got by hand since the rehearsal are theirs."""
    new = [row for row in rows if row.action == ImportRow.Action.NEW]
    codes = {people[row.row_number].code for row in new} - {""}
    keys = {email_key(email) for row in new for email in people[row.row_number].emails}
    taken_codes = set(ContactCode.objects.filter(source=batch.source, code__in=codes).values_list("code", flat=True))
    taken_emails = set(Contact.objects.filter(email_key__in=keys, erased_at=None).values_list("email_key", flat=True))
    for row in new:
        person = people[row.row_number]
        if person.code in taken_codes:
            _refuse(row, "code_taken_since")
        for email in [email for email in person.emails if email_key(email) in taken_emails]:
            person.emails.remove(email)
            person.note("email_of_another", value=email, other_row=0, other_contact=0)
            row.asks = True


def _leave_out_gone_owners(people: Iterable[Incoming]) -> None:
    """A colleague who has left since the rehearsal looks after nobody."""
    named = [person for person in people if "owner_id" in person.fields]
    here = set(colleagues().filter(pk__in={person.fields["owner_id"] for person in named}).values_list("pk", flat=True))
    for person in named:
        if person.fields["owner_id"] not in here:
            del person.fields["owner_id"]


def _create_contacts(chunk: _Chunk, rows: list[ImportRow], people: dict[int, Incoming]) -> None:
    new = [row for row in rows if row.action == ImportRow.Action.NEW]
    contacts = []
    for row in new:
        person = people[row.row_number]
        contact = new_contact(person, emails=person.emails)
        for name, value in _stops_and_looks(chunk, row, person, contact).items():
            setattr(contact, name, value)
        contacts.append(contact)
    for row, contact in zip(new, Contact.objects.bulk_create(contacts, batch_size=500), strict=True):
        row.contact = contact
        row.undo = {"created": True, "updated_at": ["", stored(contact.updated_at)]}
        chunk.contacts[contact.pk] = contact
        if contact.stopped_reason:
            chunk.stopped[contact.stopped_reason].append(contact.pk)


def _find_contacts(chunk: _Chunk, rows: list[ImportRow]) -> None:
    """Fetch the contacts that the other rows are about; a joined row's may be of this chunk or an earlier
    one."""
    of_row = {row.row_number: row.contact_id for row in rows if row.contact_id}
    wanted = {row.joined_to_row for row in rows if row.joined_to_row} - of_row.keys()
    of_row.update(
        ImportRow.objects.filter(batch=chunk.batch, row_number__in=wanted).values_list("row_number", "contact_id")
    )
    for row in rows:
        if row.joined_to_row:
            row.contact_id = of_row.get(row.joined_to_row)
    old = {row.contact_id for row in rows if row.contact_id} - chunk.contacts.keys()
    # Locked until the chunk is written, in one order for everybody: what a colleague decides meanwhile comes after
    # this list or before it, and is never written over.
    held = Contact.objects.select_for_update().filter(pk__in=old, erased_at=None).order_by("pk")
    chunk.contacts.update({contact.pk: contact for contact in held})
    for contact_id, key in ContactAddress.objects.filter(contact_id__in=old).values_list("contact_id", "email_key"):
        chunk.further[contact_id].add(key)


def _change(chunk: _Chunk, row: ImportRow, person: Incoming, contact: Contact) -> None:
    old_email = contact.email
    changes = changes_for(contact, person, emails=person.emails, fill_only=row.values["fill_only"])
    was_stopped = contact.stopped_reason
    _set(chunk, row, contact, changes | _stops_and_looks(chunk, row, person, contact))
    if contact.stopped_reason != was_stopped:
        chunk.stopped[contact.stopped_reason].append(contact.pk)
    if old_email and email_key(old_email) != contact.email_key:
        _add_address(chunk, row, contact, old_email)


def _stops_and_looks(chunk: _Chunk, row: ImportRow, person: Incoming, contact: Contact) -> dict[str, Any]:
    """Return the fields that stop wishes until a person has looked; a stop that stands already is left
    alone."""
    fields: dict[str, Any] = {}
    reason = stop_reason(person.flags)
    if reason and not contact.stopped_reason:
        fields |= {"stopped_reason": reason, "stopped_at": chunk.now}
    # "Row 25" means nothing on a person's page without the list it is of.
    added = [
        {"code": note["code"], "facts": note["facts"] | {"file": chunk.batch.file_name}}
        for note in row.notes
        if asks(note["code"]) and note["code"] not in _NOT_A_LOOK
    ]
    if added:
        fields |= {"needs_look": True, "look_reasons": [*contact.look_reasons, *added]}
    return fields


def _set(chunk: _Chunk, row: ImportRow, contact: Contact, changes: dict[str, Any]) -> None:
    """Write fields of a contact and remember, in the row, what stood there and what stands there now."""
    if not changes:
        return
    # bulk_update leaves `auto_now` alone. The new time lets an undo see whether somebody changed the
    # contact since.
    row.undo["updated_at"] = [stored(contact.updated_at), stored(chunk.now)]
    contact.updated_at = chunk.now
    chunk.changed[contact.pk].add("updated_at")
    fields = row.undo.setdefault("fields", {})
    for name, value in changes.items():
        fields[name] = [stored(getattr(contact, name)), stored(value)]
        setattr(contact, name, value)
        chunk.changed[contact.pk].add(name)


def stored(value: Any) -> Any:
    """Return a field's value as JSON keeps it; a time in UTC, so that two readings of it are the same text."""
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    return value.isoformat() if isinstance(value, dt.date) else value


def _add_code_and_addresses(chunk: _Chunk, row: ImportRow, person: Incoming, contact: Contact) -> None:
    if person.code and row.reason_code != "same_code" and row.action != ImportRow.Action.CHANGED:
        code = ContactCode(contact=contact, source=chunk.batch.source, code=person.code)
        chunk.codes.append((row, code))
    for email in person.emails:
        _add_address(chunk, row, contact, email)


def _add_address(chunk: _Chunk, row: ImportRow, contact: Contact, email: str) -> None:
    key = email_key(email)
    if key == contact.email_key or key in chunk.further[contact.pk]:
        return
    chunk.further[contact.pk].add(key)
    chunk.addresses.append((row, ContactAddress(contact=contact, **address_fields(email))))


def _add_remark(chunk: _Chunk, row: ImportRow, person: Incoming, contact: Contact) -> None:
    if person.remark:
        note = Interaction(contact=contact, happened_at=chunk.now, private_text=person.remark, batch=chunk.batch)
        chunk.notes.append((row, note))
    if "complaint" in person.flags:
        case = ServiceCase(
            contact=contact,
            source=ServiceCase.Source.REMARK,
            what_happened=person.remark,
            opened_at=chunk.now,
            opened_by=chunk.batch.created_by,
        )
        chunk.cases.append((row, case))
        chunk.stopped["complaint"].append(contact.pk)


def _write(chunk: _Chunk) -> None:
    for name, pairs, model in (
        ("codes", chunk.codes, ContactCode),
        ("addresses", chunk.addresses, ContactAddress),
        ("interactions", chunk.notes, Interaction),
        ("cases", chunk.cases, ServiceCase),
    ):
        model.objects.bulk_create([made for _row, made in pairs], batch_size=500)
        for row, made in pairs:
            row.undo.setdefault(name, []).append(made.pk)
    _write_tags(chunk)
    if chunk.changed:
        names = set().union(*chunk.changed.values())
        Contact.objects.bulk_update([chunk.contacts[pk] for pk in chunk.changed], sorted(names), batch_size=200)


def _write_tags(chunk: _Chunk) -> None:
    names = {name for _row, name in chunk.tags}
    if not names:
        return
    ids = dict(Tag.objects.filter(name__in=names).values_list("name", "pk"))
    for tag in Tag.objects.bulk_create([Tag(name=name) for name in sorted(names - ids.keys())]):
        ids[tag.name] = tag.pk
        first = next(row for row, name in chunk.tags if name == tag.name)
        first.undo.setdefault("tags_made", []).append(tag.pk)
    through = Contact.tags.through
    pairs = {(row.contact_id, ids[name]): row for row, name in reversed(chunk.tags) if row.contact_id}
    existing = set(
        through.objects.filter(contact_id__in={pair[0] for pair in pairs}).values_list("contact_id", "tag_id")
    )
    for (contact_id, tag_id), row in pairs.items():
        if (contact_id, tag_id) not in existing:
            row.undo.setdefault("tags", []).append(tag_id)
    through.objects.bulk_create(
        [through(contact_id=contact_id, tag_id=tag_id) for contact_id, tag_id in pairs.keys() - existing],
        batch_size=500,
    )
