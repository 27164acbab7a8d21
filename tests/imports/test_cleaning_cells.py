import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.imports.cleaning import (
    clean_code,
    clean_email,
    clean_phone,
    clean_tax_number,
    clean_text,
    split_emails,
    split_phones,
)
from customers.imports.errors import CellError


@pytest.mark.parametrize(
    ("cell", "clean"),
    [
        ("  Θάνος ", "Θάνος"),
        ("Θάνος\r\nBcc: x@evil.example", "Θάνος Bcc: x@evil.example"),
        ("Άννα\u00a0Μαρία\u200b", "Άννα Μαρία"),
        ("Α\u0301ννα", "Άννα"),
        ("\u202eΆννα\u0000", "Άννα"),
        ("Όλγα 🌻", "Όλγα 🌻"),
        ("<i>Ρίτα</i>", "<i>Ρίτα</i>"),
        ("", ""),
    ],
)
def test_text_is_cleaned_and_never_rewritten(cell, clean):
    assert clean_text(cell) == clean


@given(st.text())
def test_clean_text_is_one_line_and_cleaning_again_changes_nothing(cell):
    clean = clean_text(cell)

    assert len(clean.splitlines()) <= 1
    assert clean_text(clean) == clean


@pytest.mark.parametrize(
    "address",
    [
        "anna@shop.example",
        "Anna+shop@Shop.example",
        "d'anna@shop.example",
        "info@παράδειγμα.gr",
        '"anna b"@shop.example',
    ],
)
def test_an_address_is_kept_as_it_is_typed(address):
    assert clean_email(address) == address


@pytest.mark.parametrize(
    ("address", "code", "hint"),
    [
        ("anna", "email_no_at", ""),
        ("anna(a)shop.example", "email_no_at", "anna@shop.example"),
        ("anna @shop.example", "email_blank_inside", "anna@shop.example"),
        ("@shop.example", "email_no_name", ""),
        ("anna@", "email_no_domain", ""),
        ("a@b@shop.example", "email_two_ats", ""),
        ("anna@shop..example", "email_dots", ""),
        ("anna@shop", "email_bad_domain", ""),
        ("anna@192.168.1.1", "email_bad_domain", ""),
        ("anna..b@shop.example", "email_bad_name", ""),
        ("annα@shop.example", "email_strange_letter", "α"),
        ("a@" + "x" * 70 + ".example", "email_bad_domain", ""),
        ("a@" + ".".join(["ω" * 30] * 7) + ".example", "email_too_long", ""),
        ("x@shop.example, y@shop.example", "email_blank_inside", ""),
    ],
)
def test_a_broken_address_is_refused_with_a_reason_and_never_mended_by_guess(address, code, hint):
    with pytest.raises(CellError) as refused:
        clean_email(address)

    assert (refused.value.code, refused.value.hint) == (code, hint)


@given(st.text())
def test_no_text_breaks_the_address_check(text):
    try:
        clean_email(text)
    except CellError as refused:
        assert refused.code.startswith("email_")


@pytest.mark.parametrize(
    ("cell", "addresses"),
    [
        ("a@x.example, b@x.example", ["a@x.example", "b@x.example"]),
        ("a@x.example;b@x.example", ["a@x.example", "b@x.example"]),
        ("a@x.example / b@x.example", ["a@x.example", "b@x.example"]),
        ("a@x.example b@x.example", ["a@x.example", "b@x.example"]),
        ("a@x.example και b@x.example", ["a@x.example", "b@x.example"]),
        ("anna @x.example", ["anna @x.example"]),
        ("Άννα <a@x.example>", ["a@x.example"]),
        ("mailto:a@x.example", ["a@x.example"]),
        ("«a@x.example».", ["a@x.example"]),
        ("'a@x.example'", ["a@x.example"]),
        ("(a@x.example)", ["a@x.example"]),
        ('"anna b"@x.example', ['"anna b"@x.example']),
        ("-", []),
        ("ΔΕΝ ΕΧΕΙ", []),
    ],
)
def test_a_cell_gives_each_of_its_addresses(cell, addresses):
    assert split_emails(cell) == addresses


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("696 145 9346", "+306961459346"),
        ("00306961459346", "+306961459346"),
        ("+30 6961459346", "+306961459346"),
        ("(2310) 445-471", "+302310445471"),
        ("+44 20 7946 0958", "+442079460958"),
        ("306961459346", "+306961459346"),
        ("2310445471-2", "+302310445471"),
        ("2310445471/72", "+302310445471"),
        ("2310 445471 (οικία)", "+302310445471"),
        ("6961459346 Μαρία", "+306961459346"),
        ("κιν. 6961459346", "+306961459346"),
        ("2310445471 εσωτ. 12", "+302310445471"),
    ],
)
def test_a_phone_becomes_e164(cell, number):
    assert clean_phone(cell) == number


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("210224276", "phone_too_short"),
        ("+3021", "phone_too_short"),
        ("69614593461234", "phone_too_long"),
        ("κλειστό", "phone_no_digits"),
        ("0000000000", "phone_invalid"),
        ("6.94123E+09", "phone_rounded"),
        ("6,94E+09", "phone_rounded"),
    ],
)
def test_a_broken_phone_is_refused_with_a_reason(cell, code):
    with pytest.raises(CellError) as refused:
        clean_phone(cell)

    assert refused.value.code == code


def test_a_cell_gives_each_of_its_phones():
    assert split_phones("2310 445471 / 696 145 9346, -") == ["2310 445471", "696 145 9346", "-"]
    assert split_phones("όχι") == []
    assert split_phones("6961459346.0") == ["6961459346"]
    assert split_phones("2310445471/2, 210 7654321") == ["2310445471/2", "210 7654321"]
    assert split_phones("6,94E+09") == ["6,94E+09"]


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("EL 123456789", "123456789"),
        ("12345678", "012345678"),
        ("000000000", ""),
        ("-", ""),
        ("DE 811 907", "DE811907"),
        ("123456789.0", "123456789"),
        ("12345678.0", "012345678"),
        ("5.23E+08", ""),
    ],
)
def test_a_tax_number_is_compared_in_one_form(cell, number):
    assert clean_tax_number(cell) == number


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (" 00123 ", "00123"),
        ("1548.0", "1548"),
        ("30.00.0001", "30.00.0001"),
        ("Α-17/β", "Α-17/β"),
        ("1,2E+11", ""),
        ("1E11", "1E11"),
        ("-", ""),
        ("x" * 90, "x" * 80),
    ],
)
def test_a_code_is_as_written_but_for_what_a_spreadsheet_did_to_it(cell, code):
    assert clean_code(cell) == code
