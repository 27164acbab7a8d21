import pytest

from customers.imports.applying import apply_batch
from customers.imports.errors import ListError
from customers.imports.rehearsing import stage_contacts
from customers.models import Contact, ImportBatch, ImportRow, Suppression
from tests.builders import NOW, STAMATIS, make_contact
from tests.imports.lists import customer, text
from tests.imports.steps import codes_of, let_in, rehearse, rows_of, whole_database

pytestmark = pytest.mark.django_db
Action = ImportRow.Action


def test_a_rehearsal_writes_nothing_but_itself():
    before = whole_database()

    batch = rehearse(customer("1", "ΠΑΠΑΔΟΠΟΥΛΟΣ ΣΤΑΜΑΤΗΣ", email="stamatis@shop.example", remark="ΠΑΡΑΠΟΝΟ"))

    assert batch.state == ImportBatch.State.REHEARSED
    assert whole_database() == before


def test_it_says_how_the_file_was_read():
    batch = rehearse(customer("1", "ΠΑΠΑΔΟΠΟΥΛΟΣ ΣΤΑΜΑΤΗΣ"))

    assert (batch.encoding, batch.delimiter, batch.row_count) == ("cp1253", ";", 1)
    assert batch.mapping["ΕΠΩΝΥΜΙΑ"] == "name"
    assert batch.understood["columns"][1] == {
        "header": "ΕΠΩΝΥΜΙΑ",
        "field": "name",
        "first": "ΠΑΠΑΔΟΠΟΥΛΟΣ ΣΤΑΜΑΤΗΣ",
    }


def test_each_row_is_counted_once():
    batch = rehearse(
        customer("1", "ΠΑΠΑΔΟΠΟΥΛΟΣ ΣΤΑΜΑΤΗΣ", tax="111111111"),
        customer("2", "ΠΑΠΑΔΟΠΟΥΛΟΣ ΣΤΑΜΑΤΗΣ", tax="111111111"),
        customer("", "ΒΛΑΧΟΥ ΕΛΕΝΗ"),
        customer("4", "ΠΕΛΑΤΗΣ ΛΙΑΝΙΚΗΣ"),
    )

    counts = batch.counts
    assert [counts[action] for action in Action.values] == [2, 1, 0, 0, 1]
    assert sum(counts[action] for action in Action.values) == counts["rows"] == 4


def test_a_row_is_refused_only_when_nothing_is_left_to_reach_or_recognise_somebody_by():
    rows = rows_of(
        rehearse(
            customer("", "ΒΛΑΧΟΥ ΕΛΕΝΗ", email="not-an-address", city="ΒΟΛΟΣ"),
            customer("", "ΒΛΑΧΟΥ ΕΛΕΝΗ", mobile="694 000 0001"),
            customer("7", "ΒΛΑΧΟΥ ΕΙΡΗΝΗ"),
        )
    )

    assert [(row.action, row.reason_code) for row in rows.values()] == [
        (Action.REFUSED, "nothing_to_reach"),
        (Action.NEW, ""),
        (Action.NEW, ""),
    ]
    assert codes_of(rows[2]) >= {"email_no_at"}


def test_a_broken_address_loses_nobody_and_stands_on_the_list_to_ask():
    row = rows_of(rehearse(customer("1", "ΒΛΑΧΟΥ ΕΛΕΝΗ", email="eleni @shop.example")))[2]

    assert (row.action, row.asks, row.reason_code) == (Action.NEW, True, "email_blank_inside")
    assert row.reason_facts == {
        "row": 2,
        "column": "EMAIL",
        "value": "eleni @shop.example",
        "hint": "eleni@shop.example",
    }


def test_the_same_address_under_another_name_is_a_question():
    rows = rows_of(
        rehearse(
            customer("1", "ΒΛΑΧΟΥ ΕΛΕΝΗ", email="home@shop.example"),
            customer("2", "ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ", email="HOME@SHOP.EXAMPLE"),
        )
    )

    assert (rows[3].action, rows[3].asks, rows[3].reason_code) == (Action.NEW, True, "email_of_another")
    assert rows[3].reason_facts["other_row"] == 2
    assert "emails" not in rows[3].values


def test_the_same_name_and_address_under_another_tax_number_is_a_question():
    rows = rows_of(
        rehearse(
            customer("1", "ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ", tax="111111111", email="g@shop.example"),
            customer("2", "ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ", tax="222222222", email="g@shop.example"),
        )
    )

    assert (rows[3].action, rows[3].asks) == (Action.NEW, True)
    assert codes_of(rows[3]) >= {"maybe_same_person", "email_of_another"}


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        ({"tax": "111111111"}, {"tax": "EL 111111111"}, "same_tax_number"),
        ({"email": "g@shop.example"}, {"email": "G@Shop.example"}, "same_email"),
        ({"phone": "2310 445471"}, {"mobile": "00302310445471"}, "same_phone"),
    ],
)
def test_one_person_under_two_codes_is_joined_with_the_reason(first, second, reason):
    rows = rows_of(rehearse(customer("1", "ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ", **first), customer("2", "Γιώργος Βλάχος", **second)))

    assert (rows[3].action, rows[3].reason_code, rows[3].joined_to_row) == (Action.JOINED, reason, 2)


def test_a_grandson_with_the_name_and_the_telephone_of_his_grandfather_is_not_joined():
    rows = rows_of(
        rehearse(
            customer("1", "ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ", phone="2310445471", birthday="3/5/1940"),
            customer("2", "ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ", phone="2310445471", birthday="9/1/1995"),
        )
    )

    assert (rows[3].action, rows[3].reason_code) == (Action.NEW, "maybe_same_person")


def test_cousins_whose_fathers_differ_are_not_joined():
    rows = rows_of(
        rehearse(
            customer("1", "ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ ΤΟΥ ΝΙΚΟΛΑΟΥ", phone="2310445471"),
            customer("2", "ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ ΤΟΥ ΠΕΤΡΟΥ", phone="2310445471"),
        )
    )

    assert rows[3].action == Action.NEW


def test_till_entries_are_never_joined():
    batch = rehearse(
        customer("1", "ΠΕΛΑΤΗΣ ΛΙΑΝΙΚΗΣ", tax="111111111", mobile="6941808035"),
        customer("2", "ΠΕΛΑΤΗΣ ΛΙΑΝΙΚΗΣ", tax="111111111", mobile="6941808035"),
    )

    assert (batch.counts["new"], batch.counts["joined"]) == (2, 0)
    assert {row.reason_code for row in rows_of(batch).values()} == {"not_greeted"}


def test_a_person_we_know_is_recognised_by_name_and_address_and_changed_cell_by_cell():
    contact = make_contact(STAMATIS, city="Πάτρα")

    row = rows_of(rehearse(customer("", "Παπαδόπουλος Σταμάτης", email="stamatis@shop.example", city="Βόλος")))[2]

    assert (row.action, row.contact_id) == (Action.CHANGED, contact.pk)
    assert row.values["changes"]["city"] == ["Πάτρα", "Βόλος"]


def test_a_code_that_belongs_to_somebody_of_another_name_is_not_taken_from_them():
    let_in(customer("1", "ΒΛΑΧΟΥ ΕΛΕΝΗ"))

    row = rows_of(rehearse(customer("1", "ΣΓΟΥΡΟΣ ΔΗΜΗΤΡΙΟΣ", mobile="6940000001")))[2]

    assert (row.action, row.asks, row.reason_code) == (Action.NEW, True, "code_of_another")
    assert "code" not in row.values


def test_who_left_is_named_and_not_brought_back():
    contact = make_contact(STAMATIS)
    Suppression.objects.create(address_digest=contact.address_digest, reason="unsubscribed", since=NOW)
    contact.delete()

    row = rows_of(rehearse(customer("1", "ΠΑΠΑΔΟΠΟΥΛΟΣ ΣΤΑΜΑΤΗΣ", email="stamatis@shop.example")))[2]

    assert codes_of(row) >= {"suppressed"}
    assert Suppression.objects.count() == 1


def test_the_words_of_a_remark_on_money_are_stored_nowhere():
    batch = rehearse(customer("1", "ΒΛΑΧΟΥ ΕΛΕΝΗ", remark="ΑΡΓΕΙ ΝΑ ΠΛΗΡΩΣΕΙ"))

    row = rows_of(batch)[2]
    assert codes_of(row) >= {"remark_left_out"}
    assert "ΠΛΗΡΩΣΕΙ" not in repr([row.values, row.notes, row.reason_facts])


def test_a_remark_in_brackets_behind_a_name_is_read_as_a_remark():
    row = rows_of(rehearse(customer("1", "ΒΛΑΧΟΥ ΕΛΕΝΗ (ΠΕΝΘΟΣ)")))[2]

    assert "mourning" in codes_of(row)


def test_first_name_and_surname_in_two_columns_stay_what_they_are():
    data = text("E-mail,Όνομα,Επώνυμο", "foteini@shop.example,Φωτεινή,Ράλλη")

    row = rows_of(stage_contacts(data=data, file_name="list.csv", by=None, now=NOW))[2]

    assert (row.values["names"]["first_name"], row.values["names"]["last_name"]) == ("Φωτεινή", "Ράλλη")


def test_a_list_without_a_header_row_is_read_from_its_first_row():
    data = text("ΒΛΑΧΟΥ ΕΛΕΝΗ;eleni@shop.example", "ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ;", "ΑΝΘΗ ΜΑΡΙΑ;maria@shop.example")

    batch = stage_contacts(data=data, file_name="list.csv", by=None, now=NOW)

    assert [row.action for row in rows_of(batch).values()] == [Action.NEW, Action.REFUSED, Action.NEW]
    assert rows_of(batch)[1].values["emails"] == ["eleni@shop.example"]


def test_cells_that_are_far_too_long_or_hold_control_characters_come_in_cut_and_clean():
    long_name, odd = "Ρ" + "ά" * 400, "a\x00b\x07 @x"
    data = text(
        "E-mail;Όνομα;Επώνυμο;Πόλη;Κινητό", f"{odd};{long_name};{long_name};{long_name};6940000001", encoding="utf-16"
    )

    batch = apply_batch(
        batch_id=stage_contacts(data=data, file_name="list.csv", by=None, now=NOW).pk, by=None, clock=lambda: NOW
    )

    contact = Contact.objects.get()
    assert (len(contact.first_name), len(contact.last_name), len(contact.city)) == (120, 160, 120)
    assert codes_of(rows_of(batch)[2]) >= {"text_too_long", "email_blank_inside"}


def test_a_list_that_breaks_in_the_middle_leaves_nothing_behind():
    data = text("email,name", *[f"p{n}@x.example,ΒΛΑΧΟΥ ΕΛΕΝΗ" for n in range(2100)], '"' + "x" * 50_000)

    with pytest.raises(ListError):
        stage_contacts(data=data, file_name="list.csv", by=None, now=NOW)

    assert not ImportBatch.objects.exists()
    assert not ImportRow.objects.exists()
    assert not Contact.objects.exists()


def test_a_list_with_a_header_and_no_rows_is_refused():
    with pytest.raises(ListError) as refused:
        rehearse()

    assert refused.value.code == "list_only_header"
    assert not ImportBatch.objects.exists()


def test_a_row_costs_no_query_of_its_own(django_assert_max_num_queries):
    rows = [customer(str(n), f"ΒΛΑΧΟΥ ΕΛΕΝΗ{n}", email=f"e{n}@shop.example", phone="2310445471") for n in range(60)]

    with django_assert_max_num_queries(30):
        rehearse(*rows)


def test_a_code_that_a_spreadsheet_has_shortened_is_none_and_that_is_said():
    row = rows_of(rehearse(customer("1,2E+11", "ΒΛΑΧΟΥ ΕΛΕΝΗ", mobile="6940000001")))[2]

    assert ("code" in row.values, [note["code"] for note in row.notes]) == (False, ["code_rounded"])
