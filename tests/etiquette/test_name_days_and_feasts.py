"""Dates that move, dates that stay, and names with several."""

from datetime import date, timedelta

import pytest

from etiquette import (
    FeastDay,
    celebrating,
    days_to_choose,
    easter_wish,
    feast_on,
    name_days,
    occasions_of,
    orthodox_easter,
    western_easter,
    wish_for,
)


@pytest.mark.parametrize(
    ("year", "month", "day"),
    [
        (1900, 4, 22),
        (2000, 4, 30),
        (2024, 5, 5),
        (2025, 4, 20),
        (2026, 4, 12),
        (2027, 5, 2),
        (2099, 4, 12),
        (2100, 5, 2),
    ],
)
def test_orthodox_easter(year: int, month: int, day: int) -> None:
    assert orthodox_easter(year) == date(year, month, day)


@pytest.mark.parametrize(
    ("year", "month", "day"), [(1954, 4, 18), (2024, 3, 31), (2025, 4, 20), (2027, 3, 28), (2076, 4, 19)]
)
def test_western_easter(year: int, month: int, day: int) -> None:
    assert western_easter(year) == date(year, month, day)


def test_every_easter_is_a_sunday_and_never_before_the_western_one() -> None:
    for year in range(1900, 2200):
        assert orthodox_easter(year).weekday() == western_easter(year).weekday() == 6
        assert orthodox_easter(year) >= western_easter(year)


@pytest.mark.parametrize("year", [1899, 2200])
def test_years_we_did_not_check_are_refused(year: int) -> None:
    with pytest.raises(ValueError, match="1900 to 2199"):
        orthodox_easter(year)


@pytest.mark.parametrize(
    ("year", "expected"),
    [
        (2025, date(2025, 4, 23)),
        (2024, date(2024, 5, 6)),
        (2027, date(2027, 5, 3)),
        (2030, date(2030, 4, 29)),
        (2006, date(2006, 4, 24)),
    ],
)
def test_saint_george_waits_for_easter(year: int, expected: date) -> None:
    assert name_days("Γιώργος", year).main == expected
    assert name_days("ΓΕΩΡΓΙΑ", year).main == expected


def test_saint_mark_waits_for_easter_too() -> None:
    assert name_days("Μάρκος", 2026).main == date(2026, 4, 25)
    assert name_days("Μάρκος", 2027).main == date(2027, 5, 4)
    assert name_days("Μάρκος", 2006).main == date(2006, 4, 25)


@pytest.mark.parametrize(
    ("name", "days"),
    [
        ("Κορίνα", 50),
        ("Λάζαρος", -8),
        ("Δάφνη", -7),
        ("Λαμπρινή", 0),
        ("Ραφαήλ", 2),
        ("Ζήσης", 5),
        ("Θωμαή", 7),
        ("Μυροφόρα", 14),
    ],
)
def test_names_that_follow_easter(name: str, days: int) -> None:
    assert name_days(name, 2027).main == date(2027, 5, 2) + timedelta(days=days)


def test_names_that_follow_a_sunday() -> None:
    assert name_days("Χλόη", 2026).main == date(2026, 2, 15)
    assert name_days("Δανάη", 2025).main == date(2025, 12, 14)


def test_the_twenty_ninth_of_february_falls_a_day_earlier_in_common_years() -> None:
    assert name_days("Κασσιανός", 2028).main == date(2028, 2, 29)
    assert name_days("Κασσιανός", 2026).main == date(2026, 2, 28)


@pytest.mark.parametrize(
    ("name", "month", "day"),
    [
        ("Βασιλική", 1, 1),
        ("Γιάννης", 1, 7),
        ("Κώστας", 5, 21),
        ("Ελένη", 5, 21),
        ("Δήμητρα", 10, 26),
        ("Στέλιος", 11, 26),
        ("Κατερίνα", 11, 25),
    ],
)
def test_names_with_one_feast_are_sure(name: str, month: int, day: int) -> None:
    answer = name_days(name, 2026)

    assert answer.main == date(2026, month, day)
    assert answer.others == ()
    assert not answer.needs_review


def test_a_name_with_two_feasts_gives_the_main_one_and_asks() -> None:
    answer = name_days("Μαρία", 2026)

    assert answer.main == date(2026, 8, 15)
    assert answer.others == (date(2026, 11, 21),)
    assert answer.reason == "several_feasts"
    assert answer.needs_review


def test_a_short_form_of_several_names_asks_which() -> None:
    answer = name_days("Τάκης", 2026)

    assert answer.reason == "several_names"
    assert answer.choices == ("Παναγιώτης", "Δημήτριος")
    assert answer.needs_review


@pytest.mark.parametrize(
    ("name", "choices"),
    [
        ("Βούλα", ("Παρασκευή", "Σταύρος")),
        ("Μίκης", ("Μιχαήλ", "Γεράσιμος")),
        ("Ντίνος", ("Κωνσταντίνος", "Βαλεντίνος")),
        ("Τζίνα", ("Γεώργιος", "Ζηνόβιος")),
        ("Μαρία-Ελένη", ("Μαρία", "Ελένη")),
    ],
)
def test_short_and_double_names_offer_the_commonest_first_and_ask(name: str, choices: tuple[str, ...]) -> None:
    answer = name_days(name, 2026)

    assert answer.choices[:2] == choices
    assert answer.needs_review


def test_a_lesser_feast_is_told_without_a_question() -> None:
    answer = name_days("Φωτεινή", 2026)

    assert (answer.main, answer.others) == (date(2026, 1, 6), (date(2026, 2, 26), date(2026, 5, 24)))
    assert not answer.needs_review


@pytest.mark.parametrize(
    ("name", "month", "day"),
    [
        ("Κυράννα", 2, 28),
        ("Χρυσάνθη", 10, 25),
        ("Αχιλλέας", 4, 24),
        ("Σημέλα", 8, 15),
        ("Πανορμίτης", 11, 8),
        ("Αββακούμ", 12, 2),
        ("Ερμογένης", 12, 10),
        ("Μαρδάριος", 12, 13),
        ("Απολλώνιος", 12, 14),
    ],
)
def test_names_one_meets_less_often(name: str, month: int, day: int) -> None:
    assert name_days(name, 2027).main == date(2027, month, day)


@pytest.mark.parametrize(
    ("name", "day", "rival"),
    [
        ("Θεμιστοκλής", (12, 21), (4, 10)),
        ("Αρσένιος", (11, 10), (5, 8)),
        ("Αυξέντιος", (7, 28), (2, 14)),
        ("Χρυσή", (10, 13), (12, 25)),
    ],
)
def test_where_calendars_disagree_the_day_of_most_is_offered_and_asked(
    name: str, day: tuple[int, int], rival: tuple[int, int]
) -> None:
    answer = name_days(name, 2026)

    assert (answer.main, answer.others[0]) == (date(2026, *day), date(2026, *rival))
    assert answer.needs_review


@pytest.mark.parametrize(("name", "day"), [("Μανώλης", (12, 26)), ("ΜΑΡΓΑΡΙΤΑ", (9, 1)), ("Παρασκευάς", (7, 26))])
def test_a_day_that_hardly_anybody_keeps_asks_nobody(name: str, day: tuple[int, int]) -> None:
    answer = name_days(name, 2026)

    assert (answer.main, answer.needs_review) == (date(2026, *day), False)


@pytest.mark.parametrize(
    ("name", "saints"),
    [
        ("Λίτσα", {"Ευάγγελος", "Παντελεήμων", "Βασίλειος"}),
        ("Τούλα", {"Παναγιώτης", "Δημήτριος", "Φώτης"}),
        ("Κούλα", {"Βασίλειος", "Κυριακή", "Αικατερίνη"}),
        ("Λάκης", {"Απόστολος", "Νικόλαος", "Μιχαήλ"}),
        ("Μάκης", {"Γεράσιμος", "Πρόδρομος", "Ευθύμιος"}),
        ("Ρένα", {"Ειρήνη", "Ρηγίνος"}),
        ("Φιφή", {"Σοφία", "Ιφιγένεια", "Φωτεινή"}),
        ("Τζένη", {"Ευγενία", "Ιφιγένεια", "Ιωάννης"}),
    ],
)
def test_a_short_form_offers_all_the_names_it_is_commonly_short_for(name: str, saints: set[str]) -> None:
    answer = name_days(name, 2026)

    assert saints <= set(answer.choices)
    assert answer.needs_review
    offered = {day.saint for day in days_to_choose(name, 2026)}
    assert saints <= offered


@pytest.mark.parametrize(
    ("full", "forms"),
    [
        ("Αγγελική", ["Αγγελικίτσα", "Αγγελούδα"]),
        ("Κυριακή", ["Κυριακούλα", "ΚΥΡΙΑΚΙΤΣΑ"]),
        ("Γαρυφαλλιά", ["Γαρυφαλένια", "Γαρυφαλλίτσα"]),
        ("Αριστείδης", ["Αριστειδάκης"]),
        ("Αθηνά", ["Αθηνίτσα"]),
        ("Αντιγόνη", ["Αντιγονίτσα"]),
    ],
)
def test_a_familiar_form_celebrates_with_its_name(full: str, forms: list[str]) -> None:
    for form in forms:
        assert name_days(form, 2027).main == name_days(full, 2027).main, form


@pytest.mark.parametrize("name", ["Αιγέας", "Αμφιτρύων", "Αίθρα", "ΑΓΗΝΩΡ", "Κλεισθένης"])
def test_names_of_antiquity_wait_for_all_saints_and_ask(name: str) -> None:
    for year in range(2024, 2031):
        answer = name_days(name, year)
        assert answer.main == orthodox_easter(year) + timedelta(days=56)
        assert answer.needs_review


def test_a_name_without_a_saint_falls_on_all_saints_by_custom() -> None:
    answer = name_days("Ηλέκτρα", 2026)

    assert answer.main == feast_on("all_saints", 2026)
    assert answer.reason == "all_saints"
    assert answer.needs_review


def test_a_disputed_day_is_marked() -> None:
    assert name_days("Αλέκα", 2026).reason == "disputed"


def test_a_day_a_person_chose_wins() -> None:
    offered = days_to_choose("Τάκης", 2026)
    assert [(day.saint, day.on) for day in offered[:2]] == [
        ("Παναγιώτης", date(2026, 8, 15)),
        ("Δημήτριος", date(2026, 10, 26)),
    ]

    answer = name_days("Τάκης", 2027, chosen=offered[1].rule)

    assert (answer.main, answer.reason, answer.needs_review) == (date(2027, 10, 26), "typed", False)


def test_a_movable_day_may_be_chosen_too() -> None:
    assert name_days("Τάσος", 2027, chosen="E+0").main == date(2027, 5, 2)
    assert name_days("Τάσος", 2027, chosen="george").main == date(2027, 5, 3)


@pytest.mark.parametrize("chosen", ["13-40", "soon", "E", "02-30", "E+999999999", "4-5", "E5"])
def test_a_choice_that_is_no_day_is_left_aside(chosen: str) -> None:
    assert name_days("Κώστας", 2027, chosen=chosen) == name_days("Κώστας", 2027)


def test_a_name_we_do_not_know_has_no_day() -> None:
    answer = name_days("Θρέμνιος", 2026)

    assert (answer.main, answer.others, answer.reason) == (None, (), "unknown_word")


@pytest.mark.parametrize(
    ("name", "saint", "month", "day"),
    [("Φανουρούλα", "Φανούριος", 8, 27), ("ΑΝΤΩΝΙΑΝΑ", "Αντώνιος", 1, 17), ("Παναγιωτάκος", "Παναγιώτης", 8, 15)],
)
def test_a_form_we_lack_is_offered_the_day_of_its_name_and_asked(name: str, saint: str, month: int, day: int) -> None:
    answer = name_days(name, 2026)

    assert (answer.main, answer.choices) == (date(2026, month, day), (saint,))
    assert answer.needs_review
    assert days_to_choose(name, 2026)[0] == FeastDay(f"{month:02}-{day:02}", date(2026, month, day), saint)
    assert name not in celebrating(date(2026, month, day))


def test_who_celebrates_today_names_the_common_first() -> None:
    names = celebrating(date(2027, 5, 3))

    assert {"Γιώργος", "Γεωργία"} <= set(names)
    assert names.index("Γιώργος") < names.index("Γεωργούλα")
    assert celebrating(date(2027, 5, 3)) != celebrating(date(2026, 5, 3))


def test_who_celebrates_agrees_with_each_name_over_a_year() -> None:
    day = date(2027, 1, 1)
    while day.year == 2027:
        for name in celebrating(day):
            answer = name_days(name, 2027)
            assert day in (answer.main, *answer.others)
        day += timedelta(days=1)


def test_the_feasts_of_a_year_stand_in_order_under_stable_codes() -> None:
    feasts = occasions_of(2027)
    by_code = {feast.code: feast.on for feast in feasts}

    assert [feast.on for feast in feasts] == sorted(feast.on for feast in feasts)
    assert len(by_code) == len(feasts)
    assert by_code["christmas"] == date(2027, 12, 25)
    assert by_code["new_year"] == date(2027, 1, 1)
    assert by_code["easter"] == date(2027, 5, 2)
    assert by_code["western_easter"] == date(2027, 3, 28)
    assert by_code["clean_monday"] == date(2027, 3, 15)
    assert by_code["mothers_day"] == date(2027, 5, 9)
    assert all(feast.name_el and feast.name_en for feast in feasts)


def test_an_unknown_feast_is_an_error() -> None:
    with pytest.raises(KeyError):
        feast_on("midsummer", 2027)


@pytest.mark.parametrize(
    ("on", "wish"),
    [
        (date(2027, 4, 1), "Καλό Πάσχα"),
        (date(2027, 5, 1), "Καλή Ανάσταση"),
        (date(2027, 5, 2), "Χριστός Ανέστη"),
        (date(2027, 6, 9), "Χριστός Ανέστη"),
        (date(2027, 6, 10), ""),
        (date(2027, 1, 10), ""),
    ],
)
def test_the_easter_wish_fits_the_day(on: date, wish: str) -> None:
    assert easter_wish(on) == wish


@pytest.mark.parametrize(
    ("code", "on", "wish"),
    [
        ("christmas", date(2026, 12, 20), "Καλά Χριστούγεννα"),
        ("christmas", date(2026, 12, 25), "Χρόνια πολλά"),
        ("christmas", date(2026, 8, 1), ""),
        ("new_year", date(2026, 12, 30), "Καλή Πρωτοχρονιά"),
        ("new_year", date(2027, 1, 2), "Καλή χρονιά"),
        ("easter", date(2027, 4, 28), "Καλή Ανάσταση"),
        ("ohi_day", date(2026, 10, 28), "Χρόνια πολλά"),
        ("labour_day", date(2026, 5, 1), ""),
    ],
)
def test_the_wish_of_a_feast_fits_the_day(code: str, on: date, wish: str) -> None:
    assert wish_for(code, on) == wish


def test_english_has_wishes_of_its_own_and_an_unknown_occasion_none() -> None:
    assert wish_for("new_year", date(2027, 1, 2), language="en") == "Happy New Year"
    assert wish_for("christmas", date(2026, 12, 20), language="fr") == ""
    assert wish_for("other", date(2026, 12, 20)) == ""
