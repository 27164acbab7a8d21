"""On which days the house is open: its week, the public holidays, and the days it has noted itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.conf import settings

from customers.models import SpecialDay
from etiquette.public_holidays import public_holidays


@dataclass(frozen=True)
class HouseDays:
    """The opening days of a stretch of time. `special` says of single days whether the house is open, and wins."""

    weekdays: frozenset[int]
    special: Mapping[date, bool]

    @classmethod
    def load(cls, first: date, last: date) -> "HouseDays":
        """Read what is needed to answer for the days from `first` to `last`; one query."""
        rows = SpecialDay.objects.filter(on__range=(first, last)).values_list("on", "open")
        return cls(frozenset(settings.OPEN_WEEKDAYS), dict(rows))

    def is_open(self, on: date) -> bool:
        """Tell whether the house is open on a day of 1900 to 2199; raise ValueError outside."""
        if on in self.special:
            return self.special[on]
        return on.weekday() in self.weekdays and on not in public_holidays(on.year)


def is_open(on: date) -> bool:
    """Tell whether the house is open on that day; for several days use `HouseDays.load`."""
    return HouseDays.load(on, on).is_open(on)
