"""Ordinary cells are read at one look, others with care: both ways give the same answer."""

import datetime as dt
import random
import re

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.imports.cleaning import (
    are_clean,
    clean_code,
    clean_email,
    clean_phone,
    clean_tax_number,
    clean_text,
    number_at_home,
    split_emails,
    split_phones,
)
from customers.imports.errors import CellError
from customers.imports.remarks import read_remark
from customers.imports.values import clean_birthday, clean_date, clean_decimal
from customers.search import INDEXED, words_of, words_of_person

LATEST = dt.date(2026, 11, 20)
# Invisible, and cleaned away with care: whatever holds it is not ordinary.
HIDDEN = "\u200b"
LETTERS = "abAB01._-+@αΆς "
# "χωρίς" may be followed by "mail", so that every pattern is tried.
LOOKED_AT_WITH_CARE = "χωρις γαλα"
REMARKS = ("πενθος", "δεν θελει mail", "οχι", "χρωσταει", "δυο παιδια", "χωρις γαλα", "rip", "don't", "νεκρικα", "ναι")


# 2310445471-2 is a number of ours and none of the numbering plan's.
NEXT_LINE = re.compile(r"-\s*\d{1,2}$")


def answer(read, *cells, **more):
    try:
        return read(*cells, **more)
    except CellError as refused:
        return refused.code, refused.hint


@given(st.text())
def test_text(cell):
    assert clean_text(cell) == clean_text(cell + HIDDEN)


@given(st.text(LETTERS))
def test_addresses(cell):
    assert split_emails(cell) == split_emails(HIDDEN + cell)
    assert answer(clean_email, cell) == answer(clean_email, HIDDEN + cell)


@given(st.from_regex(r"[a-z0-9.-]{1,9}@([a-z0-9-]{1,64}\.){1,4}[a-z0-9-]{1,9}", fullmatch=True))
def test_addresses_that_are_nearly_right(cell):
    assert split_emails(cell) == split_emails(HIDDEN + cell)
    assert answer(clean_email, cell) == answer(clean_email, HIDDEN + cell)


@given(st.text("0129E+.,- A", max_size=14))
def test_codes_and_tax_numbers(cell):
    assert clean_code(cell) == clean_code(HIDDEN + cell)
    assert clean_tax_number(cell) == clean_tax_number(HIDDEN + cell)


@given(st.from_regex(r"[0-9]{1,4}[/.-][0-9]{1,2}[/.-][0-9]{1,4}", fullmatch=True))
def test_days(cell):
    assert answer(clean_date, cell, latest=LATEST) == answer(clean_date, cell + HIDDEN, latest=LATEST)
    assert answer(clean_birthday, cell, latest=LATEST) == answer(clean_birthday, cell + HIDDEN, latest=LATEST)


@given(st.text("019.,-", max_size=12), st.sampled_from(",."))
def test_numbers(cell, mark):
    assert answer(clean_decimal, cell, decimal_mark=mark) == answer(clean_decimal, cell + HIDDEN, decimal_mark=mark)


def by_the_numbering_plan(text: str, region: str):
    """What phonenumbers makes of a number by its full parse."""
    if sum(character.isdigit() for character in text) < 3:
        return "phone_no_digits", ""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return "phone_invalid", ""
    possible = phonenumbers.is_possible_number_with_reason(number)
    for reason, code in (("TOO_SHORT", "phone_too_short"), ("TOO_LONG", "phone_too_long")):
        if possible == getattr(phonenumbers.ValidationResult, reason):
            return code, ""
    if not phonenumbers.is_valid_number(number):
        return "phone_invalid", ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@pytest.mark.parametrize("region", ["GR", "CY", "DE", "US", "IT"])
def test_phones_by_the_thousand(region):
    numbers = random.Random(20261122)
    starts = [
        "69",
        "68",
        "210",
        "231",
        "2310",
        "2810",
        "281",
        "800",
        "801",
        "90",
        "70",
        "50",
        "94",
        "30",
        "00",
        "22",
        "99",
        "0",
    ]
    for _ in range(3_000):
        digits = numbers.choice(starts) + "".join(
            numbers.choices("0123456789", k=numbers.choice([3, 6, 7, 7, 8, 8, 9]))
        )
        text = numbers.choice(["", "", "", "+30", "0030", "30", "+", "00", "+357"]) + digits
        for _ in range(numbers.randrange(3)):
            place = numbers.randrange(len(text) + 1)
            text = text[:place] + numbers.choice(" .-()") + text[place:]
        if NEXT_LINE.search(text):
            continue

        assert answer(clean_phone, text, region=region) == by_the_numbering_plan(clean_text(text), region), text


@given(st.lists(st.sampled_from(REMARKS), max_size=4), st.sampled_from([" ", ", ", ". ", "-", ""]))
def test_remarks(words, between):
    remark = between.join(words)
    quick, careful = read_remark(remark), read_remark(f"{remark}, {LOOKED_AT_WITH_CARE}")

    assert quick.flags == careful.flags
    assert quick.left_out == careful.left_out


@pytest.mark.parametrize(
    "cell",
    [
        "<" + "a@" * 20_000,
        "1-" * 20_000,
        "T" * 40_000,
        "1 " * 20_000,
        "a." * 20_000 + "@",
        ".1" * 20_000,
        "/a" * 20_000,
    ],
    ids=["at signs", "dashes", "letters", "blanks", "dots", "points", "slashes"],
)
def test_no_long_cell_takes_a_pattern_for_a_walk(cell):
    """Some patterns would look at such a cell from each of its letters to the end: minutes, for one cell."""
    for read in (split_emails, clean_email, split_phones, clean_phone, clean_tax_number, clean_code, read_remark):
        answer(read, cell)
    for read in (clean_date, clean_birthday):
        answer(read, cell, latest=LATEST)
    answer(clean_decimal, cell)


@given(st.lists(st.text("ab Ά\u0301\u00a0;\t\n'", max_size=6), min_size=1, max_size=4))
def test_a_row_that_is_clean_at_one_look_has_clean_cells(cells):
    if are_clean(cells):
        assert [clean_text(cell) for cell in cells] == cells


@given(st.text("+0123456789 -x", max_size=16))
def test_one_plain_number(cell):
    if key := number_at_home(cell):
        assert (split_phones(cell), clean_phone(cell)) == ([cell], key)


@given(st.text("abΆΣς .-1\u00a0;\t\n'"))
def test_the_search_words_of_a_name(name):
    found = words_of_person(dict.fromkeys(INDEXED, "") | {"raw_name": name})

    assert found == (set() if name.isdigit() else set(words_of(name)))
