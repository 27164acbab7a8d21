"""A better lexicon reads again what nobody typed; it says whom, and takes over only when told."""

import json

import pytest
from django.core.management import call_command

from customers import consent, rereading
from customers.imports.applying import apply_batch
from customers.imports.rehearsing import stage_contacts
from customers.models import AuditEntry, Contact
from customers.naming import NAMES_VERSION
from customers.search import search_contacts
from customers.services.contacts import edit_contact, settle_look
from tests.builders import NOW, make_contact, make_user
from tests.imports.lists import customer, text
from tests.imports.steps import let_in, take_back

pytestmark = pytest.mark.django_db


def read_before(raw_name: str, *, first: str, last: str, **fields) -> Contact:
    """A contact as an older lexicon read it."""
    known = {"gender": "m", "names_version": 1, "name_confidence": 0.97, "name_reason": "lexicon"}
    return make_contact(raw_name=raw_name, first_name=first, last_name=last, **known | fields)


@pytest.fixture
def wrong_accent():
    return read_before("ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ", first="Γιώργος", last="Βλαχός")


def told(capsys, *options: str) -> list[dict]:
    call_command("reread_names", "--json", *options)
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_who_reads_otherwise_is_told_and_nothing_is_written(wrong_accent, capsys):
    assert told(capsys) == [
        {
            "id": wrong_accent.pk,
            "raw": "ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ",
            "before": "Γιώργος Βλαχός (person, m)",
            "after": "Γιώργος Βλάχος (person, m)",
            "salutation_before": "Αγαπητέ κύριε Βλαχέ,",
            "salutation_after": "Αγαπητέ κύριε Βλάχο,",
            "sure_before": True,
            "sure_after": True,
            "looked_at": False,
        }
    ]
    wrong_accent.refresh_from_db()
    assert (wrong_accent.last_name, wrong_accent.names_version) == ("Βλαχός", 1)
    assert not AuditEntry.objects.exists()


def test_the_table_has_a_line_for_each_and_a_sum_beside_it(wrong_accent, capsys):
    call_command("reread_names")

    told = capsys.readouterr()
    assert "Αγαπητέ κύριε Βλάχο," in told.out
    assert "1 compared, 1 read otherwise" in told.err


def test_taking_over_writes_the_names_finds_them_and_leaves_a_trail(wrong_accent, capsys):
    told(capsys, "--apply")

    wrong_accent.refresh_from_db()
    assert (wrong_accent.last_name, wrong_accent.names_version) == ("Βλάχος", NAMES_VERSION)
    assert list(search_contacts("Βλάχος")) == [wrong_accent]
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.person_key, entry.facts["names_version"]) == (
        "reread_names", wrong_accent.person_key, NAMES_VERSION,
    )  # fmt: skip
    assert "Βλαχός" not in str(entry.facts)
    assert told(capsys, "--apply") == []


def test_what_a_person_typed_is_never_read_again(wrong_accent, capsys):
    edit_contact(wrong_accent, changes={"last_name": "Βλαχόςς"}, by=make_user(), now=NOW)

    assert told(capsys, "--apply") == []
    wrong_accent.refresh_from_db()
    assert wrong_accent.last_name == "Βλαχόςς"


def test_a_name_somebody_has_looked_at_is_told_and_stays(wrong_accent, capsys):
    settle_look(wrong_accent, by=make_user(), now=NOW)

    assert [each["looked_at"] for each in told(capsys, "--apply")] == [True]
    wrong_accent.refresh_from_db()
    assert wrong_accent.last_name == "Βλαχός"


def test_a_name_that_is_sure_now_is_asked_about_no_more(capsys):
    other = {"code": "email_bad_domain", "facts": {"row": 3}}
    name = {"code": "name_unsure", "facts": {"reason": "accent_guess"}}
    unsure = {"name_confidence": 0.6, "name_reason": "accent_guess", "needs_look": True}
    only_name = read_before("ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ", first="Γιώργος", last="Βλαχός", look_reasons=[name], **unsure)
    both = read_before("ΒΛΑΧΟΣ ΝΙΚΟΣ", first="Νίκος", last="Βλαχός", look_reasons=[name, other], **unsure)

    told(capsys, "--apply")

    only_name.refresh_from_db()
    both.refresh_from_db()
    assert (only_name.needs_look, only_name.look_reasons) == (False, [])
    assert (both.needs_look, both.look_reasons) == (True, [other])
    assert both.name_confidence >= 0.9


def test_a_sure_name_that_is_unsure_now_is_put_on_the_list_to_ask(capsys):
    contact = read_before("ΠΑΠΠΑΣ ΓΙΩΡΓΟΣ", first="Γιώργος", last="Παππάς")

    assert [(each["sure_before"], each["sure_after"]) for each in told(capsys, "--apply")] == [(True, False)]

    contact.refresh_from_db()
    assert contact.needs_look
    assert contact.look_reasons[0]["code"] == "name_unsure"
    assert contact.look_reasons[0]["facts"]["choices"] == "Παππάς, Πάππας"


def test_a_decision_made_since_is_offered_to_those_who_were_here(capsys):
    let_in(customer("1", "ΠΑΠΠΑΣ ΓΙΩΡΓΟΣ"), customer("2", "ΠΑΠΠΑΣ ΝΙΚΟΣ"))
    first, second = Contact.objects.order_by("pk")
    settle_look(first, by=make_user(), now=NOW, choice="Πάππας")

    told(capsys, "--apply")

    second.refresh_from_db()
    assert (second.last_name, second.name_reason) == ("Πάππας", "decided_before")
    assert second.name_confidence < 0.9


def test_names_of_a_list_that_keeps_an_order_are_read_in_that_order(capsys):
    clear = ["ΡΙΖΟΥ ΕΛΕΝΗ", "ΒΛΑΧΟΥ ΕΛΕΝΗ", "ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ", "ΨΑΛΤΗΣ ΓΙΩΡΓΟΣ", "ΡΙΖΟΣ ΝΙΚΟΣ", "ΒΛΑΧΟΥ ΜΑΡΙΑ"]
    let_in(*[customer(str(n), name) for n, name in enumerate([*clear, "ΜΑΡΙΝΟΣ ΑΡΗΣ", "ΘΩΜΑΣ ΙΩΑΝΝΗΣ"], 1)])

    assert told(capsys) == []


def test_names_of_two_columns_are_not_divided_anew(capsys):
    data = text("ΚΩΔΙΚΟΣ;ΟΝΟΜΑ;ΕΠΩΝΥΜΟ;ΕΤΑΙΡΕΙΑ", "1;Μαρία Ελένη;Βλάχου Ρίζου;Το Λιμάνι", "2;ΙΩΑΝΝΗΣ;ΘΩΜΑΣ;")
    staged = stage_contacts(data=data, file_name="two.csv", by=None, now=NOW)
    apply_batch(batch_id=staged.pk, by=None, clock=lambda: NOW)

    assert told(capsys) == []
    assert Contact.objects.get(codes__code="1").company_name == "Το Λιμάνι"


def test_letters_that_wait_hear_of_a_name_that_is_nobody_now(capsys, monkeypatch):
    stopped = []
    monkeypatch.setattr(consent, "_stop_hooks", [])
    consent.register_stop_hook(lambda ids, digest, code: stopped.append((list(ids), code)))
    heirs = read_before("ΚΛΗΡΟΝΟΜΟΙ ΒΛΑΧΟΥ", first="Κληρονόμοι", last="Βλάχου")

    told(capsys, "--apply")

    assert stopped == [([heirs.pk], "not_greeted")]


def test_an_import_can_still_be_taken_back_after_its_names_were_read_again(capsys):
    batch = let_in(customer("1", "ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ"))
    Contact.objects.update(last_name="Βλαχός")
    told(capsys, "--apply")

    assert take_back(batch).counts["kept"] == 0
    assert not Contact.objects.exists()


def test_the_work_goes_on_where_it_was_stopped(wrong_accent, capsys, monkeypatch):
    monkeypatch.setattr(rereading, "CHUNK", 1)
    second = read_before("ΒΛΑΧΟΣ ΝΙΚΟΣ", first="Νίκος", last="Βλαχός")
    work = rereading.reread(take_over=True, by=None, now=NOW)

    done = next(work)
    work.close()

    assert [each.contact_id for each in done.found] == [wrong_accent.pk]
    assert [each["id"] for each in told(capsys, "--after", str(done.last_id))] == [second.pk]
    wrong_accent.refresh_from_db()
    assert wrong_accent.last_name == "Βλάχος"


def test_statements_do_not_grow_with_the_people_of_a_chunk(django_assert_max_num_queries):
    for number in range(30):
        read_before(f"ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ {number}", first="Γιώργος", last="Βλαχός")

    with django_assert_max_num_queries(25):
        list(rereading.reread(take_over=True, by=None, now=NOW))
