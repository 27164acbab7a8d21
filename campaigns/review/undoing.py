"""One way back for every step of the review room: who took it knows how it is taken back."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from campaigns.models import Message
from campaigns.review.by_hand.giving import BY_HAND_STEPS, undo_by_hand
from campaigns.review.edits.changing import OF_EDITS, take_back_edit
from campaigns.review.edits.confirming import CONFIRM, take_back_confirmation
from campaigns.review.holding import hold_what_may_not_leave
from campaigns.review.room.deciding import CHANGES, TICK_ALIKE, take_back_alike
from campaigns.review.room.mending import NAME, take_back_name
from campaigns.review.steps import Step, take_back
from customers.models import User

_OWN_WAYS: dict[str, Callable[..., Message]] = {
    **dict.fromkeys(OF_EDITS, take_back_edit),
    **dict.fromkeys(BY_HAND_STEPS, undo_by_hand),
    CONFIRM: take_back_confirmation,
    TICK_ALIKE: take_back_alike,
    NAME: take_back_name,
}


@transaction.atomic
def undo(step: Step, *, by: User, now: datetime) -> Message:
    """Take a step back and return its letter. Raise DecisionRefused: "moved" when somebody has decided otherwise.

    A letter that was a draft before and may not leave as it stands by now is held.
    """
    own_way = _OWN_WAYS.get(step.did)
    if own_way is not None:
        letter = own_way(step, by=by, now=now)
    else:
        letter = take_back(step, by=by, now=now, is_change=step.did in CHANGES)
    return hold_what_may_not_leave(letter.pk) if letter.state == Message.State.DRAFT else letter
