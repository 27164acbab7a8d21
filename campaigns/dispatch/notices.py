"""Notices to colleagues leave as letters do: claimed by a conditional UPDATE, sent, recorded; never twice."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, QuerySet

from campaigns.dispatch.holder import in_lost_hands, new_holder
from campaigns.dispatch.outcome import Outcome, retry_at
from campaigns.dispatch.transport import Transport
from campaigns.dispatch.wire import Letter
from campaigns.models import StaffNotice
from campaigns.notice_words import notice_letter
from campaigns.notices import still_so

logger = logging.getLogger(__name__)
State = StaffNotice.State
# A mail server out of order is the commonest alarm, and the alarm needs it too; after two days the page has told it.
TRIED_FOR = timedelta(days=2)
# Colleagues are few: more than this at once is a fault, and the sweep rings again for the rest.
AT_ONCE = 50
UNSENT = Outcome("failed", "unwritable")


def notices_due(*, now: datetime) -> QuerySet[StaffNotice]:
    return StaffNotice.objects.filter(state__in=[State.READY, State.RETRY], due_at__lte=now)


def send_notices(
    *,
    transport: Transport,
    clock: Callable[[], datetime],
    stopping: Callable[[], bool] = lambda: False,
) -> int:
    """Send the notices that are due and return how many left. Two at once are harmless."""
    holder, sent = new_holder(), 0
    for notice_id in notices_due(now=clock()).order_by("due_at", "pk").values_list("pk", flat=True)[:AT_ONCE]:
        if stopping():
            break
        notice = _claim(notice_id, holder=holder, now=clock())
        if notice is not None:
            letter = _letter(notice, now=clock())
            outcome = transport.deliver(letter) if letter else UNSENT
            _record(notice, outcome, now=clock())
            sent += outcome.state == State.SENT
            if outcome.unreachable:
                # The next would only wear out its patience too; the sweep rings again.
                break
    return sent


def _claim(notice_id: int, *, holder: str, now: datetime) -> StaffNotice | None:
    """Take one notice in hand; None when somebody else has it."""
    claimed = (
        notices_due(now=now)
        .filter(pk=notice_id)
        .update(
            state=State.SENDING,
            attempt=F("attempt") + 1,
            holder=holder,
            lease_until=now + timedelta(seconds=settings.DISPATCH_LEASE_SECONDS),
        )
    )
    return StaffNotice.objects.select_related("to", "campaign").get(pk=notice_id) if claimed else None


def _letter(notice: StaffNotice, *, now: datetime) -> Letter | None:
    """The notice as a letter; None when there is nobody to send it to, or nothing to tell any more."""
    if not notice.to.is_active or not notice.to.answers_at:
        return None
    if not still_so(StaffNotice.objects.filter(pk=notice.pk, seen_at=None)).exists():
        return None
    try:
        return notice_letter(notice, now=now)
    except Exception:
        logger.exception("Notice %s could not be written.", notice.pk)
        return None


def _record(notice: StaffNotice, outcome: Outcome, *, now: datetime) -> None:
    """Write what became of an attempt. Only the holder of that very attempt can.

    What the page shows anyway is given up in silence; only what may have left is kept apart, never to be repeated.
    """
    columns: dict = {"state": outcome.state, "lease_until": None}
    if outcome.state == State.SENT:
        columns["sent_at"] = now
    elif outcome.state == State.RETRY or outcome.pause_campaign:
        # A refusal that is about us, not about the colleague, can be put right while we wait.
        give_up_at = notice.created_at + TRIED_FOR
        next_at = retry_at(now, notice.attempt, give_up_at=give_up_at, waits=settings.DISPATCH_RETRY_WAITS)
        columns |= {"state": State.RETRY, "due_at": next_at} if next_at else {"state": State.FAILED}
    elif outcome.state != State.UNCERTAIN:
        columns["state"] = State.FAILED
    in_hand = StaffNotice.objects.filter(
        pk=notice.pk, state__in=[State.SENDING, State.UNCERTAIN], holder=notice.holder, attempt=notice.attempt
    )
    in_hand.update(**columns)


def settle_notices_of_the_dead(*, now: datetime) -> int:
    """Call the notices in the hands of dead holders uncertain; return how many. They are not repeated."""
    in_hand = StaffNotice.objects.filter(state=State.SENDING)
    return sum(
        notices.update(state=State.UNCERTAIN, lease_until=None) for notices, _dead in in_lost_hands(in_hand, now=now)
    )
