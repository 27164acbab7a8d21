"""SQLite has one writer at a time, and whoever finds it busy sleeps for a millisecond and more before looking again.

Workers that hand over thousands of letters would spend their time asleep, or keep each other from writing at all. Here
they queue instead: the threads of a process for a lock, which wakes the next one at once, and of each process the first
for a lock file, in naps that fit a letter. Only a courtesy among workers: the database's own lock still decides, for
them and for everybody else, so whoever waited for long goes on without it.
"""

import fcntl
import os
import threading
from contextlib import suppress
from time import monotonic, sleep

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

_kept = threading.local()
# A letter is recorded and the next handed over in a fraction of a millisecond.
NAP_SECONDS = 0.0001
# Whoever holds a turn for so long is asleep, not at work.
LONGEST_WAIT_SECONDS = 1.0


class _Threads:
    """The queue of this process. A fork has one of its own: whoever held the turn is not among its threads."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        os.register_at_fork(after_in_child=self._begin_anew)

    def _begin_anew(self) -> None:
        self.lock = threading.Lock()


_threads = _Threads()


class TurnToWrite:
    """Wait for one's turn among the workers of a SQLite database; nothing on others, or inside a transaction."""

    def __init__(self, db: BaseDatabaseWrapper | None = None) -> None:
        self._db = db or connections[DEFAULT_DB_ALIAS]
        self._lock: threading.Lock | None = None
        self._descriptor: int | None = None

    def __enter__(self) -> None:
        db = self._db
        if db.vendor != "sqlite" or db.in_atomic_block:
            return
        lock = _threads.lock
        if lock.acquire(timeout=LONGEST_WAIT_SECONDS):
            self._lock = lock
            try:
                with suppress(OSError):  # no lock file, no queue
                    self._descriptor = _taken(_open(f"{db.settings_dict['NAME']}-turn"))
            except BaseException:
                self.__exit__()
                raise

    def __exit__(self, *fault: object) -> None:
        if self._descriptor is not None:
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)
        if self._lock is not None:
            self._lock.release()


def _taken(descriptor: int) -> int | None:
    """Return the descriptor once the turn is ours, or None when somebody holds it for too long."""
    until = 0.0
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return descriptor
        except BlockingIOError:
            until = until or monotonic() + LONGEST_WAIT_SECONDS
            if monotonic() > until:
                return None
            sleep(NAP_SECONDS)


def _open(path: str) -> int:
    """One open file per thread and process: threads and forked children queue like everybody else."""
    if getattr(_kept, "of", None) != (os.getpid(), path):
        _kept.of, _kept.descriptor = (os.getpid(), path), os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    return _kept.descriptor
