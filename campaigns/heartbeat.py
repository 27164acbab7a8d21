"""Signs of life of the workers, and whether anybody carries the letters that are due."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic, sleep

from django.core.cache import cache
from django.db import connection
from django.db.models import Count, Max, Min, Q
from django.utils import timezone

from campaigns.dispatch.hint import DUE
from campaigns.dispatch.holder import this_process
from campaigns.models import Campaign, Message, WorkerHeartbeat

logger = logging.getLogger(__name__)
BEAT_SECONDS = 10.0
LISTEN_SECONDS = 0.2  # how soon a stop is heard
# Six beats: one that was lost, or a database that was busy for half a minute, is no death.
ALIVE_FOR = timedelta(seconds=60)
# A worker that comes back sends its first letter within two minutes; after five a person should look.
NOBODY_AFTER = timedelta(minutes=5)
KEPT_FOR = timedelta(days=1)


@dataclass(frozen=True)
class Health:
    """How the work stands.

    `worker_count`: processes seen within 60 s; `seen_at`: the last sign of life of any of them, None when all took
    their leave. `due_count`: letters of campaigns under way that are due; `oldest_due_at`: since when the first of
    them waits, or a scheduled campaign that nobody began. `nobody_works`: something waits for more than five minutes
    and in all that time no worker was seen.
    """

    worker_count: int
    seen_at: datetime | None
    oldest_due_at: datetime | None
    due_count: int
    nobody_works: bool


def health(*, now: datetime) -> Health:
    """Return how the work stands; three statements that read indexes alone."""
    beats = WorkerHeartbeat.objects.aggregate(
        alive=Count("pk", filter=Q(seen_at__gte=now - ALIVE_FOR)), seen_at=Max("seen_at")
    )
    # The campaigns are read first: with them in the same statement the letters of all campaigns are walked.
    under_way = Campaign.objects.filter(state__in=[Campaign.State.SENDING, Campaign.State.SCHEDULED])
    sending, waiting_since = [], []
    for pk, state, scheduled_at, give_up_at in under_way.values_list("pk", "state", "scheduled_at", "give_up_at"):
        if state == Campaign.State.SENDING:
            sending.append(pk)
        elif scheduled_at <= now and (give_up_at is None or give_up_at > now):
            # One whose last sensible hour has gone by waits for a person, not for a worker.
            waiting_since.append(scheduled_at)
    letters = {"count": 0, "oldest": None}
    if sending:
        due = Message.objects.filter(campaign_id__in=sending, state__in=DUE, due_at__lte=now)
        letters = due.aggregate(count=Count("pk"), oldest=Min("due_at"))
    oldest = min([*waiting_since, *filter(None, [letters["oldest"]])], default=None)
    long_ago = now - NOBODY_AFTER
    return Health(
        worker_count=beats["alive"],
        seen_at=beats["seen_at"],
        oldest_due_at=oldest,
        due_count=letters["count"],
        nobody_works=oldest is not None
        and oldest <= long_ago
        and (beats["seen_at"] is None or beats["seen_at"] <= long_ago),
    )


def kept_health(*, now: datetime, seconds: float) -> Health:
    """The health of the house, read anew at most every so many seconds: its counts grow with the queue.

    Pages and whoever watches the machine share what was read last, for as long as its reader asked.
    """
    return cache.get_or_set("health", lambda: health(now=now), seconds)


def beat(*, now: datetime) -> None:
    """Note that this process lives."""
    WorkerHeartbeat.objects.bulk_create(
        [WorkerHeartbeat(holder=this_process(), started_at=now, seen_at=now)],
        update_conflicts=True,
        unique_fields=["holder"],
        update_fields=["seen_at"],
    )


def take_leave() -> None:
    """Note that this process ends in order: it is no longer counted."""
    WorkerHeartbeat.objects.filter(holder=this_process()).delete()


def forget_old_beats(*, now: datetime) -> int:
    """Delete the rows of workers not seen for a day; return how many."""
    return WorkerHeartbeat.objects.filter(seen_at__lt=now - KEPT_FOR).delete()[0]


class Heart:
    """A thread that beats beside the work, so that a letter which hangs for minutes is no dead worker.

    It never raises and keeps no connection between beats: a database that restarts finds nothing of ours in its way.
    """

    def __init__(self, *, seconds: float = BEAT_SECONDS) -> None:
        self._seconds = seconds
        # No Event: its lock may be met by a signal handler in the very thread that holds it.
        self._stopping = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to beat. Call it once, in the process that is to be seen."""
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Take leave; returns at once, safe in a signal handler. The thread deletes its row by itself."""
        self._stopping = True

    def join(self, seconds: float) -> bool:
        """Wait up to `seconds` for the leave that `stop` asked for. Return whether it was taken."""
        if self._thread is None:
            return True
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopping:
            self._try(lambda: beat(now=timezone.now()))
            until = monotonic() + self._seconds
            while not self._stopping and monotonic() < until:
                sleep(LISTEN_SECONDS)
        self._try(take_leave)

    def _try(self, step: Callable[[], object]) -> None:
        try:
            try:
                step()
            finally:
                connection.close()
        except Exception as error:
            # A database away, busy or restarting, whatever its driver raises: the next beat tries again, and a leave
            # that was not taken is forgotten by itself.
            logger.warning("A sign of life was not written (%s).", type(error).__name__)
