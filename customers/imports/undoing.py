"""Taking a list back: chunk by chunk from its last row, so that the values put back are those that stood
before it.

What somebody has changed or used since is left as it is, and its row says so: those are shown one by one.
"""

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any

from django.db.models import Model
from django.utils import timezone

from customers import audit, consent
from customers.bulk import find_rows
from customers.imports import files
from customers.imports.applying import claim, mark, work_through
from customers.imports.contact_rows import stored
from customers.imports.merging import NAME_FIELDS
from customers.imports.purchase_rows import begin_summaries_anew
from customers.imports.rows import StagedRow, last_rows, store_rows
from customers.imports.staging import CHUNK
from customers.models import (
    Contact,
    ContactAddress,
    ContactCode,
    ContactWord,
    ImportBatch,
    ImportRow,
    Interaction,
    PassedOn,
    Product,
    Purchase,
    PurchaseLine,
    PurchaseSummary,
    SearchWord,
    ServiceCase,
    Tag,
    User,
)
from customers.purchases import recompute_summaries
from customers.search import index_contacts

State = ImportBatch.State
_MADE_BESIDE = (
    ("codes", ContactCode),
    ("addresses", ContactAddress),
    ("interactions", Interaction),
    ("cases", ServiceCase),
)
# What only stands together goes back together, or stays together.
_TOGETHER = (
    ("email", "email_key", "address_digest"),
    ("stopped_reason", "stopped_at"),
    ("needs_look", "look_reasons"),
    ("birth_day", "birth_month", "birth_year"),
    ("phone", "phone_key"),
    ("mobile", "mobile_key"),
    # A raw name with the reading of another one would be nobody.
    ("raw_name", *NAME_FIELDS),
)
# Rows that follow a contact by themselves and are no use of it.
_FOLLOWING = (ContactWord, ImportRow, PassedOn, PurchaseSummary, Contact.tags.through)


def undo_batch(*, batch_id: int, by: User | None, clock: Callable[[], dt.datetime] = timezone.now) -> ImportBatch:
    """Take back everything a batch did and return it, undone. Rows that had to stay carry `undo["kept"]`.

    Raise `ApplyError` as `apply_batch` does; "not_rehearsed" when there is nothing to take back.
    """
    batch = ImportBatch.objects.get(pk=batch_id)
    if batch.state == State.UNDONE:
        return batch
    holder = claim(batch, from_states=(State.APPLIED, State.STOPPED), now=clock(), undoing=True)
    work_through(
        batch,
        holder,
        next_rows=partial(last_rows, batch, CHUNK),
        do=partial(_undo_chunk, batch),
        finish=partial(_finish, batch, by=by),
        clock=clock,
    )
    files.forget(batch)
    return batch


def _undo_chunk(batch: ImportBatch, rows: list[StagedRow], *, now: dt.datetime) -> None:
    if batch.kind == ImportBatch.Kind.CONTACTS:
        _undo_contact_rows(batch, rows)
    else:
        _undo_purchase_rows(batch, rows)
    store_rows(rows)
    mark(batch, through=rows[-1].row_number - 1, done=batch.rows_done - len(rows))


def _finish(batch: ImportBatch, *, by: User | None, now: dt.datetime) -> None:
    kept = batch.rows.filter(undo__has_key="kept").count()
    batch.counts = batch.counts | {"kept": kept}
    batch.state, batch.undone_at, batch.holder, batch.lease_until = State.UNDONE, now, "", None
    batch.save(update_fields=["counts", "state", "undone_at", "holder", "lease_until"])
    audit.record("undo_list", actor=by, now=now, obj=batch, facts={"kept": kept})


def _undo_contact_rows(batch: ImportBatch, chunk: list[StagedRow]) -> None:
    rows = [row for row in chunk if row.contact_id and "refused" not in row.undo and (row.undo or _made_new(row))]
    ids = {row.contact_id for row in rows}
    held = Contact.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    contacts = {contact.pk: contact for contact in held}
    words = set(ContactWord.objects.filter(contact_id__in=ids).values_list("word_id", flat=True))
    for name, model in _MADE_BESIDE:
        _delete(model, [pk for row in rows for pk in row.undo.get(name, ())])
    through = Contact.tags.through
    for row in rows:
        if row.undo.get("tags"):
            through.objects.filter(contact_id=row.contact_id, tag_id__in=row.undo["tags"]).delete()
    written_to = {pk: contact.address_digest for pk, contact in contacts.items()}
    for row in rows:
        if row.contact_id in contacts and not _made_new(row):
            _put_back(row, contacts[row.contact_id])
    free = {pk for pk, contact in contacts.items() if not contact.stopped_reason}
    consent.put_back([trace for row in rows for trace in row.undo.get("stopped", ()) if trace["contact"] in free])
    moved = [pk for pk, contact in contacts.items() if contact.address_digest != written_to[pk]]
    consent.tell_stopped(moved, consent.ADDRESS_CHANGED)
    gone = _delete_created(batch, rows, contacts)
    made_tags = {pk for row in rows for pk in row.undo.get("tags_made", ())}
    Tag.objects.filter(pk__in=made_tags, contacts=None).delete()
    for row in chunk:
        # Rows that did nothing speak of them too.
        if row.contact_id in gone:
            row.contact_id = None
    index_contacts({row.contact_id for row in rows if row.contact_id})
    SearchWord.objects.filter(pk__in=words, contacts=None).delete()


def _made_new(row: StagedRow) -> bool:
    return row.action == ImportRow.Action.NEW


def _put_back(row: StagedRow, contact: Contact) -> None:
    """Put each field back that still holds what the import wrote."""
    fields = row.undo.get("fields", {})
    # Typed since the list came in: decided, even where it says the same.
    typed = set(contact.typed_fields) - {name.removesuffix("_id") for name in row.undo.get("typed", ())}
    changed_since = {
        name
        for name, (_old, new) in fields.items()
        if stored(getattr(contact, name)) != new or name.removesuffix("_id") in typed
    }
    for group in _TOGETHER:
        if changed_since.intersection(group):
            changed_since.update(fields.keys() & group)
    for name, (old, _new) in fields.items():
        if name not in changed_since:
            setattr(contact, name, _loaded(contact, name, old))
    names = [name for name in fields if name not in changed_since]
    if changed_since:
        row.undo["kept"] = {"code": "kept_changed_since", "fields": sorted(changed_since)}
    elif "updated_at" in row.undo:
        names.append("updated_at")
        contact.updated_at = _loaded(contact, "updated_at", row.undo["updated_at"][0])
    if names:
        # update(), not save(): the time of the change is put back too.
        Contact.objects.filter(pk=contact.pk).update(**{name: getattr(contact, name) for name in names})


def _loaded(contact: Contact, name: str, value: Any) -> Any:
    return value if value is None else contact._meta.get_field(name).to_python(value)


def _delete_created(batch: ImportBatch, rows: list[StagedRow], contacts: dict[int, Contact]) -> set[int]:
    """Delete the contacts these rows made, unless somebody has changed or used them; return those that are gone."""
    created = {row.contact_id: row for row in rows if _made_new(row) and row.contact_id in contacts}
    codes = ContactCode.objects.filter(contact_id__in=created, source=batch.source)
    own = {
        pk
        for pk, contact_id, code in codes.values_list("pk", "contact_id", "code")
        if code == created[contact_id].values.get("code")
    }
    used = _used(created, besides={ContactCode: own})
    for contact_id, row in created.items():
        untouched = _is_untouched(contacts[contact_id], row)
        if contact_id in used or not untouched:
            row.undo["kept"] = {"code": "kept_used_since" if contact_id in used else "kept_changed_since"}
    gone = {contact_id for contact_id, row in created.items() if "kept" not in row.undo}
    Contact.objects.filter(pk__in=gone).delete()
    return gone


def _is_untouched(contact: Contact, row: StagedRow) -> bool:
    """Return whether nobody has written the contact since the row made it."""
    if "updated_at" in row.undo:  # lists that came in before times were the same wrote it down
        return stored(contact.updated_at) == row.undo["updated_at"][1]
    return contact.updated_at == contact.created_at


def _used(contact_ids: Collection[int], *, besides: Mapping[type[Model], Collection[int]]) -> set[int]:
    """Return those of the contacts that anything else refers to: purchases, letters, notes of people,
    further codes; `besides` are rows (by model) that do not count.

    Asked of every relation the database knows, so that an app above need not be imported to be respected.
    """
    used: set[int] = set()
    for relation in Contact._meta.get_fields(include_hidden=True):
        if relation.concrete or not relation.auto_created or relation.related_model in _FOLLOWING:
            continue
        name = f"{relation.field.name}_id"
        referring = relation.related_model._base_manager.filter(**{f"{name}__in": contact_ids})
        referring = referring.exclude(pk__in=besides.get(relation.related_model, ()))
        used.update(referring.values_list(name, flat=True))
    return used


def _delete(model: type[Model], pks: list[int]) -> None:
    if pks:
        model._base_manager.filter(pk__in=pks).delete()


def _undo_purchase_rows(batch: ImportBatch, rows: list[StagedRow]) -> None:
    """A document came in whole, so it goes whole, with the first of its rows that is met."""
    begin_summaries_anew(batch)
    new = [row for row in rows if row.action == ImportRow.Action.NEW]
    documents = {row.values["document"] for row in new}
    purchases = find_rows(Purchase, ("id", "contact_id"), "document_number", documents, batch_id=batch.pk)
    purchase_ids = [pk for pk, _contact_id in purchases]
    PurchaseLine.objects.filter(purchase_id__in=purchase_ids).delete()
    Purchase.objects.filter(pk__in=purchase_ids).delete()
    made = [row.undo["product"] for row in new if "product" in row.undo]
    Product.objects.filter(pk__in=made, lines=None, seen_at=None).delete()
    # Here and not at the end, as coming in: when all are gone, nothing tells whose they were.
    recompute_summaries(contact_ids={contact_id for _pk, contact_id in purchases})
