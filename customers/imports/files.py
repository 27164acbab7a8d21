"""The file of a list, kept piece by piece in the database until the list is in or given up.

In the database, because whoever reads it may be a worker on another machine. Each piece is a transaction of its own,
so that nobody waits; whoever works on the file gets it back as a temporary file, so that memory stays flat.
"""

import datetime as dt
import hashlib
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import BinaryIO

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet

from customers.imports.errors import ListError
from customers.imports.workbook import is_zip
from customers.models import ImportBatch, ImportFilePart, ImportRow
from customers.writing_turn import let_others_write

State = ImportBatch.State
PIECE = 1024 * 1024
# Lists of text shrink to a quarter at the lowest level already; higher ones take three times as long for a tenth less.
_LEVEL = 1
# Rows deleted at a time: on SQLite everybody else waits meanwhile.
_ROWS_AT_ONCE = 5_000
# Longer than any upload takes to be stored.
_HALF_RECEIVED_FOR = dt.timedelta(hours=1)
_OVER = (State.APPLIED, State.UNDONE)


@dataclass(frozen=True)
class Kept:
    """What was seen of a file while it was stored. `lines`: how many lines a text has, about as many as rows."""

    digest: str
    size: int
    lines: int


def keep(batch: ImportBatch, file: BinaryIO) -> Kept:
    """Store the file of a batch and return what was seen of it."""
    digest, size, lines, returns = hashlib.sha256(), 0, 0, 0
    file.seek(0)
    level = 0 if is_zip(file.read(4)) else _LEVEL  # a workbook is packed already
    file.seek(0)
    for number, piece in enumerate(iter(partial(file.read, PIECE), b"")):
        digest.update(piece)
        size += len(piece)
        lines += piece.count(b"\n")
        returns += piece.count(b"\r")
        ImportFilePart.objects.create(batch=batch, number=number, data=zlib.compress(piece, level))
    return Kept(digest.hexdigest(), size, max(lines, returns))


@contextmanager
def opened(batch: ImportBatch) -> Iterator[BinaryIO]:
    """Give the file of a batch as a temporary file, gone when it is closed. Raise `ListError` "file_gone"."""
    with tempfile.TemporaryFile() as file:
        for piece in _pieces(batch):
            file.write(piece)
        if not file.tell():
            raise ListError("file_gone")
        file.seek(0)
        yield file


def head(batch: ImportBatch, size: int) -> bytes:
    """Return the first bytes of the file of a batch, at most `size`. Raise `ListError` "file_gone"."""
    piece = next(_pieces(batch), b"")
    if not piece:
        raise ListError("file_gone")
    return piece[:size]


def _pieces(batch: ImportBatch) -> Iterator[bytes]:
    for number in range(batch.file_parts.count()):
        part = batch.file_parts.get(number=number)
        yield zlib.decompress(part.data)


def is_kept(batch: ImportBatch) -> bool:
    return batch.file_parts.exists()


def forget(batch: ImportBatch) -> None:
    """Let the file of a batch go, and its first rows, which may hold what is kept nowhere else."""
    batch.file_parts.all().delete()
    if "heads" in batch.understood:
        del batch.understood["heads"]
        batch.save(update_fields=["understood"])


def drop(batch: ImportBatch) -> None:
    """Delete a list that never came in: its rows, its file and what we noted of it."""
    drop_rows(batch)
    forget(batch)
    batch.delete()


def drop_rows(batch: ImportBatch) -> None:
    """Delete the staged rows of a batch, a few thousand at a time."""
    since = monotonic()
    while last := list(batch.rows.order_by("row_number").values_list("row_number", flat=True)[:_ROWS_AT_ONCE])[-1:]:
        ImportRow.objects.filter(batch=batch, row_number__lte=last[0]).delete()
        since = let_others_write(since)


def forget_finished(*, now: dt.datetime) -> None:
    """Let go of what nobody needs any more: files of lists that are in or taken back, lists that nobody went on with
    for IMPORT_FILE_DAYS, and uploads that broke off. Called by the sweep."""
    for batch in _with_file(ImportBatch.objects.filter(state__in=_OVER)):
        forget(batch)
    given_up = now - dt.timedelta(days=settings.IMPORT_FILE_DAYS)
    waiting = ImportBatch.objects.filter(state__in=(State.RECEIVED, State.REHEARSED), created_at__lt=given_up)
    for batch in _with_file(waiting):
        if _last_touched(batch) < given_up:
            drop(batch) if batch.state == State.RECEIVED else forget(batch)
    half = ImportBatch.objects.filter(state=State.STAGING, lease_until=None, created_at__lt=now - _HALF_RECEIVED_FOR)
    for batch in half:
        drop(batch)


def _with_file(batches: QuerySet[ImportBatch]) -> list[ImportBatch]:
    return list(batches.filter(Exists(ImportFilePart.objects.filter(batch=OuterRef("pk")))).order_by("pk"))


def _last_touched(batch: ImportBatch) -> dt.datetime:
    rehearsed_at = batch.understood.get("rehearsed_at", "")
    return dt.datetime.fromisoformat(rehearsed_at) if rehearsed_at else batch.created_at
