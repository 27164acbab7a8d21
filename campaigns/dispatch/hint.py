"""What a turn reads ahead: up to a hundred letters that seem due, whole, in one statement.

A hint: nothing is written and nobody owns them. What is read here may be sent later because the claim asks for the
very revision and attempt that were read: words that were changed since are never claimed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from campaigns.models import Message

CANDIDATES = 100
DUE = (Message.State.READY, Message.State.RETRY)


@dataclass(frozen=True, slots=True)
class DueLetter:
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
    reply_to: str
    give_up_at: datetime | None
    subject: str
    text: str
    html: str
    sources: Mapping[str, int] | None

    @property
    def attempt(self) -> int:
        """The number of the try that a claim of this letter begins, from 1."""
        return self.attempts_before + 1

    @property
    def quoted_line(self) -> int | None:
        """The interaction whose line the letter quotes, if it quotes one."""
        return self.sources.get("quotable") if self.sources else None


_COLUMNS = (
    "pk", "campaign__revision", "attempt", "language", "manner", "to_name", "to_address", "address_digest",
    "header_id", "return_path", "reply_to", "give_up_at",
    "body__subject", "body__text", "body__html", "body__sources",
)  # fmt: skip


def read_whole(letters: QuerySet) -> list[DueLetter]:
    """Read letters with their words and the revision of their campaign, in one statement, in the queryset's order."""
    return [DueLetter(*row) for row in letters.values_list(*_COLUMNS)]


def due_letters(*, campaign_id: int, lane: int, now: datetime) -> list[DueLetter]:
    """Up to 100 letters of a lane that seem due, the longest due first."""
    due = Message.objects.filter(campaign_id=campaign_id, lane=lane, state__in=DUE, due_at__lte=now)
    return read_whole(due.order_by("due_at", "pk")[:CANDIDATES])
