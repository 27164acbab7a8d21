"""Rows written past the ORM say what they were told, however many there are and whatever they have in common."""

import pytest

from customers.bulk import insert_rows, reserve_ids, update_rows
from customers.models import ImportBatch, ImportRow

pytestmark = pytest.mark.django_db
NAMES = ("row_number", "values")
REST = {
    "action": "new", "asks": False, "reason_code": "", "reason_facts": {}, "notes": [], "cells": [],
    "contact_id": None, "joined_to_row": None, "undo": {},
}  # fmt: skip


def add(number: int) -> ImportBatch:
    batch = ImportBatch.objects.create(kind="contacts")
    rows = [(row, {"name": f"Πελάτης {row}"}) for row in range(1, number + 1)]
    insert_rows(ImportRow, NAMES, rows, same=REST | {"batch_id": batch.pk})
    return batch


@pytest.mark.parametrize("number", [0, 1, 2, 251])
def test_what_all_rows_have_in_common_is_told_once(number):
    batch = add(number)

    rows = list(batch.rows.order_by("row_number"))
    assert [(row.row_number, row.values["name"]) for row in rows] == [
        (number, f"Πελάτης {number}") for number in range(1, number + 1)
    ]
    assert all((row.action, row.notes, row.undo, row.contact_id) == ("new", [], {}, None) for row in rows)


@pytest.mark.parametrize("number", [1, 5, 6, 40])
def test_few_rows_are_written_over_as_many_are(number):
    rows = list(add(number).rows.order_by("row_number").values_list("pk", flat=True))
    beside = add(1).rows.get()

    update_rows(ImportRow, ("joined_to_row", "undo"), [(pk, pk + 7, {"kept": "ναι"}) for pk in rows])
    update_rows(ImportRow, ("joined_to_row",), [(pk, None) for pk in rows[::2]])

    written = ImportRow.objects.filter(pk__in=rows).order_by("row_number").values_list("joined_to_row", "undo")
    assert list(written) == [(None if place % 2 == 0 else pk + 7, {"kept": "ναι"}) for place, pk in enumerate(rows)]
    beside.refresh_from_db()
    assert (beside.joined_to_row, beside.undo) == (None, {})


def test_nothing_to_write_over_asks_the_database_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        update_rows(ImportRow, ("undo",), iter(()))


def test_reserved_numbers_rise_and_do_not_come_again():
    first, second = reserve_ids(ImportRow, 3), reserve_ids(ImportRow, 2)

    assert sorted({*first, *second}) == [*first, *second]
    assert len({*first, *second}) == 5
