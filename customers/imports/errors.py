"""The two ways in which reading a list can fail: the whole file (`ListError`), or one cell (`CellError`).

Both carry a code and facts; the sentence is made by `words` when somebody reads it.
"""

from collections.abc import Mapping
from typing import Any

# Long enough to recognise the cell, short enough for a table and a stored fact.
SHOWN_VALUE_LENGTH = 80


class ListError(Exception):
    """The file cannot be used as a list. `code` is one of `words.LIST_SENTENCES`, `facts` fill its places."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts: Mapping[str, Any] = facts


class CellError(ValueError):
    """One cell cannot be used. `code` says why, `hint` what to write instead ("" when we cannot know)."""

    def __init__(self, code: str, hint: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.hint = hint


def shown(value: object) -> str:
    """Return `value` as text on one line, at most 80 characters, for a reason's facts."""
    # PostgreSQL keeps no NUL in a JSON value, and nobody could read the other control characters.
    text = str(value)
    if not text.isprintable():
        text = "".join(letter if letter.isprintable() else " " for letter in text)
    text = " ".join(text.split())
    return text if len(text) <= SHOWN_VALUE_LENGTH else text[: SHOWN_VALUE_LENGTH - 1] + "…"


def cell_note(error: CellError, *, row: int, column: str, value: object) -> dict[str, Any]:
    """Return the stored form of a refused cell: {"code", "facts": {"row", "column", "value", "hint"}}."""
    facts = {"row": row, "column": column, "value": shown(value), "hint": error.hint}
    return {"code": error.code, "facts": facts}
