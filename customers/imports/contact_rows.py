"""Applying a chunk of staged rows of people: contacts, codes, addresses, notes, cases and stops, and how to
undo each.

Called inside the chunk's transaction. A fixed number of queries per chunk, however many rows it has. Of a row that
makes somebody new, `undo` says only what is unusual: that they are new, and their code, the row itself says.
"""

import datetime as dt
import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from customers import consent
from customers.addresses import address_fields, email_key
from customers.bulk import as_json, as_prepared, insert_rows, update_rows
from customers.imports.incoming import Incoming
from customers.imports.merging import (
    BLANK,
    Rules,
    changes_for,
    kept_by_who_left,
    new_contact_values,
    stop_reason,
)
from customers.imports.planning import asks, rules_of
from customers.imports.rows import StagedRow
from customers.imports.since_rehearsal import adds_code, give_way, leave_out_gone_owners, number_new, refuse
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
from customers.search import WordBook, index_contacts, index_new, words_of_person

# Said once by the confidence of the name itself; a look would only repeat it.
_NOT_A_LOOK = frozenset({"name_unsure"})
_COLUMNS = tuple(field.attname for field in Contact._meta.concrete_fields if not field.generated)
_values_of = itemgetter(*_COLUMNS)
# The four bits of a random digit, with the first two as RFC 9562 has them.
_VARIANTS = {f"{digit:x}": f"{8 | digit & 3:x}" for digit in range(16)}


@dataclass
class _Chunk:
    """The rows of one transaction with the contacts they are about, and what is to be written for them."""

    batch: ImportBatch
    now: dt.datetime
    rules: Rules
    contacts: dict[int, Contact] = field(default_factory=dict)
    further: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    left: set[str] = field(default_factory=set)
    changed: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    codes: list[tuple[StagedRow, ContactCode]] = field(default_factory=list)
    addresses: list[tuple[StagedRow, ContactAddress]] = field(default_factory=list)
    notes: list[tuple[StagedRow, Interaction]] = field(default_factory=list)
    cases: list[tuple[StagedRow, ServiceCase]] = field(default_factory=list)
    tags: list[tuple[StagedRow, str]] = field(default_factory=list)
    stopped: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    moved: dict[int, StagedRow] = field(default_factory=dict)


def apply_contact_rows(
    batch: ImportBatch, rows: list[StagedRow], words: WordBook, *, now: dt.datetime
) -> list[StagedRow]:
    """Do what `rows` say. Return those whose `undo` or reasons have to be written back."""
    chunk = _Chunk(batch, now, rules_of(batch))
    numbered = number_new(batch, rows)
    new = [row for row in rows if row.action == ImportRow.Action.NEW]
    known = [row for row in rows if row.action in (ImportRow.Action.JOINED, ImportRow.Action.CHANGED)]
    give_way(batch, new, known)
    leave_out_gone_owners([*new, *known])

    _create_contacts(chunk, [row for row in new if row.contact_id], words)
    _find_contacts(chunk, known)
    for row in known:
        contact = chunk.contacts.get(row.contact_id)
        if contact is None:
            refuse(row, "contact_gone")
            continue
        person = Incoming.from_values(row.row_number, row.values, row.notes, row.contact_id)
        _change(chunk, row, person, contact)
        _add_code(chunk, row, person.code)
        _add_beside(chunk, row, {contact.email_key, *chunk.further[contact.pk]})
    _write(chunk)
    index_contacts(chunk.contacts)
    _tell_stopped(chunk, known)
    return [row for row in rows if row.undo or row.row_number in numbered]


def _tell_stopped(chunk: _Chunk, known: list[StagedRow]) -> None:
    """Tell of everybody who was stopped or has another address; what that did to people we know stands in the undo of
    the row that did it."""
    row_of = {row.contact_id: row for row in reversed(known) if row.values.get("flags")}
    for reason, ids in chunk.stopped.items():
        for trace in consent.tell_stopped(ids, reason):
            row_of[trace["contact"]].undo.setdefault("stopped", []).append(trace)
    for trace in consent.tell_stopped(chunk.moved, consent.ADDRESS_CHANGED):
        chunk.moved[trace["contact"]].undo.setdefault("stopped", []).append(trace)


def _create_contacts(chunk: _Chunk, rows: list[StagedRow], words: WordBook) -> None:
    codes: list[tuple[int, str, str]] = []
    found_by: list[tuple[int, set[str]]] = []
    # All made before the first is written: what is beside a person may ask the database, which COPY keeps busy.
    made = list(_made_contacts(chunk, rows, codes, found_by))
    insert_rows(Contact, _COLUMNS, made, prepared=True)
    insert_rows(ContactCode, ("contact_id", "source", "code"), codes)
    index_new(found_by, words)


def _made_contacts(
    chunk: _Chunk, rows: list[StagedRow], codes: list[tuple[int, str, str]], found_by: list[tuple[int, set[str]]]
) -> Iterator[tuple[Any, ...]]:
    """Yield the columns of everybody new, as the driver takes them; add their codes and search words to those lists."""
    source = chunk.batch.source
    blank = as_prepared(Contact, {**BLANK, "created_at": chunk.now, "updated_at": chunk.now})
    for row, person_key in zip(rows, _person_keys(len(rows), chunk.now), strict=True):
        said, contact_id = row.values, row.contact_id
        values = new_contact_values(said, contact_id, blank)
        values["person_key"] = person_key
        # All that a row may say otherwise than as text or a number.
        values["name_choices"] = as_json(choices) if (choices := values["name_choices"]) else blank["name_choices"]
        if "extra" in said["fields"]:
            values["extra"] = as_json(values["extra"])
        if values["birth_year"] is None:
            values["birth_year"] = blank["birth_year"]
        if row.notes:
            stops = _stops_and_looks(chunk, row, said.get("flags", []), stopped="", looks=[])
            values |= as_prepared(Contact, stops)
            if reason := stops.get("stopped_reason"):
                chunk.stopped[reason].append(contact_id)
        code = said.get("code", "")
        if code:
            codes.append((contact_id, source, code))
        found_by.append((contact_id, words_of_person(values, (code,))))
        if len(said.get("emails", ())) > 1 or "remark" in said or "tag" in said:
            _add_beside(chunk, row, {values["email_key"]})
        yield _values_of(values)


def _person_keys(count: int, now: dt.datetime) -> list[str]:
    """Return new identifiers of people: random behind the time (version 7 of RFC 9562, 5.7), so that those of one list
    stand side by side in their index and not all over it."""
    head = f"{int(now.timestamp() * 1_000):012x}7"
    random = os.urandom(10 * count).hex()
    return [
        f"{head}{random[at : at + 3]}{_VARIANTS[random[at + 3]]}{random[at + 4 : at + 19]}"
        for at in range(0, 20 * count, 20)
    ]


def _find_contacts(chunk: _Chunk, rows: list[StagedRow]) -> None:
    """Fetch the contacts that the rows are about; a joined row's may be of this chunk or an earlier one."""
    ids = {row.contact_id for row in rows if row.contact_id}
    if not ids:
        return
    # Locked until the chunk is written, in one order for everybody: what a colleague decides meanwhile comes after
    # this list or before it, and is never written over.
    held = Contact.objects.select_for_update(no_key=True).filter(pk__in=ids, erased_at=None).order_by("pk")
    chunk.contacts.update({contact.pk: contact for contact in held})
    for contact_id, key in ContactAddress.objects.filter(contact_id__in=ids).values_list("contact_id", "email_key"):
        chunk.further[contact_id].add(key)
    # Asked now and not taken from the rehearsal: who has left since stays away too.
    chunk.left = consent.left_under([contact.address_digest for contact in chunk.contacts.values()])


def _change(chunk: _Chunk, row: StagedRow, person: Incoming, contact: Contact) -> None:
    old_email = contact.email
    fill_only = row.values.get("fill_only", False)
    emails = person.emails
    if contact.address_digest in chunk.left:
        emails = kept_by_who_left(contact, emails)
    changes = changes_for(contact, person, emails=emails, fill_only=fill_only, rules=chunk.rules)
    was_stopped = contact.stopped_reason
    changes |= _stops_and_looks(chunk, row, person.flags, stopped=was_stopped, looks=contact.look_reasons)
    _set(chunk, row, contact, changes)
    if contact.stopped_reason != was_stopped:
        chunk.stopped[contact.stopped_reason].append(contact.pk)
    if "address_digest" in changes:
        chunk.moved.setdefault(contact.pk, row)
    if old_email and email_key(old_email) != contact.email_key:
        _add_address(chunk, row, old_email, {contact.email_key, *chunk.further[contact.pk]})


def _stops_and_looks(
    chunk: _Chunk, row: StagedRow, flags: list[str], *, stopped: str, looks: list[dict[str, Any]]
) -> dict[str, Any]:
    """Return the fields that stop wishes until a person has looked; a stop that stands already (`stopped`) is left
    alone. `looks` are the reasons to look that stand already."""
    fields: dict[str, Any] = {}
    reason = stop_reason(flags)
    if reason and not stopped:
        fields |= {"stopped_reason": reason, "stopped_at": chunk.now}
    # "Row 25" means nothing on a person's page without the list it is of.
    added = [
        {"code": note["code"], "facts": note["facts"] | {"file": chunk.batch.file_name}}
        for note in row.notes
        if asks(note["code"]) and note["code"] not in _NOT_A_LOOK
    ]
    if added:
        fields |= {"needs_look": True, "look_reasons": [*looks, *added]}
    return fields


def _set(chunk: _Chunk, row: StagedRow, contact: Contact, changes: dict[str, Any]) -> None:
    """Write fields of a contact and remember, in the row, what stood there and what stands there now."""
    if not changes:
        return
    # The new time lets an undo see whether somebody changed the contact since.
    row.undo["updated_at"] = [stored(contact.updated_at), stored(chunk.now)]
    contact.updated_at = chunk.now
    chunk.changed[contact.pk].add("updated_at")
    if typed := [name for name in changes if name.removesuffix("_id") in contact.typed_fields]:
        # A typed field that was empty, or that the list may write over: typed before the list, not since.
        row.undo["typed"] = typed
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


def _add_code(chunk: _Chunk, row: StagedRow, code: str) -> None:
    if code and adds_code(row):
        chunk.codes.append((row, ContactCode(contact_id=row.contact_id, source=chunk.batch.source, code=code)))


def _add_beside(chunk: _Chunk, row: StagedRow, known_keys: set[str]) -> None:
    """Add what stands beside a contact: further addresses, the remark and its case, the tag."""
    values = row.values
    for email in values.get("emails", ()):
        _add_address(chunk, row, email, known_keys)
    if remark := values.get("remark"):
        _add_remark(chunk, row, remark, values.get("flags", ()))
    if (tag := values.get("tag")) and row.action != ImportRow.Action.CHANGED:
        chunk.tags.append((row, tag))


def _add_address(chunk: _Chunk, row: StagedRow, email: str, known_keys: set[str]) -> None:
    key = email_key(email)
    if key in known_keys:
        return
    known_keys.add(key)
    chunk.further[row.contact_id].add(key)
    chunk.addresses.append((row, ContactAddress(contact_id=row.contact_id, **address_fields(email))))


def _add_remark(chunk: _Chunk, row: StagedRow, remark: str, flags: Sequence[str]) -> None:
    note = Interaction(contact_id=row.contact_id, happened_at=chunk.now, private_text=remark, batch=chunk.batch)
    chunk.notes.append((row, note))
    if "complaint" in flags:
        case = ServiceCase(
            contact_id=row.contact_id,
            source=ServiceCase.Source.REMARK,
            what_happened=remark,
            opened_at=chunk.now,
            opened_by_id=chunk.batch.created_by_id,
        )
        chunk.cases.append((row, case))
        chunk.stopped["complaint"].append(row.contact_id)


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
        names = sorted(set().union(*chunk.changed.values()))
        update_rows(
            Contact, names, [(pk, *(getattr(chunk.contacts[pk], name) for name in names)) for pk in chunk.changed]
        )


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
        # Whoever is new goes with their tags.
        if (contact_id, tag_id) not in existing and row.action != ImportRow.Action.NEW:
            row.undo.setdefault("tags", []).append(tag_id)
    through.objects.bulk_create(
        [through(contact_id=contact_id, tag_id=tag_id) for contact_id, tag_id in pairs.keys() - existing],
        batch_size=500,
    )
