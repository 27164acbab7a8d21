"""The rehearsal of a list of people: every row staged with what it would do and why. Contacts are only
read."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from customers.addresses import address_digest
from customers.imports.incoming import Incoming, RowReader, is_broken_email
from customers.imports.matching import Match, People, Someone
from customers.imports.merging import changes_for
from customers.imports.reading import Row, Sheet
from customers.imports.rejects import cells_to_mend
from customers.imports.remarks import read_remark
from customers.imports.staging import chunks
from customers.models import Contact, ImportRow, Interaction, Suppression
from customers.name_decisions import overlay_for

FLAGS = frozenset({"mourning", "deceased", "complaint", "no_letters"})
# What only a person can settle. The row comes in all the same and stands on the list to ask.
ASKING = (
    frozenset(
        {
            "email_of_another",
            "tax_number_of_another",
            "code_of_another",
            "person_key_of_another",
            "maybe_same_person",
            "letter_unreadable",
            "name_missing",
            "name_unsure",
        }
    )
    | FLAGS
)


def asks(code: str) -> bool:
    """Return whether a note puts its row on the list to ask."""
    return code in ASKING or is_broken_email(code)


def planned_contacts(sheet: Sheet, reader: RowReader, people: People) -> Iterator[list[ImportRow]]:
    """Yield the rows of a list of people, planned, a chunk at a time; `people` learns from each."""
    return (_staged_chunk(rows, reader, people) for rows in chunks(sheet.rows()))


@dataclass(frozen=True)
class _Surroundings:
    """What the database says about the people of one chunk, read in a handful of queries."""

    contacts: dict[int, Contact]
    suppressed: dict[str, Suppression]
    known_remarks: set[tuple[int, str]]


def _staged_chunk(rows: list[Row], reader: RowReader, people: People) -> list[ImportRow]:
    overlay = overlay_for(map(reader.raw_name, rows))
    staged = _planned_chunk([reader.read(row, overlay=overlay) for row in rows], people)
    for row, planned in zip(rows, staged, strict=True):
        if planned.asks or planned.action == ImportRow.Action.REFUSED:
            planned.cells = cells_to_mend(row.cells, reader.columns)
    return staged


def _planned_chunk(people_read: list[Incoming], people: People) -> list[ImportRow]:
    people.load(people_read)
    matches = []
    for person in people_read:
        if not (person.can_be_reached or people.is_known(person)):
            matches.append(None)
            continue
        match = people.match(person)
        matches.append(match)
        emails = own_emails(person, match)
        if match.someone is None:
            taken = any(code == "code_of_another" for code, _other, _value in match.questions)
            match.someone = people.learn_row(person, emails=emails, code="" if taken else person.code)
        else:
            people.learn_emails(emails, match.someone)
            people.learn_code(person.code, match.someone)
    around = _surroundings(people_read, matches)
    return [
        _refused(person) if match is None else _planned(person, match, around)
        for person, match in zip(people_read, matches, strict=True)
    ]


def own_emails(person: Incoming, match: Match) -> list[str]:
    """Return the row's addresses without those that are somebody else's already."""
    others = {value for code, _other, value in match.questions if code == "email_of_another"}
    return [email for email in person.emails if email not in others]


def _surroundings(people_read: list[Incoming], matches: list[Match | None]) -> _Surroundings:
    ids = {match.someone.contact_id for match in matches if match and match.someone.contact_id}
    digests = {address_digest(email) for person in people_read for email in person.emails}
    remarks = Interaction.objects.filter(contact_id__in=ids, batch__isnull=False)
    return _Surroundings(
        contacts=Contact.objects.in_bulk(ids),
        suppressed={row.address_digest: row for row in Suppression.objects.filter(address_digest__in=digests)},
        known_remarks=set(remarks.values_list("contact_id", "private_text")),
    )


def _refused(person: Incoming) -> ImportRow:
    return ImportRow(
        row_number=person.row,
        action=ImportRow.Action.REFUSED,
        reason_code="nothing_to_reach",
        reason_facts={"row": person.row, "name": person.as_written},
        notes=person.notes,
        values={"as_written": person.as_written},
    )


def _planned(person: Incoming, match: Match, around: _Surroundings) -> ImportRow:
    someone = match.someone
    emails = own_emails(person, match)
    _note_questions(person, match)
    for email in person.emails:
        if suppression := around.suppressed.get(address_digest(email)):
            since = timezone.localdate(suppression.since).isoformat()
            person.note("suppressed", value=email, reason=suppression.reason, since=since)
    contact = around.contacts.get(someone.contact_id)
    if (someone.contact_id, person.remark) in around.known_remarks or _only_repeats_the_name(person, contact):
        # A person has seen this remark since an earlier import: it must not stop the letters again.
        person.flags = []
        person.notes = [note for note in person.notes if note["code"] not in FLAGS]
        person.remark = ""

    if contact is not None:
        person.notes = [note for note in person.notes if not _settled(note["code"], person, contact)]
    row = ImportRow(row_number=person.row, notes=person.notes)
    row.action, changes, fill_only = _action(person, match, contact, emails)
    row.contact = contact
    row.joined_to_row = someone.row if someone.row != person.row else None
    row.reason_code, row.reason_facts = _reason(person, match, row)
    row.asks = any(asks(note["code"]) for note in person.notes)
    row.values = {**person.as_values(), "emails": emails, "changes": changes, "fill_only": fill_only}
    if "code_of_another" in person.note_codes():
        row.values["code"] = ""
    return row


def _only_repeats_the_name(person: Incoming, contact: Contact | None) -> bool:
    """Return whether the row's only remark stands in the name as we have it: «(ΠΕΝΘΟΣ)», read when it first came."""
    if contact is None or not person.name_remark or person.fields["raw_name"] != contact.raw_name:
        return False
    return person.remark == read_remark(person.name_remark).note


def _settled(code: str, person: Incoming, contact: Contact) -> bool:
    """Return whether the contact answers already what the row asks: the same name as before, an address
    since."""
    if code == "name_unsure":
        return person.fields["raw_name"] == contact.raw_name
    return is_broken_email(code) and bool(contact.email)


def _note_questions(person: Incoming, match: Match) -> None:
    told = set()
    for code, other, value in match.questions:
        if (code, id(other)) in told:
            continue
        told.add((code, id(other)))
        person.note(code, value=value, other_row=other.row or 0, other_contact=other.contact_id or 0)


def _action(
    person: Incoming, match: Match, contact: Contact | None, emails: list[str]
) -> tuple[str, dict[str, list[Any]], bool]:
    """Return (action, cell by cell {field: [old, new]}, whether only empty fields are filled)."""
    someone: Someone = match.someone
    if contact is None:
        return (ImportRow.Action.NEW if someone.row == person.row else ImportRow.Action.JOINED), {}, True
    someone.rows_seen += 1
    joins = bool(person.code) and match.reason != "same_code"
    fill_only = joins or someone.rows_seen > 1
    new = changes_for(contact, person, emails=emails, fill_only=fill_only)
    changes = {name: [getattr(contact, name), value] for name, value in new.items()}
    if joins:
        return ImportRow.Action.JOINED, changes, fill_only
    action = ImportRow.Action.CHANGED if changes or person.remark else ImportRow.Action.UNCHANGED
    return action, changes, fill_only


def _reason(person: Incoming, match: Match, row: ImportRow) -> tuple[str, dict[str, Any]]:
    """Return the one reason that stands beside the row; the others are its notes."""
    if row.action == ImportRow.Action.JOINED:
        other = match.someone
        return match.reason, {
            "row": person.row,
            "other_row": other.row or 0,
            "other_contact": other.contact_id or 0,
        }
    if not person.greetable:
        return "not_greeted", {"row": person.row, "kind": person.names["name_reason"]}
    for note in sorted(person.notes, key=lambda note: note["code"] == "name_unsure"):
        if asks(note["code"]):
            return note["code"], note["facts"]
    return (person.notes[0]["code"], person.notes[0]["facts"]) if person.notes else ("", {})
