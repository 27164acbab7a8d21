"""The piles of the review room: which letters lie on them, who reads which just now, and where somebody stopped.

A letter is given to one reader at a time by a conditional UPDATE of its own row: `reader` until `reader_until`. Whoever
goes away without a word gives it back by the clock.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.core.cache import cache
from django.db.models import Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast

from campaigns.models import Campaign, HandEdit, LetterReview, Message, ReviewPlace
from campaigns.review.aside import BY_HAND_CODES
from campaigns.review.looking import ASKING_CODES, NEUTRAL, NO_PERSONAL_FACT, pile_of
from customers.models import User

LOOK, REST, MINE, EDITED, ASIDE = PILES = ("look", "rest", "mine", "edited", "aside")
# From these a letter goes when it was decided about; on the others it stays, and they come to an end.
EMPTYING = (LOOK, REST, MINE)
# Long enough for a letter that is read twice and mended, short enough for whoever closed the lid.
LEASE = timedelta(minutes=10)
# Set aside by a person: such a letter comes back by a person alone.
BY_A_PERSON = ("set_aside", *BY_HAND_CODES)
# The codes of nearly all letters that want no look of their own: read before each code is looked for. As text: JSON is
# spelt in more than one way, and for SQLite one value spelt otherwise is another value.
_ASKING_NOTHING = [
    json.dumps([{"code": code, "facts": {}} for code in codes], separators=spelt)
    for codes in ((), (NO_PERSONAL_FACT,), (NEUTRAL,), (NEUTRAL, NO_PERSONAL_FACT))
    for spelt in ((",", ":"), (", ", ": "))
]
OPEN_STATES = (Message.State.DRAFT, Message.State.HELD)
_DECIDED = tuple(state for state in Message.State.values if state not in OPEN_STATES)
_NOT_LEAVING = tuple(state for state in Message.State.values if state != Message.State.DRAFT)
# The condition of the index of signers, word for word: SQLite takes it for no other.
_SIGNED = ~Q(signer=None)
_CLAIMED_AT_ONCE = 20
_KEPT_SECONDS = 3600


@dataclass(frozen=True)
class PileCounts:
    """How far a pile has come: `left` of `total` letters are still to be read."""

    total: int
    left: int

    @property
    def done(self) -> int:
        return self.total - self.left


def letters_on(campaign: Campaign, pile: str, *, by: User) -> QuerySet:
    """The letters of a pile of `by`, as rows whose primary key is the letter's number."""
    reviews = LetterReview.objects.filter(campaign=campaign)
    if pile in (LOOK, REST):
        return reviews.filter(pile=pile)
    if pile == MINE:
        # What does not leave is little, so it is read once.
        stays = Message.objects.filter(campaign=campaign, state__in=_NOT_LEAVING).values("pk")
        reviews = reviews.filter(_SIGNED, signer=by, signer_read_at=None)
        return reviews.filter(~Q(pile="") | ~Q(pk__in=stays))
    letters = Message.objects.filter(campaign=campaign)
    if pile == EDITED:
        edits = HandEdit.objects.filter(campaign=campaign)
        # Not by their states: SQLite would walk all letters instead of the few that somebody wrote.
        written = letters.filter(contact__in=edits.values("contact"), review__isnull=False)
        return written.exclude(state__in=_DECIDED)
    return letters.filter(state=Message.State.HELD, review__pile="")


def pile_counts(campaign: Campaign, pile: str, user: User) -> PileCounts:
    """Count a pile of `user`: what is left, and all that has ever lain there since the letters were prepared."""
    left = letters_on(campaign, pile, by=user).count()
    if pile not in EMPTYING:
        return PileCounts(total=left, left=left)
    return PileCounts(total=max(_total(campaign, pile, user), left), left=left)


def _total(campaign: Campaign, pile: str, user: User) -> int:
    """All letters of an emptying pile, read and unread. Only preparing changes it, so that it is counted once."""
    reviews = LetterReview.objects.filter(campaign=campaign)
    if pile == MINE:
        return reviews.filter(_SIGNED, signer=user).count()
    key = f"review-total:{campaign.pk}:{campaign.version_id}:{campaign.compared_up_to}:{pile}"
    total = cache.get(key)
    if total is None:
        asks = reduce(or_, (Q(codes__contains=f'"{code}"') for code in ASKING_CODES))
        asks = ~Q(codes__in=_ASKING_NOTHING) & asks
        read = reviews.filter(Exists(Message.objects.filter(pk=OuterRef("pk"), state__in=OPEN_STATES)), pile="")
        read = read.annotate(codes=Cast("look_codes", TextField())).filter(asks if pile == LOOK else ~asks)
        total = reviews.filter(pile=pile).count() + read.count()
        if campaign.compared_up_to:
            cache.set(key, total, _KEPT_SECONDS)
    return total


def some_ticked_alike(campaign: Campaign) -> bool:
    """True when letters were ticked with one of their kind, and nobody has looked at them."""
    return LetterReview.objects.filter(campaign=campaign, ticked_alike=True).exists()


def number_on(campaign: Campaign, pile: str, *, by: User, message_id: int) -> int:
    """Return the place of a letter on a pile from which nothing goes; 0 when it does not lie there."""
    letters = letters_on(campaign, pile, by=by).filter(pk__lte=message_id)
    return letters.count() if letters.filter(pk=message_id).exists() else 0


# --- One reader at a time ---


def next_letter(
    campaign: Campaign, pile: str, *, by: User, after: int = 0, backwards: bool = False, now: datetime
) -> int | None:
    """Give `by` the next letter of a pile behind (or before) the letter `after`, or None when there is none for them.

    A letter on a colleague's desk is passed over. An emptying pile goes on from its beginning: letters passed over
    come again until they are decided about.
    """
    letters = letters_on(campaign, pile, by=by)
    beyond = letters.filter(pk__lt=after) if backwards else letters.filter(pk__gt=after)
    found = _first_claimed(beyond if after else letters, by=by, backwards=backwards, now=now)
    if found is None and after and pile in EMPTYING:
        found = _first_claimed(letters, by=by, backwards=backwards, now=now)
    return found


def _first_claimed(letters: QuerySet, *, by: User, backwards: bool, now: datetime) -> int | None:
    free = letters.filter(_free(by, now, prefix="" if letters.model is LetterReview else "review__"))
    last = None
    while True:
        rest = free if last is None else free.filter(**{"pk__lt" if backwards else "pk__gt": last})
        ids = list(rest.order_by("-pk" if backwards else "pk").values_list("pk", flat=True)[:_CLAIMED_AT_ONCE])
        for message_id in ids:
            if claim(message_id, by=by, now=now):
                return message_id
        if not ids:
            return None
        last = ids[-1]


def _free(by: User, now: datetime, *, prefix: str = "") -> Q:
    """Letters that lie on nobody's desk but, perhaps, that of `by`."""
    own = {f"{prefix}reader": by}
    nobody, over = {f"{prefix}reader": None}, {f"{prefix}reader_until__lte": now}
    return Q(**own) | Q(**nobody) | Q(**over)


def claim(message_id: int, *, by: User, now: datetime) -> bool:
    """Put a letter on the desk of `by` for ten minutes. Return False when a colleague reads it."""
    mine = LetterReview.objects.filter(_free(by, now), pk=message_id)
    return bool(mine.update(reader=by, reader_until=now + LEASE))


def leave(message_id: int, *, by: User) -> None:
    """Take a letter off the desk of `by`, so that a colleague may read it."""
    LetterReview.objects.filter(pk=message_id, reader=by).update(reader=None, reader_until=None)


def reader_of(review: LetterReview, *, besides: User, now: datetime) -> User | None:
    """Return the colleague on whose desk a letter lies just now."""
    reads = review.reader_until is not None and review.reader_until > now
    return review.reader if reads and review.reader_id != besides.pk else None


def on_desks(campaign: Campaign, pile: str, *, besides: User, now: datetime) -> list[User]:
    """Return the colleagues who read letters of an emptying pile just now."""
    letters = letters_on(campaign, pile, by=besides).exclude(reader=None).exclude(reader=besides)
    readers = letters.filter(reader_until__gt=now).values("reader")
    return list(User.objects.filter(pk__in=readers).order_by("first_name", "username"))


# --- Where somebody stopped ---


def keep_place(letter: Message, *, pile: str, by: User, now: datetime) -> None:
    """Remember the letter at which `by` is, for the next sitting."""
    place = ReviewPlace(campaign_id=letter.campaign_id, user=by, contact_id=letter.contact_id, pile=pile, left_at=now)
    # One statement, so that two windows of one colleague never meet over it.
    ReviewPlace.objects.bulk_create(
        [place],
        update_conflicts=True,
        unique_fields=["campaign", "user"],
        update_fields=["contact", "pile", "left_at"],
    )


def place_of(campaign: Campaign, *, by: User) -> tuple[str, int] | None:
    """Return the pile and the letter at which `by` stopped; 0 for a letter that is no longer there."""
    place = ReviewPlace.objects.filter(campaign=campaign, user=by).first()
    if place is None or place.pile not in PILES:
        return None
    letter = Message.objects.filter(campaign=campaign, contact=place.contact_id, review__isnull=False)
    return place.pile, letter.values_list("pk", flat=True).first() or 0


# --- When something outside the room decides ---


def take_off_pile(message_ids: Sequence[int]) -> None:
    """Letters that are out of the way: nobody needs to read them."""
    LetterReview.objects.filter(pk__in=message_ids).update(pile="", reader=None, reader_until=None)


def back_on_pile(message_ids: Sequence[int]) -> None:
    """Letters that wait again: whoever has not ticked or set them aside finds them where they lay."""
    letters = Message.objects.filter(pk__in=message_ids, reviewed_at=None, state__in=OPEN_STATES)
    letters = letters.exclude(reason_code__in=BY_A_PERSON).filter(review__isnull=False)
    on: dict[str, list[int]] = {LOOK: [], REST: []}
    for letter in letters.select_related("review"):
        if pile := pile_of(letter, letter.review.look_codes):
            on[pile].append(letter.pk)
    for pile, ids in on.items():
        if ids:
            LetterReview.objects.filter(pk__in=ids).update(pile=pile)
