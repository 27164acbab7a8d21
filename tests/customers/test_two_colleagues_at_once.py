"""Two real PostgreSQL connections on one person: two colleagues, or a colleague and a list. No decision is lost."""

import pytest

from customers.imports.applying import apply_batch
from customers.imports.rehearsing import stage_contacts
from customers.models import AuditEntry, Contact
from customers.services.acquaintance import choose_name, decide_register, take_back, take_care
from customers.services.contacts import edit_contact, settle_look
from tests.builders import NOW, STAMATIS, make_contact, make_user
from tests.connections import held_between
from tests.imports.lists import text

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


@pytest.fixture
def anna():
    return make_user("anna", first_name="Άννα")


@pytest.fixture
def eleni():
    return make_user("eleni", role="manager", first_name="Ελένη")


def test_the_first_of_two_answers_stands_and_the_other_is_told_whose(anna, eleni):
    stamatis = make_contact(STAMATIS)

    first, second = held_between(
        lambda: decide_register(stamatis.pk, register="informal", by=anna, now=NOW),
        lambda: decide_register(stamatis.pk, register="formal", by=eleni, now=NOW),
    )

    assert (first.code, second.result.code, second.result.facts["colleague"]) == ("informal", "already", "Άννα")
    assert Contact.objects.get().register == "informal"
    assert AuditEntry.objects.filter(verb="decide_register").count() == 1


def test_the_first_of_two_who_take_care_stands(anna, eleni):
    stamatis = make_contact(STAMATIS)

    _first, second = held_between(
        lambda: take_care(stamatis.pk, owner=anna, seen=None, by=anna, now=NOW),
        lambda: take_care(stamatis.pk, owner=eleni, seen=None, by=eleni, now=NOW),
    )

    assert (second.result.code, Contact.objects.get().owner) == ("owner_changed", anna)


def test_taking_back_waits_for_the_other_and_leaves_what_they_wrote(anna, eleni):
    stamatis = make_contact(STAMATIS)
    step = decide_register(stamatis.pk, register="informal", by=anna, now=NOW).step

    _first, second = held_between(
        lambda: edit_contact(stamatis, changes={"register": "formal"}, by=eleni, now=NOW),
        lambda: take_back(step, by=anna, now=NOW),
    )

    assert (second.result.code, Contact.objects.get().typed_fields) == ("changed_since", ["register"])


def test_settling_a_name_does_not_save_over_an_answer_given_meanwhile(anna, eleni):
    pappas = make_contact(STAMATIS, name_confidence=0.6, name_choices=["Παπαδόπουλος", "Παπαδοπούλος"])
    seen_by_eleni = Contact.objects.get()

    _first, _second = held_between(
        lambda: decide_register(pappas.pk, register="informal", by=anna, now=NOW),
        lambda: settle_look(seen_by_eleni, by=eleni, now=NOW),
    )

    settled = Contact.objects.get()
    assert (settled.register, settled.acquaintance, settled.name_confidence) == ("informal", "decided", 1.0)


def test_the_first_of_two_readings_stands(anna, eleni):
    unsure = {"name_confidence": 0.6, "name_choices": ["Παππάς", "Πάππας"], "last_name": "Παππάς"}
    pappas = make_contact(STAMATIS | unsure)

    _first, second = held_between(
        lambda: choose_name(pappas.pk, choice="Πάππας", by=anna, now=NOW),
        lambda: choose_name(pappas.pk, choice="Παππάς", by=eleni, now=NOW),
    )

    assert (second.result.code, Contact.objects.get().last_name) == ("changed", "Πάππας")


def test_a_list_that_comes_in_meanwhile_does_not_write_over_an_answer(anna):
    header = "ΚΩΔΙΚΟΣ;ΕΠΩΝΥΜΙΑ;ΕΝΙΚΟΣ/ΠΛΗΘΥΝΤΙΚΟΣ"
    lists = [text(header, f"1;ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ;{word}") for word in ("", "σου")]
    first, second = (stage_contacts(data=lists[0], file_name="1.csv", by=None, now=NOW), None)
    apply_batch(batch_id=first.pk, by=None, clock=lambda: NOW)
    second = stage_contacts(data=lists[1], file_name="2.csv", by=None, now=NOW)
    giorgos = Contact.objects.get()

    held_between(
        lambda: decide_register(giorgos.pk, register="formal", by=anna, now=NOW),
        lambda: apply_batch(batch_id=second.pk, by=None, clock=lambda: NOW),
    )

    giorgos.refresh_from_db()
    assert (giorgos.register, giorgos.acquaintance) == ("formal", "decided")
