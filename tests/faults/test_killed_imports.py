"""kill -9 while a list is read, let in and taken back: in the end every table is as after an unbroken run."""

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.utils import timezone

from customers.imports.applying import progress
from customers.imports.rehearsing import stage_contacts
from customers.models import ImportBatch
from tests.faults.import_house import (
    ImportHouse,
    Killer,
    Pace,
    end_lease,
    second_database,
    timed,
)
from tests.imports.messy_lists import invoice_list, make_known_people, people_list
from tests.imports.tables import Tables, as_it_stands, assert_same, by_natural_keys
from tests.workers import wait_until

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]
# Three chunks of people and four of lines.
PEOPLE = 6_000
LINES = 8_000
CHUNK = 2_000
State = ImportBatch.State


@pytest.fixture
def lists(tmp_path) -> dict[str, Path]:
    """The house before the lists, and the lists by the command that brings them in."""
    make_known_people()
    made = {"import_contacts": people_list(PEOPLE), "import_purchases": invoice_list(LINES, customers=PEOPLE)}
    paths = {command: tmp_path / f"{command}.csv" for command in made}
    for command, path in paths.items():
        path.write_bytes(made[command])
    return paths


@pytest.fixture
def house(tmp_path) -> Iterator[ImportHouse]:
    house = ImportHouse(tmp_path)
    yield house
    house.kill_all()


@dataclass
class Unbroken:
    """What a run without kills came to, and how fast it was, by command."""

    paces: dict[str, Pace]
    when_in: Tables
    when_undone: Tables


def run_unbroken(house: ImportHouse, lists: dict[str, Path]) -> Unbroken:
    paces, batches = {}, []
    coming_in = ImportBatch.objects.filter(state=State.APPLYING)
    for command, path in lists.items():
        reading, letting_in = timed(house, house.command(command, path), working=coming_in.exists)
        batches.append(ImportBatch.objects.order_by("pk").last())
        # The first half of the reading is the start of a process; a kill may come somewhat late.
        paces[command] = Pace(reading / 2, 1.6 * letting_in * CHUNK / batches[-1].row_count)
    when_in = by_natural_keys()
    for batch in reversed(batches):
        house.end(house.command("undo_import", batch.pk))
    return Unbroken(paces, when_in, by_natural_keys())


@pytest.mark.parametrize("seed", [1821])
def test_twenty_kills_leave_every_table_as_an_unbroken_run_does(house, lists, tmp_path, seed):
    before = as_it_stands()
    with second_database(tmp_path):
        unbroken = run_unbroken(house, lists)
    killer = Killer(house, random.Random(seed))

    batches = {
        command: killer.bring_in(command, path, pace=unbroken.paces[command], reading=4, applying=5)
        for command, path in lists.items()
    }
    assert_same(unbroken.when_in, by_natural_keys())

    for command, batch in reversed(batches.items()):
        killer.take_back(batch, pace=unbroken.paces[command], times=6)
    assert_same(unbroken.when_undone, by_natural_keys())
    assert_same(before, as_it_stands())
    assert killer.kills >= 20 and killer.inside >= 3, (killer.kills, killer.inside)


@pytest.mark.parametrize("task", ["apply_import", "undo_import"])
def test_what_a_killed_worker_was_at_goes_on_by_itself(house, tmp_path, task):
    """Through the sweep and another worker, once the lease has ended; what was being taken back does not come in."""
    make_known_people()
    before = as_it_stands()
    batch = stage_contacts(data=people_list(PEOPLE), file_name="people.csv", by=None, now=timezone.now())
    ring, wanted = "ring_import", State.APPLIED
    if task == "undo_import":
        house.end(house.task("apply_import", batch.pk))
        ring, wanted = "ring_undo", State.UNDONE
    held = ImportBatch.objects.filter(pk=batch.pk, state=State.APPLYING)
    first = house.start_worker()
    house.end(house.task(ring, batch.pk))
    wait_until(lambda: held.exists() and progress(held.get())[0] > 0, what="the first chunk")

    first.kill()

    done, rows = progress(held.get())
    assert 0 < done < rows, "the kill did not land in the middle"
    house.start_worker()
    house.start_beat()
    time.sleep(3)  # three sweeps
    assert progress(held.get()) == (done, rows), "somebody took it from a holder whose lease has not ended"
    end_lease()
    wait_until(lambda: ImportBatch.objects.get().state == wanted, seconds=60, what=f"{task} by itself")
    if task == "undo_import":
        assert_same(before, as_it_stands())
    else:
        assert progress(ImportBatch.objects.get()) == (PEOPLE, PEOPLE)
    assert "Traceback" not in (tmp_path / "worker.log").read_text()
