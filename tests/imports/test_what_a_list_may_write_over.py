"""A list writes always, only where nothing stands, or never, column by column; remarks and further facts as ticked."""

import pytest
from django.utils import timezone

from customers.imports.applying import apply_batch
from customers.imports.rehearsing import stage_contacts
from customers.models import Contact, Interaction
from tests.builders import NOW, STAMATIS, make_contact
from tests.imports.lists import SHOP_HEADER, customer, customers, text
from tests.imports.steps import rows_of, take_back

pytestmark = pytest.mark.django_db


def rehearsed(*rows, header=SHOP_HEADER, **wanted):
    return stage_contacts(
        data=customers(*rows) if header is SHOP_HEADER else text(header, *rows),
        file_name="customers.csv",
        by=None,
        now=NOW,
        wanted=wanted,
    )


def let_in(batch):
    return apply_batch(batch_id=batch.pk, by=None, clock=timezone.now)


@pytest.fixture
def stamatis():
    """Somebody whose town a colleague typed; his phone came from a list."""
    return make_contact(
        {**STAMATIS, "email": ""},
        raw_name="ΠΑΠΑΔΟΠΟΥΛΟΣ ΣΤΑΜΑΤΗΣ",
        city="Πάτρα",
        tax_number="123456789",
        typed_fields=["city"],
    )


def his_row(**cells):
    return customer("", "ΠΑΠΑΔΟΠΟΥΛΟΣ ΣΤΑΜΑΤΗΣ", tax="123456789", phone="2310222222", **cells)


@pytest.mark.parametrize(
    ("rule", "city"), [("", "Πάτρα"), ("always", "ΒΟΛΟΣ"), ("if_empty", "Πάτρα"), ("never", "Πάτρα")]
)
def test_what_a_colleague_typed_is_written_over_only_when_that_is_said(stamatis, rule, city):
    batch = rehearsed(his_row(city="ΒΟΛΟΣ"), rules={"city": rule} if rule else {})
    let_in(batch)

    assert Contact.objects.get().city == city


@pytest.mark.parametrize(
    ("rule", "city"), [("", "ΒΟΛΟΣ"), ("always", "ΒΟΛΟΣ"), ("if_empty", "Πάτρα"), ("never", "Πάτρα")]
)
def test_what_a_list_brought_is_kept_only_when_that_is_said(stamatis, rule, city):
    Contact.objects.update(typed_fields=[])
    let_in(rehearsed(his_row(city="ΒΟΛΟΣ"), rules={"city": rule} if rule else {}))

    assert Contact.objects.get().city == city


@pytest.mark.parametrize(("rule", "mobile"), [("", "6940000001"), ("if_empty", "6940000001"), ("never", "")])
def test_an_empty_field_is_filled_unless_never_is_said(stamatis, rule, mobile):
    let_in(rehearsed(his_row(mobile="6940000001"), rules={"mobile": rule} if rule else {}))

    assert Contact.objects.get().mobile == mobile


@pytest.mark.parametrize(("rules", "code"), [({}, "typed_kept"), ({"city": "always"}, "typed_written")])
def test_the_rehearsal_says_what_becomes_of_typed_values(stamatis, rules, code):
    notes = rows_of(rehearsed(his_row(city="ΒΟΛΟΣ"), rules=rules))[2].notes

    assert [(note["code"], note["facts"]["fields"]) for note in notes] == [(code, ["city"])]


def test_a_typed_value_that_was_written_over_comes_back_when_the_list_is_taken_back(stamatis):
    batch = let_in(rehearsed(his_row(city="ΒΟΛΟΣ"), rules={"city": "always"}))

    take_back(batch)

    contact = Contact.objects.get()
    assert (contact.city, contact.typed_fields, contact.updated_at) == ("Πάτρα", ["city"], stamatis.updated_at)


@pytest.mark.parametrize(("tick", "kept"), [({}, []), ({"keep_delicate": True}, ["ΑΡΓΕΙ ΝΑ ΠΛΗΡΩΣΕΙ"])])
def test_a_remark_on_money_is_kept_only_when_that_is_ticked(tick, kept):
    let_in(rehearsed(customer("1", "ΒΛΑΧΟΥ ΕΛΕΝΗ", remark="ΑΡΓΕΙ ΝΑ ΠΛΗΡΩΣΕΙ"), **tick))

    assert list(Interaction.objects.values_list("private_text", flat=True)) == kept


def test_a_column_nobody_reads_is_kept_as_a_further_fact_when_that_is_said():
    header = "ΚΩΔΙΚΟΣ;ΕΠΩΝΥΜΙΑ;ΑΓΑΠΗΜΕΝΟ ΧΡΩΜΑ"
    batch = rehearsed("1;ΒΛΑΧΟΥ ΕΛΕΝΗ;μπλε", header=header, mapping={"ΑΓΑΠΗΜΕΝΟ ΧΡΩΜΑ": "extra"})
    let_in(batch)
    kept = Contact.objects.get().extra

    take_back(batch)

    assert kept == {"ΑΓΑΠΗΜΕΝΟ ΧΡΩΜΑ": "μπλε"}
    assert not Contact.objects.exists()


def test_a_column_that_writes_the_month_first_does_not_turn_days_around():
    batch = rehearsed(
        customer("1", "ΒΛΑΧΟΥ ΕΛΕΝΗ", birthday="12/31/1980"), customer("2", "ΠΑΠΑΔΟΠΟΥΛΟΥ ΑΝΝΑ", birthday="3/5/1980")
    )

    rows = rows_of(batch)
    assert [rows[2].notes[0]["code"], rows[3].notes[0]["code"]] == ["date_month_first", "date_doubtful"]
