"""Workers of one SQLite database queue for it instead of sleeping; a dead one holds nobody up."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.db import connection, transaction

from campaigns.dispatch.writing_turn import TurnToWrite
from tests.workers import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]
HOLDS = """
import fcntl, sys, time
with open(sys.argv[1], "a") as file:
    fcntl.flock(file, fcntl.LOCK_EX)
    print("held", flush=True)
    time.sleep(600)
"""


def lock_file() -> Path:
    return Path(f"{connection.settings_dict['NAME']}-turn")


def test_one_writes_while_the_other_waits():
    order, inside = [], threading.Event()

    def second() -> None:
        inside.wait(10)
        with TurnToWrite():
            order.append("second")

    other = threading.Thread(target=second)
    other.start()
    with TurnToWrite():
        inside.set()
        assert other.is_alive()
        order.append("first")
    other.join(10)

    assert order == ["first", "second"]


def test_a_worker_that_is_killed_in_its_turn_leaves_it_to_the_next():
    with TurnToWrite():
        pass
    holder = subprocess.Popen([sys.executable, "-c", HOLDS, lock_file()], stdout=subprocess.PIPE, text=True)
    assert holder.stdout.readline().strip() == "held"
    taken = threading.Event()

    def next_one() -> None:
        with TurnToWrite():
            taken.set()

    waiting = threading.Thread(target=next_one)
    waiting.start()
    assert not taken.wait(0.2), "the holder was passed over"

    holder.kill()
    holder.wait(10)
    holder.stdout.close()

    wait_until(taken.is_set, what="the turn of the next one")
    waiting.join(10)


def test_inside_a_transaction_nobody_queues_a_second_time():
    with transaction.atomic(), TurnToWrite():
        assert connection.is_usable()
