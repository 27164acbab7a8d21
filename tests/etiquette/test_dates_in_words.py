from datetime import date, timedelta

import pytest

from etiquette.dates import date_in_words, day_gender, in_month, month_name, on_weekday, relative_day, span_in_words

FRIDAY = date(2026, 11, 27)


def test_a_date_in_the_nominative():
    assert date_in_words(FRIDAY, "el") == "Παρασκευή 27 Νοεμβρίου"
    assert date_in_words(FRIDAY, "en", year=True) == "Friday 27 November 2026"
    assert date_in_words(date(2026, 5, 1), "el", weekday=False) == "1η Μαΐου"


@pytest.mark.parametrize(
    ("day", "greek"),
    [
        (date(2026, 11, 27), "την Παρασκευή 27 Νοεμβρίου"),
        (date(2026, 11, 28), "το Σάββατο 28 Νοεμβρίου"),
        (date(2026, 11, 30), "τη Δευτέρα 30 Νοεμβρίου"),
        (date(2026, 12, 1), "την Τρίτη 1η Δεκεμβρίου"),
        (date(2028, 2, 29), "την Τρίτη 29 Φεβρουαρίου"),
    ],
)
def test_when_it_happens_has_the_article_of_its_day(day, greek):
    assert date_in_words(day, "el", case="accusative") == greek


def test_without_the_day_of_the_week_only_the_first_is_singular():
    assert date_in_words(date(2026, 12, 1), "el", weekday=False, case="accusative") == "την 1η Δεκεμβρίου"
    assert date_in_words(FRIDAY, "el", weekday=False, case="accusative") == "στις 27 Νοεμβρίου"
    assert date_in_words(FRIDAY, "en", weekday=False, case="accusative") == "on 27 November"


@pytest.mark.parametrize(
    ("days_ago", "greek", "english"),
    [
        (0, "σήμερα", "today"),
        (1, "χθες", "yesterday"),
        (2, "προχθές", "two days ago"),
        (3, "την περασμένη Τρίτη", "last Tuesday"),
        (6, "το περασμένο Σάββατο", "last Saturday"),
        (7, "πριν από μία εβδομάδα", "one week ago"),
        (10, "πριν από δέκα ημέρες", "ten days ago"),
        (21, "πριν από τρεις εβδομάδες", "three weeks ago"),
        (60, "τον Σεπτέμβριο", "in September"),
        (999, "τον Μάρτιο του 2024", "in March 2024"),
        (-1, "αύριο", "tomorrow"),
        (-3, "την ερχόμενη Δευτέρα", "this coming Monday"),
        (-8, "το Σάββατο 5 Δεκεμβρίου", "on Saturday 5 December"),
        (-60, "την Τρίτη 26 Ιανουαρίου 2027", "on Tuesday 26 January 2027"),
    ],
)
def test_a_day_is_told_from_another_day(days_ago, greek, english):
    day = FRIDAY - timedelta(days=days_ago)

    assert relative_day(day, "el", today=FRIDAY) == greek
    assert relative_day(day, "en", today=FRIDAY) == english


def test_a_month_of_last_winter_is_the_last_one_and_an_older_one_has_its_year():
    march = date(2027, 3, 10)

    assert relative_day(date(2026, 12, 20), "el", today=march) == "τον περασμένο Δεκέμβριο"
    assert relative_day(date(2026, 12, 20), "en", today=march) == "last December"
    assert relative_day(date(2026, 3, 20), "el", today=march) == "τον Μάρτιο του 2026"
    assert in_month(date(2027, 1, 2), "el", today=march) == "τον Ιανουάριο"


def test_days_of_the_week_once_and_as_a_habit():
    assert [on_weekday(day, "el") for day in (0, 3, 5)] == ["τη Δευτέρα", "την Πέμπτη", "το Σάββατο"]
    assert [on_weekday(day, "el", every=True) for day in (4, 5)] == ["τις Παρασκευές", "τα Σάββατα"]
    assert on_weekday(4, "en", every=True) == "on Fridays"
    assert [day_gender(day) for day in range(7)] == ["f"] * 5 + ["n", "f"]


def test_months_in_their_cases():
    assert [month_name(5, "el", case=case) for case in ("nominative", "genitive", "accusative")] == [
        "Μάιος", "Μαΐου", "Μάιο",
    ]  # fmt: skip
    with pytest.raises(IndexError):
        month_name(0, "el")


@pytest.mark.parametrize(
    ("days", "greek", "english"),
    [
        (30, "έναν μήνα", "one month"),
        (45, "έναν μήνα", "one month"),
        (46, "δύο μήνες", "two months"),
        (350, "έντεκα μήνες", "eleven months"),
        (351, "έναν χρόνο", "one year"),
        (365, "έναν χρόνο", "one year"),
        (400, "πάνω από έναν χρόνο", "over a year"),
        (731, "δύο χρόνια", "two years"),
        (800, "πάνω από δύο χρόνια", "over two years"),
    ],
)
def test_how_long_a_time_lasts(days, greek, english):
    assert (span_in_words(days, "el"), span_in_words(days, "en")) == (greek, english)


def test_a_few_days_are_no_span():
    with pytest.raises(ValueError, match="29"):
        span_in_words(29, "el")
