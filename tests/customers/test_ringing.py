"""Ringing never raises and never waits: the work is safe in the database."""

import socket
import time

import pytest
from celery import Celery
from django.conf import settings

from customers.ringing import Bell


@pytest.fixture
def silent_port():
    """A server that takes connections and never says a word."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(8)
        yield listener.getsockname()[1]


@pytest.fixture
def closed_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def work(*, campaign_id: int) -> None:
    """What is rung for; nobody does it here."""


def task_on(broker: str, options: dict):
    app = Celery("elsewhere", broker=broker, set_as_current=False)
    app.conf.broker_transport_options = options
    return app.task(name="elsewhere.work")(work)


def redis_on(port: int):
    return task_on(f"redis://127.0.0.1:{port}/0", {"socket_timeout": 2, "socket_connect_timeout": 0.5})


def test_a_broker_that_is_gone_is_said_and_not_raised(closed_port):
    assert Bell().ring(redis_on(closed_port), campaign_id=1) is False


def test_a_broker_that_hangs_holds_nobody_up(silent_port):
    bell, task, begun = Bell(), redis_on(silent_port), time.monotonic()

    answers = [bell.ring(task, campaign_id=number) for number in range(20)]

    assert answers == [False] * 20
    # Twenty rings one after another would be ten seconds; only the first one waits.
    assert time.monotonic() - begun < 5 * settings.RING_SECONDS


def test_the_embedded_broker_takes_a_ring():
    task = task_on("filesystem://", settings.CELERY_BROKER_TRANSPORT_OPTIONS)

    assert Bell().ring(task, campaign_id=1) is True
