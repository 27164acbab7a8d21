"""A deploy in mid campaign: SIGTERM ends the letter in hand, within 30 s, and the next worker goes on."""

import pytest

from tests.faults.conftest import fine_people
from tests.receiver.ledger import of_kind

# Which database is behind it makes no difference to a pool: once is enough.
pytestmark = [pytest.mark.faults, pytest.mark.once]
SILENT = "hang-kept+late@shop.example"
POOLS = [("threads", 2), ("solo", 1), ("prefork", 2)]


@pytest.mark.parametrize(("pool", "processes"), POOLS, ids=[pool for pool, _ in POOLS])
def test_an_orderly_stop_leaves_nothing_uncertain(make_house, pool, processes):
    house = make_house(people=80, delays_ms={"dot": 25})
    worker = house.start_worker(pool=pool, threads=processes)
    house.wait_until_kept(20)

    worker.stop()

    assert len(of_kind(house.receiver.events(), "kept")) < 80, "the stop came too late to say anything"
    assert house.coverage().classes["uncertain"] == 0
    assert house.coverage().in_hand == 0
    house.start_worker()
    assert house.wait_until_nothing_waits().classes["reached"] == 80
    house.assert_nobody_twice_and_nobody_lost()


@pytest.mark.parametrize(("pool", "processes"), POOLS, ids=[pool for pool, _ in POOLS])
def test_a_server_silent_after_the_dot_does_not_hold_up_a_stop(make_house, pool, processes):
    waits = {"SMTP_DOT_TIMEOUT": "120", "SMTP_COMMAND_TIMEOUT": "60", "SMTP_LETTER_TIMEOUT": "60"}
    people = [*fine_people(10), SILENT, *(f"later{n}@shop.example" for n in range(10))]
    house = make_house(
        people=people, environment=waits | {"DISPATCH_LEASE_SECONDS": "300", "DISPATCH_STOP_SECONDS": "1"}
    )
    worker = house.start_worker(pool=pool, threads=processes)
    house.receiver.wait_for(lambda events: of_kind(events, "hanging", stage="kept"), timeout=30)

    worker.stop(20)

    # The living holder said so itself before it went; nobody had to find it dead.
    letter = house.letter(SILENT)
    assert (letter.state, letter.reason_code) == ("uncertain", "timeout_after_dot")
    assert house.uncertain() == [SILENT]
    house.start_worker()
    assert house.wait_until_nothing_waits().classes["reached"] == 20
    house.assert_nobody_twice_and_nobody_lost()
