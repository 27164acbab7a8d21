"""Clocks that are wrong, nights that are longer or shorter, and a worker that comes too late."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from campaigns.dispatch.sweep import begin_scheduled, hold_too_late
from campaigns.dispatch.transport import transport_from_url
from campaigns.dispatch.work import work_lane
from campaigns.models import Campaign, DeliveryAttempt, Message
from campaigns.occasions import last_sensible_hour
from campaigns.running import finish_if_done, schedule_campaign
from tests.builders import make_campaign, make_contact, make_letter
from tests.faults.conftest import fine_people
from tests.receiver.ledger import letters_by_recipient
from tests.receiver.process import running_receiver
from tests.workers import wait_until

pytestmark = pytest.mark.faults
ATHENS = ZoneInfo("Europe/Athens")
STEP = timedelta(minutes=10)
HOUR = timedelta(hours=1)


def test_workers_whose_clocks_are_an_hour_off_repeat_nobody_and_skip_nobody(make_house):
    people = [*fine_people(200), *(f"grey1+{number}@shop.example" for number in range(9))]
    house = make_house(people=people, lanes=3, campaign={"state": "paused"}, delays_ms={"dot": 40})
    shifted = [house.start_worker_with_a_wrong_clock(hours) for hours in (1, -1)]
    worker = house.start_worker()
    wait_until(lambda: all("ready" in each.words() for each in [*shifted, worker]), what="three workers")
    house.start_beat()

    Campaign.objects.filter(pk=house.campaign.pk).update(state="sending")

    house.wait_until_everybody_is_reached()

    holders = {holder.split("|")[1] for holder in Message.objects.values_list("holder", flat=True)}
    assert len(holders) == 3, "a worker had no part in it"
    house.assert_nobody_twice_and_nobody_lost()


# Between the two hours of each night the clocks of Athens change, at 01:00 UTC. Some minutes before and after, and the
# hour that comes twice, the second time.
NIGHTS = {
    "a night of seven hours": (datetime(2026, 3, 29, 2, 50, tzinfo=ATHENS), "2026-03-29T17:00"),
    "after the missing hour": (datetime(2026, 3, 29, 4, 10, tzinfo=ATHENS), "2026-03-29T17:00"),
    "a night of nine hours": (datetime(2026, 10, 25, 3, 30, tzinfo=ATHENS), "2026-10-25T18:00"),
    "the hour that comes again": (datetime(2026, 10, 25, 3, 30, tzinfo=ATHENS, fold=1), "2026-10-25T18:00"),
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.once
@pytest.mark.parametrize("name", NIGHTS)
def test_the_night_the_clocks_change_repeats_and_skips_nothing(tmp_path, settings, name):
    begins_at, ends_at = NIGHTS[name]
    settings.DISPATCH_RETRY_WAITS = [3600.0]
    last_hour = last_sensible_hour("other", begins_at.date() - timedelta(days=3), now=begins_at)
    assert last_hour.astimezone(UTC).isoformat()[:16] == ends_at
    campaign = make_campaign(state="approved", give_up_at=last_hour)
    people = [*fine_people(6), "grey2@shop.example"]
    for address in [*people, "never@shop.example"]:
        make_letter(campaign, make_contact(email=address), state="draft", due_at=None)
    schedule_campaign(campaign.pk, by=campaign.approved_by, at=begins_at, now=begins_at.astimezone(UTC) - 5 * HOUR)

    with running_receiver(
        tmp_path, rules=[{"recipient": "never@*", "at": "rcpt", "reply": "450 4.3.2 Busy"}]
    ) as receiver:
        transport = transport_from_url(receiver.url, mailbox_folder=tmp_path)
        now = begins_at.astimezone(UTC) - 4 * HOUR
        while now <= last_hour + HOUR:
            begin_scheduled(now=now)
            hold_too_late(now=now)
            work_lane(campaign_id=campaign.pk, lane=0, transport=transport, clock=lambda now=now: now, seconds=15)
            finish_if_done(campaign.pk, now=now)
            now += STEP
        transport.close()
        reached = letters_by_recipient(receiver.events())

    campaign.refresh_from_db()
    assert reached == dict.fromkeys(people, 1)
    assert timedelta(0) <= campaign.started_at - begins_at.astimezone(UTC) < STEP
    assert (campaign.state, Message.objects.get(to_address="never@shop.example").reason_code) == (
        "finished",
        "too_late",
    )
    # An hour is an hour that night too, whatever the clock on the wall says; some minutes of jitter and a step longer.
    waits = {address: waits_of(address) for address in ("grey2@shop.example", "never@shop.example")}
    assert all(HOUR <= wait < 1.5 * HOUR for each in waits.values() for wait in each)
    assert len(waits["grey2@shop.example"]) == 2
    last_try = DeliveryAttempt.objects.filter(message__to_address="never@shop.example").latest("number")
    assert last_hour - 1.5 * HOUR < last_try.at < last_hour


def waits_of(address: str) -> list[timedelta]:
    """The time from each try of a letter to the next."""
    moments = (
        DeliveryAttempt.objects.filter(message__to_address=address).order_by("number").values_list("at", flat=True)
    )
    return [later - sooner for sooner, later in pairwise(moments)]


def test_a_worker_that_comes_too_late_leaves_the_campaign_to_a_person(make_house):
    now = timezone.now()
    late = {"state": "scheduled", "scheduled_at": now - 2 * HOUR, "give_up_at": now - HOUR}
    house = make_house(people=10, campaign=late)
    house.start_worker()
    house.start_beat()

    house.wait_for_sweeps(3)

    house.campaign.refresh_from_db()
    assert house.campaign.state == "scheduled"
    assert set(Message.objects.values_list("state", "attempt")) == {("draft", 0)}
    house.assert_one_alarm("late_start")
    assert house.kept() == set()
