"""What happened between the rehearsal of a list of people and its import: codes and addresses that somebody got by
hand, colleagues who left. Rows give way to what people decided."""

from collections import defaultdict
from collections.abc import Iterable

from customers.addresses import email_key
from customers.bulk import find_rows, reserve_ids
from customers.imports.rows import StagedRow, rows_numbered
from customers.models import Contact, ContactAddress, ContactCode, ImportBatch, ImportRow
from customers.roles import colleagues


def number_new(batch: ImportBatch, rows: list[StagedRow]) -> set[int]:
    """Give those who are new a number where the rehearsal kept none, as it did not always, or where somebody else has
    got it since, as in a database that was restored or rebuilt. Return the rows that got another one, their own or that
    of the row they join."""
    new = [row for row in rows if row.action == ImportRow.Action.NEW]
    taken = {pk for (pk,) in find_rows(Contact, ("id",), "id", {row.contact_id for row in new} - {None})}
    # All of the chunk, because the next free numbers may be those kept for its other rows.
    bare = new if taken or any(row.contact_id is None for row in new) else []
    for row, contact_id in zip(bare, reserve_ids(Contact, len(bare)), strict=True):
        row.contact_id = contact_id
    numbered = {row.row_number for row in bare}
    joining = [row for row in rows if row.joined_to_row and row.action == ImportRow.Action.JOINED]
    number_of = {row.row_number: row.contact_id for row in rows}
    earlier = rows_numbered(batch, {row.joined_to_row for row in joining} - number_of.keys())
    number_of |= {row.row_number: row.contact_id for row in earlier}
    for row in joining:
        if row.contact_id != number_of.get(row.joined_to_row):
            row.contact_id = number_of.get(row.joined_to_row)
            numbered.add(row.row_number)
    return numbered


def refuse(row: StagedRow, code: str) -> None:
    """Leave a row out after all."""
    row.refuse(code, name=row.values.get("as_written", ""))
    row.contact_id = None


def adds_code(row: StagedRow) -> bool:
    """Return whether a row about somebody we know brings them a further code."""
    return row.reason_code != "same_code" and row.action != ImportRow.Action.CHANGED


def give_way(batch: ImportBatch, new: list[StagedRow], known: list[StagedRow]) -> None:
    """Codes and addresses that somebody got by hand since the rehearsal are theirs."""
    adding = [row for row in known if adds_code(row)]
    codes = {row.values["code"] for row in (*new, *adding) if "code" in row.values}
    owner_of = dict(find_rows(ContactCode, ("code", "contact_id"), "code", codes, source=batch.source))
    for row in new if owner_of else ():
        if row.values.get("code") in owner_of:
            refuse(row, "code_taken_since")
    for row in adding if owner_of else ():
        if (owner := owner_of.get(row.values.get("code"))) is not None:
            code = row.values.pop("code")
            if owner != row.contact_id:
                _ask(row, "code_of_another", value=code, other_contact=owner)
    _leave_addresses([row for row in new if row.contact_id], known)


def _leave_addresses(new: list[StagedRow], known: list[StagedRow]) -> None:
    keys = {email_key(email) for row in (*new, *known) for email in row.values.get("emails", ())}
    owners: dict[str, set[int]] = defaultdict(set)
    for key, contact_id in find_rows(Contact, ("email_key", "id"), "email_key", keys, erased_at=None):
        owners[key].add(contact_id)
    for key, contact_id in find_rows(ContactAddress, ("email_key", "contact_id"), "email_key", keys):
        owners[key].add(contact_id)
    for row in (*new, *known) if owners else ():
        emails = row.values.get("emails", [])
        for email in list(emails):
            having = owners.get(email_key(email), ())
            # A couple may share one, and that is settled.
            if having and row.contact_id not in having:
                emails.remove(email)
                _ask(row, "email_of_another", value=email, other_contact=min(having))


def _ask(row: StagedRow, code: str, *, value: str, other_contact: int) -> None:
    facts = {"row": row.row_number, "value": value, "other_row": 0, "other_contact": other_contact}
    row.notes.append({"code": code, "facts": facts})
    row.asks = True
    row.undo["given_way"] = True


def leave_out_gone_owners(rows: Iterable[StagedRow]) -> None:
    """A colleague who has left since the rehearsal looks after nobody."""
    named = [row.values["fields"] for row in rows if "owner_id" in row.values["fields"]]
    if not named:
        return
    here = set(colleagues().filter(pk__in={fields["owner_id"] for fields in named}).values_list("pk", flat=True))
    for fields in named:
        if fields["owner_id"] not in here:
            del fields["owner_id"]
