"""What the columns of a list were taken for when one with the same columns last came in: offered the next time.

Kept when somebody lets a list in, because then a person has seen what its columns became.
"""

import datetime as dt
import hashlib
from collections.abc import Sequence

import etiquette
from customers.imports.cleaning import clean_text
from customers.imports.headers import fields_of
from customers.models import ImportBatch, ImportMapping, User


def header_digest(headers: Sequence[str]) -> str:
    """Return what stands for a set of column names, in any order, case and accents; "" for a list without names."""
    names = sorted(filter(None, (etiquette.fold(clean_text(header)) for header in headers)))
    return hashlib.sha256("\n".join(names).encode()).hexdigest() if names else ""


def remembered_mapping(*, kind: str, source: str, headers: Sequence[str]) -> ImportMapping | None:
    """Return what such columns became last time, without fields that no longer exist; None the first time."""
    last = ImportMapping.objects.filter(kind=kind, source=source, header_digest=header_digest(headers)).first()
    if last is not None:
        known = fields_of(kind)
        last.mapping = {name: field for name, field in last.mapping.items() if not field or field in known}
    return last


def remember_mapping(batch: ImportBatch, *, by: User | None, now: dt.datetime) -> None:
    """Keep what the columns of a list that came in became, and what was said of everybody in it."""
    digest = header_digest(batch.understood.get("header", []))
    if not digest:
        return
    ImportMapping.objects.update_or_create(
        kind=batch.kind,
        source=batch.source,
        header_digest=digest,
        defaults={
            "mapping": batch.mapping,
            "options": batch.understood.get("manners", {}),
            "confirmed_at": now,
            "confirmed_by": by,
        },
    )
