"""Applying a chunk of staged invoice lines: products, purchases and their lines; and at the end the summaries they
change.

A chunk is called inside its transaction: a fixed number of queries, however many lines it has. A customer is met in
many chunks, so the summaries wait until all lines are in.
"""

import functools
from collections import defaultdict
from decimal import Decimal

import etiquette
from customers.bulk import find_rows, has_grown, insert_rows, reserve_ids, update_rows
from customers.imports.errors import shown
from customers.imports.purchase_customers import Customers
from customers.imports.purchase_lines import MAX_ITEM
from customers.imports.rows import StagedRow
from customers.models import ImportBatch, ImportRow, Product, Purchase, PurchaseLine
from customers.purchases import recompute_summaries

# Contacts whose summaries are made again in one transaction.
SUMMARIES = 1_000
# Rows of a list after which the database looks anew at how large its tables are.
LONG = 10_000
_THROUGH = "summaries_through"
_PURCHASE = ("id", "contact_id", "document_number", "purchased_on", "total", "currency", "batch_id")
_LINE = ("purchase_id", "product_id", "quantity", "amount")


@functools.lru_cache(maxsize=20_000)
def item_key(item: str) -> str:
    """Return the key by which an item of an invoice is one product: without accents, case and double
    blanks."""
    return etiquette.fold(item)[:MAX_ITEM] or "-"


def apply_purchase_rows(batch: ImportBatch, rows: list[StagedRow]) -> list[StagedRow]:
    """Do what `rows` say. Return those that have to be written back.

    A document may go on in the next chunk: its lines join the purchase that this same batch made.
    """
    begin_summaries_anew(batch)
    new = [row for row in rows if row.action == ImportRow.Action.NEW]
    customers = Customers(batch.source)
    names = {row.values["customer"] for row in new}
    customers.load_named(names)
    buyers = {name: customers.named(name) for name in names}
    documents = {row.values["document"] for row in new}
    there = find_rows(Purchase, ("id", "document_number", "batch_id"), "document_number", documents)
    begun = {document: pk for pk, document, batch_id in there if batch_id == batch.pk}
    known = {document for _pk, document, batch_id in there if batch_id != batch.pk}
    lines = []
    for row in new:
        values = row.values
        if buyers[values["customer"]] is None:
            row.refuse("customer_gone", document=values["document"], value=shown(values["customer"]))
        elif values["document"] in known:
            row.refuse("document_known", document=values["document"], value=shown(values["customer"]))
        else:
            lines.append(row)
    if lines:
        purchase_ids = _write_purchases(batch, lines, begun, buyers)
        product_ids = _product_ids(lines)
        insert_rows(PurchaseLine, _LINE, _line_values(lines, purchase_ids, product_ids), as_text=True)
    return [row for row in new if row.undo]


def _write_purchases(
    batch: ImportBatch, lines: list[StagedRow], begun: dict[str, int], buyers: dict[str, int]
) -> dict[str, int]:
    """Write the purchases of these lines; return {document: id}."""
    totals: dict[str, Decimal] = defaultdict(Decimal)
    first: dict[str, StagedRow] = {}
    for row in lines:
        document = row.values["document"]
        totals[document] += Decimal(row.values["amount"])
        if document not in first:
            first[document] = row
    _add_to_totals({begun[document]: totals[document] for document in first if document in begun})
    made = [document for document in first if document not in begun]
    ids = dict(zip(made, reserve_ids(Purchase, len(made)), strict=True))
    insert_rows(
        Purchase,
        _PURCHASE,
        [
            (
                ids[document],
                buyers[first[document].values["customer"]],
                document,
                first[document].values["purchased_on"],
                str(totals[document]),
                first[document].values["currency"],
                batch.pk,
            )
            for document in made
        ],
        as_text=True,
    )
    return begun | ids


def _add_to_totals(more: dict[int, Decimal]) -> None:
    """`more`: what further lines add to the totals of purchases that an earlier chunk began."""
    if more:
        held = Purchase.objects.select_for_update().filter(pk__in=more).order_by("pk").values_list("pk", "total")
        update_rows(Purchase, ("total",), [(pk, total + more[pk]) for pk, total in held])


def _product_ids(lines: list[StagedRow]) -> dict[str, int]:
    """Return {item: product id} of these lines, making the new products, which their first line can undo."""
    first: dict[str, StagedRow] = {}
    for row in lines:
        first.setdefault(row.values["item"], row)
    keys = {item: item_key(item) for item in first}
    known = dict(Product.objects.filter(key__in=set(keys.values())).values_list("key", "pk"))
    missing = {}
    for item, key in keys.items():
        if key not in known:
            missing.setdefault(key, first[item])
    made = [Product(key=key, raw_name=row.values["item"] or "-") for key, row in missing.items()]
    for product in Product.objects.bulk_create(made):
        known[product.key] = product.pk
        missing[product.key].undo = {"product": product.pk}
    return {item: known[key] for item, key in keys.items()}


def _line_values(
    lines: list[StagedRow], purchase_ids: dict[str, int], product_ids: dict[str, int]
) -> list[tuple[int, int, str, str]]:
    made = []
    for row in lines:
        values = row.values
        made.append(
            (purchase_ids[values["document"]], product_ids[values["item"]], values["quantity"], values["amount"])
        )
    return made


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
