"""Rows are read some at a time: the answer is that of reading one after the other."""

import csv
import datetime as dt
import io
from itertools import chain
from random import Random

import pytest

from customers.imports import text_list
from customers.imports.errors import ListError
from customers.imports.mapping import columns_by_name
from customers.imports.purchase_lines import Line, LineReader
from customers.imports.purchase_planning import _Met
from customers.imports.reading import read_list
from customers.imports.sheet import Rows
from customers.imports.source import source_of
from tests.imports.lists import INVOICE_HEADER

CELLS = (
    "ΚΑΦΕΣ",
    "",
    " ",
    "9,80",
    "δύο",
    '"με; εισαγωγικά"',
    '"σε δύο\r\nγραμμές"',
    '"""',
    "x" * 50,
    "\u2028",
    "τέλος\x0b",
)
ENDS = ("\r\n", "\n", "\r")


def messy_text(dice: Random) -> str:
    end = dice.choice(ENDS)
    rows = (";".join(dice.choices(CELLS[: dice.choice((5, 7, 11))], k=4)) for _row in range(60))
    return "".join(row.replace('"""', "") + (end if dice.random() < 0.9 else dice.choice(ENDS)) for row in rows)


@pytest.mark.parametrize("piece", [1, 7, 64, 1 << 14])
def test_rows_are_those_of_the_whole_text_wherever_a_piece_ends(monkeypatch, piece):
    monkeypatch.setattr(text_list, "_PIECE", piece)
    dice = Random(1821)
    for _list in range(40):
        text = messy_text(dice)

        rows = chain.from_iterable(text_list.text_rows(source_of(text.encode()), "utf-8", ";"))

        assert list(rows) == list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))


def test_rows_before_a_quote_that_never_closes_are_read(monkeypatch):
    monkeypatch.setattr(text_list, "_PIECE", 200)
    before = [f"{number};ΚΑΦΕΣ;1" for number in range(90)]
    data = "\n".join([*before, '90;"ΚΑΦΕΣ;1', *["91;ΤΣΑΙ;1"] * 60]).encode()
    read = []

    with pytest.raises(ListError) as refused:
        for row in chain.from_iterable(text_list.text_rows(source_of(data), "utf-8", ";")):
            read.append(";".join(row))

    assert read == before
    assert (refused.value.code, refused.value.facts["row"]) == ("list_quote_open", 91)


@pytest.mark.parametrize(
    ("odd", "read"),
    [
        (INVOICE_HEADER, None),
        ("", None),
        (";;;;;", None),
        (" ;;;;;", None),
        ("ΣΥΝΟΛΟ;;;;;19,60", None),
        ("σελ 3;;;;;", None),
        ("\x1a", None),
        ("'=ΤΠΥ;11/11/2023;1001;ΚΑΦΕΣ;2;9,80", "=ΤΠΥ;11/11/2023;1001;ΚΑΦΕΣ;2;9,80"),
        ("ΤΠΥ;#N/A;1001;ΚΑΦΕΣ;2;9,80", "ΤΠΥ;;1001;ΚΑΦΕΣ;2;9,80"),
    ],
)
def test_one_odd_row_is_seen_among_a_thousand(odd, read):
    lines = [f"ΤΠΥ-{number};11/11/2023;1001;ΚΑΦΕΣ;2;9,80" for number in range(1_000)]
    sheet = read_list("\n".join([INVOICE_HEADER, *lines[:700], odd, *lines[700:]]).encode(), list_kind="purchases")

    rows = {row.number: ";".join(row.cells) for row in sheet.rows()}

    assert rows.get(702) == read
    assert [rows[number] for number in range(2, 1_003) if number != 702] == lines


def reader() -> LineReader:
    columns = columns_by_name(tuple(INVOICE_HEADER.split(";")), list_kind="purchases", wanted=None)
    return LineReader(columns, dt.date(2026, 11, 20), ",")


def comparable(line: Line) -> list:
    """Errors are compared by what they say."""
    problems = (line.problem, line.head.problem, line.head.email_problem)
    said = [problem and (problem.error.code, problem.error.hint, problem.column, problem.cell) for problem in problems]
    return [line.row, line.cells, line.item, line.quantity, line.amount, *line.head[:7], *said]


def test_lines_are_read_alike_by_columns_and_by_rows():
    dice = Random(1830)
    documents, days = ("Α-1", "Α-2", " Α-2", ""), ("1/11/2026", "12/31/2020", "", "31-1-24")
    codes, items = ("1001", "1001.0", "-", "", "  "), ("ΚΑΦΕΣ", "  Καφές ", "")
    quantities, amounts = ("1", "", "2,5", "δύο"), ("9,80", "1.234,56", "πολλά", "", "-3")
    for _block in range(300):
        choices = (documents, days, codes, items, quantities[: dice.choice((3, 4))], amounts[: dice.choice((2, 5))])
        cells = [[dice.choice(column) for column in choices] for _row in range(dice.randrange(1, 9))]
        numbers = range(5, 5 + len(cells))

        at_once = reader().read(Rows(numbers, cells))
        by_rows = reader().read(Rows((*numbers, 99), (*cells, ["a short row"])))[:-1]

        assert list(map(comparable, at_once)) == list(map(comparable, by_rows))


def test_documents_are_known_to_have_been_met():
    met = _Met()
    documents = [f"ΤΠΥ-{number}" for number in range(50_000)]

    assert not any(map(met.before, documents))
    assert all(map(met.before, documents))


def test_more_documents_than_can_be_remembered_are_taken_for_met(monkeypatch):
    monkeypatch.setattr(_Met, "_PLACES", 64)
    monkeypatch.setattr(_Met, "_FULL", 48)
    met = _Met()

    assert [met.before(f"ΤΠΥ-{number}") for number in range(60)].count(True) >= 12
