"""How much room the cells of a sheet take, found by its XML alone before anything makes room for them.

python-calamine forgives what is no XML, so a sheet that a strict parser cannot follow to its end is refused:
what two readers understand differently cannot be measured.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import IO
from xml.parsers import expat

from customers.imports.errors import ListError

_PLACE = re.compile(r"([A-Za-z]{1,7})0*([0-9]{1,9})")
_ROW = re.compile(r"0*[0-9]{1,9}")
_PIECE = 1024 * 1024
# A row as every program writes it: all cells with their places and nothing unusual. Possessive throughout, so that
# a row that is otherwise costs one look. Neither its words nor its marks can end a comment, a section of plain
# text or an instruction, so that it may stand inside one as well as `_stands_for` may.
_PLAIN_ROW = re.compile(
    rb'<row r="([1-9][0-9]{0,8}+)"(?: (?!r=)[A-Za-z0-9:]++="[^"<>&]*+")*+>'
    rb'(?:<c r="[A-Z]{1,7}+\1"(?: (?!r=)[A-Za-z0-9:]++="[^"<>&]*+")*+'
    rb'(?:/>|>(?:<f>[^<>&]*+</f>)?+(?:<v>[^<>&]*+</v>|<is><t(?: xml:space="preserve")?+>[^<>&]*+</t></is>)?+</c>))++'
    rb"</row>"
)
_END_OF_ROW = b"</row>"
_CELL = b'<c r="'
_ANY_CELL = re.compile(rb"<(?:[^<>\s/]*:)?c[\s/>]")
_NAMES_A_TEXT = re.compile(rb' t="s"(?: (?!t=)[A-Za-z0-9:]++="[^"<>&]*+")*+>(?:<f>[^<>&]*+</f>)?+<v>([0-9]{1,9})</v>')
# What would make the texts be counted otherwise than the reader counts them.
_NOT_A_TEXT = re.compile(rb"<!|<si\s*/|<[^<>\s/]*:si[\s/>]|</si\s")
_COLUMN = re.compile(rb'<c r="([A-Z]{1,7})')


def sheet_size(part: IO[bytes], *, max_columns: int) -> int:
    """Return the cells between A1 and the last corner of the sheet, or the number of cells if that is larger.

    Raise `ListError` "list_too_wide" beyond `max_columns`, "list_damaged" for anything but plain XML in UTF-8.
    """
    corner = _Corner()
    columns: set[bytes] = set()
    try:
        for rows in _pieces_of_rows(part):
            columns.update(_COLUMN.findall(rows))
            unusual = _PLAIN_ROW.sub(_stands_for, rows)
            corner.cells += rows.count(_CELL) - unusual.count(_CELL)
            corner.parser.Parse(unusual)
        corner.parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise ListError("list_damaged") from error
    corner.columns = max(corner.columns, *(_column_number(letters.decode()) for letters in columns), 0)
    if corner.columns > max_columns:
        raise ListError("list_too_wide", columns=corner.columns, limit=max_columns)
    return max(corner.rows * corner.columns, corner.cells)


def _stands_for(row: re.Match[bytes]) -> bytes:
    """Return what is left of a plain row for the parser: a row that has cells, wherever they are."""
    return b'<row r="%b" filled=""/>' % row[1]


def lengths_of_texts(part: IO[bytes]) -> list[int]:
    """Return about how many bytes each shared text takes, never less; [] for a part that holds them unusually."""
    lengths = []
    rest = b""
    while piece := part.read(_PIECE):
        if _NOT_A_TEXT.search(rest[-16:] + piece):
            return []
        *texts, rest = (rest + piece).split(b"</si>")
        lengths += map(len, texts)
    return lengths


def shared_text_size(part: IO[bytes], lengths: Sequence[int]) -> int:
    """Return the bytes of the shared texts that a sheet names, each as often as a cell names it, never less.

    A cell that names its text unusually may have the longest. Raise `ListError` "list_damaged" for one that is not
    there.
    """
    longest, size = max(lengths, default=0), 0
    for rows in _pieces_of_rows(part):
        named = _NAMES_A_TEXT.findall(rows)
        unclear = rows.count(b' t="s"') - len(named) + len(_ANY_CELL.findall(_PLAIN_ROW.sub(b"", rows)))
        try:
            size += sum(lengths[int(number)] for number in named) + unclear * longest
        except IndexError as error:
            raise ListError("list_damaged") from error
    return size


def _pieces_of_rows(part: IO[bytes]) -> Iterator[bytes]:
    """Yield the XML of a sheet in pieces that end where a row does, as long as there is one."""
    rest = b""
    while piece := part.read(_PIECE):
        window = rest + piece
        # Where no row ends, something is unusual, and all of it is for the parser.
        end = window.rfind(_END_OF_ROW) + len(_END_OF_ROW) if _END_OF_ROW in window else len(window)
        yield window[:end]
        rest = window[end:]
    yield rest


class _Corner:
    """Follows rows and cells through a sheet, never below what the reader itself would count.

    A cell without a place stands behind the one before it, in a row that may have no number either. The reader
    takes a step at the end of each row, also of a row inside a row; so all rows so far are added to the last
    number.
    """

    def __init__(self) -> None:
        # Named here, so that a declaration in the file cannot make the letters mean something else.
        self.parser = expat.ParserCreate("utf-8")
        self.parser.StartElementHandler = self._start
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.cells = self.rows = self.columns = 0
        self._last_number = self._rows_so_far = 0
        self._last_column = self._placeless = 0

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        # Called three million times for a hundred thousand people, hence the short ways here and below.
        kind = name.rpartition(":")[2] if ":" in name else name
        if kind == "c":
            self._cell(attributes.get("r"))
        elif kind == "row":
            self._rows_so_far += 1
            number = attributes.get("r")
            if number is not None:
                if not _ROW.fullmatch(number):
                    raise ListError("list_damaged")
                self._last_number = max(self._last_number, int(number))
                if "filled" in attributes:
                    self.rows = max(self.rows, int(number))

    def _cell(self, place: str | None) -> None:
        self.cells += 1
        if place is None:
            # Heard from the first such cell on: most sheets have none, and a call for each end takes its time.
            self.parser.EndElementHandler = self._end
            self._placeless += 1
            self.rows = max(self.rows, self._last_number + self._rows_so_far)
        else:
            found = _PLACE.fullmatch(place)
            if found is None:
                raise ListError("list_damaged")
            letters, digits = found.groups()
            column, row = _column_number(letters), int(digits)
            if column > self._last_column:
                self._last_column = column
            if row > self.rows:
                self.rows = row
        if self._last_column + self._placeless > self.columns:
            self.columns = self._last_column + self._placeless

    def _end(self, name: str) -> None:
        if name.rpartition(":")[2] == "row":
            self._placeless = 0

    def _doctype(self, *_: object) -> None:
        raise ListError("list_damaged")


@lru_cache(maxsize=256)
def _column_number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
