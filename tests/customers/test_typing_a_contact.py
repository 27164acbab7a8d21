"""What a person types about a contact stays, and is noted in the trail without its words."""

import pytest

from customers import consent
from customers.models import AuditEntry, Contact
from customers.search import search_contacts
from customers.services.contacts import add_contact, edit_contact, set_register, settle_look
from customers.services.notes import add_note
from tests.builders import ELENI, NOW, STAMATIS, make_contact, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    return make_user("anna")


def test_a_typed_field_is_marked_as_typed(anna):
    contact = make_contact(STAMATIS)

    changed = edit_contact(contact, changes={"city": "Βόλος", "first_name": "Σταμάτης"}, by=anna, now=NOW)

    assert changed == ["city"]
    contact.refresh_from_db()
    assert contact.city == "Βόλος"
    assert contact.typed_fields == ["city"]


def test_a_new_address_brings_its_keys_along(anna):
    contact = make_contact(STAMATIS)
    before = contact.address_digest

    edit_contact(contact, changes={"email": "New@Shop.example"}, by=anna, now=NOW)

    assert contact.email_key == "new@shop.example"
    assert contact.address_digest not in ("", before)


def test_a_typed_phone_is_found_by_its_digits(anna):
    contact = make_contact(STAMATIS)

    edit_contact(contact, changes={"mobile": "6936 000 410"}, by=anna, now=NOW)

    assert list(search_contacts("6936000410")) == [contact]


def test_the_trail_names_the_fields_and_not_their_words(anna):
    contact = make_contact(STAMATIS)

    edit_contact(contact, changes={"last_name": "Μυστικός"}, by=anna, now=NOW)

    entry = AuditEntry.objects.get(verb="edit_contact")
    assert entry.facts == {"fields": ["last_name"]}
    assert entry.actor_id == anna.pk


def test_a_form_that_changed_nothing_writes_nothing(anna):
    contact = make_contact(STAMATIS)

    assert edit_contact(contact, changes={"city": ""}, by=anna, now=NOW) == []
    assert not AuditEntry.objects.exists()


def test_a_typed_name_is_sure_and_found_at_once(anna):
    contact = make_contact(ELENI, name_confidence=0.5, name_reason="unknown_word")

    edit_contact(contact, changes={"last_name": "Σαρρή"}, by=anna, now=NOW)

    assert contact.name_confidence == 1.0
    assert list(search_contacts("sarri")) == [contact]


def test_the_register_is_a_persons_decision_and_noted(anna):
    contact = make_contact(STAMATIS)

    set_register(contact, register="informal", by=anna, now=NOW)

    assert contact.register == "informal"
    assert contact.typed_fields == ["register"]
    assert AuditEntry.objects.get().facts == {"fields": ["register"]}


def test_a_death_typed_by_hand_reaches_letters_that_already_wait(anna, monkeypatch):
    told = []
    monkeypatch.setattr(consent, "_stop_hooks", [])
    consent.register_stop_hook(lambda ids, digest, code: told.append((list(ids), code)))
    contact = make_contact(STAMATIS)

    edit_contact(contact, changes={"deceased": True}, by=anna, now=NOW)

    assert told == [([contact.pk], "deceased")]


def test_a_contact_typed_by_hand_is_sure_of_its_name(anna):
    contact = add_contact(values={"first_name": "Μαρία", "last_name": "Ιωάννου", "email": ""}, by=anna, now=NOW)

    assert contact.name == "Μαρία Ιωάννου"
    assert contact.gender == "f"
    assert contact.kind == Contact.Kind.PERSON
    assert contact.typed_fields == ["first_name", "last_name"]


def test_looking_takes_the_contact_off_the_list_to_ask(anna):
    contact = make_contact(STAMATIS, needs_look=True, look_reasons=[{"code": "order_unsure", "facts": {}}])

    settle_look(contact, by=anna, now=NOW)

    assert not Contact.objects.to_look_at().exists()
    assert AuditEntry.objects.get().facts == {"reasons": ["order_unsure"]}


def test_an_unsure_name_that_somebody_found_right_is_sure(anna):
    contact = make_contact(STAMATIS, needs_look=True, name_confidence=0.8, name_reason="ambiguous_accent")

    settle_look(contact, by=anna, now=NOW)

    contact.refresh_from_db()
    assert (contact.name_confidence, contact.name_reason) == (1.0, "typed")
    assert "last_name" in contact.typed_fields


def test_looking_at_a_sure_name_claims_nothing_was_typed(anna):
    contact = make_contact(STAMATIS, needs_look=True, look_reasons=[{"code": "email_bad_domain", "facts": {}}])

    settle_look(contact, by=anna, now=NOW)

    contact.refresh_from_db()
    assert contact.typed_fields == []


def test_a_note_keeps_private_words_apart_from_the_line_that_may_be_said(anna):
    contact = make_contact(STAMATIS)

    note = add_note(contact, by=anna, now=NOW, private_text="Χώρισε.", quotable="Καλή αρχή με το νέο μαγαζί.")

    assert (note.private_text, note.quotable) == ("Χώρισε.", "Καλή αρχή με το νέο μαγαζί.")
    assert "Χώρισε" not in str(AuditEntry.objects.values_list("facts", flat=True))


def test_a_note_without_words_is_refused(anna):
    with pytest.raises(ValueError):
        add_note(make_contact(STAMATIS), by=anna, now=NOW, private_text="  ")
