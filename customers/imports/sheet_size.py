"""How much room the cells of a sheet take, found by its XML alone before anything makes room for them.

python-calamine forgives what is no XML, so a sheet that a strict parser cannot follow to its end is refused:
what two readers understand differently cannot be measured.
"""

import re
from functools import lru_cache
from typing import IO
from xml.parsers import expat

from customers.imports.errors import ListError

_PLACE = re.compile(r"([A-Za-z]{1,7})0*([0-9]{1,9})")
_ROW = re.compile(r"0*[0-9]{1,9}")


def sheet_size(part: IO[bytes], *, max_columns: int) -> int:
    """Return the cells between A1 and the last corner of the sheet, or the number of cells if that is larger.

    Raise `ListError` "list_too_wide" beyond `max_columns`, "list_damaged" for anything but plain XML in UTF-8.
    """
    corner = _Corner()
    try:
        corner.parser.ParseFile(part)
    except expat.ExpatError as error:
        raise ListError("list_damaged") from error
    if corner.columns > max_columns:
        raise ListError("list_too_wide", columns=corner.columns, limit=max_columns)
    return max(corner.rows * corner.columns, corner.cells)


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
