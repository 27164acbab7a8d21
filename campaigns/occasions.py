"""Occasions of the house: which feast comes when, under which key, and until which hour a wish is not late."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import etiquette

# Dated feasts, by their code in `etiquette`: each has one campaign a year.
FEASTS = ("christmas", "new_year", "easter", "western_easter")
OTHER = "other"
# Words that are never a campaign: letters to people in mourning are stopped, and nobody else should read them.
MOURNING = "mourning"
# What a greeting on a day of the house's own choice can be for, as it is offered; "other" comes without words.
OWN_OCCASIONS = ("birthday", "name_day", "thanks", "missed", "apology", OTHER)
NAMES = {
    "christmas": _("Christmas"),
    "new_year": _("New Year"),
    "easter": _("Easter"),
    "western_easter": _("Western Easter"),
    "birthday": _("Birthday"),
    "name_day": _("Name day"),
    "thanks": _("Thanks after a purchase"),
    "missed": _("We have missed you"),
    "apology": _("An apology"),
    MOURNING: _("A sober line"),
    OTHER: _("Another occasion"),
}
# How many days after its day a letter still reads well; P16: past its window it waits for a person. A thank-you and an
# apology speak of something fresh; that somebody is missed does not pass in a few days.
DAYS_AFTER = {
    "christmas": 6,
    "new_year": 7,
    "easter": 7,
    "western_easter": 7,
    "birthday": 3,
    "name_day": 3,
    "thanks": 3,
    "missed": 7,
    "apology": 3,
    OTHER: 3,
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
    for code in FEASTS:
        this_year = etiquette.feast_on(code, today.year)
        on = this_year if this_year >= today else etiquette.feast_on(code, today.year + 1)
        found.append(ComingFeast(code, on))
    return sorted(found, key=lambda feast: (feast.on, feast.code))


def feast_of_key(key: str) -> ComingFeast | None:
    """Return the feast of an occasion key, None when it names none of ours."""
    code, _dash, year = key.rpartition("-")
    if code not in FEASTS or not (year.isascii() and year.isdigit() and len(year) == 4):
        return None
    try:
        return ComingFeast(code, etiquette.feast_on(code, int(year)))
    except ValueError:  # a year without a calendar
        return None


def last_sensible_hour(occasion: str, wish_on: date | None, *, now: datetime) -> datetime:
    """Until when a letter may still leave: the end of the last day on which the wish reads well (business time)."""
    days = DAYS_AFTER.get(occasion, DAYS_AFTER[OTHER])
    last_day = (wish_on or timezone.localdate(now)) + timedelta(days=days)
    return timezone.make_aware(datetime.combine(last_day, time(20, 0)))
