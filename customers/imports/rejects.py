"""The rows of a list that stayed out, or that somebody has to ask about, as a list to mend and bring again.

Each row is as it was in the file, with our reasons in one more column, which the next reading passes over.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from customers.imports.headers import SEVERAL_ALLOWED, usual_header
from customers.imports.mapping import Columns
from customers.imports.remarks import read_remark
from customers.imports.report import other_names, row_sentences, rows_to_show
from customers.models import ImportBatch, ImportRow

# Rows a query: short enough to hold nobody up, few enough queries.
CHUNK = 2_000
FILE_NAMES = {"refused": "left-out", "ask": "to-ask"}


def cells_to_mend(cells: Sequence[str], columns: Columns) -> list[str]:
    """Return the cells of a row as the file has them, for keeping.

    Of a remark that speaks of money or character only what we keep of it: its other words are stored nowhere.
    """
    # PostgreSQL keeps no NUL in a JSON value.
    kept = [cell.replace("\x00", "") for cell in cells]
    for index in columns.fields.get("remarks", ()):
        if index < len(kept) and (remark := read_remark(kept[index])).left_out:
            kept[index] = remark.note
    while len(kept) > len(columns.headers) and not kept[-1].strip():
        kept.pop()
    return kept


def can_be_mended(batch: ImportBatch) -> bool:
    """Return whether the rows of this list were kept as they were in the file: older imports did not."""
    return "header" in batch.understood


def rows_to_mend(batch: ImportBatch, *, show: str, language: str) -> Iterator[list[str]]:
    """Yield the header and the rows of class `show` ("refused", "ask"), with the reasons in words of `language`."""
    rows = rows_to_show(batch, show)
    header = _header(batch)
    widths = (len(cells) for cells in rows.values_list("cells", flat=True).iterator(chunk_size=CHUNK))
    width = max((len(header), *widths))
    with override(language):
        yield [*_padded(header, width), _("Why")]
    for chunk in _chunks(rows):
        names = other_names(chunk)
        with override(language):
            reasons = [" ".join(row_sentences(row, names)) for row in chunk]
        for row, reason in zip(chunk, reasons, strict=True):
            yield [*_padded(row.cells or _as_understood(batch, row.values), width), reason]


def _chunks(rows: QuerySet[ImportRow]) -> Iterator[list[ImportRow]]:
    last = 0
    while chunk := list(rows.filter(row_number__gt=last)[:CHUNK]):
        yield chunk
        last = chunk[-1].row_number


def _padded(cells: Sequence[str], width: int) -> list[str]:
    return [*cells, *[""] * (width - len(cells))]


def _header(batch: ImportBatch) -> list[str]:
    """Return the names of the columns; of a list without a header row the usual names of what they were taken for."""
    header = batch.understood["header"]
    if any(header):
        return header
    return [usual_header(batch.kind, field) if field else "" for field in _fields(batch)]


def _fields(batch: ImportBatch) -> list[str]:
    return [column["field"] for column in batch.understood["columns"]]


def _as_understood(batch: ImportBatch, values: Mapping[str, Any]) -> list[str]:
    """Return the cells of a row that was in order when it was read and could not come in later, as we read them."""
    texts = _person_texts(values) if batch.kind == ImportBatch.Kind.CONTACTS else _line_texts(values)
    cells = []
    for field in _fields(batch):
        cells.append(texts.get(field, ""))
        if field in SEVERAL_ALLOWED:
            texts[field] = ""  # all of them stand in the first
    return cells


def _person_texts(values: Mapping[str, Any]) -> dict[str, str]:
    fields, names = values["fields"], values["names"]
    birthday = (fields.get("birth_day"), fields.get("birth_month"), fields.get("birth_year"))
    return {
        **{name: str(fields.get(name, "")) for name in ("tax_number", "phone", "mobile", "street", "postcode", "city")},
        **{name: names.get(name, "") for name in ("first_name", "last_name", "company_name")},
        "code": values.get("code", ""),
        "name": fields["raw_name"],
        "email": ", ".join(values.get("emails", ())),
        "birthday": "/".join(str(part) for part in birthday if part),
        "category": values.get("tag", ""),
        "register": fields.get("register", ""),
        "remarks": values.get("remark", ""),
    }


def _line_texts(values: Mapping[str, Any]) -> dict[str, str]:
    customer = "customer_email" if "@" in values["customer"] else "customer_code"
    # The mark that a list without another hint is read with.
    numbers = {name: values[name].replace(".", ",") for name in ("quantity", "amount")}
    return {
        customer: values["customer"],
        "document": values["document"],
        "date": values["purchased_on"],
        "item": values["item"],
        "currency": values["currency"],
        **numbers,
    }
