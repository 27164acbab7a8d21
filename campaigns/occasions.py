"""Occasions of the house: which feast comes when, under which key, and until which hour a wish is not late."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import etiquette

# How many days after the feast a wish still reads well; P16: past its window a letter waits for a person.
DAYS_AFTER = {"christmas": 6, "new_year": 7, "easter": 7, "western_easter": 7}
NAMES = {
    "christmas": _("Christmas"),
    "new_year": _("New Year"),
    "easter": _("Easter"),
    "western_easter": _("Western Easter"),
    "other": _("Another occasion"),
}
# A feast is offered this many days ahead on Today.
OFFER_DAYS = 45


@dataclass(frozen=True)
class ComingFeast:
    """A feast of one year as campaigns use it. `key` is unique per feast and year ("christmas-2026")."""

    code: str
    on: date

    @property
    def key(self) -> str:
        return f"{self.code}-{self.on.year}"

    @property
    def name(self) -> str:
        return f"{NAMES[self.code]} {self.on.year}"

    def days_until(self, today: date) -> int:
        return (self.on - today).days


def coming_feasts(today: date) -> list[ComingFeast]:
    """The next feast of each kind that letters are written for, soonest first."""
    found = []
    for code in DAYS_AFTER:
        this_year = etiquette.feast_on(code, today.year)
        on = this_year if this_year >= today else etiquette.feast_on(code, today.year + 1)
        found.append(ComingFeast(code, on))
    return sorted(found, key=lambda feast: (feast.on, feast.code))


def feast_of_key(key: str) -> ComingFeast | None:
    """Return the feast of an occasion key, None when it names none of ours."""
    code, _dash, year = key.rpartition("-")
    if code not in DAYS_AFTER or not (year.isascii() and year.isdigit() and len(year) == 4):
        return None
    try:
        return ComingFeast(code, etiquette.feast_on(code, int(year)))
    except ValueError:  # a year without a calendar
        return None


def last_sensible_hour(occasion: str, wish_on: date | None, *, now: datetime) -> datetime:
    """Until when a letter may still leave: the end of the last day on which the wish reads well (business time)."""
    last_day = (wish_on or timezone.localdate(now)) + timedelta(days=DAYS_AFTER.get(occasion, 3))
    return timezone.make_aware(datetime.combine(last_day, time(20, 0)))
