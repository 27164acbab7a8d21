"""One rendering while it runs: its values, its budget, and what "empty" means.

A thread cannot be stopped from outside, so each step pays as it works: loop turns, `~`, `+`, filters, writes.
Emptiness travels: whatever is made from an empty fact is empty itself, and only writing it is an error. So
`{{ city|upper }}` and `{{ city }}` behave alike, and an optional sentence notices both.
"""

import math
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from jinja2 import Undefined

BUDGET = 600_000  # characters and turns of one rendering; an ordinary letter spends about 2,000
LONGEST_STRING = 20_000  # characters of any value in between, so that one comparison stays in microseconds
LARGEST_NUMBER = 10**15
DROP = "\x00"  # written in place of an empty fact inside [[ ]]; cleaned out of every value
NUMBERS = (int, float, Decimal)

_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_BLANKS = str.maketrans({character: " " for character in "\t\x0b\x0c\x85\u2028\u2029"})


class Refusal(Exception):
    """A step that is not allowed or not possible; becomes a RenderError with the place."""

    def __init__(self, code: str, **facts: object) -> None:
        self.code, self.facts = code, facts
        super().__init__(code)


class EmptyFact(Undefined):
    """A fact that this person lacks: false in a condition, nothing in a loop, never on paper."""

    __slots__ = ("key", "spelling")

    def __init__(self, key: str = "", spelling: str = "") -> None:
        super().__init__(name=key)
        self.key, self.spelling = key, spelling

    def _false(self, other: object) -> bool:
        return False

    __lt__ = __le__ = __gt__ = __ge__ = _false

    def __getitem__(self, item: object) -> "EmptyFact":
        return self


class Rendering:
    """One letter while it is written: its values, the rest of the budget, the facts written so far."""

    __slots__ = ("dropped", "left", "medium", "optional_starts", "used", "values", "words")

    def __init__(self, values: Mapping[str, object]) -> None:
        self.values = values
        self.left = BUDGET
        self.medium = "subject"
        self.used: list[str] = []
        self.optional_starts: list[int] = []
        self.words: dict[str, str] = {}  # facts as they are written, each made ready once for all three parts
        self.dropped: set[int] = set()  # optional sentences left out, by their ordinal

    def charge(self, units: int) -> None:
        self.left -= units
        if self.left < 0:
            raise Refusal("budget_spent")


def cleaned(text: str) -> str:
    """Return `text` as a plain string, LF line ends, no control characters, no halves of surrogate pairs."""
    if type(text) is not str:
        text = str.__str__(text)  # a Markup would otherwise walk past the escaping
    if text.isprintable() or _CONTROLS.search(text) is None:
        return text
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n").translate(_BLANKS))


def is_empty(value: object) -> bool:
    """True for None, blank text and an empty list. Zero is a number like any other."""
    if isinstance(value, str):
        return not value or value.isspace()
    return value is None or (isinstance(value, (list, tuple, Undefined)) and not value)


def plain(value: object) -> str:
    if type(value) is str:
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, NUMBERS) and not isinstance(value, bool) and math.isfinite(value):
        return str(round(value, 9) if isinstance(value, float) else value)  # 0.1 + 0.2 is 0.3 on paper
    raise Refusal("wrong_kind")


def bounded(value: Any) -> Any:
    if isinstance(value, str):
        if len(value) > LONGEST_STRING:
            raise Refusal("value_too_long", limit=LONGEST_STRING)
    elif isinstance(value, NUMBERS) and not (math.isfinite(value) and abs(value) <= LARGEST_NUMBER):
        raise Refusal("number_too_large")
    return value
