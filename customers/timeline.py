"""The timeline of a person: what happened between us, from every app that knows something.

`customers` shows notes, purchases and cases; apps above add theirs (letters) by `register` in their `apps.py`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from customers.models import Contact


class Side(StrEnum):
    """Who moved: it decides the dot in the margin. The values are class names of the timeline's style."""

    US = "from-us"
    THEM = "from-them"
    INSIDE = "inside"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One line of the timeline, already in the reader's language.

    `said` holds words that reached the person or came from them, `text` our own; `private` text never leaves the house.
    """

    at: datetime
    title: str
    side: Side = Side.INSIDE
    said: str = ""
    text: str = ""
    detail: str = ""
    private: bool = False
    url: str = ""
    url_label: str = ""


Source = Callable[[Contact, int], Iterable[TimelineEntry]]
_sources: list[Source] = []


def register(source: Source) -> None:
    """`source(contact, limit)` gives the newest entries of one kind, at most `limit`, in the language in force."""
    if source not in _sources:
        _sources.append(source)


def timeline_of(contact: Contact, *, limit: int = 30) -> list[TimelineEntry]:
    """Return the newest `limit` entries of all sources, the newest first."""
    entries = [entry for source in _sources for entry in source(contact, limit)]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:limit]
