"""Before letters leave, each is written again in mind with the facts of that day: one that would say something else is
set aside, with the difference, and the rest leave.

A few are compared at once, in the press of the button; many by a worker, a thousand at a time, and a crash goes on
where it stood.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from campaigns.letters import words_digest
from campaigns.models import Campaign, LetterReview, Message
from campaigns.preparing.carrying import edits_of
from campaigns.preparing.writing import Desk, day_told
from campaigns.rendering import RenderedGreeting
from campaigns.review.edits.merging import merge_edit
from campaigns.review.looking import FACTS_CHANGED
from campaigns.review.rewriting import open_by_name, read_again, rewrite_letters, written_how
from campaigns.review.today import to_name_of
from campaigns.running import StepRefused, check_start, start_sending
from customers.models import User

CHUNK = 1_000
AT_ONCE = 500  # letters compared while a person waits: about half a second
BEGUN, COMPARING = "begun", "comparing"
_READY = (Campaign.State.APPROVED, Campaign.State.SCHEDULED)


def ask_release(campaign_id: int, *, by: User | None, now: datetime) -> str:
    """Let an approved campaign leave once its letters were compared with the facts of today.

    Return "begun" when its letters leave already, "comparing" when a worker compares them first. Without a person
    (`by` None) it is its own hour that asks. Raise StepRefused as `start_sending` does.
    """
    with transaction.atomic():
        Campaign.objects.select_for_update(no_key=True).get(pk=campaign_id)
        check_start(campaign_id, by=by, now=now)
        campaign = Campaign.objects.select_related("version").get(pk=campaign_id)
        waiting = _waiting(campaign)
        if waiting[AT_ONCE : AT_ONCE + 1].exists():
            asked = Campaign.objects.filter(pk=campaign_id, release_asked_at=None).update(
                release_asked_at=now, release_asked_by=by, released_up_to=0
            )
            if not asked and by is not None:
                raise StepRefused("comparing", campaign)
            return COMPARING
        _hold(_changed(campaign, list(waiting.order_by("pk")), now=now))
        start_sending(campaign_id, by=by, now=now)
    return BEGUN


def release_next_chunk(campaign_id: int, *, now: datetime) -> bool:
    """Compare the next thousand letters of a campaign that was asked to leave; after the last, let it leave.

    Return True while there is more to do. Where it may leave no more by then, nothing is asked any more: its page says
    why, and for a campaign whose hour had come the next sweep tells the managers.
    """
    campaign = Campaign.objects.select_related("version", "release_asked_by").get(pk=campaign_id)
    if campaign.release_asked_at is None or campaign.state not in _READY:
        return False
    if campaign.approved_at > campaign.release_asked_at:
        # It was changed and approved again since: that it should leave was said of other letters.
        stale = Campaign.objects.filter(pk=campaign_id, release_asked_at=campaign.release_asked_at)
        stale.update(release_asked_at=None, release_asked_by=None)
        return False
    chunk = list(_waiting(campaign).filter(pk__gt=campaign.released_up_to).order_by("pk")[:CHUNK])
    changed = _changed(campaign, chunk, now=now)
    with transaction.atomic():
        asked = Campaign.objects.filter(
            pk=campaign_id,
            state__in=_READY,
            revision=campaign.revision,
            release_asked_at=campaign.release_asked_at,
            released_up_to=campaign.released_up_to,
        )
        if chunk:
            if asked.update(released_up_to=chunk[-1].pk):
                _hold(changed)
            return True
    return not _leave(campaign, asked, now=now)


def _leave(campaign: Campaign, asked: QuerySet[Campaign], *, now: datetime) -> bool:
    """Begin to send what was compared to the last letter, or ask for nothing any more; False when the campaign is no
    longer as it was read, perhaps with a letter more to compare.
    """
    try:
        with transaction.atomic():
            left = asked.update(release_asked_at=None, release_asked_by=None)
            if left:
                start_sending(campaign.pk, by=campaign.release_asked_by, now=now)
    except StepRefused:
        left = asked.update(release_asked_at=None, release_asked_by=None)
    return bool(left)


def releases_asked() -> list[int]:
    """The campaigns whose letters a worker is to compare."""
    asked = Campaign.objects.filter(state__in=_READY, release_asked_at__isnull=False)
    return list(asked.order_by("pk").values_list("pk", flat=True))


def compared_count(campaign: Campaign) -> int | None:
    """How many letters of a campaign that was asked to leave are compared by now; None when nothing is compared."""
    if campaign.release_asked_at is None or campaign.state not in _READY:
        return None
    letters = Message.objects.filter(campaign=campaign, state__in=[Message.State.DRAFT, Message.State.HELD])
    return letters.filter(pk__lte=campaign.released_up_to).count()


def new_words(message: Message, *, now: datetime) -> RenderedGreeting | None:
    """Return what a letter would say today, a person's hand in it; None when it would have no words. Saves nothing."""
    campaign = Campaign.objects.select_related("version").get(pk=message.campaign_id)
    return new_words_of(campaign, [message.pk], now=now).get(message.pk)


def new_words_of(
    campaign: Campaign,
    message_ids: Collection[int],
    *,
    now: datetime,
    by_house: Collection[int] = (),
    neutral: bool = False,
) -> dict[int, RenderedGreeting | None]:
    """As `new_words`, for letters of one campaign, in a constant number of statements; those `by_house` as the house
    would sign them, all with the opening that names nobody where `neutral`.
    """
    found = Message.objects.filter(campaign=campaign, pk__in=message_ids, review__isnull=False)
    letters = list(found.select_related("review").order_by("pk"))
    if not letters:
        return {}
    desk, words = Desk(campaign, today=day_told(campaign, now=now)), {}
    edits = edits_of(campaign, [letter.contact_id for letter in letters])
    if not neutral:
        open_by_name(desk, letters)
    theirs = [letter for letter in letters if letter.pk not in by_house]
    house = [letter for letter in letters if letter.pk in by_house]
    groups = [
        *written_how(theirs, signing=campaign.signing, neutral=neutral).items(),
        *written_how(house, signing=campaign.signing, neutral=neutral, house_signs=True).items(),
    ]
    for (signing, nameless), group in groups:
        people = read_again(desk, group, signing=signing, neutral=nameless)
        for letter, person in zip(group, people, strict=True):
            own, edit = desk.rendered_again(letter, person, neutral=nameless), edits.get(letter.contact_id)
            words[letter.pk] = own if own is None or edit is None else merge_edit(edit, own)[0]
    return words


def facts_changed(campaign_id: int) -> QuerySet[Message]:
    """The letters set aside because they would say something else today."""
    return Message.objects.filter(campaign=campaign_id, state=Message.State.HELD, reason_code=FACTS_CHANGED)


def take_new_words(campaign_id: int, *, by: User, now: datetime) -> int:
    """Write anew the letters set aside because their facts changed, a thousand at most; return how many changed.

    A change of the campaign: another approval is needed, and none is written once the first has left. One letter alone:
    `rewrite_letter`; after the approval, by whoever may decide then: `held.give_new_words`.
    """
    ids = list(facts_changed(campaign_id).order_by("pk").values_list("pk", flat=True)[:CHUNK])
    return sum(each.changed for each in rewrite_letters(campaign_id, ids, by=by, now=now).values())


def _waiting(campaign: Campaign) -> QuerySet[Message]:
    """The letters that would leave, with what they were written from."""
    return Message.objects.filter(campaign=campaign, state=Message.State.DRAFT).select_related("review")


def _changed(campaign: Campaign, letters: list[Message], *, now: datetime) -> list[LetterReview]:
    """The reviews of those letters that would say something else today, or in the name of another colleague, or be
    addressed to another name.
    """
    # Letters from before there were reviews have nothing to be compared with.
    known = [letter for letter in letters if getattr(letter, "review", None) and letter.review.rendered_digest]
    if not known:
        return []
    desk, changed = Desk(campaign, today=day_told(campaign, now=now)), []
    for (signing, neutral), group in written_how(known, signing=campaign.signing).items():
        people = read_again(desk, group, signing=signing, neutral=neutral)
        for letter, person in zip(group, people, strict=True):
            rendered = desk.rendered_again(letter, person, neutral=neutral)
            same_signer = letter.review.signer_id == (person.signer.pk if person.signer else None)
            says_the_same = rendered is not None and words_digest(rendered) == letter.review.rendered_digest
            same_name = letter.to_name == to_name_of(person.contact)
            if not (says_the_same and same_signer and same_name):
                changed.append(letter.review)
    return changed


def hold_changed(campaign: Campaign, message_ids: Collection[int], *, now: datetime) -> int:
    """Set aside those of these letters that would say something else today; return how many. The caller holds the
    campaign.
    """
    return _hold(_changed(campaign, list(_waiting(campaign).filter(pk__in=message_ids).order_by("pk")), now=now))


def _hold(changed: list[LetterReview]) -> int:
    """Set aside letters whose facts changed, unless somebody has decided about one meanwhile; return how many."""
    for review in changed:
        review.look_codes = [*review.look_codes, {"code": FACTS_CHANGED, "facts": {}}]
        review.pile = LetterReview.Pile.LOOK
    letters = Message.objects.filter(pk__in=[review.pk for review in changed], state=Message.State.DRAFT)
    held = set(letters.select_for_update().order_by("pk").values_list("pk", flat=True))
    Message.objects.filter(pk__in=held).update(state=Message.State.HELD, reason_code=FACTS_CHANGED, reason_facts={})
    LetterReview.objects.bulk_update([each for each in changed if each.pk in held], ["look_codes", "pile"])
    return len(held)
