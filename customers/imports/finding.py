"""Which rows of a list a page shows: those of one class, that change one field, that have one reason, that are called
so. A page at a time, by the number of the row: the last page of a long list is as near as the first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet, TextField
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

import etiquette
from customers.imports.reason_kinds import REASON_KINDS, kind_of_reason
from customers.imports.report import SHOWS, rows_to_show
from customers.models import ImportBatch, ImportRow

PAGE_ROWS = 50
LONGEST_TEXT = 60
_HIGHEST_ROW = 10**9
# What a filter calls a field of Contact, or those that only change together.
_FIELDS = {
    "birth_day": "birthday", "birth_month": "birthday", "birth_year": "birthday", "raw_name": "name",
    "first_name": "name", "last_name": "name", "company_name": "name", "titles": "name", "kind": "name",
    "gender": "name", "owner_id": "owner", "is_customer": "category", "is_supplier": "category",
    "is_partner": "category", "is_friend": "category",
}  # fmt: skip
FIELDS = (
    "name", "email", "phone", "mobile", "street", "postcode", "city", "tax_number", "birthday", "category", "register",
    "owner", "extra",
)  # fmt: skip
_CHANGING = (ImportRow.Action.CHANGED, ImportRow.Action.JOINED)
# What a row of each kind is looked up by.
_TEXTS = {
    ImportBatch.Kind.CONTACTS: ("as_written",),
    ImportBatch.Kind.PURCHASES: ("document", "customer", "item"),
}
# Rows looked through for a text before a page is shown: the accents of their names are only read here.
LOOKED_THROUGH = 40_000
_AT_ONCE = 2_000


@dataclass(frozen=True)
class Wish:
    """Which rows are wanted. `after` and `before` are the row numbers a page begins behind or ends before."""

    show: str = "all"
    field: str = ""
    reason: str = ""
    text: str = ""
    after: int = 0
    before: int = 0

    @property
    def query(self) -> str:
        """Return the query of an address that asks for this, "" for everything."""
        said = {name: value for name, value in vars(self).items() if value and value != "all"}
        return urlencode(said)

    def but(self, **changes: Any) -> str:
        """Return the query of an address that asks for this but for `changes`, from the first row on."""
        return replace(self, **({"after": 0, "before": 0} | changes)).query


@dataclass(frozen=True)
class Found:
    """One page of rows, and the queries of its neighbours ("" where there is none). `looked_to`: the row up to which a
    text was looked for, when that is not all of them."""

    rows: list[ImportRow]
    earlier: str
    further: str
    looked_to: int = 0


def wish_of(asked: Mapping[str, str]) -> Wish:
    """Return what an address asks for. Raise `ValueError` for one that means nothing."""
    wish = Wish(
        show=asked.get("show") or "all",
        field=asked.get("field", ""),
        reason=asked.get("reason", ""),
        text=asked.get("text", "").strip()[:LONGEST_TEXT],
        after=_number(asked.get("after")),
        before=_number(asked.get("before")),
    )
    if wish.show not in SHOWS or (wish.field and wish.field not in FIELDS):
        raise ValueError("no such rows")
    if wish.reason and wish.reason not in REASON_KINDS:
        raise ValueError("no such reason")
    return wish


def _number(text: str | None) -> int:
    if not text:
        return 0
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        raise ValueError("no row number")
    return int(text)


def find_rows(batch: ImportBatch, wish: Wish) -> Found:
    """Return the wanted page of rows, in the order of the file."""
    rows = _wanted(batch, wish)
    backwards = bool(wish.before)
    rows = rows.filter(row_number__lt=wish.before) if backwards else rows.filter(row_number__gt=wish.after)
    rows = rows.order_by("-row_number" if backwards else "row_number")
    looked_to = 0
    if wish.text:
        numbers, looked_to = _called(batch, rows, wish.text)
        rows = batch.rows.filter(row_number__in=numbers).order_by(*rows.query.order_by)
    page = list(rows.select_related("contact")[: PAGE_ROWS + 1])
    more, page = len(page) > PAGE_ROWS or bool(looked_to), page[:PAGE_ROWS]
    last = looked_to or (page[-1].row_number if page else 0)
    if backwards:
        page.reverse()
        earlier, further = wish.but(before=last) if more else "", wish.but(after=wish.before - 1)
    else:
        earlier, further = wish.but(before=wish.after + 1) if wish.after else "", wish.but(after=last) if more else ""
    return Found(page, earlier, further, looked_to)


def _wanted(batch: ImportBatch, wish: Wish) -> QuerySet[ImportRow]:
    rows = rows_to_show(batch, wish.show)
    if wish.field:
        keys = [name for name, field in _FIELDS.items() if field == wish.field] or [wish.field]
        rows = rows.filter(action__in=_CHANGING, values__changes__has_any_keys=keys)
    if wish.reason:
        # As text, because a list of notes cannot be asked for one of its codes on SQLite.
        rows = rows.annotate(notes_text=Cast("notes", TextField()))
        codes = [code for code in _codes_of(batch) if kind_of_reason(code) == wish.reason]
        condition = Q(reason_code__in=codes)
        for code in codes:
            condition |= Q(notes_text__contains=f'"{code}"')
        rows = rows.filter(condition)
    return rows


def _codes_of(batch: ImportBatch) -> list[str]:
    return sorted({**batch.counts.get("reasons", {}), **batch.counts.get("notes", {})})


def _called(batch: ImportBatch, rows: QuerySet[ImportRow], text: str) -> tuple[list[int], int]:
    """Return (the numbers of the first rows that are called so, at most one more than a page has; the row up to which
    was looked, 0 when that was far enough)."""
    if text.isascii() and text.isdigit() and batch.kind == ImportBatch.Kind.CONTACTS:
        return list(rows.filter(row_number=min(int(text), _HIGHEST_ROW)).values_list("row_number", flat=True)), 0
    words = etiquette.fold(text).split()
    keys = [KT(f"values__{key}") for key in _TEXTS[batch.kind]]
    found: list[int] = []
    looked, number = 0, 0
    for number, *texts in rows.values_list("row_number", *keys)[:LOOKED_THROUGH].iterator(chunk_size=_AT_ONCE):
        looked += 1
        folded = etiquette.fold(" ".join(filter(None, texts)))
        if str(number) == text or all(word in folded for word in words):
            found.append(number)
            if len(found) > PAGE_ROWS:
                return found, 0
    return found, number if looked == LOOKED_THROUGH else 0


def changed_fields(batch: ImportBatch) -> list[tuple[str, int]]:
    """Return (field, how many rows change it) of each field that the list changes."""
    counts: dict[str, int] = {}
    for name, number in batch.understood.get("changed_fields", {}).items():
        field = _FIELDS.get(name, name)
        if field in FIELDS:
            counts[field] = max(counts.get(field, 0), number)
    return [(field, counts[field]) for field in FIELDS if field in counts]


def reasons(batch: ImportBatch) -> list[tuple[str, int]]:
    """Return (kind of reason, how many rows have it at least) of each that the list has."""
    counts: dict[str, int] = {}
    said, noted = batch.counts.get("reasons", {}), batch.counts.get("notes", {})
    for code in _codes_of(batch):
        kind = kind_of_reason(code)
        counts[kind] = counts.get(kind, 0) + max(said.get(code, 0), noted.get(code, 0))
    return _in_order(counts)


def _in_order(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    order: Iterable[str] = REASON_KINDS
    return [(kind, counts[kind]) for kind in order if kind in counts]
