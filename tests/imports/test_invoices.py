import datetime as dt
from decimal import Decimal

import pytest

from customers.imports.errors import ListError
from customers.imports.rehearsing import stage_purchases
from customers.models import Contact, ContactCode, ImportRow, Product, Purchase, PurchaseLine, PurchaseSummary
from customers.purchases import wrong_summaries
from tests.builders import ELENI, NOW, STAMATIS, make_contact
from tests.imports.lists import text
from tests.imports.steps import let_in_invoices, rehearse_invoices, rows_of

pytestmark = pytest.mark.django_db
Action = ImportRow.Action


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

    assert rows_of(batch)[2].contact_id == eleni.pk
    assert rows_of(batch)[2].values["amount"] == "12.50"


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
    rows = [f"Α-{n};1/11/2026;1001;ΚΑΦΕΣ;1;5,00" for n in range(60)]

    with django_assert_max_num_queries(45):
        let_in_invoices(*rows)
