"""The reviewer opens the row behind a fact: what it is, in words, and the page on which it stands."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import translation

from campaigns.personalisation.facts import FACTS, fact_of
from campaigns.personalisation.sources import source_of, told_facts
from customers.models import Contact
from tests.builders import NOW, STAMATIS, make_campaign, make_contact, make_letter, make_user
from tests.campaigns.facts import LAST_VISIT, make_product, person, regular

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def known_person() -> Contact:
    """A regular of whom every fact is known."""
    product = make_product()
    contact = make_contact(STAMATIS, register="informal", city="Βόλος")
    regular(contact, usual_product=product, usual_count=9, last_on=LAST_VISIT, first_on=date(2019, 12, 20))
    contact.purchases.get().lines.create(product=product, amount=9)
    contact.interactions.create(
        happened_at=NOW, quotable="Χαρήκαμε για τη Δάφνη.", author=make_user("anna"), kind="visit"
    )
    contact.follow_ups.create(
        text="ο μύλος", due_on=LAST_VISIT, done_at=NOW, done_by=make_user(), answer="Ο μύλος φτιάχτηκε."
    )
    return contact


def test_every_fact_read_from_a_row_names_it_and_its_page():
    contact = known_person()
    told = person(contact, wish_on=date(2026, 12, 21))
    page = reverse("customers:person-detail", args=[contact.pk])

    without_row = ("house", "signer", "calendar")
    from_rows = {fact.key for fact in FACTS if fact.source not in without_row and told.values[fact.key]}

    assert {fact.key for fact in FACTS if fact.source and not told.values[fact.key]} == {"see_you", "away_for"}
    assert set(told.sources) == from_rows
    for key, pk in told.sources.items():
        source = source_of(key, pk, contact)
        assert source.label
        assert source.url.startswith(page)


@pytest.mark.parametrize(
    ("key", "label", "part"),
    [
        ("first_name", "their card", ""),
        ("years_with_us", "12 purchases, from 20 December 2019 to 11 December 2026", "#purchases"),
        ("usual_product_accusative", "“ΕΣΠΡΈΣΟ”, on 9 of 12 invoices", "#purchases"),
        ("last_product_accusative", "purchase of 11 December 2026", "#purchases"),
        ("quotable", "visit of 21 December 2026, anna", "#history"),
        ("promise_answer", "promise “ο μύλος”, done on 21 December 2026", "#history"),
    ],
)
def test_the_words_of_a_row(key, label, part):
    contact = known_person()
    told = person(contact, wish_on=date(2026, 12, 21))

    source = source_of(key, told.sources[key], contact)

    assert (source.label, source.url.partition("#")[1] + source.url.partition("#")[2]) == (label, part)


def test_years_that_a_person_typed_come_from_the_card():
    contact = regular(make_contact(STAMATIS, customer_since=date(2011, 5, 2)))

    assert source_of("first_year", contact.pk, contact).label == "customer since 2 May 2011, as a colleague wrote"
    assert source_of("usual_day", contact.pk, contact).label.startswith("12 purchases")


def test_a_row_of_somebody_else_or_one_that_is_gone_is_not_shown():
    contact, other = known_person(), make_contact()
    told = person(contact, wish_on=date(2026, 12, 21))

    for key in ("first_name", "years_with_us", "last_product_accusative", "quotable", "promise_answer"):
        assert source_of(key, told.sources[key], other) is None
    contact.interactions.all().delete()
    assert source_of("quotable", told.sources["quotable"], contact) is None
    assert source_of("of_old", 1, contact) is None


def test_the_page_of_a_letter_says_where_its_facts_were_read(client):
    contact = known_person()
    letter = make_letter(make_campaign(), contact)
    letter.body.facts_used = ["salutation", "quotable", "wish", "of_old"]
    letter.body.sources = {"salutation": contact.pk, "quotable": contact.interactions.get().pk}
    letter.body.save()
    client.force_login(make_user(language="en"))

    page = client.get(reverse("campaigns:message-detail", args=[letter.pk]), headers={"accept-language": "en"}).text

    assert [told.fact for told in told_facts(letter.body.facts_used, letter.body.sources, contact)] == [
        fact_of("salutation"), fact_of("quotable"), fact_of("wish"),
    ]  # fmt: skip
    assert f'href="{reverse("customers:person-detail", args=[contact.pk])}#history"' in page
    assert "of_old" not in page
