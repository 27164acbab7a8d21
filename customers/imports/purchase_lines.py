"""A line of a list of invoices as its row has it: each different cell is read once."""

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from itertools import chain
from typing import Any, NamedTuple

from customers.addresses import email_key
from customers.imports.cleaning import clean_code, clean_email, clean_text, says_nothing
from customers.imports.errors import CellError, cell_note
from customers.imports.mapping import Columns
from customers.imports.sheet import Rows
from customers.imports.values import clean_date, clean_decimal

_CENT = Decimal("0.01")
_THOUSANDTH = Decimal("0.001")
_LINE_FIELDS = ("item", "quantity", "amount")
_HEAD_FIELDS = ("document", "date", "customer_code", "customer_email", "currency")
MAX_DOCUMENT = 80
MAX_ITEM = 200
# Different cells of a column whose reading is kept: a list has few prices, days and goods, and many lines.
MAX_CELLS = 20_000


class _Readings(dict[str, Any]):
    """What the cells of a column were read as; of a cell that cannot be read, its `CellError`."""

    def __init__(self, read: Callable[[str], Any]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, cell: str) -> Any:
        if len(self) >= MAX_CELLS:
            self.clear()
        try:
            made = self._read(cell)
        except CellError as error:
            made = error
        self[cell] = made
        return made


class Problem(NamedTuple):
    """A cell that keeps its line out; without a column, what the whole line lacks."""

    error: CellError
    column: str
    cell: str


class Head(NamedTuple):
    """What the lines of a document have in common: those that stand together and say the same share one.

    `purchased_on` is an ISO date. `mark` is the same number for heads that say the same.
    """

    document: str
    purchased_on: str
    code: str
    email: str
    email_key: str
    currency: str
    mark: int
    problem: Problem | None
    email_problem: Problem | None


class Line(NamedTuple):
    """One line. `quantity` and `amount` are plain decimal numbers as text; `problem` is what keeps it out."""

    row: int
    cells: Sequence[str]
    head: Head
    item: str
    quantity: str
    amount: str
    problem: Problem | None

    def note(self) -> dict[str, Any]:
        """Return the reason of a line with a problem, as it is stored."""
        error, column, cell = self.problem
        if not column:
            return {"code": error.code, "facts": {"row": self.row}}
        return cell_note(error, row=self.row, column=column, value=cell)


def _currency(cell: str) -> str:
    """Return the three letters of a currency. What is none is the euro."""
    letters = clean_text(cell).upper()
    return letters if len(letters) == 3 and letters.isascii() and letters.isalpha() else "EUR"


# The class itself would call a function of Python for each line.
_line_of = partial(tuple.__new__, Line)


class LineReader:
    """Reads the rows of one list of invoices. `latest`: no purchase is after the day of the import."""

    def __init__(self, columns: Columns, latest: dt.date, decimal_mark: str, *, month_first: bool = False) -> None:
        self.columns = columns
        self._decimal_mark = decimal_mark
        self._days = _Readings(lambda cell: clean_date(cell, latest=latest, month_first=month_first).isoformat())
        self._codes = _Readings(clean_code)
        self._items = _Readings(lambda cell: clean_text(cell)[:MAX_ITEM])
        self._quantities = _Readings(lambda cell: "1" if says_nothing(cell) else self._number(cell, _THOUSANDTH))
        self._amounts = _Readings(lambda cell: self._number(cell, _CENT))
        self._currencies = _Readings(_currency)
        self._item, self._quantity, self._amount = map(columns.reader, _LINE_FIELDS)
        self._document, self._day, self._code, self._email, self._currency = map(columns.reader, _HEAD_FIELDS)
        self._line_places = [columns.fields.get(name, ()) for name in _LINE_FIELDS]
        self._head_places = [place for name in _HEAD_FIELDS for place in columns.fields.get(name, ())]
        self._width = 1 + max(chain(self._head_places, *self._line_places), default=0)
        self._head_cells: tuple[str, ...] | None = None
        self._head: Head | None = None

    def _number(self, cell: str, step: Decimal) -> str:
        return str(clean_decimal(cell, decimal_mark=self._decimal_mark).quantize(step, rounding=ROUND_HALF_UP))

    def read(self, rows: Rows) -> list[Line]:
        """Return the lines of some rows."""
        return self._read_columns(rows) or list(map(self._read_row, *rows))

    def _read_columns(self, rows: Rows) -> list[Line]:
        """Return what `_read_row` makes of each row, but a column at a time, which saves a quarter; nothing when
        a row ends early, a field has several columns, or a number cannot be read."""
        columns = list(zip(*rows.cells, strict=False))
        if len(columns) < self._width or any(len(places) > 1 for places in self._line_places):
            return []
        nothing = [""] * len(rows.cells)
        item, quantity, amount = (columns[places[0]] if places else nothing for places in self._line_places)
        quantities = list(map(self._quantities.__getitem__, quantity))
        amounts = list(map(self._amounts.__getitem__, amount))
        if CellError in map(type, chain(quantities, amounts)):
            return []
        heads, by_head = [], zip(*(columns[place] for place in self._head_places), strict=True)
        for cells, head_cells in zip(rows.cells, by_head, strict=True):
            heads.append(self._head if head_cells == self._head_cells else self._next_head(cells, head_cells))
        problems = [head.problem or head.email_problem for head in heads]
        items = map(self._items.__getitem__, item)
        return list(map(_line_of, zip(*rows, heads, items, quantities, amounts, problems, strict=True)))

    def _read_row(self, number: int, cells: Sequence[str]) -> Line:
        head_cells = tuple(cells[place] if place < len(cells) else "" for place in self._head_places)
        head = self._head if head_cells == self._head_cells else self._next_head(cells, head_cells)
        item, quantity = self._items[self._item(cells)], self._quantities[self._quantity(cells)]
        amount = self._amounts[self._amount(cells)]
        problem = head.problem or head.email_problem
        if amount.__class__ is CellError or quantity.__class__ is CellError:
            problem = head.problem or self._problem(cells, amount, quantity)
            amount = quantity = "0"
        return Line(number, cells, head, item, quantity, amount, problem)

    def _next_head(self, cells: Sequence[str], head_cells: tuple[str, ...]) -> Head:
        self._head_cells, self._head = head_cells, self._read_head(cells)
        return self._head

    def _read_head(self, cells: Sequence[str]) -> Head:
        document = clean_text(self._document(cells))[:MAX_DOCUMENT]
        code = self._codes[self._code(cells)]
        day = self._days[self._day(cells)]
        problem = email_problem = None
        if not document:
            problem = Problem(CellError("document_missing"), "", "")
        elif day.__class__ is CellError:
            problem = self._problem_of("date", cells, day)
        if day.__class__ is CellError:
            day = ""
        email = self._email(cells)
        if email:
            try:
                email = "" if says_nothing(email) else clean_email(email)
            except CellError as error:
                email_problem = self._problem_of("customer_email", cells, error)
                email = ""
        currency = self._currencies[self._currency(cells)]
        key = email_key(email) if email else ""
        mark = hash((code, key, day, currency))
        return Head(document, day, code, email, key, currency, mark, problem, email_problem)

    def _problem(self, cells: Sequence[str], amount: str | CellError, quantity: str | CellError) -> Problem:
        if isinstance(amount, CellError):
            return self._problem_of("amount", cells, amount)
        return self._problem_of("quantity", cells, quantity)

    def _problem_of(self, field: str, cells: Sequence[str], error: CellError) -> Problem:
        return Problem(error, self.columns.header_of(field), self.columns.cell(cells, field))
