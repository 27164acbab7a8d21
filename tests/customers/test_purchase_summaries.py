"""What purchases add up to: recomputed as a whole, never added to, the same on both databases."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.management import call_command

from customers.models import Contact, Product, Purchase, PurchaseLine, PurchaseSummary
from customers.purchases import recompute_summaries, wrong_summaries
from tests.builders import ELENI, STAMATIS, make_contact

pytestmark = pytest.mark.django_db


def buy(contact: Contact, day: date, *, what: str = "ΚΑΦΕΣ", amount: str = "10.00") -> Purchase:
    product, _created = Product.objects.get_or_create(key=what.lower(), defaults={"raw_name": what})
    purchase = Purchase.objects.create(contact=contact, purchased_on=day, total=Decimal(amount))
    PurchaseLine.objects.create(purchase=purchase, product=product, amount=Decimal(amount))
    return purchase


def summary_of(contact: Contact) -> PurchaseSummary:
    recompute_summaries(contact_ids=[contact.pk])
    return PurchaseSummary.objects.get(contact=contact)


def test_count_total_first_last_usual_product_and_weekday():
    stamatis = make_contact(STAMATIS)
    for day in (6, 13, 20):  # Fridays of November 2026
        buy(stamatis, date(2026, 11, day))
    buy(stamatis, date(2019, 3, 4), what="ΜΥΛΟΣ", amount="64.00")

    summary = summary_of(stamatis)

    assert (summary.purchase_count, summary.total) == (4, Decimal("94.00"))
    assert (summary.first_on, summary.last_on) == (date(2019, 3, 4), date(2026, 11, 20))
    assert (summary.usual_product.raw_name, summary.usual_count) == ("ΚΑΦΕΣ", 3)
    assert (summary.usual_weekday, summary.usual_weekday_count) == (4, 3)


def test_a_credit_note_lowers_the_total_and_is_no_visit():
    stamatis = make_contact(STAMATIS)
    buy(stamatis, date(2026, 11, 6))
    buy(stamatis, date(2026, 11, 9), amount="-4.00")

    summary = summary_of(stamatis)

    assert (summary.purchase_count, summary.total, summary.last_on) == (1, Decimal("6.00"), date(2026, 11, 6))


def test_nobody_keeps_a_summary_without_purchases():
    stamatis = make_contact(STAMATIS)
    purchase = buy(stamatis, date(2026, 11, 6))
    summary_of(stamatis)
    purchase.delete()

    recompute_summaries(contact_ids=[stamatis.pk])

    assert not PurchaseSummary.objects.exists()


def test_only_the_people_named_are_touched():
    stamatis, eleni = make_contact(STAMATIS), make_contact(ELENI)
    buy(stamatis, date(2026, 11, 6))
    buy(eleni, date(2026, 11, 6))

    recompute_summaries(contact_ids=[eleni.pk])

    assert list(PurchaseSummary.objects.values_list("contact", flat=True)) == [eleni.pk]
    assert wrong_summaries(contact_ids=[stamatis.pk, eleni.pk]) == [stamatis.pk]


def test_the_command_finds_and_mends_what_differs(capsys):
    stamatis = make_contact(STAMATIS)
    buy(stamatis, date(2026, 11, 6))

    with pytest.raises(SystemExit):
        call_command("purchase_summaries", "--check")
    call_command("purchase_summaries")
    call_command("purchase_summaries", "--check")

    assert "0 summaries differ" in capsys.readouterr().out
