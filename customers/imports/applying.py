"""Letting a rehearsed list in: chunk by chunk, one list at a time, resumable where it was killed.

Each chunk is one transaction with its data, its undo values and the mark how far the list is in
(`ImportBatch.applied_through`). Never one transaction for a file: on SQLite everybody else would wait, and fail after
20 seconds.
"""

import datetime as dt
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from time import monotonic
from typing import Any

from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from customers import audit
from customers.bulk import has_grown, many_objects
from customers.imports import files
from customers.imports.contact_rows import apply_contact_rows
from customers.imports.purchase_rows import LONG, apply_purchase_rows, settle_stopped, settle_summaries
from customers.imports.remembering import remember_mapping
from customers.imports.rows import StagedLine, StagedRow, next_lines, next_rows, store_rows
from customers.imports.staging import CHUNK, counted
from customers.models import ImportBatch, ImportRow, User
from customers.search import WordBook
from customers.writing_turn import TurnToWrite, let_others_write

State = ImportBatch.State
Chunk = list[StagedRow] | list[StagedLine]
_NEXT = {ImportBatch.Kind.CONTACTS: next_rows, ImportBatch.Kind.PURCHASES: next_lines}
# Renewed by every chunk, which takes a second or two. Long enough for a slow disk, short enough to go on by
# itself.
LEASE = dt.timedelta(seconds=120)


class ApplyError(Exception):
    """The batch cannot be applied or undone now. `code` is one of `words.APPLY_SENTENCES`."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


def apply_batch(*, batch_id: int, by: User | None, clock: Callable[[], dt.datetime] = timezone.now) -> ImportBatch:
    """Apply what is left of a rehearsed batch and return it, applied. Calling it twice does no harm.

    Raise `ApplyError`: not_rehearsed, another_running, rehearsal_outdated, or stopped (somebody else took
    it over).
    """
    batch = ImportBatch.objects.get(pk=batch_id)
    if batch.state == State.APPLIED:
        return batch
    holder = claim(batch, from_states=(State.REHEARSED, State.STOPPED), now=clock(), undoing=False)
    work_through(
        batch,
        holder,
        next_rows=partial(_NEXT[batch.kind], batch, CHUNK),
        do=partial(_apply_chunk, batch, WordBook()),
        finish=partial(_finish, batch, by=by),
        clock=clock,
    )
    files.forget(batch)
    return batch


def work_through(
    batch: ImportBatch,
    holder: str,
    *,
    next_rows: Callable[[], Chunk],
    do: Callable[..., None],
    finish: Callable[..., None],
    clock: Callable[[], dt.datetime],
) -> None:
    """Call `do(chunk, now=)` with the next of `next_rows()`, a transaction a chunk, then settle the summaries, some a
    transaction, then `finish(now=)`.

    Each chunk renews the hold first, and `do` marks the batch, so that a killed run goes on where it was.
    """
    since = monotonic()
    if batch.row_count > LONG:
        has_grown(ImportRow)
    with many_objects(), given_back_on_error(batch, holder):
        while True:
            since = let_others_write(since)
            with TurnToWrite(), transaction.atomic():
                now = clock()
                keep_hold(batch, holder, now=now)
                chunk = next_rows()
                if chunk:
                    do(chunk, now=now)
                    chunk = None  # let go of, before the next is read
                elif not settle_summaries(batch):
                    finish(now=now)
                    return


def _asker_key(undoing: bool) -> str:
    return "undo_asked_by" if undoing else "import_asked_by"


@transaction.atomic
def keep_asker(batch: ImportBatch, *, by: User, undoing: bool) -> None:
    """Note who pressed the button of a list that a worker will take: the trail names them, not who uploaded it."""
    held = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if held.state != State.APPLYING:  # what runs already has its asker
        held.understood = held.understood | {_asker_key(undoing): by.pk}
        held.save(update_fields=["understood"])


def asker_of(batch: ImportBatch, *, undoing: bool) -> User | None:
    """Return who asked for this import or its undoing; who uploaded the list when nobody was noted."""
    return User.objects.filter(pk=batch.understood.get(_asker_key(undoing))).first() or batch.created_by


@contextmanager
def given_back_on_error(batch: ImportBatch, holder: str) -> Iterator[None]:
    """Leave the batch stopped when something unexpected happens: it can go on or be taken back at once, and
    no sweep tries the same again and again. A killed process leaves it as it is, for the sweep to find."""
    try:
        yield
    except Exception:
        mine = ImportBatch.objects.filter(pk=batch.pk, holder=holder)
        mine.update(state=State.STOPPED, holder="", lease_until=timezone.now())
        if not ImportBatch.objects.filter(pk=batch.pk, state=State.APPLYING).exists():
            with suppress(DatabaseError):  # the error to tell is the first
                settle_stopped(batch)
        raise


def _apply_chunk(batch: ImportBatch, words: WordBook, rows: Chunk, *, now: dt.datetime) -> None:
    """`words` knows the search words met so far: nobody takes words away while a list comes in."""
    if batch.kind == ImportBatch.Kind.CONTACTS:
        changed = apply_contact_rows(batch, rows, words, now=now)
    else:
        changed = apply_purchase_rows(batch, rows)
    store_rows(changed)
    mark(batch, through=rows[-1].row_number, done=batch.rows_done + len(rows))


def mark(batch: ImportBatch, *, through: int, done: int) -> None:
    """Note, in the chunk's own transaction, up to which row the list is in and how many rows that are."""
    batch.applied_through, batch.rows_done = through, done
    batch.save(update_fields=["applied_through", "rows_done"])


def holder_name(now: dt.datetime) -> str:
    """Return what this process is called as the holder of a list since `now`."""
    return f"{socket.gethostname()}:{os.getpid()}:{now.timestamp():.6f}"


def claim(batch: ImportBatch, *, from_states: tuple[str, ...], now: dt.datetime, undoing: bool) -> str:
    """Take the one place for work on an import by a conditional UPDATE; return the holder's name.

    A batch whose holder stopped renewing its lease is taken over. Raise `ApplyError`.
    """
    if not undoing:
        _refuse_outdated(batch)
        if batch.state == State.STOPPED and batch.understood.get("undoing"):
            # Half taken back: whoever was new is gone, and their numbers with them.
            raise ApplyError("not_rehearsed")
    holder = holder_name(now)
    free = Q(state__in=from_states) | Q(state=State.APPLYING, lease_until__lt=now, understood__undoing=undoing)
    if not undoing:
        free |= Q(state=State.APPLYING, lease_until__lt=now, understood__undoing__isnull=True)
    try:
        with transaction.atomic():
            # Read again under its lock: who asked for it, or what was said of it, may have been written meanwhile.
            understood = ImportBatch.objects.select_for_update().values_list("understood", flat=True).get(pk=batch.pk)
            understood["undoing"] = undoing
            taken = ImportBatch.objects.filter(free, pk=batch.pk).update(
                state=State.APPLYING, holder=holder, lease_until=now + LEASE, understood=understood
            )
    except IntegrityError as error:
        raise ApplyError("another_running") from error
    if not taken:
        batch.refresh_from_db()
        raise ApplyError("another_running" if batch.state == State.APPLYING else "not_rehearsed")
    batch.refresh_from_db()
    return holder


def refuse_beforehand(batch: ImportBatch, *, undoing: bool) -> None:
    """Raise the `ApplyError` that whoever takes this batch would meet at once: a worker has nobody to tell it to."""
    if not undoing:
        _refuse_outdated(batch)
    other = running_import()
    if other is not None and other.pk != batch.pk:
        raise ApplyError("another_running")


def _refuse_outdated(batch: ImportBatch) -> None:
    """A rehearsal that another list has overtaken, whole or in part, would join people by what is no longer true."""
    if batch.kind != ImportBatch.Kind.CONTACTS or batch.state not in (State.REHEARSED, State.STOPPED):
        return
    rehearsed_at = dt.datetime.fromisoformat(batch.understood["rehearsed_at"])
    stopped = Q(state=State.STOPPED, applied_through__gt=0, lease_until__gt=rehearsed_at)
    since = Q(applied_at__gt=rehearsed_at) | Q(undone_at__gt=rehearsed_at) | stopped
    others = ImportBatch.objects.filter(since, kind=ImportBatch.Kind.CONTACTS).exclude(pk=batch.pk)
    if other := others.order_by("-pk").first():
        raise ApplyError("rehearsal_outdated", file=other.file_name)


def keep_hold(batch: ImportBatch, holder: str, *, now: dt.datetime) -> None:
    """Renew the lease inside the chunk's transaction. Raise `ApplyError` "stopped" when it is no longer
    ours."""
    kept = ImportBatch.objects.filter(pk=batch.pk, holder=holder, state=State.APPLYING).update(lease_until=now + LEASE)
    if not kept:
        raise ApplyError("stopped")


def _finish(batch: ImportBatch, *, by: User | None, now: dt.datetime) -> None:
    batch.counts = _counts_now(batch)
    batch.state, batch.applied_at, batch.holder, batch.lease_until = State.APPLIED, now, "", None
    batch.save(update_fields=["counts", "state", "applied_at", "holder", "lease_until"])
    numbers = {name: number for name, number in batch.counts.items() if isinstance(number, int)}
    said = {"manners": batch.understood["manners"]} if "manners" in batch.understood else {}
    remember_mapping(batch, by=by, now=now)
    audit.record("import_list", actor=by, now=now, obj=batch, facts=numbers | said)


def _counts_now(batch: ImportBatch) -> dict[str, Any]:
    """Return what the rows come to now. Of invoices that is what they came to at the rehearsal, unless more stayed out:
    the index tells how many, and a million rows are not gone through."""
    refused = batch.rows.filter(action=ImportRow.Action.REFUSED).count()
    as_rehearsed = batch.kind == ImportBatch.Kind.PURCHASES and refused == batch.counts.get("refused")
    return batch.counts if as_rehearsed else counted(batch)


def stop_batch(*, batch_id: int, by: User | None, clock: Callable[[], dt.datetime] = timezone.now) -> ImportBatch:
    """Stop a list that is coming in or being taken back, and return it, stopped: what is in stays until somebody goes
    on or takes it back. Its process goes no further than the chunk it is at; one that died has nothing left to do.

    Raise `ApplyError` "not_running" when it is over.
    """
    now = clock()
    running = ImportBatch.objects.filter(pk=batch_id, state=State.APPLYING)
    died = running.filter(lease_until__lt=now).exists()
    with transaction.atomic():
        # When it stopped stays: rehearsals of before then are outdated.
        if not running.update(state=State.STOPPED, holder="", lease_until=now):
            raise ApplyError("not_running")
        batch = ImportBatch.objects.get(pk=batch_id)
        audit.record("stop_list", actor=by, now=now, obj=batch, facts={"rows": batch.rows_done})
    if died:
        settle_stopped(batch)
    return batch


def progress(batch: ImportBatch) -> tuple[int, int]:
    """Return (rows done, rows of the list), of the import or of its undoing."""
    done = batch.row_count - batch.rows_done if batch.understood.get("undoing") else batch.rows_done
    return done, batch.row_count


def running_import() -> ImportBatch | None:
    """Return the list that is coming in just now, if any: no campaign is prepared meanwhile."""
    return ImportBatch.objects.filter(state=State.APPLYING).first()


def due_imports(*, now: dt.datetime) -> list[tuple[int, bool]]:
    """Return (id, whether it was being taken back) of the imports whose process died: their lease has
    ended."""
    unfinished = ImportBatch.objects.filter(state=State.APPLYING, lease_until__lt=now).order_by("pk")
    return [(batch.pk, bool(batch.understood.get("undoing"))) for batch in unfinished]
