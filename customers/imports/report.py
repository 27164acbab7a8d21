"""What an import has to say for itself: to a page, to a terminal, to a script."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from customers.imports.words import row_sentence
from customers.models import Contact, ImportBatch, ImportRow

# What the pages call the classes of rows, in their order. "ask" cuts across the actions.
SHOWS = ("all", *ImportRow.Action.values, "ask", "kept")


def rows_to_show(batch: ImportBatch, show: str) -> QuerySet[ImportRow]:
    """Return the rows of one class in the order of the file. Raise `KeyError` for a class that does not
    exist."""
    conditions = {action: Q(action=action) for action in ImportRow.Action.values}
    conditions |= {"all": Q(), "ask": Q(asks=True), "kept": Q(undo__has_key="kept")}
    return batch.rows.filter(conditions[show]).order_by("row_number")


def number_of(batch: ImportBatch, show: str) -> int:
    """Return how many rows a class has, as counted when the batch last changed."""
    name = {"all": "rows", "ask": "asks"}.get(show, show)
    return batch.counts.get(name, 0)


def other_names(rows: Iterable[ImportRow]) -> dict[int, str]:
    """Return {contact id: name} of the contacts that reasons and notes of these rows speak of, in one
    query."""
    facts = [row.reason_facts for row in rows] + [note["facts"] for row in rows for note in row.notes]
    ids = {fact.get("other_contact") for fact in facts} - {None, 0}
    return {pk: contact.name for pk, contact in Contact.objects.in_bulk(ids).items()}


def row_sentences(row: ImportRow, names: dict[int, str]) -> list[str]:
    """Return what is to be said of a row: its reason first, then what else was noticed."""
    said = [(row.reason_code, row.reason_facts)] + [(note["code"], note["facts"]) for note in row.notes]
    if "kept" in row.undo:
        said.insert(0, (row.undo["kept"]["code"], {}))
    sentences = [row_sentence(code, facts, names=names) for code, facts in said if code]
    return list(dict.fromkeys(sentences))


def batch_report(batch: ImportBatch) -> dict[str, Any]:
    """Return the import as plain data: counts, and each refused or asked row with its reasons."""
    rows = list(batch.rows.filter(Q(action=ImportRow.Action.REFUSED) | Q(asks=True)).order_by("row_number"))
    names = other_names(rows)
    return {
        "batch": batch.pk,
        "file": batch.file_name,
        "state": batch.state,
        "encoding": batch.encoding,
        "delimiter": batch.delimiter,
        "columns": batch.mapping,
        "counts": batch.counts,
        "rows": [
            {
                "row": row.row_number,
                "action": row.action,
                "asks": row.asks,
                "reason": row.reason_code,
                "facts": row.reason_facts,
                "notes": row.notes,
                "sentences": row_sentences(row, names),
            }
            for row in rows
        ],
    }
