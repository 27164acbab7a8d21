"""A name typed with the capitals lock on stands in letters as it is said; what capitals do not tell is asked."""

import pytest
from django.urls import reverse

from customers.forms.naming import NameForm
from customers.models import Contact
from tests.builders import STAMATIS, make_contact

pytestmark = pytest.mark.django_db


def typed(client, **fields) -> tuple[Contact | None, str]:
    data = {"kind": "person", "gender": "u", "language": "el", "is_customer": "on"} | fields
    response = client.post(reverse("customers:person-add"), data, follow=True)
    return Contact.objects.first(), response.content.decode()


@pytest.mark.parametrize(
    ("first", "last", "kept"),
    [
        ("ΓΙΑΝΝΗΣ", "ΠΑΠΑΔΟΠΟΥΛΟΣ", ("Γιάννης", "Παπαδόπουλος")),
        ("ΓΙΆΝΝΗΣ", "Παπαδόπουλος", ("Γιάννης", "Παπαδόπουλος")),
        ("άννα μαρία", "δήμου", ("Άννα Μαρία", "Δήμου")),
        ("Ν.Κ.", "Δήμου", ("Ν.Κ.", "Δήμου")),
        ("Jan", "van der Berg", ("Jan", "van der Berg")),
        ("bell", "hooks", ("bell", "hooks")),
    ],
)
def test_a_name_is_kept_as_letters_say_it(desk, first, last, kept):
    contact, _page = typed(desk, first_name=first, last_name=last)

    assert (contact.first_name, contact.last_name) == kept


def test_what_we_wrote_is_said(desk):
    _contact, page = typed(desk, first_name="ΓΙΑΝΝΗΣ", last_name="Δήμου")

    assert "We wrote Γιάννης, as letters say it." in page
    assert "ΓΙΑΝΝΗΣ" not in page


@pytest.mark.parametrize(
    ("first", "last", "spellings"),
    [
        ("Γιάννης", "ΠΑΠΠΑΣ", "Παππάς · Πάππας"),
        ("ΡΟΝΑΛΝΤ", "Δήμου", "Ρόναλντ"),
        ("Ronald", "MCDONALD", "Mcdonald"),
        ("", "ΠΑΠΠΑΣ", "Παππάς · Πάππας"),
        ("", "ΔΗΜΟΥ ΑΝΝΑ", "Άννα Δήμου"),
    ],
)
def test_what_capitals_do_not_tell_is_asked_with_the_spellings(desk, first, last, spellings):
    contact, page = typed(desk, first_name=first, last_name=last)

    assert contact is None
    assert f"Write it as it is said: {spellings}" in page


def test_an_answer_to_the_question_is_kept_word_for_word(desk):
    contact, _page = typed(desk, first_name="ΓΙΑΝΝΗΣ", last_name="Πάππας")

    assert (contact.first_name, contact.last_name) == ("Γιάννης", "Πάππας")


def test_the_name_of_a_firm_keeps_its_capitals(desk):
    contact, _page = typed(desk, kind="company", company_name="ΔΕΗ ΑΕ")

    assert contact.company_name == "ΔΕΗ ΑΕ"


def test_capitals_that_stood_there_before_stop_no_other_correction(desk):
    shouted = make_contact(STAMATIS, first_name="ΣΤΑΜΑΤΗΣ", last_name="ΠΑΠΠΑΣ")
    fields = {"kind": "person", "first_name": "ΣΤΑΜΑΤΗΣ", "last_name": "ΠΑΠΠΑΣ", "gender": "m", "language": "el"}

    desk.post(reverse("customers:person-edit", args=[shouted.pk]), fields | {"city": "Βόλος"})

    shouted.refresh_from_db()
    assert (shouted.city, shouted.last_name) == ("Βόλος", "ΠΑΠΠΑΣ")


def test_the_form_beside_a_letter_asks_too():
    contact = make_contact(STAMATIS)
    fields = {"first_name": "ΣΤΑΜΑΤΗΣ", "last_name": "ΒΛΑΧΟΣ", "gender": "m", "register": "formal"}

    form = NameForm(fields | {"known_as": "ΤΑΚΗΣ"}, instance=contact)

    assert form.is_valid(), form.errors
    assert form.changes["known_as"] == "Τάκης"
    assert Contact(**form.changes).last_name == "Βλάχος"
    assert NameForm(fields | {"last_name": "ΠΑΠΠΑΣ"}, instance=make_contact()).errors["last_name"]
