"""Two real PostgreSQL connections on one list: whoever is first has it, the other is told, and no letter slips by."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from customers.imports.applying import ApplyError, apply_batch, asker_of, claim, keep_asker, keep_hold, stop_batch
from customers.imports.purchase_rows import _add_to_totals
from customers.imports.receiving import correct, give_up
from customers.imports.rehearsing import ask_for_rehearsal, rehearse, stop_rehearsal
from customers.imports.remembering import remember_mapping
from customers.imports.undoing import undo_batch
from customers.models import (
    AuditEntry,
    Contact,
    ImportBatch,
    ImportFilePart,
    ImportMapping,
    ImportRow,
    Interaction,
    Purchase,
)
from customers.services.contacts import edit_contact
from customers.services.notes import add_note
from tests.builders import NOW, make_campaign, make_contact, make_letter, make_user
from tests.connections import Second, held_between
from tests.dispatch.hands import claim as claim_letter
from tests.imports import steps
from tests.imports.lists import customer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
State = ImportBatch.State
ELENI = customer("1", "ΒΛΑΧΟΥ ΕΛΕΝΗ", email="eleni@shop.example")
LATER = NOW + timedelta(minutes=5)


def at_once(first, second):
    return held_between(first, second, refusals=(ApplyError,))


def into(batch: ImportBatch) -> str:
    """Take the place for letting a list in; return the holder's name."""
    return claim(ImportBatch.objects.get(pk=batch.pk), from_states=(State.REHEARSED,), now=NOW, undoing=False)


def state_of(batch: ImportBatch) -> str:
    return ImportBatch.objects.values_list("state", flat=True).get(pk=batch.pk)


# --- Coming in ---


def test_one_list_is_let_in_by_one_of_two():
    batch = steps.rehearse(ELENI)

    _holder, other = at_once(lambda: into(batch), lambda: into(batch))

    assert other.refusal.code == "another_running"


def test_of_two_lists_one_comes_in_and_the_other_waits():
    batches = [steps.rehearse(ELENI, file_name=f"{number}.csv") for number in range(2)]

    _holder, other = at_once(lambda: into(batches[0]), lambda: into(batches[1]))

    assert (other.refusal.code, state_of(batches[1])) == ("another_running", State.REHEARSED)


def test_a_list_whose_process_died_is_taken_over_by_one_of_two():
    batch = steps.rehearse(ELENI)
    into(batch)
    ImportBatch.objects.update(lease_until=NOW - timedelta(seconds=1))

    holder, other = at_once(lambda: into(batch), lambda: into(batch))

    assert other.refusal.code == "another_running"
    assert ImportBatch.objects.get().holder == holder


def test_who_asked_for_a_list_is_not_forgotten_when_a_worker_takes_it_at_the_same_moment():
    batch, anna = steps.rehearse(ELENI), make_user("anna", role="admin")

    at_once(lambda: keep_asker(batch, by=anna, undoing=False), lambda: into(batch))

    assert asker_of(ImportBatch.objects.get(), undoing=False) == anna


def test_what_already_comes_in_keeps_its_asker():
    batch, anna, eleni = steps.rehearse(ELENI), make_user("anna", role="admin"), make_user("eleni", role="admin")
    keep_asker(batch, by=anna, undoing=False)

    at_once(lambda: into(batch), lambda: keep_asker(batch, by=eleni, undoing=False))

    assert asker_of(ImportBatch.objects.get(), undoing=False) == anna


def test_a_list_that_is_stopped_goes_no_further():
    batch = steps.rehearse(ELENI)
    holder = into(batch)

    _batch, other = at_once(
        lambda: stop_batch(batch_id=batch.pk, by=None, clock=lambda: NOW), lambda: keep_hold(batch, holder, now=NOW)
    )

    assert (other.refusal.code, state_of(batch)) == ("stopped", State.STOPPED)


def test_a_stop_waits_for_the_chunk_that_is_coming_in():
    batch = steps.rehearse(ELENI)
    holder = into(batch)

    at_once(
        lambda: keep_hold(batch, holder, now=NOW), lambda: stop_batch(batch_id=batch.pk, by=None, clock=lambda: NOW)
    )

    assert state_of(batch) == State.STOPPED


def test_two_who_stop_a_list_stop_it_once():
    batch = steps.rehearse(ELENI)
    into(batch)

    _batch, other = at_once(
        lambda: stop_batch(batch_id=batch.pk, by=None, clock=lambda: NOW),
        lambda: stop_batch(batch_id=batch.pk, by=None, clock=lambda: NOW),
    )

    assert other.refusal.code == "not_running"
    assert AuditEntry.objects.filter(verb="stop_list").count() == 1


def test_a_list_is_not_let_in_and_taken_back_at_the_same_moment():
    batch = steps.let_in(ELENI)

    _batch, other = at_once(
        lambda: undo_batch(batch_id=batch.pk, by=None, clock=lambda: LATER),
        lambda: undo_batch(batch_id=batch.pk, by=None, clock=lambda: LATER),
    )

    assert other.refusal is not None
    assert (state_of(batch), Contact.objects.count()) == (State.UNDONE, 0)
    assert AuditEntry.objects.filter(verb="undo_list").count() == 1


def test_columns_confirmed_by_two_lists_are_remembered_once():
    first = steps.rehearse(ELENI)
    apply_batch(batch_id=first.pk, by=None, clock=lambda: NOW)
    ImportMapping.objects.all().delete()
    second = ImportBatch.objects.get()

    at_once(lambda: remember_mapping(second, by=None, now=NOW), lambda: remember_mapping(second, by=None, now=LATER))

    assert ImportMapping.objects.get().confirmed_at == LATER


# --- Rehearsed, corrected, given up ---


def test_one_list_is_rehearsed_by_one_of_two_workers():
    batch = steps.rehearse(ELENI)
    ask_for_rehearsal(batch_id=batch.pk, now=NOW)

    _batch, other = at_once(
        lambda: rehearse(batch_id=batch.pk, clock=lambda: NOW), lambda: rehearse(batch_id=batch.pk, clock=lambda: NOW)
    )

    # The second came after the first had ended: it is rehearsed anew, or refused; never half of each.
    assert other.refusal is None or other.refusal.code == "not_received"
    assert (state_of(batch), ImportBatch.objects.get().rows.count()) == (State.REHEARSED, 1)


def test_two_who_ask_for_a_rehearsal_ask_once():
    batch = steps.rehearse(ELENI)

    _none, other = at_once(
        lambda: ask_for_rehearsal(batch_id=batch.pk, now=NOW), lambda: ask_for_rehearsal(batch_id=batch.pk, now=NOW)
    )

    assert other.refusal.code == "not_received"


def test_two_who_stop_a_rehearsal_stop_it_once():
    batch = steps.rehearse(ELENI)
    ask_for_rehearsal(batch_id=batch.pk, now=NOW)

    _none, other = at_once(
        lambda: stop_rehearsal(batch_id=batch.pk, by=None, now=NOW),
        lambda: stop_rehearsal(batch_id=batch.pk, by=None, now=NOW),
    )

    assert (other.refusal.code, state_of(batch)) == ("not_rehearsing", State.RECEIVED)
    assert AuditEntry.objects.filter(verb="stop_rehearsal").count() == 1


def test_a_rehearsal_that_is_stopped_goes_no_further():
    batch = steps.rehearse(ELENI)
    rehearsing = Second(lambda: rehearse(batch_id=batch.pk, clock=lambda: NOW), refusals=(ApplyError,))

    with transaction.atomic():
        # It has taken the list, and wants to delete the row of its last rehearsal.
        list(ImportRow.objects.select_for_update())
        rehearsing.start_and_wait_until_it_hangs()
        stop_rehearsal(batch_id=batch.pk, by=None, now=NOW)
    rehearsing.end()

    assert (rehearsing.refusal.code, state_of(batch)) == ("rehearsal_stopped", State.RECEIVED)
    assert not ImportRow.objects.exists()


def test_what_is_said_of_a_list_comes_too_late_for_its_rehearsal():
    batch = steps.rehearse(ELENI)

    _none, other = at_once(
        lambda: ask_for_rehearsal(batch_id=batch.pk, now=NOW), lambda: correct(batch_id=batch.pk, wanted={})
    )

    assert other.refusal.code == "not_received"


def test_a_list_that_comes_in_is_not_given_up():
    batch = steps.rehearse(ELENI)

    _holder, other = at_once(lambda: into(batch), lambda: give_up(batch_id=batch.pk, by=None, now=NOW))

    assert (other.refusal.code, state_of(batch)) == ("not_received", State.APPLYING)


def test_nobody_takes_a_list_that_is_just_being_given_up():
    batch = steps.rehearse(ELENI)
    giving_up = Second(lambda: give_up(batch_id=batch.pk, by=None, now=NOW))

    with transaction.atomic():
        # The first step has committed; deleting what belongs to the list waits for this row.
        list(ImportFilePart.objects.select_for_update())
        giving_up.start_and_wait_until_it_hangs()
        for step in (
            lambda: ask_for_rehearsal(batch_id=batch.pk, now=NOW),
            lambda: rehearse(batch_id=batch.pk, clock=lambda: NOW),
            lambda: into(batch),
            lambda: give_up(batch_id=batch.pk, by=None, now=NOW),
            lambda: correct(batch_id=batch.pk, wanted={}),
        ):
            with pytest.raises(ApplyError):
                step()
    giving_up.end()

    assert not ImportBatch.objects.exists()


# --- A list beside letters and colleagues ---


@pytest.mark.parametrize(
    "row",
    [
        customer("1", "ΒΛΑΧΟΥ ΕΛΕΝΗ", email="eleni@shop.example", remark="απεβίωσε"),
        customer("1", "ΒΛΑΧΟΥ ΕΛΕΝΗ", email="elsewhere@shop.example"),
    ],
    ids=["a remark that stops", "another address"],
)
def test_what_a_list_says_of_a_person_wins_over_the_hand_over(row):
    steps.let_in(ELENI)
    letter = make_letter(make_campaign(state="sending"), Contact.objects.get())
    batch = steps.rehearse(row, now=LATER)

    _batch, other = at_once(
        lambda: apply_batch(batch_id=batch.pk, by=None, clock=lambda: LATER), lambda: claim_letter(letter)
    )

    letter.refresh_from_db()
    assert other.result is False and letter.state in ("skipped", "held")


def test_taking_a_new_address_back_lets_the_letter_wait_again():
    steps.let_in(ELENI)
    letter = make_letter(make_campaign(state="sending"), Contact.objects.get())
    moved = apply_batch(
        batch_id=steps.rehearse(customer("1", "ΒΛΑΧΟΥ ΕΛΕΝΗ", email="elsewhere@shop.example"), now=LATER).pk,
        by=None,
        clock=lambda: LATER,
    )

    undo_batch(batch_id=moved.pk, by=None, clock=lambda: LATER + timedelta(minutes=1))

    assert claim_letter(letter)


def test_a_letter_to_the_address_that_is_taken_back_is_held():
    steps.let_in(ELENI)
    moved = apply_batch(
        batch_id=steps.rehearse(customer("1", "ΒΛΑΧΟΥ ΕΛΕΝΗ", email="elsewhere@shop.example"), now=LATER).pk,
        by=None,
        clock=lambda: LATER,
    )
    letter = make_letter(make_campaign(state="sending"), Contact.objects.get())

    _batch, other = at_once(
        lambda: undo_batch(batch_id=moved.pk, by=None, clock=lambda: LATER + timedelta(minutes=1)),
        lambda: claim_letter(letter),
    )

    letter.refresh_from_db()
    assert (other.result, letter.state, letter.reason_code) == (False, "held", "address_changed")


def test_what_a_colleague_types_meanwhile_stays_when_a_list_is_taken_back():
    batch, anna = steps.let_in(ELENI), make_user("anna")

    at_once(
        lambda: edit_contact(Contact.objects.get(), changes={"city": "Ξάνθη"}, by=anna, now=LATER),
        lambda: undo_batch(batch_id=batch.pk, by=None, clock=lambda: LATER),
    )

    assert Contact.objects.get().city == "Ξάνθη"


def test_a_note_written_meanwhile_keeps_its_person_when_the_list_is_taken_back():
    batch, anna = steps.let_in(ELENI), make_user("anna")

    at_once(
        lambda: add_note(Contact.objects.get(), by=anna, now=LATER, private_text="Θα περάσει τη Δευτέρα."),
        lambda: undo_batch(batch_id=batch.pk, by=None, clock=lambda: LATER),
    )

    assert Interaction.objects.get().contact == Contact.objects.get()


def test_a_note_about_somebody_who_goes_with_their_list_is_refused():
    batch, anna = steps.let_in(ELENI), make_user("anna")
    eleni = Contact.objects.get()

    _batch, other = held_between(
        lambda: undo_batch(batch_id=batch.pk, by=None, clock=lambda: LATER),
        lambda: add_note(eleni, by=anna, now=LATER, private_text="Θα περάσει τη Δευτέρα."),
        refusals=(Contact.DoesNotExist,),
    )

    assert other.refusal is not None and not Interaction.objects.exists()


def test_lines_added_to_an_invoice_are_added_to_what_a_colleague_typed_meanwhile():
    contact = make_contact()
    invoice = Purchase.objects.create(contact=contact, document_number="Α-1", purchased_on=NOW.date(), total=10)

    def add() -> None:
        with transaction.atomic():
            _add_to_totals({invoice.pk: Decimal(5)})

    at_once(lambda: Purchase.objects.filter(pk=invoice.pk).update(total=20), add)

    assert Purchase.objects.get().total == 25
