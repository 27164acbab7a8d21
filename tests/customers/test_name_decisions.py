"""What a person decides about a name is offered first to whoever is written alike, and asked; never taken as sure."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from customers.models import Contact, NameDecision
from customers.name_decisions import forget_names, overlay_for, remember_names
from customers.services.contacts import add_contact, edit_contact, settle_look
from tests.builders import NOW, make_contact, make_user
from tests.imports.lists import customer
from tests.imports.steps import let_in, rehearse, rows_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    return make_user("anna")


def came_in(raw_name: str, code: str = "1") -> Contact:
    let_in(customer(code, raw_name))
    return Contact.objects.get(codes__code=code)


def test_a_settled_name_is_offered_first_to_the_next_of_that_name_and_asked(anna):
    settle_look(came_in("ΠΑΠΠΑΣ ΓΕΩΡΓΙΟΣ"), by=anna, now=NOW, choice="Πάππας")

    other = came_in("Παππας  Γεώργιος", "2")

    assert (other.last_name, other.name_choices) == ("Πάππας", ["Πάππας", "Παππάς"])
    assert (other.name_confidence, other.name_reason) == (0.8, "decided_before")
    assert other.typed_fields == []


def test_a_surname_decided_for_one_is_offered_first_to_another_of_that_surname(anna):
    settle_look(came_in("ΠΑΠΠΑΣ ΓΕΩΡΓΙΟΣ"), by=anna, now=NOW, choice="Πάππας")

    other = came_in("ΠΑΠΠΑΣ ΝΙΚΟΣ", "2")

    assert (other.first_name, other.last_name, other.name_choices) == ("Νίκος", "Πάππας", ["Πάππας", "Παππάς"])
    assert other.name_confidence == 0.8


def test_whom_it_was_decided_for_is_sure(anna):
    contact = came_in("ΠΑΠΠΑΣ ΓΕΩΡΓΙΟΣ")

    settle_look(contact, by=anna, now=NOW, choice="Πάππας")

    contact.refresh_from_db()
    assert (contact.last_name, contact.name_confidence) == ("Πάππας", 1.0)


def test_the_rehearsal_names_the_offer_as_a_question(anna):
    settle_look(came_in("ΠΑΠΠΑΣ ΓΕΩΡΓΙΟΣ"), by=anna, now=NOW, choice="Πάππας")

    note = rows_of(rehearse(customer("2", "ΠΑΠΠΑΣ ΓΕΩΡΓΙΟΣ")))[2].notes[0]

    assert note["code"] == "name_unsure"
    assert (note["facts"]["reason"], note["facts"]["choices"]) == ("decided_before", "Πάππας, Παππάς")


def test_a_list_without_decided_names_reads_decisions_once_however_long_it_is(anna):
    settle_look(came_in("ΠΑΠΠΑΣ ΓΕΩΡΓΙΟΣ"), by=anna, now=NOW, choice="Πάππας")

    asked = []
    for count in (1, 40):
        with CaptureQueriesContext(connection) as seen:
            rehearse(*[customer(str(n), f"ΒΛΑΧΟΥ ΕΛΕΝΗ{n}") for n in range(2, count + 2)])
        asked.append(sum("customers_namedecision" in query["sql"] for query in seen))

    assert asked == [2, 2]  # is there any, and which


def test_the_newest_decision_wins(anna):
    first, second = came_in("ΠΑΠΠΑΣ ΓΕΩΡΓΙΟΣ"), came_in("ΠΑΠΠΑΣ ΓΕΩΡΓΙΟΣ", "2")
    settle_look(first, by=anna, now=NOW, choice="Πάππας")
    settle_look(second, by=anna, now=NOW + timedelta(hours=1), choice="Παππάς")

    assert NameDecision.objects.count() == 1
    assert came_in("ΠΑΠΠΑΣ ΝΙΚΟΣ", "3").last_name == "Παππάς"


def test_a_name_that_is_corrected_again_replaces_what_was_offered(anna):
    contact = came_in("ΤΣΙΤΡΗΣ ΓΕΩΡΓΙΟΣ")
    edit_contact(contact, changes={"last_name": "Τσίτρης"}, by=anna, now=NOW)
    edit_contact(contact, changes={"last_name": "Τσιτρής"}, by=anna, now=NOW)

    assert overlay_for(["ΤΣΙΤΡΗΣ ΝΙΚΟΣ"]).surnames == {"τσιτρησ": "Τσιτρής"}


def test_a_correction_of_a_whole_name_is_offered_with_our_own_reading_behind_it(anna):
    contact = came_in("ΒΛΑΧΟΥ ΕΛΕΝΗ")
    edit_contact(contact, changes={"last_name": "Βλαχού"}, by=anna, now=NOW)

    other = came_in("ΒΛΑΧΟΥ ΕΛΕΝΗ", "2")

    assert (other.last_name, other.name_choices) == ("Βλαχού", ["Βλαχού", "Βλάχου"])
    settle_look(other, by=anna, now=NOW, choice="Βλάχου")
    other.refresh_from_db()
    assert (other.first_name, other.last_name, other.name_confidence) == ("Ελένη", "Βλάχου", 1.0)


def test_a_confirmed_name_that_we_read_alike_puts_no_question_to_others(anna):
    contact = came_in("ΒΛΑΧΟΥ ΕΛΕΝΗ")
    edit_contact(contact, changes={"gender": "u"}, by=anna, now=NOW)
    edit_contact(contact, changes={"gender": "f"}, by=anna, now=NOW)

    assert came_in("ΒΛΑΧΟΥ ΕΛΕΝΗ", "2").name_confidence >= 0.9


def test_a_man_that_was_a_company_is_offered_as_one_and_may_still_be_a_man(anna):
    contact = came_in("ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ")
    company = {"kind": "company", "company_name": "Βλάχος Γιώργος και Υιοί", "gender": "c"}
    edit_contact(contact, changes=company, by=anna, now=NOW)

    other = came_in("ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ", "2")
    assert (other.kind, other.name_choices) == ("company", ["Βλάχος Γιώργος και Υιοί", "Γιώργος Βλάχος"])

    settle_look(other, by=anna, now=NOW, choice="Γιώργος Βλάχος")
    other.refresh_from_db()
    assert (other.kind, other.name, other.gender, other.company_name) == ("person", "Γιώργος Βλάχος", "m", "")


def test_names_of_several_words_are_divided_as_they_stood(anna):
    contact = make_contact(
        first_name="Μαρία Ελένη", last_name="Παππά", name_confidence=0.6,
        name_choices=["Μαρία Ελένη Παππά", "Μαρία Ελένη Πάππα"],
    )  # fmt: skip

    settle_look(contact, by=anna, now=NOW, choice="Μαρία Ελένη Πάππα")

    assert (contact.first_name, contact.last_name) == ("Μαρία Ελένη", "Πάππα")


def test_how_somebody_is_called_is_remembered_without_settling_the_name(anna):
    contact = came_in("ΠΑΠΠΑΣ ΓΕΩΡΓΙΟΣ")
    edit_contact(contact, changes={"known_as": "Τζώρτζης"}, by=anna, now=NOW)

    contact.refresh_from_db()
    assert contact.name_confidence < 0.9
    overlay = overlay_for(["ΠΑΠΠΑΣ ΓΕΩΡΓΙΟΣ"])
    assert (overlay.names["παππασ γεωργιοσ"].known_as, overlay.names["παππασ γεωργιοσ"].kind) == ("Τζώρτζης", "")
    assert came_in("ΠΑΠΠΑΣ ΓΕΩΡΓΙΟΣ", "2").known_as == ""


def test_a_look_at_something_else_decides_nothing_about_the_name(anna):
    contact = came_in("ΒΛΑΧΟΥ ΕΛΕΝΗ")

    settle_look(contact, by=anna, now=NOW)

    assert not NameDecision.objects.exists()


def test_a_name_typed_in_capitals_says_nothing_about_accents(anna):
    add_contact(values={"first_name": "ΝΙΚΟΣ", "last_name": "ΠΑΠΠΑΣ"}, by=anna, now=NOW)

    assert came_in("ΠΑΠΠΑΣ ΝΙΚΟΣ").name_reason == "ambiguous_accent"


def test_a_contact_typed_by_hand_is_asked_for_a_gender_that_only_an_earlier_decision_tells(anna):
    edit_contact(came_in("ΛΟΥΚΑ ΑΛΕΞ"), changes={"gender": "f"}, by=anna, now=NOW)

    typed = add_contact(values={"first_name": "Άλεξ", "last_name": "Λουκά"}, by=anna, now=NOW)

    assert (typed.gender, typed.name_reason) == ("f", "decided_before")
    assert typed.name_confidence < 0.9


def test_a_typed_gender_does_not_turn_the_names_of_a_surname_first_list_around(anna):
    clear = ["ΡΙΖΟΥ ΕΛΕΝΗ", "ΒΛΑΧΟΥ ΕΛΕΝΗ", "ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ", "ΨΑΛΤΗΣ ΓΙΩΡΓΟΣ", "ΡΙΖΟΣ ΝΙΚΟΣ", "ΒΛΑΧΟΥ ΜΑΡΙΑ"]
    let_in(*[customer(str(n), name) for n, name in enumerate([*clear, "ΜΑΡΙΝΟΣ ΑΡΗΣ"], 1)])
    contact = Contact.objects.get(codes__code="7")
    before = (contact.first_name, contact.last_name)

    edit_contact(contact, changes={"gender": "f"}, by=anna, now=NOW)

    contact.refresh_from_db()
    assert (contact.first_name, contact.last_name) == before


def test_a_decision_refers_to_no_contact_and_can_be_deleted_by_the_name(anna):
    contact = came_in("ΠΑΠΠΑΣ ΓΕΩΡΓΙΟΣ")
    settle_look(contact, by=anna, now=NOW, choice="Πάππας")
    contact.codes.all().delete()
    contact.delete()
    assert NameDecision.objects.exists()

    forget_names("ΠΑΠΠΑΣ ΓΕΩΡΓΙΟΣ")

    assert not NameDecision.objects.exists()


def test_a_decision_is_forgotten_when_nothing_of_it_is_typed_any_more(anna):
    contact = came_in("ΠΑΠΠΑΣ ΓΕΩΡΓΙΟΣ")
    settle_look(contact, by=anna, now=NOW, choice="Πάππας")
    contact.typed_fields = ["register"]

    remember_names(contact, by=anna, now=NOW)

    assert not NameDecision.objects.exists()


def test_the_page_says_that_a_colleague_decided_so_for_a_name_written_alike(client, anna):
    settle_look(came_in("ΠΑΠΠΑΣ ΓΕΩΡΓΙΟΣ"), by=anna, now=NOW, choice="Πάππας")
    other = came_in("ΠΑΠΠΑΣ ΝΙΚΟΣ", "2")
    client.force_login(anna)
    client.cookies["django_language"] = "en"

    page = client.get(reverse("customers:person-detail", args=[other.pk])).content.decode()

    assert "a colleague decided so for a name written alike; this may be somebody else" in page
    assert page.index('value="Πάππας"') < page.index('value="Παππάς"')
