"""XLSX workbooks, read by python-calamine after their size has been checked.

A workbook is a zip of XML: a few kilobytes can unpack to gigabytes, and one cell in the last corner makes a
reader reserve seventeen thousand million cells. Both are checked before the workbook is opened.
"""

import datetime as dt
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import python_calamine

from customers.imports.errors import ListError
from customers.imports.sheet_size import sheet_size

# A hundred thousand contacts unpack to about 60 MB at a ratio of 8; office programs stay below 50.
MAX_UNPACKED_BYTES = 200 * 1024 * 1024
MAX_RATIO = 100
# Tiny parts compress far better than sheets do and hurt nobody.
RATIO_MATTERS_FROM = 1024 * 1024
MAX_MEMBERS = 2_000
# Of all sheets together, filled or between filled ones: 200 MB of XML hold about five million. The reader
# takes 30 bytes for each, and 70 for a filled one while it reads.
MAX_CELLS = 8_000_000
# One part may be named as several sheets; each is read on its own.
MAX_CELLS_READ = 5 * MAX_CELLS
_OTHER_FORMATS = ("content.xml", "xl/workbook.bin")
_SHEET_MARK = b"sheetData"
_SHARED_TEXT = re.compile(rb"<(?:[^<>\s/]{1,40}:)?si[\s/>]")
_PIECE = 1024 * 1024


def is_zip(data: bytes) -> bool:
    """Return whether the bytes begin like a zip archive."""
    return data[:4] in (b"PK\x03\x04", b"PK\x05\x06")


def open_workbook(data: bytes, *, max_columns: int) -> list[tuple[str, Callable[[], Iterator[Sequence[str]]]]]:
    """Return (sheet name, function that yields its rows as text) for each visible sheet with something in it.

    Raise `ListError` when it is another archive, damaged, or would unpack to more than our limits.
    """
    largest = _check_archive(data, max_columns)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = [
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.visible == python_calamine.SheetVisibleEnum.Visible
            and sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
        ]
    except python_calamine.CalamineError as error:
        raise ListError("list_damaged") from error
    if len(names) > MAX_MEMBERS or len(names) * largest > MAX_CELLS_READ:
        raise _too_large()
    held = _HeldSheet(book)
    return [(name, _row_reader(held, name)) for name in names if held.sheet(name).total_height]


class _HeldSheet:
    """The sheet that was asked for last: only one at a time is in memory."""

    def __init__(self, book: python_calamine.CalamineWorkbook) -> None:
        self._book = book
        self._name: str | None = None
        self._sheet: python_calamine.CalamineSheet | None = None

    def sheet(self, name: str) -> python_calamine.CalamineSheet:
        if self._sheet is None or self._name != name:
            self._sheet = None  # let go of before the next one is read
            try:
                self._name, self._sheet = name, self._book.get_sheet_by_name(name)
            except python_calamine.CalamineError as error:
                raise ListError("list_damaged") from error
        return self._sheet


def _row_reader(held: _HeldSheet, name: str) -> Callable[[], Iterator[Sequence[str]]]:
    def rows() -> Iterator[Sequence[str]]:
        sheet = held.sheet(name)
        # calamine begins at the first filled row; the empty ones above keep the numbers a spreadsheet shows.
        for _ in range(sheet.start[0] if sheet.start else 0):
            yield []
        for cells in sheet.iter_rows():
            yield [cell_text(cell) for cell in cells]

    return rows


def cell_text(value: Any) -> str:
    """Return a workbook's cell as the text a list would hold: 1548.0 -> "1548", dates as 1980-12-31.

    A number with three decimals gets a fourth, because "1.234" in a list means one thousand two hundred.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float | int):
        if float(value).is_integer() and abs(value) < 1e15:
            return str(int(value))
        text = format(value, ".12g")
        return text + "0" if re.fullmatch(r"-?\d+\.\d{3}", text) else text
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return "" if value is None else str(value)


def _check_archive(data: bytes, max_columns: int) -> int:
    """Return how many cells the largest sheet takes. Raise `ListError` for what must not be opened."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            names = {member.filename for member in members}
            # A part of another format would let the reader fall back to that one, whose cells nobody counted.
            if "xl/workbook.xml" not in names or any(name.lower() in _OTHER_FORMATS for name in names):
                raise ListError("list_is_archive")
            unpacked = sum(member.file_size for member in members)
            if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED_BYTES:
                raise _too_large()
            if any(
                member.file_size > RATIO_MATTERS_FROM and member.file_size > MAX_RATIO * max(member.compress_size, 1)
                for member in members
            ):
                raise _too_large()
            sizes = [_member_size(archive, member, max_columns) for member in members]
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        # RuntimeError: a member with a password; NotImplementedError: an unusual compression.
        raise ListError("list_damaged") from error
    if sum(sizes) > MAX_CELLS:
        raise _too_large()
    return max(sizes)


def _too_large() -> ListError:
    return ListError("list_unpacks_too_large", limit_mb=MAX_UNPACKED_BYTES // 2**20)


def _member_size(archive: zipfile.ZipFile, member: zipfile.ZipInfo, max_columns: int) -> int:
    """Unpack one part to its end and return the cells or texts in it: zipfile stops at the size the directory
    names, and refuses a part that lied.

    Whether a part is a sheet is told by its content: the workbook may give it any name.
    """
    tail, texts, is_sheet = b"", 0, False
    with archive.open(member) as part:
        while piece := part.read(_PIECE):
            if not tail and b"<!DOCTYPE" in piece[:4096].upper():
                raise ListError("list_damaged")
            is_sheet = is_sheet or _SHEET_MARK in tail + piece
            # One that ends in the tail was counted with the piece before.
            texts += len(_SHARED_TEXT.findall(tail + piece)) - len(_SHARED_TEXT.findall(tail))
            tail = piece[-64:]
    if not is_sheet:
        return texts
    with archive.open(member) as part:
        return texts + sheet_size(part, max_columns=max_columns)
