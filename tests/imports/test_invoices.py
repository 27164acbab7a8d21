import datetime as dt
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.bulk import find_rows
from customers.imports import applying, purchase_planning, purchase_rows
from customers.imports.applying import apply_batch
from customers.imports.errors import ListError
from customers.imports.rehearsing import stage_purchases
from customers.models import Contact, ContactCode, ImportRow, Product, Purchase, PurchaseLine, PurchaseSummary
from customers.purchases import recompute_summaries, wrong_summaries
from tests.builders import ELENI, NOW, STAMATIS, make_contact
from tests.imports.lists import invoices, text
from tests.imports.steps import let_in_invoices, rehearse_invoices, rows_of, take_back

pytestmark = pytest.mark.django_db
Action = ImportRow.Action
EXPLAIN = {"sqlite": "EXPLAIN QUERY PLAN", "postgresql": "EXPLAIN"}


@pytest.fixture(autouse=True)
def stamatis() -> Contact:
    contact = make_contact(STAMATIS)
    for code in ("1001", "1002"):
        ContactCode.objects.create(contact=contact, code=code)
    return contact


def reasons(*rows: str) -> list[tuple[str, str]]:
    return [(row.action, row.reason_code) for row in rows_of(rehearse_invoices(*rows)).values()]


def test_a_document_is_a_head_with_its_lines(stamatis):
    let_in_invoices(
        "ΤΠΥ-1;11/11/2026;1001;ΚΑΦΕΣ ΕΣΠΡΕΣΣΟ 1KG;2;37,80",
        "ΤΠΥ-1;11/11/2026;1001;ΜΥΛΟΣ ΚΑΦΕ;1;1.064,00",
    )

    purchase = Purchase.objects.get()
    assert (purchase.contact, purchase.purchased_on) == (stamatis, dt.date(2026, 11, 11))
    assert (purchase.total, purchase.currency) == (Decimal("1101.80"), "EUR")
    lines = purchase.lines.order_by("pk").values_list("product__raw_name", "quantity", "amount")
    assert list(lines) == [("ΚΑΦΕΣ ΕΣΠΡΕΣΣΟ 1KG", 2, Decimal("37.80")), ("ΜΥΛΟΣ ΚΑΦΕ", 1, Decimal("1064.00"))]


def test_invoices_of_either_code_of_a_joined_pair_find_the_one_contact(stamatis):
    let_in_invoices("Α-1;1/11/2026;1001;ΚΑΦΕΣ;1;5,00", "Α-2;2/11/2026;1002;ΚΑΦΕΣ;1;5,00")

    assert {purchase.contact for purchase in Purchase.objects.all()} == {stamatis}


def test_summaries_are_right_for_those_who_bought(stamatis):
    let_in_invoices("Α-1;1/11/2026;1001;ΚΑΦΕΣ;1;5,00", "Α-2;2/11/2026;1002;Καφές;1;7,00")

    summary = PurchaseSummary.objects.get(contact=stamatis)
    assert (summary.purchase_count, summary.total) == (2, Decimal("12.00"))
    assert wrong_summaries(contact_ids=[stamatis.pk]) == []


def test_an_item_is_one_product_however_it_is_written():
    let_in_invoices("Α-1;1/11/2026;1001;ΚΑΦΕΣ  ΦΙΛΤΡΟΥ;1;5,00", "Α-2;2/11/2026;1001;Καφές φίλτρου;1;5,00")

    assert Product.objects.get().raw_name == "ΚΑΦΕΣ ΦΙΛΤΡΟΥ"
    assert not Product.objects.get().may_be_mentioned


def test_a_credit_note_is_negative(stamatis):
    let_in_invoices("Α-1;1/11/2026;1001;ΚΑΦΕΣ;1;50,00", "ΠΙΣ-1;2/11/2026;1001;ΚΑΦΕΣ;-1;-50,00")

    assert Purchase.objects.get(document_number="ΠΙΣ-1").total == Decimal("-50.00")
    assert PurchaseSummary.objects.get(contact=stamatis).total == 0


def test_the_same_document_again_changes_nothing():
    let_in_invoices("Α-1;1/11/2026;1001;ΚΑΦΕΣ;1;5,00")

    again = let_in_invoices("Α-1;1/11/2026;1001;ΚΑΦΕΣ;1;99,00", "Α-2;2/11/2026;1001;ΚΑΦΕΣ;1;5,00")

    assert (again.counts["unchanged"], again.counts["new"]) == (1, 1)
    assert Purchase.objects.get(document_number="Α-1").total == 5
    assert PurchaseLine.objects.count() == 2


def test_a_customer_nobody_knows_is_listed():
    batch = rehearse_invoices("Α-1;1/11/2026;9999;ΚΑΦΕΣ;1;5,00")

    row = rows_of(batch)[2]
    assert (row.action, row.asks, row.reason_code) == (Action.REFUSED, True, "customer_unknown")
    assert row.reason_facts["value"] == "9999"


def test_a_customer_may_be_named_by_e_mail():
    eleni = make_contact(ELENI)
    data = text("invoice,date,email,amount", "A-1,2026-11-01,ELENI@shop.example,12.50")

    batch = stage_purchases(data=data, file_name="invoices.csv", by=None, now=NOW)
    apply_batch(batch_id=batch.pk, by=None, clock=lambda: NOW)

    assert rows_of(batch)[2].values["amount"] == "12.50"
    assert Purchase.objects.get().contact == eleni


def test_an_e_mail_counts_where_nobody_has_the_code(stamatis):
    eleni = make_contact(ELENI)
    data = text(
        "invoice,date,customer code,email,amount",
        f"A-1,2026-11-01,7777,{eleni.email},12.50",
        f"A-2,2026-11-01,1001,{eleni.email},12.50",
    )

    batch = stage_purchases(data=data, file_name="invoices.csv", by=None, now=NOW)
    apply_batch(batch_id=batch.pk, by=None, clock=lambda: NOW)

    found = dict(Purchase.objects.values_list("document_number", "contact"))
    assert found == {"A-1": eleni.pk, "A-2": stamatis.pk}


def test_a_code_of_the_same_source_goes_before_the_same_code_of_another(stamatis):
    eleni = make_contact(ELENI)
    ContactCode.objects.create(contact=eleni, source="shop2", code="1001")
    data = invoices("Α-1;1/11/2026;1001;ΚΑΦΕΣ;1;5,00")

    batch = stage_purchases(data=data, file_name="invoices.csv", by=None, now=NOW, source="shop2")
    apply_batch(batch_id=batch.pk, by=None, clock=lambda: NOW)

    assert Purchase.objects.get().contact == eleni


def test_a_document_comes_in_whole_or_not_at_all():
    assert reasons(
        "Α-1;1/11/2026;1001;ΚΑΦΕΣ;1;5,00",
        "Α-1;1/11/2026;1001;ΜΥΛΟΣ;1;πολλά",
        "Α-2;1/11/2026;1001;ΚΑΦΕΣ;1;5,00",
    ) == [
        (Action.REFUSED, "document_incomplete"),
        (Action.REFUSED, "number_invalid"),
        (Action.NEW, ""),
    ]


def test_lines_of_a_document_need_not_stand_together():
    far = [f"Β-{n};1/11/2026;1001;ΚΑΦΕΣ;1;5,00" for n in range(3)]

    batch = let_in_invoices(
        "Α-1;1/11/2026;1001;ΚΑΦΕΣ;1;5,00",
        "Α-2;1/11/2026;1001;ΚΑΦΕΣ;1;5,00",
        *far,
        "Α-1;1/11/2026;1001;ΤΣΑΙ;1;7,00",
        "Α-2;1/11/2026;1001;ΤΣΑΙ;1;πολλά",
    )

    assert Purchase.objects.get(document_number="Α-1").total == 12
    assert not Purchase.objects.filter(document_number="Α-2").exists()
    refused = batch.rows.filter(action=Action.REFUSED).order_by("row_number")
    assert list(refused.values_list("row_number", "reason_code")) == [
        (3, "document_incomplete"),
        (8, "number_invalid"),
    ]
    assert batch.row_count == 7


@pytest.mark.parametrize("last", ["7,00", "πολλά"])
def test_a_document_at_the_end_of_a_chunk_is_whole_or_not_at_all(monkeypatch, last):
    for module in (applying, purchase_planning):
        monkeypatch.setattr(module, "CHUNK", 2)

    let_in_invoices(
        "Α-1;1/11/2026;1001;ΚΑΦΕΣ;1;5,00",
        "Α-2;2/11/2026;1001;ΚΑΦΕΣ;1;5,00",
        "Α-2;2/11/2026;1001;ΤΣΑΙ;1;6,00",
        f"Α-2;2/11/2026;1001;ΜΕΛΙ;1;{last}",
        "Α-3;2/11/2026;1001;ΜΕΛΙ;1;8,00",
    )

    totals = dict(Purchase.objects.values_list("document_number", "total"))
    assert totals == {"Α-1": 5, "Α-3": 8} | ({"Α-2": 18} if last == "7,00" else {})
    assert wrong_summaries(contact_ids=Contact.objects.values_list("pk", flat=True)) == []


def test_a_document_longer_than_what_is_held_comes_in_whole(monkeypatch):
    monkeypatch.setattr(purchase_planning, "MAX_HELD", 3)
    monkeypatch.setattr(purchase_planning, "CHUNK", 2)

    batch = let_in_invoices(*["Α-1;1/11/2026;1001;ΚΑΦΕΣ;1;5,00"] * 9)

    assert Purchase.objects.get().total == 45
    assert (batch.row_count, batch.counts["new"]) == (9, 9)


def test_a_customer_who_left_between_rehearsal_and_import_is_named(stamatis):
    batch = rehearse_invoices("Α-1;1/11/2026;1001;ΚΑΦΕΣ;1;5,00")
    Contact.objects.filter(pk=stamatis.pk).update(erased_at=NOW)

    batch = apply_batch(batch_id=batch.pk, by=None, clock=lambda: NOW)

    row = rows_of(batch)[2]
    assert (row.action, row.reason_code) == (Action.REFUSED, "customer_gone")
    assert row.reason_facts == {"row": 2, "document": "Α-1", "value": "1001"}
    assert batch.counts["refused"] == 1
    assert not Purchase.objects.exists()


def test_a_document_that_came_in_since_the_rehearsal_is_named():
    batch = rehearse_invoices("Α-1;1/11/2026;1001;ΚΑΦΕΣ;1;5,00")
    let_in_invoices("Α-1;1/11/2026;1001;ΚΑΦΕΣ;1;5,00")

    batch = apply_batch(batch_id=batch.pk, by=None, clock=lambda: NOW)

    assert rows_of(batch)[2].reason_code == "document_known"
    assert Purchase.objects.get().total == 5


class Killed(BaseException):
    """The process is gone: no handler of ordinary errors sees it."""


def test_summaries_go_on_where_a_killed_import_left_them(monkeypatch):
    eleni = make_contact(ELENI)
    ContactCode.objects.create(contact=eleni, code="2001")
    monkeypatch.setattr(purchase_rows, "SUMMARIES", 1)
    batch = rehearse_invoices("Α-1;1/11/2026;1001;ΚΑΦΕΣ;1;5,00", "Α-2;2/11/2026;2001;ΚΑΦΕΣ;1;5,00")
    recompute, made = purchase_rows.recompute_summaries, []

    def dying(*, contact_ids):
        if made:
            raise Killed
        made.extend(contact_ids)
        recompute(contact_ids=contact_ids)

    monkeypatch.setattr(purchase_rows, "recompute_summaries", dying)
    with pytest.raises(Killed):
        apply_batch(batch_id=batch.pk, by=None, clock=lambda: NOW)
    assert PurchaseSummary.objects.count() == 1
    again = []

    def counting(*, contact_ids):
        again.extend(contact_ids)
        recompute(contact_ids=contact_ids)

    monkeypatch.setattr(purchase_rows, "recompute_summaries", counting)
    batch = apply_batch(batch_id=batch.pk, by=None, clock=lambda: NOW + timedelta(hours=1))

    assert (made, again) == ([Contact.objects.exclude(pk=eleni.pk).get().pk], [eleni.pk])
    assert wrong_summaries(contact_ids=Contact.objects.values_list("pk", flat=True)) == []
    assert "summaries_through" not in batch.understood


def test_an_import_that_stopped_on_the_way_leaves_right_summaries(monkeypatch):
    monkeypatch.setattr(applying, "CHUNK", 1)
    batch = rehearse_invoices("Α-1;1/11/2026;1001;ΚΑΦΕΣ;1;5,00", "Α-2;2/11/2026;1001;ΚΑΦΕΣ;1;5,00")
    times = iter([NOW, NOW])

    with pytest.raises(StopIteration):
        apply_batch(batch_id=batch.pk, by=None, clock=lambda: next(times))

    assert PurchaseSummary.objects.get().purchase_count == 1
    assert wrong_summaries(contact_ids=Contact.objects.values_list("pk", flat=True)) == []


def test_a_purchase_moved_to_somebody_else_since_goes_too(stamatis):
    eleni = make_contact(ELENI)
    batch = let_in_invoices("Α-1;1/11/2026;1001;ΚΑΦΕΣ;1;5,00")
    Purchase.objects.update(contact=eleni)
    recompute_summaries(contact_ids=[stamatis.pk, eleni.pk])

    take_back(batch)

    assert not Purchase.objects.exists()
    assert not PurchaseSummary.objects.exists()


def test_a_document_with_two_customers_or_two_days_is_refused():
    make = "Α-1;1/11/2026;1001;ΚΑΦΕΣ;1;5,00"

    assert reasons(make, "Α-1;2/11/2026;1001;ΚΑΦΕΣ;1;5,00") == [(Action.REFUSED, "document_two_heads")] * 2


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (";1/11/2026;1001;ΚΑΦΕΣ;1;5,00", "document_missing"),
        ("Α-1;12/31/2025;1001;ΚΑΦΕΣ;1;5,00", "date_month_first"),
        ("Α-1;1/1/2027;1001;ΚΑΦΕΣ;1;5,00", "date_in_future"),
        ("Α-1;;1001;ΚΑΦΕΣ;1;5,00", "date_invalid"),
        ("Α-1;1/11/2026;1001;ΚΑΦΕΣ;δύο;5,00", "number_invalid"),
    ],
)
def test_a_line_that_cannot_be_read_is_refused_with_its_cell(row, code):
    assert reasons(row) == [(Action.REFUSED, code)]


def test_a_list_of_customers_is_no_list_of_invoices():
    with pytest.raises(ListError) as refused:
        stage_purchases(data=text("ΚΩΔΙΚΟΣ;ΕΠΩΝΥΜΙΑ", "1;Α"), file_name="x.csv", by=None, now=NOW)

    assert refused.value.code == "purchases_columns_missing"


def test_a_line_costs_no_query_of_its_own(django_assert_max_num_queries):
    rows = [f"Α-{n};1/11/2026;1001;ΚΑΦΕΣ;1;5,00" for n in range(200)]

    with django_assert_max_num_queries(80):
        let_in_invoices(*rows)


def test_documents_are_found_by_their_index_and_not_by_going_through_all():
    with connection.cursor() as cursor, CaptureQueriesContext(connection) as queries:
        find_rows(Purchase, ("id",), "document_number", ["Α-1", "Α-2"])
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # so few rows are gone through sooner
        cursor.execute(f"{EXPLAIN[connection.vendor]} {queries[0]['sql']}")
        plan = str(cursor.fetchall())

    assert "purchase_document_once" in plan


def test_a_column_that_writes_the_month_first_is_refused_rather_than_turned_around(stamatis):
    rows = rows_of(rehearse_invoices("Τ-1;12/31/2023;1;ΚΑΦΕΣ;1;5,00", "Τ-2;3/5/2023;1;ΚΑΦΕΣ;1;5,00"))

    assert [rows[2].reason_code, rows[3].reason_code] == ["date_month_first", "date_doubtful"]
