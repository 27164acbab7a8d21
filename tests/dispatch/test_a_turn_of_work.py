"""A turn on one lane: one bad letter stops nobody else, and what is left out is progress."""

import pytest

from campaigns.dispatch.mailbox import count_letters
from campaigns.dispatch.transport import MailboxTransport
from campaigns.dispatch.work import work_lane
from campaigns.models import MessageBody
from campaigns.running import pause_campaign
from tests.builders import NOW, make_campaign, make_contact, make_letter

pytestmark = pytest.mark.django_db


def work(campaign, folder, **fields):
    return work_lane(
        campaign_id=campaign.pk, lane=0, transport=MailboxTransport(folder), clock=lambda: NOW, seconds=60, **fields
    )


def test_what_is_due_is_sent_and_recorded(tmp_path):
    campaign = make_campaign(state="sending")
    for _number in range(3):
        make_letter(campaign)

    turn = work(campaign, tmp_path)

    assert (turn.sent_count, turn.more) == (3, False)
    assert set(campaign.messages.values_list("state", flat=True)) == {"sent"}
    assert count_letters(tmp_path) == 3


def test_a_letter_that_cannot_be_written_is_held_and_the_others_leave(tmp_path):
    campaign = make_campaign(state="sending")
    broken, _second, _third = [make_letter(campaign) for _number in range(3)]
    MessageBody.objects.filter(message=broken).delete()

    turn = work(campaign, tmp_path)

    assert turn.sent_count == 2
    broken.refresh_from_db()
    assert (broken.state, broken.reason_code) == ("held", "unwritable")


def test_a_hundred_letters_left_out_do_not_end_the_turn(tmp_path):
    campaign, earlier = make_campaign(state="sending"), make_campaign(state="sending")
    for _number in range(105):
        contact = make_contact()
        make_letter(earlier, contact, state="sent", sent_at=NOW)
        make_letter(campaign, contact)
    for _number in range(3):
        make_letter(campaign)

    turn = work(campaign, tmp_path)

    assert (turn.left_out_count, turn.sent_count) == (105, 3)


def test_a_pause_takes_hold_within_one_letter(tmp_path):
    campaign = make_campaign(state="sending")
    for _number in range(5):
        make_letter(campaign)
    asked = []

    def stopping() -> bool:
        asked.append(1)
        if len(asked) == 3:
            pause_campaign(campaign.pk, by=None, now=NOW)
        return False

    turn = work(campaign, tmp_path, stopping=stopping)

    assert turn.sent_count == 2
    assert campaign.messages.filter(state="ready").count() == 3


def test_an_orderly_stop_takes_no_new_letter(tmp_path):
    campaign = make_campaign(state="sending")
    for _number in range(3):
        make_letter(campaign)

    turn = work(campaign, tmp_path, stopping=lambda: True)

    assert (turn.tried_count, turn.more) == (0, True)
