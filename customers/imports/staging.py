"""Staging a list of either kind: how its file was read, its rows stored chunk by chunk, and what they come to."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from django.db import transaction

from customers.imports.errors import ListError, shown
from customers.imports.mapping import Columns
from customers.imports.reading import Sheet
from customers.imports.remarks import read_remark
from customers.models import ImportBatch, ImportMapping, ImportRow

# Rows per transaction: on SQLite a writer holds everybody else up, and 2,000 rows take well under a second.
CHUNK = 2_000
# Enough to find a filled cell in most columns.
SAMPLE_ROWS = 100
COUNTED = ("action", "asks", "reason_code", "notes")


def file_facts(data: bytes, file_name: str, sheet: Sheet, columns: Columns) -> dict[str, Any]:
    """Return the fields of a batch that say which file it was and how it was read."""
    return {
        "file_name": file_name[:255],
        "file_digest": hashlib.sha256(data).hexdigest(),
        "encoding": sheet.encoding,
        "delimiter": sheet.delimiter,
        "sheet": sheet.name[:120],
        "mapping": columns.as_json(),
    }


def understood(sheet: Sheet, columns: Columns, **more: Any) -> dict[str, Any]:
    """Return what the rehearsal shows of how the file was read: columns with a first value, and what stays
    out."""
    rows = [row.cells for row in islice(sheet.rows(), SAMPLE_ROWS)]
    field_of = {index: name for name, indexes in columns.fields.items() for index in indexes}
    described = []
    for index, header in enumerate(columns.headers):
        filled = (row[index] for row in rows if index < len(row) and row[index].strip())
        if field_of.get(index) == "remarks":
            # What is said of money or character is not kept, in no sample either.
            filled = (cell for cell in filled if not read_remark(cell).left_out)
        first = shown(next(filled, ""))
        described.append({"header": shown(header), "field": field_of.get(index, ""), "first": first})
    return {"columns": described, "header": list(columns.headers), "header_row": sheet.header_row, **more}


def last_time(last: ImportMapping | None, *, by_hand: Mapping[str, str] | None) -> dict[str, Any]:
    """Return what the rehearsal says of the last list with these columns; {} when there was none."""
    if last is None:
        return {}
    said = {"said_last_time": last.options} if last.options else {}
    return said if by_hand is not None else {"as_last_time": last.confirmed_at.isoformat(), **said}


def chunks(items: Iterable[Any], size: int = CHUNK) -> Iterator[list[Any]]:
    """Yield lists of at most `size` items."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


def finish_staging(batch: ImportBatch, planned: Iterable[list[ImportRow]]) -> ImportBatch:
    """Store the planned rows chunk by chunk, count them, and call the batch rehearsed.

    Raise `ListError` "list_only_header" when there was no row, and whatever reading raises; the batch is
    gone then.
    """
    counts = new_counts()
    try:
        for rows in planned:
            for row in rows:
                row.batch = batch
                count_row(counts, *(getattr(row, name) for name in COUNTED))
            with transaction.atomic():
                ImportRow.objects.bulk_create(rows, batch_size=500)
        if not counts["rows"]:
            raise ListError("list_only_header")
    except ListError:
        batch.rows.all().delete()
        batch.delete()
        raise
    batch.counts, batch.row_count = stored_counts(counts), counts["rows"]
    batch.state = ImportBatch.State.REHEARSED
    batch.save(update_fields=["counts", "row_count", "state"])
    return batch


def new_counts() -> dict[str, Any]:
    return {"rows": 0, "asks": 0, "actions": Counter(), "reasons": Counter(), "notes": Counter()}


def count_row(counts: dict[str, Any], action: str, asks: bool, reason_code: str, notes: list[dict]) -> None:
    counts["rows"] += 1
    counts["asks"] += asks
    counts["actions"][str(action)] += 1
    if reason_code:
        counts["reasons"][reason_code] += 1
    counts["notes"].update({note["code"] for note in notes})


def stored_counts(counts: dict[str, Any]) -> dict[str, Any]:
    """Return the counts as the batch keeps them: rows and asks, one number per action, reasons and notes by
    code."""
    actions = {str(action): counts["actions"][str(action)] for action in ImportRow.Action.values}
    return {
        "rows": counts["rows"],
        "asks": counts["asks"],
        **actions,
        "reasons": dict(counts["reasons"]),
        "notes": dict(counts["notes"]),
    }
