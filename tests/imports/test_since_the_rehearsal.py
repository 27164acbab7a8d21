"""What people do between the rehearsal of a list and its import, and lists that were left half-way."""

import pytest
from django.utils import timezone

from customers.addresses import address_fields
from customers.imports import applying, undoing
from customers.imports.applying import ApplyError, apply_batch, stop_batch
from customers.models import Contact, ContactAddress, ContactCode, ImportBatch
from tests.builders import NOW
from tests.imports.lists import customer
from tests.imports.steps import codes_of, let_in, rehearse, rows_of, take_back

pytestmark = pytest.mark.django_db
STAMATIS, MARIA, ANNA = "ΠΑΠΑΔΟΠΟΥΛΟΣ ΣΤΑΜΑΤΗΣ", "ΙΩΑΝΝΟΥ ΜΑΡΙΑ", "ΓΕΩΡΓΙΟΥ ΑΝΝΑ"
BY_PHONE = tuple(customer("", name, phone=f"231044547{place}") for place, name in enumerate((STAMATIS, MARIA, ANNA)))


def apply(batch: ImportBatch) -> ImportBatch:
    return apply_batch(batch_id=batch.pk, by=None, clock=lambda: NOW)


def test_a_rehearsal_that_kept_no_numbers_loses_nobody():
    batch = rehearse(
        customer("1", STAMATIS, email="s@mail.example"),
        customer("2", STAMATIS, email="s@mail.example"),
        customer("3", MARIA),
    )
    batch.rows.update(contact=None)

    apply(batch)

    assert Contact.objects.count() == 2
    rows = rows_of(batch)
    assert rows[2].contact_id == rows[3].contact_id == ContactCode.objects.get(code="2").contact_id
    take_back(batch)
    assert not Contact.objects.exists()


def test_a_row_that_joins_one_of_an_earlier_chunk_without_a_number_finds_them(monkeypatch):
    monkeypatch.setattr(applying, "CHUNK", 1)
    batch = rehearse(customer("1", STAMATIS, email="s@mail.example"), customer("2", STAMATIS, email="s@mail.example"))
    batch.rows.update(contact=None)

    apply(batch)

    assert {code.code for code in Contact.objects.get().codes.all()} == {"1", "2"}


def test_a_list_half_taken_back_does_not_come_in_again(monkeypatch):
    batch = let_in(customer("1", STAMATIS), customer("2", MARIA))
    monkeypatch.setattr(undoing, "CHUNK", 1)
    pressed = []

    def press(since: float) -> float:
        pressed.append(since)
        if len(pressed) == 2:
            stop_batch(batch_id=batch.pk, by=None)
        return since

    monkeypatch.setattr(applying, "let_others_write", press)
    with pytest.raises(ApplyError):
        take_back(batch)

    with pytest.raises(ApplyError) as refused:
        apply(batch)

    assert refused.value.code == "not_rehearsed"
    take_back(batch)
    assert not Contact.objects.exists()


def test_a_further_code_that_somebody_got_by_hand_stays_theirs_and_is_asked():
    let_in(customer("1", STAMATIS, email="s@mail.example"))
    batch = rehearse(customer("2", STAMATIS, email="s@mail.example"), customer("3", MARIA))
    other = Contact.objects.create(raw_name=ANNA)
    ContactCode.objects.create(contact=other, code="2")

    apply(batch)

    row = rows_of(batch)[2]
    assert row.asks and "code_of_another" in codes_of(row)
    assert ContactCode.objects.get(code="2").contact == other
    assert ContactCode.objects.filter(code="3").exists()


def test_a_further_code_that_they_got_by_hand_themselves_is_no_question():
    let_in(customer("1", STAMATIS, email="s@mail.example"))
    batch = rehearse(customer("2", STAMATIS, email="s@mail.example"))
    ContactCode.objects.create(contact=Contact.objects.get(), code="2")

    apply(batch)

    assert not rows_of(batch)[2].asks
    assert Contact.objects.get().codes.count() == 2


def test_an_address_that_somebody_got_by_hand_is_given_to_nobody_else():
    let_in(customer("1", STAMATIS))
    batch = rehearse(customer("1", STAMATIS, email="s@mail.example"))
    Contact.objects.create(raw_name=ANNA, **address_fields("s@mail.example"))

    apply(batch)

    row = rows_of(batch)[2]
    assert row.asks and "email_of_another" in codes_of(row)
    assert Contact.objects.get(codes__code="1").email == ""


def test_a_further_address_of_somebody_is_given_to_nobody_new():
    let_in(customer("1", STAMATIS))
    batch = rehearse(customer("2", MARIA, email="s@mail.example"))
    ContactAddress.objects.create(contact=Contact.objects.get(), **address_fields("s@mail.example"))

    apply(batch)

    assert rows_of(batch)[2].asks
    assert Contact.objects.get(codes__code="2").email == ""


def test_an_address_that_a_couple_shares_stays_with_both():
    let_in(customer("1", STAMATIS, email="s@mail.example"), customer("2", MARIA))
    Contact.objects.filter(codes__code="2").update(**address_fields("s@mail.example"))

    batch = rehearse(customer("2", MARIA, email="s@mail.example", city="ΒΟΛΟΣ"))
    apply(batch)

    assert not rows_of(batch)[2].asks
    assert Contact.objects.filter(email="s@mail.example").count() == 2


def half_in(monkeypatch, batch: ImportBatch) -> None:
    """Let one row in, of a list that somebody stops then."""
    pressed = []

    def press(since: float) -> float:
        pressed.append(since)
        if len(pressed) == 2:
            stop_batch(batch_id=batch.pk, by=None)
        return since

    with monkeypatch.context() as patched:
        patched.setattr(applying, "CHUNK", 1)
        patched.setattr(applying, "let_others_write", press)
        with pytest.raises(ApplyError) as stopped:
            apply_batch(batch_id=batch.pk, by=None)
    assert stopped.value.code == "stopped"


def test_a_list_that_stopped_half_way_outdates_the_rehearsals_before_it(monkeypatch):
    first, second = (rehearse(*BY_PHONE, now=timezone.now()) for _time in range(2))
    half_in(monkeypatch, first)

    with pytest.raises(ApplyError) as refused:
        apply_batch(batch_id=second.pk, by=None)

    assert refused.value.code == "rehearsal_outdated"
    third = rehearse(*BY_PHONE, now=timezone.now())
    apply_batch(batch_id=third.pk, by=None)
    assert Contact.objects.count() == 3


def test_a_list_that_stopped_half_way_does_not_go_on_after_another_came_in(monkeypatch):
    first = rehearse(*BY_PHONE, now=timezone.now())
    half_in(monkeypatch, first)
    apply_batch(batch_id=rehearse(*BY_PHONE, now=timezone.now()).pk, by=None)

    with pytest.raises(ApplyError) as refused:
        apply_batch(batch_id=first.pk, by=None)

    assert refused.value.code == "rehearsal_outdated"
    assert Contact.objects.count() == 3


def test_two_lists_that_stopped_half_way_may_both_be_taken_back(monkeypatch):
    half_in(monkeypatch, rehearse(*BY_PHONE[:2], now=timezone.now()))
    half_in(monkeypatch, rehearse(*BY_PHONE[1:], now=timezone.now()))

    for batch in ImportBatch.objects.filter(state=ImportBatch.State.STOPPED):
        take_back(batch)

    assert not Contact.objects.exists()


@pytest.mark.parametrize("at_once", [1, 10])
def test_a_number_that_somebody_else_has_by_now_is_given_up(monkeypatch, at_once):
    monkeypatch.setattr(applying, "CHUNK", at_once)
    batch = rehearse(
        customer("1", STAMATIS, email="s@mail.example"),
        customer("2", STAMATIS, email="s@mail.example"),
        customer("3", MARIA),
    )
    other = Contact.objects.create(pk=rows_of(batch)[2].contact_id, raw_name=ANNA)

    apply(batch)

    assert Contact.objects.count() == 3
    owners = dict(ContactCode.objects.values_list("code", "contact_id"))
    assert owners["1"] == owners["2"] != other.pk
    take_back(batch)
    assert Contact.objects.get() == other
