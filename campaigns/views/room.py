"""The review room: one letter at a time as it will arrive, and what a colleague decides about it.

A decision is a POST, then the next letter's page: it works without a script, and what two colleagues do at once is
sorted by the database. The sitting is the session's, the place one stopped at the database's.
"""

from functools import partial

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from campaigns.models import Campaign, LetterReview, Message
from campaigns.review.comparing import class_size
from campaigns.review.edits.panel import edit_panel
from campaigns.review.room.deciding import WHYS, seen_mark
from campaigns.review.room.decision_words import WHY_WORDS, said
from campaigns.review.room.margin import margin_of
from campaigns.review.room.pile import (
    EMPTYING,
    LOOK,
    PILES,
    REST,
    claim,
    keep_place,
    letters_on,
    next_letter,
    on_desks,
    pile_counts,
    place_of,
    reader_of,
    some_ticked_alike,
)
from campaigns.review.room.standing import place_on, standing_of
from campaigns.review.room.words import empty_words, keys_of, pile_words
from campaigns.review.steps import REVIEWABLE
from campaigns.running import is_writer
from campaigns.views.progress import number
from campaigns.views.sitting import (
    Sitting,
    letter_address,
    not_in_review,
    pile_asked,
)
from customers.forms.naming import NameForm
from customers.roles import MANAGER, STAFF, has_role, role_required

State = Message.State


def campaign_of_room(campaign_id: int) -> Campaign:
    """The campaign with what the room asks of it. Raise Http404 when there is none."""
    return get_object_or_404(Campaign.objects.select_related("author", "version"), pk=campaign_id)


# --- The way through the pile ---


@role_required(STAFF)
def review_room(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Go on where one stopped, to the next letter or the one before; at the end of the pile say what comes next."""
    campaign = campaign_of_room(campaign_id)
    if campaign.state not in REVIEWABLE:
        return not_in_review(request, campaign)
    now, user = timezone.now(), request.user
    pile, at = _where(request, campaign)
    take = partial(next_letter, campaign, pile, by=user, now=now)
    sitting = Sitting.of(request, campaign.pk)
    after, before = number(request, "after"), number(request, "before")
    if before:
        found = sitting.before(before) or take(after=before, backwards=True)
    elif "end" in request.GET:
        found = None
    else:
        found = take(after=after) if after else (take(after=at - 1) if at else take())
    if found is not None:
        return redirect(letter_address(campaign.pk, found, pile))
    return _end_of_pile(request, campaign, pile, sitting)


def _where(request: HttpRequest, campaign: Campaign) -> tuple[str, int]:
    """The pile asked for, and the letter at which one stopped there; without a word the pile one left, or the first
    that has letters.
    """
    place = place_of(campaign, by=request.user)
    if request.GET.get("pile") in PILES:
        pile = pile_asked(request)
        return pile, place[1] if place and place[0] == pile else 0
    if place and letters_on(campaign, place[0], by=request.user).exists():
        return place
    return next((pile for pile in EMPTYING if letters_on(campaign, pile, by=request.user).exists()), LOOK), 0


def _end_of_pile(request: HttpRequest, campaign: Campaign, pile: str, sitting: Sitting) -> HttpResponse:
    """What comes next: the other piles, the colleagues who still read, the approval."""
    user, now = request.user, timezone.now()
    sitting.rise(by=user)
    counts = {each: pile_counts(campaign, each, user) for each in PILES}
    unread = counts[LOOK].left + counts[REST].left
    left = counts[pile].left if pile in EMPTYING else 0
    waits = campaign.state == Campaign.State.IN_REVIEW and not unread
    may_sign = has_role(user, MANAGER) and not is_writer(campaign, user)
    context = {
        "campaign": campaign,
        "pile": pile,
        "pile_words": pile_words(pile),
        "counts": counts[pile],
        "left": left,
        "others": [
            {"pile": each, "words": pile_words(each), "left": counts[each].left}
            for each in PILES
            if each != pile and counts[each].left
        ],
        "readers": on_desks(campaign, pile, besides=user, now=now) if left else [],
        "empty_words": empty_words(pile),
        "unread": unread,
        "alike": some_ticked_alike(campaign),
        "may_ask": waits and campaign.approval_asked_at is None and not may_sign,
        "may_sign": waits and may_sign,
        "told": sitting.last_words(campaign, by=user),
        "may_undo": bool(sitting.steps),
    }
    sitting.keep(request)
    return render(request, "campaigns/review_end.html", context)


@role_required(STAFF)
def review_letter(request: HttpRequest, campaign_id: int, message_id: int) -> HttpResponse:
    """One letter, its margin and the keys; or who else is reading it."""
    campaign = campaign_of_room(campaign_id)
    if campaign.state not in REVIEWABLE:
        return not_in_review(request, campaign)
    if not LetterReview.objects.filter(pk=message_id).exists():
        # Of letters prepared before there was a room, or made anew meanwhile.
        messages.error(request, said("gone", {}, letter=None))
        return redirect("campaigns:review-room", campaign.pk)
    return letter_page(request, campaign, message_id)


def _letter(campaign: Campaign, message_id: int) -> Message:
    letters = Message.objects.filter(campaign=campaign).select_related(
        "contact__owner", "contact__summary__usual_product", "body", "reviewed_by", "review__reader", "review__signer"
    )
    letter = get_object_or_404(letters, pk=message_id, review__isnull=False)
    letter.campaign = campaign
    return letter


def letter_page(
    request: HttpRequest, campaign: Campaign, message_id: int, *, form: NameForm | None = None, status: int = 200
) -> HttpResponse:
    """A letter on the desk of who asks; `form` is a name that could not be kept. Raise Http404 when it is gone."""
    user, now, pile = request.user, timezone.now(), pile_asked(request)
    sitting = Sitting.of(request, campaign.pk)
    with transaction.atomic():
        letter = _letter(campaign, message_id)
        if not claim(letter.pk, by=user, now=now):
            return _taken(request, letter, pile, sitting)
        sitting.arrive(letter.pk, by=user)
        keep_place(letter, pile=pile, by=user, now=now)
    context = standing_of(letter, user, now=now) | {
        "campaign": campaign,
        "letter": letter,
        "review": letter.review,
        "pile": pile,
        "pile_words": pile_words(pile),
        "place": place_on(campaign, pile, letter, user),
        "margin": margin_of(letter, now=now),
        "alike_count": max(class_size(letter.review) - 1, 0) if letter.review.same_class else 0,
        "seen": seen_mark(letter),
        "edit": edit_panel(letter, now=now),
        "keys": keys_of(),
        "whys": [(code, WHY_WORDS[code]) for code in WHYS],
        "name_form": form or NameForm(instance=letter.contact),
        "opened": request.GET.get("open", "") or ("name" if form else ""),
        "voids": campaign.approved_revision is not None,
        "piles": [(each, pile_words(each)) for each in PILES if each != pile],
        "may_undo": bool(sitting.steps),
        "told": sitting.last_words(campaign, by=user),
    }
    sitting.keep(request)
    return render(request, "campaigns/review_room.html", context, status=status)


def _taken(request: HttpRequest, letter: Message, pile: str, sitting: Sitting) -> HttpResponse:
    context = {
        "campaign": letter.campaign,
        "letter": letter,
        "pile": pile,
        "pile_words": pile_words(pile),
        "reader": reader_of(letter.review, besides=request.user, now=timezone.now()),
        "told": sitting.last_words(letter.campaign, by=request.user),
        "may_undo": bool(sitting.steps),
    }
    sitting.keep(request)
    return render(request, "campaigns/review_taken.html", context)
