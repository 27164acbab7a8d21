"""A person's page says when they celebrate, asks where a name has several days, and keeps what a colleague chose."""

from datetime import date

import pytest
from django.urls import reverse

from customers.celebrating import next_name_day
from customers.models import AuditEntry
from customers.person_words import name_day
from customers.services.contacts import choose_name_day
from tests.builders import ELENI, NOW, STAMATIS, make_contact

pytestmark = pytest.mark.django_db


def page_of(client, contact) -> str:
    return client.get(reverse("customers:person-detail", args=[contact.pk])).content.decode()


def choose(client, contact, rule: str):
    return client.post(reverse("customers:person-name-day", args=[contact.pk]), {"rule": rule})


def test_a_name_with_one_feast_says_its_day_without_asking(desk):
    page = page_of(desk, make_contact(ELENI))

    assert "Celebrates on 21 May" in page
    assert "the name has one feast" in page
    assert 'name="rule"' not in page


def test_a_name_with_several_feasts_is_asked_with_a_button_for_each(desk):
    page = page_of(desk, make_contact(STAMATIS))

    assert "state-wait" in page
    assert 'name="rule" value="02-03">3 February<' in page
    assert 'name="rule" value="11-08">8 November<' in page


def test_what_a_colleague_chose_is_kept_and_can_be_chosen_anew(desk):
    contact = make_contact(STAMATIS)

    choose(desk, contact, "11-08")

    contact.refresh_from_db()
    assert (contact.name_day_choice, contact.typed_fields) == ("11-08", ["name_day_choice"])
    assert AuditEntry.objects.get(verb="edit_contact").facts == {"fields": ["name_day_choice"]}
    page = page_of(desk, contact)
    assert "Celebrates on 8 November" in page
    assert "as a colleague chose" in page
    choose(desk, contact, "")
    assert "as a colleague chose" not in page_of(desk, contact)


def test_a_short_form_of_several_names_says_whose_day_each_is(desk):
    page = page_of(desk, make_contact(first_name="Τάκης", last_name="Ρίζος"))

    assert "26 October (Δημήτριος)" in page


@pytest.mark.parametrize("rule", ["12-25", "E+0", "tomorrow", "02-30"])
def test_a_day_that_is_not_of_this_name_is_refused(desk, anna, rule):
    contact = make_contact(STAMATIS)

    assert choose(desk, contact, rule).status_code == 404
    with pytest.raises(ValueError):
        choose_name_day(contact, rule=rule, by=anna, now=NOW)


def test_a_movable_feast_that_was_chosen_stays_movable(anna):
    contact = make_contact(first_name="Αναστασία", gender="f")
    choose_name_day(contact, rule="E+0", by=anna, now=NOW)

    days = [next_name_day(contact, today=date(year, 1, 1)).on for year in (2026, 2027)]

    assert days == [date(2026, 4, 12), date(2027, 5, 2)]


def test_a_day_that_is_over_is_told_for_the_next_year():
    george = make_contact(first_name="Γιώργος")

    assert next_name_day(george, today=date(2026, 4, 23)).on == date(2026, 4, 23)
    assert next_name_day(george, today=date(2026, 4, 24)).on == date(2027, 5, 3)


def test_the_registered_name_tells_the_day_where_the_familiar_one_is_short_for_several():
    contact = make_contact(first_name="Δημήτρης", known_as="Τάκης")

    assert next_name_day(contact, today=date(2026, 1, 1)).on == date(2026, 10, 26)


@pytest.mark.parametrize("fields", [{"kind": "company"}, {"first_name": "Wolfgang"}, {"first_name": ""}])
def test_whoever_has_no_name_day_is_given_none(fields):
    assert name_day(make_contact(**fields), today=date(2026, 1, 1)) is None
