"""One way back for every step of the review room: who took it knows how it is taken back."""

from collections.abc import Callable
from datetime import datetime

from campaigns.models import Message
from campaigns.review.by_hand import BY_HAND_STEPS, undo_by_hand
from campaigns.review.confirming import CONFIRM, take_back_confirmation
from campaigns.review.deciding import CHANGES, TICK_ALIKE, take_back_alike
from campaigns.review.hand_edits import OF_EDITS, take_back_edit
from campaigns.review.mending import NAME, take_back_name
from campaigns.review.steps import Step, take_back
from customers.models import User

_OWN_WAYS: dict[str, Callable[..., Message]] = {
    **dict.fromkeys(OF_EDITS, take_back_edit),
    **dict.fromkeys(BY_HAND_STEPS, undo_by_hand),
    CONFIRM: take_back_confirmation,
    TICK_ALIKE: take_back_alike,
    NAME: take_back_name,
}


def undo(step: Step, *, by: User, now: datetime) -> Message:
    """Take a step back and return its letter. Raise DecisionRefused: "moved" when somebody has decided otherwise."""
    own_way = _OWN_WAYS.get(step.did)
    if own_way is not None:
        return own_way(step, by=by, now=now)
    return take_back(step, by=by, now=now, is_change=step.did in CHANGES)
