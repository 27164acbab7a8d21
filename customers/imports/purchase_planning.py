"""The rehearsal of a list of invoices: each line staged with its document, its customer and what it would
do.

A document comes in whole or not at all: when one of its lines cannot be read, all wait, because a document
number that is already here changes nothing later and the missing line would be lost.
"""

from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from customers.bulk import as_json, find_rows
from customers.imports.errors import shown
from customers.imports.mapping import Columns
from customers.imports.purchase_customers import Customers
from customers.imports.purchase_lines import Head, Line
from customers.imports.rejects import cells_to_mend
from customers.imports.rows import PlainRow, Planned, StagedRow
from customers.imports.staging import CHUNK, chunks
from customers.models import ImportRow, Purchase

Broken = Mapping[str, tuple[int, str]]
_NEW, _UNCHANGED, _REFUSED = (
    ImportRow.Action.NEW.value, ImportRow.Action.UNCHANGED.value, ImportRow.Action.REFUSED.value
)  # fmt: skip
# Different goods, with their quantity and amount, whose text is kept: few of them make up most lines.
MAX_GOODS = 20_000
# Lines of one document that are held until it is whole. A longer one is no document, but a column of something else.
MAX_HELD = 10 * CHUNK


class DocumentsScatteredError(Exception):
    """The lines of a document do not stand together: which are whole is known only when all lines have been read."""


def planned_purchases(
    lines: Iterable[Line], columns: Columns, source: str, *, broken: Broken | None = None
) -> Iterator[Planned]:
    """Yield the lines of a list of invoices, planned, a chunk at a time.

    Raise `DocumentsScatteredError` where the lines of a document do not stand together, unless the documents that
    are `broken` are known from `broken_documents`.
    """
    customers = Customers(source)
    goods_text = lru_cache(MAX_GOODS)(_goods_text)
    blocks = _whole_documents(lines) if broken is None else ((block, broken) for block in chunks(lines))
    for block, broken_in_block in blocks:
        verdicts = _verdicts(block, broken_in_block, customers)
        for chunk in chunks(block):
            yield _planned_chunk(chunk, verdicts, columns, goods_text)


def broken_documents(lines: Iterable[Line]) -> Broken:
    """Return {document: (row, reason code)} of the documents that cannot come in whole, wherever their lines stand."""
    broken: dict[str, tuple[int, str]] = {}
    # Numbers instead of texts: of a list whose documents are scattered all are kept.
    marks: dict[int, int] = {}
    for line in lines:
        head = line.head
        if not head.document:
            continue
        if line.problem:
            broken.setdefault(head.document, (line.row, "document_incomplete"))
        elif marks.setdefault(hash(head.document), head.mark) != head.mark:
            broken.setdefault(head.document, (line.row, "document_two_heads"))
    return broken


def _whole_documents(lines: Iterable[Line]) -> Iterator[tuple[list[Line], Broken]]:
    """Yield the lines in blocks of at least `CHUNK`, but for the last, in which each document is whole, and those of
    them that are broken."""
    met = _Met()
    block: list[Line] = []
    broken: dict[str, tuple[int, str]] = {}
    last, mark = None, 0
    for line in lines:
        head = line.head
        if head is last and not line.problem and len(block) < MAX_HELD:  # most lines: the next of the same document
            block.append(line)
            continue
        if last is None or (head is not last and head.document != last.document):
            if len(block) >= CHUNK:
                yield block, broken
                block, broken = [], {}
            if head.document and met.before(head.document):
                raise DocumentsScatteredError
            last, mark = head, 0 if line.problem else head.mark
        elif len(block) >= MAX_HELD:
            if head.document:
                raise DocumentsScatteredError
            yield block, broken
            block = []
        block.append(line)
        if line.problem:
            broken.setdefault(head.document, (line.row, "document_incomplete"))
        elif head is not last:
            mark = mark or head.mark
            if head.mark != mark:
                broken.setdefault(head.document, (line.row, "document_two_heads"))
            last = head
    if block:
        yield block, broken


class _Met:
    """Which documents were met, in 16 MB however many they are.

    A table of half of each document's hash, at the place that the other half names or the next free one. It forgets
    none, and takes hardly one in a million lists for one whose documents are scattered: then that list is read twice.
    """

    _PLACES = 1 << 22
    _FULL = _PLACES * 3 // 4

    def __init__(self) -> None:
        self._marks = array("I", bytes(4 * self._PLACES))
        self._number = 0

    def before(self, document: str) -> bool:
        """Return whether this document was met before, and note it. True as well when there are too many."""
        marks, whole = self._marks, hash(document)
        mark, place = whole >> 32 & 0xFFFFFFFF or 1, whole & self._PLACES - 1
        while found := marks[place]:
            if found == mark:
                return True
            place = place + 1 & self._PLACES - 1
        marks[place] = mark
        self._number += 1
        return self._number > self._FULL


class _Verdict(NamedTuple):
    """What becomes of the lines of a document that can be read. `values` is what all of them store of it."""

    action: str
    values: dict[str, str]
    text: str = ""
    code: str = ""
    facts: Mapping[str, Any] = MappingProxyType({})


_Verdicts = Mapping[int, _Verdict]  # by the id of the head


def _verdicts(block: list[Line], broken: Broken, customers: Customers) -> _Verdicts:
    heads = {id(line.head): line.head for line in block}
    customers.load(codes={head.code for head in heads.values()}, email_keys={head.email_key for head in heads.values()})
    numbers = {head.document for head in heads.values()} - {""}
    known = {number for (number,) in find_rows(Purchase, ("document_number",), "document_number", numbers)}
    return {key: _verdict(head, known, broken, customers) for key, head in heads.items()}


def _planned_chunk(
    lines: list[Line], verdicts: _Verdicts, columns: Columns, goods_text: Callable[[str, str, str], str]
) -> Planned:
    rows: list[StagedRow] = []
    plain: list[PlainRow] = []
    for line in lines:
        number, _cells, head, item, quantity, amount, problem = line
        verdict = verdicts[id(head)]
        if verdict.text and not problem:
            plain.append((number, verdict.text + goods_text(item, quantity, amount)))
        else:
            rows.append(_left_out(line, verdict, columns))
    return Planned(rows, plain)


def _verdict(head: Head, known: Collection[str], broken: Broken, customers: Customers) -> _Verdict:
    by_code = customers.by_code(head.code)
    by_email = None if by_code else customers.by_email(head.email_key)
    customer = head.email if by_email else head.code or head.email
    values = {
        "document": head.document,
        "purchased_on": head.purchased_on,
        "customer": customer,
        "currency": head.currency,
    }
    if head.document in known:
        return _Verdict(_UNCHANGED, values, code="document_known")
    if head.document in broken:
        other_row, code = broken[head.document]
        return _Verdict(_REFUSED, values, code=code, facts={"other_row": other_row})
    if by_code or by_email:
        # The lines of a document store the same beginning: it is written once.
        return _Verdict(_NEW, values, text=f"{as_json(values)[:-1]},")
    return _Verdict(_REFUSED, values, code="customer_unknown", facts={"value": shown(customer)})


def _goods(item: str, quantity: str, amount: str) -> dict[str, str]:
    return {"item": item, "quantity": quantity, "amount": amount}


def _goods_text(item: str, quantity: str, amount: str) -> str:
    """Return the end of the JSON of a line's values, behind what `_Verdict.text` begins it with."""
    return as_json(_goods(item, quantity, amount))[1:]


def _left_out(line: Line, verdict: _Verdict, columns: Columns) -> StagedRow:
    """Return a row that does not come in: one with a problem, or of a document that stays out or is here already."""
    action, code, facts = verdict.action, verdict.code, {"row": line.row, "document": line.head.document}
    if line.problem:
        note = line.note()
        action, code, facts = _REFUSED, note["code"], note["facts"]
    return StagedRow(
        line.row,
        action,
        asks=code == "customer_unknown",
        reason_code=code,
        reason_facts=facts if line.problem else facts | verdict.facts,
        values=verdict.values | _goods(line.item, line.quantity, line.amount),
        cells=cells_to_mend(line.cells, columns) if action == _REFUSED else [],
    )
