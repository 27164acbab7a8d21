"""Dates and numbers as Greek and English lists write them. Day first, always; no clock is read."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

import etiquette
from customers.imports.cleaning import clean_text, says_nothing
from customers.imports.errors import CellError

EARLIEST_YEAR = 1900
_MONTH_STEMS = (
    ("ιαν", "jan"), ("φεβ", "feb"), ("μαρ", "mar"), ("απρ", "apr"), ("μαι", "may"), ("ιουν", "jun"),
    ("ιουλ", "jul"), ("αυγ", "aug"), ("σεπ", "sep"), ("οκτ", "oct"), ("νοε", "nov"), ("δεκ", "dec"),
)  # fmt: skip
_DAY_FIRST = re.compile(r"^(\d{1,2})\s*[/.\-\s]\s*(\d{1,2})(?:\s*[/.\-\s]\s*(\d{4}|\d{2}))?[/.]?$")
_YEAR_FIRST = re.compile(r"^(\d{4})[/.\-](\d{1,2})[/.\-](\d{1,2})$")
_NAMED_MONTH = re.compile(r"^(\d{1,2})[ηησ.]*[\s\-/]*([^\W\d_]{3,})\.?(?:[\s\-/,]*(\d{4}|\d{2}))?$")
_TIME_BEHIND = re.compile(r"[T\s]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(\s*[πμapm.]+)?(Z|[+-]\d{2}:?\d{2})?$", re.IGNORECASE)
_DAY_NUMBER = re.compile(r"^[1-5]\d{4}$")
_NUMBER = re.compile(r"^[+-]?\d+(?:[.,' ]\d+)*$")
# Half of a numeric(14, 2) column: a larger figure in a list is a barcode or a phone in the wrong column.
MAX_NUMBER = Decimal(10) ** 11


@dataclass(frozen=True)
class Birthday:
    """A day and month, and the year where the list has one."""

    day: int
    month: int
    year: int | None


def clean_date(cell: str, *, latest: dt.date) -> dt.date:
    """Return the day in `cell`: 31/12/1980, 31-12-80, 31.12.1980, 1980-12-31, 31 Δεκεμβρίου 1980.

    Two digits mean the last such year up to that of `latest`. Raise `CellError` date_invalid,
    date_month_first, date_impossible, date_no_year, date_day_number, date_too_early or date_in_future.
    """
    day, month, year = _parts(cell, latest)
    if year is None:
        raise CellError("date_no_year", f"{day}/{month}/{latest.year}")
    return _real_day(day, month, year, latest)


def clean_birthday(cell: str, *, latest: dt.date) -> Birthday | None:
    """Return the birthday in `cell`, with or without a year. None for the 1/1/1900 that programs write for
    "none".

    Raise `CellError` as `clean_date` does, except date_no_year.
    """
    day, month, year = _parts(cell, latest)
    if (day, month, year) in ((1, 1, 1900), (30, 12, 1899), (31, 12, 1899), (0, 0, 0)):
        return None
    if year is None:
        # 2000 was a leap year: 29/2 without a year is a birthday.
        _real_day(day, month, 2000, dt.date(2000, 12, 31))
        return Birthday(day, month, None)
    _real_day(day, month, year, latest)
    return Birthday(day, month, year)


def _parts(cell: str, latest: dt.date) -> tuple[int, int, int | None]:
    text = _TIME_BEHIND.sub("", clean_text(cell))
    if match := _YEAR_FIRST.match(text):
        return int(match[3]), int(match[2]), int(match[1])
    if match := _DAY_FIRST.match(text):
        return int(match[1]), int(match[2]), _whole_year(match[3], latest)
    if match := _NAMED_MONTH.match(etiquette.fold(text)):
        for month, stems in enumerate(_MONTH_STEMS, start=1):
            if match[2].startswith(stems):
                return int(match[1]), month, _whole_year(match[3], latest)
    if _DAY_NUMBER.match(text):
        day = dt.date(1899, 12, 30) + dt.timedelta(days=int(text))
        raise CellError("date_day_number", f"{day.day}/{day.month}/{day.year}")
    raise CellError("date_invalid")


def _whole_year(digits: str | None, latest: dt.date) -> int | None:
    if digits is None or len(digits) == 4:
        return digits and int(digits)
    year = latest.year - latest.year % 100 + int(digits)
    return year if year <= latest.year else year - 100


def _real_day(day: int, month: int, year: int, latest: dt.date) -> dt.date:
    try:
        found = dt.date(year, month, day)
    except ValueError as error:
        if month > 12 >= day >= 1 and month <= 31:
            raise CellError("date_month_first", f"{month}/{day}/{year}") from error
        raise CellError("date_impossible") from error
    if found > latest:
        raise CellError("date_in_future")
    if year < EARLIEST_YEAR:
        raise CellError("date_too_early")
    return found


def clean_decimal(cell: str, *, decimal_mark: str = ",") -> Decimal:
    """Return the number in `cell`: 1.234,56, 1,234.56, 9,80, (12,50), 12,50-, 64,00 €.

    `decimal_mark` decides only where the cell alone does not: one mark with three digits behind it. Raise
    `CellError` number_invalid or number_too_large.
    """
    text = re.sub(r"(?i)\s*(€|eur|ευρω|ευρώ|\$|£)\s*", "", clean_text(cell)).replace("−", "-")
    if text.startswith("(") and text.endswith(")"):
        text = "-" + text[1:-1]
    if text.endswith("-"):
        text = "-" + text[:-1]
    text = text.replace("- ", "-")
    if not _NUMBER.match(text):
        raise CellError("number_invalid", "1.234,56" if decimal_mark == "," else "1,234.56")
    mark = _mark_of(text) or decimal_mark
    other = "." if mark == "," else ","
    whole = text.replace(other, "").replace("'", "").replace(" ", "")
    if whole.count(mark) > 1:
        whole = whole.replace(mark, "")
    number = Decimal(whole.replace(mark, "."))
    if abs(number) >= MAX_NUMBER:
        raise CellError("number_too_large")
    return number


def _mark_of(text: str) -> str:
    """Return the decimal mark that the number itself shows, or "" when it could be either."""
    last = max(text.rfind("."), text.rfind(","))
    if last == -1:
        return ""
    mark = text[last]
    other = "." if mark == "," else ","
    if other in text:
        return mark if text.count(mark) == 1 else other
    if text.count(mark) > 1:
        return other
    return mark if len(text) - last - 1 != 3 else ""


def learn_decimal_mark(cells: Iterable[str], *, usual: str = ",") -> str:
    """Return the decimal mark of a column from the cells that show one; `usual` when none does or they
    disagree."""
    marks = {_mark_of(clean_text(cell)) for cell in cells if not says_nothing(cell)} - {""}
    return marks.pop() if len(marks) == 1 else usual
