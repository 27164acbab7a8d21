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

# A hundred thousand contacts unpack to about 60 MB at a ratio of 8; office programs stay below 50.
MAX_UNPACKED_BYTES = 200 * 1024 * 1024
MAX_RATIO = 100
# Tiny parts compress far better than sheets do and hurt nobody.
RATIO_MATTERS_FROM = 1024 * 1024
MAX_MEMBERS = 2_000
MAX_CELLS = 20_000_000
_CELL_PLACE = re.compile(rb"""\sr\s{0,8}=\s{0,8}["']([A-Za-z]{1,7})([0-9]{1,9})["']""")
_PIECE = 1024 * 1024


def is_zip(data: bytes) -> bool:
    """Return whether the bytes begin like a zip archive."""
    return data[:4] in (b"PK\x03\x04", b"PK\x05\x06")


def open_workbook(data: bytes, *, max_columns: int) -> list[tuple[str, Callable[[], Iterator[Sequence[str]]]]]:
    """Return (sheet name, function that yields its rows as text) for each visible sheet with something in it.

    Raise `ListError` when it is another archive, damaged, or would unpack to more than our limits.
    """
    _check_archive(data, max_columns)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = [
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.visible == python_calamine.SheetVisibleEnum.Visible
            and sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
        ]
        sheets = [(name, book.get_sheet_by_name(name)) for name in names]
    except python_calamine.CalamineError as error:
        raise ListError("list_damaged") from error
    return [(name, _row_reader(sheet)) for name, sheet in sheets if sheet.total_height]


def _row_reader(sheet: python_calamine.CalamineSheet) -> Callable[[], Iterator[Sequence[str]]]:
    def rows() -> Iterator[Sequence[str]]:
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


def _check_archive(data: bytes, max_columns: int) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if not any(member.filename == "xl/workbook.xml" for member in members):
                raise ListError("list_is_archive")
            unpacked = sum(member.file_size for member in members)
            if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED_BYTES:
                raise ListError("list_unpacks_too_large", limit_mb=MAX_UNPACKED_BYTES // 2**20)
            if any(
                member.file_size > RATIO_MATTERS_FROM and member.file_size > MAX_RATIO * max(member.compress_size, 1)
                for member in members
            ):
                raise ListError("list_unpacks_too_large", limit_mb=MAX_UNPACKED_BYTES // 2**20)
            for member in members:
                _check_member(archive, member, max_columns)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        # RuntimeError: a member with a password; NotImplementedError: an unusual compression.
        raise ListError("list_damaged") from error


def _check_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, max_columns: int) -> None:
    """Unpack one part to its end: zipfile stops at the size the directory names, and refuses a part that
    lied."""
    is_sheet = member.filename.startswith("xl/worksheets/") and member.filename.endswith(".xml")
    last_row = last_column = 0
    tail = b""
    with archive.open(member) as part:
        while piece := part.read(_PIECE):
            if not tail and b"<!DOCTYPE" in piece[:4096].upper():
                raise ListError("list_damaged")
            if is_sheet:
                places = _CELL_PLACE.findall(tail + piece)
                last_column = max(
                    [last_column, *(_column_number(letters) for letters in {place[0] for place in places})]
                )
                last_row = max([last_row, *(int(digits) for digits in {place[1] for place in places})])
            tail = piece[-64:]
    if last_column > max_columns:
        raise ListError("list_too_wide", columns=last_column, limit=max_columns)
    if last_row * last_column > MAX_CELLS:
        raise ListError("list_unpacks_too_large", limit_mb=MAX_UNPACKED_BYTES // 2**20)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
