"""Kill after kill, each aimed by the database: a thousand people, two worker processes, two sweepers."""

import os
from contextlib import suppress
from functools import partial
from io import StringIO

import pytest
from django.core.management import call_command

from campaigns.models import Message
from tests.faults.conftest import House, fine_people
from tests.receiver.ledger import of_kind
from tests.workers import Running, wait_until

pytestmark = pytest.mark.faults
PEOPLE = 1_000


def test_twenty_kills_lose_nobody_and_write_to_nobody_twice(make_house):
    house = make_house(people=fine_people(PEOPLE), lanes=4, delays_ms={"dot": 25})
    workers = [house.start_worker(pool="prefork") for _process in range(2)]
    for _sweeper in range(2):
        house.start_beat()
    connections = 0
    for kill in range(20):
        house.wait_until_kept(40 * (kill + 1), seconds=60)
        call_command("campaign_status", house.campaign.pk, "--check", stdout=StringIO())
        if kill % 7 < 6:
            house.kill_a_process_with_a_letter_in_hand()
            connections += 1
        else:
            # A whole worker, its children with it; the other goes on meanwhile.
            first, other = workers
            wait_until(partial(has_a_hand, house, first), what="a letter in hand")
            first.kill()
            connections += 2
            workers = [other, house.start_worker(pool="prefork")]

    assert len(of_kind(house.receiver.events(), "kept")) < PEOPLE, "the last kill came too late to say anything"
    coverage = house.wait_until_nothing_waits(seconds=90)

    assert 0 < coverage.classes["uncertain"] <= connections
    assert coverage.classes["reached"] + coverage.classes["uncertain"] == PEOPLE
    dead = Message.objects.filter(campaign=house.campaign, state="uncertain").values_list("reason_code", flat=True)
    assert set(dead) == {"holder_died"}
    house.assert_nobody_twice_and_nobody_lost()


def has_a_hand(house: House, worker: Running) -> bool:
    """Whether a process of this worker has a letter in hand."""
    for pid, _address in house.hands():
        with suppress(ProcessLookupError):  # one that was killed, and that no sweep has settled yet
            if os.getpgid(pid) == worker.process.pid:
                return True
    return False


@pytest.mark.redis
def test_of_two_worker_processes_one_is_killed_and_the_other_ends_the_campaign(make_house, redis_url):
    house = make_house(people=fine_people(PEOPLE), broker=redis_url, lanes=4, delays_ms={"dot": 5})
    workers = [house.start_worker() for _process in range(2)]
    house.start_beat()
    house.wait_until_kept(250)
    wait_until(lambda: {pid for pid, _address in house.hands()} == {each.process.pid for each in workers}, what="both")

    workers[0].kill()

    assert len(of_kind(house.receiver.events(), "kept")) < PEOPLE, "the kill came too late to say anything"
    coverage = house.wait_until_nothing_waits(seconds=90)
    assert workers[1].lives
    assert coverage.classes["uncertain"] <= 2
    assert coverage.classes["reached"] + coverage.classes["uncertain"] == PEOPLE
    house.assert_nobody_twice_and_nobody_lost()
