"""How a letter stands in the review room: in words, what may be decided about it, and how far its pile has come."""

from datetime import datetime
from typing import Any

import etiquette
from campaigns.coverage import CLASS_OF_STATE
from campaigns.models import Campaign, Message
from campaigns.reasons import letter_reason
from campaigns.review.guard.words import finding_sentence, findings_of, still_open
from campaigns.review.looking import ANEW_CODES, FACTS_CHANGED, NAME_UNSURE
from campaigns.review.release import facts_changed, new_words
from campaigns.review.room.pile import EMPTYING, PileCounts, letters_on, number_on, pile_counts
from campaigns.review.today import changes_of_today
from customers.models import User

State = Message.State


def standing_of(letter: Message, user: User, *, now: datetime) -> dict[str, Any]:
    """How a letter stands, in words, and what may be decided about it."""
    review = letter.review
    to_sign = review.signer_id == user.pk and review.signer_read_at is None
    unread = letter.reviewed_at is None or review.ticked_alike
    wants_new_words = letter.state == State.HELD and letter.reason_code in ANEW_CODES
    changed_too = letter.reason_code == FACTS_CHANGED and letter.state == State.HELD
    return {
        "facts_changed": wants_new_words,
        "changed_count": facts_changed(letter.campaign_id).count() if changed_too else 0,
        "name_first": letter.state == State.HELD and letter.reason_code == NAME_UNSURE,
        "difference": changes_of_today(letter, new_words(letter, now=now)) if wants_new_words else (),
        "reason": letter_reason(letter.reason_code, letter.reason_facts),
        "class_name": CLASS_OF_STATE[letter.state],
        "findings": _findings(letter),
        "name_unsure": letter.contact.name_confidence < etiquette.SURE,
        "is_open": letter.state in (State.DRAFT, State.HELD),
        "may_tick": letter.state == State.DRAFT and (unread or to_sign),
        "may_tick_alike": letter.state == State.DRAFT and unread,
        "may_take_up": letter.state == State.HELD and letter.reason_code == "set_aside",
        "is_signer": review.signer_id == user.pk,
    }


def _findings(letter: Message) -> list[dict[str, Any]]:
    """What the guard has found and nobody has confirmed, in words."""
    found = still_open(findings_of(letter.review.guard), letter.review.confirmed)
    return [{"code": each.code, "words": finding_sentence(each), "confirmable": each.confirmable} for each in found]


def place_on(campaign: Campaign, pile: str, letter: Message, user: User) -> dict[str, int]:
    """How far the pile has come: `at` is the number of this letter, 0 for one that no longer lies there."""
    counts: PileCounts = pile_counts(campaign, pile, user)
    if pile not in EMPTYING:
        at = number_on(campaign, pile, by=user, message_id=letter.pk)
        return {"at": at, "total": counts.total, "left": counts.total - at, "done": max(at - 1, 0)}
    lies_there = letters_on(campaign, pile, by=user).filter(pk=letter.pk).exists()
    return {
        "at": counts.done + 1 if lies_there else 0,
        "total": counts.total,
        "left": counts.left,
        "done": counts.done,
    }
