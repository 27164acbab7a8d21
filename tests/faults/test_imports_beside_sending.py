"""A long list comes in while letters leave, on the same database: neither side meets a lock that does not open."""

import time

import pytest
from django.db import connection

from customers.models import Contact, ImportBatch
from tests.faults.import_house import ImportHouse
from tests.imports.messy_lists import make_known_people, people_list
from tests.receiver.ledger import of_kind

pytestmark = pytest.mark.faults
ROWS = 20_000
# Two threads send at most fifty letters a second; on a busy machine four hundred leave while the list is read.
LETTERS = 900
SLOW = {"delays_ms": {"dot": 40}}
LOCKED = ("database is locked", "deadlock detected", "could not obtain lock", "OperationalError", "Traceback")
State = ImportBatch.State


@pytest.fixture
def imports(tmp_path):
    house = ImportHouse(tmp_path)
    yield house
    house.kill_all()


def seen_while_coming_in(process) -> dict[str, tuple[float, float]]:
    """Return, for each state of the list, when it was first and last seen (seconds, monotonic)."""
    seen: dict[str, tuple[float, float]] = {}
    while process.poll() is None:
        now = time.monotonic()
        for state in ImportBatch.objects.values_list("state", flat=True):
            seen[state] = (seen.get(state, (now, now))[0], now)
        time.sleep(0.02)
    return seen


def deadlocks() -> int:
    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return cursor.fetchone()[0]


def test_a_long_list_and_a_campaign_do_not_lock_each_other_out(make_house, imports, tmp_path):
    house = make_house(people=[f"reader{n}@shop.example" for n in range(LETTERS)], **SLOW)
    make_known_people()
    path = tmp_path / "people.csv"
    path.write_bytes(people_list(ROWS))
    house.start_worker()
    house.start_beat()
    house.receiver.wait_for(lambda events: len(of_kind(events, "kept")) >= 10, timeout=30)

    process = imports.command("import_contacts", path)
    seen = seen_while_coming_in(process)
    imports.end(process)
    coverage = house.wait_until_nothing_waits(seconds=60)

    kept = [event["at"] for event in of_kind(house.receiver.events(), "kept")]
    begun, ended = seen[State.APPLYING]
    meanwhile = sum(begun < at < ended for at in kept)
    waits = [later - sooner for sooner, later in zip([begun, *kept], kept, strict=False) if begun < later < ended]
    # Locked out, two letters left in twenty seconds; here it is a few a second, on two busy cores one.
    seconds = ended - begun
    assert meanwhile > seconds / 2, f"only {meanwhile} letters left while the list came in ({seconds:.1f} s)"
    assert max(waits) < 5, f"no letter left for {max(waits):.1f} s"
    assert coverage.classes["reached"] == LETTERS
    house.assert_nobody_twice_and_nobody_lost()
    words = (tmp_path / "worker.log").read_text() + (tmp_path / "beat.log").read_text() + imports.words()
    assert [word for word in LOCKED if word in words] == []
    assert deadlocks() == 0
    batch = ImportBatch.objects.get()
    assert (batch.state, batch.row_count) == (State.APPLIED, ROWS)
    assert Contact.objects.count() > ROWS / 2
