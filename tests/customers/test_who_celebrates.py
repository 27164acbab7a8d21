"""Who celebrates on a day: the same condition for Today, for the audience of a greeting, and for the calendar."""

from datetime import date, timedelta

import pytest

from customers.celebrating import birthday_on, named_on, next_name_day
from customers.models import Contact
from tests.builders import ELENI, STAMATIS, make_contact

pytestmark = pytest.mark.django_db
ST_NICHOLAS = date(2026, 12, 6)


def named(on: date) -> list[Contact]:
    by_calendar, by_choice = named_on(on)
    return list(Contact.objects.filter(by_calendar | by_choice).order_by("pk"))


def test_the_name_somebody_goes_by_tells_the_day():
    nikos = make_contact(first_name="Νικόλαος")
    called = make_contact(first_name="Σταμάτης", known_as="Νίκος")
    make_contact(first_name="Νίκος", known_as="Σταμάτης")

    assert named(ST_NICHOLAS) == [nikos, called]


def test_a_pet_name_of_several_names_leaves_the_day_to_the_registered_one():
    takis = make_contact(first_name="Δημήτριος", known_as="Τάκης")
    of_nobody_knows = make_contact(first_name="Τάκης")
    other = make_contact(first_name="Γεώργιος", known_as="Τάκης")
    st_demetrius, dormition, st_george = date(2026, 10, 26), date(2026, 8, 15), date(2026, 4, 23)

    assert takis in named(st_demetrius) and takis not in named(dormition)
    assert of_nobody_knows in named(st_demetrius) and of_nobody_knows in named(dormition)
    assert named(st_george) == [other]
    for on in (st_demetrius, dormition, st_george):
        for contact in named(on):
            if contact != of_nobody_knows:
                assert next_name_day(contact, today=on).on == on


@pytest.mark.parametrize("called", ["Annie", "Μπομπ", "ΝΟΥΝΟΥ"])
def test_a_name_nobody_knows_leaves_the_day_to_the_registered_one_even_of_several_saints(called):
    anna = make_contact(first_name="Άννα", known_as=called)
    day = date(2026, 7, 25)

    assert next_name_day(anna, today=day).on == day
    assert named(day) == [anna]


def test_today_and_the_page_of_a_person_name_the_same_day():
    # One saint, several feasts, several saints, All Saints by custom, unknown; and none.
    names = ("Γεώργιος", "Μαρία", "Άννα", "Τάκης", "Ηλέκτρα", "Annie")
    everybody = [make_contact(first_name=first, known_as=called) for first in names for called in ("", *names)]
    year = [date(2026, 1, 1) + timedelta(days=ahead) for ahead in range(365)]
    days = {on: {contact.pk for contact in named(on)} for on in year}

    for contact in everybody:
        on = next_name_day(contact, today=year[0])
        found = [day for day, those in days.items() if contact.pk in those]
        assert (on is None and not found) or on.on in found, contact


def test_a_chosen_day_stands_in_the_place_of_the_calendar_s():
    make_contact(first_name="Νίκος", name_day_choice="12-27")
    by_choice = make_contact(STAMATIS, name_day_choice="12-06")

    assert named(ST_NICHOLAS) == [by_choice]


def test_a_name_day_moves_with_easter():
    giorgos = make_contact(first_name="Γιώργος")

    assert named(date(2026, 4, 23)) == [giorgos]
    # In 2027 the 23rd of April is Good Friday week: St George is kept on Easter Monday.
    assert (named(date(2027, 4, 23)), named(date(2027, 5, 3))) == ([], [giorgos])


@pytest.mark.parametrize(
    ("on", "found"), [(date(2027, 2, 28), True), (date(2028, 2, 28), False), (date(2028, 2, 29), True)]
)
def test_whoever_was_born_on_a_leap_day_has_a_birthday_every_year(on, found):
    make_contact(birth_month=2, birth_day=29)

    assert Contact.objects.filter(birthday_on(on)).exists() == found


def test_whose_birthday_we_do_not_know_has_none():
    make_contact(ELENI)

    assert not Contact.objects.filter(birthday_on(ST_NICHOLAS)).exists()
    assert Contact.objects.exclude(birthday_on(ST_NICHOLAS)).exists()


# PostgreSQL reads a table this small from end to end.
@pytest.mark.once
@pytest.mark.parametrize(
    ("condition", "index"),
    [
        (birthday_on(ST_NICHOLAS), "contact_by_birthday"),
        (named_on(ST_NICHOLAS)[0], "contact_by_called_name"),
        (named_on(ST_NICHOLAS)[1], "contact_by_chosen_name_day"),
        (named_on(ST_NICHOLAS)[0] | named_on(ST_NICHOLAS)[1], "contact_by_chosen_name_day"),
    ],
)
def test_nobody_else_is_read_to_find_them(condition, index):
    plan = Contact.objects.filter(condition, erased_at=None, kind="person").explain()

    assert index in plan
    assert "SCAN customers_contact" not in plan
