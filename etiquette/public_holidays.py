"""The days on which Greece rests by law or by general custom of shops."""

from datetime import date
from functools import cache

from .occasions import feast_on

_CODES = (
    "new_year", "epiphany", "clean_monday", "annunciation", "good_friday", "easter", "easter_monday", "labour_day",
    "pentecost", "whit_monday", "assumption", "ohi_day", "christmas",
)  # fmt: skip
_SECOND_DAY_OF_CHRISTMAS = (12, 26)


@cache
def public_holidays(year: int) -> frozenset[date]:
    """Return the Greek public holidays of `year`, 1900 to 2199; raise ValueError outside.

    Source: the holidays of Greek law and of its shops, common knowledge. When 1 May falls into Holy Week or on Easter,
    a decision of that year moves it; this list does not know of it.
    """
    return frozenset({*(feast_on(code, year) for code in _CODES), date(year, *_SECOND_DAY_OF_CHRISTMAS)})
