"""Receiving a list: its file is kept, its beginning is read, and a person says what we misunderstood. No row of it is
staged yet."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, BinaryIO

from django.db import transaction

from customers import audit
from customers.imports import files
from customers.imports.applying import ApplyError
from customers.imports.manners import Manners
from customers.imports.understanding import look
from customers.models import ImportBatch, User

State = ImportBatch.State


def receive_list(
    *,
    file: BinaryIO,
    file_name: str,
    kind: str,
    by: User | None,
    now: dt.datetime,
    source: str = "",
    wanted: Mapping[str, Any] | None = None,
    manners: Manners | None = None,
) -> ImportBatch:
    """Keep the file of a list, read its beginning, and return the batch, received.

    `source` names the system whose codes these are; `wanted` is what a person said of the list beforehand (see
    `ImportBatch.wanted`), `manners` how everybody in it is addressed and who looks after them.
    Raise `ListError` when it is no list; then nothing is left behind.
    """
    seen = look(file, kind=kind, wanted=wanted or {})
    said = manners.as_facts() if manners else {}
    batch = ImportBatch.objects.create(
        kind=kind,
        state=State.STAGING,  # until the whole file is here
        file_name=file_name[:255],
        source=source,
        encoding=seen.sheet.encoding,
        delimiter=seen.sheet.delimiter,
        sheet=seen.sheet.name[:120],
        wanted=dict(wanted or {}),
        created_by=by,
    )
    try:
        kept = files.keep(batch, file)
    except Exception:
        files.drop(batch)
        raise
    batch.file_digest = kept.digest
    batch.understood = {
        "received_at": now.isoformat(),
        "size": kept.size,
        # A workbook is packed: the number of its line ends says nothing.
        "rows_expected": 0 if seen.heads else max(0, kept.lines - seen.sheet.header_row),
        **({"heads": seen.heads} if seen.heads else {}),
        **({"manners": said} if said else {}),
    }
    batch.state = State.RECEIVED
    batch.save(update_fields=["file_digest", "understood", "state"])
    return batch


@transaction.atomic
def correct(*, batch_id: int, wanted: Mapping[str, Any], manners: Mapping[str, Any] | None = None) -> ImportBatch:
    """Keep what a person said of a list before it is rehearsed (again): how it is read, what its columns become, what
    may be written over. `manners` (facts of `Manners`) replaces what was said of everybody in it.

    Raise `ApplyError` "not_received" when the list is past that, or somebody is just rehearsing it.
    """
    batch = ImportBatch.objects.select_for_update().get(pk=batch_id)
    if batch.state not in (State.RECEIVED, State.REHEARSED):
        raise ApplyError("not_received")
    batch.wanted = dict(wanted)
    if manners is not None:
        batch.understood = {**batch.understood, "manners": dict(manners)}
        if not manners:
            del batch.understood["manners"]
    batch.save(update_fields=["wanted", "understood"])
    return batch


def give_up(*, batch_id: int, by: User | None, now: dt.datetime) -> ImportBatch:
    """Delete a list that is not in, with its file and everything staged of it, and return what it was.

    Raise `ApplyError` "not_received" when it is in, coming in, or just being rehearsed.
    """
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update().get(pk=batch_id)
        if batch.state not in (State.RECEIVED, State.REHEARSED):
            raise ApplyError("not_received")
        # Out of everybody's reach first, as while a file is still coming: the rows of a long list go in more than one
        # piece. Should this process die on the way, the sweep deletes the rest as it does an upload that broke off.
        batch.state, batch.lease_until = State.STAGING, None
        batch.save(update_fields=["state", "lease_until"])
        audit.record("give_up_list", actor=by, now=now, obj=batch, facts={"rows": batch.row_count})
    files.drop(batch)
    return batch
