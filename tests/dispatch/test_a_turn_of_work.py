"""A turn on one lane: one bad letter stops nobody else, and what is left out is progress."""

from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.dispatch.limit_rules import parsed_limits
from campaigns.dispatch.mailbox import count_letters
from campaigns.dispatch.transport import MailboxTransport
from campaigns.dispatch.work import work_lane
from campaigns.models import MessageBody, SendingWindow
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


def test_of_two_turns_on_one_lane_one_goes_and_the_other_sends(tmp_path):
    campaign = make_campaign(state="sending")
    for _number in range(20):
        make_letter(campaign)
    asked = []

    def stopping() -> bool:
        asked.append(1)
        if len(asked) == 3:  # between two letters of ours another turn takes all that is left
            asked.append(work(campaign, tmp_path))
        return False

    ours = work(campaign, tmp_path, stopping=stopping)

    assert (ours.sent_count, ours.more, len(asked)) == (2, False, 6)
    assert set(campaign.messages.values_list("state", flat=True)) == {"sent"}
    assert count_letters(tmp_path) == 20


def limited(settings, rules: str) -> None:
    settings.SENDING_LIMITS = parsed_limits(rules)


def test_a_limit_of_the_house_ends_the_turn_and_the_letters_stay_due(tmp_path, settings):
    limited(settings, "3/hour")
    campaign = make_campaign(state="sending")
    for _number in range(5):
        make_letter(campaign)

    turn = work(campaign, tmp_path)

    assert (turn.sent_count, turn.more) == (3, False)
    assert campaign.messages.filter(state="ready", due_at__lte=NOW).count() == 2


def test_a_limit_of_one_domain_puts_its_letters_off_and_the_others_leave(tmp_path, settings):
    limited(settings, "busy.example:2/hour")
    campaign = make_campaign(state="sending")
    for number in range(4):
        make_letter(campaign, make_contact(email=f"a{number}@busy.example"))
    for _number in range(3):
        make_letter(campaign)

    turn = work(campaign, tmp_path)

    assert (turn.sent_count, turn.put_off_count) == (5, 2)
    waiting = campaign.messages.filter(state="ready")
    assert {letter.due_at for letter in waiting} == {NOW.replace(hour=11)}


def test_a_limit_a_second_is_waited_for_in_the_turn(tmp_path, settings):
    limited(settings, "4/second")
    campaign = make_campaign(state="sending", give_up_at=timezone.now() + timedelta(days=1))
    for _number in range(9):
        make_letter(campaign, due_at=timezone.now())
    begun_at = timezone.now()

    turn = work_lane(
        campaign_id=campaign.pk, lane=0, transport=MailboxTransport(tmp_path), clock=timezone.now, seconds=60
    )

    assert turn.sent_count == 9
    third = SendingWindow.objects.get(seconds=1)
    assert third.taken <= 4
    assert third.begins_at - begun_at > timedelta(seconds=1), "nine letters left within two seconds"


def test_what_was_not_used_of_a_limit_is_there_for_the_next_turn(tmp_path, settings):
    limited(settings, "100/day")
    campaign = make_campaign(state="sending")
    for _number in range(3):
        make_letter(campaign)

    work(campaign, tmp_path)

    assert SendingWindow.objects.get().taken == 3
