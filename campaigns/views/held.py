"""Held letters: whose they are, until when, and what they get instead of nothing."""

import re
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from campaigns.letters import assembled, frame_of
from campaigns.links import unsubscribe_url
from campaigns.models import Campaign, Message
from campaigns.reasons import letter_reason, reason_group
from campaigns.rendering import RenderedGreeting
from campaigns.review.aside import BY_HAND, held_without_end, in_hand
from campaigns.review.by_hand.giving import BEGUN, OPEN, give_all_to_hand
from campaigns.review.by_hand.sentences import given_words, refused_words
from campaigns.review.held import (
    APPROVED,
    NAME_UNSURE,
    NotGiven,
    give_neutral,
    give_new_words,
    held_rows,
    last_day,
    look_at_neutral,
    may_give_after_approval,
    words_to_give,
)
from campaigns.review.held_words import not_given_words, someone_waits_sentence
from campaigns.review.neutral import NeutralLook
from campaigns.review.steps import DecisionRefused
from campaigns.review.today import changes_of_today, mark_of_today, to_name_of
from campaigns.tasks import ring_campaign
from campaigns.views.frames import framed, framed_sentence, with_head
from campaigns.views.progress import number
from customers.models import User
from customers.roles import STAFF, role_required

PAGE_SIZE = 50
# One click; those beyond stay on the page for the next.
GIVEN_AT_ONCE = 500
_NUMBER = re.compile(r"[0-9]{1,15}", re.ASCII)
_SEEN = re.compile(r"([0-9]{1,15}):([0-9a-f]{64})", re.ASCII)


@role_required(STAFF)
def held_list(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Who gets nothing as things stand: why, whose it is, until when; with a neutral opening, a card or a call."""
    campaigns = Campaign.objects.select_related("author", "version")
    campaign, now = get_object_or_404(campaigns, pk=campaign_id), timezone.now()
    letters = held_without_end(campaign).select_related(
        "contact__owner__stand_in", "campaign__author", "review", "body"
    )
    page = Paginator(letters.order_by("contact__sort_key", "pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    late = campaign.give_up_at is not None and campaign.give_up_at <= now
    approved = campaign.state in APPROVED
    count, neutral_count = page.paginator.count, letters.filter(reason_code=NAME_UNSURE).count()
    rows = _rows(campaign, list(page.object_list), user=request.user, now=now)
    context = {
        "campaign": campaign,
        "count": count,
        "sentence": someone_waits_sentence(campaign, count, now=now),
        "last_day": last_day(campaign),
        "late": late,
        "open": campaign.state in OPEN,
        "page": page,
        "rows": rows,
        "words_count": sum(bool(row["seen"]) for row in rows),
        "reasons": [(reason_group(code), n) for code, n in _reasons(letters)],
        "neutral_count": neutral_count,
        "neutral_at_once": min(neutral_count, GIVEN_AT_ONCE),
        "may_neutral": not late and (not approved or may_give_after_approval(campaign, request.user)),
        "approves": approved,
        "in_hand_count": in_hand(campaign).count(),
    }
    return render(request, "campaigns/held_list.html", context)


def _rows(campaign: Campaign, letters: list[Message], *, user: User, now: datetime) -> list[dict[str, Any]]:
    """Held letters with why, whose they are, and for those that want nothing else the words of today: what would
    change, and the mark of what is read here.
    """
    rows = held_rows(letters, today=timezone.localdate(now))
    words = words_to_give(campaign, [row.letter for row in rows if row.anew], by=user, now=now)
    return [
        {
            "of": row,
            "why": letter_reason(row.letter.reason_code, row.letter.reason_facts),
            "difference": changes_of_today(row.letter, words.get(row.letter.pk)),
            "seen": seen_of(row.letter, words.get(row.letter.pk)),
        }
        for row in rows
    ]


def seen_of(letter: Message, today: RenderedGreeting | None) -> str:
    """The mark of the words of a letter that somebody reads, as the form sends it back; "" without any."""
    return f"{letter.pk}:{mark_of_today(letter, today)}" if today else ""


def _seen(request: HttpRequest, *, only: str) -> dict[int, str]:
    """{letter: digest of the words that were read}; of one letter alone where the form names it."""
    found = (_SEEN.fullmatch(each) for each in request.POST.getlist("seen"))
    return {int(each[1]): each[2] for each in found if each and only in ("", each[1])}


def _reasons(letters) -> list[tuple[str, int]]:
    codes: dict[str, int] = {}
    for code in letters.order_by().values_list("reason_code", flat=True):
        codes[code] = codes.get(code, 0) + 1
    return sorted(codes.items(), key=lambda each: (-each[1], each[0]))


# --- The neutral opening, before it is given ---


@role_required(STAFF)
def held_neutral(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """How the letters would begin, and one of them whole, before somebody says yes; for one letter or for all."""
    campaigns = Campaign.objects.select_related("author", "version")
    campaign, one = get_object_or_404(campaigns, pk=campaign_id), request.GET.get("letter", "")
    try:
        look = _look_at_neutral(request, campaign)
    except NotGiven as error:
        messages.error(request, not_given_words(error))
        return redirect("campaigns:held-list", campaign.pk)
    if look is None:
        messages.error(request, _("Nobody is held for a name that a neutral opening would mend."))
        return redirect("campaigns:held-list", campaign.pk)
    context = {
        "campaign": campaign,
        "look": look,
        "one": look.letter.pk if one else None,
        "approves": campaign.state in APPROVED,
        "at_once": campaign.state in BEGUN,
        "shown": f"{look.letter.pk}:{look.mark}",
    }
    return render(request, "campaigns/held_neutral.html", context)


@role_required(STAFF)
def held_neutral_letter(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """The letter that is shown whole, in its frame."""
    campaign = get_object_or_404(Campaign.objects.select_related("author", "version"), pk=campaign_id)
    try:
        look = _look_at_neutral(request, campaign)
    except NotGiven as error:
        return framed_sentence(request, sentence=not_given_words(error))
    if look is None:
        return framed_sentence(request, sentence=_("No letter was written for this person."))
    letter, words = look.letter, look.words
    frame = frame_of(campaign, language=letter.language, manner=letter.manner)
    whole = assembled(words, frame, way_out=unsubscribe_url(letter.contact.address_digest))
    from_name = settings.HOUSE_NAME if look.by_house else letter.from_name or settings.HOUSE_NAME
    to = f"{to_name_of(letter.contact)} <{letter.contact.email}>"
    return framed(with_head(whole.html, from_name=from_name, to_name=to, subject=words.subject))


def _look_at_neutral(request: HttpRequest, campaign: Campaign) -> NeutralLook | None:
    ids, shown = _neutral_ids(campaign, request.GET.get("letter", "")), number(request, "shown")
    return look_at_neutral(campaign, ids, sample=shown, by=request.user, now=timezone.now())


# --- Giving ---


@role_required(STAFF)
@require_POST
def held_give(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """One held letter, or all of them, gets a neutral opening, the words of today, a card or a call."""
    campaign = get_object_or_404(Campaign, pk=campaign_id)
    give, one = request.POST.get("give", ""), request.POST.get("letter", "")
    letters = _named(held_without_end(campaign), one).order_by("pk")
    if give == "neutral":
        if (first := _give_neutral(request, campaign, one=one)) is not None:
            return first
    elif give == "words":
        _give_words(request, campaign, _seen(request, only=one))
    elif give in BY_HAND:
        _give_by_hand(request, campaign, letters, channel=give)
    else:
        messages.error(request, _("Choose one: other words, a card or a call."))
    return redirect("campaigns:held-list", campaign.pk)


def _give_neutral(request: HttpRequest, campaign: Campaign, *, one: str) -> HttpResponse | None:
    """Give the neutral opening; what nobody has seen as it is now is shown first."""
    ids, shown = _neutral_ids(campaign, one), _SEEN.fullmatch(request.POST.get("shown", ""))
    seen = (int(shown[1]), shown[2]) if shown else (0, "")
    try:
        given = give_neutral(campaign.pk, ids, by=request.user, now=timezone.now(), shown=seen)
    except NotGiven as error:
        if error.code != "unseen":
            messages.error(request, not_given_words(error))
            return None
        if shown:
            messages.error(request, not_given_words(error))
        page = reverse("campaigns:held-neutral", args=[campaign.pk])
        return redirect(f"{page}?{urlencode({'letter': one})}" if one else page)
    transaction.on_commit(partial(ring_campaign, campaign.pk))
    if given:
        said = ngettext(
            "%(count)s letter leaves with a neutral opening.", "%(count)s letters leave with a neutral opening.", given
        )
        messages.success(request, said % {"count": given})
    if given < len(ids) or not ids:
        messages.error(request, _("Some could not be given it: their letters want more than a name. They stay held."))
    return None


def _neutral_ids(campaign: Campaign, one: str) -> list[int]:
    """The held letters that the neutral opening would mend, as many as are given at once; or the one that is named."""
    letters = _named(held_without_end(campaign), one).filter(reason_code=NAME_UNSURE).order_by("pk")
    return list(letters.values_list("pk", flat=True)[:GIVEN_AT_ONCE])


def _named(letters: QuerySet[Message], one: str) -> QuerySet[Message]:
    """These letters, or the one whose number is given as text."""
    return letters.filter(pk=int(one) if _NUMBER.fullmatch(one) else 0) if one else letters


def _give_words(request: HttpRequest, campaign: Campaign, seen: dict[int, str]) -> None:
    try:
        given = give_new_words(campaign.pk, seen=seen, by=request.user, now=timezone.now())
    except NotGiven as error:
        messages.error(request, not_given_words(error))
        return
    transaction.on_commit(partial(ring_campaign, campaign.pk))
    if given:
        said = ngettext(
            "%(count)s letter leaves with the words of today.",
            "%(count)s letters leave with the words of today.",
            given,
        )
        messages.success(request, said % {"count": given})
    if given < len(seen) or not seen:
        messages.error(request, _("Some stay held: their words have changed once more, or want more than that."))


def _give_by_hand(request: HttpRequest, campaign: Campaign, letters, *, channel: str) -> None:
    ids = list(letters.values_list("pk", flat=True)[:GIVEN_AT_ONCE])
    try:
        given = give_all_to_hand(campaign.pk, ids, channel=channel, by=request.user, now=timezone.now())
    except DecisionRefused as error:
        messages.error(request, refused_words(error))
        return
    if given:
        messages.success(request, given_words(channel, len(given)))
    else:
        messages.error(request, _("Nobody was given anything: they are no longer held."))
