"""What the page of a list says of it: numbers that are true of every row, and a next step that leads on."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from customers import admin_imports
from customers.imports.applying import apply_batch
from customers.models import ImportBatch
from tests.builders import NOW, make_user
from tests.imports.lists import customer
from tests.imports.steps import let_in, let_in_invoices, rehearse, rehearse_invoices

pytestmark = pytest.mark.django_db

GOOD = customer("1", "ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ", email="g@shop.example")
BAD = customer("", "ΒΛΑΧΟΥ ΜΑΡΙΑ")
INVOICE = "ΤΠΥ-1;14/11/2026;1;ΚΑΦΕΣ;1;9,80"


@pytest.fixture
def admin() -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(make_user(role="admin"))
    return client


def words(client: Client, batch: ImportBatch, query: str = "") -> str:
    """The page of a list, as one reads it: buttons by their words, no tags."""
    page = client.get(f"/admin/customers/importbatch/{batch.pk}/change/{query}").text
    page = re.sub(r'<input[^>]*value="([^"]*)"[^>]*>', r"\1", page)
    page = re.sub(r"</?[ab]\b[^>]*>", "", page)
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def just_now(state: str, *, ago: int = 0) -> str:
    return f"?started={state}.{int((timezone.now() - timedelta(seconds=ago)).timestamp())}"


def test_rows_that_stay_out_are_not_said_to_be_in(admin):
    batch = rehearse(GOOD, BAD)
    assert "The 2 rows of customers.csv: 1 new contact, 1 left out." in words(admin, batch)

    apply_batch(batch_id=batch.pk, by=None, clock=lambda: NOW)

    assert "customers.csv is in. Its 2 rows: 1 new contact, 1 left out." in words(admin, batch)


def test_a_list_that_is_here_already_offers_nothing_to_bring_in(admin):
    let_in(GOOD)

    page = words(admin, rehearse(GOOD, now=NOW + timedelta(hours=1)))

    assert "1 that changes nothing. None stays out. There is nothing in it to bring in." in page
    assert "Import of" not in page


def test_invoices_of_strangers_lead_to_the_list_of_customers(admin):
    batch = rehearse_invoices(INVOICE)

    page = words(admin, batch)

    assert "first bring the list of customers" in page
    assert "Import of" not in page
    assert (
        'href="/admin/customers/contact/import/"' in admin.get(f"/admin/customers/importbatch/{batch.pk}/change/").text
    )


def test_an_amount_that_cannot_be_read_is_not_shown_as_nothing(admin):
    let_in(GOOD)

    page = words(admin, rehearse_invoices("ΤΠΥ-1;14/11/2026;1;ΚΑΦΕΣ;1;δέκα"))

    assert "ΚΑΦΕΣ –" in page
    assert "0.00" not in page


def test_invoices_that_are_here_already_are_said_to_be(admin):
    let_in(GOOD)
    let_in_invoices(INVOICE)

    assert "The one row of invoices.csv: 1 that is here already." in words(admin, rehearse_invoices(INVOICE))


def test_the_page_of_a_long_list_shows_the_result_once_the_worker_let_it_in(admin):
    batch = rehearse(GOOD)
    asked = just_now("rehearsed")
    assert "Waits for the worker." in words(admin, batch, asked)

    apply_batch(batch_id=batch.pk, by=None, clock=lambda: NOW)

    result = words(admin, batch, asked)
    assert "Waits for the worker." not in result
    assert "Undo of the import" in result


def test_a_ring_that_nobody_heard_gives_the_button_back(admin):
    batch = rehearse(GOOD)
    asked = just_now("rehearsed", ago=120)

    assert "Import of 1 row" in words(admin, batch, asked)
    progress = f"/admin/customers/importbatch/{batch.pk}/progress/{asked}&was=rehearsed"
    assert admin.get(progress).headers["HX-Refresh"] == "true"


@pytest.mark.parametrize(
    "started", ["1", "rehearsed", "rehearsed.", "rehearsed.x", "rehearsed.²", "rehearsed." + "9" * 40]
)
def test_an_address_from_elsewhere_waits_for_nobody(admin, started):
    assert "Import of 1 row" in words(admin, rehearse(GOOD), f"?started={started}")


def test_a_long_list_that_cannot_begin_says_so_instead_of_waiting(admin, monkeypatch):
    overtaken = rehearse(GOOD)
    let_in(customer("2", "ΒΛΑΧΟΥ ΕΛΕΝΗ", email="e@shop.example"))
    ImportBatch.objects.exclude(pk=overtaken.pk).update(applied_at=NOW + timedelta(hours=1))
    rung = []
    monkeypatch.setattr(admin_imports, "AT_ONCE", 0)
    monkeypatch.setattr(admin_imports, "ring_import", lambda **told: rung.append(told))

    answer = admin.post(f"/admin/customers/importbatch/{overtaken.pk}/apply/", follow=True)

    assert "came in after this rehearsal" in answer.text
    assert not rung


def test_a_second_tab_shows_what_the_first_one_did(admin, monkeypatch):
    batch = let_in(GOOD)
    monkeypatch.setattr(admin_imports, "AT_ONCE", 0)

    answer = admin.post(f"/admin/customers/importbatch/{batch.pk}/apply/", follow=True)

    assert "Waits for the worker." not in answer.text
    assert "customers.csv</b> is in." in answer.text


def test_the_lists_so_far_are_told_in_our_own_words(admin):
    empty = admin.get("/admin/customers/importbatch/").text
    assert "/admin/customers/contact/import/" in empty
    assert "/admin/customers/purchase/import/" in empty

    let_in(GOOD)

    filled = admin.get("/admin/customers/importbatch/").text
    assert "<h1>Imports</h1>" in filled
    assert "Brought by" in filled
    assert "Select" not in filled


def test_going_back_to_the_columns_of_a_list_that_is_in_shows_the_list(admin):
    batch = let_in(GOOD)

    answer = admin.get(f"/admin/customers/importbatch/{batch.pk}/columns/", follow=True)

    assert "customers.csv</b> is in." in answer.text
