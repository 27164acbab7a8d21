"""An import is cut into chunks: it goes on where it was killed, one at a time, and can be taken back whole."""

from datetime import timedelta

import pytest

from customers.imports import applying, staging
from customers.imports.applying import ApplyError, apply_batch, due_imports
from customers.imports.rows import store_rows
from customers.imports.undoing import undo_batch
from customers.models import Contact, ImportBatch, Interaction, Purchase
from customers.search import index_contacts
from tests.builders import NOW, STAMATIS, make_contact, make_user
from tests.imports.lists import customer
from tests.imports.steps import (
    let_in,
    let_in_invoices,
    rehearse,
    rows_of,
    take_back,
    whole_database,
)

pytestmark = pytest.mark.django_db
State = ImportBatch.State
LATER = NOW + timedelta(hours=1)

PEOPLE = (
    customer("1", "ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ", tax="111111111", email="g@shop.example", category="ΧΟΝΔΡΙΚΗ"),
    customer("2", "ΒΛΑΧΟΥ ΕΛΕΝΗ", email="eleni @shop.example", remark="ΠΑΡΑΠΟΝΟ"),
    customer("3", "ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ", tax="111111111", email="g2@shop.example", city="ΒΟΛΟΣ"),
    customer("4", "ΠΑΠΑΔΟΠΟΥΛΟΣ ΣΤΑΜΑΤΗΣ", email="stamatis@shop.example", city="ΒΟΛΟΣ", remark="ΠΕΝΘΟΣ"),
    customer("5", "ΠΕΛΑΤΗΣ ΛΙΑΝΙΚΗΣ"),
)


class Killed(BaseException):
    """The process is gone: no handler of ordinary errors sees it."""


@pytest.fixture
def small_chunks(monkeypatch) -> None:
    for module in (applying, staging):
        monkeypatch.setattr(module, "CHUNK", 2)


def clock_that_dies(calls: int):
    """A clock that stops the process, as it were, when it is asked for the time once too often."""
    left = iter([NOW] * calls)

    def clock():
        try:
            return next(left)
        except StopIteration:
            raise Killed from None

    return clock


@pytest.mark.parametrize("calls", [1, 2, 3])
def test_a_killed_import_goes_on_where_it_was_and_ends_as_if_nothing_had_happened(small_chunks, calls):
    batch = rehearse(*PEOPLE)
    with pytest.raises(Killed):
        apply_batch(batch_id=batch.pk, by=None, clock=clock_that_dies(calls))
    half = Contact.objects.count()

    assert due_imports(now=LATER) == [(batch.pk, False)]
    apply_batch(batch_id=batch.pk, by=None, clock=lambda: LATER)

    assert half == min(2 * (calls - 1), 3)
    assert Contact.objects.count() == 4
    batch.refresh_from_db()
    assert (batch.applied_through, batch.rows_done) == (max(rows_of(batch)), len(rows_of(batch)))
    assert ImportBatch.objects.get().state == State.APPLIED


def test_an_import_whose_worker_lives_is_left_to_it():
    batch = rehearse(*PEOPLE)
    with pytest.raises(Killed):
        apply_batch(batch_id=batch.pk, by=None, clock=clock_that_dies(1))

    with pytest.raises(ApplyError) as refused:
        apply_batch(batch_id=batch.pk, by=None, clock=lambda: NOW + timedelta(seconds=10))

    assert refused.value.code == "another_running"


def test_an_error_in_the_middle_leaves_the_list_stopped_to_go_on_or_be_taken_back(small_chunks, monkeypatch):
    before = whole_database()
    batch = rehearse(*PEOPLE)
    calls = []

    def break_at_the_second_chunk(rows):
        calls.append(rows)
        if len(calls) == 2:
            raise RuntimeError("disk full")
        store_rows(rows)

    monkeypatch.setattr(applying, "store_rows", break_at_the_second_chunk)
    with pytest.raises(RuntimeError):
        apply_batch(batch_id=batch.pk, by=None, clock=lambda: NOW)

    assert ImportBatch.objects.get().state == State.STOPPED
    assert Contact.objects.count() == 2
    take_back(batch)
    assert whole_database() == before


def test_one_list_comes_in_at_a_time():
    first, second = rehearse(*PEOPLE), rehearse(customer("9", "ΒΛΑΧΟΥ ΜΑΡΙΑ"))
    with pytest.raises(Killed):
        apply_batch(batch_id=first.pk, by=None, clock=clock_that_dies(1))

    with pytest.raises(ApplyError) as refused:
        apply_batch(batch_id=second.pk, by=None, clock=lambda: NOW)

    assert refused.value.code == "another_running"
    assert not Contact.objects.exists()


def test_applying_twice_does_it_once():
    batch = let_in(*PEOPLE)
    before = whole_database()

    apply_batch(batch_id=batch.pk, by=None, clock=lambda: LATER)

    assert whole_database() == before


def test_a_rehearsal_that_another_list_has_overtaken_is_not_applied():
    old = rehearse(customer("1", "ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ"))
    newer = rehearse(customer("1", "ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ"), file_name="newer.csv")
    apply_batch(batch_id=newer.pk, by=None, clock=lambda: LATER)

    with pytest.raises(ApplyError) as refused:
        apply_batch(batch_id=old.pk, by=None, clock=lambda: LATER)

    assert (refused.value.code, refused.value.facts["file"]) == ("rehearsal_outdated", "newer.csv")


def test_an_import_taken_back_leaves_every_table_as_it_was(small_chunks):
    index_contacts([make_contact(STAMATIS, city="Πάτρα").pk])
    before = whole_database()

    batch = let_in(*PEOPLE)
    assert whole_database() != before
    batch = take_back(batch)

    assert batch.state == State.UNDONE
    assert batch.counts["kept"] == 0
    assert whole_database() == before


@pytest.mark.django_db(transaction=True)
def test_a_row_that_did_nothing_to_a_contact_of_its_own_list_is_no_hindrance():
    """Foreign keys are checked at the commit, so this one commits."""
    take_back(let_in(customer("1", "ΒΛΑΧΟΥ ΕΛΕΝΗ", city="ΒΟΛΟΣ"), customer("1", "ΒΛΑΧΟΥ ΕΛΕΝΗ")))

    assert not Contact.objects.exists()


def test_invoices_taken_back_leave_every_table_as_it_was(small_chunks):
    let_in(*PEOPLE)
    let_in_invoices("Α-1;1/11/2026;1;ΚΑΦΕΣ;1;5,00")
    before = whole_database()

    batch = let_in_invoices(
        "Α-1;1/11/2026;1;ΚΑΦΕΣ;1;5,00",
        "Α-2;2/11/2026;1;ΚΑΦΕΣ;1;5,00",
        "Α-3;2/11/2026;2;ΤΣΑΙ;1;5,00",
        "Α-3;2/11/2026;2;ΜΕΛΙ;1;5,00",
        "Α-3;2/11/2026;2;ΤΣΑΙ;2;10,00",
    )
    assert Purchase.objects.get(document_number="Α-3").total == 20
    take_back(batch)

    assert whole_database() == before


def test_an_undoing_that_was_killed_goes_on_and_never_turns_into_an_import(small_chunks):
    before = whole_database()
    batch = let_in(*PEOPLE)
    with pytest.raises(Killed):
        undo_batch(batch_id=batch.pk, by=None, clock=clock_that_dies(2))

    assert due_imports(now=LATER) == [(batch.pk, True)]
    with pytest.raises(ApplyError):
        apply_batch(batch_id=batch.pk, by=None, clock=lambda: LATER)
    undo_batch(batch_id=batch.pk, by=None, clock=lambda: LATER)

    assert whole_database() == before


def test_a_contact_that_somebody_has_used_since_stays_and_is_named():
    batch = let_in(*PEOPLE)
    eleni = Contact.objects.get(codes__code="2")
    Interaction.objects.create(contact=eleni, happened_at=NOW, author=make_user(), private_text="πήρε τηλέφωνο")

    batch = take_back(batch)

    assert list(Contact.objects.all()) == [eleni]
    assert batch.counts["kept"] == 1
    assert rows_of(batch)[3].undo["kept"]["code"] == "kept_used_since"


def test_a_field_that_somebody_has_changed_since_stays_and_the_others_go_back():
    make_contact(STAMATIS, city="Πάτρα")
    batch = let_in(PEOPLE[3].replace("4;", ";", 1))
    assert Contact.objects.get().city == "ΒΟΛΟΣ"
    Contact.objects.update(city="Χανιά")

    batch = take_back(batch)

    contact = Contact.objects.get()
    assert (contact.city, contact.stopped_reason) == ("Χανιά", "")
    assert rows_of(batch)[2].undo["kept"] == {"code": "kept_changed_since", "fields": ["city"]}


def test_a_list_taken_back_can_come_in_again():
    take_back(let_in(*PEOPLE))

    again = rehearse(*PEOPLE, now=LATER)
    apply_batch(batch_id=again.pk, by=None, clock=lambda: LATER)

    assert Contact.objects.count() == 4


def test_taking_back_what_never_came_in_is_refused():
    with pytest.raises(ApplyError) as refused:
        take_back(rehearse(*PEOPLE))

    assert refused.value.code == "not_rehearsed"
