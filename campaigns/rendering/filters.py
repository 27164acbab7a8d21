"""The filters and tests that an author may use: plain values in, plain values out.

Each is charged and bounded by the wrapper in environment.py; what can grow by more than its input is measured
here first.
"""

import re
import unicodedata
from collections.abc import Callable

from jinja2 import Undefined

from .grammar import GRAMMAR
from .state import LONGEST_STRING, NUMBERS, EmptyFact, Refusal, bounded, plain

# Τσάι: the accent keeps the two vowels apart, and where it falls a diaeresis does (ΤΣΑΪ).
_APART = re.compile("(?<=[άέόΆΈΌ])[ιυΙΥ]")
_DIAERESIS = {"ι": "ϊ", "υ": "ϋ", "Ι": "Ϊ", "Υ": "Ϋ"}


def _upper(value: object) -> str:
    """Capitals as Greek writes them, without accents: Παπαδόπουλος gives ΠΑΠΑΔΟΠΟΥΛΟΣ, Μάιος gives ΜΑΪΟΣ."""
    out: list[str] = []
    for character in _APART.sub(lambda found: _DIAERESIS[found[0]], plain(value)).upper():
        if "\u0370" <= character <= "\u03ff" or "\u1f00" <= character <= "\u1fff":
            character = unicodedata.normalize("NFC", unicodedata.normalize("NFD", character).replace("\u0301", ""))
        out.append(character)
    return "".join(out)


def _length(value: object) -> int:
    if isinstance(value, (str, list, tuple, range)):
        return len(value)
    raise Refusal("wrong_kind")


def _replace(value: object, old: object, new: object) -> str:
    text, before, after = plain(value), plain(old), plain(new)
    if not before:
        raise Refusal("wrong_kind")
    if text.count(before) * len(after) > LONGEST_STRING:
        raise Refusal("value_too_long", limit=LONGEST_STRING)
    return text.replace(before, after)


def _join(value: object, separator: object = "") -> str:
    if not isinstance(value, (list, tuple, range)):
        raise Refusal("not_a_list")
    between = plain(separator)
    if len(between) * len(value) > LONGEST_STRING:
        raise Refusal("value_too_long", limit=LONGEST_STRING)
    return between.join([plain(item) for item in value])


def _ends(index: int) -> Callable[[object], object]:
    def one(value: object) -> object:
        if not isinstance(value, (str, list, tuple, range)):
            raise Refusal("wrong_kind")
        return value[index] if value else EmptyFact()

    return one


def _round(value: object, precision: int = 0) -> object:
    if not isinstance(value, NUMBERS) or type(precision) is not int or not 0 <= precision <= 6:
        raise Refusal("wrong_kind")
    return round(value, precision) if precision else round(value)


def _int(value: object) -> int:
    return int(plain(value)) if isinstance(value, str) and len(value) <= 15 else int(float(plain(value)))


def _format(value: str, *arguments: object) -> str:
    return plain(value) % tuple(bounded(argument) for argument in arguments)


FILTERS: dict[str, Callable[..., object]] = {
    "upper": _upper,
    "lower": lambda value: plain(value).lower(),
    "title": lambda value: plain(value).title(),
    "capitalize": lambda value: plain(value).capitalize(),
    "trim": lambda value: plain(value).strip(),
    "length": _length,
    "count": _length,
    "replace": _replace,
    "first": _ends(0),
    "last": _ends(-1),
    "join": _join,
    "round": _round,
    "abs": lambda value: abs(value),
    "int": _int,
    "string": lambda value: plain(value),
    "format": _format,
    **GRAMMAR,
    "default": lambda value, instead="", boolean=False: value,  # the environment's own, below, sees the empty value too
}
FILTERS["d"] = FILTERS["default"]

TESTS: dict[str, Callable[..., bool]] = {
    "defined": lambda value: not isinstance(value, Undefined),
    "undefined": lambda value: isinstance(value, Undefined),
    "none": lambda value: isinstance(value, Undefined),
    "odd": lambda value: value % 2 == 1,
    "even": lambda value: value % 2 == 0,
}
