"""Two real PostgreSQL connections on one row: one wins, and a stop that committed first always wins.

The row is held by the first connection between its read and its commit; the second waits inside its UPDATE.
"""

import pytest

from campaigns.dispatch.handover import Answer, hand_over
from campaigns.dispatch.outcome import Outcome
from campaigns.models import Campaign, Message
from campaigns.running import approve_campaign, resume_campaign, settle_uncertain, start_sending
from customers.consent import stop_letters, suppress_address
from tests.builders import NOW, make_campaign, make_contact, make_letter, make_user
from tests.connections import held_between

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def test_two_workers_claim_one_letter_and_one_wins():
    letter = make_letter(make_campaign(state="sending"))

    mine, other = held_between(
        lambda: hand_over(letter.pk, holder="a|1|1|a", now=NOW, last=None),
        lambda: hand_over(letter.pk, holder="b|1|1|b", now=NOW, last=None),
    )

    assert mine is not None and other.result is None
    letter.refresh_from_db()
    assert (letter.holder, letter.attempt) == ("a|1|1|a", 1)


def test_two_campaigns_of_one_occasion_claim_for_one_person_and_one_wins():
    contact = make_contact()
    letters = [make_letter(make_campaign(state="sending"), contact) for _campaign in range(2)]

    mine, other = held_between(
        lambda: hand_over(letters[0].pk, holder="a|1|1|a", now=NOW, last=None),
        lambda: hand_over(letters[1].pk, holder="b|1|1|b", now=NOW, last=None),
    )

    assert mine is not None and other.result is None
    assert Message.objects.filter(state="sending").count() == 1


def test_the_last_letter_is_recorded_even_when_the_next_one_is_lost_to_another_campaign():
    contact = make_contact()
    campaign, other_campaign = make_campaign(state="sending"), make_campaign(state="sending")
    last = hand_over(make_letter(campaign).pk, holder="b|1|1|b", now=NOW, last=None)
    letters = [make_letter(each, contact) for each in (other_campaign, campaign)]

    mine, other = held_between(
        lambda: hand_over(letters[0].pk, holder="a|1|1|a", now=NOW, last=None),
        lambda: hand_over(letters[1].pk, holder="b|1|1|b", now=NOW, last=Answer(last, Outcome("sent", "accepted"))),
    )

    assert mine is not None and other.result is None
    assert Message.objects.get(pk=last.pk).state == "sent"


@pytest.mark.parametrize("how", ["by a colleague", "by the link in a letter"])
def test_a_stop_that_commits_first_wins_over_the_hand_over(how):
    letter, by = make_letter(make_campaign(state="sending")), make_user()

    def stop() -> None:
        if how == "by a colleague":
            stop_letters(letter.contact, by=by, now=NOW)
        else:
            suppress_address(letter.address_digest, reason="unsubscribed", now=NOW)

    _none, other = held_between(stop, lambda: hand_over(letter.pk, holder="b|1|1|b", now=NOW, last=None))

    assert other.result is None
    letter.refresh_from_db()
    assert letter.state == "skipped"


def test_two_managers_approve_and_one_is_told():
    campaign = make_campaign(state="in_review")
    managers = [make_user(role="manager"), make_user(role="manager")]

    _none, other = held_between(
        lambda: approve_campaign(campaign.pk, by=managers[0], revision=1, now=NOW),
        lambda: approve_campaign(campaign.pk, by=managers[1], revision=1, now=NOW),
    )

    assert other.refusal is not None and other.refusal.code == "state"
    assert Campaign.objects.get(pk=campaign.pk).approved_by == managers[0]


def test_two_managers_start_sending_and_one_is_told():
    campaign, managers = make_campaign(state="approved"), [make_user(role="manager"), make_user(role="manager")]

    _none, other = held_between(
        lambda: start_sending(campaign.pk, by=managers[0], now=NOW),
        lambda: start_sending(campaign.pk, by=managers[1], now=NOW),
    )

    assert other.refusal is not None
    assert other.refusal.campaign.started_by == managers[0]


def test_two_tabs_resume_and_one_is_told():
    campaign, by = make_campaign(state="paused"), make_user(role="manager")

    _none, other = held_between(
        lambda: resume_campaign(campaign.pk, by=by, now=NOW), lambda: resume_campaign(campaign.pk, by=by, now=NOW)
    )

    assert other.refusal is not None


def test_two_people_settle_one_uncertain_letter_and_one_is_told():
    letter = make_letter(make_campaign(state="sending"), state="uncertain", reason_code="holder_died")
    by = make_user(role="manager")

    _message, other = held_between(
        lambda: settle_uncertain(letter.pk, went=True, by=by, now=NOW),
        lambda: settle_uncertain(letter.pk, went=False, by=by, now=NOW),
    )

    assert other.refusal is not None
    letter.refresh_from_db()
    assert letter.state == "sent"
