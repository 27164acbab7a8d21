"""The rehearsal of a list: its file read, its columns understood, every row staged with what it would do. Nothing else
is written."""

import datetime as dt
from collections.abc import Mapping
from itertools import islice

from django.conf import settings
from django.utils import timezone

import etiquette
from customers.imports.errors import ListError
from customers.imports.incoming import RowReader, names_in
from customers.imports.manners import Manners, manners_of
from customers.imports.mapping import (
    columns_by_name,
    columns_by_value,
    require_contact_columns,
    require_purchase_columns,
)
from customers.imports.matching import People
from customers.imports.planning import planned_contacts
from customers.imports.purchase_planning import LineReader, planned_purchases
from customers.imports.reading import read_list
from customers.imports.remembering import remembered_mapping
from customers.imports.staging import file_facts, finish_staging, last_time, understood
from customers.imports.values import learn_decimal_mark
from customers.models import ImportBatch, User

# Enough names to learn the order of a file, few enough to be read in no time.
NAMES_TO_LEARN_FROM = 3_000
MARK_FROM_ROWS = 2_000


def stage_contacts(
    *,
    data: bytes,
    file_name: str,
    by: User | None,
    now: dt.datetime,
    source: str = "",
    mapping: Mapping[str, str] | None = None,
    manners: Manners | None = None,
) -> ImportBatch:
    """Read the list in `data`, stage each of its rows and return the batch, rehearsed. Nothing else is
    written.

    `source` names the system whose codes these are; `mapping` ({column: field or ""}) overrides what such a list
    became last time, and our guess;
    `manners` is what is said of how everybody in it is addressed and who looks after them.
    Raise `ListError` when the file cannot be used; then nothing is left behind.
    """
    sheet = read_list(data)
    last = remembered_mapping(kind=ImportBatch.Kind.CONTACTS, source=source, headers=sheet.header)
    if sheet.header_row:
        wanted = mapping if mapping is not None or last is None else last.mapping
        columns = columns_by_name(sheet.header, list_kind="contacts", wanted=wanted)
    else:
        columns = columns_by_value(row.cells for row in islice(sheet.rows(), 200))
    require_contact_columns(columns)
    order = etiquette.learn_order(list(islice(names_in(columns, sheet.rows()), NAMES_TO_LEARN_FROM)))
    manners = manners or manners_of()
    reader = RowReader(columns, order, timezone.localdate(now), manners, settings.PHONE_REGION)

    batch = ImportBatch.objects.create(
        kind=ImportBatch.Kind.CONTACTS,
        source=source,
        created_by=by,
        **file_facts(data, file_name, sheet, columns),
        understood=understood(
            sheet, columns, rehearsed_at=now.isoformat(), order=order or "", **last_time(last, by_hand=mapping)
        ),
    )
    finish_staging(batch, planned_contacts(sheet, reader, People(source)))
    return _keep_manners(batch, manners)


def _keep_manners(batch: ImportBatch, manners: Manners) -> ImportBatch:
    """Note on the batch what was said of everybody in it, and of which categories there was nobody."""
    if said := manners.as_facts():
        batch.understood = batch.understood | {"manners": said, "unmet_categories": manners.unmet()}
        batch.save(update_fields=["understood"])
    return batch


def stage_purchases(
    *,
    data: bytes,
    file_name: str,
    by: User | None,
    now: dt.datetime,
    source: str = "",
    mapping: Mapping[str, str] | None = None,
) -> ImportBatch:
    """Read the invoices in `data`, stage each line and return the batch, rehearsed. Nothing else is written.

    Raise `ListError` when the file cannot be used; then nothing is left behind.
    """
    sheet = read_list(data, list_kind="purchases")
    if not sheet.header_row:
        raise ListError("purchases_no_header")
    last = remembered_mapping(kind=ImportBatch.Kind.PURCHASES, source=source, headers=sheet.header)
    wanted = mapping if mapping is not None or last is None else last.mapping
    columns = columns_by_name(sheet.header, list_kind="purchases", wanted=wanted)
    require_purchase_columns(columns)
    mark = learn_decimal_mark(columns.cell(row.cells, "amount") for row in islice(sheet.rows(), MARK_FROM_ROWS))
    reader = LineReader(columns, timezone.localdate(now), mark)

    batch = ImportBatch.objects.create(
        kind=ImportBatch.Kind.PURCHASES,
        source=source,
        created_by=by,
        **file_facts(data, file_name, sheet, columns),
        understood=understood(
            sheet, columns, rehearsed_at=now.isoformat(), decimal_mark=mark, **last_time(last, by_hand=mapping)
        ),
    )
    return finish_staging(batch, planned_purchases(sheet, reader, source))
