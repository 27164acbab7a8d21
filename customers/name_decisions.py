"""What people decided about names, kept by the raw name: a suggestion for whoever is written alike.

A decision is remembered when a person types or confirms names, the newest wins, and it is forgotten when nothing of
it is typed any more. `overlay_for` brings what concerns some raw names to `etiquette`, in one statement.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db.models import Q

import etiquette
from customers.models import Contact, NameDecision, User
from customers.naming import PEOPLE, SETTLING_FIELDS

_KEY_LENGTH = NameDecision._meta.get_field("key").max_length
# Three lists of them in one statement stay under the 32,766 variables that SQLite takes.
_LOOKED_UP = 5_000
_EDGES = "\"'«»“”.,;:()[]{}-/"


def key_of(raw_name: str) -> str:
    """Return the key of a raw name as the table keeps it."""
    return etiquette.key_of_name(raw_name)[:_KEY_LENGTH]


def remember_names(contact: Contact, *, by: User | None, now: datetime) -> None:
    """Keep what people have decided about this contact's names for whoever is written alike; the newest wins.

    Forgets the earlier decision when neither the name nor how they are called is typed by a person any more.
    """
    if not contact.raw_name or not key_of(contact.raw_name):
        return
    typed = set(contact.typed_fields)
    settled = bool(typed & SETTLING_FIELDS) and not _in_capitals(contact)
    known_as = contact.known_as if "known_as" in typed else ""
    if not settled and not known_as:
        forget_names(contact.raw_name)
        return
    names = {"kind": "", "first_name": "", "last_name": "", "company_name": "", "gender": ""}
    if settled:
        names = {field: getattr(contact, field) for field in names}
    NameDecision.objects.update_or_create(
        key=key_of(contact.raw_name),
        defaults={
            **names,
            "known_as": known_as,
            "first_key": etiquette.key_of_first_name(names["first_name"]),
            "last_key": etiquette.key_of_surname(names["last_name"]),
            "decided_by": by,
            "decided_at": now,
        },
    )


def _in_capitals(contact: Contact) -> bool:
    """Whoever typed a person's name in capitals has not said where its accents stand."""
    words = f"{contact.first_name} {contact.last_name}".split()
    return contact.kind in PEOPLE and any(word.isupper() and len(word) > 2 for word in words)


def forget_names(raw_name: str) -> None:
    """Delete what was decided about a raw name: it is no suggestion for anybody any more."""
    NameDecision.objects.filter(key=key_of(raw_name)).delete()


def overlay_for(raw_names: Iterable[str]) -> etiquette.Overlay | None:
    """Return the earlier decisions that concern these raw names or a word of them; None when there are none.

    One statement per 5,000 names and words.
    """
    if not NameDecision.objects.exists():
        return None
    keys = {key_of(raw_name) for raw_name in raw_names if raw_name} - {""}
    words = {word.strip(_EDGES) for key in keys for word in key.split()} - {""}
    names: dict[str, etiquette.Decision] = {}
    first_names: dict[str, str] = {}
    surnames: dict[str, str] = {}
    for row in _rows_about(sorted(keys | words)):
        if row.key in keys:
            names[row.key] = _decision(row)
        if row.first_key in words:
            first_names[row.first_key] = row.first_name
        if row.last_key in words:
            surnames[row.last_key] = row.last_name
    return etiquette.Overlay(names, first_names, surnames) if names or first_names or surnames else None


def _rows_about(wanted: list[str]) -> Iterator[NameDecision]:
    """Yield the decisions about these names and words; the newest last, to win where two decided differently."""
    for start in range(0, len(wanted), _LOOKED_UP):
        part = wanted[start : start + _LOOKED_UP]
        # The conditions of the partial indexes are said again: the database takes an index only when they are.
        of_first = Q(first_key__in=part) & ~Q(first_key="")
        of_last = Q(last_key__in=part) & ~Q(last_key="")
        yield from NameDecision.objects.filter(Q(key__in=part) | of_first | of_last).order_by("decided_at", "pk")


def _decision(row: NameDecision) -> etiquette.Decision:
    return etiquette.Decision(
        kind=row.kind,
        first=row.first_name,
        last=row.last_name,
        company_name=row.company_name,
        gender=row.gender or Contact.Gender.UNKNOWN.value,
        known_as=row.known_as,
    )
