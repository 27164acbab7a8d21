"""Workers of one SQLite database queue for it instead of sleeping; a dead one holds nobody up. Long work leaves the
database free for whoever waits, and goes on at once when nobody does.
"""

import fcntl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import pytest
from django.db import ConnectionHandler, connection, connections, transaction

from customers import writing_turn
from customers.imports import applying, undoing
from customers.imports.applying import apply_batch
from customers.models import Contact
from customers.writing_turn import SHORTEST_FREE_SECONDS, TurnToWrite, let_others_write
from tests.builders import make_contact
from tests.imports.lists import customer
from tests.imports.steps import let_in, rehearse, take_back
from tests.workers import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]
PEOPLE = (customer("1", "ΠΑΠΑΔΟΠΟΥΛΟΣ ΣΤΑΜΑΤΗΣ"), customer("2", "ΙΩΑΝΝΟΥ ΜΑΡΙΑ"), customer("3", "ΓΕΩΡΓΙΟΥ ΑΝΝΑ"))
HOLDS = """
import fcntl, sys, time
with open(sys.argv[1], "a") as file:
    fcntl.flock(file, getattr(fcntl, sys.argv[2]))
    print("held", flush=True)
    time.sleep(600)
"""


def beside(purpose: str) -> Path:
    return Path(f"{connection.settings_dict['NAME']}-{purpose}")


def is_held(file) -> bool:
    """Whether somebody holds the mark just now."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    fcntl.flock(file, fcntl.LOCK_UN)
    return False


@contextmanager
def another_process(purpose: str, lock: str) -> Iterator[Callable[[], None]]:
    """Somebody else who holds a lock beside the database; what is given kills them."""
    command = [sys.executable, "-c", HOLDS, beside(purpose), lock]
    holder = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert holder.stdout.readline().strip() == "held"

    def kill() -> None:
        holder.kill()
        holder.wait(10)

    try:
        yield kill
    finally:
        kill()
        holder.stdout.close()


@pytest.fixture
def left_free(monkeypatch) -> list[float]:
    """The seconds for which this process left the database free; it does not really wait."""
    slept: list[float] = []
    monkeypatch.setattr(writing_turn, "sleep", slept.append)
    return slept


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
    taken = threading.Event()

    def next_one() -> None:
        with TurnToWrite():
            taken.set()

    waiting = threading.Thread(target=next_one)
    with another_process("turn", "LOCK_EX") as kill:
        waiting.start()
        assert not taken.wait(0.2), "the holder was passed over"

        kill()

        wait_until(taken.is_set, what="the turn of the next one")
    waiting.join(10)


def test_inside_a_transaction_nobody_queues_a_second_time():
    with another_process("turn", "LOCK_EX"), transaction.atomic(), TurnToWrite():
        assert connection.is_usable()


def test_long_work_goes_on_at_once_when_nobody_waits(left_free):
    begun = monotonic() - 10

    since = let_others_write(begun)

    assert left_free == []
    assert since > begun + 9, "whoever comes later would be given what nobody wanted"


def test_long_work_leaves_others_a_quarter_of_the_time_it_had(left_free):
    begun = monotonic() - 2

    with another_process("waiting", "LOCK_SH"):
        since = let_others_write(begun)

    assert len(left_free) == 1
    assert 0.5 <= left_free[0] < (monotonic() - begun) / 4
    assert since > begun


def test_a_moment_too_short_for_a_sleeper_is_saved_up(left_free):
    begun = monotonic() - SHORTEST_FREE_SECONDS

    with another_process("waiting", "LOCK_SH"):
        since = let_others_write(begun)

    assert left_free == []
    assert since == begun


def test_one_who_was_killed_while_waiting_is_waited_for_no_more(left_free):
    with another_process("waiting", "LOCK_SH") as kill:
        kill()
        let_others_write(monotonic() - 2)

    assert left_free == []


@pytest.mark.parametrize("in_a_transaction", [False, True])
def test_whoever_waits_to_write_gets_the_moment_between_two_chunks(monkeypatch, in_a_transaction):
    contact, written = make_contact(), threading.Event()

    def page() -> None:
        if in_a_transaction:
            with transaction.atomic():
                Contact.objects.filter(pk=contact.pk).update(city="Βόλος")
        else:
            Contact.objects.filter(pk=contact.pk).update(city="Βόλος")
        written.set()
        connections.close_all()

    def let_them(seconds: float) -> None:
        assert written.wait(10), "left free, and nobody came"

    monkeypatch.setattr(writing_turn, "sleep", let_them)
    other = threading.Thread(target=page)
    with transaction.atomic():
        Contact.objects.filter(pk=contact.pk).update(city="Λάρισα")
        other.start()
        with open(beside("waiting"), "a") as file:
            wait_until(lambda: is_held(file), what="the mark of whoever waits")
        assert not written.is_set()
    let_others_write(monotonic() - 10)

    assert written.is_set()
    other.join(10)
    contact.refresh_from_db()
    assert contact.city == "Βόλος"


def test_a_letter_that_waits_for_its_turn_is_seen(monkeypatch):
    taken = threading.Event()

    def letter() -> None:
        with TurnToWrite():
            taken.set()

    other = threading.Thread(target=letter)
    with another_process("turn", "LOCK_EX"), open(beside("waiting"), "a") as file:
        other.start()
        wait_until(lambda: is_held(file), what="the mark of whoever waits")
        assert not taken.is_set()
    other.join(10)

    assert taken.is_set()
    with open(beside("waiting"), "a") as file:
        assert not is_held(file), "nobody waits any more"


def test_readers_wait_for_nobody_and_are_waited_for_by_nobody():
    make_contact()
    seen = []

    def look(execute, *arguments):
        with open(beside("waiting"), "a") as file:
            seen.append(is_held(file))
        return execute(*arguments)

    with connection.execute_wrapper(look):
        assert Contact.objects.count() == 1
        Contact.objects.update(city="Βόλος")

    assert seen == [False, True]


def test_every_chunk_of_a_list_lets_others_write_coming_in_and_going(monkeypatch, left_free):
    monkeypatch.setattr(writing_turn, "SHORTEST_FREE_SECONDS", 0)
    monkeypatch.setattr(applying, "CHUNK", 1)
    monkeypatch.setattr(undoing, "CHUNK", 1)
    batch = rehearse(*PEOPLE)
    with another_process("waiting", "LOCK_SH"):
        apply_batch(batch_id=batch.pk, by=None)
        coming_in = len(left_free)
        take_back(batch)

    assert coming_in >= len(PEOPLE)
    assert len(left_free) >= coming_in + len(PEOPLE)


def test_a_list_that_comes_in_alone_never_stands_still(monkeypatch, left_free):
    monkeypatch.setattr(writing_turn, "SHORTEST_FREE_SECONDS", 0)

    let_in(*PEOPLE)

    assert left_free == []


def test_a_connection_that_is_opened_again_marks_no_twice():
    connection.close()
    connection.ensure_connection()

    names = [wrapper.__name__ for wrapper in connection.execute_wrappers]
    assert names == ["_with_mark"]


def test_a_database_in_memory_has_no_files_beside_it(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    memory = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
    db = ConnectionHandler(memory)["default"]

    with TurnToWrite(db), db.cursor() as cursor:
        cursor.execute("CREATE TABLE shop (id)")
    db.close()

    assert list(tmp_path.iterdir()) == []
