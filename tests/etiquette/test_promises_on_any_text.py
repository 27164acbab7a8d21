"""Promises that hold whatever a list contains."""

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import etiquette
from etiquette import REASONS, celebrating, describe, latin_skeleton, name_days, salutation, to_elot
from etiquette.lexicon import first_name_table, first_names, marks, rows_of, surnames, womens_forms
from etiquette.names import LONGEST
from etiquette.text import fold, stress, syllable_count

DATA = Path(etiquette.__file__).parent / "data"
KINDS = {"person", "household", "company", "organisation", "placeholder", "other"}

greek_letters = st.text(alphabet="ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩαβγάέήίόύώϊΐς .-&,()'/ΤΟΥΚΑΙ1ab", max_size=40)
anything = st.one_of(st.text(max_size=40), greek_letters)
WORDS = [
    "ΓΙΩΡΓΟΣ",
    "Παππάς",
    "ΤΟΥ",
    "Κ.",
    "ΚΑΙ",
    "&",
    "Α.Ε.",
    "(Χ)",
    "Anna",
    "ΔΗΜΟΣ",
    "ΚΛΗΡ",
    "Ο",
    "-",
    "ΚΑ",
    "ΧΗΡΑ",
    "π.",
    "ΜΑΡΙΑ",
]
names_in_pieces = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)


@settings(max_examples=300, deadline=None)
@given(raw=st.one_of(anything, names_in_pieces), order=st.sampled_from([None, "surname_first", "name_first"]))
def test_any_text_is_read_and_answered(raw: str, order: str | None) -> None:
    reading = describe(raw, order=order)
    assert reading.raw == raw
    assert reading.kind in KINDS
    assert reading.reason in REASONS
    assert 0 <= reading.confidence < 1
    assert reading.gender in {"m", "f", "mf", "u", "c"}

    for language in ("el", "en", "de", "pl"):
        for register in ("formal", "informal"):
            answer = salutation(
                kind=reading.kind,
                gender=reading.gender,
                first=reading.first,
                last=reading.last,
                language=language,
                register=register,
                titles=reading.titles,
                confidence=reading.confidence,
                reason=reading.reason,
            )
            assert answer.text.strip()
            assert answer.reason in REASONS
            assert answer.confidence <= reading.confidence or not reading.greetable


@settings(max_examples=200, deadline=None)
@given(
    kind=st.sampled_from([*KINDS, "nonsense"]),
    gender=st.sampled_from(["m", "f", "mf", "u", "c", ""]),
    first=anything,
    last=anything,
    language=st.sampled_from(["el", "en", "fr", "uk", "", "xx"]),
    typed=st.sampled_from(["", "  ", "Σταμάτη,"]),
)
def test_an_opening_is_never_empty(kind: str, gender: str, first: str, last: str, language: str, typed: str) -> None:
    answer = salutation(kind=kind, gender=gender, first=first, last=last, language=language, typed=typed)

    assert answer.text.strip()
    assert (answer.confidence == 1.0) == bool(typed.strip())


@settings(max_examples=200, deadline=None)
@given(text=anything)
def test_spellings_never_raise_and_keys_are_stable(text: str) -> None:
    to_elot(text)
    latin_skeleton(text)
    name_days(text, 2027)

    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize("word", ["Α", "ΚΑΙ ", "ΑΙ", "ΑΒ ", "("])
def test_a_text_too_long_to_be_a_name_is_asked_and_kept_short(word: str) -> None:
    raw = word * 50_000 + "ΙΔΗΣ"

    reading = describe(raw)

    assert reading.raw == raw
    assert reading.needs_review
    assert len(reading.first + reading.last + reading.company_name) <= LONGEST


def test_clean_names_are_read_as_they_stand() -> None:
    for last in ("Παπαδόπουλος", "Ρίζος", "Νικολαΐδης", "Γεωργίου", "Μακρής", "Ξυγγάλας"):
        for first in ("Σταμάτης", "Γιώργος", "Ανδρέας"):
            reading = describe(f"{first} {last}")
            assert (reading.first, reading.last, reading.gender) == (first, last, "m")


def surname_forms() -> set[str]:
    men = [row["form"] for row in rows_of("surnames.csv")]
    return {*men, *(woman for man in men for woman in womens_forms(man))}


def test_every_form_a_woman_bears_is_found_through_the_mans() -> None:
    for row in rows_of("surnames.csv"):
        if row["gender"] == "m":
            # Of the two a proparoxytone gives (Στεργίου, Στέργιου) a genitive in the table keeps the second out.
            usual, *_second = womens_forms(row["form"]) or ("",)
            assert not usual or usual in {entry.form for entry in surnames(fold(usual))}, usual


def test_no_cell_of_the_tables_is_quoted() -> None:
    for table in DATA.glob("*.csv"):
        assert '"' not in table.read_text(encoding="utf-8"), table.name


def test_the_tables_hold_enough_names_and_every_row_says_where_it_comes_from() -> None:
    forms = set(first_name_table().forms())
    with_a_day = [form for form in forms if name_days(form, 2027).main]

    assert len(forms) >= 1500
    assert len(with_a_day) >= 1500
    assert len(surname_forms()) >= 2500
    for table in DATA.glob("*.csv"):
        with table.open(encoding="utf-8", newline="") as rows:
            assert all(row["source"].strip() for row in csv.DictReader(rows)), table.name


def test_every_greek_form_of_the_tables_carries_exactly_one_accent() -> None:
    for form in [*first_name_table().forms(), *surname_forms()]:
        for part in form.split("-"):
            assert stress(part) or syllable_count(part) == 1, form
            assert sum(letter in "άέήίόύώΐΰ" for letter in part.lower()) <= 1, form


def test_every_saint_a_name_points_to_has_a_rule() -> None:
    for form in first_name_table().forms():
        answer = name_days(form, 2027)
        assert answer.reason in REASONS
        assert answer.main is not None


def test_no_mark_hides_a_common_first_name() -> None:
    common = {key for key in first_name_table() if first_names(key)[0].weight == 3}

    assert not common & set(marks())


def test_every_day_of_a_year_can_be_asked() -> None:
    from_new_year = [celebrating(feast.on) for feast in etiquette.occasions_of(2028)]

    assert "Βασίλης" in from_new_year[0]
