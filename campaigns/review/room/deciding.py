"""What a reader decides about a letter: a tick, a tick for all that say the same, set aside, taken up again.

Each returns the `Step` by which it is taken back. `seen` is the mark of what the reader had before them
(`seen_mark`): where the letter says or is something else meanwhile, nothing is written and DecisionRefused "moved" is
raised with the letter as it is now; "" asks nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.dateparse import parse_datetime

from campaigns.models import LetterReview, Message, MessageBody
from campaigns.review.holding import columns_to_leave
from campaigns.review.looking import NEUTRAL, NO_PERSONAL_FACT, pile_of
from campaigns.review.room.pile import LOOK, REST
from campaigns.review.steps import DecisionRefused, Step, decide, letter_to_decide, take_back
from customers import audit
from customers.models import User

State = Message.State
TICK, TICK_ALIKE, ASIDE, TAKE_UP = "tick_letter", "tick_alike_letters", "set_aside_letter", "take_up_letter"
# Decisions by which other letters leave, or a letter does that would not have: an approval falls with them.
CHANGES = frozenset({ASIDE, TAKE_UP})
# Why a letter is set aside: a code for the reader's language; further words are the colleague's own.
WHYS = ("wait", "spoken", "not_now", "other")
LONGEST_WHY = 200
# The look of one letter of a class is the look of them all.
_LOOK_OF_A_CLASS = {"alike", "as_last_year", NEUTRAL, NO_PERSONAL_FACT}


def seen_mark(letter: Message) -> str:
    """A short mark of how a letter stands: its state, its tick and its words."""
    digest = MessageBody.objects.filter(pk=letter.pk).values_list("digest", flat=True).first() or ""
    ticked = letter.reviewed_at.isoformat() if letter.reviewed_at else ""
    return f"{letter.state}|{letter.reason_code}|{ticked}|{digest[:16]}"


def _to_decide(message_id: int, *, seen: str, states: tuple[str, ...]) -> Message:
    letter = letter_to_decide(message_id)
    if seen and seen != seen_mark(letter):
        raise DecisionRefused("moved", letter)
    if letter.state not in states:
        raise DecisionRefused("letter", letter)
    return letter


@transaction.atomic
def tick(message_id: int, *, by: User, now: datetime, seen: str = "") -> Step:
    """`by` has read this letter and it may leave. The signer's tick says too that they have read what they sign.

    A letter that somebody has ticked stays theirs; a step without columns says that nothing was to be done.
    """
    letter = _to_decide(message_id, seen=seen, states=(State.DRAFT,))
    review = letter.review
    message: dict[str, Any] = {}
    columns: dict[str, Any] = {}
    if letter.reviewed_at is None or review.ticked_alike:
        message = {"reviewed_at": now, "reviewed_by_id": by.pk}
        columns = {"pile": "", "ticked_alike": False}
    if review.signer_id == by.pk and review.signer_read_at is None:
        columns["signer_read_at"] = now
    if not columns:
        return Step(TICK, letter.pk)
    return decide(letter, did=TICK, by=by, now=now, message=message, review=columns, is_change=False)


@transaction.atomic
def set_aside(message_id: int, *, why: str, by: User, now: datetime, kind: str = "other", seen: str = "") -> Step:
    """Take a letter out of what leaves, with a reason: one of WHYS and the colleague's own words."""
    letter = _to_decide(message_id, seen=seen, states=(State.DRAFT, State.HELD))
    words = why.replace("\x00", "").strip()[:LONGEST_WHY]
    facts = {"kind": kind if kind in WHYS else "other", "why": words, "by": str(by)}
    message = {"state": State.HELD, "reason_code": "set_aside", "reason_facts": facts}
    columns = {"pile": ""}
    return decide(letter, did=ASIDE, by=by, now=now, message=message, review=columns, is_change=True)


@transaction.atomic
def take_up(message_id: int, *, by: User, now: datetime, seen: str = "") -> Step:
    """Put a letter that a colleague has set aside back on its pile. Only that reason is theirs to lift: what else
    keeps it from leaving holds it again.
    """
    letter = _to_decide(message_id, seen=seen, states=(State.HELD,))
    if letter.reason_code != "set_aside":
        raise DecisionRefused("letter", letter)
    message = columns_to_leave(letter)
    waiting = Message(state=message["state"], reason_code=message["reason_code"])
    columns = {"pile": "" if letter.reviewed_at else pile_of(waiting, letter.review.look_codes)}
    return decide(letter, did=TAKE_UP, by=by, now=now, message=message, review=columns, is_change=True)


# --- All that say the same ---


@dataclass(frozen=True)
class Alike:
    """What ticking a class came to: how many letters beside the one that was read, and the step."""

    count: int
    step: Step


@transaction.atomic
def tick_alike(message_id: int, *, by: User, now: datetime, seen: str = "") -> Alike:
    """Tick this letter, which `by` has read, and with it every unread one that says the same.

    A letter of the class that wants a look for a reason of its own is left where it lies.
    """
    letter = _to_decide(message_id, seen=seen, states=(State.DRAFT,))
    same = LetterReview.objects.filter(campaign=letter.campaign, same_class=letter.review.same_class)
    if not letter.review.same_class:
        raise DecisionRefused("letter", letter)
    own = tick(message_id, by=by, now=now)
    looked_for = same.filter(pile=LOOK).values_list("pk", "look_codes")
    only_alike = [pk for pk, codes in looked_for if {each["code"] for each in codes} <= _LOOK_OF_A_CLASS]
    unread = Message.objects.filter(state=State.DRAFT, reviewed_at=None)
    marks = {"reviewed_at": now, "reviewed_by": by}
    # The campaign's row is held: nobody else decides about a letter of it meanwhile.
    count = unread.filter(pk__in=same.filter(pile=REST).values("pk")).update(**marks)
    count += unread.filter(pk__in=only_alike).update(**marks)
    _alike_ones(letter, by=by, at=now).exclude(pile="").update(pile="", ticked_alike=True)
    audit.record(TICK_ALIKE, actor=by, now=now, obj=letter.campaign, facts={"letter": letter.pk, "count": count})
    before = {"own": own.as_dict(), "looked_at": only_alike}
    return Alike(count, Step(TICK_ALIKE, letter.pk, before=before, after={"at": now.isoformat()}))


@transaction.atomic
def take_back_alike(step: Step, *, by: User, now: datetime) -> Message:
    """Take back the ticks of a class: those that `by` gave with this step and nobody has touched since.

    Return the letter that was read. Raise DecisionRefused as `take_back` does.
    """
    letter = letter_to_decide(step.message_id)
    at = parse_datetime(step.after["at"])
    ticked = _alike_ones(letter, by=by, at=at).filter(ticked_alike=True)
    # The piles first: by its tick one still sees which letters they are. Of a class one letter lies where it is looked
    # at for them all, so that its number is kept, and no code of the others is read.
    count = ticked.filter(pk__in=step.before.get("looked_at", [])).update(pile=LOOK, ticked_alike=False)
    count += ticked.update(pile=REST, ticked_alike=False)
    _ticked_at(letter, by=by, at=at).exclude(pk=letter.pk).update(reviewed_at=None, reviewed_by=None)
    audit.record(f"take_back_{TICK_ALIKE}", actor=by, now=now, obj=letter.campaign, facts={"count": count})
    own = Step(**step.before["own"])
    return take_back(own, by=by, now=now, is_change=False) if own.after else letter


def _alike_ones(letter: Message, *, by: User, at: datetime) -> QuerySet[LetterReview]:
    """The others of the class that were ticked in that very moment."""
    ticked = _ticked_at(letter, by=by, at=at)
    same = LetterReview.objects.filter(campaign=letter.campaign, same_class=letter.review.same_class)
    return same.filter(pk__in=ticked.values("pk")).exclude(pk=letter.pk)


def _ticked_at(letter: Message, *, by: User, at: datetime) -> QuerySet[Message]:
    """The letters of its campaign that were ticked in that very moment and may still leave."""
    return Message.objects.filter(campaign=letter.campaign, reviewed_at=at, reviewed_by=by, state=State.DRAFT)
