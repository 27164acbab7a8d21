"""Ringing Celery: never raises, never waits longer than RING_SECONDS. A lost ring costs at most one sweep."""

import logging
import os
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLong
from time import monotonic

from celery import Task
from django.conf import settings

logger = logging.getLogger(__name__)


class Bell:
    """One thread per process does the ringing, so that a broker that hangs never holds a page or a worker.

    Rings queue behind one another; while one has been hanging for longer than RING_SECONDS, further ones are dropped:
    the sweep finds what is due.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pid = 0
        self._thread: ThreadPoolExecutor | None = None
        self._pending: Future | None = None
        self._since = 0.0

    def ring(self, task: Task, **kwargs: int) -> bool:
        """Ring `task` with ids. Return whether the broker took it in time."""
        pending = self._submit(task, kwargs)
        if pending is None:
            return False
        try:
            pending.result(timeout=settings.RING_SECONDS)
        except TooLong:
            logger.warning("The broker did not take %s within %s s; the sweep will.", task.name, settings.RING_SECONDS)
        except Exception as error:
            # Whatever a broker client raises, the work is safe in the database.
            logger.warning("The broker did not take %s (%s); the sweep will.", task.name, type(error).__name__)
        else:
            return True
        return False

    def _submit(self, task: Task, kwargs: dict[str, int]) -> Future | None:
        """Hand one ring to the thread, or return None while an earlier one hangs."""
        with self._lock:
            if self._pid != os.getpid():  # a forked child has no thread of its parent
                self._pid, self._pending = os.getpid(), None
                self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="bell")
            under_way = self._pending is not None and not self._pending.done()
            if under_way and monotonic() - self._since > settings.RING_SECONDS:
                return None
            if not under_way:
                self._since = monotonic()
            self._pending = self._thread.submit(task.apply_async, kwargs=kwargs, retry=False)
            return self._pending


bell = Bell()
