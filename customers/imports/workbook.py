"""XLSX workbooks, read by python-calamine after their size has been checked.

A workbook is a zip of XML: a few kilobytes can unpack to gigabytes, and one cell in the last corner makes a
reader reserve seventeen thousand million cells. Both are checked before the workbook is opened.
"""

import datetime as dt
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice, repeat
from typing import Any, NamedTuple

import python_calamine

from customers.imports.errors import ListError, shown
from customers.imports.sheet_size import lengths_of_texts, shared_text_size, sheet_size
from customers.imports.source import Source

# A hundred thousand contacts unpack to about 60 MB at a ratio of 8; office programs stay below 50.
MAX_UNPACKED_BYTES = 200 * 1024 * 1024
MAX_RATIO = 100
# Tiny parts compress far better than sheets do and hurt nobody.
RATIO_MATTERS_FROM = 1024 * 1024
MAX_MEMBERS = 2_000
# Of all sheets together, filled or between filled ones: 200 MB of XML hold about five million. The reader
# takes 30 bytes for each, and 70 for a filled one while it reads.
MAX_CELLS = 8_000_000
# What the texts of one sheet take when each cell has its own copy.
MAX_TEXT_BYTES = 300 * 1024 * 1024
# One part may be named as several sheets; each is read on its own.
MAX_CELLS_READ = 5 * MAX_CELLS
# A thousand bytes for the name and place of each part are more than any program writes.
MAX_DIRECTORY_BYTES = MAX_MEMBERS * 1_000
# What the parts of other programs' files are called, and what such a file is.
_OTHER_FORMATS = (
    (re.compile(r"content\.xml|xl/workbook\.bin|Index/.*\.iwa|Index\.zip|index\.xml|.*\.numbers/.*"),
     "list_is_other_sheet"),
    (re.compile(r"(word|ppt|visio)/.*"), "list_is_document"),
)  # fmt: skip
_SHEET_MARK = b"sheetData"
_SHARED_TEXT = re.compile(rb"<(?:[^<>\s/]{1,40}:)?si[\s/>]")
_DIRECTORY_ENDS = ((b"PK\x05\x06", 12, 4), (b"PK\x06\x06", 40, 8))
_PIECE = 1024 * 1024
_ROWS_AT_ONCE = 100


def is_zip(head: bytes) -> bool:
    """Return whether the first bytes are those of a zip archive."""
    return head[:4] in (b"PK\x03\x04", b"PK\x05\x06")


def open_workbook(source: Source, *, max_columns: int) -> list[tuple[str, Callable[[], Iterator[list[Sequence[str]]]]]]:
    """Return (sheet name, function that yields its rows as text, some at a time) for each visible sheet that is not
    empty.

    Raise `ListError` when it is another archive, damaged, would unpack to more than our limits, or shows no sheet.
    """
    largest = _check_archive(source, max_columns)
    try:
        # Not by its path, even where there is one: calamine would believe the name's ending.
        book = python_calamine.CalamineWorkbook.from_filelike(source.open())
        sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet]
    except python_calamine.CalamineError as error:
        raise ListError("list_damaged") from error
    names = [sheet.name for sheet in sheets if sheet.visible == python_calamine.SheetVisibleEnum.Visible]
    if len(names) > MAX_MEMBERS or len(names) * largest > MAX_CELLS_READ:
        raise _too_large()
    held = _HeldSheet(book)
    shown_sheets = [(name, _row_reader(held, name)) for name in names if held.sheet(name).total_height]
    if not shown_sheets and len(sheets) > len(names):
        raise ListError("list_sheets_hidden", sheets=", ".join(shown(sheet.name) for sheet in sheets))
    return shown_sheets


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


def _row_reader(held: _HeldSheet, name: str) -> Callable[[], Iterator[list[Sequence[str]]]]:
    def rows() -> Iterator[list[Sequence[str]]]:
        sheet = held.sheet(name)
        # calamine begins at the first filled row; the empty ones above keep the numbers a spreadsheet shows.
        above = repeat((), sheet.start[0] if sheet.start else 0)
        filled = chain(above, sheet.iter_rows())
        while some := list(islice(filled, _ROWS_AT_ONCE)):
            yield [[cell if type(cell) is str else cell_text(cell) for cell in cells] for cells in some]

    return rows


def cell_text(value: Any) -> str:
    """Return a workbook's cell as the text a list would hold: 1548.0 -> "1548", dates as 1980-12-31.

    A number with three decimals gets a fourth, because "1.234" in a list means one thousand two hundred.
    """
    if type(value) is str:
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


def _check_archive(source: Source, max_columns: int) -> int:
    """Return how many cells the largest sheet takes. Raise `ListError` for what must not be opened."""
    _check_directory(source)
    try:
        with zipfile.ZipFile(source.open()) as archive:
            members = archive.infolist()
            if len(members) > MAX_MEMBERS:
                raise _too_large()
            _refuse_other_archives({member.filename for member in members})
            _refuse_bombs(members)
            parts = [_measured(archive, member, max_columns) for member in members]
            if sum(part.cells + part.texts for part in parts) > MAX_CELLS:
                raise _too_large()
            _check_texts(archive, parts)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError, ValueError) as error:
        # RuntimeError: a member with a password; OSError: a place outside the file.
        raise ListError("list_damaged") from error
    return max(part.cells for part in parts)


def _check_directory(source: Source) -> None:
    """Raise `ListError` when the archive names more parts than a workbook has: zipfile reads all names at once."""
    tail = source.tail(66_000)  # a comment of 65,535 bytes may stand behind the end of the directory
    for mark, at, size in _DIRECTORY_ENDS:
        place = tail.find(mark)
        while place != -1:
            if int.from_bytes(tail[place + at : place + at + size], "little") > MAX_DIRECTORY_BYTES:
                raise _too_large()
            place = tail.find(mark, place + 1)


def _refuse_other_archives(names: set[str]) -> None:
    # A part of another format would let the reader fall back to that one, whose cells nobody counted.
    for pattern, code in _OTHER_FORMATS:
        if any(pattern.fullmatch(name) or pattern.fullmatch(name.lower()) for name in names):
            raise ListError(code)
    if "xl/workbook.xml" not in names:
        raise ListError("list_is_archive")


def _refuse_bombs(members: list[zipfile.ZipInfo]) -> None:
    if sum(member.file_size for member in members) > MAX_UNPACKED_BYTES:
        raise _too_large()
    for member in members:
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ListError("list_damaged")
        if member.file_size > RATIO_MATTERS_FROM and member.file_size > MAX_RATIO * max(member.compress_size, 1):
            raise _too_large()


def _too_large() -> ListError:
    return ListError("list_unpacks_too_large", limit_mb=MAX_UNPACKED_BYTES // 2**20)


class _Part(NamedTuple):
    """One part of a workbook: the cells of a sheet, the number of shared texts and the bytes of the longest."""

    member: zipfile.ZipInfo
    cells: int
    texts: int
    longest: int


def _measured(archive: zipfile.ZipFile, member: zipfile.ZipInfo, max_columns: int) -> _Part:
    """Unpack one part to its end and measure it: zipfile stops at the size the directory names, and refuses a part
    that lied.

    Whether a part is a sheet is told by its content: the workbook may give it any name.
    """
    tail, texts, longest, since, is_sheet = b"", 0, 0, 0, False
    with archive.open(member) as part:
        while piece := part.read(_PIECE):
            if not tail and b"<!DOCTYPE" in piece[:4096].upper():
                raise ListError("list_damaged")
            window, before = tail + piece, tail
            is_sheet = is_sheet or _SHEET_MARK in window
            if b"<si" in window or b":si" in window:
                # One that ends in the tail was counted with the piece before.
                texts += len(_SHARED_TEXT.findall(window)) - len(_SHARED_TEXT.findall(before))
            first, *others = piece.split(b"</si>")
            longest = max(longest, since + len(first), *map(len, others))
            since = len(others[-1]) if others else since + len(first)
            tail = piece[-64:]
    if not is_sheet:
        return _Part(member, 0, texts, longest if texts else 0)
    with archive.open(member) as part:
        return _Part(member, sheet_size(part, max_columns=max_columns), texts, longest if texts else 0)


def _check_texts(archive: zipfile.ZipFile, parts: list[_Part]) -> None:
    """Raise `ListError` when the shared texts of a sheet would not fit into memory: the reader copies a text for each
    cell that names it."""
    longest = max(part.longest for part in parts)
    suspicious = [part for part in parts if part.cells * longest > MAX_TEXT_BYTES]
    holders = [part for part in parts if part.texts]
    if not suspicious:
        return
    with archive.open(holders[0].member) as texts:
        lengths = lengths_of_texts(texts)
    if not lengths or len(holders) > 1:
        raise _too_large()
    for part in suspicious:
        with archive.open(part.member) as sheet:
            if shared_text_size(sheet, lengths) > MAX_TEXT_BYTES:
                raise _too_large()
