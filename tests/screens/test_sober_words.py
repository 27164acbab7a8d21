"""For somebody in mourning the page has a few words to write or say by hand; no greeting carries them."""

import pytest
from django.urls import reverse

from campaigns.sober_words import sober_words
from customers.by_hand import words_by_hand
from tests.builders import ELENI, NOW, STAMATIS, make_contact, make_user

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
UNTIL = {"mourning_until": "2199-03-31"}
COMPANY = {"kind": "company", "first_name": "", "last_name": "", "gender": "c", "company_name": "Το Λιμάνι Ι.Κ.Ε."}


@pytest.fixture
def desk(client):
    client.force_login(make_user("anna"))
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def page(desk, contact) -> str:
    return desk.get(reverse("customers:person-detail", args=[contact.pk])).content.decode()


@pytest.mark.parametrize(
    ("person", "fields", "opening", "words"),
    [
        (STAMATIS, {}, "Αγαπητέ κύριε Παπαδόπουλε,", "είναι κοντά σας"),
        (STAMATIS, {"register": "informal"}, "Αγαπητέ Σταμάτη,", "σε σκεφτόμαστε πολύ"),
        (COMPANY, {"email": "limani@shop.example"}, "Αγαπητοί συνεργάτες,", "με όλους σας"),
        (STAMATIS, {"language": "en"}, "Dear Mr Papadopoulos,", "Our thoughts are with you"),
        (STAMATIS, {"language": "de"}, "", "Our thoughts are with you"),
    ],
)
def test_the_words_are_in_their_opening_manner_and_language(person, fields, opening, words):
    found = sober_words(make_contact(person, **UNTIL, **fields), TODAY)

    assert found.text.startswith(opening)
    assert words in " ".join(found.text.split())


def test_the_words_stand_closed_on_the_page_of_whoever_mourns(desk):
    text = page(desk, make_contact(STAMATIS, **UNTIL))

    assert "<details><summary>A few sober words</summary>" in text
    assert "Αγαπητέ κύριε Παπαδόπουλε," in text
    assert "by hand, nothing is sent from here" in text


def test_a_stop_because_of_mourning_without_a_day_offers_them_too(desk):
    contact = make_contact(STAMATIS, stopped_reason="mourning", stopped_at=NOW)

    assert "A few sober words" in page(desk, contact)


@pytest.mark.parametrize("fields", [{}, {"stopped_reason": "by_staff", "stopped_at": NOW}, {**UNTIL, "deceased": True}])
def test_nobody_else_is_offered_them(desk, fields):
    assert "sober" not in page(desk, make_contact(ELENI, **fields))


def test_for_anybody_else_nothing_is_read(django_assert_num_queries):
    eleni = make_contact(ELENI)

    with django_assert_num_queries(0):
        assert [words_by_hand(eleni, code, today=TODAY) for code in ("", "complaint", "deceased")] == [None] * 3
