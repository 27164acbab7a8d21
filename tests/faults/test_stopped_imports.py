"""Somebody presses stop while a list comes in: it ends with the chunk in hand, and goes on or is taken back."""

from collections.abc import Iterator

import pytest
from django.utils import timezone

from customers.imports.applying import progress, stop_batch
from customers.imports.rehearsing import stage_contacts
from customers.models import Contact, ImportBatch, User
from tests.faults.import_house import ImportHouse
from tests.imports.messy_lists import make_known_people, people_list
from tests.imports.tables import Tables, as_it_stands, assert_same
from tests.workers import wait_until

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]
ROWS = 12_000  # six chunks, two or three seconds
State = ImportBatch.State


@pytest.fixture
def house(tmp_path) -> Iterator[ImportHouse]:
    house = ImportHouse(tmp_path)
    yield house
    house.kill_all()


@pytest.fixture
def before() -> Tables:
    make_known_people()
    return as_it_stands()


@pytest.fixture
def batch(before) -> ImportBatch:
    """A list that is rehearsed."""
    return stage_contacts(data=people_list(ROWS), file_name="people.csv", by=None, now=timezone.now())


def wait_for_the_first_chunk(batch: ImportBatch) -> None:
    held = ImportBatch.objects.filter(pk=batch.pk, state=State.APPLYING)
    wait_until(lambda: held.exists() and progress(held.get())[0] > 0, what="the first chunk")


def rows_in(batch: ImportBatch) -> int:
    return progress(ImportBatch.objects.get(pk=batch.pk))[0]


@pytest.mark.parametrize("then", ["goes on", "is taken back"])
def test_a_list_that_is_stopped_ends_with_its_chunk(house, before, batch, then):
    process = house.task("apply_import", batch.pk)
    wait_for_the_first_chunk(batch)

    stop_batch(batch_id=batch.pk, by=User.objects.get())
    at_the_stop = rows_in(batch)
    house.end(process)

    assert (ImportBatch.objects.get().state, rows_in(batch)) == (State.STOPPED, at_the_stop)
    assert 0 < at_the_stop < ROWS, "the stop did not come in the middle"
    if then == "goes on":
        house.end(house.task("apply_import", batch.pk))
        assert ImportBatch.objects.get().state == State.APPLIED
        assert Contact.objects.filter(codes__code=f"{ROWS}").exists()
    house.end(house.task("undo_import", batch.pk))
    assert ImportBatch.objects.get().state == State.UNDONE
    assert_same(before, as_it_stands())


def test_a_list_whose_process_is_dead_is_stopped_and_taken_back_at_once(house, before, batch):
    process = house.task("apply_import", batch.pk)
    wait_for_the_first_chunk(batch)
    house.kill_all()
    assert process.poll() is not None and ImportBatch.objects.get().state == State.APPLYING

    stop_batch(batch_id=batch.pk, by=None)
    house.end(house.task("undo_import", batch.pk))

    assert ImportBatch.objects.get().state == State.UNDONE
    assert_same(before, as_it_stands())


def test_a_taking_back_that_is_stopped_goes_on(house, before, batch):
    house.end(house.task("apply_import", batch.pk))
    process = house.task("undo_import", batch.pk)
    wait_for_the_first_chunk(batch)

    stop_batch(batch_id=batch.pk, by=None)
    house.end(process)
    assert ImportBatch.objects.get().state == State.STOPPED
    house.end(house.task("undo_import", batch.pk))

    assert ImportBatch.objects.get().state == State.UNDONE
    assert_same(before, as_it_stands())
