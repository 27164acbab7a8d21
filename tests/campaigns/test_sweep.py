"""The sweep: dead holders are settled, nothing leaves late, what is due is rung for, what is done is finished."""

import os
import socket
from datetime import timedelta

import pytest
from django.conf import settings

from campaigns.dispatch.holder import certainly_dead, new_holder, process_space, process_start
from campaigns.dispatch.sweep import (
    begin_scheduled,
    heal_campaigns_that_are_over,
    hold_too_late,
    lanes_to_ring,
    pause_where_workers_die,
    settle_dead_holders,
)
from campaigns.models import Campaign
from tests.builders import NOW, make_campaign, make_letter

pytestmark = pytest.mark.django_db
GONE = f"{socket.gethostname()}|{os.getpid()}|1|turn"  # the number of this process, begun at another time


def in_hand(holder: str, *, lease=NOW + timedelta(minutes=12)):
    return make_letter(make_campaign(state="sending"), state="sending", holder=holder, lease_until=lease)


def test_a_process_that_lives_is_not_dead_and_a_reused_number_is():
    assert not certainly_dead(new_holder())
    assert certainly_dead(GONE)
    assert not certainly_dead("another-machine|1|1|turn")
    assert process_start(os.getpid()) and not process_start(2**22 + 1)


def test_a_process_of_another_container_with_our_host_name_is_not_dead():
    # Its number means somebody else here, or nobody.
    assert certainly_dead(f"{socket.gethostname()}|{os.getpid()}|1@{process_space()}|turn")
    assert not certainly_dead(f"{socket.gethostname()}|{os.getpid()}|1@pid:[1]|turn")
    assert process_space() in new_holder()


def test_the_letter_of_a_dead_holder_is_uncertain_at_once():
    letter = in_hand(GONE)

    assert settle_dead_holders(now=NOW) == 1

    letter.refresh_from_db()
    assert (letter.state, letter.reason_code) == ("uncertain", "holder_died")


def test_a_holder_elsewhere_is_settled_when_its_lease_ends():
    letter = in_hand("another-machine|1|1|turn")

    assert settle_dead_holders(now=NOW) == 0
    assert settle_dead_holders(now=NOW + timedelta(minutes=13)) == 1

    letter.refresh_from_db()
    assert (letter.state, letter.reason_code) == ("uncertain", "lease_ended")


def test_a_living_holder_keeps_its_letter():
    in_hand(new_holder())

    assert settle_dead_holders(now=NOW) == 0


def test_a_late_letter_is_held_for_a_person():
    letter = make_letter(make_campaign(state="sending"), give_up_at=NOW)

    assert hold_too_late(now=NOW) == 1

    letter.refresh_from_db()
    assert (letter.state, letter.reason_code) == ("held", "too_late")


def test_due_lanes_are_rung_for_and_a_done_campaign_is_finished():
    busy, done = make_campaign(state="sending"), make_campaign(state="sending")
    make_letter(busy, lane=1)

    assert lanes_to_ring(now=NOW) == [(busy.pk, 1)]
    assert Campaign.objects.get(pk=done.pk).state == "finished"


def test_a_lane_at_work_is_not_rung_for_again_until_it_seems_stuck():
    campaign = make_campaign(state="sending")
    make_letter(campaign)
    lease = timedelta(seconds=settings.DISPATCH_LEASE_SECONDS)
    make_letter(campaign, state="sending", holder=new_holder(), lease_until=NOW + lease)

    assert lanes_to_ring(now=NOW) == []
    assert lanes_to_ring(now=NOW + timedelta(minutes=2)) == [(campaign.pk, 0)]


@pytest.mark.parametrize(("state", "letter_state", "campaign_state"), [
    ("cancelled", "cancelled", "cancelled"), ("finished", "retry", "sending"),
])  # fmt: skip
def test_a_letter_that_comes_back_into_a_campaign_that_is_over(state, letter_state, campaign_state):
    letter = make_letter(make_campaign(state=state), state="retry", reason_code="server_busy")

    heal_campaigns_that_are_over()

    letter.refresh_from_db()
    assert (letter.state, Campaign.objects.get().state) == (letter_state, campaign_state)


def test_a_retry_that_is_not_due_keeps_its_campaign_open():
    campaign = make_campaign(state="sending")
    make_letter(campaign, state="retry", reason_code="server_busy", due_at=NOW + timedelta(minutes=5))

    assert lanes_to_ring(now=NOW) == []
    assert Campaign.objects.get().state == "sending"


def test_a_scheduled_campaign_begins_at_its_hour():
    campaign = make_campaign(state="scheduled", scheduled_at=NOW)
    make_letter(campaign, state="draft")

    begin_scheduled(now=NOW - timedelta(minutes=1))
    assert Campaign.objects.get().state == "scheduled"
    begin_scheduled(now=NOW)

    assert Campaign.objects.get().state == "sending"


def dropped_by_a_dead_worker(campaign, *, at):
    make_letter(campaign, state="uncertain", reason_code="holder_died", reason_facts={"at": at.isoformat()})


def test_workers_that_die_one_after_another_pause_the_campaign():
    campaign = make_campaign(state="sending")
    make_letter(campaign, state="sent", sent_at=NOW - timedelta(hours=1))
    for minutes in (2, 1, 0):
        dropped_by_a_dead_worker(campaign, at=NOW - timedelta(minutes=minutes))

    pause_where_workers_die(now=NOW)

    campaign.refresh_from_db()
    assert (campaign.state, campaign.paused_code) == ("paused", "workers_die")


def test_who_goes_on_after_that_is_not_stopped_by_the_same_deaths():
    campaign = make_campaign(state="sending")
    for minutes in (2, 1, 0):
        dropped_by_a_dead_worker(campaign, at=NOW - timedelta(minutes=minutes))

    pause_where_workers_die(now=NOW + timedelta(seconds=30))

    campaign.refresh_from_db()
    assert campaign.state == "sending"


def test_one_machine_that_goes_down_with_all_its_workers_pauses_nothing():
    campaign = make_campaign(state="sending")
    for _worker in range(8):
        dropped_by_a_dead_worker(campaign, at=NOW)

    pause_where_workers_die(now=NOW)

    campaign.refresh_from_db()
    assert campaign.state == "sending"


def test_workers_that_sent_something_before_they_died_pause_nothing():
    campaign = make_campaign(state="sending")
    for minutes in (2, 1, 0):
        dropped_by_a_dead_worker(campaign, at=NOW - timedelta(minutes=minutes))
    make_letter(campaign, state="sent", sent_at=NOW - timedelta(minutes=1))

    pause_where_workers_die(now=NOW)

    campaign.refresh_from_db()
    assert campaign.state == "sending"
