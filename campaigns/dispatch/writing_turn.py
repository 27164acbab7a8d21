"""SQLite has one writer at a time, and whoever finds it busy sleeps for a millisecond and more before looking again.

Workers that hand over thousands of letters would spend their time asleep, or keep each other from writing at all. Here
they queue for a lock file instead, in naps that fit a letter. Only a courtesy among workers: the database's own lock
still decides, for them and for everybody else, so whoever waited for long goes on without it.
"""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from time import monotonic, sleep

from django.db import connection

_kept = threading.local()
# A letter is recorded and the next handed over in a fraction of a millisecond.
NAP_SECONDS = 0.0002
# Whoever holds a turn for so long is asleep, not at work.
LONGEST_WAIT_SECONDS = 1.0


def turn_to_write() -> AbstractContextManager[None]:
    """Wait for one's turn among the workers of a SQLite database; nothing on others, or inside a transaction."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return nullcontext()
    return _queue(f"{connection.settings_dict['NAME']}-turn")


@contextmanager
def _queue(path: str) -> Iterator[None]:
    try:
        descriptor = _descriptor(path)
    except OSError:
        yield  # no lock file, no queue
        return
    mine = _take(descriptor)
    try:
        yield
    finally:
        if mine:
            fcntl.flock(descriptor, fcntl.LOCK_UN)


def _take(descriptor: int) -> bool:
    until = monotonic() + LONGEST_WAIT_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except OSError:
            if monotonic() > until:
                return False
            sleep(NAP_SECONDS)


def _descriptor(path: str) -> int:
    """One open file per thread and process: threads and forked children queue like everybody else."""
    if getattr(_kept, "of", None) != (os.getpid(), path):
        _kept.of, _kept.descriptor = (os.getpid(), path), os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    return _kept.descriptor
