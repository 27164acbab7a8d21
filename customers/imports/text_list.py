"""Lists of text: their letters, the sign between their cells, and their rows, read piece by piece."""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import chain, islice

from customers.imports.errors import ListError, shown
from customers.imports.mapping import header_score
from customers.imports.source import Given, Source, source_of

# Excel's own limit for a cell is 32,767 characters; csv needs a limit to notice a quote that never closes.
MAX_CELL = 40_000
# No row of a list has more letters. A file without line ends would otherwise be one row in memory, so that a line is
# cut where its signs between cells cannot make up the difference, and refused by whoever counts its letters.
MAX_ROW = 100_000
_MAX_LINE = 4 * MAX_ROW
_PIECE = 1 << 14  # letters read at a time, of some hundred rows
_WITH_QUOTES_AT_ONCE = 50  # of which each may be as long as a row can be
# A person's remark may have some line breaks. More in one cell means that a quote swallowed the rows behind
# it.
MAX_BREAKS_IN_CELL = 40
LOOKED_AT_ROWS = 30
HEADER_WITHIN_ROWS = 20
DELIMITERS = (";", ",", "\t", "|")
# What a person may choose instead of our finding.
ENCODINGS = (
    "utf-8", "utf-8-sig", "cp1253", "iso8859_7", "utf-16", "utf-16-le", "utf-16-be", "cp737", "cp1252",
)  # fmt: skip

UNREADABLE = "\ufffd"
_ASCII = bytes(range(128))
_SEP_LINE = re.compile(r"^\ufeff?\"?sep=([^\w\"])\"?\s*$", re.IGNORECASE)
_CONTROLS = re.compile(rb"[\x01-\x08\x0e-\x19]")
# High bytes of the units of Greek and English text: Latin, Greek, accented Greek, quotation marks and the euro.
_HIGH_BYTES = frozenset({0x00, 0x03, 0x1F, 0x20})
_WINDOWS_ONLY = re.compile(rb"[\x80-\x9f]|\xa2[\xb8-\xfe]")
# "Ά" before a letter or a dot, and the euro behind an amount.
_ISO_ONLY = re.compile(rb"\xb6[\xb8-\xfe.]|\d[ \xa0]?\xa4")

_GREEK_WORD = re.compile(rb"[\xb8-\xfe]{3}")
_WITHIN_LATIN_WORD = re.compile(rb"[A-Za-z][\xc0-\xff]{1,2}[a-z]|[A-Za-z]{2}[\xc0-\xff](?![\x80-\xff])")


def find_encoding(data: Given) -> str:
    """Return a codec name: byte order mark, UTF-16 without one, UTF-8, then Windows-1253, ISO-8859-7 or the
    DOS code page 737, and Windows-1252 for a list without a Greek word.

    The two Greek code pages differ in a few bytes only: "Ά" is A2 in Windows-1253 and B6 in ISO-8859-7, and
    only Windows puts quotes at 80-9F, where the letters of DOS are. No statistics: guessing libraries take
    short Greek files for other alphabets. Raise `ListError` "list_is_binary" when the bytes are no text.
    """
    source = source_of(data)
    head = source.head(4000)
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\x00" in head:
        return _wide_encoding(head)
    if len(_CONTROLS.findall(head)) * 50 > len(head):
        raise ListError("list_is_binary")

    foreign = 0
    for piece in source.pieces():
        if b"\x00" in piece:
            raise ListError("list_is_binary")
        foreign += len(piece.translate(None, delete=_ASCII))
    if _fits(source, "utf-8", foreign):
        return "utf-8"
    greek = "iso8859_7" if _is_iso(source) else "cp1253"
    for encoding in ("cp1252" if _is_western(source) else greek, "cp737"):
        if _fits(source, encoding, foreign):
            return encoding
    raise ListError("list_is_binary")


def _wide_encoding(head: bytes) -> str:
    """Return which UTF-16 the bytes are. Raise `ListError` "list_is_binary" for anything else with zeros in it."""
    for encoding, first in (("utf-16-le", 1), ("utf-16-be", 0)):
        high, low = head[first::2], head[1 - first :: 2]
        usual = sum(byte in _HIGH_BYTES for byte in high)
        if 0 in high and usual * 10 >= len(high) * 9 and low.count(0) * 10 < len(low):
            return encoding
    raise ListError("list_is_binary")


def _is_iso(source: Source) -> bool:
    # Most lists have neither sign: a look for two bytes is a hundred times faster than a pattern.
    return any(
        _ISO_ONLY.search(window) for window in _overlapping(source) if b"\xb6" in window or b"\xa4" in window
    ) and not any(map(_WINDOWS_ONLY.search, _overlapping(source)))


def _is_western(source: Source) -> bool:
    # José, Müller: a letter or two within a Latin word. Greek words are longer, and nothing else has such runs.
    return not any(map(_GREEK_WORD.search, _overlapping(source))) and any(
        map(_WITHIN_LATIN_WORD.search, _overlapping(source))
    )


def _overlapping(source: Source) -> Iterator[bytes]:
    """Yield the pieces, each with the last two bytes of the one before."""
    before = b""
    for piece in source.pieces():
        yield before + piece
        before = piece[-2:]


def _fits(source: Source, encoding: str, foreign: int) -> bool:
    """Return whether the bytes are this encoding, but for a slip: one bad byte must not stop a list.

    A slip is at most one in twenty of the bytes that are not ASCII, of which there are `foreign`.
    """
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    unreadable = 0
    for piece in source.pieces():
        unreadable += decoder.decode(piece).count(UNREADABLE)
        if unreadable * 20 > foreign:
            return False
    return True


def checked_encoding(source: Source, encoding: str) -> str:
    """Return the encoding that somebody chose. Raise `ListError` "encoding_unknown" or "encoding_misfit"."""
    if encoding not in ENCODINGS:
        raise ListError("encoding_unknown", encoding=shown(encoding), known=", ".join(ENCODINGS))
    head = source.head(4000)
    foreign = sum(len(piece.translate(None, delete=_ASCII)) for piece in source.pieces())
    marked = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    is_wide = marked or b"\x00" in head
    if is_wide != encoding.startswith("utf-16") or not _fits(source, encoding, max(foreign, 1)):
        raise ListError("encoding_misfit", encoding=encoding)
    return encoding


def find_delimiter(source: Source, encoding: str, list_kind: str) -> str:
    """Return the delimiter: the `sep=` line, else the one whose rows name most fields, else the most
    regular one."""
    with _text(source, encoding) as text:
        declared = _SEP_LINE.match(text.readline(1000))
    if declared:
        return declared[1]
    return max(DELIMITERS, key=lambda delimiter: _merit(source, encoding, delimiter, list_kind))


def _merit(source: Source, encoding: str, delimiter: str, list_kind: str) -> tuple[int, int]:
    rows: list[Sequence[str]] = []
    with suppress(ListError):  # a quote that seems open with this one may close with another
        rows.extend(islice(_each_row(source, encoding, delimiter), LOOKED_AT_ROWS))
    widths = [len(cells) for cells in rows if len(cells) > 1]
    usual = max(set(widths), key=widths.count, default=1)
    known = max((header_score(cells, list_kind) for cells in rows[:HEADER_WITHIN_ROWS]), default=0)
    return known, widths.count(usual) * (usual - 1)


def checked_delimiter(source: Source, encoding: str, delimiter: str, list_kind: str) -> str:
    """Return the delimiter that somebody chose. Raise `ListError` "delimiter_unknown" or "delimiter_missing"."""
    if len(delimiter) != 1 or delimiter.isalnum() or delimiter in '"\r\n':
        raise ListError("delimiter_unknown", delimiter=shown(delimiter))
    first = islice(_each_row(source, encoding, delimiter), LOOKED_AT_ROWS)
    if all(len(cells) < 2 for cells in first):
        found = find_delimiter(source, encoding, list_kind)
        if any(len(cells) > 1 for cells in islice(_each_row(source, encoding, found), LOOKED_AT_ROWS)):
            raise ListError("delimiter_missing", delimiter=delimiter)
    return delimiter


def _text(source: Source, encoding: str) -> io.TextIOWrapper:
    # newline="" leaves line ends to csv, which also knows those inside quotes and the old Mac's lone CR.
    return io.TextIOWrapper(source.open(), encoding=encoding, errors="replace", newline="")


def text_rows(source: Source, encoding: str, delimiter: str) -> Iterator[list[Sequence[str]]]:
    """Yield the rows, lists of cells, some at a time; [] for a `sep=` line and an empty one. Raise `ListError`
    "list_quote_open" behind the last row that can be read."""
    csv.field_size_limit(MAX_CELL)
    with _text(source, encoding) as text:
        rows = _Rows(text, delimiter)
        while rows.left:
            some: list[Sequence[str]] = []
            try:
                rows.take(some)
            finally:
                if some:
                    yield some


class _Rows:
    """The rows of a text, taken a piece at a time. `left`: there may be more."""

    def __init__(self, text: io.TextIOWrapper, delimiter: str) -> None:
        self.left = True
        self._text, self._delimiter = text, delimiter
        self._reader = csv.reader(chain.from_iterable(self._pieces()), delimiter=delimiter)
        self._last_line, self._is_plain = 0, False  # of the piece
        self._number, self._line, self._width = 0, 0, 0  # of the row

    def _pieces(self) -> Iterator[list[str]]:
        while piece := self._text.read(_PIECE):
            piece += self._text.readline(_MAX_LINE)
            lines = list(io.StringIO(piece, newline=""))
            self._last_line += len(lines)
            self._is_plain = '"' not in piece and max(map(len, lines)) <= MAX_CELL
            yield lines

    def take(self, some: list[Sequence[str]]) -> None:
        """Add the next rows to `some`, or see that none is left. Raise `ListError` "list_quote_open"."""
        try:
            for cells in self._reader:
                some.append(self._checked(cells))
                if self._is_plain:
                    # Without quotes each line is a row, so that the rest of the piece needs no look at each.
                    some.extend(islice(self._reader, self._last_line - self._line))
                    self._number += len(some) - 1
                    self._line, self._width = self._last_line, len(some[-1])
                    return
                if self._line >= self._last_line or len(some) >= _WITH_QUOTES_AT_ONCE:
                    return
        except csv.Error as error:
            raise ListError("list_quote_open", row=self._number + 1) from error
        self.left = False

    def _checked(self, cells: Sequence[str]) -> Sequence[str]:
        self._number += 1
        if self._reader.line_num > self._line + 1:
            if _swallowed(cells, self._delimiter, self._width):
                raise ListError("list_quote_open", row=self._number)
        else:
            self._width = len(cells)
        self._line = self._reader.line_num
        is_sep = self._number == 1 and len(cells) <= 2 and _SEP_LINE.match(self._delimiter.join(cells))
        return [] if is_sep else cells


def _each_row(source: Source, encoding: str, delimiter: str) -> Iterator[Sequence[str]]:
    return chain.from_iterable(text_rows(source, encoding, delimiter))


def _swallowed(cells: Sequence[str], delimiter: str, width: int) -> bool:
    """Return whether a quote that never closed took the rows behind it into one cell.

    The row before has `width` cells. In a swallowed row the first line of the cell goes on to the end of its own
    row, or a later line is a whole row, or the last one becomes one with the cells behind it.
    """
    for index, cell in enumerate(cells):
        lines = cell.splitlines()
        if len(lines) > MAX_BREAKS_IN_CELL:
            return True
        if len(lines) < 2 or width < 3:
            continue
        signs = [line.count(delimiter) for line in lines]
        if (signs[0] >= 2 and signs[0] + index == width - 1) or width - 1 in signs[1:]:
            return True
        behind = len(cells) - 1 - index
        if len(cells) > width and signs[-1] and signs[-1] + behind == width - 1:
            return True
    return False
