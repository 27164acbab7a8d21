"""A name mended from a letter: once on the person's card, so that it holds for ever, and then in the letter itself.

People are locked before campaigns and letters, as everywhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from campaigns.models import Message
from campaigns.review.rewriting import rewrite_letter
from campaigns.review.steps import REVIEWABLE, DecisionRefused, Step
from customers.models import User
from customers.services import acquaintance

NAME = "mend_name"


@dataclass(frozen=True)
class Mended:
    """What came of it: "name" (the letter says something else now), "name_same", "unchanged" (nothing was typed), or
    "changed" (a colleague has settled the name meanwhile, and nothing was written).
    """

    code: str
    step: Step | None = None


@transaction.atomic
def mend_name(
    message_id: int, *, by: User, now: datetime, choice: str | None = None, changes: Mapping[str, Any] | None = None
) -> Mended:
    """Settle the name of a letter's reader and write the letter anew.

    `choice` is one of the readings offered, "" when the name is right as it stands; else `changes` are checked values
    of the card. Raise DecisionRefused "gone", or "campaign" when its letters can no longer be changed.
    """
    letter = _letter(message_id)
    outcome = acquaintance.mend_name(letter.contact_id, choice=choice, changes=changes or {}, by=by, now=now)
    if outcome.code == "gone":
        raise DecisionRefused("gone")
    if outcome.step is None:
        return Mended(outcome.code)
    rewritten = rewrite_letter(letter.pk, by=by, now=now)
    step = Step(NAME, letter.pk, before={"card": outcome.step.as_dict()}, after={"contact": letter.contact_id})
    return Mended("name" if rewritten.changed else "name_same", step)


@transaction.atomic
def take_back_name(step: Step, *, by: User, now: datetime) -> Message:
    """Put the card back as it was and write the letter anew. Raise DecisionRefused "moved" when a colleague has
    written over it since, and as `mend_name` does.
    """
    letter = _letter(step.message_id)
    outcome = acquaintance.take_back(acquaintance.Step(**step.before["card"]), by=by, now=now)
    if outcome.code != "undone":
        raise DecisionRefused("moved", letter)
    rewrite_letter(letter.pk, by=by, now=now)
    return _letter(step.message_id)


def _letter(message_id: int) -> Message:
    """The letter, unlocked: whoever writes it anew locks the campaign, after the person."""
    letter = Message.objects.select_related("campaign", "contact", "review").filter(pk=message_id).first()
    if letter is None:
        raise DecisionRefused("gone")
    if letter.campaign.state not in REVIEWABLE:
        raise DecisionRefused("campaign", letter)
    return letter
