"""What the columns of a list were taken for when one with the same columns last came in: offered the next time.

Kept when somebody lets a list in, because then a person has seen what its columns became.
"""

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import etiquette
from customers.imports.cleaning import clean_text
from customers.imports.headers import fields_of
from customers.models import ImportBatch, ImportMapping, User

_RULES = "rules"


def header_digest(headers: Sequence[str]) -> str:
    """Return what stands for a set of column names, in any order, case and accents; "" for a list without names."""
    names = sorted(filter(None, (etiquette.fold(clean_text(header)) for header in headers)))
    return hashlib.sha256("\n".join(names).encode()).hexdigest() if names else ""


@dataclass(frozen=True)
class Remembered:
    """What a list with the same columns was taken for. `mapping` is {column: field or ""}; `manners` are facts of
    `Manners`, `rules` is {field: rule}: both are offered, and never taken by themselves."""

    mapping: Mapping[str, str]
    manners: Mapping[str, Any]
    rules: Mapping[str, str]
    confirmed_at: dt.datetime


def remembered_mapping(*, kind: str, source: str, headers: Sequence[str]) -> Remembered | None:
    """Return what such columns became last time, without fields that no longer exist; None the first time."""
    last = ImportMapping.objects.filter(kind=kind, source=source, header_digest=header_digest(headers)).first()
    if last is None:
        return None
    known = fields_of(kind)
    manners = dict(last.options)
    return Remembered(
        mapping={name: field for name, field in last.mapping.items() if not field or field in known},
        rules=manners.pop(_RULES, {}),
        manners=manners,
        confirmed_at=last.confirmed_at,
    )


def remember_mapping(batch: ImportBatch, *, by: User | None, now: dt.datetime) -> None:
    """Keep what the columns of a list that came in became, what they were written over, and what was said of everybody
    in it."""
    digest = header_digest(batch.understood.get("header", []))
    if not digest:
        return
    rules = batch.wanted.get("rules", {})
    ImportMapping.objects.update_or_create(
        kind=batch.kind,
        source=batch.source,
        header_digest=digest,
        defaults={
            "mapping": batch.mapping,
            "options": batch.understood.get("manners", {}) | ({_RULES: rules} if rules else {}),
            "confirmed_at": now,
            "confirmed_by": by,
        },
    )
