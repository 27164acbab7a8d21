"""When all letters of a campaign are written, each is compared with the last ones to the same person, and of those
that say the same to everybody one is put where it is read.

Letters of different people are never compared with each other: what they share they share by its class. In chunks that
another worker can take up after any crash; results and cursor are one transaction.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Min, Q, QuerySet, TextField
from django.db.models.functions import Cast

from campaigns.models import Campaign, LetterReview, Message, MessageBody
from campaigns.review.looking import ALIKE, AS_LAST_YEAR, NO_PERSONAL_FACT, Look
from campaigns.review.sameness import likeness

CHUNK = 2_000  # letters, each perhaps with one of last year: some four megabytes of words
AS_LAST_YEAR_FROM = 80  # percent: four sentences of five
_STANDING = (Message.State.DRAFT, Message.State.HELD)


@dataclass(frozen=True, slots=True)
class Words:
    """What one letter says, and to whom. `text` is "" when retention has dropped the words and left the digest."""

    message_id: int
    contact_id: int
    text: str
    digest: str


def compare_next_chunk(campaign_id: int, *, now: datetime) -> bool:
    """Compare the next letters of a campaign that is being prepared. Return True while there is more to do.

    Reading and comparing hold no lock. Two workers are harmless: the cursor moves only from where it was read.
    """
    campaign = Campaign.objects.get(pk=campaign_id)
    if campaign.state != Campaign.State.PREPARING:
        return False
    letters = _next_letters(campaign)
    if not letters:
        _read_one_of_each_class(campaign)
        return False
    found = likeness_to_last(letters, campaign=campaign)
    with transaction.atomic():
        if _still_there(campaign).update(compared_up_to=letters[-1].message_id):
            _write_likeness(found)
    return True


def class_size(review: LetterReview) -> int:
    """How many letters of the campaign say the same as this one, itself counted; 0 for a letter without words."""
    if not review.same_class:
        return 0
    alike = LetterReview.objects.filter(campaign=review.campaign_id, same_class=review.same_class)
    return alike.filter(message__state__in=_STANDING).count()


def likeness_to_last(letters: Iterable[Words], *, campaign: Campaign) -> dict[int, int]:
    """Return {letter: percent} of those letters whose reader had one before: of the same occasion, else the newest.

    Only what left by mail; two queries, however many letters.
    """
    by_contact = {letter.contact_id: letter for letter in letters}
    last = _last_letters(by_contact, campaign)
    earlier = {words.contact_id: words for words in _words(MessageBody.objects.filter(pk__in=last))}
    return {
        letter.message_id: percent
        for contact_id, letter in by_contact.items()
        if contact_id in earlier and (percent := _alike(letter, earlier[contact_id])) is not None
    }


def _next_letters(campaign: Campaign) -> list[Words]:
    bodies = MessageBody.objects.filter(message__campaign=campaign, pk__gt=campaign.compared_up_to)
    return _words(bodies.exclude(message__state=Message.State.SENT).order_by("pk")[:CHUNK])


def _words(bodies) -> list[Words]:
    return [Words(*row) for row in bodies.values_list("pk", "message__contact_id", "text", "digest")]


def _last_letters(contacts: Mapping[int, Words], campaign: Campaign) -> list[int]:
    """The letter of each of these people that theirs is compared with."""
    sent = Message.objects.filter(contact__in=contacts, state=Message.State.SENT, channel=Message.Channel.MAIL)
    chosen: dict[int, tuple] = {}
    for contact_id, occasion, sent_at, pk in sent.exclude(campaign=campaign).values_list(
        "contact_id", "campaign__occasion", "sent_at", "pk"
    ):
        rank = (occasion == campaign.occasion, sent_at, pk)
        chosen[contact_id] = max(chosen.get(contact_id, rank), rank)
    return [pk for _same, _sent_at, pk in chosen.values()]


def _alike(letter: Words, earlier: Words) -> int | None:
    if letter.digest == earlier.digest:
        return 100
    return likeness(letter.text, earlier.text) if earlier.text else None


def _still_there(campaign: Campaign):
    """The campaign, if nobody has moved its cursor or begun anew since it was read."""
    return Campaign.objects.filter(
        pk=campaign.pk,
        state=Campaign.State.PREPARING,
        revision=campaign.revision,
        compared_up_to=campaign.compared_up_to,
    )


def _write_likeness(found: Mapping[int, int]) -> None:
    """Write the percents, and note what was nearly said before. One UPDATE for all that change alike."""
    like: dict[int, list[int]] = {}
    for pk, percent in found.items():
        like.setdefault(percent, []).append(pk)
    for percent, ids in like.items():
        LetterReview.objects.filter(pk__in=ids).update(likeness=percent)
        for look in look_of_likeness(percent):
            _note(ids, look)


def look_of_likeness(percent: int | None) -> list[Look]:
    """What is noted of a letter that says so much of what its reader’s last one said; nothing of most."""
    if percent is None or percent < AS_LAST_YEAR_FROM:
        return []
    return [{"code": AS_LAST_YEAR, "facts": {"percent": percent}}]


def _note(ids: list[int], look: Mapping) -> None:
    """Add a reason to look to each of these reviews."""
    kinds: dict[str, tuple[list, list[int]]] = {}
    for pk, codes in LetterReview.objects.filter(pk__in=ids).values_list("pk", "look_codes"):
        kinds.setdefault(repr(codes), (codes, []))[1].append(pk)
    for codes, same in kinds.values():
        LetterReview.objects.filter(pk__in=same).update(look_codes=[*codes, dict(look)])


@transaction.atomic
def _read_one_of_each_class(campaign: Campaign) -> None:
    """Of letters that say the same, and nothing personal or what they said last year, one is read for all.

    A house that sends the words of last year again would otherwise have every letter on the pile. A class of which one
    is read already, or was ticked before, asks for nothing: done twice this does nothing more.
    """
    if _still_there(campaign).update(compared_up_to=campaign.compared_up_to):
        reviews = LetterReview.objects.filter(campaign=campaign, message__state__in=_STANDING)
        _read_one(reviews.exclude(same_class=""))


def read_another(campaign: Campaign, classes: Collection[str]) -> None:
    """Put another letter of each of these classes where it is read, when the one that was read for all of them says
    something else by now. In the transaction that wrote it."""
    if left := set(classes) - {""}:
        reviews = LetterReview.objects.filter(campaign=campaign, message__state__in=_STANDING)
        _read_one(reviews.filter(same_class__in=left))


def _read_one(reviews: QuerySet[LetterReview]) -> None:
    bare, old, alike = (Q(codes__contains=f'"{code}"') for code in (NO_PERSONAL_FACT, AS_LAST_YEAR, ALIKE))
    on_the_pile = Q(pile=LetterReview.Pile.LOOK) & (alike | old)
    classes = (
        reviews.annotate(codes=Cast("look_codes", TextField()))
        .values("same_class")
        .annotate(
            size=Count("pk"),
            first=Min("pk", filter=Q(pile=LetterReview.Pile.REST) & (bare | old)),
            read=Count("pk", filter=on_the_pile | Q(message__reviewed_at__isnull=False)),
        )
        .filter(read=0, first__isnull=False)
        .order_by()
    )
    sizes: dict[int, list[int]] = {}
    for size, first in classes.values_list("size", "first"):
        sizes.setdefault(size, []).append(first)
    for size, ids in sizes.items():
        for some in (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK)):
            LetterReview.objects.filter(pk__in=some).update(pile=LetterReview.Pile.LOOK)
            _note(some, {"code": ALIKE, "facts": {"count": size}})
