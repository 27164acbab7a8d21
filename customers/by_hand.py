"""What a colleague may write or say by hand to somebody we send no letters to: apps above offer words, per stop sign.

`customers` knows why somebody is not written to, and apps above know words: they register them in their `apps.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from customers.models import Contact


@dataclass(frozen=True)
class HandWords:
    """Plain text for a card or a call, in the language of whoever reads it, not of the page; and what it is called."""

    title: str
    text: str
    language: str


Source = Callable[[Contact, date], HandWords]
_sources: dict[str, Source] = {}


def offer_by_hand(stop_code: str, source: Source) -> None:
    """`source(contact, today)` gives words for whoever this stop sign keeps letters from."""
    _sources[stop_code] = source


def words_by_hand(contact: Contact, stop_code: str, *, today: date) -> HandWords | None:
    """Return the words for a contact whom this sign stops, None where nobody offers any; then nothing is read."""
    source = _sources.get(stop_code)
    return source(contact, today) if source else None
