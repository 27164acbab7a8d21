"""What we understood of a list from its first rows alone: in no time, however large the file is.

Every part of it may be corrected: letters, separator, sheet, the row with the names of the columns, and what each
column becomes. The rehearsal then reads the whole file the same way.
"""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any, BinaryIO

from customers.imports import files
from customers.imports.errors import ListError
from customers.imports.headers import fields_of
from customers.imports.mapping import (
    Columns,
    columns_by_name,
    columns_by_value,
    header_score,
    require_contact_columns,
    require_purchase_columns,
)
from customers.imports.reading import (
    Row,
    Sheet,
    first_rows,
    heads_of_sheets,
    read_list,
    require_size,
    sheet_of_rows,
)
from customers.imports.remembering import Remembered, remembered_mapping
from customers.imports.source import source_of
from customers.imports.text_list import HEADER_WITHIN_ROWS
from customers.imports.workbook_head import beginning_of_workbook
from customers.models import ImportBatch

# Some pages of rows: enough for a title, two header rows and a guess by values.
HEAD_ROWS = 60
HEAD_BYTES = 256 * 1024
SHOWN_ROWS = 8
SHOWN_TITLES = 6
# Of a workbook with more sheets than anybody looks through, the first ones.
MAX_SHEETS = 20
# Of a cell that is kept for looking at: no name of a column is as long.
MAX_KEPT_CELL = 500
# Rows that a guess by values looks at; the rehearsal may look at more of them than the first page has.
VALUES_FROM_ROWS = 200
# What people call the letters of a text.
ENCODING_NAMES = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp1253": "Windows-1253",
    "iso8859_7": "ISO-8859-7",
    "cp737": "DOS 737",
    "cp1252": "Windows-1252",
}
READING = ("encoding", "delimiter", "sheet", "header_row")


@dataclass(frozen=True)
class Look:
    """A first look at a file: how it is read, and of a workbook the first rows of each sheet."""

    sheet: Sheet
    heads: Mapping[str, list[list[str]]]


@dataclass(frozen=True)
class Understanding:
    """The beginning of a list as it reads now.

    `titles` stand above the names of the columns, `rows` below. `becomes` is {column: field or ""} in the order of
    the file, for columns with a name (in a list without names: by the letter a spreadsheet gives them).
    """

    sheet: Sheet
    sheets: list[str]
    first: list[Sequence[str]]
    titles: list[Row]
    rows: list[Row]
    becomes: dict[str, str]
    last: Remembered | None

    @property
    def columns(self) -> list[str]:
        """Return the names of the columns from left to right, "" where there is none."""
        if self.sheet.header_row:
            return list(self.sheet.header)
        return [letter_of(index) for index in range(max((len(row.cells) for row in self.rows), default=0))]


def look(file: BinaryIO, *, kind: str, wanted: Mapping[str, Any]) -> Look:
    """Return how a file is read. Raise `ListError` when it is no list at all, or not as `wanted` says."""
    require_size(source_of(file))
    heads = dict(islice(_heads(file).items(), MAX_SHEETS))
    if not heads:
        return Look(read_list(file, list_kind=kind, **reading_of(wanted)), {})
    named = wanted.get("sheet")
    if named and named not in heads:
        raise ListError("sheet_unknown", sheet=named, sheets=", ".join(heads))
    sheets = [
        sheet_of_rows(heads[name], name=name, list_kind=kind, header_row=wanted.get("header_row") if named else None)
        for name in ([named] if named else heads)
    ]
    best = max(sheets, key=lambda sheet: header_score(sheet.header, kind))
    kept = {name: [[cell[:MAX_KEPT_CELL] for cell in cells] for cells in rows] for name, rows in heads.items()}
    return Look(best, kept)


def _heads(file: BinaryIO) -> dict[str, list[Sequence[str]]]:
    """Return the first rows of each sheet of a workbook; of a large one from its beginning, where that can be told."""
    if beginning := beginning_of_workbook(file, HEAD_ROWS):
        with suppress(ListError):
            if heads := heads_of_sheets(beginning, HEAD_ROWS):
                return heads
    return heads_of_sheets(file, HEAD_ROWS)


def reading_of(wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a person said of how the file is read, as `read_list` takes it."""
    said = {name: wanted[name] for name in READING if wanted.get(name) not in (None, "")}
    if "sheet" in said:
        said["sheet_name"] = said.pop("sheet")
    return said


def how_to_read(batch: ImportBatch, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Return how the kept file is read, as `read_list` takes it: as a person said, else as found when it came."""
    said = reading_of(wanted)
    if batch.sheet:
        return {"sheet_name": batch.sheet, **said}
    # Found in the whole file: its beginning may be of any alphabet. Other letters may show other separators.
    return said if "encoding" in said else {"encoding": batch.encoding, "delimiter": batch.delimiter, **said}


def understood_of(batch: ImportBatch, wanted: Mapping[str, Any]) -> Understanding:
    """Return how the kept file of a batch begins, read as `wanted` says and else as we found.

    Raise `ListError` when it cannot be read so, or is not kept any more.
    """
    heads = batch.understood.get("heads", {})
    sheet = _sheet_of_head(batch, wanted, heads)
    first = _first(sheet)
    last = remembered_mapping(kind=batch.kind, source=batch.source, headers=sheet.header)
    titles = [Row(number, cells) for number, cells in enumerate(first[: max(0, sheet.header_row - 1)], start=1)]
    return Understanding(
        sheet=sheet,
        sheets=list(heads),
        first=first,
        titles=[row for row in titles if any(cell.strip() for cell in row.cells)][-SHOWN_TITLES:],
        rows=list(islice(_up_to_a_break(sheet.rows()), SHOWN_ROWS)),
        becomes=_becomes(batch.kind, sheet, wanted.get("mapping", {}), last),
        last=last,
    )


def _first(sheet: Sheet) -> list[Sequence[str]]:
    try:
        return first_rows(sheet, HEAD_ROWS)
    except ListError:
        # It breaks further down, which the rehearsal says; so far the names of its columns were looked for.
        return first_rows(sheet, max(HEADER_WITHIN_ROWS, sheet.header_row))


def _up_to_a_break(rows: Iterator[Any]) -> Iterator[Any]:
    """Yield the rows before the place where the file cannot be read."""
    with suppress(ListError):
        yield from rows


def _sheet_of_head(batch: ImportBatch, wanted: Mapping[str, Any], heads: Mapping[str, list[list[str]]]) -> Sheet:
    if heads:
        name = wanted.get("sheet") or batch.sheet
        if name not in heads:
            raise ListError("sheet_unknown", sheet=name, sheets=", ".join(heads))
        return sheet_of_rows(heads[name], name=name, list_kind=batch.kind, header_row=wanted.get("header_row"))
    said = how_to_read(batch, wanted)
    beginning = _whole_lines(files.head(batch, HEAD_BYTES), said.get("encoding", ""))
    return read_list(io.BytesIO(beginning), list_kind=batch.kind, **said)


def _whole_lines(data: bytes, encoding: str) -> bytes:
    """Return the bytes without a last line, or letter, that is cut in two."""
    if len(data) < HEAD_BYTES:
        return data
    if encoding.startswith("utf-16"):
        return data[: len(data) // 2 * 2]
    end = max(data.rfind(b"\n"), data.rfind(b"\r")) + 1
    return data[:end] if end else data


def _becomes(kind: str, sheet: Sheet, said: Mapping[str, str], last: Remembered | None) -> dict[str, str]:
    """Return {column: field or ""}: as a person said where the column is still called so, else as last time or
    guessed."""
    if not sheet.header_row:
        if kind == ImportBatch.Kind.PURCHASES:
            return {}
        guessed = columns_by_value(_up_to_a_break(_cells(sheet)))
        field_of = {index: field for field, indexes in guessed.fields.items() for index in indexes}
        return {
            letter_of(index): said.get(letter_of(index), field_of.get(index, ""))
            for index in range(len(guessed.headers))
        }
    named = columns_by_name(sheet.header, list_kind=kind, wanted=last.mapping if last else None).as_json()
    return {name: said.get(name, field) for name, field in named.items()}


def columns_of(sheet: Sheet, *, kind: str, said: Mapping[str, str] | None, last: Remembered | None) -> Columns:
    """Return what each column of a list becomes: as a person said, else as last time, else guessed.

    Raise `ListError` when a list of this kind cannot come in with these columns.
    """
    if kind == ImportBatch.Kind.PURCHASES and not sheet.header_row:
        raise ListError("purchases_no_header")
    if not sheet.header_row and said:
        columns = columns_by_letter(_cells(sheet), said)
    elif not sheet.header_row:
        columns = columns_by_value(_cells(sheet))
    else:
        wanted = said if said is not None or last is None else last.mapping
        columns = columns_by_name(sheet.header, list_kind=kind, wanted=wanted)
    (require_purchase_columns if kind == ImportBatch.Kind.PURCHASES else require_contact_columns)(columns)
    return columns


def columns_for(kind: str, understanding: Understanding, said: Mapping[str, str]) -> Columns:
    """Return what the columns of an understood list become, as a person says. Raise `ListError` as `columns_of`."""
    return columns_of(understanding.sheet, kind=kind, said=said, last=understanding.last)


def _cells(sheet: Sheet) -> Iterator[Sequence[str]]:
    return (row.cells for row in islice(sheet.rows(), VALUES_FROM_ROWS))


def columns_by_letter(rows: Iterable[Sequence[str]], said: Mapping[str, str]) -> Columns:
    """Return the columns of a list without names, by {letter of the column: field}.

    Raise `ListError` "mapping_unknown_field" for a field that does not exist.
    """
    width = max((len(row) for row in rows), default=0)
    fields: dict[str, tuple[int, ...]] = {}
    for index in range(width):
        field = said.get(letter_of(index), "")
        if field and field not in fields_of(ImportBatch.Kind.CONTACTS):
            raise ListError("mapping_unknown_field", column=letter_of(index), field=field)
        if field:
            fields[field] = (*fields.get(field, ()), index)
    return Columns(("",) * width, fields, ())


def letter_of(index: int) -> str:
    """Return what a spreadsheet calls a column: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, place = divmod(index - 1, 26)
        letters = chr(65 + place) + letters
    return letters
