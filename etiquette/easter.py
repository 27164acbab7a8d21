"""The Sunday of Easter, Orthodox and Western."""

from datetime import date, timedelta
from functools import cache

FIRST_YEAR, LAST_YEAR = 1900, 2199


@cache
def orthodox_easter(year: int) -> date:
    """Return the Orthodox Easter Sunday of `year` as a Gregorian date.

    Valid for 1900-2199 (Meeus, Julian computus; the calendars are 13 days apart until 2099 and 14 from March 2100).
    Raise `ValueError` outside that range.
    """
    _check(year)
    moon = (19 * (year % 19) + 15) % 30
    weekday = (2 * (year % 4) + 4 * (year % 7) - moon + 34) % 7
    month, day = divmod(moon + weekday + 114, 31)
    # Julian minus Gregorian: 2100 is a leap year in the Julian calendar only.
    return date(year, month, day + 1) + timedelta(days=13 if year < 2100 else 14)


@cache
def western_easter(year: int) -> date:
    """Return the Western Easter Sunday of `year` (Meeus/Jones/Butcher). Valid for 1900-2199, else `ValueError`."""
    _check(year)
    golden = year % 19
    century, rest = divmod(year, 100)
    leap = (century - (century + 8) // 25 + 1) // 3
    moon = (19 * golden + century - century // 4 - leap + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    correction = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * correction + 114, 31)
    return date(year, month, day + 1)


def _check(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"Easter is known from {FIRST_YEAR} to {LAST_YEAR}, not for {year}.")
