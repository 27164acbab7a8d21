"""The mail server refuses, hangs or drops the line; the broker is gone: the campaign goes on when they are back."""

import os
import subprocess

import pytest

from campaigns.models import Message
from tests.receiver.ledger import of_kind
from tests.receiver.process import start_receiver
from tests.redis_server import installed_redis, running_redis
from tests.workers import wait_until

pytestmark = pytest.mark.faults


@pytest.mark.once
def test_a_server_that_falls_silent_holds_nobody_else_up(make_house):
    people = ["hang-rcpt+a@shop.example", *(f"fine{n}@shop.example" for n in range(10))]
    house = make_house(people=people)
    house.start_worker()

    wait_until(lambda: house.coverage().classes["reached"] == 10, what="ten letters past a silent one")

    assert Message.objects.get(to_address=people[0]).state in ("sending", "retry")


@pytest.mark.once
def test_the_line_drops_after_every_few_letters(make_house):
    house = make_house(people=30, letters_per_connection=4)
    house.start_worker()
    house.start_beat()

    assert house.wait_until_nothing_waits().classes["reached"] == 30
    house.assert_nobody_twice_and_nobody_lost()


@pytest.mark.once
def test_the_mail_server_is_away_and_comes_back(make_house):
    house = make_house(people=20)
    port = house.receiver.port
    house.receiver.stop()
    house.start_worker()
    house.start_beat()
    wait_until(lambda: house.coverage().retry > 0, what="a letter that has to wait for the server")

    house.receiver = start_receiver(house.folder / "receiver", port=port)  # its ledger goes on

    assert house.wait_until_nothing_waits().classes["reached"] == 20
    house.assert_nobody_twice_and_nobody_lost()


@pytest.mark.redis
@pytest.mark.postgres
def test_the_broker_is_flushed_and_gone_and_the_campaign_still_ends(make_house):
    redis = subprocess.run(["redis-cli", "-u", os.environ["REDIS_URL"], "FLUSHDB"], capture_output=True, check=True)
    assert redis.stdout.strip() == b"OK"
    house = make_house(people=40, broker=os.environ["REDIS_URL"], delays_ms={"dot": 20})
    house.start_worker()
    house.start_beat()
    house.receiver.wait_for(lambda events: len(of_kind(events, "kept")) >= 5, timeout=30)

    subprocess.run(["redis-cli", "-u", os.environ["REDIS_URL"], "FLUSHDB"], capture_output=True, check=True)

    assert house.wait_until_nothing_waits().classes["reached"] == 40
    house.assert_nobody_twice_and_nobody_lost()


@pytest.mark.redis
@pytest.mark.postgres
def test_the_broker_stops_and_comes_back_empty(make_house):
    server = installed_redis()
    with running_redis(server) as url:
        house = make_house(people=60, broker=url, delays_ms={"dot": 40})
        house.start_worker(threads=1)
        house.start_beat()
        house.receiver.wait_for(lambda events: len(of_kind(events, "kept")) >= 5, timeout=30)
    gone_at = house.coverage().classes["reached"]

    with running_redis(server, port=int(url.rpartition(":")[2].split("/")[0])):
        assert house.wait_until_nothing_waits(seconds=60).classes["reached"] == 60

    assert gone_at < 60, "the broker stopped too late to say anything"
    house.assert_nobody_twice_and_nobody_lost()
