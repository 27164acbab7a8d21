"""Staging a list of either kind: how its file was read, its rows stored chunk by chunk, and what they come to."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from operator import attrgetter
from typing import Any

from django.db import transaction
from django.db.models import Count, Max

from customers.imports.errors import ListError, shown
from customers.imports.mapping import Columns
from customers.imports.remarks import read_remark
from customers.imports.remembering import Remembered
from customers.imports.rows import Planned, add_rows
from customers.imports.sheet import Sheet
from customers.models import ImportBatch, ImportRow

# Rows per transaction: on SQLite a writer holds everybody else up, and 2,000 rows take well under a second.
CHUNK = 2_000
# SQLite sorts rows to group them: 50,000 take a few MB, a million thirty.
COUNTED_AT_ONCE = 50_000
# Enough to find a filled cell in most columns.
SAMPLE_ROWS = 100
# Notes on values that a person typed and this list has too: which stay, and which are written over.
TYPED_NOTES = frozenset({"typed_kept", "typed_written"})


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


def last_time(last: Remembered | None, *, by_hand: Mapping[str, str] | None) -> dict[str, Any]:
    """Return what the rehearsal says of the last list with these columns; {} when there was none."""
    if last is None:
        return {}
    said = {"said_last_time": last.manners} if last.manners else {}
    return said if by_hand is not None else {"as_last_time": last.confirmed_at.isoformat(), **said}


def chunks(items: Iterable[Any], size: int = CHUNK) -> Iterator[list[Any]]:
    """Yield lists of at most `size` items."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


_group_of = attrgetter("action", "asks", "reason_code")


def stage_rows(batch: ImportBatch, chunks_planned: Iterable[Planned], *, hold: Callable[[], None]) -> None:
    """Store the planned rows of a batch chunk by chunk, and count them on it; the batch itself is left to be saved.

    `hold()` is called in the transaction of each chunk, with `rows_done` as it will be. Raise `ListError`
    "list_only_header" when there was no row, and whatever reading and holding raise.
    """
    counts, fields, typed = new_counts(), Counter(), Counter()
    for planned in chunks_planned:
        groups = Counter(map(_group_of, planned.rows))
        for (action, asked, reason), number in groups.items():
            _count(counts, action, asked, reason, number)
        _count(counts, ImportRow.Action.NEW, False, "", len(planned.plain))
        for row in planned.rows:
            if changes := row.values.get("changes"):
                fields.update(changes.keys())
            if row.notes:
                counts["notes"].update({note["code"] for note in row.notes})
                typed.update({n["code"]: len(n["facts"]["fields"]) for n in row.notes if n["code"] in TYPED_NOTES})
        with transaction.atomic():
            batch.rows_done = counts["rows"]
            hold()
            add_rows(batch, planned)
        planned = row = None  # let go of, before the next are planned
    if not counts["rows"]:
        raise ListError("list_only_header")
    batch.counts, batch.row_count = stored_counts(counts), counts["rows"]
    batch.understood = batch.understood | {"changed_fields": dict(fields), "typed": dict(typed)}


def new_counts() -> dict[str, Any]:
    return {"rows": 0, "asks": 0, "actions": Counter(), "reasons": Counter(), "notes": Counter()}


def _count(counts: dict[str, Any], action: str, asked: bool, reason_code: str, number: int) -> None:
    """Count rows that are alike."""
    counts["rows"] += number
    counts["asks"] += number if asked else 0
    counts["actions"][str(action)] += number
    if reason_code:
        counts["reasons"][reason_code] += number


def counted(batch: ImportBatch) -> dict[str, Any]:
    """Return what the stored rows of a list come to, as `stored_counts`."""
    counts = new_counts()
    groups = batch.rows.order_by().values_list("action", "asks", "reason_code").annotate(number=Count("id"))
    last = batch.rows.aggregate(last=Max("row_number"))["last"] or 0
    for start in range(0, last + 1, COUNTED_AT_ONCE):
        some = groups.filter(row_number__range=(start, start + COUNTED_AT_ONCE - 1))
        for action, asked, reason, number in some:
            _count(counts, action, asked, reason, number)
    for notes in batch.rows.order_by().exclude(notes=[]).values_list("notes", flat=True).iterator(chunk_size=CHUNK):
        counts["notes"].update({note["code"] for note in notes})
    return stored_counts(counts)


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
