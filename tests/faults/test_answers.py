"""Every answer and every silence of a mail server, met by a real worker: who is reached, who is not, and why."""

import os
import signal

import pytest

from campaigns.models import DeliveryAttempt, Message, MessageBody
from customers.models import Suppression
from tests.faults.conftest import fine_people
from tests.receiver.ledger import message_ids, of_kind
from tests.workers import wait_until

pytestmark = pytest.mark.faults


def attempts(address: str) -> list[DeliveryAttempt]:
    return list(DeliveryAttempt.objects.filter(message__to_address=address).order_by("number"))


def codes(address: str) -> list[tuple[str, str]]:
    return [(attempt.outcome, attempt.code) for attempt in attempts(address)]


def test_a_letter_in_doubt_is_not_sent_again_by_whoever_comes_next(make_house):
    doubtful = "drop-kept+a@shop.example"
    house = make_house(people=[*fine_people(20), doubtful, *(f"later{n}@shop.example" for n in range(20))])
    worker = house.start_worker(threads=1)
    wait_until(lambda: house.uncertain() == [doubtful], what="a letter whose answer never came")

    worker.kill()

    assert house.letter(doubtful).reason_code == "dropped_after_dot"
    house.start_worker()
    house.start_beat()
    house.wait_until_nothing_waits()
    house.wait_for_sweeps(2)
    assert doubtful in house.kept(), "the receiver kept it: the doubt was right not to repeat it"
    assert len(of_kind(house.receiver.events(), "rcpt", recipient=doubtful)) == 1
    house.assert_nobody_twice_and_nobody_lost()


def test_a_letter_whose_dot_did_not_leave_goes_again_under_the_same_name(make_house):
    drops = [
        {"recipient": "data@shop.example", "at": "data", "do": "drop", "times": 1},
        {"recipient": "354@shop.example", "at": "354", "do": "drop", "times": 1},
        {"recipient": "body@shop.example", "at": "body", "after_bytes": 20_000, "do": "drop", "times": 1},
    ]
    cut = [rule["recipient"] for rule in drops]
    house = make_house(people=[*fine_people(10), *cut], rules=drops)
    # So long that the line breaks while it is written: the dot is certainly still here.
    MessageBody.objects.filter(message__to_address__in=cut).update(text="Καλά Χριστούγεννα.\n" * 100_000)
    house.start_worker()
    house.start_beat()

    assert house.wait_until_nothing_waits().classes["reached"] == 13

    events = house.receiver.events()
    for address in cut:
        assert codes(address) == [("retry", "dropped_before_dot"), ("sent", "accepted")]
        assert len(of_kind(events, "rcpt", recipient=address)) == 2
    fixed = Message.objects.filter(campaign=house.campaign).values_list("header_id", flat=True)
    assert message_ids(events) == {name.strip("<>"): 1 for name in fixed}
    house.assert_nobody_twice_and_nobody_lost()


@pytest.mark.once
def test_a_server_that_sends_us_away_costs_the_others_nothing(make_house):
    away = ["bye-rcpt1+a@shop.example", "drop-rcpt1+b@shop.example"]
    busy = {"at": "mail", "reply": "421 4.3.2 Shutting down", "after": 7, "total": 1}
    house = make_house(
        people=[*fine_people(30), *away], rules=[busy, {"at": "mail", "do": "drop", "after": 15, "total": 1}]
    )
    house.start_worker(threads=1)
    house.start_beat()

    coverage = house.wait_until_nothing_waits()

    assert coverage.classes["reached"] == 32
    assert codes(away[0]) == [("retry", "server_busy"), ("sent", "accepted")]
    assert codes(away[1]) == [("retry", "dropped_before_dot"), ("sent", "accepted")]
    # A kept line that is sent away at MAIL is replaced at once: nobody had to wait for it.
    assert DeliveryAttempt.objects.count() == 4
    house.assert_nobody_twice_and_nobody_lost()


@pytest.mark.once
def test_a_server_with_fewer_lines_than_we_have_threads_reaches_everybody(make_house):
    house = make_house(people=fine_people(40), lanes=4, connections=1, delays_ms={"dot": 20})
    house.start_worker(threads=3)
    house.start_beat()

    assert house.wait_until_nothing_waits().classes["reached"] == 40
    refused = of_kind(house.receiver.events(), "answered", stage="connect", reply="421 4.7.0 Too many connections")
    assert refused, "three threads never met the limit of one line"
    house.assert_nobody_twice_and_nobody_lost()


@pytest.mark.once
def test_the_waits_of_a_letter_that_is_sent_away_grow(make_house):
    grey, busy, once = "grey2+a@shop.example", "busy1+b@shop.example", "grey1+c@shop.example"
    house = make_house(people=[*fine_people(5), grey, busy, once], environment={"DISPATCH_RETRY_WAITS": "1,3,9"})
    house.start_worker()
    house.start_beat()

    assert house.wait_until_nothing_waits().classes["reached"] == 8

    assert codes(grey) == [("retry", "greylisted"), ("retry", "greylisted"), ("sent", "accepted")]
    assert codes(busy) == [("retry", "server_busy"), ("sent", "accepted")]
    assert codes(once) == [("retry", "greylisted"), ("sent", "accepted")]
    first, second, third = (attempt.at for attempt in attempts(grey))
    assert (second - first).total_seconds() >= 1
    assert (third - second).total_seconds() >= 3
    assert house.letter(grey).due_at >= second, "the letter left before it was due"
    house.assert_nobody_twice_and_nobody_lost()


@pytest.mark.once
def test_a_slow_answer_is_waited_for_while_sweeps_and_a_second_worker_go_by(make_house):
    slow = "slow-one@shop.example"
    house = make_house(
        people=[*fine_people(20), slow],
        environment={"SMTP_DOT_TIMEOUT": "60", "DISPATCH_LEASE_SECONDS": "120"},
        rules=[{"recipient": slow, "at": "kept", "do": "delay", "ms": 3_000}],
    )
    house.start_worker()
    house.receiver.wait_for(lambda events: len(of_kind(events, "kept")) == 21, timeout=30)
    # The answer is three seconds away; from here on it comes when the test says so.
    os.kill(house.receiver.process.pid, signal.SIGSTOP)
    house.start_worker()
    house.start_beat()
    house.wait_for_sweeps(3)
    meanwhile = house.letter(slow)
    assert (meanwhile.state, meanwhile.attempt) == ("sending", 1)

    os.kill(house.receiver.process.pid, signal.SIGCONT)

    assert house.wait_until_nothing_waits().classes["reached"] == 21
    after = house.letter(slow)
    assert (after.state, after.attempt, after.holder) == ("sent", 1, meanwhile.holder)
    house.assert_nobody_twice_and_nobody_lost()


@pytest.mark.once
def test_what_a_server_says_of_a_person_fails_that_person_alone(make_house):
    answers = {
        "a@shop.example": ("550 5.1.1 No such user", "rcpt", "refused_address"),
        "b@shop.example": ("550 No such user here", "rcpt", "refused_address"),
        "c@shop.example": ("552 5.2.2 Mailbox full", "dot", "mailbox_full"),
        "d@shop.example": ("552 5.3.4 Message too large", "dot", "too_large"),
    }
    rules = [{"recipient": who, "at": at, "reply": reply} for who, (reply, at, _code) in answers.items()]
    house = make_house(people=[*fine_people(20), *answers], rules=rules)
    house.start_worker()

    coverage = house.wait_until_nothing_waits()

    assert (coverage.classes["reached"], coverage.classes["failed"]) == (20, 4)
    failed = Message.objects.filter(state="failed").values_list("to_address", "reason_code", "attempt")
    assert {who: (code, attempt) for who, code, attempt in failed} == {
        who: (code, 1) for who, (_reply, _at, code) in answers.items()
    }
    # A full box is no dead one: the next greeting tries again.
    assert not Suppression.objects.exists()


PAUSES = {
    "policy": {"rules": [{"at": "dot", "reply": "554 5.7.1 Refused by policy"}]},
    "login_refused": {"users": {"house": "right"}, "login": "house:wrong@"},
    "many_errors": {"rules": [{"at": "rcpt", "reply": "550 5.1.1 No such user"}]},
    "many_doubts": {"rules": [{"at": "kept", "do": "drop"}]},
}


@pytest.mark.parametrize(
    # One of them on PostgreSQL too: what the answer means is not the database's affair.
    "code",
    [pytest.param(code, marks=() if code == "policy" else pytest.mark.once) for code in PAUSES],
)
def test_what_is_about_us_pauses_the_campaign_with_one_alarm(make_house, code):
    house = make_house(people=40, environment={"DISPATCH_ERRORS_IN_A_ROW": "5"}, **PAUSES[code])
    house.start_worker()

    campaign = house.wait_until_paused()

    assert campaign.paused_code == code
    house.assert_one_alarm("campaign_paused")
    classes = house.looked_at().classes
    # When one of two threads has heard enough, the other may have a letter in hand and take one more meanwhile.
    burnt = {"policy": 0, "login_refused": 0, "many_errors": 7, "many_doubts": 5}[code]
    assert classes["failed"] + classes["uncertain"] <= burnt
    assert classes["waiting"] == 40 - classes["failed"] - classes["uncertain"]
    if burnt == 0:
        tried = Message.objects.filter(attempt__gt=0).values_list("state", "reason_code", "attempt")
        assert tried and set(tried) == {("retry", code, 1)}, "the letter in hand waits with the others"
    house.assert_pause_holds()
