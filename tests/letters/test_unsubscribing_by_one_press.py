from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.links import UNSUBSCRIBE, link_token
from customers.consent import may_write_to
from customers.models import Contact, Suppression
from tests.builders import NOW, STAMATIS, make_campaign, make_contact, make_letter

pytestmark = pytest.mark.django_db


def link(digest: str) -> str:
    return reverse("campaigns:unsubscribe", args=[link_token(UNSUBSCRIBE, digest)])


@pytest.fixture
def stranger():
    """A mail program: no cookies, no token, its own language."""
    return Client(enforce_csrf_checks=True, headers={"accept-language": "en"})


def test_opening_the_link_asks_once_in_the_language_of_the_letter_and_changes_nothing(stranger):
    greek, english = make_contact(STAMATIS), make_contact(language="en")

    greek_page = stranger.get(link(greek.address_digest))
    english_page = stranger.get(link(english.address_digest))

    assert greek_page.status_code == english_page.status_code == 200
    assert '<html lang="el">' in greek_page.content.decode()
    assert "Shall we write to you no more?" in english_page.content.decode()
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("body", [{"List-Unsubscribe": "One-Click"}, {}])
def test_a_post_stops_the_letters_at_once_without_login_or_cookie(stranger, body):
    contact = make_contact(language="en")

    answer = stranger.post(link(contact.address_digest), body)

    assert answer.status_code == 200
    assert "Done. We will not write to you again." in answer.content.decode()
    assert "The door stays open." in answer.content.decode()
    assert not answer.cookies
    assert not may_write_to(contact, now=NOW).allowed


def test_pressing_twice_is_the_same_as_once(stranger):
    contact = make_contact(language="en")

    first, second = (stranger.post(link(contact.address_digest)) for _time in range(2))

    assert first.content == second.content
    assert Suppression.objects.count() == 1


def test_whoever_has_pressed_and_opens_the_link_again_reads_that_it_is_done(stranger):
    contact = make_contact(language="en")
    stranger.post(link(contact.address_digest))

    assert "Done." in stranger.get(link(contact.address_digest)).content.decode()


def test_letters_that_wait_are_left_out_at_once(stranger):
    letter = make_letter(make_campaign(state="sending"), make_contact(STAMATIS))

    stranger.post(link(letter.address_digest))

    letter.refresh_from_db()
    assert (letter.state, letter.reason_code) == ("skipped", "suppressed")


def test_the_link_works_for_somebody_who_was_erased(stranger):
    contact = make_contact(STAMATIS)
    digest = contact.address_digest
    Contact.objects.filter(pk=contact.pk).update(email="", address_digest="", erased_at=NOW - timedelta(days=900))

    answer = stranger.post(link(digest))

    assert answer.status_code == 200
    assert Suppression.objects.filter(address_digest=digest, reason="unsubscribed").exists()


@pytest.mark.parametrize("token", ["x", "a.b", "%F0%9F%99%82", "0" * 500])
def test_a_link_cut_in_two_is_a_civil_page_and_writes_nothing(stranger, token):
    for answer in (stranger.get(f"/u/{token}/"), stranger.post(f"/u/{token}/")):
        assert answer.status_code == 404
        assert "This link is not whole." in answer.content.decode()
    assert not Suppression.objects.exists()


def test_a_token_of_another_purpose_stops_nothing(stranger):
    contact = make_contact(STAMATIS)
    token = link_token("preferences", contact.address_digest)

    assert stranger.post(reverse("campaigns:unsubscribe", args=[token])).status_code == 404
    assert not Suppression.objects.exists()


def test_the_link_in_the_letter_of_somebody_without_an_address_stops_nobody(stranger):
    campaign = make_campaign(state="sending")
    letter, other = (
        make_letter(campaign, make_contact(email=""), state="held", reason_code="no_email", due_at=None)
        for _person in range(2)
    )

    assert stranger.post(link(letter.address_digest)).status_code == 404

    other.refresh_from_db()
    assert (other.state, other.reason_code) == ("held", "no_email")
    assert not Suppression.objects.exists()


def test_the_page_sets_no_cookie_and_shows_no_third_party(stranger):
    answer = stranger.get(link(make_contact(STAMATIS).address_digest))

    assert not answer.cookies
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "no-store" in answer.headers["Cache-Control"]
