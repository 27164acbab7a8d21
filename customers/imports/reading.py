"""From the bytes of a file to a header and rows of text, by content and never by the file's name.

Nothing is kept in memory beyond one piece of the file and one row; of a workbook, the one sheet that is read.
`Sheet.rows()` reads from the start each time it is called.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import NamedTuple

from customers.imports.cleaning import clean_text
from customers.imports.errors import ListError, shown
from customers.imports.headers import is_reason_header
from customers.imports.mapping import find_header, header_names, header_score
from customers.imports.sheets_out import unguarded
from customers.imports.source import Given, Source, source_of
from customers.imports.text_list import (
    HEADER_WITHIN_ROWS,
    MAX_ROW,
    UNREADABLE,
    checked_delimiter,
    checked_encoding,
    find_delimiter,
    find_encoding,
    text_rows,
)
from customers.imports.workbook import is_zip, open_workbook

__all__ = [
    "UNREADABLE", "Row", "Sheet", "digest_of", "find_encoding", "first_rows", "heads_of_sheets", "read_list",
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
# A cell that could not be worked out, as Excel writes it in English and in Greek.
_ERROR_CELLS = frozenset(
    {"#N/A", "#Δ/Υ", "#REF!", "#ΑΝΑΦ!", "#VALUE!", "#ΤΙΜΗ!", "#DIV/0!", "#ΔΙΑΙΡ./0!", "#ΔΙΑΙΡ/0!", "#NAME?",
     "#ΟΝΟΜΑ?", "#NUM!", "#ΑΡΙΘ!", "#NULL!", "#ΚΕΝΟ!", "#SPILL!", "#CALC!"}
)  # fmt: skip
# ="00123": how programs keep a spreadsheet from eating zeros.
_KEPT_AS_TEXT = re.compile(r'="([^"]*)"')
# What a report writes at the foot of a page or of the whole: words, and behind them numbers alone.
_FOOT = re.compile(
    r"\s*(?:(?:γενικ[όο]|μερικ[όο])\s+)?(?:σ[ύυ]νολ[οα]|(?:grand |sub)?totals?|σελ(?:[ίι]δα|\.)?\s*\d|page\s*\d|"
    r"(?:εκ|εις|σε)\s+μεταφορ[άα]ς?)(?:\s+(?:πελατ[ώω]ν|εγγραφ[ώω]ν|γραμμ[ώω]ν|customers|rows))?[\s\d:.,/€-]*"
    r"(?:(?:απ[όο]|of)\s*\d+)?\s*",
    re.IGNORECASE,
)
# What a foot begins with, if not with a blank: a look that spares most rows the pattern. µ, ſ and ϵ are other ways of
# writing μ, s and ε.
_FOOT_LETTERS = frozenset("γμσςεgstpΓΜΣΕGSTPµſϵ")
_NO_LETTERS = "\x1a\x00 \ufeff"


class Row(NamedTuple):
    """`number` is the row as a spreadsheet shows it: the first row of the file is 1, empty rows count."""

    number: int
    cells: Sequence[str]


@dataclass(frozen=True)
class Sheet:
    """`encoding` and `delimiter` are "" for a workbook, `name` is "" for a text file, `header_row` is 0
    without one, and of a header in two rows the lower one. The column of our own reasons, in a list of rows left
    out, is in neither header nor rows."""

    encoding: str
    delimiter: str
    name: str
    header: tuple[str, ...]
    header_row: int
    _open: Callable[[], Iterator[Sequence[str]]]
    _header_cells: Sequence[str] = ()
    _reasons_at: int | None = None

    def rows(self) -> Iterator[Row]:
        """Yield the rows below the header that are not empty, without the guard of our own lists out.

        The header itself, repeated at the top of each page, is no row, and neither are totals and numbers of pages.
        Raise `ListError` where the file breaks.
        """
        below, header, reasons_at = self.header_row, self._header_cells, self._reasons_at
        for number, cells in enumerate(self._open(), start=1):
            if number <= below:
                continue
            # One look at the whole row instead of one at each cell: most rows need nothing more.
            joined = "".join(cells)
            if not joined or joined.isspace() or cells == header:
                continue
            if len(cells) == 1 and not joined.strip(_NO_LETTERS):
                continue
            first = joined[0]
            if (first in _FOOT_LETTERS or first.isspace()) and _FOOT.match(joined) and _is_foot(cells):
                continue
            if len(joined) > MAX_ROW:
                raise ListError("list_row_too_long", row=number)
            if reasons_at is not None:
                cells = [*cells[:reasons_at], *cells[reasons_at + 1 :]]
                if not any(cell and not cell.isspace() for cell in cells):
                    continue
            if "'" in joined or "#" in joined or '="' in joined:
                cells = [_as_written(cell) for cell in cells]
            yield Row(number, cells)


def _is_foot(cells: Sequence[str]) -> bool:
    first, *others = (cell for cell in cells if cell and not cell.isspace())
    return bool(_FOOT.fullmatch(first)) and not any(map(str.isalpha, "".join(others)))


def _as_written(cell: str) -> str:
    """Return what whoever wrote the cell meant by it: without a guard around it, and nothing for an error."""
    if cell[:1] == "'":
        return unguarded(cell)
    if cell[:1] == "#" and cell.strip().upper() in _ERROR_CELLS:
        return ""
    kept = _KEPT_AS_TEXT.fullmatch(cell) if cell[:2] == '="' else None
    return kept[1] if kept else cell


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
    return list(islice(sheet._open(), number))


def heads_of_sheets(data: Given, number: int) -> dict[str, list[Sequence[str]]]:
    """Return the first rows of each sheet that a workbook shows, as text, by its name; {} for a list of text.

    Raise `ListError` for a workbook that cannot be read.
    """
    source = source_of(data)
    if not is_zip(source.head(4)):
        return {}
    sheets = open_workbook(source, max_columns=MAX_COLUMNS)
    return {name: list(islice(open_rows(), number)) for name, open_rows in sheets}


def sheet_of_rows(
    rows: Sequence[Sequence[str]], *, name: str, list_kind: str = "contacts", header_row: int | None = None
) -> Sheet:
    """Return the list that begins with `rows`, as `first_rows` gave them. Raise `ListError` as `read_list` does."""
    return _with_header(Sheet("", "", name, (), 0, lambda: iter(rows)), list_kind, header_row)


def digest_of(data: Given) -> str:
    """Return the SHA-256 of the file in hexadecimal."""
    return source_of(data).digest()


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
        return _with_header(Sheet("", "", best.name, (), 0, best._open), list_kind, header_row)
    return best


def _with_header(sheet: Sheet, list_kind: str, header_row: int | None) -> Sheet:
    """Find the header row among the first 20: the one that names most fields. Titles above it are passed
    over."""
    first = list(islice(sheet._open(), max(HEADER_WITHIN_ROWS, min(header_row or 0, HEADER_SAID_WITHIN_ROWS))))
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
    return replace(sheet, header=tuple(header), header_row=header_row, _header_cells=cells, _reasons_at=reasons_at)


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
