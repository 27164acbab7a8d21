"""What a turn reads ahead: up to a hundred letters that seem due, whole, in one statement.

A hint: nothing is written and nobody owns them. What is read here may be sent later because the claim asks for the
very revision and attempt that were read: words that were changed since are never claimed.
"""

import json
from datetime import UTC, datetime
from functools import cache
from typing import NamedTuple

from django.db import connection
from django.db.models import QuerySet

from campaigns.dispatch.statement import Reading
from campaigns.models import Message

CANDIDATES = 100
DUE = (Message.State.READY, Message.State.RETRY)


class DueLetter(NamedTuple):
    """A letter with its words, as it stood when it was read. Field by field in the order of `_COLUMNS`."""

    pk: int
    revision: int
    attempts_before: int
    language: str
    manner: str
    to_name: str
    to_address: str
    address_digest: str
    header_id: str
    return_path: str
    from_name: str
    reply_to: str
    subject: str
    text: str | None
    html: str
    sources: str | None

    @property
    def attempt(self) -> int:
        """The number of the try that a claim of this letter begins, from 1."""
        return self.attempts_before + 1

    @property
    def quoted_line(self) -> int | None:
        """The interaction whose line the letter quotes, if it quotes one."""
        return json.loads(self.sources).get("quotable") if self.sources and "quotable" in self.sources else None


_COLUMNS = (
    "pk", "campaign__revision", "attempt", "language", "manner", "to_name", "to_address", "address_digest",
    "header_id", "return_path", "from_name", "reply_to",
    "body__subject", "body__text", "body__html", "body__sources",
)  # fmt: skip


def read_whole(letters: QuerySet) -> QuerySet:
    """The letters with their words and the revision of their campaign, in one statement: the columns of DueLetter."""
    return letters.values_list(*_COLUMNS)


@cache
def _due(vendor: str) -> Reading:
    """What is due on a lane, the longest due first; kept because SQLite finds the index only in words of its own."""

    def write(*, campaign_id: int, lane: int, now: datetime) -> QuerySet:
        due = Message.objects.filter(campaign_id=campaign_id, lane=lane, state__in=DUE, due_at__lte=now)
        return read_whole(due.order_by("due_at", "pk")[:CANDIDATES])

    marks = {"campaign_id": -1902_02_03, "lane": 19_020, "now": datetime(1902, 2, 3, tzinfo=UTC)}
    return Reading.from_queryset(write, marks)


def due_letters(*, campaign_id: int, lane: int, now: datetime) -> list[DueLetter]:
    """Up to 100 letters of a lane that seem due, the longest due first."""
    rows = _due(connection.vendor).rows(campaign_id=campaign_id, lane=lane, now=now)
    return [DueLetter._make(row) for row in rows]
