"""From the bytes of a file to a header and rows of text, by content and never by the file's name.

Nothing is kept in memory beyond the bytes given and one row: `Sheet.rows()` reads from the start each time
it is called.
"""

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import NamedTuple

from customers.imports.cleaning import clean_text
from customers.imports.errors import ListError
from customers.imports.headers import is_reason_header
from customers.imports.mapping import header_score
from customers.imports.sheets_out import unguarded
from customers.imports.workbook import is_zip, open_workbook

# 100,000 contacts are about 12 MB and a million invoice lines 55 MB in the shop's own format.
MAX_BYTES = 80 * 1024 * 1024
MAX_COLUMNS = 200
# Excel's own limit for a cell is 32,767 characters; csv needs a limit to notice a quote that never closes.
MAX_CELL = 40_000
# A person's remark may have some line breaks. More in one cell means that a quote swallowed the rows behind
# it.
MAX_BREAKS_IN_CELL = 40
LOOKED_AT_ROWS = 30
HEADER_WITHIN_ROWS = 20
DELIMITERS = (";", ",", "\t", "|")

_SIGNATURES = (
    (b"\x89PNG", "list_is_picture"),
    (b"\xff\xd8\xff", "list_is_picture"),
    (b"GIF8", "list_is_picture"),
    (b"II*\x00", "list_is_picture"),
    (b"MM\x00*", "list_is_picture"),
    (b"%PDF", "list_is_pdf"),
    (b"\xd0\xcf\x11\xe0", "list_is_old_excel"),
    (b"\x1f\x8b", "list_is_archive"),
    (b"Rar!", "list_is_archive"),
    (b"7z\xbc\xaf", "list_is_archive"),
    (b"SQLite format 3", "list_is_binary"),
)
UNREADABLE = "\ufffd"
_ASCII = bytes(range(128))
_SEP_LINE = re.compile(r"^\ufeff?\"?sep=(.)\"?\s*$", re.IGNORECASE)


class Row(NamedTuple):
    """`number` is the row as a spreadsheet shows it: the first row of the file is 1, empty rows count."""

    number: int
    cells: Sequence[str]


@dataclass(frozen=True)
class Sheet:
    """`encoding` and `delimiter` are "" for a workbook, `name` is "" for a text file, `header_row` is 0
    without one. The column of our own reasons, in a list of rows left out, is in neither header nor rows."""

    encoding: str
    delimiter: str
    name: str
    header: tuple[str, ...]
    header_row: int
    _open: Callable[[], Iterator[Sequence[str]]]
    _reasons_at: int | None = None

    def rows(self) -> Iterator[Row]:
        """Yield the rows below the header that are not empty, without the guard of our own lists out.

        Raise `ListError` where the file breaks.
        """
        for number, cells in enumerate(self._open(), start=1):
            if number <= self.header_row:
                continue
            if self._reasons_at is not None:
                cells = [*cells[: self._reasons_at], *cells[self._reasons_at + 1 :]]
            if any(cell and not cell.isspace() for cell in cells):
                yield Row(number, [unguarded(cell) if cell[:1] == "'" else cell for cell in cells])


def read_list(data: bytes, *, list_kind: str = "contacts", encoding: str = "", delimiter: str = "") -> Sheet:
    """Return the list in `data`. `list_kind` ("contacts", "purchases") says which header names to look for.

    `encoding` and `delimiter` override our own finding. Raise `ListError` when it is no list at all: empty,
    a picture, too large, damaged.
    """
    if not data.strip(b'\x00\r\n\t ;,"') or data in (
        codecs.BOM_UTF8,
        codecs.BOM_UTF16_LE,
        codecs.BOM_UTF16_BE,
    ):
        raise ListError("list_empty")
    if len(data) > MAX_BYTES:
        raise ListError("list_too_large", size_mb=len(data) // 2**20, limit_mb=MAX_BYTES // 2**20)
    if is_zip(data):
        return _workbook_sheet(data, list_kind)
    _refuse_other_formats(data)

    encoding = encoding or find_encoding(data)
    delimiter = delimiter or find_delimiter(data, encoding, list_kind)

    def open_rows() -> Iterator[Sequence[str]]:
        return _text_rows(data, encoding, delimiter)

    return _with_header(Sheet(encoding, delimiter, "", (), 0, open_rows), list_kind)


def _workbook_sheet(data: bytes, list_kind: str) -> Sheet:
    best = None
    for name, open_rows in open_workbook(data, max_columns=MAX_COLUMNS):
        sheet = _with_header(Sheet("", "", name, (), 0, open_rows), list_kind)
        if best is None or header_score(sheet.header, list_kind) > header_score(best.header, list_kind):
            best = sheet
    if best is None or not (best.header or any(True for _ in best.rows())):
        raise ListError("list_empty")
    return best


def _with_header(sheet: Sheet, list_kind: str) -> Sheet:
    """Find the header row among the first 20: the one that names most fields. Titles above it are passed
    over."""
    first = list(islice(sheet._open(), HEADER_WITHIN_ROWS))
    widest = max((len(cells) for cells in first), default=0)
    if widest > MAX_COLUMNS:
        raise ListError("list_too_wide", columns=widest, limit=MAX_COLUMNS)
    scores = [header_score(cells, list_kind) for cells in first]
    if not scores or max(scores) == 0:
        return sheet
    position = scores.index(max(scores))
    header = [clean_text(cell) for cell in first[position]]
    reasons_at = next((index for index, name in enumerate(header) if is_reason_header(name)), None)
    if reasons_at is not None:
        del header[reasons_at]
    return replace(sheet, header=tuple(header), header_row=position + 1, _reasons_at=reasons_at)


def _refuse_other_formats(data: bytes) -> None:
    for signature, code in _SIGNATURES:
        if data.startswith(signature):
            raise ListError(code)
    if data[:4] == b"RIFF" or data[4:8] == b"ftyp":
        raise ListError("list_is_picture")


def find_encoding(data: bytes) -> str:
    """Return a codec name: byte order mark, UTF-16 without one, UTF-8, then Windows-1253 or
    ISO-8859-7.

    The two Greek code pages differ in a few bytes only: "Ά" is A2 in Windows-1253 and B6 in ISO-8859-7, and
    only Windows puts quotes at 80-9F. No statistics: guessing libraries take short Greek files for other
    alphabets. Raise `ListError` "list_is_binary" when the bytes are no text.
    """
    if data.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    head = data[:4000]
    if b"\x00" in head:
        even, odd = head[::2].count(0), head[1::2].count(0)
        if min(even, odd) * 4 < max(even, odd) and len(data) % 2 == 0 and max(even, odd) * 8 > len(head):
            return "utf-16-le" if odd > even else "utf-16-be"
        raise ListError("list_is_binary")
    if b"\x00" in data:
        raise ListError("list_is_binary")
    if len(re.findall(rb"[\x01-\x08\x0e-\x19]", head)) * 50 > len(head):
        raise ListError("list_is_binary")
    if _fits(data, "utf-8"):
        return "utf-8"
    is_iso = not re.search(rb"[\x80-\x9f]|\xa2[\xb8-\xfe]", data) and re.search(rb"\xb6[\xb8-\xfe]", data)
    encoding = "iso8859_7" if is_iso else "cp1253"
    if not _fits(data, encoding):
        raise ListError("list_is_binary")
    return encoding


def _fits(data: bytes, encoding: str) -> bool:
    """Return whether the bytes are this encoding, but for a slip: one bad byte must not stop a list.

    A slip is at most one in twenty of the bytes that are not ASCII. Decoded piece by piece, so that a large
    file is not held twice.
    """
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    view = memoryview(data)
    unreadable = sum(
        decoder.decode(view[start : start + 65536]).count(UNREADABLE) for start in range(0, len(data), 65536)
    )
    if not unreadable:
        return True
    return unreadable * 20 <= len(data.translate(None, delete=_ASCII))


def find_delimiter(data: bytes, encoding: str, list_kind: str) -> str:
    """Return the delimiter: the `sep=` line, else the one whose rows name most fields, else the most
    regular one."""
    with _text(data, encoding) as text:
        first_line = text.readline(1000)
    declared = _SEP_LINE.match(first_line)
    if declared:
        return declared[1]

    def merit(delimiter: str) -> tuple[int, int]:
        rows = list(islice(_text_rows(data, encoding, delimiter), LOOKED_AT_ROWS))
        widths = [len(cells) for cells in rows if len(cells) > 1]
        usual = max(set(widths), key=widths.count, default=1)
        known = max((header_score(cells, list_kind) for cells in rows[:HEADER_WITHIN_ROWS]), default=0)
        return known, widths.count(usual) * (usual - 1)

    return max(DELIMITERS, key=merit)


def _text(data: bytes, encoding: str) -> io.TextIOWrapper:
    # newline="" leaves line ends to csv, which also knows those inside quotes and the old Mac's lone CR.
    return io.TextIOWrapper(io.BytesIO(data), encoding=encoding, errors="replace", newline="")


def _text_rows(data: bytes, encoding: str, delimiter: str) -> Iterator[Sequence[str]]:
    csv.field_size_limit(MAX_CELL)
    with _text(data, encoding) as text:
        number = 0
        try:
            for number, cells in enumerate(csv.reader(text, delimiter=delimiter), start=1):
                if number == 1 and len(cells) <= 2 and _SEP_LINE.match(delimiter.join(cells)):
                    cells = []
                if any(cell.count("\n") > MAX_BREAKS_IN_CELL for cell in cells if len(cell) > MAX_BREAKS_IN_CELL):
                    raise ListError("list_quote_open", row=number)
                yield cells
        except csv.Error as error:
            raise ListError("list_quote_open", row=number + 1) from error
