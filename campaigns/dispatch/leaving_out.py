"""A due letter that its person, its address or another campaign keeps from leaving gets its reason."""

from datetime import datetime

from django.db.models import Q

from campaigns.dispatch.hint import DUE
from campaigns.models import Message
from customers.consent import may_write_to
from customers.models import Suppression


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
