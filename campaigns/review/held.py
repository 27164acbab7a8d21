"""A held letter is not forgotten: it has an owner and a last day, and somebody who may decide hears before it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from campaigns.models import Campaign, Message
from campaigns.notices import HELD_LEFT, managers, raise_alarm_once
from campaigns.rendering import RenderedGreeting
from campaigns.review.aside import held_without_end
from campaigns.review.by_hand.giving import BEGUN, OPEN, owner_of
from campaigns.review.edits.hands import waiting_with_words_of
from campaigns.review.looking import ANEW_CODES
from campaigns.review.neutral import NeutralLook, neutral_look
from campaigns.review.release import new_words_of
from campaigns.review.rewriting import rewrite_letters
from campaigns.review.today import mark_of_today
from campaigns.running import LONGEST_TRY, change_campaign, is_writer
from customers import audit
from customers.models import User
from customers.roles import MANAGER, has_role

State = Message.State
# Days before the last day on which somebody is told, the later one again.
TOLD_BEFORE = (3, 1)
# The one fault that a neutral opening mends: we do not know how to call them.
NAME_UNSURE = "name_unsure"
NEUTRAL, NEW_WORDS = "give_neutral", "give_new_words"
# Approved at least once; what is given now leaves without another reading.
APPROVED = (Campaign.State.APPROVED, Campaign.State.SCHEDULED, *BEGUN)


class NotGiven(Exception):
    """The letters were not given. `code`: "state" (the campaign is over or begins anew), "late" (its last hour has gone
    by), "manager" (after the approval only a manager who did not write it may), "unseen" (after it nobody gives what
    they have not seen as it is now); `campaign` as it is.
    """

    def __init__(self, code: str, campaign: Campaign) -> None:
        super().__init__(code)
        self.code, self.campaign = code, campaign


def last_day(campaign: Campaign) -> date | None:
    """Until which day a held letter must be decided: the day of the wish; for letters prepared after it, and without
    such a day, that of the last sensible hour.
    """
    wish_on, prepared_on = campaign.wish_on, campaign.prepared_on
    if wish_on is not None and (prepared_on is None or prepared_on <= wish_on):
        return wish_on
    return timezone.localdate(campaign.give_up_at) if campaign.give_up_at else None


@dataclass(frozen=True)
class HeldRow:
    """A held letter and whose it is to decide; `neutral` when the day's neutral opening would do, `anew` when it wants
    nothing but the words of today.
    """

    letter: Message
    owner: User
    neutral: bool
    anew: bool


def held_rows(letters: Iterable[Message], *, today: date) -> list[HeldRow]:
    """Held letters with contact, owner and campaign fetched along -> whose they are."""
    return [
        HeldRow(
            letter,
            owner_of(letter.contact, letter.campaign, today=today),
            neutral=letter.reason_code == NAME_UNSURE,
            anew=letter.reason_code in ANEW_CODES,
        )
        for letter in letters
    ]


# --- Giving them something ---


def may_give_after_approval(campaign: Campaign, user: User) -> bool:
    """True for a manager whose click may stand for the approval of letters that are given a neutral opening."""
    return has_role(user, MANAGER) and (settings.ONE_PERSON_SHOP or not is_writer(campaign, user))


@transaction.atomic
def give_neutral(
    campaign_id: int, message_ids: Collection[int], *, by: User, now: datetime, shown: tuple[int, str] = (0, "")
) -> int:
    """Give held letters the day's neutral opening and let them leave; return how many were given it.

    Only letters whose one fault is the name; what the guard finds in the new words stays held. Before the approval it
    is a change like any other. After it the click of a manager who is not the author approves these letters, and the
    approval of the rest stands; they leave with it, or now, and a finished campaign takes up again. Then none leaves
    in the name of a signer who has not read it, nor with words by hand of whoever clicks that the author has not agreed
    to; and `shown`, the letter that was shown whole and the mark of the look (`look_at_neutral`), must still be true.
    Raise NotGiven.
    """
    campaign = _may_be_given(campaign_id, by=by, now=now)
    letters = _to_give(campaign, message_ids, codes=(NAME_UNSURE,), by=by)
    if letters and campaign.state in APPROVED:
        seen, mark = shown
        look = _neutral_look(campaign, letters, sample=seen, by=by, now=now)
        if look is None or (look.letter.pk, look.mark) != (seen, mark):
            raise NotGiven("unseen", campaign)
    return _give(campaign, letters, did=NEUTRAL, by=by, now=now)


@transaction.atomic
def give_new_words(campaign_id: int, *, seen: Mapping[int, str], by: User, now: datetime) -> int:
    """Write held letters of ANEW_CODES with what we know today and let them leave; how many do. As `give_neutral`.

    `seen` holds for each letter, by its number, the mark of what was read (`mark_of_today`): one that would say
    something else by now, or be addressed otherwise, stays.
    """
    campaign = _may_be_given(campaign_id, by=by, now=now)
    letters = _to_give(campaign, seen, codes=ANEW_CODES, by=by)
    words = words_to_give(campaign, letters, by=by, now=now)
    read = [each for each in letters if (said := words.get(each.pk)) and mark_of_today(each, said) == seen[each.pk]]
    return _give(campaign, read, did=NEW_WORDS, by=by, now=now)


def look_at_neutral(
    campaign: Campaign, message_ids: Collection[int], *, sample: int = 0, by: User, now: datetime
) -> NeutralLook | None:
    """What `give_neutral` would give, to be seen before: `sample` is the letter to be shown whole. None when none of
    these can be given it. Raise NotGiven.
    """
    _check(campaign, by=by, now=now)
    letters = list(_givable(campaign, message_ids, codes=(NAME_UNSURE,), by=by))
    return _neutral_look(campaign, letters, sample=sample, by=by, now=now)


def _neutral_look(
    campaign: Campaign, letters: list[Message], *, sample: int, by: User, now: datetime
) -> NeutralLook | None:
    by_house = {each.pk for each in letters} - set(_signed_as_before(campaign, letters, by=by))
    return neutral_look(campaign, letters, sample=sample, by_house=by_house, now=now)


def words_to_give(
    campaign: Campaign, letters: Iterable[Message], *, by: User, now: datetime
) -> dict[int, RenderedGreeting | None]:
    """What each of these held letters, with their reviews, would say when `by` lets it leave now; None for no words."""
    known = list(letters)
    by_house = {each.pk for each in known} - set(_signed_as_before(campaign, known, by=by))
    return new_words_of(campaign, [each.pk for each in known], now=now, by_house=by_house)


def _may_be_given(campaign_id: int, *, by: User, now: datetime) -> Campaign:
    """The campaign, its row held. Raise NotGiven."""
    locked = Campaign.objects.select_for_update(of=("self",), no_key=True)
    campaign = locked.select_related("version").get(pk=campaign_id)
    _check(campaign, by=by, now=now)
    return campaign


def _check(campaign: Campaign, *, by: User, now: datetime) -> None:
    """Raise NotGiven where `by` may not give held letters of this campaign now."""
    if campaign.state not in OPEN:
        raise NotGiven("state", campaign)
    if campaign.give_up_at is not None and campaign.give_up_at <= now:
        raise NotGiven("late", campaign)
    if campaign.state in APPROVED and not may_give_after_approval(campaign, by):
        raise NotGiven("manager", campaign)


def _to_give(campaign: Campaign, message_ids: Collection[int], *, codes: Collection[str], by: User) -> list[Message]:
    return list(_givable(campaign, message_ids, codes=codes, by=by).select_for_update(of=("self",)))


def _givable(
    campaign: Campaign, message_ids: Collection[int], *, codes: Collection[str], by: User
) -> QuerySet[Message]:
    held = held_without_end(campaign).filter(reason_code__in=codes, pk__in=message_ids, review__isnull=False)
    if campaign.state in APPROVED and not settings.ONE_PERSON_SHOP:
        # Words of whoever clicks would leave by their own click alone.
        edits = waiting_with_words_of(by).filter(campaign=campaign, contact=OuterRef("contact"))
        held = held.filter(~Exists(edits))
    return held.select_related("contact", "review").order_by("pk")


def _signed_as_before(campaign: Campaign, letters: Iterable[Message], *, by: User) -> list[int]:
    """The letters whose signer stays. After the approval no signer but `by` reads the new words before they leave, so
    that the others leave in the name of the house.
    """
    stays = campaign.state not in APPROVED
    return [each.pk for each in letters if stays or each.review.signer_id in (None, by.pk)]


def _give(campaign: Campaign, letters: list[Message], *, did: str, by: User, now: datetime) -> int:
    approved = campaign.state in APPROVED
    own = _signed_as_before(campaign, letters, by=by)
    others = sorted({each.pk for each in letters} - set(own))
    write = partial(rewrite_letters, campaign.pk, by=by, now=now, neutral=did == NEUTRAL, is_change=False)
    written = write(own) | (write(others, house_signs=True) if others else {})
    given = _let_leave([pk for pk, each in written.items() if not each.code], campaign, now=now)
    facts = {"campaign": campaign.pk, "approved": approved}
    entries = [(letter.contact, {**facts, "letter": letter.pk}) for letter in letters if letter.pk in given]
    audit.record_each(did, actor=by, now=now, entries=entries)
    if not approved and (given or any(each.changed for each in written.values())):
        change_campaign(campaign, by=by, now=now, what=did)
    return len(given)


def _let_leave(message_ids: list[int], campaign: Campaign, *, now: datetime) -> set[int]:
    """Put rewritten letters among those that will leave, and return their ids.

    Before the first letter is on its way they are drafts among drafts, and leave with the others; after it they are
    due at once. The conditions stand in the UPDATE: what was called off or is past its hour lets nothing leave.
    """
    open_still = Campaign.objects.filter(
        Q(give_up_at=None) | Q(give_up_at__gt=now), pk=OuterRef("campaign_id"), state=campaign.state
    )
    ours = Message.objects.filter(Exists(open_still), pk__in=message_ids)
    given = set(ours.filter(state__in=(State.HELD, State.DRAFT)).values_list("pk", flat=True))
    nothing_said = {"reason_code": "", "reason_facts": {}}
    if campaign.state not in BEGUN:
        ours.filter(state=State.HELD).update(state=State.DRAFT, **nothing_said)
        return given
    ours.filter(state=State.HELD).update(
        state=State.READY,
        due_at=now,
        holder="",
        give_up_at=Coalesce("give_up_at", Value(now + LONGEST_TRY)),
        **nothing_said,
    )
    if given:
        # As when an uncertain letter goes again: a finished campaign takes up its last letters.
        Campaign.objects.filter(pk=campaign.pk, state=Campaign.State.FINISHED).update(
            state=Campaign.State.SENDING, finished_at=None
        )
    return given


# --- Telling before the last day ---


def tell_of_held_letters(*, now: datetime) -> int:
    """Tell who may decide that letters are still held three days and one day before their last day; once each.

    Told are whoever approved the greeting, else the managers. Returns how many notices were written.
    """
    today = timezone.localdate(now)
    alive = Campaign.objects.filter(Q(give_up_at=None) | Q(give_up_at__gt=now), state__in=OPEN)
    told = 0
    for campaign in alive.select_related("approved_by").order_by("pk"):
        stage = _stage(campaign, today=today)
        if stage is None or not held_without_end(campaign).exists():
            continue
        approver = campaign.approved_by
        to = [approver] if approver is not None and approver.is_active else managers()
        facts = {"days": stage, "on": last_day(campaign).isoformat()}
        told += raise_alarm_once(code=HELD_LEFT, campaign_id=campaign.pk, facts=facts, now=now, to=to)
    return told


def _stage(campaign: Campaign, *, today: date) -> int | None:
    """Which of TOLD_BEFORE is due; None before the first and after the last day."""
    on = last_day(campaign)
    if on is None or on < today:
        return None
    return min((days for days in TOLD_BEFORE if (on - today).days <= days), default=None)
