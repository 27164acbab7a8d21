"""Test letters on their way to colleagues, each tried for an hour: whoever asked is sitting at the desk."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet

from campaigns.dispatch.by_row import RowMail
from campaigns.dispatch.outcome import Outcome
from campaigns.dispatch.transport import Transport
from campaigns.dispatch.wire import Letter
from campaigns.letters import sender_address
from campaigns.models import TestLetter

TRIED_FOR = timedelta(hours=1)
# What a letter says about a customer need not lie here for longer than anybody asks what became of it.
WORDS_KEPT_FOR = timedelta(days=7)


def _letter(row: TestLetter, now: datetime) -> Letter | Outcome:
    """The letter as its reader would get it, but to a colleague, with nobody's way out in its head."""
    if not row.to.is_active or not row.to.answers_at:
        return Outcome("failed", "no_email")
    if not row.text:
        return Outcome("failed", "words_gone")
    asker = row.asked_by.answers_at if row.asked_by else ""
    return Letter(
        message_id=row.header_id,
        from_name=settings.HOUSE_NAME,
        from_address=sender_address(),
        to_name=row.to.get_full_name(),
        to_address=row.to.answers_at,
        reply_to=asker or settings.REPLY_ADDRESS or sender_address(),
        subject=row.subject,
        text=row.text,
        html=row.html,
        unsubscribe_url="",
        unsubscribe_mailto="",
        date=now,
    )


TESTS = RowMail(TestLetter, _letter, TRIED_FOR, related=("to", "asked_by"), tells_why=True)


def due_test_letters(*, now: datetime) -> QuerySet[TestLetter]:
    return TESTS.due(now=now)


def send_due_test_letters(
    *,
    transport: Transport,
    clock: Callable[[], datetime],
    stopping: Callable[[], bool] = lambda: False,
) -> int:
    """Send the test letters that are due and return how many left. Two at once are harmless."""
    return TESTS.send(transport=transport, clock=clock, stopping=stopping)


def settle_lost_test_letters(*, now: datetime) -> int:
    """Call the test letters in the hands of dead holders uncertain; return how many. They are not repeated."""
    return TESTS.settle_the_dead(now=now)


def forget_test_words(*, now: datetime) -> int:
    """Drop the words of test letters a week after they were asked for; return of how many. The rows stay."""
    old = TestLetter.objects.filter(created_at__lt=now - WORDS_KEPT_FOR).exclude(text="")
    return old.update(subject="", text="", html="")
