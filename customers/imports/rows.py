"""The rows of a list between reading and import: stored, read back and marked many at once."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

import orjson
from django.db import connection

from customers.bulk import as_json, insert_rows, update_rows
from customers.models import ImportBatch, ImportRow

_FIELDS = (
    "batch_id", "row_number", "action", "asks", "reason_code", "reason_facts", "notes", "cells", "values", "contact_id",
    "joined_to_row", "undo",
)  # fmt: skip
# What an import or its undoing may change of a row.
_WRITTEN = ("contact_id", "action", "asks", "reason_code", "reason_facts", "notes", "undo")
_READ = (
    "id", "row_number", "action", "asks", "reason_code", "reason_facts", "notes", "values", "contact_id",
    "joined_to_row", "undo",
)  # fmt: skip


@dataclass(slots=True)
class StagedRow:
    """A row of a list with what it would do, or did: the fields of `ImportRow` of the same names, without its weight.

    `id` is 0 until it is stored. `cells` are not read back: only files to mend need them.
    """

    row_number: int
    action: str = ImportRow.Action.UNCHANGED.value
    asks: bool = False
    reason_code: str = ""
    reason_facts: dict[str, Any] = field(default_factory=dict)
    notes: list[dict[str, Any]] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    contact_id: int | None = None
    joined_to_row: int | None = None
    undo: dict[str, Any] = field(default_factory=dict)
    id: int = 0
    cells: list[str] = field(default_factory=list)

    def refuse(self, code: str, **facts: Any) -> None:
        """Leave the row out after all, because of what happened since the rehearsal."""
        self.action, self.reason_code = ImportRow.Action.REFUSED.value, code
        self.reason_facts = {"row": self.row_number, **facts}
        self.undo = {"refused": True}


# A new row that holds nothing but its values: (row number, values as JSON).
PlainRow = tuple[int, str]
_PLAIN = {
    "action": ImportRow.Action.NEW.value, "asks": False, "reason_code": "", "reason_facts": "{}", "notes": "[]",
    "cells": "[]", "contact_id": None, "joined_to_row": None, "undo": "{}",
}  # fmt: skip


class Planned(NamedTuple):
    """Rows to store in one transaction. A line of an invoice that comes in is a plain one: of a million of them each
    object less counts."""

    rows: Sequence[StagedRow]
    plain: Sequence[PlainRow] = ()


def add_rows(batch: ImportBatch, planned: Planned) -> None:
    """Store planned rows of a list."""
    batch_id = batch.pk
    insert_rows(
        ImportRow,
        _FIELDS,
        (
            (
                batch_id, row.row_number, str(row.action), row.asks, row.reason_code,
                as_json(row.reason_facts) if row.reason_facts else "{}", as_json(row.notes) if row.notes else "[]",
                as_json(row.cells) if row.cells else "[]", as_json(row.values), row.contact_id, row.joined_to_row,
                as_json(row.undo) if row.undo else "{}",
            )
            for row in planned.rows
        ),
        as_text=True,
    )  # fmt: skip
    if planned.plain:
        same = _PLAIN | {"batch_id": batch_id}
        insert_rows(ImportRow, ("row_number", "values"), planned.plain, same=same, as_text=True)


def next_rows(batch: ImportBatch, count: int) -> list[StagedRow]:
    """Return the next rows to let in, at most `count`, in the order of the file."""
    return _read(batch, f"row_number > {batch.applied_through:d} ORDER BY row_number", count)


# Greek is read twice as fast by the parser itself as it becomes text first; the driver of PostgreSQL makes it text.
_NEW_VALUES = """CASE WHEN "action" = %s THEN "values" ELSE 'null' END"""
_AS_BYTES = {"sqlite": f"CAST({_NEW_VALUES} AS BLOB)", "postgresql": _NEW_VALUES}
_LISTS = {"sqlite": (b"[", b",", b"]"), "postgresql": ("[", ",", "]")}


class StagedLine(NamedTuple):
    """A staged row of a list of invoices. `values` are those of a new one, which holds nothing but them so far; with
    the others nothing is done."""

    id: int
    row_number: int
    values: dict[str, str] | None

    def as_row(self) -> StagedRow:
        return StagedRow(self.row_number, ImportRow.Action.NEW.value, values=self.values, id=self.id)


_staged_line = partial(tuple.__new__, StagedLine)  # the class itself would call a function of Python for each line


def next_lines(batch: ImportBatch, count: int) -> list[StagedLine]:
    """Return the next lines of invoices to let in, at most `count`, in the order of the file."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT "id", "row_number", {_AS_BYTES[connection.vendor]} FROM {ImportRow._meta.db_table}
            WHERE batch_id = %s AND row_number > %s ORDER BY row_number LIMIT %s""",
            [ImportRow.Action.NEW.value, batch.pk, batch.applied_through, count],
        )
        found = cursor.fetchall()
    ids, numbers, values = zip(*found, strict=True) if found else ((), (), ())
    begin, between, end = _LISTS[connection.vendor]
    said = orjson.loads(begin + between.join(values) + end)  # at once takes less than one by one
    return list(map(_staged_line, zip(ids, numbers, said, strict=True)))


def last_rows(batch: ImportBatch, count: int) -> list[StagedRow]:
    """Return the next rows to take back, at most `count`, the last of the file first."""
    return _read(batch, f"row_number <= {batch.applied_through:d} ORDER BY row_number DESC", count)


def rows_numbered(batch: ImportBatch, numbers: Collection[int]) -> list[StagedRow]:
    """Return the rows with these numbers."""
    if not numbers:
        return []
    listed = ", ".join(str(int(number)) for number in sorted(numbers))
    return _read(batch, f"row_number IN ({listed})", len(numbers))


def _read(batch: ImportBatch, which: str, count: int) -> list[StagedRow]:
    columns = ", ".join(f'"{name}"' for name in _READ)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns} FROM {ImportRow._meta.db_table} WHERE batch_id = %s AND {which} LIMIT %s",
            [batch.pk, count],
        )
        found = cursor.fetchall()
    loads = orjson.loads
    # "{}" and "[]" are most of them.
    return [
        StagedRow(
            number, action, bool(asks), reason, loads(facts) if len(facts) > 2 else {},
            loads(notes) if len(notes) > 2 else [], loads(values), contact_id, joined_to,
            loads(undo) if len(undo) > 2 else {}, row_id, [],
        )
        for row_id, number, action, asks, reason, facts, notes, values, contact_id, joined_to, undo in found
    ]  # fmt: skip


def store_rows(rows: Iterable[StagedRow]) -> None:
    """Write back what an import or its undoing changed of these rows."""
    update_rows(
        ImportRow,
        _WRITTEN,
        [
            (row.id, row.contact_id, str(row.action), row.asks, row.reason_code, row.reason_facts, row.notes, row.undo)
            for row in rows
        ],
    )
