"""Two real PostgreSQL connections on one row: the first holds it between its read and its commit, the second waits."""

import threading
import time
from collections.abc import Callable

from django.db import connection, connections, transaction

from campaigns.running import StepRefused

Refusals = tuple[type[Exception], ...]


class Second:
    """Runs `work` on a connection of its own, in a thread, and keeps its result or refusal (one of `refusals`)."""

    def __init__(self, work: Callable[[], object], *, refusals: Refusals = (StepRefused,)) -> None:
        self.result: object = None
        self.refusal: Exception | None = None
        self._refusals, self._error = refusals, None
        self.pid: int | None = None
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(work,))

    def _run(self, work: Callable[[], object]) -> None:
        try:
            connection.ensure_connection()
            self.pid = connection.connection.get_backend_pid()
            self._started.set()
            self.result = work()
        except self._refusals as refusal:
            self.refusal = refusal
        except Exception as error:
            self._error = error
        finally:
            connections.close_all()

    def start(self) -> None:
        """Begin, without waiting for anything."""
        self._thread.start()

    def start_and_wait_until_it_hangs(self) -> None:
        """Return when the other connection waits for the lock that this one holds."""
        self.start()
        assert self._started.wait(5)
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            with connection.cursor() as cursor:
                cursor.execute("SELECT wait_event_type FROM pg_stat_activity WHERE pid = %s", [self.pid])
                row = cursor.fetchone()
            if row and row[0] == "Lock":
                return
            time.sleep(0.01)
        raise AssertionError("the second connection never waited for the row")

    def end(self) -> None:
        """Wait for its end. Raise whatever it raised besides the refusals."""
        self._thread.join(10)
        assert not self._thread.is_alive()
        if self._error is not None:
            raise self._error


def held_between(
    first: Callable[[], object], second: Callable[[], object], *, refusals: Refusals = (StepRefused,)
) -> tuple[object, Second]:
    """Run `first` in an open transaction, let `second` run into its lock, then commit."""
    other = Second(second, refusals=refusals)
    with transaction.atomic():
        result = first()
        other.start_and_wait_until_it_hangs()
    other.end()
    return result, other
