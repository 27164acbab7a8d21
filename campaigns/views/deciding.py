"""Decisions of the review room: each a POST, then the next letter; whoever comes second is told."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from campaigns.models import Message
from campaigns.review.release import take_new_words
from campaigns.review.rewriting import rewrite_letter
from campaigns.review.room.deciding import set_aside, take_up, tick, tick_alike
from campaigns.review.room.mending import mend_name
from campaigns.review.steps import REVIEWABLE, DecisionRefused, Step
from campaigns.review.undoing import undo
from campaigns.views.room import campaign_of_room, letter_page
from campaigns.views.sitting import Sitting, after_decision, not_in_review, pile_asked, refused, room_address
from customers.forms.naming import NameForm
from customers.models import Contact
from customers.roles import STAFF, role_required


def _decided(request: HttpRequest, message_id: int, decision: Callable[[], Step], *, said: str) -> HttpResponse:
    """Take a decision and go to the next letter; whoever comes second is told."""
    try:
        step = decision()
    except DecisionRefused as error:
        return refused(request, error)
    letter = Message.objects.select_related("campaign", "contact").get(pk=message_id)
    nothing = not (step.before or step.after)
    return after_decision(request, letter, step=step, said="already" if nothing else said)


def _seen(request: HttpRequest) -> str:
    return request.POST.get("seen", "")[:200]


@role_required(STAFF)
@require_POST
def letter_tick(request: HttpRequest, message_id: int) -> HttpResponse:
    decision = partial(tick, message_id, by=request.user, now=timezone.now(), seen=_seen(request))
    return _decided(request, message_id, decision, said="tick")


@role_required(STAFF)
@require_POST
def letter_tick_alike(request: HttpRequest, message_id: int) -> HttpResponse:
    """Tick this letter and all that say the same."""
    try:
        alike = tick_alike(message_id, by=request.user, now=timezone.now(), seen=_seen(request))
    except DecisionRefused as error:
        return refused(request, error)
    letter = Message.objects.select_related("campaign", "contact").get(pk=message_id)
    return after_decision(request, letter, step=alike.step, said="tick_alike", facts={"count": alike.count})


@role_required(STAFF)
@require_POST
def letter_aside(request: HttpRequest, message_id: int) -> HttpResponse:
    decision = partial(
        set_aside,
        message_id,
        why=request.POST.get("why", ""),
        kind=request.POST.get("kind", "other"),
        by=request.user,
        now=timezone.now(),
        seen=_seen(request),
    )
    return _decided(request, message_id, decision, said="aside")


@role_required(STAFF)
@require_POST
def letter_back(request: HttpRequest, message_id: int) -> HttpResponse:
    """Put a letter that was set aside back on its pile."""
    decision = partial(take_up, message_id, by=request.user, now=timezone.now(), seen=_seen(request))
    return _decided(request, message_id, decision, said="back")


@role_required(STAFF)
@require_POST
def letter_name(request: HttpRequest, message_id: int) -> HttpResponse:
    """Settle the name of the reader once and for good; the letter is written anew and stays on the desk."""
    letter = get_object_or_404(Message.objects.select_related("campaign", "contact"), pk=message_id)
    choice = request.POST.get("choice")
    form = NameForm(request.POST, instance=Contact.objects.get(pk=letter.contact_id))
    if choice is None and not form.is_valid():
        if letter.campaign.state not in REVIEWABLE:
            return not_in_review(request, letter.campaign)
        return letter_page(request, letter.campaign, letter.pk, form=form, status=422)
    changes = form.changes if choice is None else {}
    try:
        mended = mend_name(letter.pk, choice=choice, changes=changes, by=request.user, now=timezone.now())
    except DecisionRefused as error:
        return refused(request, error)
    letter.refresh_from_db()
    return after_decision(request, letter, step=mended.step, said=mended.code, stay=True)


@role_required(STAFF)
@require_POST
def letter_new_words(request: HttpRequest, message_id: int) -> HttpResponse:
    """Write a letter anew with what we know today, and stay with it."""
    letter = get_object_or_404(Message.objects.select_related("campaign", "contact", "review"), pk=message_id)
    if letter.campaign.state not in REVIEWABLE:
        return not_in_review(request, letter.campaign)
    rewritten = rewrite_letter(letter.pk, by=request.user, now=timezone.now())
    return after_decision(request, letter, said="new_words" if rewritten.changed else "same_words", stay=True)


@role_required(STAFF)
@require_POST
def review_new_words(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Write all letters anew whose facts changed; each is read again before it leaves."""
    campaign = campaign_of_room(campaign_id)
    if campaign.state not in REVIEWABLE:
        return not_in_review(request, campaign)
    count = take_new_words(campaign.pk, by=request.user, now=timezone.now())
    said = ngettext("%(count)s letter says what we know today.", "%(count)s letters say what we know today.", count)
    messages.success(request, said % {"count": count})
    return redirect(room_address(campaign.pk, pile_asked(request)))


@role_required(STAFF)
@require_POST
def review_undo(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Take back the last step of this sitting, and show its letter."""
    campaign = campaign_of_room(campaign_id)
    sitting, pile = Sitting.of(request, campaign.pk), pile_asked(request)
    if not sitting.steps:
        sitting.tell("nothing", None)
        sitting.keep(request)
        return redirect(room_address(campaign.pk, pile))
    step = Step(**sitting.steps.pop())
    sitting.keep(request)
    try:
        letter = undo(step, by=request.user, now=timezone.now())
    except DecisionRefused as error:
        return refused(request, error, pile=pile)
    return after_decision(request, letter, said="undone", stay=True)
