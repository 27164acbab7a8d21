"""SQLite has one writer at a time, and whoever finds it busy sleeps for a millisecond and more before looking again.

Workers that hand over thousands of letters would spend their time asleep, or keep each other from writing at all. Here
they queue instead: the threads of a process for a lock, which wakes the next one at once, and of each process the first
for a lock file, in naps that fit a letter. Only a courtesy among those who write much: the database's own lock still
decides, for them and for everybody else, so whoever waited for long goes on without it.

Work of many transactions one behind the other (a list that comes in) would leave no moment in which a sleeper could
look, up to ten times a second. So everybody who waits to write holds a mark meanwhile, and between two transactions
such work looks for it: alone it goes on at once, else the database is left free for a share of the time it had it.
"""

import fcntl
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from time import monotonic, sleep
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

_kept = threading.local()
# A letter is recorded and the next handed over in a fraction of a millisecond; a chunk of a list takes a thousand
# times as long, and is not looked at so often.
NAP_SECONDS, LONGEST_NAP_SECONDS, NAPS_GROW = 0.0001, 0.002, 1.2
# Whoever holds a turn for so long is asleep, or at so much work that others should look for themselves.
LONGEST_WAIT_SECONDS = 1.0
# Others get a quarter of the time that long work had, and never less than SQLite sleeps between two looks (0.1 s).
SHARE_OF_OTHERS = 0.25
SHORTEST_FREE_SECONDS = 0.12


class _Threads:
    """The queue of this process. A fork has one of its own: whoever held the turn is not among its threads."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        os.register_at_fork(after_in_child=self._begin_anew)

    def _begin_anew(self) -> None:
        self.lock = threading.Lock()


_threads = _Threads()


class _LockFile:
    """A file beside the database, open as long as its thread lives. Raise OSError when it cannot be opened."""

    def __init__(self, path: str) -> None:
        self.of = (os.getpid(), path)
        self.descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def __del__(self) -> None:
        if hasattr(self, "descriptor"):
            os.close(self.descriptor)


class Waiting:
    """The mark of somebody who waits to write to a SQLite database; as many as like hold it at once."""

    def __init__(self, db: BaseDatabaseWrapper) -> None:
        self._db = db
        self._descriptor: int | None = None

    def __enter__(self) -> None:
        with suppress(OSError):  # no file, no mark; or somebody looks for it in this very instant
            descriptor = _open(self._db, "waiting")
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
            self._descriptor = descriptor

    def __exit__(self, *fault: object) -> None:
        if self._descriptor is not None:
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)


class TurnToWrite:
    """Wait for one's turn among those who write much to a SQLite database; nothing on others, or inside a transaction.

    `db` is the default database. Begin the transaction inside, so that its end comes before that of the turn.
    """

    def __init__(self, db: BaseDatabaseWrapper | None = None) -> None:
        self._db = db or connections[DEFAULT_DB_ALIAS]
        self._waiting = Waiting(self._db)
        self._lock: threading.Lock | None = None
        self._descriptor: int | None = None

    def __enter__(self) -> None:
        db = self._db
        if db.in_atomic_block or not _is_shared(db):
            return
        self._waiting.__enter__()
        try:
            lock = _threads.lock
            if lock.acquire(timeout=LONGEST_WAIT_SECONDS):
                self._lock = lock
                with suppress(OSError):  # no lock file, no queue
                    self._descriptor = _taken(_open(db, "turn"))
        except BaseException:
            self.__exit__()
            raise

    def __exit__(self, *fault: object) -> None:
        if self._descriptor is not None:
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)
        if self._lock is not None:
            self._lock.release()
        self._waiting.__exit__()


def let_others_write(since: float) -> float:
    """Between two transactions of a long work: leave SQLite free for a while if somebody waits to write to it.

    `since` is what this returned last, at first when the work began: from then on (seconds, monotonic) the database
    was the work's own.
    """
    db = connections[DEFAULT_DB_ALIAS]
    if db.in_atomic_block or not _is_shared(db):
        return since
    if not _somebody_waits(db):
        return monotonic()
    free = SHARE_OF_OTHERS * (monotonic() - since)
    if free < SHORTEST_FREE_SECONDS:
        return since
    sleep(free)
    return monotonic()


def mark_who_waits(*, connection: BaseDatabaseWrapper, **signal: Any) -> None:
    """Let every statement that may have to wait for a SQLite database mark that it does; for `connection_created`."""
    if _is_shared(connection) and _with_mark not in connection.execute_wrappers:
        # In front, because Django takes away the last one when a wrapper's time is over.
        connection.execute_wrappers.insert(0, _with_mark)


def _with_mark(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    db = context["connection"]
    # Inside a transaction nobody waits any more, and readers never do.
    if db.in_atomic_block or sql.startswith("SELECT"):
        return execute(sql, params, many, context)
    with Waiting(db):
        return execute(sql, params, many, context)


def _is_shared(db: BaseDatabaseWrapper) -> bool:
    """Whether it is a SQLite database that others can open."""
    return db.vendor == "sqlite" and not db.is_in_memory_db()


def _somebody_waits(db: BaseDatabaseWrapper) -> bool:
    """Whether anybody holds the mark; yes where nobody can say."""
    try:
        descriptor = _open(db, "waiting")
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    return False


def _taken(descriptor: int) -> int | None:
    """Return the descriptor once the turn is ours, or None when somebody holds it for too long."""
    until, nap = 0.0, NAP_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return descriptor
        except BlockingIOError:
            until = until or monotonic() + LONGEST_WAIT_SECONDS
            if monotonic() > until:
                return None
            sleep(nap)
            nap = min(nap * NAPS_GROW, LONGEST_NAP_SECONDS)


def _open(db: BaseDatabaseWrapper, purpose: str) -> int:
    """One open file per thread and process: threads and forked children queue like everybody else. Raise OSError."""
    path = f"{db.settings_dict['NAME']}-{purpose}"
    file = getattr(_kept, purpose, None)
    if file is None or file.of != (os.getpid(), path):
        file = _LockFile(path)
        setattr(_kept, purpose, file)
    return file.descriptor
