"""A person changes the words of one letter: kept beside the machine's, taken back on wish, decided anew when the
machine has come to say something else in the very place.

Every step is a change of the campaign: an approval no longer holds, the letter's tick is void, and the guard reads the
words a person answers for.
"""

import hashlib
import json
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from campaigns.letters import words_digest
from campaigns.models import Campaign, HandEdit, LetterReview, Message, MessageBody
from campaigns.notices import AUTHOR_YES, raise_alarm
from campaigns.rendering import RenderedGreeting
from campaigns.rendering.by_hand import words_by_hand
from campaigns.rendering.three_ways import Merged, merge
from campaigns.review.comparing import read_another
from campaigns.review.edits.confirming import EDITABLE
from campaigns.review.edits.hands import hands_in, note_hands
from campaigns.review.edits.judging import judge_words, machine_words, what_was_found
from campaigns.review.edits.merging import base_of, lay_on, mine_of, says_nothing, words_of
from campaigns.review.looking import ALIKE, has_code, pile_of
from campaigns.review.steps import DecisionRefused, Step, decide, letter_to_decide, take_back
from customers.models import User
from customers.roles import ADMIN, MANAGER, has_role

State = Message.State
EDIT, CLEAR, KEEP, TAKE_NEW = "edit_letter", "clear_edit", "keep_edit", "take_new_words"
OF_EDITS = frozenset({EDIT, CLEAR, KEEP, TAKE_NEW})
# With its number: what the trail says of an edit is true of the one that is put back.
_EDIT_COLUMNS = (
    "id", "base_subject", "base_text", "base_html", "subject", "text", "html", "stale", "edited_by_id", "edited_at",
    "agreed_by_id", "agreed_at",
)  # fmt: skip
_MOMENTS = ("edited_at", "agreed_at")
_HANDS = "hands"  # whose words wait for a yes, beside the columns of an edit
_BESIDE = ("edit", "words")  # what a step of an edit keeps beside the columns of the letter


class WordsMoved(Exception):
    """The letter says something else than the page the words were typed on: `letter`, `words` as they are now, and
    `edit` of whoever typed them, None when the machine wrote them anew.
    """

    def __init__(self, letter: Message, words: RenderedGreeting, edit: HandEdit | None) -> None:
        super().__init__(letter.pk)
        self.letter, self.words, self.edit = letter, words, edit


# --- Typing ---


@transaction.atomic
def edit_letter(message_id: int, *, subject: str, text: str, seen_digest: str, by: User, now: datetime) -> Step | None:
    """Put the words a person typed into a letter, in the place of those they saw (`seen_digest` of its body).

    None when the letter says that already. Words that are the machine's own again end the edit. Raise HandWordsRefused
    for words no letter can carry, WordsMoved when it says something else by now, DecisionRefused as `letter_to_decide`.
    """
    letter, body, edit = _opened(message_id)
    present = words_of(body)
    if seen_digest != body.digest:
        raise WordsMoved(letter, present, edit)
    base = base_of(edit) if edit else present
    mine = words_by_hand(present, subject, text, known=base)
    if _same(mine, present):
        return None
    if edit and not edit.stale and _same(mine, base):
        return _cleared(letter, edit, by=by, now=now)
    changed = edit or HandEdit(campaign=letter.campaign, contact=letter.contact)
    former = _as_data(edit)
    if edit is None:
        changed.base_subject, changed.base_text, changed.base_html = base.subject, base.text, base.html
    changed.subject, changed.text, changed.html = mine.subject, mine.text, mine.html
    # Whoever began the greeting and types into words of a colleague has read them: that is their yes.
    hands = set() if by.pk == letter.campaign.author_id else hands_in(edit) | {by.pk}
    changed.edited_by, changed.edited_at, changed.agreed_by, changed.agreed_at = by, now, None, None
    changed.save()
    note_hands(changed, hands, by=by, now=now)
    _ask_author(changed, letter.campaign, by=by, now=now)
    return _written(letter, mine, changed, did=EDIT, former=former, by=by, now=now)


@transaction.atomic
def clear_edit(message_id: int, *, seen_digest: str = "", by: User, now: datetime) -> Step:
    """Let the letter say again what the machine writes. Raise DecisionRefused "letter" when no hand has touched it."""
    letter, body, edit = _opened(message_id)
    if seen_digest and seen_digest != body.digest:
        raise WordsMoved(letter, words_of(body), edit)
    if edit is None:
        raise DecisionRefused("letter", letter)
    return _cleared(letter, edit, by=by, now=now)


def _cleared(letter: Message, edit: HandEdit, *, by: User, now: datetime) -> Step:
    former = _as_data(edit)
    anew = machine_words(letter, now=now) if edit.stale else None
    words = anew or base_of(edit)
    edit.delete()
    return _written(letter, words, None, did=CLEAR, former=former, by=by, now=now, anew=anew)


# --- When the machine has come to say something else ---


@transaction.atomic
def keep_mine(message_id: int, *, seen_digest: str, by: User, now: datetime) -> Step:
    """The hand's words stay where the machine now says something else; from now on they are a change of its new words.

    Raise DecisionRefused "letter" when there is nothing to decide.
    """
    letter, _body, edit, theirs = _disputed(message_id, seen_digest=seen_digest, now=now)
    former, mine = _as_data(edit), mine_of(edit)
    lay_on(edit, Merged(mine, False, theirs))
    edit.save()
    return _written(letter, mine, edit, did=KEEP, former=former, by=by, now=now, anew=theirs)


@transaction.atomic
def take_new(message_id: int, *, seen_digest: str, by: User, now: datetime) -> Step:
    """The machine's new words stand where the two disagree; what else a person changed stays. Raise as `keep_mine`."""
    letter, _body, edit, theirs = _disputed(message_id, seen_digest=seen_digest, now=now)
    former = _as_data(edit)
    lay_on(edit, merge(base_of(edit), mine_of(edit), theirs, prefer_theirs=True))
    words, kept = mine_of(edit), edit
    if says_nothing(edit):
        edit.delete()
        kept = None
    else:
        edit.save()
    return _written(letter, words, kept, did=TAKE_NEW, former=former, by=by, now=now, anew=theirs)


def _disputed(
    message_id: int, *, seen_digest: str, now: datetime
) -> tuple[Message, MessageBody, HandEdit, RenderedGreeting]:
    letter, body, edit = _opened(message_id)
    if seen_digest != body.digest:
        raise WordsMoved(letter, words_of(body), edit)
    theirs = machine_words(letter, now=now) if edit and edit.stale else None
    if edit is None or theirs is None:
        raise DecisionRefused("letter", letter)
    return letter, body, edit, theirs


# --- Taken back ---


@transaction.atomic
def take_back_edit(step: Step, *, by: User, now: datetime) -> Message:
    """Put back the words and the edit that a step of OF_EDITS changed, and return the letter.

    Raise DecisionRefused: "moved" when the letter or the edit is no longer what the step made it.
    """
    letter, body, edit = _opened(step.message_id)
    former = step.before.get("edit")
    if _edit_mark(edit) != step.after.get("edit") or body.digest != step.after.get("words"):
        raise DecisionRefused("moved", letter)
    columns = {name: value for name, value in step.before.items() if name not in _BESIDE}
    after = {name: value for name, value in step.after.items() if name not in _BESIDE}
    take_back(Step(step.did, step.message_id, columns, after), by=by, now=now, is_change=True)
    if former:
        put_back, _made = HandEdit.objects.update_or_create(
            campaign=letter.campaign, contact=letter.contact, defaults=_from_data(former)
        )
        note_hands(put_back, former.get(_HANDS, [put_back.edited_by_id]), by=by, now=now)
        words = mine_of(put_back)
    else:
        put_back, words = None, base_of(edit)
        edit.delete()
    judged = judge_words(letter, words, put_back, now=now)
    _save_words(letter, words)
    LetterReview.objects.filter(pk=letter.pk).update(**what_was_found(letter, judged))
    return Message.objects.select_related("campaign", "contact", "review").get(pk=letter.pk)


# --- Writing ---


def _opened(message_id: int) -> tuple[Message, MessageBody, HandEdit | None]:
    """The letter held, with its words and the edit in it. Raise DecisionRefused when it has none to change."""
    letter = letter_to_decide(message_id)
    body = MessageBody.objects.filter(pk=letter.pk).first()
    if letter.state not in EDITABLE or body is None or not body.html:
        raise DecisionRefused("letter", letter)
    edit = HandEdit.objects.filter(campaign=letter.campaign_id, contact=letter.contact_id).first()
    return letter, body, edit


def _same(one: RenderedGreeting, other: RenderedGreeting) -> bool:
    return (one.subject, one.text, one.html) == (other.subject, other.text, other.html)


def _written(
    letter: Message,
    words: RenderedGreeting,
    edit: HandEdit | None,
    *,
    did: str,
    former: dict[str, Any] | None,
    by: User,
    now: datetime,
    anew: RenderedGreeting | None = None,
) -> Step:
    """Save the words of a letter, read by the guard, and what follows: no tick, the right pile, a void approval.

    `anew` are the machine's words where they were written anew: they are what the next comparison begins from.
    """
    body = MessageBody.objects.get(pk=letter.pk)
    judged = judge_words(letter, words, edit, now=now)
    _save_words(letter, words)
    found = what_was_found(letter, judged)
    if anew is not None:
        found["rendered_digest"] = words_digest(anew)
        sources = {name: row for name, row in judged.person.sources.items() if name in anew.facts_used}
        MessageBody.objects.filter(pk=letter.pk).update(sources=sources, facts_used=list(anew.facts_used))
    message = {
        "state": judged.message.state,
        "reason_code": judged.message.reason_code,
        "reason_facts": judged.message.reason_facts,
        "reviewed_at": None,
        "reviewed_by_id": None,
    }
    LetterReview.objects.filter(pk=letter.pk).update(**found)
    if has_code(letter.review.look_codes, ALIKE):
        read_another(letter.campaign, {letter.review.same_class})
    # Who signs it and typed the words has read it; for every other signer it is a letter they have not seen.
    read_at = letter.review.signer_read_at if letter.review.signer_id == by.pk else None
    review = {
        "pile": pile_of(judged.message, found["look_codes"]),
        "ticked_alike": False,
        "signer_read_at": read_at,
    }
    step = decide(letter, did=did, by=by, now=now, message=message, review=review, is_change=True)
    before = {**step.before, "edit": former, "words": body.digest}
    return replace(step, before=before, after={**step.after, "edit": _edit_mark(edit), "words": words_digest(words)})


def _save_words(letter: Message, words: RenderedGreeting) -> None:
    MessageBody.objects.filter(pk=letter.pk).update(
        subject=words.subject, text=words.text, html=words.html, digest=words_digest(words)
    )


def _ask_author(edit: HandEdit, campaign: Campaign, *, by: User, now: datetime) -> None:
    """Tell the author of the first letter that somebody changed who may approve it; one notice, however many follow."""
    if by.pk == campaign.author_id or not (has_role(by, MANAGER) or has_role(by, ADMIN)):
        return
    waiting = HandEdit.objects.filter(campaign=campaign, edited_by=by, agreed_at=None).exclude(pk=edit.pk)
    if not waiting.exists():
        raise_alarm(
            code=AUTHOR_YES,
            campaign=campaign,
            facts={"by": str(by)},
            now=now,
            to=User.objects.filter(pk=campaign.author_id),
        )


# --- Edits as a session keeps them ---


def _as_data(edit: HandEdit | None) -> dict[str, Any] | None:
    if edit is None:
        return None
    values = {name: getattr(edit, name) for name in _EDIT_COLUMNS}
    data = {name: value.isoformat() if name in _MOMENTS and value else value for name, value in values.items()}
    return {**data, _HANDS: sorted(hands_in(edit))}


def _from_data(values: dict[str, Any]) -> dict[str, Any]:
    columns = {name: value for name, value in values.items() if name != _HANDS}
    return {name: parse_datetime(value) if name in _MOMENTS and value else value for name, value in columns.items()}


def _edit_mark(edit: HandEdit | None) -> str:
    """A short mark of an edit as it stands; "" without one."""
    if edit is None:
        return ""
    told = json.dumps([timezone.localtime(edit.edited_at).isoformat(), edit.subject, edit.text, edit.stale])
    return hashlib.sha256(told.encode()).hexdigest()[:16]
