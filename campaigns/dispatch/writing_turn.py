"""SQLite has one writer at a time, and whoever finds it busy sleeps for a millisecond and more before looking again.

Workers that hand over thousands of letters would spend their time asleep, or keep each other from writing at all. Here
they queue for a lock file instead, in naps that fit a letter. Only a courtesy among workers: the database's own lock
still decides, for them and for everybody else, so whoever waited for long goes on without it.
"""

import fcntl
import os
import threading
from contextlib import suppress
from time import monotonic, sleep

from django.db import DEFAULT_DB_ALIAS, connections

_kept = threading.local()
# A letter is recorded and the next handed over in a fraction of a millisecond.
NAP_SECONDS = 0.0002
# Whoever holds a turn for so long is asleep, not at work.
LONGEST_WAIT_SECONDS = 1.0


class TurnToWrite:
    """Wait for one's turn among the workers of a SQLite database; nothing on others, or inside a transaction."""

    def __enter__(self) -> None:
        self._descriptor = None
        db = connections[DEFAULT_DB_ALIAS]
        if db.vendor == "sqlite" and not db.in_atomic_block:
            with suppress(OSError):  # no lock file, no queue
                self._descriptor = _taken(_open(f"{db.settings_dict['NAME']}-turn"))

    def __exit__(self, *fault: object) -> None:
        if self._descriptor is not None:
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)


def _taken(descriptor: int) -> int | None:
    """Return the descriptor once the turn is ours, or None when somebody holds it for too long."""
    until = monotonic() + LONGEST_WAIT_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return descriptor
        except BlockingIOError:
            if monotonic() > until:
                return None
            sleep(NAP_SECONDS)


def _open(path: str) -> int:
    """One open file per thread and process: threads and forked children queue like everybody else."""
    if getattr(_kept, "of", None) != (os.getpid(), path):
        _kept.of, _kept.descriptor = (os.getpid(), path), os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    return _kept.descriptor
