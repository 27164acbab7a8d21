"""Rings that nobody has time for do not add up, and a stop meant for all processes at once is as orderly as any."""

import json
import os
import signal
from pathlib import Path

import pytest

from tests.faults.conftest import House
from tests.receiver.ledger import of_kind
from tests.workers import wait_until

pytestmark = [pytest.mark.faults, pytest.mark.once]
LANES = 8


def lasting_rings(house: House) -> int:
    """Rings in the folder of the embedded broker that will be heeded however late they are heard."""
    lasting = 0
    for ring in Path(house.environment["VAR_DIR"], "broker", "queue").glob("*.msg"):
        try:
            lasting += json.loads(ring.read_bytes())["headers"]["expires"] is None
        except FileNotFoundError:
            continue  # heard just now
    return lasting


def test_the_rings_of_sweeps_do_not_add_up_while_all_workers_are_busy(make_house):
    turns = {"DISPATCH_TURN_SECONDS": "0.5", "SWEEP_SECONDS": "1", "DISPATCH_LEASE_SECONDS": "60"}
    house = make_house(people=1_000, lanes=LANES, delays_ms={"dot": 50}, environment=turns)
    house.start_worker(pool="solo")
    house.start_beat()

    # Each lane is rung for when the worker comes, and again by each sweep that finds it resting.
    house.wait_for_sweeps(5)

    assert house.coverage().classes["waiting"] > 0, "the letters were gone too soon to say anything"
    assert LANES / 2 <= lasting_rings(house) <= 2 * LANES


def test_a_stop_of_the_whole_group_ends_each_letter_in_hand(make_house):
    house = make_house(people=80, delays_ms={"dot": 50})
    worker = house.start_worker(pool="prefork", threads=2)
    house.wait_until_kept(10)
    wait_until(lambda: house.coverage().in_hand == 2, what="a letter in the hand of each child")

    os.killpg(worker.process.pid, signal.SIGTERM)
    worker.process.wait(20)

    assert len(of_kind(house.receiver.events(), "kept")) < 80, "the stop came too late to say anything"
    coverage = house.coverage()
    assert (coverage.in_hand, coverage.classes["uncertain"]) == (0, 0)
    assert coverage.classes["reached"] == len(house.kept())
