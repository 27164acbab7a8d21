import csv
import datetime as dt
import io
from decimal import Decimal

import pytest
from django.utils.translation import override

from customers import exports
from customers.addresses import address_fields
from customers.exports import contact_header, contact_rows, purchase_header, purchase_rows
from customers.imports.mapping import columns_by_name
from customers.imports.rehearsing import stage_contacts, stage_purchases
from customers.imports.sheets_out import csv_lines
from customers.models import (
    AuditEntry,
    Contact,
    ContactAddress,
    ContactCode,
    ImportBatch,
    Interaction,
    Product,
    Purchase,
    PurchaseLine,
    Tag,
)
from customers.services.contacts import add_contact, edit_contact, set_register
from tests.builders import ELENI, NOW, STAMATIS, make_contact, make_user
from tests.imports.lists import customer
from tests.imports.steps import codes_of, let_in, rows_of, whole_database

pytestmark = pytest.mark.django_db

LANGUAGES = ("el", "en")


def people_as_file(language: str = "el") -> bytes:
    ids = list(Contact.objects.order_by("pk").values_list("pk", flat=True))
    return "".join(csv_lines(contact_rows(ids, language=language))).encode()


def purchases_as_file(language: str = "el") -> bytes:
    ids = list(Purchase.objects.order_by("pk").values_list("pk", flat=True))
    return "".join(csv_lines(purchase_rows(ids, language=language))).encode()


def read_back(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))


def bring_back(data: bytes) -> ImportBatch:
    return stage_contacts(data=data, file_name="back.csv", by=None, now=NOW)


def differing(batch: ImportBatch) -> list[tuple]:
    rows = batch.rows.exclude(action="unchanged")
    return [(row.action, row.reason_code, row.values.get("changes")) for row in rows]


@pytest.fixture
def anna():
    return make_user("anna", first_name="Άννα")


@pytest.fixture
def everybody(anna):
    """People of every kind that a list or a colleague makes."""
    let_in(
        customer("1", "ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ", tax="012345678", email="g@shop.example, g@home.example", phone="2310123456"),
        customer("2", "ΒΛΑΧΟΥ ΕΛΕΝΗ (ΠΕΝΘΟΣ)", mobile="'+306940000001", birthday="29/2/1980", remark="ΚΑΛΗ ΠΕΛΑΤΙΣΣΑ"),
        customer("3", "ΚΑΦΕΚΟΠΤΕΙΟ Η ΓΩΝΙΑ ΟΕ", email="info@shop.example", category="ΠΡΟΜΗΘΕΥΤΗΣ"),
        customer("4", "ΠΕΛΑΤΗΣ ΛΙΑΝΙΚΗΣ"),
        customer("5", "ΡΑΛΛΗ ΖΩΗ", phone="12", category="ΧΟΝΔΡΙΚΗ"),
        customer("6", "ΑΝΘΗΣ ΝΙΚΟΣ", email="both@shop.example", birthday="31/12"),
        customer("7", "ΑΝΘΗΣ ΝΙΚΟΣ", email="both@shop.example"),
    )
    typed = add_contact(
        values={"first_name": "Ρένα", "last_name": "Άνθη", "city": "Βόλος", "is_customer": False, "is_friend": True},
        by=anna,
        now=NOW,
    )
    set_register(typed, register="informal", by=anna, now=NOW)
    edit_contact(typed, changes={"owner": anna}, by=anna, now=NOW)
    add_contact(values={"first_name": "Κανένας", "last_name": "Ρόλος", "is_customer": False}, by=anna, now=NOW)
    # A couple with one address, as a colleague typed it, and two phones in one field.
    make_contact(STAMATIS, phone="2310 123456 / 2310 123457", phone_key="+302310123456")
    make_contact({**STAMATIS, "first_name": "Ελένη", "last_name": "Παπαδοπούλου", "gender": "f"})
    bearer = make_contact(ELENI)
    ContactAddress.objects.create(contact=bearer, **address_fields("old@shop.example"))
    ContactCode.objects.create(contact=bearer, source="erp", code="Ε-9")
    bearer.tags.add(Tag.objects.create(name="Χονδρική ΒΔ"))
    make_contact(first_name="=1+1", last_name="-Δ", raw_name="=1+1 -Δ", street="@Οδός 3", email="")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_column_but_those_for_reading_is_known_to_the_import(language):
    with override(language):
        people, purchases = contact_header(), purchase_header()

    assert [people.index(name) for name in columns_by_name(people, list_kind="contacts").unknown] == [2, 3, 14, 17]
    assert [purchases.index(name) for name in columns_by_name(purchases, list_kind="purchases").unknown] == [4]


@pytest.mark.parametrize("language", LANGUAGES)
def test_people_come_back_unchanged(everybody, language):
    before = whole_database()

    batch = bring_back(people_as_file(language))

    assert differing(batch) == []
    assert batch.counts["unchanged"] == Contact.objects.count()
    assert whole_database() == before


def test_nobody_is_asked_about_again_because_their_list_came_back(everybody):
    rows = rows_of(bring_back(people_as_file()))

    # The two of row 6 and 7 were a question when they first came, and nobody has answered it since.
    assert {code for row in rows.values() if row.asks for code in codes_of(row)} <= {"email_of_another", "name_unsure"}


def test_a_couple_with_one_address_is_no_question(everybody):
    rows = rows_of(bring_back(people_as_file()))

    couple = Contact.objects.filter(email=STAMATIS["email"]).values_list("pk", flat=True)
    asked = {row.contact_id for row in rows.values() if row.asks}
    assert len(couple) == 2
    assert not asked & set(couple)


def test_a_cell_mended_in_a_spreadsheet_is_the_only_change():
    contact = make_contact(ELENI, city="Βόλος")

    batch = bring_back(people_as_file().replace("Βόλος".encode(), "Λάρισα".encode()))

    row = rows_of(batch)[2]
    assert (row.contact_id, row.values["changes"]) == (contact.pk, {"city": ["Βόλος", "Λάρισα"]})


def test_somebody_with_nothing_but_a_name_is_known_by_the_identifier():
    make_contact({**ELENI, "email": ""})

    assert differing(bring_back(people_as_file())) == []


def test_an_identifier_beside_another_name_is_a_question_and_changes_nobody():
    contact, other = make_contact({**ELENI, "email": ""}), make_contact({**STAMATIS, "email": ""})
    text = people_as_file().decode()
    text = text.replace(str(contact.person_key), "x").replace(str(other.person_key), str(contact.person_key))

    rows = rows_of(bring_back(text.encode()))

    assert rows[3].contact_id not in (contact.pk, other.pk)
    assert codes_of(rows[3]) >= {"person_key_of_another"}


def test_a_list_brought_into_an_empty_house_makes_the_same_people():
    let_in(customer("1", "ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ", email="g@shop.example, h@shop.example", category="ΠΡΟΜΗΘΕΥΤΗΣ"))
    data = people_as_file()
    ContactCode.objects.all().delete()
    Contact.objects.all().delete()

    row = rows_of(bring_back(data))[2]

    assert (row.action, row.values["code"], row.values["emails"]) == ("new", "1", ["g@shop.example", "h@shop.example"])
    assert row.values["roles"] == ["is_supplier"]


def test_roles_that_stand_together_come_back_together():
    make_contact(ELENI, is_partner=True, is_friend=True)
    data = people_as_file()
    Contact.objects.all().delete()

    assert rows_of(bring_back(data))[2].values["roles"] == ["is_customer", "is_partner", "is_friend"]


def test_a_register_nobody_decided_does_not_come_back_as_a_decision(anna):
    decided, open_ = make_contact(ELENI), make_contact(STAMATIS)
    set_register(decided, register="formal", by=anna, now=NOW)

    told = [row["Singular or plural"] for row in read_back(people_as_file("en"))]

    assert told == ["plural", ""]
    assert open_.register == "formal"


def test_no_cell_is_a_formula(everybody):
    rows = csv.reader(io.StringIO(people_as_file().decode("utf-8-sig"), newline=""), delimiter=";")

    assert not [cell for row in rows for cell in row if cell[:1] in tuple("=+-@\t\r\n")]


def test_private_notes_and_stops_are_not_exported(everybody, anna):
    contact = Contact.objects.get(raw_name="ΒΛΑΧΟΥ ΕΛΕΝΗ (ΠΕΝΘΟΣ)")
    Interaction.objects.create(contact=contact, happened_at=NOW, private_text="ΜΥΣΤΙΚΟ", author=anna)

    text = people_as_file().decode()

    assert "ΜΥΣΤΙΚΟ" not in text
    assert "ΚΑΛΗ ΠΕΛΑΤΙΣΣΑ" not in text


def test_whoever_is_erased_while_the_file_goes_out_is_not_in_it(monkeypatch):
    monkeypatch.setattr(exports, "CHUNK", 1)
    first, second = make_contact(ELENI), make_contact(STAMATIS)
    rows = contact_rows([first.pk, second.pk], language="el")
    assert [next(rows), next(rows)][1][2] == first.name

    Contact.objects.filter(pk=second.pk).update(erased_at=NOW)

    assert list(rows) == []


def test_a_person_costs_no_query_of_its_own(django_assert_num_queries):
    for _number in range(30):
        make_contact()
    ids = list(Contact.objects.values_list("pk", flat=True))

    with django_assert_num_queries(4):
        assert len(list(contact_rows(ids, language="el"))) == 31


# --- Purchases ---


@pytest.fixture
def bought():
    contact = make_contact(STAMATIS)
    ContactCode.objects.create(contact=contact, code="1001")
    coffee = Product.objects.create(key="καφεσ", raw_name="ΚΑΦΕΣ")
    for document, total, lines in (
        ("Α-1", "1101.80", (("0.125", "37.80"), ("2", "1064.00"))),
        ("ΠΙΣ-1", "-50.00", (("-1", "-50.00"),)),
        ("Α-3", "7.00", ()),
    ):
        purchase = Purchase.objects.create(
            contact=contact, document_number=document, purchased_on=dt.date(2026, 11, 1), total=total
        )
        for quantity, amount in lines:
            PurchaseLine.objects.create(purchase=purchase, product=coffee, quantity=quantity, amount=amount)
    return contact


@pytest.mark.parametrize("language", LANGUAGES)
def test_purchases_come_back_unchanged(bought, language):
    batch = stage_purchases(data=purchases_as_file(language), file_name="back.csv", by=None, now=NOW)

    assert {(row.action, row.reason_code) for row in batch.rows.all()} == {("unchanged", "document_known")}
    assert batch.counts["rows"] == 4


@pytest.mark.parametrize("language", LANGUAGES)
def test_purchases_keep_their_numbers_on_the_way(bought, language):
    data = purchases_as_file(language)
    PurchaseLine.objects.all().delete()
    Purchase.objects.all().delete()

    rows = rows_of(stage_purchases(data=data, file_name="back.csv", by=None, now=NOW))

    assert [(row.action, row.values["customer"]) for row in rows.values()] == [("new", "1001")] * 4
    assert [(Decimal(row.values["quantity"]), row.values["amount"]) for row in rows.values()] == [
        (Decimal("0.125"), "37.80"),
        (2, "1064.00"),
        (-1, "-50.00"),
        (1, "7.00"),
    ]


def test_a_customer_without_a_code_is_named_by_e_mail(bought):
    ContactCode.objects.all().delete()

    assert read_back(purchases_as_file("en"))[0]["Customer e-mail"] == STAMATIS["email"]


# --- The page ---


@pytest.fixture
def admin(client):
    client.force_login(make_user("nikos", role="admin"))
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def test_the_export_holds_what_the_list_shows_in_its_order(admin):
    make_contact(ELENI, city="Βόλος", sort_key="β")
    make_contact(STAMATIS, is_supplier=True, sort_key="π")
    make_contact(first_name="Άννα", last_name="Άνθη", is_supplier=True, sort_key="α")

    answer = admin.get("/admin/customers/contact/export/?is_supplier__exact=1")

    assert [row["As we write it"] for row in read_back(answer.getvalue())] == ["Άννα Άνθη", "Σταμάτης Παπαδόπουλος"]
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="contacts-20')
    assert answer.streaming


def test_the_button_carries_the_search_and_the_filters(admin):
    page = admin.get("/admin/customers/contact/?is_supplier__exact=1&q=anthi&p=1").text

    assert '/admin/customers/contact/export/?is_supplier__exact=1&amp;q=anthi"' in page


def test_a_search_narrows_the_export(admin):
    add_contact(values={"first_name": "Ρένα", "last_name": "Άνθη"}, by=make_user(), now=NOW)
    make_contact(STAMATIS)

    rows = read_back(admin.get("/admin/customers/contact/export/?q=anthi").getvalue())

    assert [row["As we write it"] for row in rows] == ["Ρένα Άνθη"]


def test_purchases_are_exported_from_their_list(admin, bought):
    rows = read_back(admin.get("/admin/customers/purchase/export/?q=ΠΙΣ").getvalue())

    assert [(row["Document number"], row["Amount"]) for row in rows] == [("ΠΙΣ-1", "'-50,00")]


def test_the_trail_says_who_took_how_many_and_how_narrowed_but_not_the_words_of_a_search(admin):
    make_contact(ELENI)

    admin.get("/admin/customers/contact/export/?q=Βλάχου&kind__exact=person&last_name__exact=Βλάχου&o=1")

    entry = AuditEntry.objects.get(verb="export_list")
    assert entry.actor_name == "nikos"
    assert entry.facts["of"] == "contact"
    assert entry.facts["filters"] == {"q": True, "kind__exact": "person", "last_name__exact": True}


def test_a_filter_that_means_nothing_leads_back_to_the_list(admin):
    answer = admin.get("/admin/customers/contact/export/?birth_day__exact=morning")

    assert answer.status_code == 302
    assert not AuditEntry.objects.filter(verb="export_list").exists()


@pytest.mark.parametrize("role", ["staff", "manager"])
def test_only_admins_take_the_list_away(client, role):
    client.force_login(make_user(role=role))

    assert client.get("/admin/customers/contact/export/").status_code == 403
    assert client.get("/admin/customers/purchase/export/").status_code == 403
