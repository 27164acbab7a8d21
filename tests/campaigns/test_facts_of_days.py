"""What a letter says of days and years: habits, absence, anniversaries, and the days on which the house is closed."""

from datetime import date, timedelta

import pytest

from customers.models import Purchase, PurchaseSummary, SpecialDay
from tests.builders import STAMATIS, make_contact
from tests.campaigns.facts import TODAY, person, regular, values

pytestmark = pytest.mark.django_db
FRIDAY = 4


@pytest.mark.parametrize(
    ("weekday", "ours", "accusative", "genitive", "see_you"),
    [
        (0, "η Δευτέρα μας", "τη Δευτέρα μας", "της Δευτέρας μας", "τα λέμε τη Δευτέρα"),
        (1, "η Τρίτη μας", "την Τρίτη μας", "της Τρίτης μας", "τα λέμε την Τρίτη"),
        (4, "η Παρασκευή μας", "την Παρασκευή μας", "της Παρασκευής μας", "τα λέμε την Παρασκευή"),
        (5, "το Σάββατό μας", "το Σάββατό μας", "του Σαββάτου μας", "τα λέμε το Σάββατο"),
    ],
)
def test_a_day_of_the_week_is_ours_in_every_case(weekday, ours, accusative, genitive, see_you):
    told = values(regular(usual_weekday=weekday), wish_on=date(2026, 11, 15), today=date(2026, 11, 15))

    assert (told["our_day"], told["our_day_accusative"]) == (ours, accusative)
    assert (told["our_day_genitive"], told["see_you"]) == (genitive, see_you)


def test_an_english_reader_has_a_friday_too():
    told = values(regular(make_contact(language="en")), wish_on=date(2026, 12, 15))

    assert (told["usual_day"], told["our_day"], told["see_you"]) == ("on Friday", "our Friday", "see you on Friday")


def test_whoever_is_addressed_formally_is_not_told_that_we_chat():
    assert values(regular(make_contact(STAMATIS)), wish_on=date(2026, 12, 15))["see_you"] == "θα τα πούμε την Παρασκευή"


@pytest.mark.parametrize("wish_on", [date(2026, 12, 20), date(2026, 12, 24), date(2026, 12, 25), date(2026, 12, 31)])
def test_nobody_is_told_see_you_for_a_friday_on_which_the_house_is_closed(wish_on):
    told = person(regular(), wish_on=wish_on)

    assert told.values["see_you"] == ""
    assert told.silenced["see_you"] == "closed_day"
    assert told.values["usual_day"] == "την Παρασκευή"


def test_the_friday_after_the_holidays_is_a_friday_again():
    assert values(regular(), wish_on=date(2027, 1, 1))["see_you"] == "τα λέμε την Παρασκευή"


def test_a_day_the_house_has_noted_wins_over_its_week_and_over_a_holiday():
    contact = regular()
    SpecialDay.objects.create(on=date(2026, 12, 18), open=False)
    SpecialDay.objects.create(on=date(2026, 12, 25), open=True)

    assert values(contact, wish_on=date(2026, 12, 17))["see_you"] == ""
    assert values(contact, wish_on=date(2026, 12, 18))["see_you"] == "τα λέμε την Παρασκευή"


@pytest.mark.parametrize(
    ("stale", "today", "silent"),
    [(7, date(2026, 12, 18), False), (7, date(2026, 12, 19), True), (9, date(2026, 12, 19), False)],
)
def test_old_invoices_silence_what_speaks_of_habits_absence_and_the_last_visit(settings, stale, today, silent):
    settings.PURCHASES_STALE_DAYS = stale

    told = person(regular(), wish_on=date(2026, 12, 21), today=today)

    spoken = {"last_purchase_when", "away_for", "usual_day", "our_day", "our_day_accusative", "our_day_genitive"}
    assert {key for key in spoken if told.values[key]} == (set() if silent else spoken - {"away_for"})
    assert (told.values["years_with_us"], told.values["first_year"]) == ("επτά χρόνια", "το 2019")
    if silent:
        assert {told.silenced[key] for key in spoken - {"away_for"}} == {"purchases_old"}
        assert told.silenced["see_you"] == "purchases_old"
    else:
        assert told.silenced == {"see_you": "closed_day"}


def test_the_newest_invoice_of_anybody_tells_how_old_the_invoices_are():
    contact = regular(last_on=date(2026, 11, 6))
    Purchase.objects.create(contact=make_contact(), purchased_on=TODAY, total=5)

    told = person(contact)

    assert told.values["away_for"] == "έναν μήνα"
    assert told.silenced == {"see_you": "closed_day"}


def test_a_house_without_invoices_keeps_nothing_back():
    told = person(make_contact(STAMATIS, customer_since=date(2019, 3, 9)))

    assert (told.values["usual_day"], told.values["years_with_us"], told.silenced) == ("", "επτά χρόνια", {})


@pytest.mark.parametrize(("days", "told"), [(92, "την Παρασκευή"), (93, "")])
def test_a_habit_given_up_is_no_habit(days, told):
    Purchase.objects.create(contact=make_contact(), purchased_on=TODAY, total=5)

    assert values(regular(last_on=TODAY - timedelta(days=days)))["usual_day"] == told


@pytest.mark.parametrize(
    ("last_on", "greek", "english"),
    [
        (date(2026, 12, 5), "", ""),
        (date(2026, 11, 14), "έναν μήνα", "one month"),
        (date(2026, 10, 20), "δύο μήνες", "two months"),
        (date(2025, 12, 18), "έναν χρόνο", "one year"),
        (date(2025, 9, 1), "πάνω από έναν χρόνο", "over a year"),
    ],
)
def test_how_long_somebody_has_been_away(last_on, greek, english):
    Purchase.objects.create(contact=make_contact(), purchased_on=TODAY, total=5)

    assert values(regular(last_on=last_on))["away_for"] == greek
    assert values(regular(make_contact(language="en"), last_on=last_on))["away_for"] == english


def test_nobody_is_missed_who_was_here_when_we_wrote():
    """A wish for next year is written today; whether they come until then nobody knows yet."""
    assert values(regular(), wish_on=date(2027, 2, 1))["away_for"] == ""


@pytest.mark.parametrize(
    ("last_on", "told"),
    [
        (date(2026, 12, 19), "χθες"),
        (date(2026, 12, 12), "πριν από οκτώ ημέρες"),
        (date(2026, 12, 15), "την περασμένη Τρίτη"),
        (date(2026, 12, 21), ""),
    ],
)
def test_the_last_visit_is_told_from_the_day_of_the_wish(last_on, told):
    assert values(regular(last_on=last_on))["last_purchase_when"] == told


@pytest.mark.parametrize(
    ("first_on", "wish_on", "told"),
    [
        (date(2019, 12, 20), date(2026, 12, 20), "επτά χρόνια"),
        (date(2019, 12, 5), date(2026, 12, 20), "επτά χρόνια"),
        (date(2019, 12, 4), date(2026, 12, 20), ""),
        (date(2020, 1, 4), date(2026, 12, 20), "επτά χρόνια"),
        (date(2025, 12, 20), date(2026, 12, 20), "ένας χρόνος"),
        (date(2019, 12, 28), date(2027, 1, 2), "επτά χρόνια"),
        (date(2020, 2, 29), date(2027, 3, 1), "επτά χρόνια"),
        (date(2026, 12, 11), date(2026, 12, 20), ""),
    ],
)
def test_an_anniversary_is_told_around_its_day_only(first_on, wish_on, told):
    assert values(regular(first_on=first_on), wish_on=wish_on)["anniversary"] == told


def test_the_first_year_stands_with_its_article():
    assert values(regular())["first_year"] == "το 2019"
    assert values(regular(make_contact(language="en")))["first_year"] == "2019"


def test_what_a_person_typed_tells_since_when_they_come():
    contact = regular(make_contact(STAMATIS, customer_since=date(2011, 5, 2)))

    told = values(contact)

    assert (told["first_year"], told["years_with_us"]) == ("το 2011", "δεκαπέντε χρόνια")


def test_the_summary_alone_decides_when_nobody_has_bought():
    PurchaseSummary.objects.all().delete()

    told = values(make_contact(STAMATIS))

    assert not any(told[key] for key in ("first_year", "anniversary", "away_for", "last_purchase_when", "see_you"))


def test_a_letter_for_a_day_far_off_says_nothing_of_the_last_visit_because_they_come_again_before_it(settings):
    settings.PURCHASES_STALE_DAYS = 7
    contact = regular(last_on=date(2026, 11, 10))
    Purchase.objects.create(contact=make_contact(), purchased_on=TODAY, total=5)

    near = person(contact, wish_on=TODAY + timedelta(days=7))
    far = person(contact, wish_on=TODAY + timedelta(days=8))

    assert near.values["last_purchase_when"] and near.values["away_for"]
    assert not far.values["last_purchase_when"] and not far.values["away_for"]
    assert {far.silenced[key] for key in ("last_purchase_when", "away_for")} == {"wish_far"}
    assert far.values["usual_day"] == near.values["usual_day"]
