"""A turn that is broken off anywhere: what the server took is recorded, what it never saw waits again."""

from datetime import timedelta

import pytest
from django.db import OperationalError, connection

from campaigns.dispatch.mailbox import count_letters
from campaigns.dispatch.transport import MailboxTransport
from campaigns.dispatch.work import work_lane
from campaigns.models import Message
from tests.builders import NOW, make_campaign, make_letter

pytestmark = pytest.mark.django_db


class Interrupted(BaseException):
    """As Ctrl-C is: no fault that anybody handles."""


def interrupted_clock(at_look: int):
    """A clock that is interrupted once, at its `at_look`-th look."""
    looks = []

    def clock():
        looks.append(1)
        if len(looks) == at_look:
            raise Interrupted
        return NOW

    return clock


def work(campaign, folder, *, clock=lambda: NOW):
    return work_lane(campaign_id=campaign.pk, lane=0, transport=MailboxTransport(folder), clock=clock, seconds=60)


def frame_out_of_reach(execute, sql, *arguments):
    """A database that is lost between the claim and the words."""
    if "campaigns_letterframe" in sql:
        raise OperationalError("the connection was lost")
    return execute(sql, *arguments)


@pytest.mark.parametrize("at_look", range(1, 12))
def test_an_interrupted_turn_knows_of_each_letter_whether_it_left(tmp_path, at_look):
    campaign = make_campaign(state="sending")
    for _number in range(3):
        make_letter(campaign)

    with pytest.raises(Interrupted):
        work(campaign, tmp_path, clock=interrupted_clock(at_look))

    letters = Message.objects.filter(campaign=campaign)
    assert letters.filter(state="sent").count() == count_letters(tmp_path)
    unsent = letters.exclude(state="sent")
    assert set(unsent.values_list("state", "attempt", "holder", "lease_until")) <= {("ready", 0, "", None)}
    work(campaign, tmp_path)
    assert (letters.filter(state="sent").count(), count_letters(tmp_path)) == (3, 3)


@pytest.mark.parametrize("tries", [0, 2])
def test_a_database_that_breaks_before_the_letter_is_written_keeps_it_waiting(tmp_path, tries):
    campaign = make_campaign(state="sending")
    letter = make_letter(campaign, attempt=tries)

    with connection.execute_wrapper(frame_out_of_reach), pytest.raises(OperationalError):
        work(campaign, tmp_path)

    letter.refresh_from_db()
    assert (letter.state, letter.reason_code, letter.attempt) == ("ready", "", tries)
    assert work(campaign, tmp_path).sent_count == 1


def test_a_machine_that_slept_over_a_claim_lays_the_letter_down(tmp_path):
    campaign = make_campaign(state="sending")
    letter = make_letter(campaign)
    until_it_is_claimed = iter([NOW] * 3)

    turn = work_lane(
        campaign_id=campaign.pk,
        lane=0,
        transport=MailboxTransport(tmp_path),
        clock=lambda: next(until_it_is_claimed, NOW + timedelta(minutes=20)),
        seconds=60,
    )

    letter.refresh_from_db()
    assert (letter.state, letter.attempt, turn.sent_count, count_letters(tmp_path)) == ("ready", 0, 0, 0)
