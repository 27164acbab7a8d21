"""Notices to colleagues on their way, each tried for two days; what is not sent stands on the page anyway."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import QuerySet

from campaigns.dispatch.by_row import RowMail
from campaigns.dispatch.outcome import Outcome
from campaigns.dispatch.transport import Transport
from campaigns.dispatch.wire import Letter
from campaigns.models import StaffNotice
from campaigns.notice_words import notice_letter
from campaigns.notices import still_so

logger = logging.getLogger(__name__)
# A mail server out of order is the commonest alarm, and the alarm needs it too; after two days the page has told it.
TRIED_FOR = timedelta(days=2)
UNSENT = Outcome("failed", "unwritable")


def _letter(notice: StaffNotice, now: datetime) -> Letter | Outcome:
    """The notice as a letter; UNSENT when there is nobody to send it to, or nothing to tell any more."""
    if not notice.to.is_active or not notice.to.answers_at:
        return UNSENT
    if not still_so(StaffNotice.objects.filter(pk=notice.pk, seen_at=None)).exists():
        return UNSENT
    try:
        return notice_letter(notice, now=now)
    except Exception:
        logger.exception("Notice %s could not be written.", notice.pk)
        return UNSENT


NOTICES = RowMail(StaffNotice, _letter, TRIED_FOR, related=("to", "campaign"))


def notices_due(*, now: datetime) -> QuerySet[StaffNotice]:
    return NOTICES.due(now=now)


def send_notices(
    *,
    transport: Transport,
    clock: Callable[[], datetime],
    stopping: Callable[[], bool] = lambda: False,
) -> int:
    """Send the notices that are due and return how many left. Two at once are harmless."""
    return NOTICES.send(transport=transport, clock=clock, stopping=stopping)


def settle_notices_of_the_dead(*, now: datetime) -> int:
    """Call the notices in the hands of dead holders uncertain; return how many. They are not repeated."""
    return NOTICES.settle_the_dead(now=now)
