"""How a list ends, in the few words its page begins with: numbers that add up to all of its rows."""

from collections.abc import Callable

from django.utils.formats import number_format
from django.utils.translation import ngettext, pgettext

from customers.models import ImportBatch, ImportRow

Action = ImportRow.Action
_OF_PEOPLE: dict[str, Callable[[int], str]] = {
    Action.NEW: lambda number: ngettext("%(number)s new contact", "%(number)s new contacts", number),
    Action.JOINED: lambda number: ngettext("%(number)s joined to another", "%(number)s joined to others", number),
    Action.CHANGED: lambda number: ngettext(
        "%(number)s that changes something", "%(number)s that change something", number
    ),
    Action.UNCHANGED: lambda number: ngettext(
        "%(number)s that changes nothing", "%(number)s that change nothing", number
    ),
    Action.REFUSED: lambda number: ngettext("%(number)s left out", "%(number)s that are left out", number),
}
_OF_PURCHASES = _OF_PEOPLE | {
    Action.NEW: lambda number: ngettext("%(number)s new line", "%(number)s new lines", number),
    Action.UNCHANGED: lambda number: ngettext(
        "%(number)s that is here already", "%(number)s that are here already", number
    ),
}


def writing_rows(batch: ImportBatch) -> int:
    """Return how many rows of a list write something: what is here already, just so, is read and left alone."""
    return sum(batch.counts.get(action, 0) for action in (Action.NEW, Action.JOINED, Action.CHANGED))


def in_numbers(batch: ImportBatch) -> str:
    """Return what becomes, or became, of all rows: "4 new contacts, 1 joined to another, 2 that are left out"."""
    words = _OF_PEOPLE if batch.kind == ImportBatch.Kind.CONTACTS else _OF_PURCHASES
    counted = [(word, batch.counts.get(action, 0)) for action, word in words.items()]
    said = [word(number) % {"number": number_format(number, force_grouping=True)} for word, number in counted if number]
    return ", ".join(said) or pgettext("rows", "none")


def unknown_customers(batch: ImportBatch) -> int:
    """Return how many lines of invoices stay out because nobody has the code or e-mail of their customer."""
    return batch.counts.get("reasons", {}).get("customer_unknown", 0)
