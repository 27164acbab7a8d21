"""The hand-over: the only place where a letter is claimed.

Candidates are a hint; nobody owns them. One conditional UPDATE per letter is the claim, and one short transaction
records the answer to the last letter and hands over the next. Own columns stand in the outer WHERE, every other
table only as EXISTS: a relation in the filter makes `id IN (SELECT …)`, which two PostgreSQL workers both win.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from campaigns.dispatch.outcome import Outcome, retry_at
from campaigns.dispatch.statement import Statement
from campaigns.models import Campaign, DeliveryAttempt, Message
from customers.consent import any_stop, may_write_to
from customers.models import Contact, Interaction, Suppression

CANDIDATES = 100
LONGEST_TRY = timedelta(days=5)  # for a letter without a last sensible hour of its own, as mail servers do
_NO_REASON = {"reason_code": "", "reason_facts": {}}
DUE = (Message.State.READY, Message.State.RETRY)


@dataclass(frozen=True)
class Answer:
    """What became of one attempt: the letter as it was claimed, and the outcome of its delivery."""

    message: Message
    outcome: Outcome


def candidates(*, campaign_id: int, lane: int, now: datetime) -> list[int]:
    """Ids of up to 100 letters that seem due. A hint: nothing is written."""
    due = Message.objects.filter(campaign_id=campaign_id, lane=lane, state__in=DUE, due_at__lte=now)
    return list(due.order_by("due_at", "pk").values_list("pk", flat=True)[:CANDIDATES])


def claimable(message_id: int, *, now: datetime) -> QuerySet:
    """The letter `message_id` if it may be handed over at `now`; the WHERE of the claim."""
    campaign = Campaign.objects.filter(
        pk=OuterRef("campaign_id"), state=Campaign.State.SENDING, approved_revision=F("revision")
    )
    stopped = Contact.objects.filter(pk=OuterRef("contact_id")).filter(any_stop(timezone.localdate(now)))
    same_address = Contact.objects.filter(pk=OuterRef("contact_id"), address_digest=OuterRef("address_digest"))
    suppressed = Suppression.objects.filter(address_digest=OuterRef("address_digest"))
    wished = (
        Message.objects.filter(
            contact_id=OuterRef("contact_id"), occasion_key=OuterRef("occasion_key"), state__in=Message.OUT
        )
        .exclude(pk=OuterRef("pk"))
        .exclude(occasion_key="")
    )
    return Message.objects.filter(
        Q(give_up_at=None) | Q(give_up_at__gt=now),
        Exists(campaign),
        Exists(same_address),
        ~Exists(stopped),
        ~Exists(suppressed),
        ~Exists(wished),
        pk=message_id,
        state__in=DUE,
        due_at__lte=now,
    )


# Values that no letter has: where they stand in the SQL, those of a letter are put.
_MARK = datetime(1902, 2, 3, 12, tzinfo=UTC)
_MARKS = {"message_id": -1902_02_03, "holder": "\x01holder", "now": _MARK, "lease_until": _MARK + timedelta(hours=1)}


@cache
def _claim(vendor: str) -> Statement:
    """The claim: the only way a letter comes into a hand."""

    def write(*, message_id: int, holder: str, now: datetime, lease_until: datetime, today: date):
        columns = {
            "state": Message.State.SENDING,
            "attempt": F("attempt") + 1,
            "holder": holder,
            # An earlier "send again" is over; the audit trail keeps who decided.
            "settled_by": None,
            "lease_until": lease_until,
        }
        return claimable(message_id, now=now), columns

    return Statement(write, _MARKS | {"today": timezone.localdate(_MARK)})


@cache
def _record_sent(vendor: str) -> Statement:
    """The record of a letter that the server took; every other outcome is rare enough to be written anew."""

    def write(*, message_id: int, holder: str, attempt: int, now: datetime):
        columns = {"state": Message.State.SENT, "sent_at": now, "lease_until": None} | _NO_REASON
        return _in_the_hand_of(message_id, holder=holder, attempt=attempt), columns

    return Statement(
        write, {"message_id": _MARKS["message_id"], "holder": _MARKS["holder"], "attempt": 1_902_020_303, "now": _MARK}
    )


def hand_over(message_id: int, *, holder: str, now: datetime, last: Answer | None) -> Message | None:
    """Record `last` and claim `message_id`, in one transaction. Return the claimed letter with its words, or None."""
    lease_until = now + timedelta(seconds=settings.DISPATCH_LEASE_SECONDS)
    today = timezone.localdate(now)
    try:
        with transaction.atomic():
            if last is not None:
                record(last, now=now)
            claimed = _claim(connection.vendor).run(
                message_id=message_id, holder=holder, now=now, today=today, lease_until=lease_until
            )
            return Message.objects.select_related("body").get(pk=message_id) if claimed else None
    except IntegrityError:
        # Another campaign of the same occasion claimed for this person or address in the same instant; the record of
        # the last letter was rolled back together with our claim. A savepoint for this would cost every letter.
        if last is not None:
            record_alone(last, now=now)
        return None


def record_alone(last: Answer, *, now: datetime) -> None:
    with transaction.atomic():
        record(last, now=now)


def record(last: Answer, *, now: datetime) -> bool:
    """Write the outcome of an attempt. Only the holder of that very attempt can; return False when it no longer is.

    A holder slower than its lease may find its letter called uncertain: it knows better, and says so.
    """
    message, outcome = last.message, last.outcome
    hand = {"holder": message.holder, "attempt": message.attempt}
    if outcome.state == Message.State.SENT:
        recorded = _record_sent(connection.vendor).run(message_id=message.pk, now=now, **hand)
    else:
        recorded = _in_the_hand_of(message.pk, **hand).update(**_columns(message, outcome, now))
    if recorded and outcome.state == Message.State.SENT and (line := message.body.sources.get("quotable")):
        # A line is quoted once.
        Interaction.objects.filter(pk=line, quoted_at=None).update(quoted_at=now)
    if outcome.state != "sent" or message.attempt > 1:
        DeliveryAttempt.objects.get_or_create(
            message_id=message.pk,
            number=message.attempt,
            defaults={
                "at": now,
                "outcome": outcome.state,
                "code": outcome.code,
                "smtp_code": outcome.smtp_code,
                "reply": outcome.reply[:300],
            },
        )
    return bool(recorded)


def _in_the_hand_of(message_id: int, *, holder: str, attempt: int) -> QuerySet:
    """The letter, if this attempt of this holder is still the last word about it."""
    in_hand = [Message.State.SENDING, Message.State.UNCERTAIN]
    return Message.objects.filter(pk=message_id, state__in=in_hand, settled_by=None, holder=holder, attempt=attempt)


def _columns(message: Message, outcome: Outcome, now: datetime) -> dict:
    """The columns an outcome other than "sent" writes. A letter no longer in hand keeps no lease."""
    facts = {"smtp_code": outcome.smtp_code} if outcome.smtp_code else {}
    columns = {"state": outcome.state, "reason_code": outcome.code, "reason_facts": facts, "lease_until": None}
    if outcome.state == Message.State.RETRY:
        give_up_at = message.give_up_at or now + LONGEST_TRY
        next_at = retry_at(now, message.attempt, give_up_at=give_up_at, waits=settings.DISPATCH_RETRY_WAITS)
        if next_at is None:
            return columns | {"state": Message.State.HELD, "reason_code": "too_late"}
        return columns | {"due_at": next_at}
    return columns


def leave_out(message_id: int, *, now: datetime) -> bool:
    """Give a due letter that its person keeps from leaving a reason, instead of trying it for ever.

    Return True when it was left out or held: progress, though nothing was sent.
    """
    message = Message.objects.select_related("contact").filter(pk=message_id, state__in=DUE).first()
    if message is None:
        return False
    state, code, facts = _what_keeps(message, now=now)
    if not code:
        return False
    due = Message.objects.filter(pk=message_id, state__in=DUE)
    return bool(due.update(state=state, reason_code=code, reason_facts=facts))


def _what_keeps(message: Message, *, now: datetime) -> tuple[str, str, dict]:
    """(state, code, facts) of what keeps a letter from leaving because of its person; no code when nothing does."""
    verdict = may_write_to(message.contact, now=now)
    if not verdict.allowed:
        return Message.State.SKIPPED, verdict.code, verdict.facts
    if Suppression.objects.filter(address_digest=message.address_digest).exists():
        return Message.State.SKIPPED, "suppressed", {}
    if message.contact.address_digest != message.address_digest:
        return Message.State.HELD, "address_changed", {}
    if other := _other_wish(message):
        return Message.State.SKIPPED, "already_wished", {"campaign": other}
    return "", "", {}


def _other_wish(message: Message) -> int | None:
    """The campaign that has written to this person or address for the same occasion, if any.

    One that is only just being sent may still come to nothing: until then this letter stays due.
    """
    if not message.occasion_key:
        return None
    same_person = Q(contact_id=message.contact_id) | Q(address_digest=message.address_digest)
    written = [Message.State.SENT, Message.State.UNCERTAIN]
    others = Message.objects.filter(same_person, occasion_key=message.occasion_key, state__in=written)
    return others.exclude(pk=message.pk).values_list("campaign_id", flat=True).first()
