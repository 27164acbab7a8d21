"""From the bytes of a file to a header and rows of text, by content and never by the file's name.

Nothing is kept in memory beyond one piece of the file and its rows; of a workbook, the one sheet that is read.
`Sheet.rows()` reads from the start each time it is called.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain, islice

from customers.imports.cleaning import clean_text
from customers.imports.errors import ListError, shown
from customers.imports.headers import is_reason_header
from customers.imports.mapping import find_header, header_names, header_score
from customers.imports.sheet import Row, Rows, Sheet
from customers.imports.source import Given, Source, source_of
from customers.imports.text_list import (
    HEADER_WITHIN_ROWS,
    UNREADABLE,
    checked_delimiter,
    checked_encoding,
    find_delimiter,
    find_encoding,
    text_rows,
)
from customers.imports.workbook import is_zip, open_workbook

__all__ = [
    "UNREADABLE", "Row", "Rows", "Sheet", "digest_of", "find_encoding", "first_rows", "heads_of_sheets", "read_list",
    "sheet_names", "sheet_of_rows",
]  # fmt: skip

# 100,000 contacts are about 12 MB and a million invoice lines 55 MB in the shop's own format.
MAX_BYTES = 80 * 1024 * 1024
MAX_COLUMNS = 200
# Whoever says where the header stands has seen it: a report may have a page of text above its table.
HEADER_SAID_WITHIN_ROWS = 1_000

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
    (b"{\\rtf", "list_is_document"),
)
# What the first letters of a text say it is, when it is text and no list.
_OTHER_TEXTS = (
    (re.compile(r"<\s*svg\b", re.IGNORECASE), "list_is_picture"),
    (re.compile(r"<\s*(!doctype|html|head|body|table|meta|style|\?xml|workbook)\b|<!--", re.IGNORECASE),
     "list_is_web_page"),
    (re.compile(r"\[\s*[{\[\"]|\{\s*\""), "list_is_json"),
    (re.compile(r"BEGIN:V", re.IGNORECASE), "list_is_vcard"),
)  # fmt: skip


def read_list(
    data: Given,
    *,
    list_kind: str = "contacts",
    encoding: str = "",
    delimiter: str = "",
    sheet_name: str = "",
    header_row: int | None = None,
) -> Sheet:
    """Return the list in `data`: bytes, or a file open for reading bytes that can go back to its start and stays
    open as long as rows are read. `list_kind` ("contacts", "purchases") says which header names to look for.

    `encoding`, `delimiter`, `sheet_name` and `header_row` (1 is the first row, 0 says that there is none) are what
    a person knows better than our finding; "" and None leave it to us. Raise `ListError` when it is no list at
    all: empty, a picture, too large, damaged; and when what the person says does not fit the file.
    """
    source = source_of(data)
    if _is_empty(source):
        raise ListError("list_empty")
    require_size(source)
    head = source.head(4000)
    if is_zip(head):
        return _workbook_sheet(source, list_kind, sheet_name, header_row)
    _refuse_other_formats(head)
    if sheet_name:
        raise ListError("sheet_unknown", sheet=shown(sheet_name), sheets="-")

    encoding = checked_encoding(source, encoding) if encoding else find_encoding(source)
    _refuse_other_texts(head.decode(encoding, "replace"))
    if delimiter:
        delimiter = checked_delimiter(source, encoding, delimiter, list_kind)
    else:
        delimiter = find_delimiter(source, encoding, list_kind)
    open_rows = partial(text_rows, source, encoding, delimiter)
    return _with_header(Sheet(encoding, delimiter, "", (), 0, open_rows), list_kind, header_row)


def require_size(source: Source) -> None:
    """Raise `ListError` "list_too_large" for a file that is larger than any list."""
    if source.size > MAX_BYTES:
        raise ListError("list_too_large", size_mb=source.size // 2**20, limit_mb=MAX_BYTES // 2**20)


def sheet_names(data: Given) -> list[str]:
    """Return the names of the sheets that a workbook shows and that have something in them; [] for a list of text.

    Raise `ListError` for a workbook that cannot be read.
    """
    source = source_of(data)
    if not is_zip(source.head(4)):
        return []
    return [name for name, _open_rows in open_workbook(source, max_columns=MAX_COLUMNS)]


def first_rows(sheet: Sheet, number: int) -> list[Sequence[str]]:
    """Return the cells of the first rows of the file as text, with the header and whatever stands above it."""
    return list(islice(_each_row(sheet), number))


def heads_of_sheets(data: Given, number: int) -> dict[str, list[Sequence[str]]]:
    """Return the first rows of each sheet that a workbook shows, as text, by its name; {} for a list of text.

    Raise `ListError` for a workbook that cannot be read.
    """
    source = source_of(data)
    if not is_zip(source.head(4)):
        return {}
    sheets = open_workbook(source, max_columns=MAX_COLUMNS)
    return {name: list(islice(chain.from_iterable(open_rows()), number)) for name, open_rows in sheets}


def sheet_of_rows(
    rows: Sequence[Sequence[str]], *, name: str, list_kind: str = "contacts", header_row: int | None = None
) -> Sheet:
    """Return the list that begins with `rows`, as `first_rows` gave them. Raise `ListError` as `read_list` does."""
    return _with_header(Sheet("", "", name, (), 0, lambda: iter([rows])), list_kind, header_row)


def digest_of(data: Given) -> str:
    """Return the SHA-256 of the file in hexadecimal."""
    return source_of(data).digest()


def _each_row(sheet: Sheet) -> Iterator[Sequence[str]]:
    return chain.from_iterable(sheet.open_rows())


def _is_empty(source: Source) -> bool:
    return all(not piece.strip(b'\x00\r\n\t ;,"\xef\xbb\xbf\xff\xfe') for piece in source.pieces())


def _workbook_sheet(source: Source, list_kind: str, sheet_name: str, header_row: int | None) -> Sheet:
    sheets = open_workbook(source, max_columns=MAX_COLUMNS)
    if sheet_name:
        names = ", ".join(shown(name) for name, _open_rows in sheets)
        sheets = [sheet for sheet in sheets if sheet[0] == sheet_name]
        if not sheets:
            raise ListError("sheet_unknown", sheet=shown(sheet_name), sheets=names)
    best = None
    for name, open_rows in sheets:
        sheet = _with_header(Sheet("", "", name, (), 0, open_rows), list_kind, header_row if sheet_name else None)
        if best is None or header_score(sheet.header, list_kind) > header_score(best.header, list_kind):
            best = sheet
    if best is None or not (best.header or any(True for _ in best.rows())):
        raise ListError("list_empty")
    if header_row is not None and not sheet_name:
        return _with_header(Sheet("", "", best.name, (), 0, best.open_rows), list_kind, header_row)
    return best


def _with_header(sheet: Sheet, list_kind: str, header_row: int | None) -> Sheet:
    """Find the header row among the first 20: the one that names most fields. Titles above it are passed
    over."""
    first = list(islice(_each_row(sheet), max(HEADER_WITHIN_ROWS, min(header_row or 0, HEADER_SAID_WITHIN_ROWS))))
    widest = max((len(cells) for cells in first), default=0)
    if widest > MAX_COLUMNS:
        raise ListError("list_too_wide", columns=widest, limit=MAX_COLUMNS)
    if header_row is None:
        header_row = find_header(first[:HEADER_WITHIN_ROWS], list_kind)
    elif not 0 <= header_row <= len(first) or (header_row and not "".join(first[header_row - 1]).strip()):
        raise ListError("header_row_unknown", row=header_row)
    if not header_row:
        return replace(sheet, header=(), header_row=0)
    cells = first[header_row - 1]
    header = [clean_text(name) for name in header_names(first, header_row, list_kind)]
    reasons_at = next((index for index, name in enumerate(header) if is_reason_header(name)), None)
    if reasons_at is not None:
        del header[reasons_at]
    return replace(sheet, header=tuple(header), header_row=header_row, header_cells=cells, reasons_at=reasons_at)


def _refuse_other_formats(head: bytes) -> None:
    for signature, code in _SIGNATURES:
        if head.startswith(signature):
            raise ListError(code)
    if head[:4] == b"RIFF" or head[4:8] == b"ftyp":
        raise ListError("list_is_picture")


def _refuse_other_texts(beginning: str) -> None:
    beginning = beginning.lstrip("\ufeff \t\r\n")
    for pattern, code in _OTHER_TEXTS:
        if pattern.match(beginning):
            raise ListError(code)
