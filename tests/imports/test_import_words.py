import re
from pathlib import Path

import pytest
from django.utils import translation

import customers.imports
from customers.imports.headers import CONTACT_HEADERS, PURCHASE_HEADERS
from customers.imports.planning import ASKING
from customers.imports.words import (
    APPLY_SENTENCES,
    CELL_SENTENCES,
    FIELD_NAMES,
    LIST_SENTENCES,
    ROW_SENTENCES,
    list_sentence,
    row_sentence,
)

SOURCE = "\n".join(path.read_text(encoding="utf-8") for path in Path(customers.imports.__path__[0]).glob("*.py"))
FACTS = {name: "7" for name in ("row", "column", "value", "hint", "name", "other_row", "limit", "document", "kind")}
FACTS["since"] = "2026-05-03"


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("pattern", "sentences"),
    [
        (r'ListError\("(\w+)"', LIST_SENTENCES),
        (r'"(list_(?!file|kind)\w+)"', LIST_SENTENCES),
        (r'CellError\("(\w+)"', CELL_SENTENCES | ROW_SENTENCES),
        (r'ApplyError\("(\w+)"', APPLY_SENTENCES),
        (r'\.note\("(\w+)"', ROW_SENTENCES | {"name_unsure": ""}),
        (r'refuse\(row, "(\w+)"', ROW_SENTENCES),
        (r'questions\.append\(\("(\w+)"', ROW_SENTENCES),
    ],
)
def test_every_code_that_is_raised_has_a_sentence(pattern, sentences):
    raised = set(re.findall(pattern, SOURCE))

    assert raised
    assert raised <= sentences.keys()


def test_whatever_asks_a_person_has_a_sentence():
    assert ASKING - {"name_unsure"} <= ROW_SENTENCES.keys()


@pytest.mark.parametrize("code", sorted(ROW_SENTENCES) + sorted(CELL_SENTENCES))
def test_every_sentence_of_a_row_can_be_said(code):
    sentence = row_sentence(code, FACTS)

    assert sentence
    assert "%(" not in sentence


def test_every_field_of_a_column_has_a_name():
    assert CONTACT_HEADERS.keys() | PURCHASE_HEADERS.keys() <= FIELD_NAMES.keys()


def test_the_example_of_the_house_reads_as_it_should():
    facts = {"row": 14, "column": "ΓΕΝΝΗΣΗ", "value": "12/31/1980", "hint": "31/12/1980"}

    assert row_sentence("date_month_first", facts) == "Row 14: “12/31/1980” is not a date. Write 31/12/1980."


def test_a_person_is_named_where_we_know_them():
    facts = {"row": 3, "other_row": 0, "other_contact": 5}

    assert "Ελένη Βλάχου" in row_sentence("same_tax_number", facts, names={5: "Ελένη Βλάχου"})


def test_a_refused_list_says_what_was_looked_for():
    sentence = list_sentence("list_nothing_to_reach", {"looked_for": "EMAIL, ΚΩΔΙΚΟΣ", "found": "όνομα, ποσό"})

    assert "EMAIL, ΚΩΔΙΚΟΣ" in sentence
    assert "όνομα, ποσό" in sentence


def test_an_encoding_is_called_what_the_page_calls_it():
    assert "“Windows-1253”" in list_sentence("encoding_misfit", {"encoding": "cp1253"})
