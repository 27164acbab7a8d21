"""A household is more than one: its letters say σας, even where its opening calls both by their first names."""

from itertools import product

import pytest

from campaigns.models import GreetingVariant
from campaigns.personalisation import manner_of, personalise, reads_in
from campaigns.writing.composing import Words
from campaigns.writing.previewing import readers_of, variant_tabs
from campaigns.writing.trying import readers_tried
from customers.models import Contact
from tests.builders import NOW, STAMATIS, make_campaign, make_contact

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
COUPLE = {"kind": "household", "first_name": "Γιώργος και Μαρία", "last_name": "Ρίζος", "gender": "mf"}


def test_friends_who_are_two_are_called_by_name_and_addressed_in_the_plural():
    couple = make_contact(COUPLE | {"email": "rizos@shop.example"}, register="informal")

    (person,) = personalise([couple], occasion="christmas", wish_on=TODAY, today=TODAY)

    assert person.manner == "formal"
    assert person.values["salutation"] == "Αγαπητοί Γιώργο και Μαρία,"


def test_the_desk_and_the_trial_count_them_where_they_read():
    couple = make_contact(COUPLE | {"email": "rizos@shop.example"}, register="informal")
    stamatis = make_contact(STAMATIS, register="informal")
    campaign = make_campaign()

    counts = {tab.code: tab.count for tab in variant_tabs(campaign, campaign.version) if tab.count}
    formal, informal = (list(readers_of(campaign, language="el", manner=manner)) for manner in ("formal", "informal"))
    written = {("el", "formal"), ("el", "informal")}
    tried = readers_tried(campaign, Words("el", "formal", "", "", 1), written=written, today=TODAY)

    assert counts == {"el-formal": 1, "el-informal": 1}
    assert (formal, informal, list(tried)) == ([couple], [stamatis], [couple])


def test_the_condition_in_the_database_says_what_the_answer_for_one_contact_says():
    for kind, register in product(Contact.Kind.values, Contact.Register.values):
        make_contact(kind=kind, register=register)

    for manner in GreetingVariant.Manner.values:
        told = {contact.pk for contact in Contact.objects.all() if manner_of(contact) == manner}
        assert set(Contact.objects.filter(reads_in(manner)).values_list("pk", flat=True)) == told
