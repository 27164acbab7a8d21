"""One decision of a person about one letter: taken under a lock, and kept as a step that can be taken back.

The campaign is locked before its letter, as everywhere. What changes what leaves (an edit, a letter set aside) is a
change of the campaign: its revision rises and an approval no longer holds. A tick is none.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.dateparse import parse_datetime

from campaigns.models import Campaign, LetterReview, Message
from campaigns.running import change_campaign
from campaigns.writing.composing import CHANGEABLE
from customers import audit
from customers.models import User

# Campaigns whose letters can be read and decided about: prepared, and none on its way yet.
REVIEWABLE = tuple(state for state in CHANGEABLE if state not in (Campaign.State.DRAFT, Campaign.State.PREPARING))
_OF_MESSAGE = (
    "state", "channel", "reason_code", "reason_facts", "reviewed_at", "reviewed_by_id", "sent_at", "settled_by_id",
)  # fmt: skip
_OF_REVIEW = ("pile", "ticked_alike", "signer_read_at", "confirmed")
TAKE_BACK_READING = "take_back_reading"
_MOMENTS = ("reviewed_at", "sent_at", "signer_read_at")


class DecisionRefused(Exception):
    """`code`: "gone" (no such letter any more), "campaign" (it can no longer be changed), "letter" (this letter is not
    in a state to decide about), "moved" (somebody has decided otherwise since); `letter` as it is, None when gone.
    """

    def __init__(self, code: str, letter: Message | None = None) -> None:
        super().__init__(code)
        self.code, self.letter = code, letter


@dataclass(frozen=True)
class Step:
    """What one decision changed in one letter, as plain values a session can keep: column -> value."""

    did: str
    message_id: int
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def letter_to_decide(message_id: int, *, campaign_states: tuple[str, ...] = REVIEWABLE) -> Message:
    """Return the letter with campaign, contact and review, campaign and letter held until the transaction ends.

    Raise DecisionRefused: "gone", or "campaign" when its campaign is in none of `campaign_states`.
    """
    campaign_id = Message.objects.filter(pk=message_id).values_list("campaign_id", flat=True).first()
    if campaign_id is None:
        raise DecisionRefused("gone")
    Campaign.objects.select_for_update(no_key=True).get(pk=campaign_id)
    letter = Message.objects.select_for_update(of=("self",)).select_related("campaign", "contact", "review")
    found = letter.filter(pk=message_id, review__isnull=False).first()
    if found is None:
        raise DecisionRefused("gone")
    if found.campaign.state not in campaign_states:
        raise DecisionRefused("campaign", found)
    return found


def decide(
    letter: Message,
    *,
    did: str,
    by: User,
    now: datetime,
    message: Mapping[str, Any] | None = None,
    review: Mapping[str, Any] | None = None,
    facts: Mapping[str, Any] | None = None,
    is_change: bool,
) -> Step:
    """Write the columns of a decision about a letter from `letter_to_decide`, in that transaction.

    `did` names it in the trail (with `facts`) and on the button that takes it back; `is_change` when other letters
    leave because of it, or another letter does.
    """
    before = _watched(letter)
    if message:
        Message.objects.filter(pk=letter.pk).update(**message)
    if review:
        LetterReview.objects.filter(pk=letter.pk).update(**review)
    after = _watched(Message.objects.select_related("review").get(pk=letter.pk))
    changed = [name for name in before if before[name] != after[name]]
    audit.record(did, actor=by, now=now, obj=letter, contact=letter.contact, facts=dict(facts or {}))
    if is_change:
        change_campaign(letter.campaign, by=by, now=now, what=did)
    return Step(did, letter.pk, {name: before[name] for name in changed}, {name: after[name] for name in changed})


@transaction.atomic
def take_back(step: Step, *, by: User, now: datetime, is_change: bool) -> Message:
    """Put back what a step changed, and return the letter.

    When a signer takes back that they have read a letter that was approved, that is a change whatever `is_change` says:
    what its signer has not seen leaves in the name of the house, and the next approval gives it there.
    Raise DecisionRefused: "moved" when one of its columns is no longer what the step made it, and as
    `letter_to_decide` does.
    """
    letter = letter_to_decide(step.message_id)
    present = _watched(letter)
    if any(present[name] != value for name, value in step.after.items()):
        raise DecisionRefused("moved", letter)
    columns = {name: _read(name, value) for name, value in step.before.items()}
    unseen = _unsigned_by_reader(letter, columns)
    decide(
        letter,
        did=TAKE_BACK_READING if unseen else "take_back_decision",
        by=by,
        now=now,
        message={name: value for name, value in columns.items() if name in _OF_MESSAGE},
        review={name: value for name, value in columns.items() if name in _OF_REVIEW},
        is_change=is_change or unseen,
    )
    return Message.objects.select_related("campaign", "contact", "review").get(pk=letter.pk)


def _unsigned_by_reader(letter: Message, columns: Mapping[str, Any]) -> bool:
    """True where an approved letter would leave in the name of somebody who, with these columns, has not read it."""
    approved = letter.campaign.approved_revision is not None and letter.state == Message.State.DRAFT
    return approved and letter.review.signer_id is not None and columns.get("signer_read_at", 0) is None


def _watched(letter: Message) -> dict[str, Any]:
    """The columns a decision may change, as JSON keeps them."""
    values = {name: getattr(letter, name) for name in _OF_MESSAGE}
    values |= {name: getattr(letter.review, name) for name in _OF_REVIEW}
    return {name: value.isoformat() if name in _MOMENTS and value else value for name, value in values.items()}


def _read(name: str, value: Any) -> Any:
    return parse_datetime(value) if name in _MOMENTS and value else value
