"""What the machine would write into a letter, and how guard and reviewer see words put there. Saves nothing."""

from datetime import datetime
from typing import Any

from campaigns.models import Campaign, HandEdit, LetterReview, Message, MessageBody
from campaigns.personalisation import Person, with_facts
from campaigns.preparing.writing import Desk, Letter, day_told
from campaigns.rendering import RenderedGreeting
from campaigns.review.edits.merging import base_of
from campaigns.review.looking import FACTS_CHANGED, NEUTRAL, has_code
from customers.models import Contact

# What other words can mend; every other reason is lifted by a decision of its own.
_MENDED_BY_WORDS = ("guard", "unfilled")
# Noted where letters are compared with others, not where one is judged: they hold whatever a person writes.
_KEPT_CODES = ("as_last_year", FACTS_CHANGED)


def machine_words(letter: Message, *, now: datetime) -> RenderedGreeting | None:
    """What the machine would write by itself now, with the facts as they are; None when it would write nothing."""
    desk, person = _desk_for(letter, now=now)
    return desk.rendered_again(letter, person, neutral=_is_neutral(letter))


def _desk_for(letter: Message, *, now: datetime) -> tuple[Desk, Person]:
    """What a letter is written with, and its reader with today's facts."""
    desk = Desk(letter.campaign, today=day_told(letter.campaign, now=now))
    contact = with_facts(Contact.objects.filter(pk=letter.contact_id)).get()
    return desk, desk.read([contact], signing=_signing(letter), neutral=_is_neutral(letter))[0]


def _is_neutral(letter: Message) -> bool:
    return has_code(letter.review.look_codes, NEUTRAL)


def _signing(letter: Message) -> str:
    """The policy under which this letter is signed: the house's once it was given to the house."""
    return letter.campaign.signing if letter.review.signer_id else Campaign.Signing.HOUSE


def judge_words(letter: Message, words: RenderedGreeting, edit: HandEdit | None, *, now: datetime) -> Letter:
    """The letter with these words as guard and reviewer see it, unsaved."""
    desk, person = _desk_for(letter, now=now)
    message = Message.objects.get(pk=letter.pk)
    if message.state == Message.State.HELD and message.reason_code in _MENDED_BY_WORDS:
        message.state, message.reason_code, message.reason_facts = Message.State.DRAFT, "", {}
    message.fact_sources = MessageBody.objects.values_list("sources", flat=True).get(pk=letter.pk)
    review = LetterReview(message=message, campaign=letter.campaign)
    judged = Letter(message, person, review, confirmed=letter.review.confirmed, edit=edit)
    judged.own, judged.rendered = (base_of(edit) if edit else words), words
    desk.judge([judged], neutral=_is_neutral(letter))
    return judged


def what_was_found(letter: Message, judged: Letter) -> dict[str, Any]:
    """The columns of the review that speak of the words."""
    kept = [each for each in letter.review.look_codes if each["code"] in _KEPT_CODES]
    review = judged.review
    return {
        "guard": review.guard,
        "look_codes": [*review.look_codes, *kept],
        "same_class": review.same_class,
        "personal_share": review.personal_share,
    }
