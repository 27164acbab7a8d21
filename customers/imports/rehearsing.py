"""The rehearsal of a list: its file read, its columns understood, every row staged with what it would do. Nothing else
is written.

In the request for a short list, by a worker for a long one. Each chunk of rows renews the hold on the batch, so that a
list whose process died is rehearsed anew, and one that somebody stopped goes no further.
"""

import datetime as dt
import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from functools import partial
from itertools import chain, islice
from typing import Any, BinaryIO

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

import etiquette
from customers import audit
from customers.bulk import many_objects
from customers.imports import files
from customers.imports.applying import LEASE, ApplyError, holder_name
from customers.imports.errors import ListError
from customers.imports.manners import Manners, manners_from
from customers.imports.mapping import Columns
from customers.imports.planning import planned_contacts
from customers.imports.purchase_lines import Line, LineReader
from customers.imports.purchase_planning import (
    Broken,
    DocumentsScatteredError,
    broken_documents,
    planned_purchases,
)
from customers.imports.reading import Sheet, read_list
from customers.imports.receiving import receive_list
from customers.imports.remembering import remembered_mapping
from customers.imports.row_reader import RowReader, names_in
from customers.imports.staging import last_time, stage_rows, understood
from customers.imports.understanding import columns_of, how_to_read
from customers.imports.values import learn_decimal_mark, writes_month_first
from customers.models import ImportBatch, User

State = ImportBatch.State
# Enough rows to learn how a file writes names and days, few enough to be read in no time.
ROWS_TO_LEARN_FROM = 3_000
LINES_TO_LEARN_FROM = 2_000
_NOTHING_STAGED = {"rows_done": 0, "row_count": 0, "counts": {}}
# Of what a batch knows, all that is not of its last rehearsal.
_STAYS = ("received_at", "size", "rows_expected", "heads", "manners")


def stage_contacts(
    *,
    data: bytes | BinaryIO,
    file_name: str,
    by: User | None,
    now: dt.datetime,
    source: str = "",
    mapping: Mapping[str, str] | None = None,
    manners: Manners | None = None,
    wanted: Mapping[str, Any] | None = None,
) -> ImportBatch:
    """Receive the list in `data` (bytes, or a file that can go back to its start), stage each of its rows and return
    the batch, rehearsed. Nothing else is written.

    `source` names the system whose codes these are; `mapping` ({column: field or ""}) overrides what such a list
    became last time, and our guess; `manners` is what is said of how everybody in it is addressed and who looks after
    them; `wanted` what else is said of the list (see `ImportBatch.wanted`).
    Raise `ListError` when the file cannot be used; then nothing is left behind.
    """
    said = _said(wanted, mapping)
    kind = ImportBatch.Kind.CONTACTS
    return _at_once(data, now, file_name=file_name, kind=kind, by=by, source=source, wanted=said, manners=manners)


def stage_purchases(
    *,
    data: bytes | BinaryIO,
    file_name: str,
    by: User | None,
    now: dt.datetime,
    source: str = "",
    mapping: Mapping[str, str] | None = None,
    wanted: Mapping[str, Any] | None = None,
) -> ImportBatch:
    """Receive the invoices in `data`, stage each line and return the batch, rehearsed. Nothing else is written.

    Raise `ListError` when the file cannot be used; then nothing is left behind.
    """
    said = _said(wanted, mapping)
    return _at_once(data, now, file_name=file_name, kind=ImportBatch.Kind.PURCHASES, by=by, source=source, wanted=said)


def _said(wanted: Mapping[str, Any] | None, mapping: Mapping[str, str] | None) -> dict[str, Any]:
    return {**(wanted or {}), **({} if mapping is None else {"mapping": dict(mapping)})}


def _at_once(data: bytes | BinaryIO, now: dt.datetime, **received: Any) -> ImportBatch:
    file = io.BytesIO(data) if isinstance(data, bytes) else data
    batch = receive_list(file=file, now=now, **received)
    try:
        return rehearse(batch_id=batch.pk, now=now, file=file)
    except ListError:
        files.drop(batch)
        raise


def rehearse(
    *,
    batch_id: int,
    now: dt.datetime | None = None,
    file: BinaryIO | None = None,
    clock: Callable[[], dt.datetime] = timezone.now,
) -> ImportBatch:
    """Stage the rows of a received list from its kept file and return the batch, rehearsed. What an earlier rehearsal
    staged goes. `file` is the same file, for whoever has it at hand.

    Raise `ListError` when the file cannot be used as it is read now: the list is received as before, with the reason in
    `understood["problem"]`. Raise `ApplyError` "not_received" when there is nothing to rehearse, "rehearsal_stopped"
    when somebody stopped it or another process has taken it over.
    """
    batch = ImportBatch.objects.get(pk=batch_id)
    holder = holder_name(clock())
    _take(batch, holder, now=clock())
    hold = partial(_keep_hold, batch, holder, clock)
    try:
        files.drop_rows(batch)
        with many_objects(), nullcontext(file) if file else files.opened(batch) as data:
            _stage(batch, data, now=now or clock(), hold=hold)
    except ListError as error:
        _give_back(batch, holder, problem={"code": error.code, "facts": dict(error.facts)})
        raise
    except ApplyError:
        raise
    except Exception:
        _give_back(batch, holder, problem={"code": "rehearsal_failed", "facts": {}})
        raise
    batch.state, batch.holder, batch.lease_until = State.REHEARSED, "", None
    with transaction.atomic():
        hold()
        batch.rows_done = 0
        batch.save()
    return batch


def ask_for_rehearsal(*, batch_id: int, now: dt.datetime) -> None:
    """Leave the rehearsal of a list to whichever worker comes first. Raise `ApplyError` "not_received"."""
    ready = ImportBatch.objects.filter(pk=batch_id, state__in=(State.RECEIVED, State.REHEARSED))
    # A hold that has ended already: the sweep rings for it when the first ring is lost.
    if not ready.update(state=State.STAGING, holder="", lease_until=now, **_NOTHING_STAGED):
        raise ApplyError("not_received")


def stop_rehearsal(*, batch_id: int, by: User | None, now: dt.datetime) -> None:
    """Stop the rehearsal of a list: it is received as before, and its process goes no further than its next chunk.

    Raise `ApplyError` "not_rehearsing" when it is over.
    """
    stopped = ImportBatch.objects.filter(pk=batch_id, state=State.STAGING).exclude(lease_until=None)
    if not stopped.update(state=State.RECEIVED, holder="", lease_until=None, rows_done=0):
        raise ApplyError("not_rehearsing")
    audit.record("stop_rehearsal", actor=by, now=now, obj=ImportBatch.objects.get(pk=batch_id))


def due_rehearsals(*, now: dt.datetime) -> list[int]:
    """Return the ids of the lists that nobody rehearses any more, or yet."""
    waiting = ImportBatch.objects.filter(state=State.STAGING, lease_until__lte=now).order_by("pk")
    return list(waiting.values_list("pk", flat=True))


def _take(batch: ImportBatch, holder: str, *, now: dt.datetime) -> None:
    free = Q(state__in=(State.RECEIVED, State.REHEARSED)) | Q(state=State.STAGING, lease_until__lte=now)
    taken = ImportBatch.objects.filter(free, pk=batch.pk).update(
        state=State.STAGING, holder=holder, lease_until=now + LEASE, **_NOTHING_STAGED
    )
    if not taken:
        raise ApplyError("not_received")
    batch.refresh_from_db()
    batch.understood = {name: batch.understood[name] for name in _STAYS if name in batch.understood}


def _keep_hold(batch: ImportBatch, holder: str, clock: Callable[[], dt.datetime]) -> None:
    mine = ImportBatch.objects.filter(pk=batch.pk, holder=holder, state=State.STAGING)
    if not mine.update(lease_until=clock() + LEASE, rows_done=batch.rows_done):
        raise ApplyError("rehearsal_stopped")


def _give_back(batch: ImportBatch, holder: str, *, problem: dict[str, Any]) -> None:
    """Leave the list received, with the reason why it could not be rehearsed."""
    ImportBatch.objects.filter(pk=batch.pk, holder=holder, state=State.STAGING).update(
        state=State.RECEIVED,
        holder="",
        lease_until=None,
        rows_done=0,
        understood={name: batch.understood[name] for name in _STAYS if name in batch.understood} | {"problem": problem},
    )


def _stage(batch: ImportBatch, file: BinaryIO, *, now: dt.datetime, hold: Callable[[], None]) -> None:
    sheet = read_list(file, list_kind=batch.kind, **how_to_read(batch, batch.wanted))
    last = remembered_mapping(kind=batch.kind, source=batch.source, headers=sheet.header)
    by_hand = batch.wanted.get("mapping")
    columns = columns_of(sheet, kind=batch.kind, said=by_hand, last=last)
    batch.encoding, batch.delimiter, batch.sheet = sheet.encoding, sheet.delimiter, sheet.name[:120]
    batch.mapping = columns.as_json()
    batch.understood |= understood(sheet, columns, rehearsed_at=now.isoformat(), **last_time(last, by_hand=by_hand))
    stage = _stage_contacts if batch.kind == ImportBatch.Kind.CONTACTS else _stage_purchases
    stage(batch, sheet, columns, now=now, hold=hold)


def _stage_contacts(
    batch: ImportBatch, sheet: Sheet, columns: Columns, *, now: dt.datetime, hold: Callable[[], None]
) -> None:
    order = etiquette.learn_order(list(islice(names_in(columns, sheet.rows()), ROWS_TO_LEARN_FROM)))
    said = batch.understood.get("manners", {})
    manners = manners_from(said)
    birthdays = (columns.cell(row.cells, "birthday") for row in islice(sheet.rows(), ROWS_TO_LEARN_FROM))
    reader = RowReader(
        columns,
        order,
        timezone.localdate(now),
        manners,
        settings.PHONE_REGION,
        keep_delicate=batch.wanted.get("keep_delicate", False),
        month_first=writes_month_first(filter(None, birthdays)),
    )
    batch.understood |= {"order": order or ""}
    stage_rows(batch, planned_contacts(batch, sheet, reader), hold=hold)
    if said:
        batch.understood |= {"unmet_categories": manners.unmet()}


def _stage_purchases(
    batch: ImportBatch, sheet: Sheet, columns: Columns, *, now: dt.datetime, hold: Callable[[], None]
) -> None:
    first = [row.cells for row in islice(sheet.rows(), LINES_TO_LEARN_FROM)]
    mark = learn_decimal_mark(columns.cell(cells, "amount") for cells in first)
    month_first = writes_month_first(columns.cell(cells, "date") for cells in first)
    reader = LineReader(columns, timezone.localdate(now), mark, month_first=month_first)
    batch.understood |= {"decimal_mark": mark}
    try:
        _stage_lines(batch, sheet, reader, hold, broken=None)
    except DocumentsScatteredError:
        files.drop_rows(batch)
        _stage_lines(batch, sheet, reader, hold, broken=broken_documents(_lines(sheet, reader)))


def _stage_lines(
    batch: ImportBatch, sheet: Sheet, reader: LineReader, hold: Callable[[], None], *, broken: Broken | None
) -> None:
    planned = planned_purchases(_lines(sheet, reader), columns=reader.columns, source=batch.source, broken=broken)
    stage_rows(batch, planned, hold=hold)


def _lines(sheet: Sheet, reader: LineReader) -> Iterator[Line]:
    return chain.from_iterable(map(reader.read, sheet.blocks()))
