"""Two real PostgreSQL connections on one letter: one wins, and a stop that committed first always wins.

The row is held by the first connection between its read and its commit; the second waits inside its UPDATE.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest

from campaigns.dispatch.handover import Answer, lay_down
from campaigns.dispatch.leaving_out import leave_out
from campaigns.dispatch.outcome import Outcome
from campaigns.dispatch.sweep import heal_campaigns_that_are_over, hold_too_late, settle_dead_holders
from campaigns.models import DeliveryAttempt, Message, MessageBody
from campaigns.running import cancel_campaign, settle_uncertain
from customers.consent import stop_letters
from customers.models import AuditEntry, Interaction
from tests.builders import NOW, make_campaign, make_contact, make_letter, make_user
from tests.connections import held_between
from tests.dispatch.hands import SENT, claim, holder_of, in_hand, record, seen
from tests.dispatch.stops import STOPS

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
BUSY = Outcome("retry", "server_busy", smtp_code=451, reply="try later")
LATER = NOW + timedelta(hours=1)


def state_of(letter: Message) -> str:
    return Message.objects.values_list("state", flat=True).get(pk=letter.pk)


def uncertain_letter(state: str = "sending") -> Message:
    return make_letter(make_campaign(state=state), state="uncertain", reason_code="lease_ended", holder=holder_of("a"))


# --- The claim ---


def test_two_workers_claim_one_letter_and_one_wins():
    letter = make_letter(make_campaign(state="sending"))

    mine, other = held_between(lambda: claim(letter, by="a"), lambda: claim(letter, by="b"))

    assert (mine, other.result) == (True, False)
    letter.refresh_from_db()
    assert (letter.holder, letter.attempt) == (holder_of("a"), 1)


def test_two_campaigns_of_one_occasion_claim_for_one_person_and_one_wins():
    contact = make_contact()
    letters = [make_letter(make_campaign(state="sending"), contact) for _campaign in range(2)]

    mine, other = held_between(lambda: claim(letters[0], by="a"), lambda: claim(letters[1], by="b"))

    assert (mine, other.result) == (True, False)
    assert Message.objects.filter(state="sending").count() == 1


@pytest.mark.parametrize("outcome", [SENT, BUSY], ids=["taken", "refused for now"])
def test_the_last_letter_is_recorded_even_when_the_next_one_is_lost_to_another_campaign(outcome):
    contact = make_contact()
    campaign, other_campaign = make_campaign(state="sending"), make_campaign(state="sending")
    last = in_hand(make_letter(campaign), by="b", outcome=outcome)
    letters = [make_letter(each, contact) for each in (other_campaign, campaign)]

    mine, other = held_between(lambda: claim(letters[0], by="a"), lambda: claim(letters[1], by="b", last=last))

    assert (mine, other.result) == (True, False)
    assert Message.objects.get(pk=last.letter.pk).state == outcome.state


@pytest.mark.parametrize("stop", STOPS.values(), ids=STOPS.keys())
def test_a_stop_that_commits_first_wins_over_the_hand_over(stop: Callable[[Message], object]):
    letter = make_letter(make_campaign(state="sending"))

    _none, other = held_between(lambda: stop(letter), lambda: claim(letter))

    assert other.result is False
    assert state_of(letter) in ("skipped", "held")


@pytest.mark.parametrize("stop", STOPS.values(), ids=STOPS.keys())
def test_a_stop_waits_for_a_hand_over_that_came_first(stop: Callable[[Message], object]):
    letter = make_letter(make_campaign(state="sending"))

    mine, _other = held_between(lambda: claim(letter), lambda: stop(letter))

    assert mine
    assert state_of(letter) == "sending"


def test_a_letter_called_off_while_a_worker_waits_for_it_stays_called_off():
    letter, by = make_letter(make_campaign(state="sending")), make_user(role="manager")

    _none, other = held_between(lambda: cancel_campaign(letter.campaign_id, by=by, now=NOW), lambda: claim(letter))

    assert (other.result, state_of(letter)) == (False, "cancelled")


def test_calling_off_leaves_the_letter_in_hand_to_its_worker():
    letter, by = make_letter(make_campaign(state="sending")), make_user(role="manager")

    answers: list[Answer] = []
    held_between(lambda: answers.append(in_hand(letter)), lambda: cancel_campaign(letter.campaign_id, by=by, now=NOW))
    record(answers[0])

    assert state_of(letter) == "sent"


# --- The record ---


@pytest.mark.parametrize("outcome", [SENT, BUSY], ids=["taken", "refused for now"])
def test_what_became_of_a_letter_is_recorded_once(outcome):
    answer = in_hand(make_letter(make_campaign(state="sending")), outcome=outcome)

    held_between(lambda: record(answer), lambda: record(answer, now=LATER))

    letter = Message.objects.get()
    assert (letter.state, letter.sent_at) == (outcome.state, NOW if outcome is SENT else None)
    assert DeliveryAttempt.objects.count() == (0 if outcome is SENT else 1)


def test_a_holder_who_answers_first_leaves_nothing_to_the_sweep():
    answer = in_hand(make_letter(make_campaign(state="sending")))

    _none, other = held_between(lambda: record(answer), lambda: settle_dead_holders(now=LATER))

    assert (other.result, Message.objects.get().state) == (0, "sent")


def test_a_holder_slower_than_its_lease_still_knows_better_than_the_sweep():
    answer = in_hand(make_letter(make_campaign(state="sending")))

    settled, _other = held_between(lambda: settle_dead_holders(now=LATER), lambda: record(answer))

    assert (settled, Message.objects.get().state) == (1, "sent")


def test_a_letter_laid_down_unsent_waits_again_though_it_was_given_up():
    answer = in_hand(make_letter(make_campaign(state="sending")))

    settled, other = held_between(
        lambda: settle_dead_holders(now=LATER), lambda: lay_down(answer.letter, holder=answer.holder)
    )

    letter = Message.objects.get()
    assert (settled, other.result, letter.state, letter.reason_code) == (1, True, "ready", "")


@pytest.mark.parametrize(("went", "state"), [(True, "sent"), (False, "ready")])
def test_what_a_person_decided_is_not_written_over_by_a_slow_holder(went, state):
    answer = in_hand(make_letter(make_campaign(state="sending")), outcome=BUSY)
    settle_dead_holders(now=LATER)
    by = make_user(role="manager")

    held_between(
        lambda: settle_uncertain(answer.letter.pk, went=went, by=by, now=LATER), lambda: record(answer, now=LATER)
    )

    letter = Message.objects.get()
    assert (letter.state, letter.settled_by) == (state, by)


def test_a_person_is_told_when_the_slow_holder_was_first():
    answer = in_hand(make_letter(make_campaign(state="sending")))
    settle_dead_holders(now=LATER)
    by = make_user(role="manager")

    _none, other = held_between(
        lambda: record(answer, now=LATER),
        lambda: settle_uncertain(answer.letter.pk, went=False, by=by, now=LATER),
    )

    assert other.refusal is not None
    letter = Message.objects.get()
    assert (letter.state, letter.settled_by) == ("sent", None)


def test_a_line_quoted_by_two_letters_keeps_the_time_of_the_first():
    contact = make_contact()
    line = Interaction.objects.create(contact=contact, happened_at=NOW, quotable="το σκούρο καβούρδισμα")
    answers = []
    for number, name in enumerate("ab"):
        letter = make_letter(make_campaign(state="sending", occasion_key=f"own-{number}"), contact)
        MessageBody.objects.filter(message=letter).update(sources={"quotable": line.pk})
        answers.append(in_hand(letter, by=name))

    held_between(lambda: record(answers[0]), lambda: record(answers[1], now=LATER))

    line.refresh_from_db()
    assert line.quoted_at == NOW
    assert Message.objects.filter(state="sent").count() == 2


# --- The sweep, and leaving out ---


def test_two_workers_leave_a_letter_out_once():
    contact = make_contact()
    letter = make_letter(make_campaign(state="sending"), contact)
    contact.__class__.objects.filter(pk=contact.pk).update(deceased=True)

    mine, other = held_between(lambda: leave_out(letter.pk, now=NOW), lambda: leave_out(letter.pk, now=LATER))

    assert (mine, other.result) == (True, False)
    assert (state_of(letter), Message.objects.get().reason_code) == ("skipped", "deceased")


def test_two_sweeps_call_a_dead_workers_letter_uncertain_once():
    in_hand(make_letter(make_campaign(state="sending")))

    mine, other = held_between(lambda: settle_dead_holders(now=LATER), lambda: settle_dead_holders(now=LATER))

    assert (mine, other.result) == (1, 0)


def test_a_letter_claimed_in_its_last_moment_is_not_held_as_too_late():
    letter = make_letter(make_campaign(state="sending"), give_up_at=NOW + timedelta(seconds=1))

    mine, other = held_between(lambda: claim(letter), lambda: hold_too_late(now=LATER))

    assert (mine, other.result, state_of(letter)) == (True, 0, "sending")


def test_a_letter_held_as_too_late_is_claimed_by_nobody():
    letter = make_letter(make_campaign(state="sending"), give_up_at=NOW + timedelta(seconds=1))

    held, other = held_between(lambda: hold_too_late(now=LATER), lambda: claim(letter))

    assert (held, other.result, state_of(letter)) == (1, False, "held")


def test_two_sweeps_bring_a_finished_campaign_with_a_letter_back_once():
    letter = make_letter(make_campaign(state="finished", finished_at=NOW))

    held_between(heal_campaigns_that_are_over, heal_campaigns_that_are_over)

    letter.campaign.refresh_from_db()
    assert (letter.campaign.state, letter.campaign.finished_at) == ("sending", None)


def test_two_sweeps_call_off_what_was_brought_back_into_a_cancelled_campaign():
    letter = make_letter(make_campaign(state="cancelled"))

    held_between(heal_campaigns_that_are_over, heal_campaigns_that_are_over)

    assert state_of(letter) == "cancelled"


# --- A person decides about an uncertain letter ---


def test_two_people_settle_one_uncertain_letter_and_one_is_told():
    letter, by = uncertain_letter(), make_user(role="manager")

    _message, other = held_between(
        lambda: settle_uncertain(letter.pk, went=True, by=by, now=NOW),
        lambda: settle_uncertain(letter.pk, went=False, by=by, now=NOW),
    )

    assert other.refusal is not None and state_of(letter) == "sent"
    assert AuditEntry.objects.filter(verb__in=["letter_went", "letter_again"]).count() == 1


def test_a_letter_is_not_sent_again_from_a_campaign_called_off_at_the_same_moment():
    letter, by = uncertain_letter(), make_user(role="manager")

    _none, other = held_between(
        lambda: cancel_campaign(letter.campaign_id, by=by, now=NOW),
        lambda: settle_uncertain(letter.pk, went=False, by=by, now=NOW),
    )

    assert other.refusal is not None and state_of(letter) == "uncertain"


def test_calling_off_takes_the_letter_that_was_just_to_be_sent_again():
    letter, by = uncertain_letter(), make_user(role="manager")

    held_between(
        lambda: settle_uncertain(letter.pk, went=False, by=by, now=NOW),
        lambda: cancel_campaign(letter.campaign_id, by=by, now=NOW),
    )

    assert state_of(letter) == "cancelled"


def test_a_letter_sent_again_is_not_claimed_when_its_person_was_stopped_at_the_same_moment():
    letter, by = uncertain_letter(), make_user(role="manager")

    stop_letters(letter.contact, by=by, now=NOW)
    settle_uncertain(letter.pk, went=False, by=by, now=NOW)

    assert not claim(seen(letter))
