"""What the facts of a rule may be: read from data that somebody else may have written, and refused when odd."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Q

# A choice among people of a whole list is a list of its own; a rule is a sentence somebody reads.
MOST_PEOPLE = 500
LONGEST_TEXT = 120
# The names of three months make a condition as long as a database likes to read.
MOST_NAME_DAYS = 92
MOST_BIRTHDAYS = 366
# Whoever types another year meant none of them; at the ends of the calendar a day has no day before or after it.
YEARS = range(1900, 2200)
_BIGGEST_ID = 2**62


class RuleError(ValueError):
    """A rule that chooses nobody because it is not one. `code`: "unknown" (a name or fact we do not know), "empty",
    "too_deep", "too_many", "backwards" (a period that ends before it begins), "too_long" (a period of too many days).
    """

    def __init__(self, rule: Any, code: str = "unknown") -> None:
        super().__init__(f"{code}: {str(rule)[:200]}")
        self.code = code


def day(rule: Mapping, name: str) -> date:
    """The day of an ISO date in YEARS. Raise ValueError, KeyError or TypeError for anything else."""
    found = date.fromisoformat(rule[name])
    if found.year not in YEARS:
        raise ValueError(rule[name])
    return found


def period(rule: Mapping) -> tuple[date | None, date | None]:
    """From and to, both days included; either may be open. Raise RuleError when it ends before it begins."""
    begin, end = (day(rule, name) if rule.get(name) else None for name in ("from", "to"))
    if begin and end and end < begin:
        raise RuleError(rule, "backwards")
    return begin, end


def closed_period(rule: Mapping) -> tuple[date | None, date | None]:
    """A period with one end at least. Raise RuleError when both are open."""
    begin, end = period(rule)
    if begin is None and end is None:
        raise RuleError(rule, "empty")
    return begin, end


def days_between(rule: Mapping, *, most: int) -> list[date]:
    """Each day of a period with two ends. Raise RuleError for more than `most` days."""
    begin, end = day(rule, "from"), day(rule, "to")
    if end < begin:
        raise RuleError(rule, "backwards")
    if (end - begin).days >= most:
        raise RuleError(rule, "too_long")
    return [begin + timedelta(days=number) for number in range((end - begin).days + 1)]


def within(field: str, span: tuple[date | None, date | None]) -> Q:
    """The condition that a day lies in a period."""
    begin, end = span
    condition = Q()
    if begin:
        condition &= Q(**{f"{field}__gte": begin})
    if end:
        condition &= Q(**{f"{field}__lte": end})
    return condition


def number(rule: Mapping, name: str, *, lowest: int = 1, highest: int = _BIGGEST_ID) -> int:
    """A whole number within bounds; a number of a row where nothing else is said."""
    value = rule[name]
    if not isinstance(value, int) or isinstance(value, bool) or not lowest <= value <= highest:
        raise RuleError(rule)
    return value


def numbers(rule: Mapping, name: str) -> list[int]:
    """The numbers of rows, some but not too many."""
    values = rule[name]
    if not isinstance(values, list) or not 0 < len(values) <= MOST_PEOPLE:
        raise RuleError(rule, "empty" if values == [] else "too_many" if isinstance(values, list) else "unknown")
    return [number({"of": value}, "of") for value in values]


def text(rule: Mapping, name: str) -> str:
    """A word or a few, as typed."""
    value = rule[name]
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_TEXT or "\x00" in value:
        raise RuleError(rule)
    value.encode()  # half a character, which no database takes, is a ValueError
    return value


def choice(rule: Mapping, name: str, choices: Any) -> str:
    """One of a few words."""
    value = rule[name]
    if not isinstance(value, str) or value not in choices:
        raise RuleError(rule)
    return value


def amount(rule: Mapping, name: str) -> Decimal | None:
    """An amount of money written with a point, None when the rule has none."""
    value = rule.get(name)
    if value in (None, ""):
        return None
    try:
        found = Decimal(value) if isinstance(value, str) else None
    except InvalidOperation:
        found = None
    if found is None or not found.is_finite() or not 0 <= found < 10**12:
        raise RuleError(rule)
    return found
