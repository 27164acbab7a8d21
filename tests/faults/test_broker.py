"""The broker is only a bell: away, empty, or ringing too often and too late, it changes nothing."""

from collections import Counter

import pytest
from celery import Celery
from django.utils import timezone

from campaigns.models import Message
from customers.models import AuditEntry
from tests.faults.conftest import fine_people
from tests.faults.web import running_web
from tests.postgres import free_port
from tests.receiver.ledger import of_kind
from tests.redis_server import installed_redis, running_redis
from tests.workers import wait_until

# Redis and PostgreSQL stand together in production; SQLite rings without either.
pytestmark = [pytest.mark.faults, pytest.mark.redis, pytest.mark.postgres]
LANE, SWEEP, PREPARE = (f"campaigns.tasks.{name}" for name in ("dispatch_lane", "sweep", "prepare_campaign"))


def test_send_pressed_while_the_broker_is_away_is_not_lost(make_house):
    port = free_port()
    house = make_house(people=fine_people(40), broker=f"redis://127.0.0.1:{port}/0", campaign={"state": "approved"})
    worker, beat = house.start_worker(), house.start_beat()
    press = f"/greetings/{house.campaign.pk}/send/"
    with running_web(house.environment, house.folder / "web.log") as web:
        web.log_in_as_manager()
        web.post(press)
        house.campaign.refresh_from_db()
        assert (web.answers[press], house.campaign.state) == (200, "sending")
    assert house.looked_at().classes["waiting"] == 40

    with running_redis(installed_redis(), port=port):
        coverage = house.wait_until_nothing_waits(seconds=60)

    assert worker.lives and beat.lives
    assert coverage.classes["reached"] == 40
    house.assert_nobody_twice_and_nobody_lost()


def test_the_whole_machine_goes_down_and_comes_back(make_house):
    port = free_port()
    house = make_house(people=fine_people(80), broker=f"redis://127.0.0.1:{port}/0", delays_ms={"dot": 40})
    with running_redis(installed_redis(), port=port):
        worker, beat = house.start_worker(), house.start_beat()
        house.wait_until_kept(10)
        worker.kill()
        beat.kill()
    assert len(house.kept()) < 80, "it went down too late to say anything"

    with running_redis(installed_redis(), port=port):
        house.start_worker()  # alone: what is due is found at its start
        coverage = house.wait_until_nothing_waits()

    assert coverage.classes["uncertain"] <= 2
    assert coverage.classes["reached"] + coverage.classes["uncertain"] == 80
    house.assert_nobody_twice_and_nobody_lost()


def test_bells_that_ring_too_often_or_too_late_have_one_effect(make_house, redis_url):
    scheduled = {"state": "scheduled", "scheduled_at": timezone.now()}
    house = make_house(people=fine_people(200), broker=redis_url, lanes=4, campaign=scheduled, delays_ms={"dot": 10})
    outside = Celery("outside", broker=redis_url, set_as_current=False)
    pk = house.campaign.pk
    bells = [(LANE, {"campaign_id": pk, "lane": lane}) for lane in range(4)] + [(SWEEP, {})]

    def ring_each(times: int, more: list[tuple[str, dict]] = ()) -> None:
        with outside.connection_for_write() as connection:
            for task, kwargs in (bells + list(more)) * times:
                outside.send_task(task, kwargs=kwargs, connection=connection, ignore_result=True)

    ring_each(3)
    for _process in range(2):
        house.start_worker()
        house.start_beat()
    house.wait_until_kept(20)
    ring_each(3)
    assert house.wait_until_nothing_waits().classes["reached"] == 200
    wait_until(lambda: (house.campaign.refresh_from_db(), house.campaign.state)[1] == "finished", what="the end")

    done, finished_at = house.done(LANE), house.campaign.finished_at
    ring_each(2, [(PREPARE, {"campaign_id": pk})])
    wait_until(lambda: house.done(LANE) >= done + 8 and house.done(PREPARE) >= 2, what="the late bells")

    house.campaign.refresh_from_db()
    assert (house.campaign.state, house.campaign.finished_at) == ("finished", finished_at)
    assert Counter(AuditEntry.objects.values_list("verb", flat=True))["start_sending"] == 1
    assert set(Message.objects.values_list("state", "attempt")) == {("sent", 1)}
    assert len(of_kind(house.receiver.events(), "kept")) == 200
    house.assert_nobody_twice_and_nobody_lost()
