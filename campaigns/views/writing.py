"""The desk where a greeting is written: opened, saved, kept as one types."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from campaigns.forms.composing import WordsForm
from campaigns.models import Campaign
from campaigns.sentences import variant_name
from campaigns.views.desk import desk_page, desk_url, hour, number, tabs_context, touched_said
from campaigns.views.review import begin_preparing
from campaigns.writing.composing import CannotChange, Words, WordsMovedOn, newest_version, save_words
from campaigns.writing.drafts import DraftMovedOn, drafts_of, drop_draft, keep_draft, mark_of, saved_words
from campaigns.writing.previewing import sample_person, variant_tabs
from campaigns.writing.starters import starters_for
from campaigns.writing.versions import reader_of
from customers.roles import STAFF, role_required


@role_required(STAFF)
def campaign_write(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """The editor on the left, the letter of a real person on the right."""
    campaign = get_object_or_404(Campaign.objects.select_related("template", "author"), pk=campaign_id)
    if request.method == "POST":
        return _do(request, campaign)
    if code := request.GET.get("as"):
        contact = sample_person(campaign, code, after=number(request.GET.get("after")))
        return redirect(desk_url(campaign, contact=contact.pk if contact else None))
    return desk_page(request, campaign, newest_version(campaign))


def _do(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """What a button of the form asks for: save, save and prepare, throw away, begin from other words."""
    form = WordsForm(request.POST)
    if not form.is_valid():
        if request.htmx:
            return render(request, "campaigns/_saved.html", {"trouble": _too_long(form)})
        return desk_page(request, campaign, newest_version(campaign), typed=form, status=422)
    words = form.words()
    desk = desk_url(campaign, contact=form.cleaned_data["contact"], variant=f"{words.language}-{words.manner}")
    if request.POST.get("then") == "discard":
        drop_draft(campaign, by=request.user, language=words.language, manner=words.manner)
        return redirect(desk)
    if source := request.POST.get("begin"):
        return _begin_from(request, campaign, words, source, desk)
    return _save(request, campaign, form, words, desk)


def _save(request: HttpRequest, campaign: Campaign, form: WordsForm, words: Words, desk: str) -> HttpResponse:
    now = timezone.now()
    try:
        saved = save_words(campaign.pk, words, by=request.user, now=now)
    except CannotChange:
        messages.error(request, _("Its letters are on their way; the words can no longer change."))
        answer = redirect("campaigns:campaign-detail", campaign.pk)
        return HttpResponseClientRedirect(answer.url) if request.htmx else answer
    except WordsMovedOn as error:
        if request.htmx:
            return _to_both(request, campaign, form, desk)
        return desk_page(request, campaign, error.version, typed=form, other=error.variant, status=409)

    drop_draft(campaign, by=request.user, language=words.language, manner=words.manner, seen=form.cleaned_data["draft"])
    if request.POST.get("then") == "prepare":
        return _prepare(request, campaign, desk)
    if request.htmx:
        return _saved_in_place(request, campaign, words)
    if saved:
        messages.success(request, _("The words are saved."))
    return redirect(desk)


def _to_both(request: HttpRequest, campaign: Campaign, form: WordsForm, desk: str) -> HttpResponse:
    """Open the desk anew, where these words lie beside those that a colleague saved meanwhile."""
    try:
        keep_draft(campaign, form.words(), by=request.user, seen=form.cleaned_data["draft"], now=timezone.now())
    except DraftMovedOn:
        return render(request, "campaigns/_saved.html", {"trouble": _two_windows()})
    return HttpResponseClientRedirect(desk)


def _prepare(request: HttpRequest, campaign: Campaign, desk: str) -> HttpResponse:
    """Prepare the letters, unless the writer has typed words of another variant that they would not say."""
    for code, draft in drafts_of(campaign, by=request.user).items():
        if (draft.subject, draft.body) == saved_words(campaign, language=draft.language, manner=draft.manner):
            continue
        facts = {"variant": variant_name(draft.language, draft.manner), "hour": hour(draft.saved_at)}
        messages.error(
            request,
            _("Your words of %(hour)s (%(variant)s) are not saved. Save them or throw them away, then go on.") % facts,
        )
        return redirect(desk_url(campaign, variant=code))
    campaign.refresh_from_db()
    return begin_preparing(request, campaign, back=desk)


def _saved_in_place(request: HttpRequest, campaign: Campaign, words: Words) -> HttpResponse:
    """What changes on a page that stays open: the hour, the number to go on from, the marks of the tabs."""
    version = newest_version(campaign)
    tabs = variant_tabs(campaign, version)
    tab = next(each for each in tabs if (each.language, each.manner) == (words.language, words.manner))
    context = {
        "campaign": campaign,
        "saved_at": hour(timezone.now()),
        "from_version": version.number if version else 0,
        "draft_mark": "",
        "marks": True,
        "tab": tab,
        **tabs_context(tabs, tab, drafts_of(campaign, by=request.user)),
        "touched_said": touched_said(campaign),
    }
    return trigger_client_event(render(request, "campaigns/_saved.html", context), "words-saved")


def _begin_from(request: HttpRequest, campaign: Campaign, words: Words, source: str, desk: str) -> HttpResponse:
    """Lay the ready words, or those of another variant, on an empty desk as a draft."""
    reader = reader_of(source)
    if source == "starter":
        ready = {(each.language, each.register): (each.subject, each.body) for each in starters_for(campaign.occasion)}
        subject, body = ready.get((words.language, words.manner), ("", ""))
    elif reader:
        subject, body = saved_words(campaign, language=reader[0], manner=reader[1])
    else:
        return redirect(desk)
    begun = Words(words.language, words.manner, subject, body, words.from_version)
    try:
        keep_draft(campaign, begun, by=request.user, seen=request.POST.get("draft", ""), now=timezone.now())
    except DraftMovedOn:
        messages.info(request, _("You have begun these words in another window already: here they are."))
    except CannotChange:
        messages.error(request, _("Its letters are on their way; the words can no longer change."))
    return redirect(desk)


@role_required(STAFF)
@require_POST
def campaign_draft(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Keep the words as they are typed; answers with the line beside the toolbar."""
    campaign = get_object_or_404(Campaign.objects.select_related("template"), pk=campaign_id)
    form = WordsForm(request.POST)
    if not form.is_valid():
        return render(request, "campaigns/_saved.html", {"trouble": _too_long(form)})
    try:
        draft = keep_draft(campaign, form.words(), by=request.user, seen=form.cleaned_data["draft"], now=timezone.now())
    except DraftMovedOn:
        return render(request, "campaigns/_saved.html", {"trouble": _two_windows()})
    except CannotChange:
        trouble = _("Its letters are on their way; the words can no longer change.")
        return render(request, "campaigns/_saved.html", {"trouble": trouble})
    context = {"kept_at": hour(draft.saved_at) if draft else "", "draft_mark": mark_of(draft), "marks": True}
    return trigger_client_event(render(request, "campaigns/_saved.html", context), "words-kept")


def _two_windows() -> str:
    return _("You typed other words for this letter in another window. These are kept when you save.")


def _too_long(form: WordsForm) -> str:
    """Why these words cannot be kept; anything else than their length is a page that is out of date."""
    if {"subject", "body"} & form.errors.keys():
        return _("These words are too long to be kept. Shorten them.")
    return _("This page is out of date. Copy your words and open it again.")
