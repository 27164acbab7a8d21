"""The rehearsal of a list of invoices: each line staged with its document, its customer and what it would
do.

A document comes in whole or not at all: when one of its lines cannot be read, all wait, because a document
number that is already here changes nothing later and the missing line would be lost.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import etiquette
from customers.addresses import email_key
from customers.imports.cleaning import clean_code, clean_email, clean_text, says_nothing
from customers.imports.errors import CellError, cell_note, shown
from customers.imports.mapping import Columns
from customers.imports.reading import Row, Sheet
from customers.imports.rejects import cells_to_mend
from customers.imports.staging import chunks
from customers.imports.values import clean_date, clean_decimal
from customers.models import Contact, ContactCode, ImportRow, Purchase

_CENT = Decimal("0.01")
_THOUSANDTH = Decimal("0.001")
MAX_DOCUMENT = 80
MAX_ITEM = 200


@dataclass(slots=True)
class Line:
    """One invoice line as its row has it; `problem` is the note that keeps it out."""

    row: int
    document: str = ""
    purchased_on: dt.date | None = None
    code: str = ""
    email: str = ""
    item: str = ""
    quantity: Decimal = Decimal(1)
    amount: Decimal = Decimal(0)
    currency: str = "EUR"
    problem: dict[str, Any] | None = None
    cells: Sequence[str] = ()


@dataclass(frozen=True)
class LineReader:
    """Reads the rows of one list of invoices. `latest`: no purchase is after the day of the import."""

    columns: Columns
    latest: dt.date
    decimal_mark: str

    def read(self, row: Row) -> Line:
        line = Line(row=row.number, cells=row.cells)
        line.document = clean_text(self.columns.cell(row.cells, "document"))[:MAX_DOCUMENT]
        line.code = clean_code(self.columns.cell(row.cells, "customer_code"))
        line.item = clean_text(self.columns.cell(row.cells, "item"))[:MAX_ITEM]
        if not line.document:
            line.problem = {"code": "document_missing", "facts": {"row": row.number}}
            return line
        for name, read in (
            ("date", lambda cell: clean_date(cell, latest=self.latest)),
            ("amount", lambda cell: self._number(cell, _CENT)),
            (
                "quantity",
                lambda cell: self._number(cell, _THOUSANDTH) if not says_nothing(cell) else Decimal(1),
            ),
            ("customer_email", lambda cell: clean_email(cell) if not says_nothing(cell) else ""),
        ):
            cell = self.columns.cell(row.cells, name)
            try:
                value = read(cell)
            except CellError as error:
                column = self.columns.header_of(name)
                line.problem = cell_note(error, row=row.number, column=column, value=cell)
                return line
            setattr(line, {"date": "purchased_on", "customer_email": "email"}.get(name, name), value)
        currency = clean_text(self.columns.cell(row.cells, "currency")).upper()
        line.currency = currency if len(currency) == 3 and currency.isascii() and currency.isalpha() else "EUR"
        return line

    def _number(self, cell: str, step: Decimal) -> Decimal:
        return clean_decimal(cell, decimal_mark=self.decimal_mark).quantize(step, rounding=ROUND_HALF_UP)


def planned_purchases(sheet: Sheet, reader: LineReader, source: str) -> Iterator[list[ImportRow]]:
    """Yield the lines of a list of invoices, planned, a chunk at a time. The sheet is read twice."""
    broken = _broken_documents(reader.read(row) for row in sheet.rows())
    for lines in chunks(reader.read(row) for row in sheet.rows()):
        staged = list(_planned_chunk(lines, broken, source))
        for line, planned in zip(lines, staged, strict=True):
            if planned.action == ImportRow.Action.REFUSED:
                planned.cells = cells_to_mend(line.cells, reader.columns)
        yield staged


def _broken_documents(lines: Iterable[Line]) -> dict[str, tuple[int, str]]:
    """Return {document: (row, reason code)} of the documents that cannot come in whole."""
    broken: dict[str, tuple[int, str]] = {}
    heads: dict[str, int] = {}
    for line in lines:
        head = hash((line.code, email_key(line.email), line.purchased_on, line.currency))
        if line.problem:
            broken.setdefault(line.document, (line.row, "document_incomplete"))
        elif heads.setdefault(line.document, head) != head:
            broken.setdefault(line.document, (line.row, "document_two_heads"))
    broken.pop("", None)
    return broken


def _planned_chunk(lines: list[Line], broken: Mapping[str, tuple[int, str]], source: str) -> Iterator[ImportRow]:
    customers = customers_of(lines, source)
    known = set(
        Purchase.objects.filter(document_number__in={line.document for line in lines} - {""}).values_list(
            "document_number", flat=True
        )
    )
    for line in lines:
        contact_id = customers.get(line.code) or customers.get(email_key(line.email))
        row = ImportRow(row_number=line.row, action=ImportRow.Action.REFUSED, values=values_of(line))
        facts = {"row": line.row, "document": line.document}
        if line.problem:
            row.reason_code, row.reason_facts = line.problem["code"], line.problem["facts"]
        elif line.document in known:
            row.action, row.reason_code, row.reason_facts = (
                ImportRow.Action.UNCHANGED,
                "document_known",
                facts,
            )
        elif line.document in broken:
            other_row, code = broken[line.document]
            row.reason_code, row.reason_facts = code, facts | {"other_row": other_row}
        elif not contact_id:
            row.reason_code = "customer_unknown"
            row.reason_facts = facts | {"value": shown(line.code or line.email)}
            row.asks = True
        else:
            row.action, row.contact_id = ImportRow.Action.NEW, contact_id
        yield row


def customers_of(lines: Iterable[Line], source: str) -> dict[str, int]:
    """Return {code or e-mail key: contact id}. Codes of this source go before those of another."""
    codes = {line.code for line in lines} - {""}
    keys = {email_key(line.email) for line in lines if line.email}
    found: dict[str, int] = {}
    by_code = ContactCode.objects.filter(code__in=codes, contact__erased_at=None)
    for code, code_source, contact_id in by_code.order_by("pk").values_list("code", "source", "contact_id"):
        if code_source == source or code not in found:
            found[code] = contact_id
    by_email = Contact.objects.filter(email_key__in=keys, erased_at=None).order_by("-pk")
    for key, contact_id in by_email.values_list("email_key", "pk"):
        found[key] = contact_id
    return found


def values_of(line: Line) -> dict[str, Any]:
    """Return what the staged row stores: enough to apply it without the file."""
    return {
        "document": line.document,
        "purchased_on": line.purchased_on.isoformat() if line.purchased_on else "",
        "customer": shown(line.code or line.email),
        "item": line.item,
        "item_key": item_key(line.item),
        "quantity": str(line.quantity),
        "amount": str(line.amount),
        "currency": line.currency,
    }


def item_key(item: str) -> str:
    """Return the key by which an item of an invoice is one product: without accents, case and double
    blanks."""
    return etiquette.fold(item)[:MAX_ITEM] or "-"
