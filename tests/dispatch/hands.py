"""A worker's hand in one line: a letter is read ahead, claimed, and what became of it is recorded."""

from datetime import datetime

from campaigns.dispatch.handover import Answer, hand_over, record_alone
from campaigns.dispatch.hint import DueLetter
from campaigns.dispatch.outcome import Outcome
from campaigns.models import Message
from tests.builders import NOW, as_due

SENT = Outcome("sent", "accepted")


def holder_of(name: str) -> str:
    """The holder of a worker on a machine that is not ours: never certainly dead."""
    return f"{name}|1|1|{name}"


def seen(letter: Message) -> DueLetter:
    """The letter as a worker reads it ahead."""
    return as_due(letter)


def claim(letter: Message | DueLetter, *, by: str = "a", now: datetime = NOW, last: Answer | None = None) -> bool:
    """Try to take a letter in hand; True when it is ours now. `last` is recorded in the same transaction."""
    due = letter if isinstance(letter, DueLetter) else seen(letter)
    return hand_over(due, holder=holder_of(by), now=now, last=last)


def in_hand(letter: Message, *, by: str = "a", now: datetime = NOW, outcome: Outcome = SENT) -> Answer:
    """Claim a letter and return the answer that will be recorded for it, as if it had been delivered."""
    due = seen(letter)
    assert claim(due, by=by, now=now)
    return Answer(due, holder_of(by), outcome)


def record(answer: Answer, *, now: datetime = NOW) -> None:
    record_alone(answer, now=now)
