"""The words of one letter changed by hand: typed, looked at, kept, taken back; and the list of all such letters."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from campaigns.letters import assembled, frame_of
from campaigns.links import unsubscribe_url
from campaigns.models import Campaign, HandEdit, Message, MessageBody
from campaigns.reasons import clock
from campaigns.rendering.by_hand import HandWordsRefused, words_by_hand
from campaigns.review.edits.changing import WordsMoved, clear_edit, edit_letter, keep_mine, take_new
from campaigns.review.edits.confirming import EDITABLE, confirm_finding
from campaigns.review.edits.consent import NotTheAuthor, agree_to_edits, edits_waiting
from campaigns.review.edits.listing import edited_letters, edits_of_campaign, touched_by
from campaigns.review.edits.merging import base_of, words_of
from campaigns.review.edits.panel import edit_panel
from campaigns.review.edits.words import changes_between, no_longer_named, refusal_words, touched_words
from campaigns.review.steps import REVIEWABLE, DecisionRefused, Step
from campaigns.views.frames import framed, framed_sentence, with_head
from campaigns.views.sitting import Sitting, after_decision, pile_asked, refused
from customers.roles import STAFF, role_required

PER_PAGE = 30
MOST_AT_ONCE = 500  # yeses in one press: more than a page holds


def _letter(message_id: int) -> Message:
    letters = Message.objects.select_related("campaign", "contact", "review")
    return get_object_or_404(letters.filter(review__isnull=False), pk=message_id)


# --- One letter ---


@role_required(STAFF)
def letter_edit(request: HttpRequest, message_id: int) -> HttpResponse:
    """Change subject and words of one letter. Whatever stands in the way, what was typed comes back."""
    if request.method != "POST":
        return _edit_page(request, _letter(message_id))
    typed = {name: request.POST.get(name, "") for name in ("subject", "text")}
    try:
        step = edit_letter(
            message_id, **typed, seen_digest=request.POST.get("seen", "")[:64], by=request.user, now=timezone.now()
        )
    except HandWordsRefused as refusal:
        wrong = [refusal_words(each) for each in refusal.problems]
        return _edit_page(request, _letter(message_id), typed=typed, wrong=wrong, status=422)
    except WordsMoved as moved:
        return _edit_page(request, _letter(message_id), typed=typed, moved=moved, status=409)
    except DecisionRefused as error:
        return _not_kept(request, error, typed)
    letter = _letter(message_id)
    return after_decision(request, letter, step=step, said=_said(letter) if step else "unchanged", stay=True)


def _said(letter: Message) -> str:
    """What is told after words were kept: also what is allowed and was perhaps not meant."""
    edit = HandEdit.objects.filter(campaign=letter.campaign_id, contact=letter.contact_id).first()
    if edit is None:
        return "clear_edit"
    return "edit_unnamed" if no_longer_named(base_of(edit).text, edit.text, letter.contact) else "edit"


def _edit_page(
    request: HttpRequest,
    letter: Message,
    *,
    typed: dict[str, str] | None = None,
    wrong: list[str] | None = None,
    moved: WordsMoved | None = None,
    status: int = 200,
) -> HttpResponse:
    """The letter and its form: with the words in it, or with those typed and what is to be said about them."""
    panel = edit_panel(letter, now=timezone.now())
    if not panel.digest:
        raise Http404
    context: dict[str, Any] = {
        "campaign": letter.campaign,
        "letter": letter,
        "review": letter.review,
        "pile": pile_asked(request),
        "edit": panel,
        "typed": typed,
        "wrong": wrong or [],
        "in_room": letter.campaign.state in REVIEWABLE,
    }
    Sitting.saw(request, letter.campaign)
    if moved is not None:
        context |= _two_texts(letter, moved)
    return render(request, "campaigns/hand_edit_form.html", context, status=status)


def _two_texts(letter: Message, moved: WordsMoved) -> dict[str, Any]:
    """Who was quicker, and what the letter says now against what the machine had written."""
    edit = moved.edit
    who = (
        _("%(name)s changed this letter meanwhile, on %(when)s.")
        % {"name": edit.edited_by, "when": clock(edit.edited_at)}
        if edit
        else _("The letter was written anew meanwhile.")
    )
    theirs = changes_between(base_of(edit), moved.words) if edit else changes_between(moved.words, moved.words)
    return {"moved": who, "theirs": theirs, "their_subject": moved.words.subject}


def _not_kept(request: HttpRequest, error: DecisionRefused, typed: dict[str, str]) -> HttpResponse:
    """The letter cannot be changed any more; the words typed are shown, so that nobody has to remember them."""
    letter = error.letter
    campaign = letter.campaign if letter else None
    context = {"letter": letter, "campaign": campaign, "typed": typed, "why": _why_not(error)}
    return render(request, "campaigns/hand_edit_lost.html", context, status=409)


def _why_not(error: DecisionRefused) -> str:
    if error.letter is None:
        return _("This letter is not there any more: the letters were prepared anew.")
    if error.code == "campaign":
        state = error.letter.campaign.get_state_display()
        return _("Its words can no longer be changed: this greeting is %(state)s.") % {"state": state}
    return _("Its words can no longer be changed: the letter is %(state)s.") % {
        "state": error.letter.get_state_display()
    }


@role_required(STAFF)
@require_POST
def letter_edit_preview(request: HttpRequest, message_id: int) -> HttpResponse:
    """The letter as it would arrive with the words of the form, for the frame beside it. Nothing is kept."""
    letter = _letter(message_id)
    body = get_object_or_404(MessageBody, pk=letter.pk)
    edit = HandEdit.objects.filter(campaign=letter.campaign_id, contact=letter.contact_id).first()
    try:
        words = words_by_hand(
            words_of(body),
            request.POST.get("subject", ""),
            request.POST.get("text", ""),
            known=base_of(edit) if edit else None,
        )
    except HandWordsRefused as refusal:
        problems = [{"sentence": refusal_words(each), "error": True} for each in refusal.problems]
        return framed_sentence(request, name=letter.contact.name, problems=problems)
    frame = frame_of(letter.campaign, language=letter.language, manner=letter.manner)
    whole = assembled(words, frame, way_out=unsubscribe_url(letter.address_digest))
    from_name = letter.from_name or settings.HOUSE_NAME
    return framed(with_head(whole.html, from_name=from_name, to_name=letter.to_name, subject=words.subject))


@role_required(STAFF)
@require_POST
def letter_edit_clear(request: HttpRequest, message_id: int) -> HttpResponse:
    """Let the letter say again what was prepared."""
    seen = request.POST.get("seen", "")[:64]
    return _settled(request, message_id, partial(clear_edit, seen_digest=seen), said="clear_edit")


@role_required(STAFF)
@require_POST
def letter_edit_settle(request: HttpRequest, message_id: int) -> HttpResponse:
    """Hand and machine disagree about a place: keep the hand's words, or take the new ones."""
    decision = {"mine": keep_mine, "new": take_new}.get(request.POST.get("keep", ""))
    if decision is None:
        messages.error(request, _("Choose: keep the words written by hand, or take the new ones."))
        return redirect("campaigns:letter-edit", message_id)
    seen = request.POST.get("seen", "")[:64]
    said = "keep_edit" if decision is keep_mine else "new_words"
    return _settled(request, message_id, partial(decision, seen_digest=seen), said=said)


@role_required(STAFF)
@require_POST
def letter_confirm(request: HttpRequest, message_id: int) -> HttpResponse:
    """What the guard found in words written by hand is meant so."""
    decision = partial(confirm_finding, mark=request.POST.get("finding", "")[:16])
    return _settled(request, message_id, decision, said="confirm")


def _settled(request: HttpRequest, message_id: int, decision: Callable[..., Step], *, said: str) -> HttpResponse:
    try:
        step = decision(message_id, by=request.user, now=timezone.now())
    except WordsMoved as moved:
        return refused(request, DecisionRefused("moved", moved.letter))
    except DecisionRefused as error:
        return refused(request, error)
    return after_decision(request, _letter(message_id), step=step, said=said, stay=True)


# --- All of a greeting ---


@role_required(STAFF)
def hand_edit_list(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Every letter of a greeting that somebody changed: what was changed, by whom, and what waits for the author."""
    campaign = get_object_or_404(Campaign.objects.select_related("template", "author", "version"), pk=campaign_id)
    edits = edits_of_campaign(campaign)
    waiting = edits_waiting(campaign)
    if only_waiting := "waiting" in request.GET:
        edits = edits.filter(pk__in=waiting.values("pk"))
    page = Paginator(edits, PER_PAGE).get_page(request.GET.get("page"))
    touched = touched_by(campaign, today=timezone.localdate())
    rows = edited_letters(campaign, page.object_list, touched=touched)
    context = {
        "campaign": campaign,
        "page": page,
        "rows": [{"of": row, "when": clock(row.edit.edited_at), "opens": _opens(campaign, row.letter)} for row in rows],
        "is_author": request.user.pk == campaign.author_id,
        "waiting_here": [row for row in rows if row.waits_for_author],
        "waiting_count": waiting.count(),
        "only_waiting": only_waiting,
        "touched_said": touched_words(touched),
    }
    return render(request, "campaigns/hand_edit_list.html", context)


def _opens(campaign: Campaign, letter: Message | None) -> bool:
    return letter is not None and letter.state in EDITABLE and campaign.state in REVIEWABLE


@role_required(STAFF)
@require_POST
def hand_edit_agree(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """The author's yes to what colleagues changed: to those ticked, each in the words that were on the page."""
    get_object_or_404(Campaign, pk=campaign_id)
    pairs = [each.partition(":") for each in request.POST.getlist("edit")[:MOST_AT_ONCE]]
    seen = {int(pk): moment for pk, _colon, moment in pairs if pk.isascii() and pk.isdigit() and len(pk) < 19}
    try:
        agreed = agree_to_edits(campaign_id, seen=seen, by=request.user, now=timezone.now())
    except NotTheAuthor:
        messages.error(request, _("Only who began this greeting says yes to what others changed in its letters."))
        return redirect("campaigns:hand-edit-list", campaign_id)
    if agreed < len(seen):
        messages.warning(request, _("Something was changed while you were reading. Look at it again."))
    if agreed:
        said = ngettext("Agreed: %(count)s letter.", "Agreed: %(count)s letters.", agreed) % {"count": agreed}
        messages.success(request, said)
    return redirect("campaigns:hand-edit-list", campaign_id)
