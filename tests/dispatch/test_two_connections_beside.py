"""Two real PostgreSQL connections on what stands beside the letters: notices, errors in a row, letters put off.

Limits stand in test_limits_two_connections.py, the claim of a notice in tests/campaigns/test_notices.py.
"""

from datetime import timedelta

import pytest

from campaigns.dispatch.handover import Answer
from campaigns.dispatch.limits import Wait
from campaigns.dispatch.notices import NOTICES, settle_notices_of_the_dead
from campaigns.dispatch.outcome import Outcome
from campaigns.dispatch.transport import MailboxTransport
from campaigns.dispatch.trouble import Row
from campaigns.dispatch.work import Lane
from campaigns.models import Campaign, Message, StaffNotice
from campaigns.notices import PAUSED, raise_alarm_once, see_notice
from tests.builders import NOW, make_campaign, make_letter, make_user
from tests.connections import held_between
from tests.dispatch.hands import SENT, claim, holder_of, seen

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def eleni():
    return make_user("eleni", role="manager", email="eleni@kafekopteio.example")


def alarm(campaign: Campaign) -> int:
    return raise_alarm_once(code=PAUSED, campaign_id=campaign.pk, facts={"code": "policy"}, now=NOW)


def in_hand(eleni) -> StaffNotice:
    """A notice to Eleni that a worker on another machine is just sending."""
    alarm(make_campaign(state="in_review", author=eleni))
    StaffNotice.objects.update(state="sending", holder=holder_of("a"), attempt=1, lease_until=NOW)
    return StaffNotice.objects.get()


def test_an_alarm_raised_by_two_is_one(eleni):
    campaign = make_campaign(state="in_review", author=eleni)

    mine, other = held_between(lambda: alarm(campaign), lambda: alarm(campaign))

    assert (mine, other.result, StaffNotice.objects.count()) == (1, 0, 1)


def test_two_sweeps_call_the_notice_of_a_dead_worker_uncertain_once(eleni):
    in_hand(eleni)

    mine, other = held_between(
        lambda: settle_notices_of_the_dead(now=LATER), lambda: settle_notices_of_the_dead(now=LATER)
    )

    assert (mine, other.result) == (1, 0)


@pytest.mark.parametrize("sweep_first", [True, False], ids=["the sweep first", "the holder first"])
def test_a_holder_slower_than_its_lease_has_the_last_word_about_its_notice(eleni, sweep_first):
    notice = in_hand(eleni)
    steps = [
        lambda: settle_notices_of_the_dead(now=LATER),
        lambda: NOTICES.record(notice, SENT, now=NOW),
    ]

    held_between(*(steps if sweep_first else reversed(steps)))

    assert StaffNotice.objects.get().state == "sent"


def test_a_notice_seen_in_two_tabs_keeps_the_hour_of_the_first(eleni):
    alarm(make_campaign(state="in_review", author=eleni))
    notice = StaffNotice.objects.get()

    held_between(lambda: see_notice(notice.pk, by=eleni, now=NOW), lambda: see_notice(notice.pk, by=eleni, now=LATER))

    assert StaffNotice.objects.get().seen_at == NOW


def test_errors_of_two_workers_are_two_in_a_row():
    campaign = make_campaign(state="sending")
    refused = Outcome("failed", "refused_address", smtp_code=550)
    answers = [Answer(seen(make_letter(campaign)), holder_of(name), refused) for name in "ab"]
    rows = [Row(campaign) for _worker in answers]

    held_between(lambda: rows[0].note(answers[0]), lambda: rows[1].note(answers[1]))

    assert Campaign.objects.get().errors_in_a_row == 2


def test_a_letter_that_goes_ends_the_row_that_another_worker_makes_longer():
    campaign = make_campaign(state="sending", errors_in_a_row=3)
    refused = Outcome("failed", "refused_address", smtp_code=550)
    answers = [Answer(seen(make_letter(campaign)), holder_of("a"), outcome) for outcome in (refused, SENT)]
    rows = [Row(campaign) for _worker in answers]

    held_between(lambda: rows[0].note(answers[0]), lambda: rows[1].note(answers[1]))

    assert Campaign.objects.get().errors_in_a_row == 0


def test_a_letter_is_not_put_off_that_another_worker_has_in_hand(tmp_path):
    letter = make_letter(make_campaign(state="sending"))
    lane = Lane(letter.campaign, MailboxTransport(tmp_path), lambda: NOW, lambda: False)
    due = seen(letter)

    mine, _other = held_between(lambda: claim(due), lambda: lane._wait(Wait("domain:shop.example", LATER), due))

    kept = Message.objects.get()
    assert mine and (kept.state, kept.due_at) == ("sending", letter.due_at)


def test_a_letter_that_was_put_off_is_not_claimed_before_its_time(tmp_path):
    letter = make_letter(make_campaign(state="sending"))
    lane = Lane(letter.campaign, MailboxTransport(tmp_path), lambda: NOW, lambda: False)
    due = seen(letter)

    _more, other = held_between(lambda: lane._wait(Wait("domain:shop.example", LATER), due), lambda: claim(due))

    assert (other.result, Message.objects.get().due_at) == (False, LATER)
