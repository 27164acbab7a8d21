import pytest

from customers.imports.errors import ListError
from customers.imports.mapping import (
    columns_by_name,
    columns_by_value,
    require_contact_columns,
    require_purchase_columns,
)


def fields(*headers: str, kind: str = "contacts", **more) -> dict[str, tuple[int, ...]]:
    return dict(columns_by_name(headers, list_kind=kind, **more).fields)


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("ΗΜ/ΝΙΑ ΓΕΝΝΗΣΗΣ", "birthday"),
        ("Ημ. γέννησης", "birthday"),
        ("Date of Birth", "birthday"),
        ("Α.Φ.Μ.", "tax_number"),
        ("e-mail", "email"),
        ("EMAIL 2", "email"),
        ("Τ.Κ.", "postcode"),
        ("Παρατηρήσεις", "remarks"),
        ("Κινητό τηλέφωνο", "mobile"),
        ("Τηλέφωνο (κινητό)", "mobile"),
        ("Τηλέφωνο (γραφείου)", "phone"),
        ("4) E-mail (1)", "email"),
        ("E-mail 2 Address", "email"),
    ],
)
def test_a_column_is_known_without_accents_case_and_punctuation(header, field):
    assert fields("ΚΩΔΙΚΟΣ", header)[field] == (1,)


@pytest.mark.parametrize("header", ["ΑΞΙΑ (€)", "Αξία σε ευρώ", "ΑΞΙΑ EUR", "Αξία [με ΦΠΑ]", "Αξία με Φ.Π.Α."])
def test_an_amount_is_known_whatever_it_is_measured_in(header):
    assert fields("ΠΑΡΑΣΤΑΤΙΚΟ", header, kind="purchases")["amount"] == (1,)


@pytest.mark.parametrize("row", [["7", "", " "], ["7"], [], ["", "ΑΝΘΗΣ", "a@x.example", "b@x.example"]])
def test_a_reader_of_one_field_reads_what_the_columns_say(row):
    columns = columns_by_name(["ΚΩΔΙΚΟΣ", "ΕΠΩΝΥΜΙΑ", "EMAIL", "EMAIL 2"], list_kind="contacts")

    for field in ("code", "name", "email", "city"):
        assert columns.reader(field)(row) == columns.cell(row, field)


def test_onoma_is_the_first_name_beside_a_surname_and_the_whole_name_alone():
    assert fields("Όνομα", "Επώνυμο", "email")["first_name"] == (0,)
    assert fields("Όνομα", "email")["name"] == (0,)


def test_two_email_columns_are_both_read_and_a_second_city_is_left_out():
    columns = columns_by_name(["EMAIL", "EMAIL 2", "ΠΟΛΗ", "ΠΟΛΗ 2"], list_kind="contacts")

    assert columns.fields["email"] == (0, 1)
    assert columns.unknown == ("ΠΟΛΗ 2",)


def test_unknown_columns_are_named():
    assert columns_by_name(["ΚΩΔΙΚΟΣ", "ΠΩΛΗΤΗΣ"], list_kind="contacts").unknown == ("ΠΩΛΗΤΗΣ",)


def test_a_mapping_by_hand_goes_before_our_guess():
    assert fields("ΚΩΔΙΚΟΣ", "ΠΩΛΗΤΗΣ", wanted={"πωλητης": "remarks", "ΚΩΔΙΚΟΣ": ""}) == {"remarks": (1,)}


@pytest.mark.parametrize("wanted", [{"ΛΕΙΠΕΙ": "city"}, {"ΚΩΔΙΚΟΣ": "horoscope"}])
def test_a_mapping_by_hand_that_does_not_fit_is_refused(wanted):
    with pytest.raises(ListError) as refused:
        fields("ΚΩΔΙΚΟΣ", wanted=wanted)

    assert refused.value.code == "mapping_unknown_field"


def test_a_list_without_a_header_is_understood_by_its_values():
    rows = [["Άννα Βλάχου", "anna@x.example", "694 000 0001"], ["Νίκος Άνθης", "", "2310 000 002"]]

    assert dict(columns_by_value(rows).fields) == {"name": (0,), "email": (1,), "phone": (2,)}


def test_a_list_with_nothing_to_reach_people_by_names_what_was_looked_for():
    with pytest.raises(ListError) as refused:
        require_contact_columns(columns_by_name(["όνομα", "ποσό"], list_kind="contacts"))

    assert refused.value.code == "list_nothing_to_reach"
    assert "EMAIL" in refused.value.facts["looked_for"]
    assert refused.value.facts["found"] == "όνομα, ποσό"


def test_a_list_of_codes_without_names_is_refused():
    with pytest.raises(ListError) as refused:
        require_contact_columns(columns_by_name(["ΚΩΔΙΚΟΣ", "ΠΟΛΗ"], list_kind="contacts"))

    assert refused.value.code == "list_no_names"


def test_invoices_name_each_column_they_lack():
    with pytest.raises(ListError) as refused:
        require_purchase_columns(columns_by_name(["ΠΑΡΑΣΤΑΤΙΚΟ", "ΕΙΔΟΣ"], list_kind="purchases"))

    assert refused.value.facts["looked_for"] == "ΗΜΕΡΟΜΗΝΙΑ, ΑΞΙΑ, ΚΩΔ.ΠΕΛΑΤΗ"
