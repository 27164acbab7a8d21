from collections.abc import Callable

import pytest

from customers.consent import may_write_to, suppress_address
from customers.imports.applying import apply_batch
from customers.models import AuditEntry, Contact, ContactCode, ImportBatch, Interaction, ServiceCase
from customers.search import search_contacts
from tests.builders import NOW, STAMATIS, make_contact, make_user
from tests.imports.lists import customer
from tests.imports.steps import codes_of, let_in, rehearse, rows_of, take_back, whole_database

pytestmark = pytest.mark.django_db


def let_in_after(change: Callable[[], object], *rows: str) -> ImportBatch:
    batch = rehearse(*rows)
    change()
    return apply_batch(batch_id=batch.pk, by=None, clock=lambda: NOW)


def only() -> Contact:
    return Contact.objects.get()


def test_a_row_becomes_a_contact_with_everything_it_says():
    let_in(
        customer(
            "1548",
            "ΠΑΠΑΔΟΠΟΥΛΟΣ ΣΤΑΜΑΤΗΣ",
            tax="111111111",
            email="STAMATIS@SHOP.EXAMPLE",
            phone="2310445471",
            mobile="696 145 9346",
            city="ΒΟΛΟΣ",
            birthday="30/09/1985",
            remark="ΠΑΝΤΑ ΜΕΤΡΙΟ",
        )
    )

    contact = only()
    assert (contact.first_name, contact.last_name, contact.gender) == ("Σταμάτης", "Παπαδόπουλος", "m")
    assert contact.raw_name == "ΠΑΠΑΔΟΠΟΥΛΟΣ ΣΤΑΜΑΤΗΣ"
    assert (contact.email, contact.email_key) == ("stamatis@shop.example", "stamatis@shop.example")
    assert (contact.phone, contact.phone_key) == ("2310445471", "+302310445471")
    assert (contact.mobile, contact.mobile_key) == ("696 145 9346", "+306961459346")
    assert (contact.birth_day, contact.birth_month, contact.birth_year) == (30, 9, 1985)
    assert (contact.tax_number, contact.city, contact.register) == ("111111111", "ΒΟΛΟΣ", "formal")
    assert contact.codes.get().code == "1548"
    assert contact.interactions.get().private_text == "ΠΑΝΤΑ ΜΕΤΡΙΟ"
    assert not contact.needs_look
    assert may_write_to(contact, now=NOW).allowed


def test_a_contact_that_came_in_is_found_by_search():
    let_in(customer("1548", "ΠΑΠΑΔΟΠΟΥΛΟΣ ΣΤΑΜΑΤΗΣ"))

    assert list(search_contacts("stamatis papad")) == list(search_contacts("1548")) == [only()]


def test_a_joined_pair_is_one_contact_with_both_codes_and_what_either_row_knew():
    let_in(
        customer("1", "ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ", tax="111111111", email="g@shop.example"),
        customer("2", "ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ", tax="111111111", email="g2@shop.example", city="ΒΟΛΟΣ", mobile="6961459346"),
    )

    contact = only()
    assert sorted(contact.codes.values_list("code", flat=True)) == ["1", "2"]
    assert (contact.email, contact.city, contact.mobile_key) == ("g@shop.example", "ΒΟΛΟΣ", "+306961459346")
    assert contact.addresses.get().email == "g2@shop.example"


def test_a_chain_of_joined_rows_ends_at_one_contact():
    let_in(
        customer("1", "ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ", tax="111111111"),
        customer("2", "ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ", tax="111111111", email="g@shop.example"),
        customer("3", "ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ", email="g@shop.example"),
    )

    assert sorted(only().codes.values_list("code", flat=True)) == ["1", "2", "3"]


def test_two_addresses_in_a_cell_are_one_in_use_and_one_further():
    let_in(customer("1", "ΒΛΑΧΟΥ ΕΛΕΝΗ", email="eleni@shop.example, eleni2@shop.example"))

    assert only().email == "eleni@shop.example"
    assert only().addresses.get().email == "eleni2@shop.example"


@pytest.mark.parametrize(
    ("remark", "code"),
    [
        ("ΠΕΝΘΟΣ ΑΠΟ ΣΕΠΤΕΜΒΡΙΟ", "mourning"),
        ("ΑΠΕΒΙΩΣΕ", "deceased"),
        ("ΟΧΙ MAIL", "no_letters"),
        ("ΠΑΡΑΠΟΝΟ ΓΙΑ ΤΗΝ ΑΝΑΜΟΝΗ", "complaint"),
    ],
)
def test_a_remark_stops_wishes_until_a_person_has_looked(remark, code):
    let_in(customer("1", "ΒΛΑΧΟΥ ΕΛΕΝΗ", email="eleni@shop.example", remark=remark))

    verdict = may_write_to(only(), now=NOW)
    assert (verdict.allowed, verdict.code) == (False, code)
    assert only().needs_look
    assert [look["code"] for look in only().look_reasons] == [code]


def test_a_complaint_opens_a_case_that_says_what_happened():
    let_in(customer("1", "ΒΛΑΧΟΥ ΕΛΕΝΗ", remark="ΠΑΡΑΠΟΝΟ ΓΙΑ ΤΗΝ ΑΝΑΜΟΝΗ"))

    case = ServiceCase.objects.get()
    assert (case.contact, case.source, case.what_happened) == (only(), "remark", "ΠΑΡΑΠΟΝΟ ΓΙΑ ΤΗΝ ΑΝΑΜΟΝΗ")


def test_a_case_names_the_colleague_who_brought_the_list():
    nikos = make_user("nikos")
    batch = rehearse(customer("1", "ΒΛΑΧΟΥ ΕΛΕΝΗ", remark="ΠΑΡΑΠΟΝΟ"), customer("2", "ΑΝΘΗΣ ΝΙΚΟΣ"))
    ImportBatch.objects.update(created_by=nikos)

    apply_batch(batch_id=batch.pk, by=nikos, clock=lambda: NOW)

    assert ServiceCase.objects.get().opened_by == nikos
    assert Contact.objects.count() == 2


def test_a_remark_that_a_person_has_settled_does_not_stop_letters_again():
    row = customer("1", "ΒΛΑΧΟΥ ΕΛΕΝΗ", email="eleni@shop.example", remark="ΠΕΝΘΟΣ")
    let_in(row)
    Contact.objects.update(stopped_reason="", stopped_at=None, needs_look=False, look_reasons=[])

    again = let_in(row)

    assert again.counts["unchanged"] == 1
    assert may_write_to(only(), now=NOW).allowed
    assert Interaction.objects.count() == 1


def test_a_broken_address_brings_the_person_in_without_it():
    let_in(customer("1", "ΒΛΑΧΟΥ ΕΛΕΝΗ", email="eleni.shop.example"))

    assert (only().email, only().address_digest, only().needs_look) == ("", "", True)
    assert only().look_reasons[0]["code"] == "email_no_at"


def test_a_phone_with_too_few_digits_is_kept_as_it_is_written_and_is_no_key():
    let_in(customer("1", "ΒΛΑΧΟΥ ΕΛΕΝΗ", phone="210224276"))

    assert (only().phone, only().phone_key) == ("210224276", "")


@pytest.mark.parametrize(
    ("category", "roles", "tags"),
    [
        ("ΛΙΑΝΙΚΗ", {"is_customer"}, []),
        ("ΠΡΟΜΗΘΕΥΤΗΣ", {"is_supplier"}, []),
        ("ΧΟΝΔΡΙΚΗ", {"is_customer"}, ["Χονδρική"]),
        ("Καφενεία", {"is_customer"}, ["Καφενεία"]),
        ("", {"is_customer"}, []),
    ],
)
def test_a_category_is_a_role_or_a_tag(category, roles, tags):
    let_in(customer("1", "ΒΛΑΧΟΥ ΕΛΕΝΗ", category=category))

    held = {role for role in ("is_customer", "is_partner", "is_supplier", "is_friend") if getattr(only(), role)}
    assert (held, [tag.name for tag in only().tags.all()]) == (roles, tags)


def test_a_till_entry_comes_in_and_is_never_written_to():
    let_in(customer("1", "ΠΕΛΑΤΗΣ ΛΙΑΝΙΚΗΣ", email="till@shop.example"))

    assert only().kind == Contact.Kind.PLACEHOLDER
    assert may_write_to(only(), now=NOW).code == "not_greeted"


def test_what_a_person_typed_is_never_written_over():
    make_contact(STAMATIS, city="Πάτρα", typed_fields=["city", "email"])

    let_in(customer("1", "ΠΑΠΑΔΟΠΟΥΛΟΣ ΣΤΑΜΑΤΗΣ", email="stamatis@shop.example", city="ΒΟΛΟΣ", birthday="3/5/1980"))

    assert (only().city, only().birth_year) == ("Πάτρα", 1980)


def test_a_new_address_in_the_list_replaces_the_old_one_which_is_kept_beside_it():
    let_in(customer("1", "ΒΛΑΧΟΥ ΕΛΕΝΗ", email="old@shop.example"))

    let_in(customer("1", "ΒΛΑΧΟΥ ΕΛΕΝΗ", email="new@shop.example"))

    assert only().email == "new@shop.example"
    assert only().addresses.get().email == "old@shop.example"


def test_addresses_that_change_places_stay_one_each():
    let_in(customer("1", "ΒΛΑΧΟΥ ΕΛΕΝΗ", email="a@shop.example, b@shop.example"))

    let_in(customer("1", "ΒΛΑΧΟΥ ΕΛΕΝΗ", email="b@shop.example"))
    let_in(customer("1", "ΒΛΑΧΟΥ ΕΛΕΝΗ", email="a@shop.example, b@shop.example"))

    assert only().email == "a@shop.example"
    assert sorted(only().addresses.values_list("email", flat=True)) == ["a@shop.example", "b@shop.example"]


def test_the_same_list_again_changes_nothing():
    rows = [
        customer("1", "ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ", tax="111111111", email="G@SHOP.EXAMPLE", category="ΧΟΝΔΡΙΚΗ"),
        customer("2", "ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ", tax="111111111", email="g@shop.example"),
        customer("3", "ΒΛΑΧΟΥ ΕΛΕΝΗ", email="eleni @shop.example", remark="ΠΑΝΤΑ ΜΕΤΡΙΟ"),
        customer("4", "ΠΕΛΑΤΗΣ ΛΙΑΝΙΚΗΣ"),
    ]
    let_in(*rows)
    before = list(Contact.objects.order_by("pk").values())

    again = let_in(*rows)

    assert again.counts["unchanged"] == 4
    assert list(Contact.objects.order_by("pk").values()) == before


def test_a_code_that_somebody_got_by_hand_since_the_rehearsal_is_theirs():
    from_hand = make_contact(STAMATIS)
    batch = let_in_after(lambda: ContactCode.objects.create(contact=from_hand, code="1"), customer("1", "ΒΛΑΧΟΥ ΕΛΕΝΗ"))

    row = rows_of(batch)[2]
    assert (row.action, row.reason_code) == ("refused", "code_taken_since")
    assert batch.counts["refused"] == 1
    assert only() == from_hand


def test_an_address_that_somebody_got_by_hand_since_the_rehearsal_is_theirs():
    row = customer("1", "ΒΛΑΧΟΥ ΕΛΕΝΗ", email="stamatis@shop.example")
    batch = let_in_after(lambda: make_contact(STAMATIS), row)

    eleni = ContactCode.objects.get(code="1").contact
    assert (eleni.email, eleni.needs_look, batch.counts["asks"]) == ("", True, 1)


def test_the_trail_says_who_brought_which_list_with_numbers_and_no_names():
    batch = let_in(customer("1", "ΒΛΑΧΟΥ ΕΛΕΝΗ"))

    entry = AuditEntry.objects.get(verb="import_list")
    assert (entry.object_kind, entry.object_id, entry.facts["new"]) == ("importbatch", batch.pk, 1)
    assert "ΒΛΑΧΟΥ" not in repr(entry.facts)


def leave(reason: str = "unsubscribed") -> None:
    suppress_address(only().address_digest, reason=reason, now=NOW)


def test_who_left_is_not_brought_back_by_another_address_of_theirs():
    let_in(customer("1", "ΒΛΑΧΟΥ ΕΛΕΝΗ", email="eleni@shop.example"))
    leave()

    batch = let_in(customer("1", "ΒΛΑΧΟΥ ΕΛΕΝΗ", email="eleni@home.example", city="ΒΟΛΟΣ"))

    row = rows_of(batch)[2]
    assert (only().email, only().city) == ("eleni@shop.example", "ΒΟΛΟΣ")
    assert may_write_to(only(), now=NOW).code == "suppressed"
    assert row.values["changes"].keys() == {"city"}
    assert "suppressed" in codes_of(row)


def test_who_leaves_between_rehearsal_and_import_stays_away():
    let_in(customer("1", "ΒΛΑΧΟΥ ΕΛΕΝΗ", email="eleni@shop.example"))

    let_in_after(leave, customer("1", "ΒΛΑΧΟΥ ΕΛΕΝΗ", email="eleni@home.example"))

    assert may_write_to(only(), now=NOW).code == "suppressed"


def test_a_list_of_who_left_can_be_taken_back():
    let_in(customer("1", "ΒΛΑΧΟΥ ΕΛΕΝΗ", email="eleni@shop.example"))
    leave()
    before = whole_database()

    take_back(let_in(customer("1", "ΒΛΑΧΟΥ ΕΛΕΝΗ", email="eleni@home.example", city="ΒΟΛΟΣ")))

    assert whole_database() == before


def test_who_left_and_comes_anew_with_two_addresses_stays_away():
    let_in(customer("1", "ΒΛΑΧΟΥ ΕΛΕΝΗ", email="eleni@shop.example"))
    leave()
    only().delete()

    let_in(customer("1", "ΒΛΑΧΟΥ ΕΛΕΝΗ", email="eleni@home.example, eleni@shop.example"))

    assert may_write_to(only(), now=NOW).code == "suppressed"


def test_an_address_that_does_not_exist_gives_way_to_the_new_one():
    let_in(customer("1", "ΒΛΑΧΟΥ ΕΛΕΝΗ", email="eleni@shop.example"))
    leave(reason="hard_bounce")

    let_in(customer("1", "ΒΛΑΧΟΥ ΕΛΕΝΗ", email="eleni@home.example"))

    assert only().email == "eleni@home.example"
    assert may_write_to(only(), now=NOW).allowed
