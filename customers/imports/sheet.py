"""A sheet of a list: its header, and the rows below it that count."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from customers.imports.errors import ListError
from customers.imports.sheets_out import unguarded
from customers.imports.text_list import MAX_ROW

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
# With another letter, and with one at all, a row is neither empty nor a foot.
_ODD_BEGINNINGS = _FOOT_LETTERS.union(_NO_LETTERS, [""])


class Row(NamedTuple):
    """`number` is the row as a spreadsheet shows it: the first row of the file is 1, empty rows count."""

    number: int
    cells: Sequence[str]


class Rows(NamedTuple):
    """Some rows: their numbers, and as many lists of cells."""

    numbers: Sequence[int]
    cells: Sequence[Sequence[str]]


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
    open_rows: Callable[[], Iterator[Sequence[Sequence[str]]]]  # some rows at a time
    header_cells: Sequence[str] = ()
    reasons_at: int | None = None

    def rows(self) -> Iterator[Row]:
        """Yield the rows below the header that are not empty, without the guard of our own lists out.

        The header itself, repeated at the top of each page, is no row, and neither are totals and numbers of pages.
        Raise `ListError` where the file breaks.
        """
        for numbers, cells in self.blocks():
            yield from map(Row, numbers, cells)

    def blocks(self) -> Iterator[Rows]:
        """Yield the same rows, some at a time."""
        number = 0
        for some in self.open_rows():
            begin, number = number, number + len(some)
            if number <= self.header_row:
                continue
            if begin >= self.header_row and self._are_ordinary(some):
                yield Rows(range(begin + 1, number + 1), some)
                continue
            careful: list[tuple[int, Sequence[str]]] = []
            try:
                careful.extend(self._looked_at(some, begin))
            finally:  # where the file breaks, the rows before that count
                if careful:
                    yield Rows(*zip(*careful, strict=True))

    def _are_ordinary(self, some: Sequence[Sequence[str]]) -> bool:
        """Return whether nothing has to be done to any of these rows. One look at all costs less than one at each."""
        if self.reasons_at is not None or not all(some) or self.header_cells in some:
            return False
        joined = "".join(chain.from_iterable(some))
        if len(joined) > MAX_ROW or "'" in joined or "#" in joined or '="' in joined:
            return False
        first = {cells[0][:1] for cells in some}
        return first.isdisjoint(_ODD_BEGINNINGS) and not any(map(str.isspace, first))

    def _looked_at(self, some: Sequence[Sequence[str]], before: int) -> Iterator[tuple[int, Sequence[str]]]:
        """Yield (number, cells) of the rows that count. `before` is the number of the row before the first."""
        below, header, reasons_at = self.header_row, self.header_cells, self.reasons_at
        for number, cells in enumerate(some, start=before + 1):
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
            yield number, cells


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
