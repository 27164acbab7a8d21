"""Two real PostgreSQL connections on one person: one wins, and what the other wrote is not lost.

Answers of «Γνωριμία» and decisions about names stand in tests/customers/test_two_colleagues_at_once.py.
"""

from datetime import date, timedelta

import pytest

from customers.consent import allow_letters, stop_letters, suppress_address
from customers.login_limit import note_failed_login, note_login
from customers.models import (
    AuditEntry,
    Contact,
    ContactWord,
    LoginAttempt,
    NameDecision,
    PassedOn,
    Purchase,
    PurchaseSummary,
    SearchWord,
    Suppression,
)
from customers.purchases import recompute_summaries
from customers.rereading import reread
from customers.search import index_contacts
from customers.services.acquaintance import decide_register, pass_on, take_back
from customers.services.contacts import edit_contact
from tests.builders import ELENI, NOW, STAMATIS, make_contact, make_user
from tests.connections import held_between

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
LATER = NOW + timedelta(minutes=1)
FROM_HOME = {"username": "anna", "address": "192.0.2.7"}


@pytest.fixture
def anna():
    return make_user("anna", first_name="Άννα")


@pytest.fixture
def eleni():
    return make_user("eleni", role="manager", first_name="Ελένη")


# --- May we write ---


def test_leaving_twice_at_the_same_moment_is_one_suppression():
    contact = make_contact(ELENI)

    first, second = held_between(
        lambda: suppress_address(contact.address_digest, reason="unsubscribed", now=NOW),
        lambda: suppress_address(contact.address_digest, reason="spam_complaint", now=NOW),
    )

    assert (first, second.result, Suppression.objects.get().reason) == (True, False, "unsubscribed")
    assert AuditEntry.objects.filter(verb="suppress_address").count() == 1


def test_allowing_letters_leaves_the_stop_that_a_colleague_sets_at_the_same_moment(anna, eleni):
    contact = make_contact(STAMATIS)
    stop_letters(contact, by=anna, now=NOW)
    seen_by_anna = Contact.objects.get()

    _none, second = held_between(
        lambda: stop_letters(contact, by=eleni, now=LATER, reason="deceased"),
        lambda: allow_letters(seen_by_anna, by=anna, now=LATER),
    )

    assert (second.result.code, Contact.objects.get().stopped_reason) == ("deceased", "deceased")
    assert not AuditEntry.objects.filter(verb="allow_letters").exists()


def test_two_who_allow_letters_do_it_once(anna, eleni):
    contact = make_contact(STAMATIS)
    stop_letters(contact, by=anna, now=NOW)

    held_between(
        lambda: allow_letters(Contact.objects.get(), by=anna, now=NOW),
        lambda: allow_letters(contact, by=eleni, now=NOW),
    )

    assert Contact.objects.get().stopped_reason == ""
    assert AuditEntry.objects.filter(verb="allow_letters").count() == 1


# --- What people type ---


def test_two_who_type_different_fields_keep_both(anna, eleni):
    contact = make_contact(STAMATIS)

    held_between(
        lambda: edit_contact(contact, changes={"city": "Ξάνθη"}, by=anna, now=NOW),
        lambda: edit_contact(Contact.objects.get(), changes={"tax_number": "094014201"}, by=eleni, now=NOW),
    )

    typed = Contact.objects.get()
    assert (typed.city, typed.tax_number, typed.typed_fields) == ("Ξάνθη", "094014201", ["city", "tax_number"])


def test_reading_names_again_leaves_what_was_typed_at_the_same_moment(anna):
    contact = make_contact(raw_name="ΒΛΑΧΟΥ ΕΛΕΝΗ", first_name="Παύλος", last_name="Μελάς")

    held_between(
        lambda: edit_contact(contact, changes={"first_name": "Λένα", "last_name": "Βλάχου"}, by=anna, now=NOW),
        lambda: list(reread(take_over=True, by=None, now=NOW)),
    )

    typed = Contact.objects.get()
    assert (typed.first_name, typed.last_name) == ("Λένα", "Βλάχου")


def test_two_who_read_names_again_write_it_down_once():
    make_contact(raw_name="ΒΛΑΧΟΥ ΕΛΕΝΗ", first_name="Παύλος", last_name="Μελάς")

    held_between(
        lambda: list(reread(take_over=True, by=None, now=NOW)), lambda: list(reread(take_over=True, by=None, now=NOW))
    )

    assert Contact.objects.get().first_name == "Ελένη"
    assert AuditEntry.objects.filter(verb="reread_names").count() == 1


def test_two_decisions_about_one_spelling_are_one_and_the_newest_stands(anna, eleni):
    people = [make_contact(raw_name="ΛΕΛΑ ΚΟΡΟΜΗΛΑ") for _person in range(2)]

    held_between(
        lambda: edit_contact(people[0], changes={"first_name": "Λέλα"}, by=anna, now=NOW),
        lambda: edit_contact(people[1], changes={"first_name": "Λελά"}, by=eleni, now=LATER),
    )

    decision = NameDecision.objects.get()
    assert (decision.first_name, decision.decided_by) == ("Λελά", eleni)


def test_two_people_with_one_new_word_share_its_row():
    people = [make_contact(last_name="Καραμπουρνιώτης") for _person in range(2)]

    held_between(lambda: index_contacts([people[0].pk]), lambda: index_contacts([people[1].pk]))

    words = SearchWord.objects.filter(word="καραμπουρνιωτησ") | SearchWord.objects.filter(word="καραμπουρνιωτης")
    assert ContactWord.objects.filter(word=words.get()).count() == 2


# --- Γνωριμία ---


def test_the_second_of_two_who_pass_knows_that_nobody_is_left_to_ask(anna, eleni):
    contact = make_contact(STAMATIS)

    first, second = held_between(
        lambda: pass_on(contact.pk, by=anna, now=NOW), lambda: pass_on(contact.pk, by=eleni, now=NOW)
    )

    assert (first.code, second.result.code) == ("passed", "nobody_knows")


def test_passing_twice_in_two_tabs_is_passed_once(anna):
    contact = make_contact(STAMATIS)

    held_between(lambda: pass_on(contact.pk, by=anna, now=NOW), lambda: pass_on(contact.pk, by=anna, now=LATER))

    assert PassedOn.objects.get().passed_at == LATER


def test_a_pass_is_not_taken_back_once_a_colleague_has_answered(anna, eleni):
    contact = make_contact(STAMATIS)
    step = pass_on(contact.pk, by=anna, now=NOW).step

    _first, second = held_between(
        lambda: decide_register(contact.pk, register="informal", by=eleni, now=NOW),
        lambda: take_back(step, by=anna, now=LATER),
    )

    assert (second.result.code, PassedOn.objects.count()) == ("already", 1)


# --- Purchases and logins ---


def test_two_purchases_of_one_person_are_both_in_the_sum():
    contact = make_contact(STAMATIS)

    def buy(number: int) -> None:
        Purchase.objects.create(
            contact=contact, document_number=f"Α-{number}", purchased_on=date(2026, 11, number), total=10 * number
        )
        recompute_summaries(contact_ids=[contact.pk])

    held_between(lambda: buy(1), lambda: buy(2))

    summary = PurchaseSummary.objects.get()
    assert (summary.purchase_count, summary.total) == (2, 30)


def test_two_wrong_passwords_at_the_same_moment_count_as_two():
    held_between(lambda: note_failed_login(**FROM_HOME, now=NOW), lambda: note_failed_login(**FROM_HOME, now=NOW))

    assert set(LoginAttempt.objects.values_list("failure_count", flat=True)) == {2}


def test_two_wrong_passwords_that_begin_a_window_anew_count_as_two():
    note_failed_login(**FROM_HOME, now=NOW - timedelta(minutes=30))

    held_between(lambda: note_failed_login(**FROM_HOME, now=NOW), lambda: note_failed_login(**FROM_HOME, now=NOW))

    assert sorted(LoginAttempt.objects.values_list("failure_count", flat=True)) == [2, 2, 3]


def test_two_logins_from_one_place_at_the_same_moment_are_one_known_place():
    held_between(lambda: note_login(**FROM_HOME, now=NOW), lambda: note_login(**FROM_HOME, now=NOW))

    assert LoginAttempt.objects.count() == 1
