"""Letting a rehearsed list in: chunk by chunk, one list at a time, resumable where it was killed.

Each chunk is one transaction with its data, its undo values and the mark how far the list is in
(`ImportBatch.applied_through`). Never one transaction for a file: on SQLite everybody else would wait, and fail after
20 seconds.
"""

import datetime as dt
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from customers import audit
from customers.imports.contact_rows import apply_contact_rows
from customers.imports.purchase_rows import apply_purchase_rows
from customers.imports.remembering import remember_mapping
from customers.imports.staging import CHUNK, COUNTED, count_row, new_counts, stored_counts
from customers.models import ImportBatch, ImportRow, User
from customers.search import index_contacts

State = ImportBatch.State
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
        next_rows=lambda: _rows_to_apply(batch),
        do=partial(_apply_chunk, batch),
        finish=partial(_finish, batch, by=by),
        clock=clock,
    )
    return batch


def work_through(
    batch: ImportBatch,
    holder: str,
    *,
    next_rows: Callable[[], QuerySet[ImportRow]],
    do: Callable[..., None],
    finish: Callable[..., None],
    clock: Callable[[], dt.datetime],
) -> None:
    """Call `do(chunk, now=)` with the next of `next_rows()`, a transaction a chunk, then `finish(now=)`.

    Each chunk renews the hold first, and `do` marks the batch, so that a killed run goes on where it was.
    """
    with given_back_on_error(batch, holder):
        while True:
            with transaction.atomic():
                now = clock()
                keep_hold(batch, holder, now=now)
                chunk = list(next_rows()[:CHUNK])
                if not chunk:
                    finish(now=now)
                    return
                do(chunk, now=now)


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
        ImportBatch.objects.filter(pk=batch.pk, holder=holder).update(state=State.STOPPED, holder="", lease_until=None)
        raise


def _rows_to_apply(batch: ImportBatch) -> QuerySet[ImportRow]:
    return batch.rows.filter(row_number__gt=batch.applied_through).order_by("row_number")


def _apply_chunk(batch: ImportBatch, rows: list[ImportRow], *, now: dt.datetime) -> None:
    if batch.kind == ImportBatch.Kind.CONTACTS:
        index_contacts(apply_contact_rows(batch, rows, now=now))
    else:
        apply_purchase_rows(batch, rows)
    store_rows(rows, ["contact", "action", "asks", "reason_code", "reason_facts", "notes", "undo"])
    mark(batch, through=rows[-1].row_number, done=batch.rows_done + len(rows))


def mark(batch: ImportBatch, *, through: int, done: int) -> None:
    """Note, in the chunk's own transaction, up to which row the list is in and how many rows that are."""
    batch.applied_through, batch.rows_done = through, done
    batch.save(update_fields=["applied_through", "rows_done"])


def store_rows(rows: list[ImportRow], fields: list[str]) -> None:
    """Write `fields` of staged rows back. As an upsert: bulk_update's CASE per row and field takes four
    times as long."""
    ImportRow.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["id"], update_fields=fields, batch_size=500
    )


def claim(batch: ImportBatch, *, from_states: tuple[str, ...], now: dt.datetime, undoing: bool) -> str:
    """Take the one place for work on an import by a conditional UPDATE; return the holder's name.

    A batch whose holder stopped renewing its lease is taken over. Raise `ApplyError`.
    """
    if not undoing:
        _refuse_outdated(batch)
    holder = f"{socket.gethostname()}:{os.getpid()}:{now.timestamp():.6f}"
    free = Q(state__in=from_states) | Q(state=State.APPLYING, lease_until__lt=now, understood__undoing=undoing)
    if not undoing:
        free |= Q(state=State.APPLYING, lease_until__lt=now, understood__undoing__isnull=True)
    batch.understood = batch.understood | {"undoing": undoing}
    try:
        with transaction.atomic():
            taken = ImportBatch.objects.filter(free, pk=batch.pk).update(
                state=State.APPLYING, holder=holder, lease_until=now + LEASE, understood=batch.understood
            )
    except IntegrityError as error:
        raise ApplyError("another_running") from error
    if not taken:
        batch.refresh_from_db()
        raise ApplyError("another_running" if batch.state == State.APPLYING else "not_rehearsed")
    batch.refresh_from_db()
    return holder


def _refuse_outdated(batch: ImportBatch) -> None:
    """A rehearsal that another list has overtaken would join people by what is no longer true."""
    if batch.kind != ImportBatch.Kind.CONTACTS or batch.applied_through:
        return
    rehearsed_at = dt.datetime.fromisoformat(batch.understood["rehearsed_at"])
    since = Q(applied_at__gt=rehearsed_at) | Q(undone_at__gt=rehearsed_at)
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
    counts = new_counts()
    for row in batch.rows.values_list(*COUNTED).iterator(chunk_size=CHUNK):
        count_row(counts, *row)
    batch.counts = stored_counts(counts)
    batch.state, batch.applied_at, batch.holder, batch.lease_until = State.APPLIED, now, "", None
    batch.save(update_fields=["counts", "state", "applied_at", "holder", "lease_until"])
    numbers = {name: number for name, number in batch.counts.items() if isinstance(number, int)}
    said = {"manners": batch.understood["manners"]} if "manners" in batch.understood else {}
    remember_mapping(batch, by=by, now=now)
    audit.record("import_list", actor=by, now=now, obj=batch, facts=numbers | said)


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
