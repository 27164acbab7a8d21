"""How the list that a contact's raw name came from writes its names: what a second reading must know as well."""

from collections.abc import Iterable
from dataclasses import dataclass

from customers.models import Contact, ImportBatch, ImportRow

_TOGETHER_IN_ONE_COLUMN = "name"
_APART = frozenset({"first_name", "last_name"})


@dataclass(frozen=True)
class Habit:
    """`order` is what the list does with names (None: not known). `apart`: first name and surname in two columns."""

    order: str | None = None
    apart: bool = False


UNKNOWN = Habit()


def habits_of(contacts: Iterable[Contact]) -> dict[int, Habit]:
    """Return {contact id: habit} of those contacts whose present raw name a list wrote; two statements."""
    raw_names = {contact.pk: contact.raw_name for contact in contacts}
    rows = ImportRow.objects.filter(contact_id__in=raw_names).order_by("pk")
    batch_of = {
        contact_id: batch_id
        for contact_id, batch_id, raw_name in rows.values_list("contact_id", "batch_id", "values__fields__raw_name")
        if raw_name == raw_names[contact_id]
    }
    habits = {batch.pk: _habit(batch) for batch in ImportBatch.objects.filter(pk__in=set(batch_of.values()))}
    return {contact_id: habits[batch_id] for contact_id, batch_id in batch_of.items()}


def _habit(batch: ImportBatch) -> Habit:
    fields = {column["field"] for column in batch.understood.get("columns", [])}
    if _TOGETHER_IN_ONE_COLUMN not in fields and fields & _APART:
        return Habit("name_first", apart=True)
    return Habit(batch.understood.get("order") or None)
