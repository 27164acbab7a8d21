"""kill -9 of a worker, aimed by the receiver's ledger: 0 lost, 0 twice, at most one uncertain per connection."""

import pytest
from django.utils import timezone

from campaigns.models import Message
from campaigns.running import settle_uncertain
from tests.builders import make_user
from tests.faults.conftest import fine_people
from tests.receiver.ledger import of_kind
from tests.workers import wait_until

pytestmark = pytest.mark.faults
SLOW = {"delays_ms": {"dot": 15}}  # long enough to aim between two letters, short enough for the suite


def test_killed_between_two_letters(make_house):
    # Every letter is sent away once: for a moment all of them wait for their second try and none is in hand.
    house = make_house(people=[f"grey1+{n}@shop.example" for n in range(30)])
    house.environment["DISPATCH_RETRY_WAITS"] = "4"
    worker = house.start_worker()
    wait_until(lambda: house.coverage().retry == 30, what="thirty letters sent away")

    worker.kill()

    assert house.coverage().in_hand == 0, "the kill did not land between two letters"
    house.start_worker()
    house.start_beat()
    coverage = house.wait_until_nothing_waits()
    assert (coverage.classes["reached"], coverage.classes["uncertain"]) == (30, 0)
    house.assert_nobody_twice_and_nobody_lost()


@pytest.mark.parametrize(
    ("stage", "event"),
    [("data", "data_begun"), ("dot", "dot_received"), ("kept", "kept")],
    ids=["before the text", "the whole letter is there", "kept but not answered"],
)
def test_killed_in_the_middle_of_a_letter(make_house, stage, event):
    # The receiver stops at that very step of one letter and never answers: the kill can land nowhere else.
    victim = "person20@shop.example"
    house = make_house(people=40, rules=[{"recipient": victim, "at": stage, "do": "hang", "total": 1}])
    worker = house.start_worker(threads=1)
    house.receiver.wait_for(lambda events: of_kind(events, "hanging", stage=stage), timeout=30)

    worker.kill()

    letter = Message.objects.get(to_address=victim)
    assert letter.state == "sending", "the kill missed the letter in hand"
    house.start_worker()
    coverage = house.wait_until_nothing_waits()
    assert house.uncertain() == [victim]
    assert coverage.classes["reached"] == 39
    house.assert_nobody_twice_and_nobody_lost()


def test_killed_after_the_claim_and_before_mail(make_house):
    # A connection takes five letters: the claim of the next one is followed by a new connection, or by MAIL on the old.
    stages = ("connect", "hello", "mail")
    house = make_house(
        people=fine_people(40),
        environment={"SMTP_LETTERS_PER_CONNECTION": "5", "SMTP_COMMAND_TIMEOUT": "30", "SMTP_LETTER_TIMEOUT": "30"},
    )
    held = []
    for stage in stages:
        house.receiver.set_rules(rules=[{"at": stage, "do": "hang", "after": 1, "total": 1}])
        worker = house.start_worker(threads=1)
        house.receiver.wait_for(lambda events, stage=stage: of_kind(events, "hanging", stage=stage), timeout=30)
        held += house.by_state("sending") - set(house.uncertain())
        worker.kill()

    assert len(set(held)) == 3, "a kill missed the letter in hand"
    assert not house.kept() & set(held), "a letter had gone before the kill"
    house.start_worker()
    coverage = house.wait_until_nothing_waits()
    assert (house.uncertain(), coverage.classes["reached"]) == (sorted(held), 37)
    assert not house.kept() & set(held), "an uncertain letter was sent by itself"
    house.assert_nobody_twice_and_nobody_lost()


def test_a_person_settles_the_uncertain_letter_by_name(make_house):
    victim = "person3@shop.example"
    house = make_house(people=8, rules=[{"recipient": victim, "at": "dot", "do": "drop", "total": 1}])
    house.start_worker()
    house.start_beat()
    house.wait_until_nothing_waits()
    assert house.uncertain() == [victim]

    settle_uncertain(
        Message.objects.get(to_address=victim).pk, went=False, by=make_user(role="manager"), now=timezone.now()
    )

    wait_until(lambda: house.coverage().classes["reached"] == 8, what="the letter that was sent again")
    assert house.uncertain() == []
    house.assert_nobody_twice_and_nobody_lost()
