"""Greetings to begin from: one for each occasion, language and manner of address, for staff to make their own.

Every personal sentence is optional: a starter reads well for somebody of whom we know only the name. How they were
written, and all of them as they are read: `docs/starters.md`.
"""

from campaigns.writing.starters import english_all_year, english_feasts, greek_all_year, greek_feasts
from campaigns.writing.starters.starter import Starter

__all__ = ["STARTERS", "Starter", "starters_for"]

STARTERS: tuple[Starter, ...] = (
    *greek_feasts.STARTERS,
    *greek_all_year.STARTERS,
    *english_feasts.STARTERS,
    *english_all_year.STARTERS,
)


def starters_for(occasion: str) -> tuple[Starter, ...]:
    """Return the starters of an occasion, at most one per language and register; none for our own occasions."""
    return tuple(starter for starter in STARTERS if starter.occasion == occasion)
