"""A list may say how people are addressed and who looks after them: in a column, by category, or for everybody."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from customers.imports.applying import apply_batch
from customers.imports.errors import CellError
from customers.imports.manners import manners_of, read_register
from customers.imports.rehearsing import stage_contacts
from customers.imports.report import row_sentences
from customers.models import AuditEntry, Contact, ImportBatch, User
from customers.services.acquaintance import decide_register, pass_on
from customers.services.contacts import edit_contact, set_register
from tests.builders import NOW, make_user
from tests.imports.filled_forms import press
from tests.imports.lists import customer, customers, text
from tests.imports.steps import let_in, rows_of, take_back, whole_database

pytestmark = pytest.mark.django_db

HEADER = "ΚΩΔΙΚΟΣ;ΕΠΩΝΥΜΙΑ;ΚΑΤΗΓΟΡΙΑ;ΕΝΙΚΟΣ/ΠΛΗΘΥΝΤΙΚΟΣ;ΥΠΕΥΘΥΝΟΣ"
GIORGOS, ELENI = "ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ", "ΒΛΑΧΟΥ ΕΛΕΝΗ"


@pytest.fixture(autouse=True)
def anna(db):
    return make_user("anna", first_name="Άννα", last_name="Ρίζου", email="anna@shop.example")


@pytest.fixture(autouse=True)
def nikos(db):
    return make_user("nikos", first_name="Νίκος", last_name="Ψάλτης")


def rehearse(*rows: str, header: str = HEADER, **said) -> ImportBatch:
    manners = manners_of(**said) if said else None
    return stage_contacts(data=text(header, *rows), file_name="list.csv", by=None, now=NOW, manners=manners)


def bring(*rows: str, **said) -> dict[str, Contact]:
    apply_batch(batch_id=rehearse(*rows, **said).pk, by=None, clock=lambda: NOW)
    return {contact.raw_name: contact for contact in Contact.objects.all()}


@pytest.mark.parametrize(
    ("cell", "register"),
    [
        ("σου", "informal"), ("Ενικός", "informal"), ("ΕΝΙΚΟ", "informal"), ("singular", "informal"),
        ("du", "informal"),
        ("σας", "formal"), ("ΠΛΗΘΥΝΤΙΚΟΣ", "formal"), ("πληθ.", "formal"), ("Plural", "formal"), ("Sie", "formal"),
    ],
)  # fmt: skip
def test_a_column_may_say_singular_or_plural_in_many_words(cell, register):
    assert read_register(cell) == register


@pytest.mark.parametrize("cell", ["ίσως", "σουβλάκι", "1", "σου/σας"])
def test_a_word_that_is_neither_is_not_guessed(cell):
    with pytest.raises(CellError):
        read_register(cell)


def test_without_a_word_people_come_in_formal_and_the_houses():
    contact = bring(f"1;{GIORGOS};;;")[GIORGOS]

    assert (contact.register, contact.owner, contact.typed_fields) == ("formal", None, [])


@pytest.mark.parametrize("cell", ["anna", "Άννα", "ΑΝΝΑ", "Άννα Ρίζου", "ΡΙΖΟΥ ΑΝΝΑ", "Anna@Shop.example"])
def test_a_column_names_a_colleague_by_any_of_their_names(cell, anna):
    contact = bring(f"1;{GIORGOS};;σου;{cell}")[GIORGOS]

    assert (contact.register, contact.owner) == ("informal", anna)


def test_what_a_list_says_is_not_typed_by_a_person():
    contact = bring(f"1;{GIORGOS};;σου;anna")[GIORGOS]

    assert contact.typed_fields == []
    assert contact.acquaintance == Contact.Acquaintance.OPEN


def test_an_unknown_colleague_is_told_with_the_row_and_the_colleagues_and_the_person_comes_in():
    batch = rehearse(f"1;{GIORGOS};;;Μαρία")
    row = rows_of(batch)[2]

    assert row.action == "new"
    assert not row.asks
    assert any("Μαρία" in words and "2" in words and "Άννα Ρίζου, Νίκος Ψάλτης" in words
               for words in row_sentences(row, {}))  # fmt: skip
    apply_batch(batch_id=batch.pk, by=None, clock=lambda: NOW)
    assert Contact.objects.get().owner is None


def test_a_name_of_two_colleagues_is_not_guessed():
    make_user("anna2", first_name="Άννα")

    row = rows_of(rehearse(f"1;{GIORGOS};;;Άννα"))[2]

    assert [note["code"] for note in row.notes] == ["owner_of_several"]


def test_a_word_that_is_no_register_is_told():
    row = rows_of(rehearse(f"1;{GIORGOS};;ίσως;"))[2]

    assert [note["code"] for note in row.notes] == ["register_unknown"]


def test_a_colleague_who_has_left_looks_after_nobody(anna):
    User.objects.filter(pk=anna.pk).update(is_active=False)

    assert [note["code"] for note in rows_of(rehearse(f"1;{GIORGOS};;;anna"))[2].notes] == ["owner_unknown"]


def test_a_colleague_who_leaves_between_rehearsal_and_import_looks_after_nobody(anna):
    batch = rehearse(f"1;{GIORGOS};;;anna")
    User.objects.filter(pk=anna.pk).update(is_active=False)

    apply_batch(batch_id=batch.pk, by=None, clock=lambda: NOW)

    assert Contact.objects.get().owner is None


def test_the_nearest_word_counts_column_then_category_then_everybody(anna, nikos):
    people = bring(
        f"1;{GIORGOS};ΦΙΛΟΙ;σας;",
        f"2;{ELENI};Φίλοι;;",
        "3;ΡΙΖΟΣ ΝΙΚΟΣ;ΛΙΑΝΙΚΗ;;nikos",
        register="plural",
        owner="anna",
        registers_for={"ΦΙΛΟΙ": "ενικός"},
        owners_for={"φιλοι": "Νίκος"},
    )

    found = {name: (contact.register, contact.owner) for name, contact in people.items()}
    assert found == {
        GIORGOS: ("formal", nikos),
        ELENI: ("informal", nikos),
        "ΡΙΖΟΣ ΝΙΚΟΣ": ("formal", nikos),
    }


def test_nobody_of_the_till_is_given_an_owner():
    contact = bring("1;ΠΕΛΑΤΗΣ ΛΙΑΝΙΚΗΣ;;σου;anna", register="singular")["ΠΕΛΑΤΗΣ ΛΙΑΝΙΚΗΣ"]

    assert (contact.register, contact.owner) == ("formal", None)


def test_what_a_person_decided_stands_over_every_list(anna, nikos):
    contact = bring(f"1;{GIORGOS};;;")[GIORGOS]
    set_register(contact, register="formal", by=anna, now=NOW)
    edit_contact(contact, changes={"owner": nikos}, by=nikos, now=NOW)

    contact = bring(f"1;{GIORGOS};;σου;anna", register="singular", owner="anna")[GIORGOS]

    assert (contact.register, contact.owner) == ("formal", nikos)


def test_a_later_list_changes_what_a_list_has_said(nikos):
    bring(f"1;{GIORGOS};;σου;anna")

    contact = bring(f"1;{GIORGOS};;σας;nikos")[GIORGOS]

    assert (contact.register, contact.owner) == ("formal", nikos)


def test_a_taken_back_list_takes_register_and_owner_back():
    bring(f"1;{GIORGOS};;;")
    before = whole_database()
    batch = rehearse(f"1;{GIORGOS};;σου;anna")
    apply_batch(batch_id=batch.pk, by=None, clock=lambda: NOW + timedelta(minutes=1))
    assert whole_database() != before

    assert take_back(batch).counts["kept"] == 0

    assert whole_database() == before


def test_a_decision_that_says_what_the_list_said_is_not_taken_back_with_it(anna, nikos):
    bring(f"1;{GIORGOS};;;")
    batch = rehearse(f"1;{GIORGOS};;σου;anna")
    apply_batch(batch_id=batch.pk, by=None, clock=lambda: NOW)
    contact = Contact.objects.get()
    decide_register(contact.pk, register="informal", by=anna, now=NOW)

    undone = take_back(batch)

    contact.refresh_from_db()
    assert (contact.register, contact.acquaintance, contact.owner) == ("informal", "decided", None)
    assert undone.counts["kept"] == 1


def test_somebody_whom_nobody_knew_leaves_with_a_list_that_is_taken_back(anna):
    batch = rehearse(f"1;{GIORGOS};;;")
    apply_batch(batch_id=batch.pk, by=None, clock=lambda: NOW)
    pass_on(Contact.objects.get().pk, by=anna, now=NOW)

    take_back(batch)

    assert not Contact.objects.exists()


def test_a_role_that_a_person_took_away_does_not_come_back_with_the_list(anna):
    contact = bring(f"1;{GIORGOS};ΠΡΟΜΗΘΕΥΤΗΣ;;")[GIORGOS]
    edit_contact(contact, changes={"is_supplier": False}, by=anna, now=NOW)

    assert not bring(f"1;{GIORGOS};ΠΡΟΜΗΘΕΥΤΗΣ;;")[GIORGOS].is_supplier


def test_the_trail_of_the_import_says_what_was_said_of_everybody(anna):
    bring(f"1;{GIORGOS};ΦΙΛΟΙ;;", register="singular", owners_for={"ΦΙΛΟΙ": "anna"})

    facts = AuditEntry.objects.get(verb="import_list").facts
    said = {"register": "informal", "owners": {"φιλοι": anna.pk}, "categories": {"φιλοι": "ΦΙΛΟΙ"}}
    assert facts["manners"] == said


def test_the_command_says_it_for_everybody_and_by_category(tmp_path, anna, nikos):
    path = tmp_path / "list.csv"
    path.write_bytes(customers(customer("1", GIORGOS, category="ΦΙΛΟΙ"), customer("2", ELENI, category="ΧΟΝΔΡΙΚΗ")))

    call_command(
        "import_contacts", str(path), "--register", "plural", "--owner", "anna",
        "--register-for", "ΦΙΛΟΙ=informal", "--owner-for", "ΧΟΝΔΡΙΚΗ=nikos", "--json",
    )  # fmt: skip

    found = {contact.raw_name: (contact.register, contact.owner) for contact in Contact.objects.all()}
    assert found == {GIORGOS: ("informal", anna), ELENI: ("formal", nikos)}


@pytest.mark.parametrize(
    "options", [["--register", "maybe"], ["--owner", "Μαρία"], ["--owner-for", "ΦΙΛΟΙ=Μαρία"], ["--owner-for", "ΦΙΛΟΙ"]]
)
def test_a_word_of_the_command_that_means_nothing_ends_with_a_sentence(tmp_path, options):
    path = tmp_path / "list.csv"
    path.write_bytes(customers(customer("1", GIORGOS)))

    with pytest.raises(CommandError):
        call_command("import_contacts", str(path), *options)
    assert not Contact.objects.exists()


UPLOAD = "/admin/customers/contact/import/"


@pytest.fixture
def office(client):
    client.force_login(make_user(role="admin"))
    client.cookies["django_language"] = "en"
    return client


def upload(office, **said):
    data = customers(customer("1", GIORGOS, category="ΦΙΛΟΙ"), customer("2", ELENI))
    return office.post(UPLOAD, {"list_file": SimpleUploadedFile("list.csv", data), **said}, follow=True)


def test_the_page_takes_it_for_everybody_and_by_category_and_the_rehearsal_shows_it(office, anna, nikos):
    said = {"register": "informal", "owner": anna.pk, "by_category": "ΦΙΛΟΙ = plural, Νίκος\nΠΑΛΙΟΙ = σας"}
    page = press(office, upload(office, **said)).text

    assert "Αγαπητέ κύριε Βλάχο," in page
    assert "Αγαπητή Ελένη," in page
    assert "For everybody: singular (σου), Άννα Ρίζου." in page
    assert "No row of the list is of the category “ΠΑΛΙΟΙ”." in page
    apply_batch(batch_id=ImportBatch.objects.get().pk, by=None, clock=lambda: NOW)
    found = {contact.raw_name: (contact.register, contact.owner) for contact in Contact.objects.all()}
    assert found == {GIORGOS: ("formal", nikos), ELENI: ("informal", anna)}


def test_the_rehearsal_shows_a_change_of_register_and_owner_in_words(office, anna):
    let_in(customer("1", GIORGOS))

    page = press(office, upload(office, register="informal", owner=anna.pk)).text

    assert "singular or plural: plural (σας) → singular (σου)" in page
    assert "Αγαπητέ Γιώργο," in page  # as the letter will open when the list is in
    assert "looked after by: – → Άννα Ρίζου" in page


@pytest.mark.parametrize("line", ["ΦΙΛΟΙ", "ΦΙΛΟΙ =", "= σου", "ΦΙΛΟΙ = Μαρία"])
def test_a_line_that_means_nothing_is_told_beside_its_field(office, line):
    page = upload(office, by_category=line)

    assert "invalid-feedback" in page.text
    assert not ImportBatch.objects.exists()


def test_a_list_of_invoices_is_not_asked_for_manners(office):
    assert "by_category" not in office.get("/admin/customers/purchase/import/").text
    assert "by_category" in office.get(UPLOAD).text
