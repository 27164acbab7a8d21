"""Invoices come in by lists, now and then: screens say up to when they are known, and admins when it is time."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from customers.models import Contact, Purchase
from customers.purchase_words import KnownPurchases, known_purchases
from customers.purchases import purchases_up_to
from tests.builders import ELENI, STAMATIS, make_contact
from tests.imports.steps import let_in_invoices

pytestmark = pytest.mark.django_db
NEWEST = date(2026, 11, 14)


@pytest.fixture
def stamatis() -> Contact:
    contact = make_contact(STAMATIS)
    for day in (date(2026, 11, 6), NEWEST):
        Purchase.objects.create(contact=contact, purchased_on=day, total=10)
    return contact


def test_purchases_are_known_up_to_the_newest(stamatis):
    assert purchases_up_to() == NEWEST


def test_nothing_is_said_in_a_house_without_purchases():
    assert purchases_up_to() is None
    assert known_purchases(today=NEWEST) == KnownPurchases("", "")


@pytest.mark.parametrize(("days", "is_old"), [(0, False), (7, False), (8, True), (300, True)])
def test_after_a_week_it_is_time_for_the_next_list(stamatis, days, is_old):
    with override("en"):
        known = known_purchases(today=NEWEST + timedelta(days=days))

    assert known.up_to == "Purchases up to 14 November 2026."
    assert bool(known.old) == is_old
    assert not is_old or f"{days} days old" in known.old


def test_how_old_is_a_setting(stamatis, settings):
    settings.PURCHASES_STALE_DAYS = 0

    with override("en"):
        assert "1 day old" in known_purchases(today=NEWEST + timedelta(days=1)).old


def test_the_day_is_said_in_greek(stamatis):
    with override("el"):
        assert "14 Νοεμβρίου 2026" in known_purchases(today=NEWEST).up_to


@pytest.mark.parametrize("page", ["customers_purchase_changelist", "customers_importbatch_changelist"])
def test_lists_of_the_admin_say_it(office, stamatis, page):
    Purchase.objects.update(purchased_on=timezone.localdate() - timedelta(days=30))

    shown = office.get(reverse(f"admin:{page}")).content.decode()

    assert "Purchases up to" in shown
    assert "30 days old" in shown


def test_the_result_of_a_list_of_invoices_says_it(office, stamatis):
    stamatis.codes.create(code="1")
    batch = let_in_invoices("Α-1;14/11/2026;1;ΚΑΦΕΣ;1;5,00")

    page = office.get(reverse("admin:customers_importbatch_change", args=[batch.pk])).content.decode()

    assert "Purchases up to 14 November 2026." in page


def test_the_list_of_contacts_says_nothing_of_purchases(office, stamatis):
    assert "Purchases up to" not in office.get(reverse("admin:customers_contact_changelist")).content.decode()


def test_a_person_without_purchases_has_none_up_to_that_day(desk, stamatis):
    eleni = make_contact(ELENI)

    page = desk.get(reverse("customers:person-detail", args=[eleni.pk])).content.decode()

    assert "No purchases up to 14 November 2026." in page
