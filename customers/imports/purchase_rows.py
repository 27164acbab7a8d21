"""Applying a chunk of staged invoice lines: products, purchases and their lines; and at the end the summaries they
change.

A chunk is called inside its transaction: a fixed number of queries, however many lines it has. A customer is met in
many chunks, so the summaries wait until all lines are in.
"""

import functools
from decimal import Decimal

import etiquette
from customers.bulk import find_rows, has_grown, insert_rows, reserve_ids, update_rows
from customers.imports.errors import shown
from customers.imports.purchase_customers import Customers
from customers.imports.purchase_lines import MAX_ITEM
from customers.imports.rows import StagedLine, StagedRow
from customers.models import ImportBatch, Product, Purchase, PurchaseLine
from customers.purchases import recompute_summaries

# Contacts whose summaries are made again in one transaction.
SUMMARIES = 1_000
# Rows of a list after which the database looks anew at how large its tables are.
LONG = 10_000
_THROUGH = "summaries_through"
_PURCHASE = ("id", "contact_id", "document_number", "purchased_on", "total", "currency")
_LINE = ("purchase_id", "product_id", "quantity", "amount")
_decimal = functools.lru_cache(maxsize=20_000)(Decimal)  # a list has few prices, and many lines


@functools.lru_cache(maxsize=20_000)
def item_key(item: str) -> str:
    """Return the key by which an item of an invoice is one product: without accents, case and double
    blanks."""
    return etiquette.fold(item)[:MAX_ITEM] or "-"


def apply_purchase_rows(batch: ImportBatch, rows: list[StagedLine]) -> list[StagedRow]:
    """Do what `rows` say. Return those that have to be written back.

    A document may go on in the next chunk: its lines join the purchase that this same batch made.
    """
    begin_summaries_anew(batch)
    new = [row for row in rows if row.values]
    first = _first_of("document", new)
    there = find_rows(Purchase, ("id", "document_number", "batch_id"), "document_number", first.keys())
    begun = {document: pk for pk, document, batch_id in there if batch_id == batch.pk}
    buyers = _buyers(batch, {line.values["customer"] for line in first.values()})
    stay_out = dict.fromkeys((document for _pk, document, _id in there if document not in begun), "document_known")
    stay_out |= {name: "customer_gone" for name, line in first.items() if buyers[line.values["customer"]] is None}
    refused: list[StagedRow] = []
    if stay_out:
        refused = [_refused(row, code) for row in new if (code := stay_out.get(row.values["document"]))]
        new = [row for row in new if row.values["document"] not in stay_out]
        first = {document: line for document, line in first.items() if document not in stay_out}
    return refused + _let_in(batch, new, first, begun, buyers) if new else refused


def _first_of(name: str, lines: list[StagedLine]) -> dict[str, StagedLine]:
    """Return {value: first line} of what the lines say there, in the order of the file."""
    first: dict[str, StagedLine] = {}
    for line in lines:
        first.setdefault(line.values[name], line)
    return first


def _buyers(batch: ImportBatch, names: set[str]) -> dict[str, int | None]:
    customers = Customers(batch.source)
    customers.load_named(names)
    return {name: customers.named(name) for name in names}


def _refused(line: StagedLine, code: str) -> StagedRow:
    row = line.as_row()
    row.refuse(code, document=row.values["document"], value=shown(row.values["customer"]))
    return row


def _let_in(
    batch: ImportBatch,
    lines: list[StagedLine],
    first: dict[str, StagedLine],
    begun: dict[str, int],
    buyers: dict[str, int],
) -> list[StagedRow]:
    """Write what these lines say, of which `first` are the first of each document. Return the first of each new
    product, which can undo it."""
    said = [line.values for line in lines]
    purchase_ids = _write_purchases(batch, said, first, begun, buyers)
    product_ids, makers = _product_ids(lines)
    insert_rows(
        PurchaseLine,
        _LINE,
        [
            (purchase_ids[values["document"]], product_ids[values["item"]], values["quantity"], values["amount"])
            for values in said
        ],
        same={},
        as_text=True,
    )
    return makers


def _write_purchases(
    batch: ImportBatch,
    lines: list[dict[str, str]],
    first: dict[str, StagedLine],
    begun: dict[str, int],
    buyers: dict[str, int],
) -> dict[str, int]:
    """Write the purchases of these lines; return {document: id}."""
    totals = dict.fromkeys(first, Decimal())
    for values in lines:
        totals[values["document"]] += _decimal(values["amount"])
    _add_to_totals({begun[document]: totals[document] for document in first if document in begun})
    made = [line.values for document, line in first.items() if document not in begun]
    ids = dict(zip([said["document"] for said in made], reserve_ids(Purchase, len(made)), strict=True))
    insert_rows(
        Purchase,
        _PURCHASE,
        [
            (pk, buyers[said["customer"]], document, said["purchased_on"], str(totals[document]), said["currency"])
            for (document, pk), said in zip(ids.items(), made, strict=True)
        ],
        same={"batch_id": batch.pk},
        as_text=True,
    )
    return begun | ids


def _add_to_totals(more: dict[int, Decimal]) -> None:
    """`more`: what further lines add to the totals of purchases that an earlier chunk began."""
    if more:
        held = Purchase.objects.select_for_update().filter(pk__in=more).order_by("pk").values_list("pk", "total")
        update_rows(Purchase, ("total",), [(pk, total + more[pk]) for pk, total in held])


def _product_ids(lines: list[StagedLine]) -> tuple[dict[str, int], list[StagedRow]]:
    """Return {item: product id} of these lines, making the new products, and of each of those its first line, which
    can undo it."""
    first = _first_of("item", lines)
    keys = {item: item_key(item) for item in first}
    known = dict(Product.objects.filter(key__in=set(keys.values())).values_list("key", "pk"))
    makers: dict[str, StagedRow] = {}
    for item, key in keys.items():
        if key not in known and key not in makers:
            makers[key] = first[item].as_row()
    made = [Product(key=key, raw_name=row.values["item"] or "-") for key, row in makers.items()]
    for product in Product.objects.bulk_create(made):
        known[product.key] = product.pk
        makers[product.key].undo = {"product": product.pk}
    return {item: known[key] for item, key in keys.items()}, list(makers.values())


def settle_summaries(batch: ImportBatch) -> bool:
    """Make the next summaries that a list of invoices has changed what they are now. Return whether there were any:
    when not, all are right.

    Called when all rows are done, inside a transaction, again and again. How far it came stands on the batch, so that
    a killed run goes on.
    """
    if _THROUGH not in batch.understood and _is_long(batch):
        has_grown(Purchase, PurchaseLine)
    ids = _touched(batch, after=batch.understood.get(_THROUGH, 0))
    if ids:
        recompute_summaries(contact_ids=ids)
        batch.understood = batch.understood | {_THROUGH: ids[-1]}
        batch.save(update_fields=["understood"])
    else:
        begin_summaries_anew(batch)
    return bool(ids)


def _is_long(batch: ImportBatch) -> bool:
    return batch.kind == ImportBatch.Kind.PURCHASES and batch.row_count > LONG


def settle_stopped(batch: ImportBatch) -> None:
    """Make all summaries right of a list of invoices that stopped on the way and may stay so."""
    after = 0
    while ids := _touched(batch, after=after):
        recompute_summaries(contact_ids=ids)
        after = ids[-1]


def begin_summaries_anew(batch: ImportBatch) -> None:
    """Forget how far the summaries are: rows have changed since."""
    if _THROUGH in batch.understood:
        batch.understood = {name: value for name, value in batch.understood.items() if name != _THROUGH}
        batch.save(update_fields=["understood"])


def _touched(batch: ImportBatch, *, after: int) -> list[int]:
    """Return the next contacts, behind `after`, who have purchases of this list."""
    if batch.kind != ImportBatch.Kind.PURCHASES:
        return []
    bought = Purchase.objects.filter(batch=batch, contact_id__gt=after).order_by("contact_id")
    return list(bought.values_list("contact_id", flat=True).distinct()[:SUMMARIES])
