"""Ringing Celery: never raises, never waits longer than RING_SECONDS. A lost ring costs at most one sweep."""

import logging
import os
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLong

from celery import Task
from django.conf import settings

logger = logging.getLogger(__name__)


class Bell:
    """One thread per process does the ringing, so that a broker that hangs never holds a page or a worker.

    While a ring hangs, further ones are dropped: the sweep finds what is due.
    """

    def __init__(self) -> None:
        self._pid = 0
        self._thread: ThreadPoolExecutor | None = None
        self._pending: Future | None = None

    def ring(self, task: Task, **kwargs: int) -> bool:
        """Ring `task` with ids. Return whether the broker took it in time."""
        if self._pid != os.getpid():  # a forked child has no thread of its parent
            self._pid, self._pending = os.getpid(), None
            self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="bell")
        if self._pending is not None and not self._pending.done():
            return False
        self._pending = self._thread.submit(task.apply_async, kwargs=kwargs, retry=False)
        try:
            self._pending.result(timeout=settings.RING_SECONDS)
        except TooLong:
            logger.warning("The broker did not take %s within %s s; the sweep will.", task.name, settings.RING_SECONDS)
        except Exception as error:
            # Whatever a broker client raises, the work is safe in the database.
            logger.warning("The broker did not take %s (%s); the sweep will.", task.name, type(error).__name__)
        else:
            return True
        return False


bell = Bell()
