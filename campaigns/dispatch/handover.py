"""The hand-over: the only place where a letter is claimed.

Candidates are a hint; nobody owns them. One conditional UPDATE per letter is the claim, and one short transaction
records the answer to the last letter and hands over the next. Own columns stand in the outer WHERE, every other
table only as EXISTS: a relation in the filter makes `id IN (SELECT …)`, which two PostgreSQL workers both win.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, IntegrityError, connection, connections, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from campaigns.dispatch.hint import DUE, DueLetter
from campaigns.dispatch.outcome import Outcome, retry_at
from campaigns.dispatch.statement import Pair, Statement
from campaigns.models import Campaign, DeliveryAttempt, Message
from customers.consent import any_stop
from customers.models import Contact, Interaction, Suppression
from customers.writing_turn import TurnToWrite

_NO_REASON = {"reason_code": "", "reason_facts": {}}


@dataclass(frozen=True)
class Answer:
    """What became of one attempt: the letter as it was claimed, by whom, and the outcome of its delivery."""

    letter: DueLetter
    holder: str
    outcome: Outcome

    @property
    def is_plain(self) -> bool:
        """A letter that went at its first try and leaves nothing else to write: nearly all of them."""
        return (
            self.outcome.state == Message.State.SENT
            and self.letter.attempt == 1
            and not self.outcome.provider_id
            and self.letter.quoted_line is None
        )


def claimable(message_id: int, *, now: datetime) -> QuerySet:
    """The letter `message_id` if it may be handed over at `now`; the WHERE of the claim."""
    campaign = Campaign.objects.filter(
        pk=OuterRef("campaign_id"), state=Campaign.State.SENDING, approved_revision=F("revision")
    )
    stopped = Contact.objects.filter(pk=OuterRef("contact_id")).filter(any_stop(timezone.localdate(now)))
    same_address = Contact.objects.filter(pk=OuterRef("contact_id"), address_digest=OuterRef("address_digest"))
    suppressed = Suppression.objects.filter(address_digest=OuterRef("address_digest"))
    wished = Message.objects.filter(
        contact_id=OuterRef("contact_id"), occasion_key=OuterRef("occasion_key"), state__in=Message.OUT
    ).exclude(pk=OuterRef("pk"))
    return Message.objects.filter(
        Q(give_up_at=None) | Q(give_up_at__gt=now),
        Exists(campaign),
        Exists(same_address),
        ~Exists(stopped),
        ~Exists(suppressed),
        # Not a NOT EXISTS of its own: PostgreSQL would make a join of it and walk all letters that have left.
        ~(~Q(occasion_key="") & Exists(wished)),
        pk=message_id,
        state__in=DUE,
        due_at__lte=now,
    )


# Values that no letter has: where they stand in the SQL, those of a letter are put.
_MARK = datetime(1902, 2, 3, 12, tzinfo=UTC)
_HOLDER, _NOW = {"holder": "\x01holder"}, {"now": _MARK}


@cache
def _claim(vendor: str) -> Statement:
    """The claim: the only way a letter comes into a hand. It takes the letter as it was read, or not at all."""

    def write(
        *, message_id: int, revision: int, attempts_before: int, holder: str, now: datetime, lease_until: datetime,
        today: date,
    ):  # fmt: skip
        columns = {
            "state": Message.State.SENDING,
            "attempt": F("attempt") + 1,
            "holder": holder,
            # An earlier "send again" is over; the audit trail keeps who decided.
            "settled_by": None,
            "lease_until": lease_until,
        }
        as_read = Exists(Campaign.objects.filter(pk=OuterRef("campaign_id"), revision=revision))
        return claimable(message_id, now=now).filter(as_read, attempt=attempts_before), columns

    return Statement.from_queryset(
        write,
        _HOLDER
        | _NOW
        | {
            "message_id": -1902_02_03,
            "revision": 1_902_020_301,
            "attempts_before": 1_902_020_302,
            "lease_until": _MARK + timedelta(hours=1),
            "today": timezone.localdate(_MARK),
        },
    )


@cache
def _record_sent(vendor: str) -> Statement:
    """The record of a letter that the server took; every other outcome is rare enough to be written anew."""

    def write(*, last_id: int, last_attempt: int, holder: str, now: datetime):
        columns = {"state": Message.State.SENT, "sent_at": now, "lease_until": None} | _NO_REASON
        return _in_the_hand_of(last_id, holder=holder, attempt=last_attempt), columns

    return Statement.from_queryset(write, _HOLDER | _NOW | {"last_id": -1902_02_04, "last_attempt": 1_902_020_303})


@cache
def _record_and_claim(vendor: str) -> Pair:
    """The record of the last letter and the claim of the next: one transaction."""
    return Pair(_record_sent(vendor), _claim(vendor))


def hand_over(letter: DueLetter, *, holder: str, now: datetime, last: Answer | None) -> bool:
    """Record `last` and claim `letter` as it was read, in one transaction. Return whether it is ours now."""
    today, lease_until = _of_the_second(now.replace(microsecond=0), settings.DISPATCH_LEASE_SECONDS)
    claim = {
        "message_id": letter.pk,
        "revision": letter.revision,
        "attempts_before": letter.attempts_before,
        "holder": holder,
        "now": now,
        "today": today,
        "lease_until": lease_until,
    }
    db = connections[DEFAULT_DB_ALIAS]
    try:
        if last is not None and last.is_plain and not db.in_atomic_block:
            claim |= _last(last)
            with TurnToWrite(db):
                return bool(_record_and_claim(db.vendor).run_on(db, claim))
        with TurnToWrite(), transaction.atomic():
            if last is not None:
                record(last, now=now)
            return bool(_claim(db.vendor).run(**claim))
    except IntegrityError:
        # Another campaign of the same occasion claimed for this person or address in the same instant; the record of
        # the last letter was rolled back together with our claim. A savepoint for this would cost every letter.
        if last is not None:
            record_alone(last, now=now)
        return False


@lru_cache(maxsize=4)
def _of_the_second(second: datetime, lease_seconds: float) -> tuple[date, datetime]:
    """The day of the house in that second, and the end of all leases that begin in it."""
    return timezone.localdate(second), second + timedelta(seconds=1 + lease_seconds)


def _last(last: Answer) -> dict:
    return {"last_id": last.letter.pk, "last_attempt": last.letter.attempt}


def record_alone(last: Answer, *, now: datetime) -> None:
    with TurnToWrite(), transaction.atomic():
        record(last, now=now)


def record(last: Answer, *, now: datetime) -> bool:
    """Write the outcome of an attempt. Only the holder of that very attempt can; return False when it no longer is.

    A holder slower than its lease may find its letter called uncertain: it knows better, and says so.
    """
    letter, outcome = last.letter, last.outcome
    if last.is_plain:
        return bool(_record_sent(connection.vendor).run(holder=last.holder, now=now, **_last(last)))
    in_hand = _in_the_hand_of(letter.pk, holder=last.holder, attempt=letter.attempt)
    recorded = in_hand.update(**_columns(letter, outcome, now))
    if recorded and outcome.state == Message.State.SENT and letter.quoted_line is not None:
        # A line is quoted once.
        Interaction.objects.filter(pk=letter.quoted_line, quoted_at=None).update(quoted_at=now)
    if outcome.state != Message.State.SENT or letter.attempt > 1:
        DeliveryAttempt.objects.get_or_create(
            message_id=letter.pk,
            number=letter.attempt,
            defaults={
                "at": now,
                "outcome": outcome.state,
                "code": outcome.code,
                "smtp_code": outcome.smtp_code,
                "reply": outcome.reply[:300],
            },
        )
    return bool(recorded)


def lay_down(letter: DueLetter, *, holder: str) -> bool:
    """Let a letter wait again that `holder` has perhaps claimed and certainly not given to the server.

    As if the claim had not been: the try does not count. Return whether it was in that hand.
    """
    in_hand = _in_the_hand_of(letter.pk, holder=holder, attempt=letter.attempt)
    columns = {"state": Message.State.READY, "attempt": letter.attempts_before, "holder": "", "lease_until": None}
    return bool(in_hand.update(**columns | _NO_REASON))


def _in_the_hand_of(message_id: int, *, holder: str, attempt: int) -> QuerySet:
    """The letter, if this attempt of this holder is still the last word about it."""
    in_hand = [Message.State.SENDING, Message.State.UNCERTAIN]
    return Message.objects.filter(pk=message_id, state__in=in_hand, settled_by=None, holder=holder, attempt=attempt)


def _columns(letter: DueLetter, outcome: Outcome, now: datetime) -> dict:
    """The columns an outcome writes. A letter no longer in hand keeps no lease."""
    columns = {"state": outcome.state, "lease_until": None}
    if outcome.provider_id:
        columns["provider_id"] = outcome.provider_id
    if outcome.state == Message.State.SENT:
        return columns | _NO_REASON | {"sent_at": now}
    facts = {"smtp_code": outcome.smtp_code} if outcome.smtp_code else {}
    columns |= {"reason_code": outcome.code, "reason_facts": facts}
    if outcome.state == Message.State.RETRY:
        give_up_at = Message.objects.filter(pk=letter.pk).values_list("give_up_at", flat=True).first()
        next_at = retry_at(now, letter.attempt, give_up_at=give_up_at, waits=settings.DISPATCH_RETRY_WAITS)
        if next_at is None:
            return columns | {"state": Message.State.HELD, "reason_code": "too_late"}
        return columns | {"due_at": next_at}
    return columns
