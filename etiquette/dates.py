"""Dates in words, as a letter says them: «την Παρασκευή 27 Νοεμβρίου», «το περασμένο Σάββατο», "three weeks ago".

Greek for the language "el", English for any other. Nothing here knows what day it is: `today` is given.
"""

from datetime import date

from .neighbours import keeps_nu
from .numbers import counted

DAYS_EL = ("Δευτέρα", "Τρίτη", "Τετάρτη", "Πέμπτη", "Παρασκευή", "Σάββατο", "Κυριακή")
DAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_EVERY_DAY_EL = ("Δευτέρες", "Τρίτες", "Τετάρτες", "Πέμπτες", "Παρασκευές", "Σάββατα", "Κυριακές")
_SATURDAY = 5  # the one day that is neuter
# All months are masculine; the genitive is what stands in a date.
MONTHS_EL = (
    "Ιανουάριος", "Φεβρουάριος", "Μάρτιος", "Απρίλιος", "Μάιος", "Ιούνιος", "Ιούλιος", "Αύγουστος", "Σεπτέμβριος",
    "Οκτώβριος", "Νοέμβριος", "Δεκέμβριος",
)  # fmt: skip
MONTHS_GENITIVE_EL = (
    "Ιανουαρίου", "Φεβρουαρίου", "Μαρτίου", "Απριλίου", "Μαΐου", "Ιουνίου", "Ιουλίου", "Αυγούστου", "Σεπτεμβρίου",
    "Οκτωβρίου", "Νοεμβρίου", "Δεκεμβρίου",
)  # fmt: skip
MONTHS_EN = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_NEAR_EL = {-2: "προχθές", -1: "χθες", 0: "σήμερα", 1: "αύριο", 2: "μεθαύριο"}
_NEAR_EN = {-2: "two days ago", -1: "yesterday", 0: "today", 1: "tomorrow"}
_LAST_WEEKS = 31  # days: beyond them a month says more than a number of weeks
_ELEVEN_MONTHS = 11
_DAYS_OF_MONTH = 30.44  # on average
_SHORTEST_SPAN = 30


def day_gender(weekday: int) -> str:
    """Return f for the days of the week (0 is Monday) and n for Saturday. Raise IndexError outside 0 to 6."""
    return "n" if DAYS_EL[weekday] == DAYS_EL[_SATURDAY] else "f"


def month_name(month: int, language: str, *, case: str = "nominative") -> str:
    """Return Μάρτιος, Μαρτίου (genitive) or Μάρτιο (accusative); "March". `month` is 1 to 12, else IndexError."""
    if not 1 <= month <= len(MONTHS_EL):
        raise IndexError(month)
    if language != "el":
        return MONTHS_EN[month - 1]
    if case == "genitive":
        return MONTHS_GENITIVE_EL[month - 1]
    return MONTHS_EL[month - 1].removesuffix("ς") if case == "accusative" else MONTHS_EL[month - 1]


def date_in_words(
    day: date, language: str, *, year: bool = False, weekday: bool = True, case: str = "nominative"
) -> str:
    """Return «Παρασκευή 27 Νοεμβρίου» or "Friday 27 November"; the first of a month is «1η Δεκεμβρίου».

    With case "accusative" it is when something happens: «την Παρασκευή 27 Νοεμβρίου», «το Σάββατο 28 Νοεμβρίου»,
    «την 1η Δεκεμβρίου», «στις 27 Νοεμβρίου»; "on Friday 27 November".
    """
    greek = language == "el"
    number = "1η" if greek and day.day == 1 else str(day.day)
    words = [number, month_name(day.month, language, case="genitive")]
    if weekday:
        words.insert(0, (DAYS_EL if greek else DAYS_EN)[day.weekday()])
    if year:
        words.append(str(day.year))
    if case == "accusative":
        words.insert(0, _at_the(words[0], day, weekday=weekday) if greek else "on")
    return " ".join(words)


def _at_the(first: str, day: date, *, weekday: bool) -> str:
    if not weekday:
        return "την" if day.day == 1 else "στις"
    return _the(first, day_gender(day.weekday()))


def _the(word: str, gender: str) -> str:
    if gender == "n":
        return "το"
    return "την" if keeps_nu(word) else "τη"


def on_weekday(weekday: int, language: str, *, every: bool = False) -> str:
    """Return «την Παρασκευή», «το Σάββατο», "on Friday"; with `every` «τις Παρασκευές», «τα Σάββατα», "on Fridays".

    `weekday` is 0 for Monday; raise IndexError outside 0 to 6.
    """
    gender = day_gender(weekday)
    if language != "el":
        return f"on {DAYS_EN[weekday]}{'s' if every else ''}"
    if every:
        return f"{'τα' if gender == 'n' else 'τις'} {_EVERY_DAY_EL[weekday]}"
    return f"{_the(DAYS_EL[weekday], gender)} {DAYS_EL[weekday]}"


def in_month(day: date, language: str, *, today: date) -> str:
    """Return «τον Μάρτιο» in the year of `today`, else «τον Μάρτιο του 2024»; "in March", "in March 2024"."""
    greek = language == "el"
    month = month_name(day.month, language, case="accusative")
    told = f"τον {month}" if greek else f"in {month}"
    if day.year == today.year:
        return told
    return f"{told} του {day.year}" if greek else f"{told} {day.year}"


def relative_day(day: date, language: str, *, today: date) -> str:
    """Return when `day` was, seen from `today`: το περασμένο Σάββατο, πριν από τρεις εβδομάδες, τον Μάρτιο του 2024.

    Weeks are rounded; from a month back it is the month. Days ahead are «αύριο», «το ερχόμενο Σάββατο», then the date.
    """
    greek = language == "el"
    days = (day - today).days
    near = (_NEAR_EL if greek else _NEAR_EN).get(days)
    if near:
        return near
    if 0 < abs(days) < 7:
        return _weekday_beside(day.weekday(), language, past=days < 0)
    if days > 0:
        return date_in_words(day, language, year=day.year != today.year, case="accusative")
    if -days <= _LAST_WEEKS:
        return _ago(-days, language)
    return _month_back(day, language, today=today)


def _weekday_beside(weekday: int, language: str, *, past: bool) -> str:
    if language != "el":
        return f"{'last' if past else 'this coming'} {DAYS_EN[weekday]}"
    neuter = day_gender(weekday) == "n"
    word = ("περασμένο" if past else "ερχόμενο") if neuter else ("περασμένη" if past else "ερχόμενη")
    return f"{'το' if neuter else 'την'} {word} {DAYS_EL[weekday]}"


def _ago(days: int, language: str) -> str:
    """«πριν από δέκα ημέρες», «πριν από τρεις εβδομάδες»: days between the first and the second week, then weeks."""
    if days == 7 or days >= 14:
        weeks = (days + 3) // 7
        told = _counted(weeks, language, ("εβδομάδα", "εβδομάδες"), ("week", "weeks"))
    else:
        told = _counted(days, language, ("ημέρα", "ημέρες"), ("day", "days"))
    return f"πριν από {told}" if language == "el" else f"{told} ago"


def _counted(number: int, language: str, greek: tuple[str, str], english: tuple[str, str]) -> str:
    one, many = greek if language == "el" else english
    return counted(number, language, one=one, many=many, gender="f", case="accusative")


def span_in_words(days: int, language: str) -> str:
    """Return how long `days` last, in whole months and then years: «έναν μήνα», «δύο μήνες», «πάνω από έναν χρόνο».

    In the accusative, as after «έχουμε να σας δούμε»; "two months", "over a year". Raise ValueError under 30 days.
    """
    if days < _SHORTEST_SPAN:
        raise ValueError(f"{days} days are told in days.")
    months = round(days / _DAYS_OF_MONTH)
    years, over = divmod(months, 12)
    if not years:
        one, many = ("μήνα", "μήνες") if language == "el" else ("month", "months")
        return counted(months, language, one=one, many=many, gender="m", case="accusative")
    one, many = ("χρόνο", "χρόνια") if language == "el" else ("year", "years")
    told = counted(years, language, one=one, many=many, gender="m", many_gender="n", case="accusative")
    if not over:
        return told
    if language == "el":
        return f"πάνω από {told}"
    return f"over {'a year' if years == 1 else told}"


def _month_back(day: date, language: str, *, today: date) -> str:
    months = (today.year - day.year) * 12 + today.month - day.month
    if day.year == today.year or months >= _ELEVEN_MONTHS:
        return in_month(day, language, today=today)
    if language == "el":
        return f"τον περασμένο {month_name(day.month, language, case='accusative')}"
    return f"last {month_name(day.month, language)}"
