"""Feasts ahead and the desk where a greeting is written and its people are chosen."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns.composing import (
    CHANGEABLE,
    CannotChange,
    Words,
    WordsMovedOn,
    begin_for_feast,
    begin_own,
    newest_version,
    save_words,
    set_audience,
)
from campaigns.forms.composing import AudienceForm, OwnOccasionForm, WordsForm, towns
from campaigns.models import Campaign, GreetingVariant, GreetingVersion
from campaigns.occasions import feast_of_key
from campaigns.previewing import (
    SAMPLES,
    VariantTab,
    facts_of,
    find_people,
    gaps_of,
    person_of,
    place_of,
    readers_of,
    sample_person,
    tab_of,
    variant_tabs,
    verdict_of,
)
from campaigns.proofreading import check_words
from campaigns.reasons import clock, letter_reason
from campaigns.segments import RULES, RuleError, audience
from campaigns.selectors import campaign_lines, feasts_ahead, recent_campaigns
from campaigns.sentences import campaign_sentence, people_words, variant_name
from campaigns.views.preview import spoken
from campaigns.views.review import begin_preparing
from customers.models import Contact
from customers.roles import STAFF, role_required

LIST_LIMIT = 50


@role_required(STAFF)
def campaign_list(request: HttpRequest) -> HttpResponse:
    """What comes next in the calendar, and the greetings there are."""
    return _list_page(request, OwnOccasionForm(today=timezone.localdate()))


def _list_page(request: HttpRequest, form: OwnOccasionForm, *, status: int = 200) -> HttpResponse:
    now = timezone.now()
    today = timezone.localdate(now)
    lines = campaign_lines(recent_campaigns()[:LIST_LIMIT])
    context = {
        "feasts": feasts_ahead(today=today),
        "lines": [
            {"campaign": line.campaign, "sentence": campaign_sentence(line.campaign, line.classes, now=now)}
            for line in lines
        ],
        "form": form,
    }
    return render(request, "campaigns/campaign_list.html", context, status=status)


@role_required(STAFF)
@require_POST
def campaign_create(request: HttpRequest) -> HttpResponse:
    """Begin the greeting for a feast, or for an occasion of our own."""
    now = timezone.now()
    if key := request.POST.get("feast"):
        feast = feast_of_key(key)
        if feast is None or not -1 <= feast.on.year - now.year <= 1:
            raise Http404
        campaign = begin_for_feast(feast, name=feast.name, by=request.user, now=now)
    else:
        form = OwnOccasionForm(request.POST, today=timezone.localdate(now))
        if not form.is_valid():
            return _list_page(request, form, status=422)
        campaign = begin_own(**form.cleaned_data, by=request.user, now=now)
    return redirect("campaigns:campaign-write", campaign.pk)


# --- The desk ---


@role_required(STAFF)
def campaign_write(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """The editor on the left, the letter of a real person on the right."""
    campaign = get_object_or_404(Campaign.objects.select_related("template", "author"), pk=campaign_id)
    if request.method == "POST":
        return _save(request, campaign)
    if code := request.GET.get("as"):
        contact = sample_person(campaign, code, after=_number(request.GET.get("after")))
        return redirect(_desk_url(campaign, contact=contact.pk if contact else None))
    return _desk(request, campaign, newest_version(campaign))


def _save(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    form = WordsForm(request.POST)
    version = newest_version(campaign)
    if not form.is_valid():
        return _desk(request, campaign, version, typed=form, status=422)
    cleaned = dict(form.cleaned_data)
    contact = cleaned.pop("contact")
    try:
        saved = save_words(campaign.pk, Words(**cleaned), by=request.user, now=timezone.now())
    except CannotChange:
        messages.error(request, _("Its letters are on their way; the words can no longer change."))
        return redirect("campaigns:campaign-detail", campaign.pk)
    except WordsMovedOn as error:
        return _desk(request, campaign, error.version, typed=form, other=error.variant, status=409)

    desk = _desk_url(campaign, contact=contact, variant=f"{cleaned['language']}-{cleaned['manner']}")
    if request.POST.get("then") == "prepare":
        campaign.refresh_from_db()
        return begin_preparing(request, campaign, back=desk)
    if saved:
        messages.success(request, _("The words are saved."))
    return redirect(desk)


def _desk_url(campaign: Campaign, **facts: object) -> str:
    query = urlencode({name: value for name, value in facts.items() if value})
    return reverse("campaigns:campaign-write", args=[campaign.pk]) + (f"?{query}" if query else "")


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 18 else 0


def _desk(
    request: HttpRequest,
    campaign: Campaign,
    version: GreetingVersion | None,
    *,
    typed: WordsForm | None = None,
    other: GreetingVariant | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of the editor. `typed` keeps words that could not be saved; `other` are a colleague's."""
    tabs = variant_tabs(campaign, version)
    query = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    wanted = typed.data.get("contact") if typed else request.GET.get("contact")
    contact = Contact.objects.filter(pk=_number(wanted), erased_at=None).first()
    tab = _tab(request, tabs, contact, typed)
    readers = readers_of(campaign, language=tab.language, manner=tab.manner)
    contact = contact or readers.first()
    saved = version.variants.filter(language=tab.language, manner=tab.manner).first() if version else None
    subject, body = (typed.data.get("subject", ""), typed.data.get("body", "")) if typed else _words_of(saved)
    context = {
        "campaign": campaign,
        "audience_label": people_words(campaign.audience),
        "changeable": campaign.state in CHANGEABLE,
        "tabs": [{"tab": each, "name": variant_name(each.language, each.manner)} for each in tabs],
        "tab": tab,
        "falls_back": not saved and tab.falls_back,
        "subject": subject,
        "body": body,
        "from_version": version.number if version else 0,
        "errors": typed.errors if typed and not other else {},
        "other": other,
        "other_by": version.written_by if other else None,
        "other_at": clock(version.written_at) if other else "",
        "checks": _checks(subject, body, tab) if subject or body else [],
        "gaps": gaps_of(campaign, subject=subject, body=body, readers=readers, today=timezone.localdate()),
        "contact": contact,
        "query": query,
        "found": [(each, tab_of(each)) for each in find_people(query)] if query else [],
        "samples": [(code, label) for code, label, _condition in SAMPLES],
        **_person_facts(campaign, contact, tab, readers),
    }
    return render(request, "campaigns/campaign_write.html", context, status=status)


def _checks(subject: str, body: str, tab: VariantTab) -> list[dict]:
    return spoken(check_words(subject=subject, body=body, language=tab.language, manner=tab.manner))


def _tab(request: HttpRequest, tabs: list[VariantTab], contact: Contact | None, typed: WordsForm | None) -> VariantTab:
    """The variant on the desk: the one asked for, else the one this person reads, else the one most people read."""
    by_code = {tab.code: tab for tab in tabs}
    if typed and (code := f"{typed.data.get('language')}-{typed.data.get('manner')}") in by_code:
        return by_code[code]
    if (code := request.GET.get("variant", "")) in by_code:
        return by_code[code]
    if contact and tab_of(contact) in by_code:
        return by_code[tab_of(contact)]
    return max(tabs, key=lambda tab: tab.count)


def _words_of(saved: GreetingVariant | None) -> tuple[str, str]:
    return (saved.subject, saved.body) if saved else ("", "")


def _person_facts(campaign: Campaign, contact: Contact | None, tab: VariantTab, readers) -> dict:
    """What the desk says about the person whose letter lies on it."""
    if contact is None:
        return {"palette": [], "place": None, "stop": ""}
    now = timezone.now()
    person = person_of(contact, campaign=campaign, today=timezone.localdate(now))
    verdict = verdict_of(contact, now=now)
    is_reader = readers.filter(pk=contact.pk).exists()
    return {
        "palette": facts_of(person, language=tab.language),
        "place": place_of(contact, readers, total=tab.count) if is_reader else None,
        "stop": "" if verdict.allowed else letter_reason(verdict.code, verdict.facts),
    }


# --- The people ---


@role_required(STAFF)
def campaign_audience(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Whom the greeting is for: one of a few ready sentences, each with its number."""
    campaign = get_object_or_404(Campaign.objects.select_related("template"), pk=campaign_id)
    today = timezone.localdate()
    form = AudienceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        rule = form.rule(owner=request.user.pk, today=today)
        try:
            set_audience(campaign.pk, rule, by=request.user, now=timezone.now())
        except CannotChange:
            messages.error(request, _("Its letters are on their way; its people can no longer change."))
            return redirect("campaigns:campaign-detail", campaign.pk)
        messages.success(request, _("For: %(people)s.") % {"people": people_words(rule)})
        return redirect("campaigns:campaign-write", campaign.pk)
    town = campaign.audience.get("city", "")
    rules = {
        "everybody": {"choose": "everybody"},
        "bought_since": {"choose": "bought_since", "since": f"{today.year}-01-01"},
        "own_people": {"choose": "own_people", "owner": request.user.pk},
        "partners_and_suppliers": {"choose": "partners_and_suppliers"},
    }
    context = {
        "campaign": campaign,
        "changeable": campaign.state in CHANGEABLE,
        "choices": [
            {"code": code, "label": label, "count": _count(rules.get(code))} for code, (_q, label) in RULES.items()
        ],
        "chosen": campaign.audience.get("choose"),
        "town": town,
        "towns": towns(),
        "form": form,
    }
    return render(request, "campaigns/campaign_audience.html", context, status=422 if form.errors else 200)


def _count(rule: dict | None) -> int | None:
    try:
        return audience(rule).count() if rule else None
    except RuleError:
        return None
