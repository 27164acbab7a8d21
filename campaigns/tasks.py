"""Celery tasks: ids in, one call into the domain. Each may run twice, late or never without harm."""

import logging
import threading
from datetime import datetime
from functools import partial
from time import monotonic

from celery import shared_task
from celery.signals import worker_ready, worker_shutting_down
from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone

from campaigns.dispatch.sweep import (
    begin_scheduled,
    due_lanes,
    heal_campaigns_that_are_over,
    hold_too_late,
    settle_dead_holders,
    work_to_ring,
)
from campaigns.dispatch.transport import Transport, transport_from_url
from campaigns.dispatch.work import work_lane
from campaigns.preparing import prepare_next_chunk
from campaigns.running import finish_if_done
from customers.ringing import bell
from customers.tasks import ring_unfinished_imports

logger = logging.getLogger(__name__)
_stopping = threading.Event()
_kept = threading.local()
_transports: list[Transport] = []
# Seconds that others get to write: a waiting SQLite connection looks again every tenth of a second.
BETWEEN_CHUNKS = 0.15
AFTER_DOT_WHEN_STOPPING = 15.0  # seconds: an orderly stop is over within 30


def transport() -> Transport:
    """The kept connection of this thread."""
    if not hasattr(_kept, "transport"):
        _kept.transport = transport_from_url(
            settings.EMAIL_URL,
            mailbox_folder=settings.MAILBOX_DIR,
            connect_timeout=settings.SMTP_CONNECT_TIMEOUT,
            command_timeout=settings.SMTP_COMMAND_TIMEOUT,
            letter_timeout=settings.SMTP_LETTER_TIMEOUT,
            dot_timeout=settings.SMTP_DOT_TIMEOUT,
            letters_per_connection=settings.SMTP_LETTERS_PER_CONNECTION,
        )
        _transports.append(_kept.transport)
    return _kept.transport


@shared_task
def dispatch_lane(*, campaign_id: int, lane: int) -> None:
    """Send what is due on a lane; ring again when there is more."""
    turn = work_lane(
        campaign_id=campaign_id,
        lane=lane,
        transport=transport(),
        clock=timezone.now,
        seconds=settings.DISPATCH_TURN_SECONDS,
        stopping=_stopping.is_set,
    )
    if turn.more and not _stopping.is_set():
        bell.ring(dispatch_lane, campaign_id=campaign_id, lane=lane)
    else:
        finish_if_done(campaign_id, now=timezone.now())


@shared_task
def prepare_campaign(*, campaign_id: int) -> None:
    """Freeze letters for one turn; ring again when there is more."""
    end = monotonic() + settings.DISPATCH_TURN_SECONDS
    while prepare_next_chunk(campaign_id, now=timezone.now()):
        if _stopping.wait(BETWEEN_CHUNKS):
            return
        if monotonic() >= end:
            bell.ring(prepare_campaign, campaign_id=campaign_id)
            return


@shared_task
def sweep() -> None:
    """Settle what dead workers left, then ring for everything that is due. One step that fails stops no other."""
    now = timezone.now()
    for step in (
        partial(settle_dead_holders, now=now),
        partial(hold_too_late, now=now),
        heal_campaigns_that_are_over,
        partial(begin_scheduled, now=now),
        partial(ring_what_is_due, now=now),
        ring_unfinished_imports,
    ):
        try:
            step()
        except Exception:
            logger.exception("A step of the sweep failed; the next sweep tries it again.")


def ring_what_is_due(*, now: datetime) -> None:
    preparing, lanes = work_to_ring(now=now)
    for campaign_id in preparing:
        bell.ring(prepare_campaign, campaign_id=campaign_id)
    for campaign_id, lane in lanes:
        bell.ring(dispatch_lane, campaign_id=campaign_id, lane=lane)


def ring_campaign(campaign_id: int) -> None:
    """Ring for every lane of a campaign that has letters due."""
    for lane in due_lanes(campaign_id, now=timezone.now()):
        bell.ring(dispatch_lane, campaign_id=campaign_id, lane=lane)


@worker_ready.connect
def sweep_at_start(**kwargs) -> None:
    """A worker that comes back finds its own dead before anything else is sent."""
    close_old_connections()
    sweep()


@worker_shutting_down.connect
def finish_the_letter_in_hand(**kwargs) -> None:
    """An orderly stop: each thread ends its present letter, and no new one is taken."""
    _stopping.set()
    for kept in _transports:
        kept.settle_quickly(AFTER_DOT_WHEN_STOPPING)
