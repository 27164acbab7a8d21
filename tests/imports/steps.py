"""The steps of an import, in one line each."""

from datetime import datetime, timedelta

from django.db import models

from customers.imports.applying import apply_batch
from customers.imports.rehearsing import stage_contacts, stage_purchases
from customers.imports.undoing import undo_batch
from customers.models import (
    Contact,
    ContactAddress,
    ContactCode,
    ContactWord,
    ImportBatch,
    ImportRow,
    Interaction,
    Product,
    Purchase,
    PurchaseLine,
    PurchaseSummary,
    SearchWord,
    ServiceCase,
    Suppression,
    Tag,
)
from tests.builders import NOW
from tests.imports.lists import customers, invoices

EVERYTHING: tuple[type[models.Model], ...] = (
    Contact,
    Contact.tags.through,
    ContactAddress,
    ContactCode,
    ContactWord,
    Interaction,
    Product,
    Purchase,
    PurchaseLine,
    PurchaseSummary,
    SearchWord,
    ServiceCase,
    Suppression,
    Tag,
)


def rehearse(*rows: str, file_name: str = "customers.csv", now: datetime = NOW) -> ImportBatch:
    return stage_contacts(data=customers(*rows), file_name=file_name, by=None, now=now)


def let_in(*rows: str) -> ImportBatch:
    return apply_batch(batch_id=rehearse(*rows).pk, by=None, clock=lambda: NOW)


def rehearse_invoices(*rows: str) -> ImportBatch:
    return stage_purchases(data=invoices(*rows), file_name="invoices.csv", by=None, now=NOW)


def let_in_invoices(*rows: str) -> ImportBatch:
    return apply_batch(batch_id=rehearse_invoices(*rows).pk, by=None, clock=lambda: NOW)


def take_back(batch: ImportBatch) -> ImportBatch:
    return undo_batch(batch_id=batch.pk, by=None, clock=lambda: NOW + timedelta(minutes=5))


def rows_of(batch: ImportBatch) -> dict[int, ImportRow]:
    return {row.row_number: row for row in batch.rows.order_by("row_number")}


def codes_of(row: ImportRow) -> set[str]:
    return {note["code"] for note in row.notes}


def whole_database() -> dict[str, list[dict]]:
    """Every row of every table an import may touch, but its own and the trail's."""
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in EVERYTHING}
