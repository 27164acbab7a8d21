"""Any colleague stops a person's letters in two clicks, and allows them again after a question."""

import pytest
from django.urls import reverse

from customers import consent
from customers.consent import may_write_to, suppress_address
from customers.models import AuditEntry, Contact
from tests.builders import NOW, STAMATIS, make_contact

pytestmark = pytest.mark.django_db


@pytest.fixture
def stamatis():
    return make_contact(STAMATIS)


def test_two_clicks_stop_the_letters(desk, stamatis, anna):
    page = desk.get(reverse("customers:person-detail", args=[stamatis.pk])).content.decode()
    first_click = reverse("customers:letters-stop", args=[stamatis.pk])
    assert f'href="{first_click}"' in page

    question = desk.get(first_click)
    reason = question.context["form"]["reason"].initial
    response = desk.post(first_click, {"reason": reason}, follow=True)

    assert "Stop all letters? Σταμάτης Παπαδόπουλος" in question.content.decode()
    assert "The letters have stopped: Σταμάτης Παπαδόπουλος." in response.content.decode()
    stamatis.refresh_from_db()
    assert (stamatis.stopped_reason, stamatis.stopped_by) == ("by_staff", anna)
    assert not may_write_to(stamatis, now=NOW).allowed


def test_looking_at_the_question_stops_nothing(desk, stamatis):
    desk.get(reverse("customers:letters-stop", args=[stamatis.pk]))

    assert may_write_to(stamatis, now=NOW).allowed


def test_letters_that_wait_are_told_in_the_same_step(desk, stamatis, monkeypatch):
    told = []
    monkeypatch.setattr(consent, "_stop_hooks", [])
    consent.register_stop_hook(lambda ids, digest, code: told.append((list(ids), code)))

    desk.post(reverse("customers:letters-stop", args=[stamatis.pk]), {"reason": "mourning"})

    assert told == [([stamatis.pk], "mourning")]


def test_a_reason_we_do_not_know_stops_nothing(desk, stamatis):
    desk.post(reverse("customers:letters-stop", args=[stamatis.pk]), {"reason": "because"})

    assert Contact.objects.get(pk=stamatis.pk).stopped_reason == ""


def test_letters_begin_again_after_a_question_with_the_name(desk, stamatis):
    desk.post(reverse("customers:letters-stop", args=[stamatis.pk]), {"reason": "by_staff"})
    again = reverse("customers:letters-allow", args=[stamatis.pk])

    assert f'href="{again}"' in desk.get(reverse("customers:person-detail", args=[stamatis.pk])).content.decode()
    assert "Write again? Σταμάτης Παπαδόπουλος" in desk.get(again).content.decode()
    response = desk.post(again, follow=True)

    assert "We may write again: Σταμάτης Παπαδόπουλος." in response.content.decode()
    assert may_write_to(stamatis, now=NOW).allowed


def test_what_the_person_asked_for_themselves_is_not_taken_back_by_a_colleague(desk, stamatis):
    suppress_address(stamatis.address_digest, reason="unsubscribed", now=NOW)
    desk.post(reverse("customers:letters-stop", args=[stamatis.pk]), {"reason": "by_staff"})

    response = desk.post(reverse("customers:letters-allow", args=[stamatis.pk]), follow=True)

    assert "Still no letters: asked us not to write." in response.content.decode()
    assert not may_write_to(stamatis, now=NOW).allowed


def test_both_steps_stand_in_the_trail(desk, stamatis, anna):
    desk.post(reverse("customers:letters-stop", args=[stamatis.pk]), {"reason": "by_staff"})
    desk.post(reverse("customers:letters-allow", args=[stamatis.pk]))

    about_them = AuditEntry.objects.filter(person_key=stamatis.person_key).order_by("id")
    assert list(about_them.values_list("verb", "actor_id")) == [
        ("stop_letters", anna.pk),
        ("allow_letters", anna.pk),
    ]


def test_a_till_entry_has_nothing_to_stop(desk):
    till = make_contact(kind="placeholder", first_name="", last_name="", raw_name="ΠΕΛΑΤΗΣ ΛΙΑΝΙΚΗΣ", email="")

    page = desk.get(reverse("customers:person-detail", args=[till.pk])).content.decode()

    assert "Stop letters" not in page
