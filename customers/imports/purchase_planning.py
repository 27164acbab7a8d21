"""The rehearsal of a list of invoices: each line staged with its document, its customer and what it would
do.

A document comes in whole or not at all: when one of its lines cannot be read, all wait, because a document
number that is already here changes nothing later and the missing line would be lost.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from customers.bulk import find_rows
from customers.imports.errors import shown
from customers.imports.mapping import Columns
from customers.imports.purchase_customers import Customers
from customers.imports.purchase_lines import Head, Line
from customers.imports.rejects import cells_to_mend
from customers.imports.rows import StagedRow
from customers.imports.staging import CHUNK, chunks
from customers.models import ImportRow, Purchase

Broken = Mapping[str, tuple[int, str]]
# Lines of one document that are held until it is whole. A longer one is no document, but a column of something else.
MAX_HELD = 10 * CHUNK
# Shared by all rows that come in as they are: five containers less for each of a million.
_NOTHING: dict[str, Any] = {}
_NONE: list[Any] = []


class DocumentsScatteredError(Exception):
    """The lines of a document do not stand together: which are whole is known only when all lines have been read."""


def planned_purchases(
    lines: Iterable[Line], columns: Columns, source: str, *, broken: Broken | None = None
) -> Iterator[list[StagedRow]]:
    """Yield the lines of a list of invoices, planned, a chunk at a time.

    Raise `DocumentsScatteredError` where the lines of a document do not stand together, unless the documents that
    are `broken` are known from `broken_documents`.
    """
    customers = Customers(source)
    blocks = _whole_documents(lines) if broken is None else ((block, broken) for block in chunks(lines))
    for block, broken_in_block in blocks:
        yield from chunks(_planned_block(block, broken_in_block, customers, columns))


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

    A Bloom filter: it forgets none. Of a million documents it takes one for met that was not, in one list of six, and
    then that list is read twice.
    """

    _BITS = 1 << 27
    _PROBES = 4

    def __init__(self) -> None:
        self._bits = bytearray(self._BITS >> 3)

    def before(self, document: str) -> bool:
        """Return whether this document was met before, and note it."""
        bits, place = self._bits, hash(document)
        step = place >> 32 | 1
        met = True
        for _probe in range(self._PROBES):
            at, bit = (place & self._BITS - 1) >> 3, 1 << (place & 7)
            if not bits[at] & bit:
                bits[at] |= bit
                met = False
            place += step
        return met


class _Verdict(NamedTuple):
    """What becomes of the lines of a document that can be read. `customer`: by what they are known, a code or an
    e-mail address."""

    action: str
    customer: str
    code: str = ""
    facts: Mapping[str, Any] = MappingProxyType({})


def _planned_block(block: list[Line], broken: Broken, customers: Customers, columns: Columns) -> Iterator[StagedRow]:
    heads = {id(line.head): line.head for line in block}
    customers.load(codes={head.code for head in heads.values()}, email_keys={head.email_key for head in heads.values()})
    numbers = {head.document for head in heads.values()} - {""}
    known = {number for (number,) in find_rows(Purchase, ("document_number",), "document_number", numbers)}
    verdicts = {key: _verdict(head, known, broken, customers) for key, head in heads.items()}
    new, refused = ImportRow.Action.NEW.value, ImportRow.Action.REFUSED.value
    for line in block:
        verdict = verdicts[id(line.head)]
        if line.problem:
            note = line.note()
            row = _left_out(line, verdict.customer, refused, note["code"], note["facts"])
            row.cells = cells_to_mend(line.cells, columns)
            yield row
        elif verdict.action == new:
            values = line.values(verdict.customer)
            yield StagedRow(line.row, new, False, "", _NOTHING, _NONE, values, None, None, _NOTHING, 0, _NONE)
        else:
            facts = {"row": line.row, "document": line.head.document, **verdict.facts}
            row = _left_out(line, verdict.customer, verdict.action, verdict.code, facts)
            if verdict.action == refused:
                row.cells = cells_to_mend(line.cells, columns)
            yield row


def _verdict(head: Head, known: Collection[str], broken: Broken, customers: Customers) -> _Verdict:
    by_code = customers.by_code(head.code)
    by_email = None if by_code else customers.by_email(head.email_key)
    customer = head.email if by_email else head.code or head.email
    if head.document in known:
        return _Verdict(ImportRow.Action.UNCHANGED.value, customer, "document_known")
    if head.document in broken:
        other_row, code = broken[head.document]
        return _Verdict(ImportRow.Action.REFUSED.value, customer, code, {"other_row": other_row})
    if by_code or by_email:
        return _Verdict(ImportRow.Action.NEW.value, customer)
    return _Verdict(ImportRow.Action.REFUSED.value, customer, "customer_unknown", {"value": shown(customer)})


def _left_out(line: Line, customer: str, action: str, code: str, facts: dict[str, Any]) -> StagedRow:
    return StagedRow(
        line.row,
        action,
        asks=code == "customer_unknown",
        reason_code=code,
        reason_facts=facts,
        values=line.values(customer),
    )
