"""Applying a chunk of staged invoice lines: products, purchases and their lines, and the summaries they
change.

Called inside the chunk's transaction. A fixed number of queries per chunk, however many lines it has.
"""

import datetime as dt
from collections import defaultdict
from decimal import Decimal

from customers.models import Contact, ImportBatch, ImportRow, Product, Purchase, PurchaseLine
from customers.purchases import recompute_summaries


def apply_purchase_rows(batch: ImportBatch, rows: list[ImportRow]) -> list[int]:
    """Do what `rows` say. Return the ids of the contacts whose purchases changed.

    A document may go on in the next chunk: its lines join the purchase that this same batch made.
    """
    new = [row for row in rows if row.action == ImportRow.Action.NEW]
    living = set(
        Contact.objects.filter(pk__in={row.contact_id for row in new}, erased_at=None).values_list("pk", flat=True)
    )
    documents = {row.values["document"] for row in new}
    purchases = {
        purchase.document_number: purchase for purchase in Purchase.objects.filter(document_number__in=documents)
    }
    lines = []
    for row in new:
        there = purchases.get(row.values["document"])
        if row.contact_id not in living:
            _refuse(row, "customer_gone")
        elif there is not None and there.batch_id != batch.pk:
            _refuse(row, "document_known")
        else:
            lines.append(row)
    if not lines:
        return []

    _write_purchases(batch, lines, purchases)
    _write_lines(lines, purchases, _products(lines))
    touched = sorted({row.contact_id for row in lines})
    recompute_summaries(contact_ids=touched)
    return touched


def _refuse(row: ImportRow, code: str) -> None:
    row.action, row.reason_code = ImportRow.Action.REFUSED, code
    row.reason_facts = {
        "row": row.row_number,
        "document": row.values["document"],
        "value": row.values["customer"],
    }
    row.undo = {"refused": True}


def _write_purchases(batch: ImportBatch, lines: list[ImportRow], purchases: dict[str, Purchase]) -> None:
    totals: dict[str, Decimal] = defaultdict(Decimal)
    first = {}
    for row in lines:
        totals[row.values["document"]] += Decimal(row.values["amount"])
        first.setdefault(row.values["document"], row)
    begun = [purchases[document] for document in totals if document in purchases]
    for purchase in begun:
        purchase.total += totals[purchase.document_number]
    Purchase.objects.bulk_update(begun, ["total"], batch_size=200)
    made = [
        Purchase(
            contact_id=row.contact_id,
            document_number=document,
            purchased_on=dt.date.fromisoformat(row.values["purchased_on"]),
            total=totals[document],
            currency=row.values["currency"],
            batch=batch,
        )
        for document, row in first.items()
        if document not in purchases
    ]
    for purchase in Purchase.objects.bulk_create(made, batch_size=500):
        purchases[purchase.document_number] = purchase


def _products(lines: list[ImportRow]) -> dict[str, Product]:
    """Return the products of these lines by key, making the new ones, which their first line can undo."""
    names = {}
    for row in lines:
        names.setdefault(row.values["item_key"], row)
    known = {product.key: product for product in Product.objects.filter(key__in=names)}
    missing = [Product(key=key, raw_name=row.values["item"] or "-") for key, row in names.items() if key not in known]
    for product in Product.objects.bulk_create(missing):
        known[product.key] = product
        names[product.key].undo = {"product": product.pk}
    return known


def _write_lines(lines: list[ImportRow], purchases: dict[str, Purchase], products: dict[str, Product]) -> None:
    made = [
        PurchaseLine(
            purchase=purchases[row.values["document"]],
            product=products[row.values["item_key"]],
            quantity=Decimal(row.values["quantity"]),
            amount=Decimal(row.values["amount"]),
        )
        for row in lines
    ]
    PurchaseLine.objects.bulk_create(made, batch_size=1000)
