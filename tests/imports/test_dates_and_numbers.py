import datetime as dt
from decimal import Decimal

import pytest

from customers.imports.errors import CellError
from customers.imports.values import (
    Birthday,
    clean_birthday,
    clean_date,
    clean_decimal,
    learn_decimal_mark,
    writes_month_first,
)

LATEST = dt.date(2026, 11, 20)


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("31/12/1980", dt.date(1980, 12, 31)),
        ("1980-12-31", dt.date(1980, 12, 31)),
        ("31.12.80", dt.date(1980, 12, 31)),
        ("5-3-05", dt.date(2005, 3, 5)),
        ("1/11/27", dt.date(1927, 11, 1)),
        ("29/2/2024", dt.date(2024, 2, 29)),
        ("31 Δεκεμβρίου 1980", dt.date(1980, 12, 31)),
        ("3η Μαΐου 1990", dt.date(1990, 5, 3)),
        ("30/09/1945 00:00:00", dt.date(1945, 9, 30)),
        ("30/9/1945 12:00:00 πμ", dt.date(1945, 9, 30)),
        ("30/9/1945 12:00 Π.Μ.", dt.date(1945, 9, 30)),
        ("30/9/1945 1:05 PM", dt.date(1945, 9, 30)),
        ("1945-09-30T00:00:00.000Z", dt.date(1945, 9, 30)),
        ("31-Δεκ-80", dt.date(1980, 12, 31)),
        ("Τετάρτη, 31 Δεκεμβρίου 1980", dt.date(1980, 12, 31)),
        ("December 31st, 1980", dt.date(1980, 12, 31)),
        ("19801231", dt.date(1980, 12, 31)),
        ("31121980", dt.date(1980, 12, 31)),
    ],
)
def test_the_day_comes_first(cell, day):
    assert clean_date(cell, latest=LATEST) == day


@pytest.mark.parametrize(
    ("cell", "code", "hint"),
    [
        ("12/31/1980", "date_month_first", "31/12/1980"),
        ("31/02/1990", "date_impossible", ""),
        ("29/2/2023", "date_impossible", ""),
        ("15/08", "date_no_year", "15/8/2026"),
        ("29221", "date_day_number", "1/1/1980"),
        ("29221.5", "date_day_number", "1/1/1980"),
        ("12/31/1980 12:00:00 AM", "date_month_first", "31/12/1980"),
        ("31/9/1990", "date_impossible", ""),
        ("19801331", "date_invalid", ""),
        ("του Αγίου Δημητρίου", "date_invalid", ""),
        ("21/11/2026", "date_in_future", ""),
        ("21/11/26", "date_in_future", ""),
        ("1/1/1850", "date_too_early", ""),
    ],
)
def test_a_day_that_is_none_is_refused_with_what_to_write(cell, code, hint):
    with pytest.raises(CellError) as refused:
        clean_date(cell, latest=LATEST)

    assert (refused.value.code, refused.value.hint) == (code, hint)


@pytest.mark.parametrize(
    ("cells", "month_first"),
    [
        (["03/05/1980", "12/31/1980"], True),
        (["03/05/1980", "12/31/1980 12:00:00 AM", "31/12/1980"], False),
        (["03/05/1980", "1980-12-31", "", "-"], False),
        ([], False),
    ],
)
def test_a_column_with_the_month_first_is_known_by_the_days_that_leave_no_doubt(cells, month_first):
    assert writes_month_first(cells) is month_first


def test_a_day_that_could_be_two_is_refused_where_the_column_writes_the_month_first():
    for read in (clean_date, clean_birthday):
        with pytest.raises(CellError) as refused:
            read("3/5/1980", latest=LATEST, month_first=True)
        assert refused.value.code == "date_doubtful"

    assert clean_date("5/5/1980", latest=LATEST, month_first=True) == dt.date(1980, 5, 5)
    assert clean_date("1980-05-03", latest=LATEST, month_first=True) == dt.date(1980, 5, 3)


def test_a_birthday_may_lack_its_year_even_on_29_february():
    assert clean_birthday("29/2", latest=LATEST) == Birthday(29, 2, None)


@pytest.mark.parametrize(
    "cell", ["01/01/1900", "30/12/1899 00:00:00", "0000-00-00", "0/0/00", "00/00/0000", "0001-01-01", "31/12/9999"]
)
def test_the_day_that_programs_write_for_none_is_none(cell):
    assert clean_birthday(cell, latest=LATEST) is None


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("9,80", "9.80"),
        ("-12,50", "-12.50"),
        ("(12,50)", "-12.50"),
        ("12,50-", "-12.50"),
        ("64,00 €", "64.00"),
        ("1\u00a0234,56", "1234.56"),
        ("1.234", "1234"),
        ("1.234.567", "1234567"),
        ("1,500", "1.500"),
        ("12.5", "12.5"),
        ("1 234,56 €", "1234.56"),
        ("1\u202f234,56\u00a0€", "1234.56"),
        ("€ 1.234,56", "1234.56"),
        ("1.234,56 ΕΥΡΩ", "1234.56"),
        ("( 12,50 € )", "-12.50"),
        ("12,50 -", "-12.50"),
        ("–12,50", "-12.50"),
        (",50", "0.50"),
        ("-.5", "-0.5"),
        ("1'234.56", "1234.56"),
    ],
)
def test_amounts_are_read_as_greek_and_english_lists_write_them(cell, number):
    assert clean_decimal(cell) == Decimal(number)


def test_one_mark_with_three_digits_is_read_as_the_column_writes_numbers():
    assert clean_decimal("1,500", decimal_mark=".") == 1500
    assert clean_decimal("1.500", decimal_mark=".") == Decimal("1.500")


@pytest.mark.parametrize(("cell", "number"), [("0,125", "0.125"), ("-0.125", "-0.125"), ("1234,567", "1234.567")])
@pytest.mark.parametrize("mark", [",", "."])
def test_what_cannot_be_thousands_is_a_decimal_in_every_column(cell, number, mark):
    assert clean_decimal(cell, decimal_mark=mark) == Decimal(number)


@pytest.mark.parametrize("cell", ["nan", "1e5", "δώδεκα", "", "--5", "1..2", "NaN", "Infinity"])
def test_what_is_no_number_is_refused(cell):
    with pytest.raises(CellError) as refused:
        clean_decimal(cell)

    assert refused.value.code == "number_invalid"


@pytest.mark.parametrize("cell", ["31.12.2026", "1.234.56", "1.2.3", "1.23,4.5", "1,234 56", "12 34"])
@pytest.mark.parametrize("mark", [",", "."])
def test_what_is_not_written_in_threes_is_no_number(cell, mark):
    with pytest.raises(CellError) as refused:
        clean_decimal(cell, decimal_mark=mark)

    assert refused.value.code == "number_invalid"


@pytest.mark.parametrize("cell", ["5201234567890", "2310445471", "999999999,9999"])
def test_a_barcode_or_phone_in_a_column_of_numbers_is_refused(cell):
    with pytest.raises(CellError) as refused:
        clean_decimal(cell)

    assert refused.value.code == "number_too_large"


@pytest.mark.parametrize(
    ("cells", "mark"),
    [
        (["9,80", "1.200"], ","),
        (["9.80", "1,200"], "."),
        (["1.200"], ","),
        (["9,80", "9.80"], ","),
        (["1.200 €", "800 €"], ","),
        (["(1.200)", "1.200-"], ","),
        (["12.50 €", "1,200 €"], "."),
    ],
)
def test_the_decimal_mark_is_learned_from_the_cells_that_show_it(cells, mark):
    assert learn_decimal_mark(cells) == mark
