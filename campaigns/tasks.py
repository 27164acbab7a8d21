"""Celery tasks: ids in, one call into the domain. Each may run twice, late or never without harm."""

import logging
from datetime import datetime
from functools import partial
from time import monotonic

from celery import shared_task
from celery.signals import worker_process_init, worker_ready, worker_shutdown, worker_shutting_down
from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone

from campaigns.dispatch import kept
from campaigns.dispatch.limits import forget_past_windows
from campaigns.dispatch.notices import notices_due, send_notices, settle_notices_of_the_dead
from campaigns.dispatch.sweep import (
    begin_scheduled,
    due_lanes,
    heal_campaigns_that_are_over,
    hold_too_late,
    lanes_to_ring,
    pause_where_workers_die,
    settle_dead_holders,
)
from campaigns.dispatch.test_letters import (
    due_test_letters,
    forget_test_words,
    send_due_test_letters,
    settle_lost_test_letters,
)
from campaigns.dispatch.work import work_lane
from campaigns.heartbeat import Heart, forget_old_beats
from campaigns.preparing import lanes_of, prepare_next_chunk, unwritten_lanes
from campaigns.review.approval.signing import tell_signers
from campaigns.review.approval.to_the_house import give_to_house
from campaigns.review.held import tell_of_held_letters
from campaigns.review.release import release_next_chunk, releases_asked
from campaigns.running import StepRefused, finish_if_done
from customers.models import User
from customers.ringing import bell
from customers.tasks import ring_unfinished_imports
from customers.writing_turn import let_others_write

logger = logging.getLogger(__name__)
_heart = Heart()
# Seconds between two chunks of letters. Others get to write while the next thousand are read and rendered, which takes
# longer than the tenth of a second after which a waiting SQLite connection looks again.
BETWEEN_CHUNKS = 0.02
# How long a worker that ends waits for its last sign of life to be taken away.
LEAVE_SECONDS = 2.0


@shared_task
def dispatch_lane(*, campaign_id: int, lane: int) -> None:
    """Send what is due on a lane; ring again when there is more."""
    with kept.lent_transport() as transport:
        turn = work_lane(
            campaign_id=campaign_id,
            lane=lane,
            transport=transport,
            clock=timezone.now,
            seconds=settings.DISPATCH_TURN_SECONDS,
            stopping=kept.stopping,
        )
    if turn.more and not kept.stopping():
        bell.ring(dispatch_lane, campaign_id=campaign_id, lane=lane)
    else:
        finish_if_done(campaign_id, now=timezone.now())


@shared_task
def prepare_campaign(*, campaign_id: int, lane: int = 0) -> None:
    """Freeze the letters of a lane for one turn; ring again when there is more."""
    end = monotonic() + settings.DISPATCH_TURN_SECONDS
    while prepare_next_chunk(campaign_id, lane=lane, now=timezone.now()):
        if kept.wait_unless_stopping(BETWEEN_CHUNKS):
            return
        if monotonic() >= end:
            bell.ring(prepare_campaign, campaign_id=campaign_id, lane=lane)
            return


def ring_preparing(campaign_id: int) -> None:
    """Ring for every lane of a campaign whose letters are to be written."""
    for lane in lanes_of(campaign_id):
        bell.ring(prepare_campaign, campaign_id=campaign_id, lane=lane)


@shared_task
def give_letters_to_house(*, campaign_id: int, signer_id: int, by_id: int) -> None:
    """Let the house sign what a signer has not read, for one turn; ring again when there is more.

    A ring that is lost costs a press of the button, which is there as long as letters are left.
    """
    since, by = monotonic(), User.objects.get(pk=by_id)
    end = since + settings.DISPATCH_TURN_SECONDS
    while True:
        try:
            given = give_to_house(campaign_id, signer_id, by=by, now=timezone.now())
        except StepRefused:
            return  # approved meanwhile, or taken back to the desk
        if not given.left or not given.done or kept.wait_unless_stopping(BETWEEN_CHUNKS):
            return
        since = let_others_write(since)  # these letters are written anew inside the transaction
        if monotonic() >= end:
            bell.ring(give_letters_to_house, campaign_id=campaign_id, signer_id=signer_id, by_id=by_id)
            return


@shared_task
def release_campaign(*, campaign_id: int) -> None:
    """Compare letters with the facts of today for one turn; ring again when there is more, or for letters to leave."""
    end = monotonic() + settings.DISPATCH_TURN_SECONDS
    while release_next_chunk(campaign_id, now=timezone.now()):
        if kept.wait_unless_stopping(BETWEEN_CHUNKS):
            return
        if monotonic() >= end:
            bell.ring(release_campaign, campaign_id=campaign_id)
            return
    ring_campaign(campaign_id)


@shared_task
def send_staff_notices() -> None:
    """Send the alarms that are due to the colleagues they are for."""
    with kept.lent_transport() as transport:
        send_notices(transport=transport, clock=timezone.now, stopping=kept.stopping)


@shared_task
def send_test_letters() -> None:
    """Send the test letters that are due to the colleagues who asked for them."""
    with kept.lent_transport() as transport:
        send_due_test_letters(transport=transport, clock=timezone.now, stopping=kept.stopping)


@shared_task
def sweep() -> None:
    """Settle what dead workers left, then ring for everything that is due."""
    # Where more is due than the workers can take up, rings wait; those of each sweep would add up without end, and the
    # next sweep behind them. One that nobody has heard by then is rung again.
    sweep_once(rings_expire_after=settings.SWEEP_SECONDS)


def sweep_once(*, rings_expire_after: float | None) -> None:
    """The steps of a sweep; its rings for letters are heard within so many seconds or not at all (None: for ever).

    One step that fails stops no other.
    """
    now = timezone.now()
    for step in (
        partial(settle_dead_holders, now=now),
        partial(pause_where_workers_die, now=now),
        partial(hold_too_late, now=now),
        heal_campaigns_that_are_over,
        partial(begin_scheduled, now=now),
        partial(tell_of_held_letters, now=now),
        partial(ring_what_is_due, now=now, expire_after=rings_expire_after),
        partial(tell_signers, now=now),
        partial(settle_notices_of_the_dead, now=now),
        partial(ring_due_notices, now=now),
        partial(settle_lost_test_letters, now=now),
        partial(ring_due_test_letters, now=now),
        partial(forget_test_words, now=now),
        partial(forget_old_beats, now=now),
        partial(forget_past_windows, now=now),
        ring_unfinished_imports,
    ):
        try:
            step()
        except Exception:
            logger.exception("A step of the sweep failed; the next sweep tries it again.")


def ring_what_is_due(*, now: datetime, expire_after: float | None) -> None:
    for campaign_id, lane in unwritten_lanes(now=now):
        bell.ring(prepare_campaign.signature(expires=expire_after), campaign_id=campaign_id, lane=lane)
    for campaign_id in releases_asked():
        bell.ring(release_campaign.signature(expires=expire_after), campaign_id=campaign_id)
    for campaign_id, lane in lanes_to_ring(now=now):
        bell.ring(dispatch_lane.signature(expires=expire_after), campaign_id=campaign_id, lane=lane)


def ring_due_notices(*, now: datetime) -> None:
    if notices_due(now=now).exists():
        bell.ring(send_staff_notices)


def ring_due_test_letters(*, now: datetime) -> None:
    if due_test_letters(now=now).exists():
        bell.ring(send_test_letters)


def ring_campaign(campaign_id: int) -> None:
    """Ring for every lane of a campaign that has letters due."""
    for lane in due_lanes(campaign_id, now=timezone.now()):
        bell.ring(dispatch_lane, campaign_id=campaign_id, lane=lane)


@worker_ready.connect
def sweep_at_start(**kwargs) -> None:
    """A worker that comes back finds its own dead before anything else is sent."""
    close_old_connections()
    sweep_once(rings_expire_after=None)


@worker_shutting_down.connect
def finish_the_letter_in_hand(**kwargs) -> None:
    """An orderly stop: each thread ends its present letter, and no new one is taken."""
    kept.stop_in_order()


@worker_process_init.connect
def heed_the_parent(**kwargs) -> None:
    """The children of a pool end their letters as orderly as their parent."""
    kept.heed_the_parent()


# --- Signs of life ---


@worker_ready.connect
def begin_to_beat(**kwargs) -> None:
    _heart.start()


@worker_shutting_down.connect
def stop_the_heart(**kwargs) -> None:
    _heart.stop()


@worker_shutdown.connect
def wait_for_the_last_beat(**kwargs) -> None:
    """The heart had the whole stop to take its leave; one that waits for the database is not waited for."""
    _heart.join(LEAVE_SECONDS)
