"""A letter that becomes a call, a printed card or a message from one's own phone.

While a colleague has it in hand it is held, with the reason `by_call`, `by_card` or `by_text`; noted as done it counts
as reached by that way, once. `reason_facts` keep whose it is and what the letter was, so that each step goes back.
"""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from campaigns.models import Campaign, LetterReview, Message
from campaigns.review.aside import BY_HAND, BY_HAND_CODES, NO_EMAIL
from campaigns.review.by_hand.cases import call_key
from campaigns.review.holding import FOUND_ANEW, columns_to_leave
from campaigns.review.looking import pile_of
from campaigns.review.steps import REVIEWABLE, DecisionRefused, Step, decide, letter_to_decide
from customers import audit
from customers.consent import may_write_to
from customers.models import Contact, FollowUp, User

State = Message.State
GIVE, DONE = BY_HAND_STEPS = ("give_to_hand", "done_by_hand")
BACK = "take_back_decision"
BEGUN = (Campaign.State.SENDING, Campaign.State.PAUSED, Campaign.State.FINISHED)
# From its review to long after its last letter: a call is never too late by itself.
OPEN = (*REVIEWABLE, *BEGUN)
COMPLAINT = "complaint"


class AlreadyWished(DecisionRefused):
    """This person, or somebody at their address, has had the wish of this occasion: `other` is the letter that says
    so, None when it cannot be found any more. The code is "wished".
    """

    def __init__(self, letter: Message, other: Message | None) -> None:
        super().__init__("wished", letter)
        self.other = other


def owner_of(contact: Contact, campaign: Campaign, *, today: date) -> User:
    """Whose it is to call or write: the colleague of this person, or who is there for them; else the author."""
    colleague = contact.owner.present(today) if contact.owner else None
    return colleague if colleague is not None and colleague.is_active else campaign.author


def may_be_given(letter: Message, *, now: datetime) -> bool:
    """True when the letter, as it stands, can still become a call, a card or a message."""
    if letter.state == State.DRAFT:
        return letter.campaign.state in REVIEWABLE
    if letter.campaign.state not in OPEN:
        return False
    if letter.state == State.SKIPPED:
        # Left out because of a complaint that has been put right since: a line by hand is welcome again.
        solved = letter.reason_code == COMPLAINT and may_write_to(letter.contact, now=now).allowed
        return letter.reason_code == NO_EMAIL or solved
    return letter.state in (State.HELD, State.FAILED)


@transaction.atomic
def give_to_hand(message_id: int, *, channel: str, by: User, now: datetime) -> Step:
    """Take a letter out of the mail and give it to its owner as a call, a card or a message.

    A draft that would have left is a change of the campaign; anything else leaves no other letters. Raise ValueError
    for a channel that is no hand's, DecisionRefused "gone", "campaign", or "letter" when it may not be given.
    """
    if channel not in BY_HAND:
        raise ValueError(f"{channel!r} is no way by hand")
    letter = _letter(message_id)
    if not may_be_given(letter, now=now):
        raise DecisionRefused("letter", letter)
    # Given once more by another way, it still goes back to what it was in the first place.
    given_before = letter.reason_code in BY_HAND_CODES
    was = letter.reason_facts["was"] if given_before else _standing(letter, pile=letter.review.pile)
    facts = {"owner": owner_of(letter.contact, letter.campaign, today=timezone.localdate(now)).pk, "was": was}
    # A hand goes to no e-mail address: who shares theirs with somebody is still wished by name.
    given = Message.objects.filter(pk=letter.pk, state=letter.state, reason_code=letter.reason_code).update(
        state=State.HELD, channel=channel, reason_code=BY_HAND[channel], reason_facts=facts, address_digest=""
    )
    if not given:
        raise DecisionRefused("moved", letter)
    leaves_no_more = letter.state == State.DRAFT
    return decide(letter, did=GIVE, by=by, now=now, review={"pile": ""}, is_change=leaves_no_more)


@transaction.atomic
def give_all_to_hand(
    campaign_id: int, message_ids: Collection[int], *, channel: str, by: User, now: datetime
) -> list[int]:
    """Give letters that would not leave anyway to their owners' hand, in a few statements; return those given.

    Held ones, those that came back, and whoever was left out without an e-mail address. None that is to leave, and
    none a colleague has in hand already. Raise DecisionRefused "campaign" when the campaign is over or begins anew.
    """
    campaign = (
        Campaign.objects.select_for_update(of=("self",), no_key=True).select_related("author").get(pk=campaign_id)
    )
    if campaign.state not in OPEN:
        raise DecisionRefused("campaign")
    would_not_leave = Q(state__in=(State.HELD, State.FAILED)) | Q(state=State.SKIPPED, reason_code=NO_EMAIL)
    found = Message.objects.filter(would_not_leave, campaign=campaign_id, pk__in=message_ids)
    found = found.exclude(state=State.HELD, reason_code__in=BY_HAND_CODES).select_for_update(of=("self",))
    letters = list(found.select_related("contact__owner__stand_in").order_by("pk"))
    LetterReview.objects.bulk_create(
        [LetterReview(message=letter, campaign_id=campaign_id, pile="") for letter in letters], ignore_conflicts=True
    )
    reviews = LetterReview.objects.filter(pk__in=[letter.pk for letter in letters])
    piles = dict(reviews.values_list("pk", "pile"))
    today = timezone.localdate(now)
    for letter in letters:
        was = _standing(letter, pile=piles[letter.pk])
        letter.reason_facts = {"owner": owner_of(letter.contact, campaign, today=today).pk, "was": was}
        letter.state, letter.channel, letter.reason_code = State.HELD, channel, BY_HAND[channel]
        letter.address_digest = ""
    columns = ["state", "channel", "reason_code", "reason_facts", "address_digest"]
    Message.objects.bulk_update(letters, columns, batch_size=200)
    reviews.update(pile="")
    entries = [(letter.contact, {"letter": letter.pk, "campaign": campaign_id}) for letter in letters]
    audit.record_each(GIVE, actor=by, now=now, entries=entries)
    return [letter.pk for letter in letters]


@transaction.atomic
def done_by_hand(message_id: int, *, by: User, now: datetime) -> Step:
    """Note that the call was made, the card posted, the message sent: the person counts as reached, once.

    A call that was asked for because of an open case is done with it. Raise AlreadyWished when the person has had this
    wish; DecisionRefused "gone", "campaign", or "letter" when nobody has it in hand (somebody was first).
    """
    letter = _letter(message_id)
    in_hand = Message.objects.filter(pk=letter.pk, state=State.HELD, reason_code__in=BY_HAND_CODES)
    try:
        with transaction.atomic():
            done = in_hand.update(state=State.SENT, sent_at=now, settled_by=by)
    except IntegrityError as error:
        raise AlreadyWished(letter, _other_wish(letter)) from error
    if not done:
        raise DecisionRefused("letter", letter)
    _calls_asked_for(letter).filter(done_at=None).update(done_at=now, done_by=by)
    return decide(letter, did=DONE, by=by, now=now, is_change=False)


@transaction.atomic
def take_back_by_hand(message_id: int, *, by: User, now: datetime) -> Message:
    """Undo the last step: what was done waits again in its owner's hand, what waits there is what it was before.

    Raise DecisionRefused "gone", "letter" when it is in nobody's hand, "moved" when another letter goes to its address
    by now, or "campaign": a letter that was to leave cannot go back among letters that have begun to leave, for its
    words were not approved with them.
    """
    letter = _letter(message_id)
    was = letter.reason_facts.get("was") if letter.reason_code in BY_HAND_CODES else None
    if was is None or letter.state not in (State.HELD, State.SENT):
        raise DecisionRefused("letter", letter)
    columns: dict[str, Any] = {"state": State.HELD, "sent_at": None, "settled_by": None}
    review, leaves_again = {}, False
    if letter.state == State.SENT:
        _calls_asked_for(letter).filter(done_at=letter.sent_at).update(done_at=None, done_by=None)
    else:
        columns, review = _back(letter, was)
        leaves_again = columns["state"] == State.DRAFT
        if leaves_again and letter.campaign.state not in REVIEWABLE:
            raise DecisionRefused("campaign", letter)
    try:
        with transaction.atomic():
            decide(letter, did=BACK, by=by, now=now, message=columns, review=review, is_change=leaves_again)
    except IntegrityError as error:
        raise DecisionRefused("moved", letter) from error
    return Message.objects.select_related("campaign", "contact", "review").get(pk=letter.pk)


def _back(letter: Message, was: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The columns of a letter and of its review when it comes back from a hand: as it was, or held for what is found
    in it by now.
    """
    contact = letter.contact
    here = bool(letter.to_address) and letter.to_address == contact.email
    letter.address_digest = contact.address_digest if here else was["digest"]
    columns = {"state": was["state"], "reason_code": was["reason"], "reason_facts": was["facts"]}
    pile = was["pile"]
    if was["state"] == State.DRAFT or (was["state"] == State.HELD and was["reason"] in FOUND_ANEW):
        columns = columns_to_leave(letter)
        back = Message(state=columns["state"], reason_code=columns["reason_code"])
        pile = "" if letter.reviewed_at else pile_of(back, letter.review.look_codes)
    columns |= {"channel": Message.Channel.MAIL, "address_digest": letter.address_digest}
    return columns, {"pile": pile}


@transaction.atomic
def undo_by_hand(step: Step, *, by: User, now: datetime) -> Message:
    """Take back one of BY_HAND_STEPS. Raise DecisionRefused "moved" when somebody has decided otherwise since, and as
    `take_back_by_hand` does.
    """
    letter = _letter(step.message_id)
    watched = ("state", "channel", "reason_code")
    if any(step.after.get(name, getattr(letter, name)) != getattr(letter, name) for name in watched):
        raise DecisionRefused("moved", letter)
    return take_back_by_hand(step.message_id, by=by, now=now)


def _letter(message_id: int) -> Message:
    """The letter with campaign and letter held; one that was left out gets its review here, for it had no words."""
    unread = Message.objects.filter(pk=message_id, review=None).values_list("campaign_id", flat=True).first()
    if unread is not None:
        Campaign.objects.select_for_update(no_key=True).get(pk=unread)
        LetterReview.objects.get_or_create(message_id=message_id, defaults={"campaign_id": unread, "pile": ""})
    return letter_to_decide(message_id, campaign_states=OPEN)


def _standing(letter: Message, *, pile: str) -> dict[str, Any]:
    return {
        "state": letter.state,
        "reason": letter.reason_code,
        "facts": letter.reason_facts,
        "pile": pile,
        "digest": letter.address_digest,
    }


def _calls_asked_for(letter: Message):
    return FollowUp.objects.filter(
        contact=letter.contact, kind=FollowUp.Kind.CALL, occasion_key=call_key(letter.campaign)
    )


def _other_wish(letter: Message) -> Message | None:
    """The letter by which this person, or their address, has had the wish already."""
    others = Message.objects.filter(occasion_key=letter.occasion_key, state__in=Message.OUT).exclude(pk=letter.pk)
    others = others.select_related("campaign", "settled_by")
    theirs = others.filter(contact=letter.contact).first()
    if theirs is None and letter.address_digest:
        theirs = others.filter(address_digest=letter.address_digest).first()
    return theirs
