"""People and words change while letters leave: whoever was stopped before their letter was claimed gets none."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.admin.sites import site
from django.db import transaction
from django.db.models import ProtectedError
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from campaigns.links import UNSUBSCRIBE, link_token
from campaigns.models import Message
from campaigns.running import StepRefused, change_campaign, pause_campaign, resume_campaign
from customers.consent import stop_letters
from customers.models import Contact, ServiceCase, Suppression
from customers.services.contacts import edit_contact
from tests.builders import make_user
from tests.faults.conftest import House, fine_people

pytestmark = pytest.mark.faults
SLOW = {"delays_ms": {"dot": 80}}  # one connection needs eight seconds for a hundred letters


def one_click(contact: Contact) -> None:
    """As mail programs do it, once more than needed; and somebody who makes a link up."""
    anybody = Client(enforce_csrf_checks=True)
    link = reverse("campaigns:unsubscribe", args=[link_token(UNSUBSCRIBE, contact.address_digest)])
    for _time in range(3):
        assert anybody.post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200


def forged_click(contact: Contact) -> None:
    """The link of somebody else, with this person's address put in."""
    token = link_token(UNSUBSCRIBE, "0" * 64).replace("0" * 64, contact.address_digest)
    Client().post(reverse("campaigns:unsubscribe", args=[token]))
    Client().post(reverse("campaigns:unsubscribe", args=[contact.address_digest]))


@transaction.atomic
def open_case(contact: Contact) -> None:
    """As the page of a case does it."""
    request = RequestFactory().post("/")
    request.user = make_user(role="manager")
    case = ServiceCase(contact=contact, opened_at=timezone.now())
    site.get_model_admin(ServiceCase).save_model(request, case, form=None, change=False)


def edited(**changes: object) -> Callable[[Contact], object]:
    return lambda contact: edit_contact(contact, changes=changes, by=make_user(), now=timezone.now())


STOPS = {
    "one-click": (one_click, "skipped"),
    "colleague": (lambda contact: stop_letters(contact, by=make_user(), now=timezone.now()), "skipped"),
    "mourning": (edited(mourning_until=timezone.localdate() + timedelta(days=40)), "skipped"),
    "deceased": (edited(deceased=True), "skipped"),
    "case": (open_case, "skipped"),
    "moved": (edited(email="elsewhere@other.example"), "held"),
}


def test_whoever_is_stopped_before_their_letter_gets_none_and_the_others_are_reached(make_house):
    stopped = [f"{name}@shop.example" for name in STOPS]
    house = make_house(people=[*fine_people(100), "forged@shop.example", *stopped], lanes=1, **SLOW)
    house.start_worker(threads=1)
    house.start_beat()
    house.wait_until_kept(5)

    forged_click(Contact.objects.get(email="forged@shop.example"))
    with pytest.raises(ProtectedError):
        Contact.objects.get(email="forged@shop.example").delete()
    for name, (stop, state) in STOPS.items():
        address = f"{name}@shop.example"
        stop(Contact.objects.get(email=address))
        letter = house.letter(address)
        assert (letter.state, letter.attempt) == (state, 0), "the stop came too late to say anything"

    coverage = house.wait_until_nothing_waits()
    assert not house.kept() & set(stopped)
    assert (coverage.classes["reached"], coverage.classes["left_out"], coverage.classes["held"]) == (101, 5, 1)
    reasons = Message.objects.filter(state__in=["skipped", "held"]).values_list("reason_code", flat=True)
    assert all(reasons) and len(set(reasons)) == len(STOPS)
    assert Suppression.objects.count() == 1


def assert_only_letters_in_hand_leave(house: House) -> None:
    """Just after the commit of a pause: of two connections each may have one letter in hand, and no more leave."""
    committed = len(house.kept())
    house.wait_until_paused()
    assert len(house.kept()) <= committed + 2


def test_what_was_not_approved_does_not_leave(make_house):
    house = make_house(people=fine_people(100), **SLOW)
    writer, manager = make_user(), make_user(role="manager")
    house.start_worker()
    house.wait_until_kept(5)

    change_campaign(house.campaign, by=writer, now=timezone.now(), what="words")

    assert_only_letters_in_hand_leave(house)
    with pytest.raises(StepRefused):
        resume_campaign(house.campaign.pk, by=manager, now=timezone.now())
    house.assert_pause_holds()
    assert house.coverage().classes["waiting"] == 100 - len(house.kept()) > 0


def test_a_pause_takes_hold_within_one_letter_for_each_connection(make_house):
    house = make_house(people=fine_people(90), **SLOW)
    manager = make_user(role="manager")
    house.start_worker()
    house.start_beat()
    for goal in (6, 12, 18, 24, 30):
        house.wait_until_kept(goal)
        pause_campaign(house.campaign.pk, by=manager, now=timezone.now())
        assert_only_letters_in_hand_leave(house)
        resume_campaign(house.campaign.pk, by=manager, now=timezone.now())

    assert house.wait_until_nothing_waits().classes["reached"] == 90
    house.assert_nobody_twice_and_nobody_lost()
