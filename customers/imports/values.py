"""Dates and numbers as Greek and English lists write them. Day first, always; no clock is read."""

import datetime as dt
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

import etiquette
from customers.imports.cleaning import clean_text, says_nothing
from customers.imports.errors import CellError

EARLIEST_YEAR = 1900
# "Τετάρτη, 31 Δεκεμβρίου 1980 12:00:00 π.μ." is 41 letters. What is longer is a remark in the wrong column.
MAX_DAY = 80
_MONTH_STEMS = (
    ("ιαν", "jan"), ("φεβ", "feb"), ("μαρ", "mar"), ("απρ", "apr"), ("μαι", "may"), ("ιουν", "jun"),
    ("ιουλ", "jul"), ("αυγ", "aug"), ("σεπ", "sep"), ("οκτ", "oct"), ("νοε", "nov"), ("δεκ", "dec"),
)  # fmt: skip
# What most cells hold, recognised at one look: 31/12/1980 and 1980-12-31; 9,80 and 12.
_ORDINARY_DAY = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
_ORDINARY_NUMBER = re.compile(r"-?[0-9]{1,9}(?:[.,][0-9]{1,2})?")
_DAY_FIRST = re.compile(r"^(\d{1,2})\s*[/.\-\s]\s*(\d{1,2})(?:\s*[/.\-\s]\s*(\d{4}|\d{2}))?[/.]?$")
_YEAR_FIRST = re.compile(r"^(\d{4})[/.\-](\d{1,2})[/.\-](\d{1,2})$")
_NAMED_MONTH = re.compile(r"^(\d{1,2})[ηησ.]*[\s\-/]*([^\W\d_]{3,})\.?(?:[\s\-/,]*(\d{4}|\d{2}))?$")
_TIME_BEHIND = re.compile(r"[T\s]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(\s*[πμapm.]+)?(Z|[+-]\d{2}:?\d{2})?$", re.IGNORECASE)
_MONTH_NAME_FIRST = re.compile(r"^([^\W\d_]{3,})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})$")
_WEEKDAY = re.compile(r"^(δευτ|τριτ|τεταρτ|τετ|πεμ|παρ|σαβ|κυρ|mon|tue|wed|thu|fri|sat|sun)[^\W\d_]*[.,]?\s+(?=[^\W_])")
# As accounting programs write them: 19801231, 31121980. No day is both, because no month is 19 or 20.
_YEAR_FIRST_TOGETHER = re.compile(r"^((?:19|20)\d\d)(0[1-9]|1[0-2])(\d\d)$")
_DAY_FIRST_TOGETHER = re.compile(r"^(\d\d)(0[1-9]|1[0-2])((?:19|20)\d\d)$")
# A spreadsheet counts days; the part behind the point is the hour.
_DAY_NUMBER = re.compile(r"^([1-5]\d{4})(?:[.,]\d+)?$")
_NUMBER = re.compile(r"^[+-]?\d+(?:[.,' ]\d+)*$")
_BETWEEN_THOUSANDS = re.compile(r"[.,' ]")
# ,50 and -.50
_NO_WHOLE = re.compile(r"^([+-]?)(?=[.,]\d)")
_CURRENCY = re.compile(r"\s*(€|eur|ευρω|ευρώ|\$|£)\s*", re.IGNORECASE)
# What programs write for "none": the first days that they can count from.
_NO_DAYS = frozenset(
    {(0, 0, 0), (0, 0, None), (0, 0, 2000), (1, 1, 1), (1, 1, 1753), (1, 1, 1900), (30, 12, 1899), (31, 12, 1899),
     (31, 12, 9999)}
)  # fmt: skip
# What both a quantity, numeric(12, 3), and an amount hold. A larger figure in a list is a barcode or a phone in the
# wrong column.
MAX_NUMBER = Decimal("999999999.99")


class Birthday(NamedTuple):
    """A day and month, and the year where the list has one."""

    day: int
    month: int
    year: int | None


def clean_date(cell: str, *, latest: dt.date, month_first: bool = False) -> dt.date:
    """Return the day in `cell`: 31/12/1980, 31-12-80, 31.12.1980, 1980-12-31, 31 Δεκεμβρίου 1980.

    Two digits mean the last such year up to that of `latest`. `month_first` says that others of its column write
    the month first: then 3/5/1980 is a doubt. Raise `CellError` date_invalid, date_month_first, date_impossible,
    date_no_year, date_day_number, date_too_early, date_in_future or date_doubtful.
    """
    if month_first:
        _refuse_doubtful(cell)
    day, month, year = _parts(cell, latest)
    if year is None:
        raise CellError("date_no_year", f"{day}/{month}/{latest.year}")
    return _real_day(day, month, year, latest)


def clean_birthday(cell: str, *, latest: dt.date, month_first: bool = False) -> Birthday | None:
    """Return the birthday in `cell`, with or without a year. None for the 1/1/1900 that programs write for
    "none".

    `month_first` and `CellError` as for `clean_date`, except date_no_year.
    """
    if month_first:
        _refuse_doubtful(cell)
    day, month, year = _parts(cell, latest)
    if (day, month, year) in _NO_DAYS:
        return None
    if year is None:
        # 2000 was a leap year: 29/2 without a year is a birthday.
        _real_day(day, month, 2000, dt.date(2000, 12, 31))
        return Birthday(day, month, None)
    _real_day(day, month, year, latest)
    return Birthday(day, month, year)


def _refuse_doubtful(cell: str) -> None:
    match = _DAY_FIRST.match(_TIME_BEHIND.sub("", clean_text(cell[:MAX_DAY])))
    if match and int(match[1]) <= 12 and int(match[2]) <= 12 and int(match[1]) != int(match[2]):
        raise CellError("date_doubtful")


def writes_month_first(cells: Iterable[str]) -> bool:
    """Return whether a column writes the month first: some of its days can only be read so, and none only the other
    way round."""
    found = False
    for cell in cells:
        match = _DAY_FIRST.match(_TIME_BEHIND.sub("", clean_text(cell[:MAX_DAY])))
        if match and int(match[1]) > 12:
            return False
        found = found or bool(match and int(match[2]) > 12)
    return found


def _parts(cell: str, latest: dt.date) -> tuple[int, int, int | None]:
    if match := _ORDINARY_DAY.fullmatch(cell):
        day, month, year = match.groups()
        return int(day), int(month), int(year)
    if len(cell) > MAX_DAY:
        raise CellError("date_invalid")
    text = _TIME_BEHIND.sub("", clean_text(cell))
    if match := _YEAR_FIRST.match(text) or _YEAR_FIRST_TOGETHER.match(text):
        return int(match[3]), int(match[2]), int(match[1])
    if match := _DAY_FIRST.match(text) or _DAY_FIRST_TOGETHER.match(text):
        return int(match[1]), int(match[2]), _whole_year(match[3], latest)
    words = _WEEKDAY.sub("", etiquette.fold(text))
    if match := _NAMED_MONTH.match(words):
        day, name, year = match.groups()
    elif match := _MONTH_NAME_FIRST.match(words):
        name, day, year = match.groups()
    if match:
        for month, stems in enumerate(_MONTH_STEMS, start=1):
            if name.startswith(stems):
                return int(day), month, _whole_year(year, latest)
    if match := _DAY_NUMBER.match(text):
        found = dt.date(1899, 12, 30) + dt.timedelta(days=int(match[1]))
        raise CellError("date_day_number", f"{found.day}/{found.month}/{found.year}")
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
    if _ORDINARY_NUMBER.fullmatch(cell):
        return Decimal(cell.replace(",", "."))
    text = _bare_number(cell)
    if not _NUMBER.match(text):
        raise _no_number(decimal_mark)
    mark = _mark_of(text) or decimal_mark
    whole, decimals = text.split(mark) if text.count(mark) == 1 else (text, "")
    first, *thousands = _BETWEEN_THOUSANDS.split(whole)
    # 31.12.2026 is a day, and of 1.234.56 nobody knows which mark is wrong.
    if any(len(group) != 3 for group in thousands) or not (decimals or "0").isdecimal():
        raise _no_number(decimal_mark)
    number = Decimal("".join((first, *thousands)) + f".{decimals or 0}")
    if abs(number) > MAX_NUMBER:
        raise CellError("number_too_large")
    return number


def _bare_number(cell: str) -> str:
    """Return the cell without its currency, and with its minus in front: "(1.234 €)" is "-1.234"."""
    text = _CURRENCY.sub("", clean_text(cell)).replace("−", "-").replace("–", "-")
    if text.startswith("(") and text.endswith(")"):
        text = "-" + text[1:-1].strip()
    if text.endswith("-"):
        text = "-" + text[:-1].strip()
    text = text.replace("- ", "-")
    return _NO_WHOLE.sub(r"\g<1>0", text)


def _no_number(decimal_mark: str) -> CellError:
    return CellError("number_invalid", "1.234,56" if decimal_mark == "," else "1,234.56")


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
    whole = text[:last].lstrip("+-")
    # 0,125 and 1234,567 are no thousands: those would be written in threes from the first digit on.
    return mark if len(text) - last - 1 != 3 or len(whole) > 3 or whole.startswith("0") else ""


def learn_decimal_mark(cells: Iterable[str], *, usual: str = ",") -> str:
    """Return the decimal mark of a column from the cells that show one; `usual` when none does or they
    disagree."""
    marks = {_mark_of(_bare_number(cell)) for cell in cells if not says_nothing(cell)} - {""}
    return marks.pop() if len(marks) == 1 else usual
