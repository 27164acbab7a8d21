"""Calls, cards and messages in the place of a letter: whose they are, what to say, and the tick when it was done."""

from collections import Counter

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns.models import Campaign, Message
from campaigns.review.aside import BY_HAND, in_hand
from campaigns.review.by_hand.giving import (
    OPEN,
    done_by_hand,
    give_all_to_hand,
    give_to_hand,
    take_back_by_hand,
)
from campaigns.review.by_hand.listing import hand_letters, hand_rows, owned_by, without_email
from campaigns.review.by_hand.sentences import WAYS, did_words, given_words, refused_words
from campaigns.review.steps import DecisionRefused
from campaigns.sentences import ways_words
from campaigns.views.sitting import after_decision, letter_address, pile_asked, refused
from customers.roles import STAFF, role_required

State = Message.State
PAGE_SIZE, SHEET_SIZE, DONE_SHOWN = 50, 200, 20
# One click; those beyond stay on the page for the next.
GIVEN_AT_ONCE = 500


def _campaign(campaign_id: int) -> Campaign:
    return get_object_or_404(Campaign.objects.select_related("author", "version"), pk=campaign_id)


@role_required(STAFF)
def by_hand_list(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Who is called, or gets a card or a message: whose it is, how they are reached, and the words."""
    campaign, now = _campaign(campaign_id), timezone.now()
    way = request.GET.get("way", "") if request.GET.get("way") in BY_HAND else ""
    mine = bool(request.GET.get("mine"))
    every = in_hand(campaign)
    counts = Counter(every.order_by().values_list("channel", flat=True))
    letters = hand_letters(campaign)
    waiting, done = letters.filter(state=State.HELD), letters.filter(state=State.SENT)
    if way:
        waiting = waiting.filter(channel=way)
    if mine:
        waiting = owned_by(waiting, request.user, today=timezone.localdate(now))
    page = Paginator(waiting, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = hand_rows(page.object_list, now=now)
    done_count = done.count()
    context = {
        "campaign": campaign,
        "open": campaign.state in OPEN,
        "waiting_count": counts.total(),
        "waiting_words": ways_words(counts),
        "done_count": done_count,
        "chips": [(code, label, counts[code]) for code, label in WAYS.items()],
        "way": way,
        "mine": mine,
        "page": page,
        "rows": rows,
        "next_to": _next_of(request, [row.letter.pk for row in rows]),
        "done": hand_rows(done.order_by("-sent_at", "-pk")[:DONE_SHOWN], now=now),
        "no_email": without_email(campaign).count(),
        "query": urlencode({"way": way, **({"mine": 1} if mine else {})}),
        "did": _did(request, campaign),
    }
    return render(request, "campaigns/by_hand_list.html", context)


def _next_of(request: HttpRequest, ids: list[int]) -> int | None:
    """The letter that has the focus after a step: the one behind that which was just done."""
    after = request.GET.get("did", "")
    if not (after.isascii() and after.isdigit()) or not ids:
        return None
    from_name = request.GET.get("at", "")
    place = int(from_name) if from_name.isascii() and from_name.isdigit() and len(from_name) < 4 else 0
    return ids[min(place, len(ids) - 1)]


def _did(request: HttpRequest, campaign: Campaign) -> dict | None:
    """What was just done, to say it and offer to take it back."""
    did = request.GET.get("did", "")
    if not (did.isascii() and did.isdigit() and len(did) < 16):
        return None
    letter = Message.objects.filter(campaign=campaign, pk=did).select_related("contact").first()
    words = did_words(letter) if letter else ""
    return {"letter": letter, "words": words} if words else None


@role_required(STAFF)
def by_hand_sheet(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """The cards that are still to be written, as a sheet to print: names, addresses, words."""
    campaign = _campaign(campaign_id)
    way = request.GET.get("way", "") if request.GET.get("way") in BY_HAND else Message.Channel.CARD.value
    waiting = hand_letters(campaign).filter(state=State.HELD, channel=way)
    page = Paginator(waiting, SHEET_SIZE).get_page(request.GET.get("page"))
    context = {
        "campaign": campaign,
        "way": way,
        "title": WAYS[way],
        "page": page,
        "rows": hand_rows(page.object_list, now=timezone.now()),
    }
    return render(request, "campaigns/by_hand_sheet.html", context)


@role_required(STAFF)
@require_POST
def letter_by_hand(request: HttpRequest, message_id: int) -> HttpResponse:
    """One letter becomes a call, a card or a message; in the review room the next letter follows."""
    letter = _letter(message_id)
    in_the_room = "pile" in request.POST
    channel = request.POST.get("channel", "")
    if channel not in BY_HAND:
        messages.error(request, _("Choose one: a call, a card or a message."))
        if in_the_room:
            return redirect(letter_address(letter.campaign_id, letter.pk, pile_asked(request)))
        return redirect("campaigns:by-hand-list", letter.campaign_id)
    try:
        step = give_to_hand(message_id, channel=channel, by=request.user, now=timezone.now())
    except DecisionRefused as error:
        if in_the_room:
            return refused(request, error)
        messages.error(request, refused_words(error))
        return redirect("campaigns:by-hand-list", letter.campaign_id)
    if in_the_room:
        return after_decision(request, letter, step=step, said=BY_HAND[channel])
    return _back_to_list(request, letter, did=True)


@role_required(STAFF)
@require_POST
def by_hand_done(request: HttpRequest, message_id: int) -> HttpResponse:
    """It was done: they count as reached."""
    letter = _letter(message_id)
    try:
        done_by_hand(message_id, by=request.user, now=timezone.now())
    except DecisionRefused as error:
        messages.error(request, refused_words(error))
        return _back_to_list(request, letter, did=False)
    return _back_to_list(request, letter, did=True)


@role_required(STAFF)
@require_POST
def by_hand_back(request: HttpRequest, message_id: int) -> HttpResponse:
    """The last step of one letter is taken back."""
    letter = _letter(message_id)
    try:
        after = take_back_by_hand(message_id, by=request.user, now=timezone.now())
    except DecisionRefused as error:
        messages.error(request, refused_words(error))
    else:
        said = _("It waits again: %(name)s.") if after.state == State.HELD else _("It is as it was: %(name)s.")
        messages.success(request, said % {"name": letter.contact.name})
    return _back_to_list(request, letter, did=False)


@role_required(STAFF)
@require_POST
def by_hand_without_email(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Whoever has no e-mail address gets a card, or a call."""
    campaign = _campaign(campaign_id)
    channel = request.POST.get("channel", "")
    if channel not in BY_HAND:
        messages.error(request, _("Choose one: a call, a card or a message."))
        return redirect("campaigns:by-hand-list", campaign.pk)
    ids = list(without_email(campaign).order_by("pk").values_list("pk", flat=True)[:GIVEN_AT_ONCE])
    try:
        given = give_all_to_hand(campaign.pk, ids, channel=channel, by=request.user, now=timezone.now())
    except DecisionRefused as error:
        messages.error(request, refused_words(error))
    else:
        messages.success(request, given_words(channel, len(given)))
    return redirect(f"{reverse('campaigns:by-hand-list', args=[campaign.pk])}?{urlencode({'way': channel})}")


def _letter(message_id: int) -> Message:
    return get_object_or_404(Message.objects.select_related("contact", "campaign"), pk=message_id)


def _back_to_list(request: HttpRequest, letter: Message, *, did: bool) -> HttpResponse:
    """The list as it was seen, with what was just done and the next one in the focus."""
    kept = {name: request.POST[name] for name in ("way", "mine", "page") if request.POST.get(name)}
    if did:
        kept |= {"did": letter.pk, "at": request.POST.get("at", "0")}
    query = f"?{urlencode(kept)}" if kept else ""
    return redirect(reverse("campaigns:by-hand-list", args=[letter.campaign_id]) + query)
