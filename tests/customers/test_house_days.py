"""The days on which the house is open: its week, the public holidays, and what it has noted itself."""

import os
import subprocess
import sys
from datetime import date

import pytest
from django.urls import reverse

from customers.house_days import HouseDays, is_open
from customers.models import SpecialDay
from etiquette.public_holidays import public_holidays
from tests.builders import make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "holiday",
    [
        date(2026, 1, 1), date(2026, 1, 6), date(2026, 2, 23), date(2026, 3, 25), date(2026, 4, 10), date(2026, 4, 13),
        date(2026, 5, 1), date(2026, 6, 1), date(2026, 8, 15), date(2026, 10, 28), date(2026, 12, 25),
        date(2026, 12, 26), date(2027, 1, 1), date(2027, 3, 15), date(2027, 4, 30), date(2027, 5, 3), date(2027, 6, 21),
    ],
)  # fmt: skip
def test_the_house_is_closed_on_public_holidays(holiday):
    assert holiday.weekday() != 6
    assert not is_open(holiday)


def test_the_house_is_open_on_ordinary_days_of_its_week():
    assert is_open(date(2026, 12, 24))
    assert is_open(date(2026, 12, 12))
    assert not is_open(date(2026, 12, 13))


def test_a_house_has_the_week_it_says(settings):
    settings.OPEN_WEEKDAYS = [2, 6]

    days = HouseDays.load(date(2026, 12, 14), date(2026, 12, 20))

    assert [day for day in range(14, 21) if days.is_open(date(2026, 12, day))] == [16, 20]


def test_a_noted_day_wins_over_the_week_and_over_a_holiday():
    SpecialDay.objects.create(on=date(2026, 12, 25), open=True)
    SpecialDay.objects.create(on=date(2026, 12, 23), open=False)

    assert is_open(date(2026, 12, 25))
    assert not is_open(date(2026, 12, 23))


def test_days_noted_outside_the_stretch_are_not_asked_for(django_assert_num_queries):
    SpecialDay.objects.create(on=date(2026, 12, 23), open=False)

    with django_assert_num_queries(1):
        days = HouseDays.load(date(2026, 12, 14), date(2026, 12, 20))
        assert days.is_open(date(2026, 12, 15))
        assert days.special == {}


def test_a_year_has_fourteen_public_holidays():
    assert len(public_holidays(2026)) == len(public_holidays(2027)) == 14


def test_an_admin_notes_a_day(client):
    client.force_login(make_user(role="admin"))

    client.post(reverse("admin:customers_specialday_add"), {"on": "2026-12-24", "note": "απογραφή"})

    assert not is_open(date(2026, 12, 24))
    assert "απογραφή" in client.get(reverse("admin:customers_specialday_changelist")).text


def test_a_week_that_does_not_exist_stops_the_start_with_a_sentence(tmp_path):
    start = subprocess.run(
        [sys.executable, "-c", "import greetings_crm.settings"],
        env=os.environ | {"OPEN_WEEKDAYS": "0,7", "VAR_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
    )

    assert start.returncode == 1
    assert "OPEN_WEEKDAYS: “0,7” are no days of the week." in start.stderr
