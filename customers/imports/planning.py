"""The rehearsal of a list of people: every row staged with what it would do and why. Contacts are only
read."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from customers.addresses import address_digest
from customers.bulk import reserve_ids
from customers.consent import WHO_LEFT
from customers.imports.incoming import Incoming, is_broken_email
from customers.imports.matching import Match, People, Someone
from customers.imports.merging import Rules, changes_for, kept_by_who_left, typed_in_both
from customers.imports.reading import Row, Sheet
from customers.imports.rejects import cells_to_mend
from customers.imports.remarks import read_remark
from customers.imports.row_reader import RowReader
from customers.imports.rows import Planned, StagedRow, rows_numbered
from customers.imports.staging import chunks
from customers.models import Contact, ImportBatch, ImportRow, Interaction, Suppression
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


# Of rows that have nothing in common with anybody.
_NOBODY = Match()
_NEW = ImportRow.Action.NEW.value


def asks(code: str) -> bool:
    """Return whether a note puts its row on the list to ask."""
    return code in ASKING or is_broken_email(code)


def planned_contacts(batch: ImportBatch, sheet: Sheet, reader: RowReader) -> Iterator[Planned]:
    """Yield the rows of a list of people, planned, a chunk at a time.

    Each chunk has to be stored before the next is asked for: later rows are compared with it.
    """
    people = People(batch.source, lambda numbers: _people_of(rows_numbered(batch, numbers)))
    rules = rules_of(batch)
    for rows in chunks(sheet.rows()):
        yield Planned(_staged_chunk(rows, reader, people, rules))
        rows = None  # let go of, before the next are read
        people.let_go()


def rules_of(batch: ImportBatch) -> Rules:
    """Return what was said of what this list may write over."""
    return Rules(batch.wanted.get("rules", {}))


def _people_of(rows: Iterable[StagedRow]) -> Iterator[Incoming]:
    return (Incoming.from_values(row.row_number, row.values, row.notes, row.contact_id) for row in rows)


@dataclass(frozen=True)
class _Surroundings:
    """What the database says about the people of one chunk, read in a handful of queries."""

    contacts: dict[int, Contact]
    suppressed: dict[str, Suppression]
    known_remarks: set[tuple[int, str]]

    def has_left(self, digest: str) -> bool:
        """Return whether somebody left under this address."""
        return digest in self.suppressed and self.suppressed[digest].reason in WHO_LEFT


def _staged_chunk(rows: list[Row], reader: RowReader, people: People, rules: Rules) -> list[StagedRow]:
    overlay = overlay_for(map(reader.raw_name, rows))
    staged = _planned_chunk([reader.read(row, overlay=overlay) for row in rows], people, rules)
    for row, planned in zip(rows, staged, strict=True):
        if planned.asks or planned.action == ImportRow.Action.REFUSED:
            planned.cells = cells_to_mend(row.cells, reader.columns)
    return staged


def _planned_chunk(people_read: list[Incoming], people: People, rules: Rules) -> list[StagedRow]:
    people.load(people_read)
    matches, new = [], []
    for person in people_read:
        if person.can_be_reached and people.met_nobody(person):
            matches.append(_NOBODY)
            new.append(person)
            continue
        if not (person.can_be_reached or people.is_known(person)):
            matches.append(None)
            continue
        match = people.match(person)
        matches.append(match)
        emails = own_emails(person, match)
        if match.someone is None:
            taken = any(code == "code_of_another" for code, _other, _value in match.questions)
            match.someone = people.learn_row(person, emails=emails, code="" if taken else person.code)
            new.append(person)
        else:
            people.learn_emails(emails, match.someone)
            people.learn_code(person.code, match.someone)
    for person, contact_id in zip(new, reserve_ids(Contact, len(new)), strict=True):
        person.contact_id = contact_id
    around = _surroundings(people_read, matches, people)
    return [
        _plain(person)
        if match is _NOBODY and not (person.notes or around.suppressed)
        else _refused(person)
        if match is None
        else _planned(person, match, around, rules)
        for person, match in zip(people_read, matches, strict=True)
    ]


def _plain(person: Incoming) -> StagedRow:
    """Return the row of somebody new of whom nothing was noticed: what `_planned` would, as most rows are."""
    return StagedRow(person.row, action=_NEW, values=person.as_values(), contact_id=person.contact_id)


def own_emails(person: Incoming, match: Match) -> list[str]:
    """Return the row's addresses without those that are somebody else's already."""
    if not match.questions:
        return person.emails
    others = {value for code, _other, value in match.questions if code == "email_of_another"}
    return [email for email in person.emails if email not in others]


def _surroundings(people_read: list[Incoming], matches: list[Match | None], people: People) -> _Surroundings:
    ids = {match.someone.contact_id for match in matches if match and match.someone and match.someone.is_known}
    remarks = Interaction.objects.filter(contact_id__in=ids, batch__isnull=False)
    suppressed = {}
    if Suppression.objects.exists():
        digests = {address_digest(email) for person in people_read for email in person.emails}
        digests.update(people.contacts[pk].address_digest for pk in ids)
        digests.discard("")
        suppressed = {row.address_digest: row for row in Suppression.objects.filter(address_digest__in=digests)}
    return _Surroundings(
        contacts={pk: people.contacts[pk] for pk in ids},
        suppressed=suppressed,
        known_remarks=set(remarks.values_list("contact_id", "private_text")) if ids else set(),
    )


def _refused(person: Incoming) -> StagedRow:
    return StagedRow(
        person.row,
        action=ImportRow.Action.REFUSED.value,
        reason_code="nothing_to_reach",
        reason_facts={"row": person.row, "name": person.as_written},
        notes=person.notes,
        values={"as_written": person.as_written},
    )


def _planned(person: Incoming, match: Match, around: _Surroundings, rules: Rules) -> StagedRow:
    if match is _NOBODY:
        match = Match(Someone(person=person))
    someone = match.someone
    emails = own_emails(person, match)
    contact = around.contacts.get(someone.contact_id)
    if match.questions:
        _note_questions(person, match)
    if around.suppressed:
        _note_suppressions(person, contact, around)
        if contact is None or not contact.email:
            # The first is where letters go: who left under one of their addresses did not come back under another.
            emails.sort(key=lambda email: not around.has_left(address_digest(email)))
    if person.remark and contact and _said_before(person, contact, around):
        # A person has seen this remark since an earlier import: it must not stop the letters again.
        person.flags = []
        person.notes = [note for note in person.notes if note["code"] not in FLAGS]
        person.remark = ""
    if contact is not None:
        person.notes = [note for note in person.notes if not _settled(note["code"], person, contact)]

    row = StagedRow(person.row, notes=person.notes, contact_id=someone.contact_id)
    stays = contact is not None and around.has_left(contact.address_digest)
    told = kept_by_who_left(contact, emails) if stays else emails
    changes, fill_only = _act(row, person, match, contact, told, rules)
    row.joined_to_row = someone.row if someone.row != person.row else None
    row.reason_code, row.reason_facts = _reason(person, match, row)
    row.asks = any(asks(note["code"]) for note in person.notes)
    if "code_of_another" in person.note_codes():
        person.code = ""
    person.emails = emails
    row.values = person.as_values()
    if changes:
        row.values["changes"] = changes
    if fill_only:
        row.values["fill_only"] = True
    return row


def _note_suppressions(person: Incoming, contact: Contact | None, around: _Surroundings) -> None:
    told = person.emails
    if contact is not None and told and around.has_left(contact.address_digest):
        told = kept_by_who_left(contact, told)
    for email in told:
        if suppression := around.suppressed.get(address_digest(email)):
            since = timezone.localdate(suppression.since).isoformat()
            person.note("suppressed", value=email, reason=suppression.reason, since=since)


def _said_before(person: Incoming, contact: Contact, around: _Surroundings) -> bool:
    return (contact.pk, person.remark) in around.known_remarks or _only_repeats_the_name(person, contact)


def _only_repeats_the_name(person: Incoming, contact: Contact) -> bool:
    """Return whether the row's only remark stands in the name as we have it: «(ΠΕΝΘΟΣ)», read when it first came."""
    if not person.name_remark or person.fields["raw_name"] != contact.raw_name:
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
        person.note(code, value=value, **_pointing_to(other))


def _pointing_to(other: Someone) -> dict[str, int]:
    return {"other_row": other.row or 0, "other_contact": other.contact_id if other.is_known else 0}


def _act(
    row: StagedRow, person: Incoming, match: Match, contact: Contact | None, emails: list[str], rules: Rules
) -> tuple[dict[str, list[Any]], bool]:
    """Say what the row does; return (cell by cell {field: [old, new]}, whether only empty fields are filled)."""
    if contact is None:
        row.action = (ImportRow.Action.NEW if match.someone.row == person.row else ImportRow.Action.JOINED).value
        return {}, row.action == ImportRow.Action.JOINED
    joins = bool(person.code) and match.reason != "same_code"
    fill_only = joins or match.again
    new = changes_for(contact, person, emails=emails, fill_only=fill_only, rules=rules)
    if contact.typed_fields:
        kept, written = typed_in_both(contact, person, emails=emails, changes=new)
        if kept:
            person.note("typed_kept", fields=kept)
        if written:
            person.note("typed_written", fields=written)
    changes = {name: [getattr(contact, name), value] for name, value in new.items()}
    if joins:
        row.action = ImportRow.Action.JOINED.value
    else:
        row.action = (ImportRow.Action.CHANGED if changes or person.remark else ImportRow.Action.UNCHANGED).value
    return changes, fill_only


def _reason(person: Incoming, match: Match, row: StagedRow) -> tuple[str, dict[str, Any]]:
    """Return the one reason that stands beside the row; the others are its notes."""
    if row.action == ImportRow.Action.JOINED:
        return match.reason, {"row": person.row, **_pointing_to(match.someone)}
    if not person.greetable:
        return "not_greeted", {"row": person.row, "kind": person.names["name_reason"]}
    for note in sorted(person.notes, key=lambda note: note["code"] == "name_unsure"):
        if asks(note["code"]):
            return note["code"], note["facts"]
    return (person.notes[0]["code"], person.notes[0]["facts"]) if person.notes else ("", {})
