"""The database restarts, is locked, or has no room left, in mid campaign: the house goes on by itself when it can."""

import resource
import sqlite3
import time
from contextlib import closing

import pytest
from django.db import connection

from campaigns.models import DeliveryAttempt
from tests.faults.conftest import House, fine_people
from tests.faults.own_postgres import RESTARTS, moved_to_own_postgres
from tests.faults.web import running_web
from tests.receiver.ledger import Event, of_kind
from tests.workers import wait_until

pytestmark = pytest.mark.faults
FAULT_SECONDS = 3


@pytest.fixture
def own_postgres(transactional_db):
    with moved_to_own_postgres() as server:
        yield server


@pytest.fixture
def sqlite() -> None:
    """For faults of a database that is a file of this machine; the runs on PostgreSQL leave them out."""
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite is a file that somebody else can lock, or that finds no room")


@pytest.mark.postgres
def test_the_database_restarts_while_letters_leave(own_postgres, make_house):
    # The answer to these is on its way while the database is gone: their worker alone knows that they went.
    witnesses = [f"witness-{how}@shop.example" for how in RESTARTS]
    known = [{"recipient": witness, "at": "kept", "do": "delay", "ms": 1_000} for witness in witnesses]
    people = [*fine_people(60), witnesses[0], *(f"later{n}@shop.example" for n in range(60)), witnesses[1]]
    people += [f"last{n}@shop.example" for n in range(60)]
    house = make_house(people=people, rules=known, delays_ms={"dot": 15})
    worker, beat = house.start_worker(), house.start_beat()

    house.receiver.wait_for(lambda events: of_kind(events, "kept", recipients=witnesses[:1]), timeout=30)
    with own_postgres.away("fast"):
        connection.close()
        house.receiver.wait_for(lambda events: answered(events, witnesses[0]), timeout=30)
    house.receiver.wait_for(lambda events: of_kind(events, "kept", recipients=witnesses[1:]), timeout=30)
    with own_postgres.away("immediate"):
        connection.close()
        house.receiver.wait_for(lambda events: answered(events, witnesses[1]), timeout=30)
        left = len(house.kept())
        newcomer = house.start_worker()
        wait_until(lambda: worker.words().count("ready.") == 2, what="a worker that starts while the database is away")
    # Nobody was killed, so nothing is in doubt: whoever lives says what became of each letter in their hand.
    house.wait_until_everybody_is_reached()

    assert left < len(people), "the restarts came too late to say anything"
    assert worker.lives and newcomer.lives and beat.lives
    house.assert_nobody_twice_and_nobody_lost()


def answered(events: list[Event], address: str) -> list[Event]:
    """The answer that the sender of this person's letter was given once it was kept."""
    kept = of_kind(events, "kept", recipients=[address])[0]
    answers = of_kind(events, "answered", stage="kept", connection=kept["connection"])
    return [answer for answer in answers if answer["n"] > kept["n"]]


@pytest.mark.once
def test_somebody_holds_the_database_for_seconds_while_letters_leave(sqlite, make_house):
    house = make_house(people=120, delays_ms={"dot": 25})
    house.start_worker()
    house.start_beat()
    house.wait_until_kept(20)

    with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        held_at = time.monotonic()
        time.sleep(FAULT_SECONDS)
        let_go_at = time.monotonic()
        other.execute("COMMIT")

    coverage = house.wait_until_nothing_waits()
    assert (coverage.classes["reached"], DeliveryAttempt.objects.count()) == (120, 0)
    # A letter in hand may end meanwhile, one for each thread; nothing is claimed.
    kept = [event["at"] for event in of_kind(house.receiver.events(), "kept")]
    assert sum(held_at < at < let_go_at for at in kept) <= 2, "the lock held nobody"
    assert any(at > let_go_at for at in kept), "the lock came too late to say anything"
    words = house.worker_log.read_text()
    assert "locked" not in words and "Traceback" not in words
    house.assert_nobody_twice_and_nobody_lost()


@pytest.mark.once
@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="only Linux limits a process that runs already")
def test_the_disk_is_full_and_has_room_again(sqlite, make_house):
    # A limit on the size of files stands for a full disk: every write to the database, its log and the broker's folder
    # fails at that very moment and in those very places, with EFBIG instead of ENOSPC; both are an OperationalError.
    house = make_house(people=120, environment={"DISPATCH_TURN_SECONDS": "60"}, delays_ms={"dot": 25})
    with running_web(house.environment, house.folder / "web.log") as web:
        web.log_in_as_manager()
        worker = house.start_worker()
        house.start_beat()
        house.wait_until_kept(20)

        worker.limit_file_size(0)
        web.running.limit_file_size(0)
        wait_until(lambda: unrecorded(house) == 2, what="two letters whose answers find no room")
        stuck, reached = sorted(house.hands()), house.looked_at().classes["reached"]
        press, page = f"/greetings/{house.campaign.pk}/pause/", f"/greetings/{house.campaign.pk}/"
        refused = web.post(press)
        web.get(page)
        time.sleep(FAULT_SECONDS)
        assert (sorted(house.hands()), house.looked_at().classes["reached"]) == (stuck, reached)
        worker.limit_file_size(-1)
        web.running.limit_file_size(-1)

        assert reached < 118, "the disk was full too late to say anything"
        assert "χάθηκε" in refused, refused
        assert web.answers == {press: 500, page: 200}
        coverage = house.wait_until_nothing_waits()
    assert worker.lives
    assert (coverage.classes["reached"], coverage.classes["uncertain"]) == (120, 0)
    house.assert_nobody_twice_and_nobody_lost()


def unrecorded(house: House) -> int:
    """How many letters in hand the receiver has kept."""
    return sum(address in house.kept() for _pid, address in house.hands())
