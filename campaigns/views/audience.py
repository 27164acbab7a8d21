"""The people a greeting is for: ready sentences, a rule of one's own, who is in, and who falls out and why."""

import json
from datetime import date
from hashlib import sha256

from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns.forms.audience import AudienceForm, SegmentForm
from campaigns.forms.rule_rows import GROUPS, fault
from campaigns.models import Campaign
from campaigns.reasons import reason_group
from campaigns.review.falling_out import Falling, falling_out, who_gets_a_letter
from campaigns.segments import RuleError, rule_label
from campaigns.segments.people import counts_of
from campaigns.segments.saved import SegmentRefused, save_segment, saved_segments
from campaigns.sentences import people_words
from campaigns.views.segments import refusal
from campaigns.writing.audiences import EVERYBODY, OTHER_RULE, PRESENT, code_of, offered, saved_code, with_saved
from campaigns.writing.composing import CHANGEABLE, CannotChange, set_audience
from customers.models import User
from customers.purchases import purchases_up_to
from customers.roles import STAFF, role_required

NAMES_SHOWN = 8
# Numbers beside sentences that one only reads; what is chosen is counted anew.
KEPT_SECONDS = 20
STOP = "stop"


@role_required(STAFF)
def campaign_audience(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Whom the greeting is for: a ready sentence, a kept rule, or one put together here."""
    campaign = _campaign(campaign_id)
    form = _form(request, campaign)
    if not form.is_valid():
        return _page(request, campaign, form, status=422 if form.is_bound else 200)
    try:
        set_audience(campaign.pk, form.rule, by=request.user, now=timezone.now())
    except CannotChange:
        messages.error(request, _("Its letters are on their way; its people can no longer change."))
        return redirect("campaigns:campaign-detail", campaign.pk)
    messages.success(request, _("For: %(people)s.") % {"people": people_words(form.rule)})
    return redirect("campaigns:campaign-write", campaign.pk)


@role_required(STAFF)
@require_POST
def audience_rows(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """The rows of a rule with one more or one less, or with the fields of the rule just picked."""
    campaign = _campaign(campaign_id)
    form = _form(request, campaign)
    form.rows.step(request.POST.get("step", ""))
    if request.htmx:
        return render(request, "campaigns/_audience_rows.html", _rows_context(campaign, form))
    return _page(request, campaign, form, chosen=OTHER_RULE)


@role_required(STAFF)
@require_POST
def audience_count(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Who is in and who falls out for what stands on the page, whether it was chosen already or not."""
    campaign = _campaign(campaign_id)
    form = _form(request, campaign)
    if not request.htmx:
        return _page(request, campaign, form, status=200 if form.is_valid() else 422)
    stopped = request.POST.get("step") == STOP
    rule = None if stopped or not form.is_valid() else form.rule
    context = {"campaign": campaign, "numbers": _numbers(campaign, rule), "stopped": stopped}
    return render(request, "campaigns/_audience_numbers.html", context)


@role_required(STAFF)
@require_POST
def audience_save(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Keep what stands on the page under a name."""
    campaign = _campaign(campaign_id)
    form, name_form = _form(request, campaign), SegmentForm(request.POST)
    if not (form.is_valid() and name_form.is_valid()):
        return _page(request, campaign, form, name_form=name_form, status=422)
    try:
        segment = save_segment(**name_form.cleaned_data, rule=form.rule, by=request.user, now=timezone.now())
    except SegmentRefused as error:
        name_form.add_error("name", refusal(error))
        return _page(request, campaign, form, name_form=name_form, status=422)
    messages.success(request, _("The list “%(name)s” is kept.") % {"name": segment.name})
    query = urlencode({"chosen": saved_code(segment)})
    return redirect(f"{reverse('campaigns:campaign-audience', args=[campaign.pk])}?{query}")


def _campaign(campaign_id: int) -> Campaign:
    return get_object_or_404(Campaign.objects.select_related("template"), pk=campaign_id)


def _form(request: HttpRequest, campaign: Campaign) -> AudienceForm:
    today = timezone.localdate()
    offers = with_saved(
        offered(campaign, owner=request.user.pk, today=today),
        saved_segments(request.user),
        present=campaign.audience,
    )
    data = request.POST if request.method == "POST" else None
    return AudienceForm(data, offers=offers, campaign=campaign, today=today)


def _page(
    request: HttpRequest,
    campaign: Campaign,
    form: AudienceForm,
    *,
    status: int = 200,
    chosen: str = "",
    name_form: SegmentForm | None = None,
) -> HttpResponse:
    chosen = chosen or _chosen(request, campaign, form)
    today = timezone.localdate()
    choices = _choices(request.user, form.offers, today=today)
    newest = purchases_up_to()
    old = newest is not None and (today - newest).days > settings.PURCHASES_STALE_DAYS
    rule = form.offers.get(chosen) if not form.is_bound or chosen != OTHER_RULE else form.rule or None
    context = {
        "changeable": campaign.state in CHANGEABLE,
        "choices": [each for each in choices if not each["saved"]],
        "saved": [each for each in choices if each["saved"]],
        "chosen": chosen,
        "other_rule": OTHER_RULE,
        "numbers": _numbers(campaign, rule if chosen else None),
        "purchases_up_to": newest if old else None,
        # A page that comes back with one more row is not judged yet.
        "errors": [*form["choose"].errors, *form.non_field_errors()] if status == 422 else [],
        "name_form": name_form or SegmentForm(initial={"shared": True}),
        **_rows_context(campaign, form),
    }
    return render(request, "campaigns/campaign_audience.html", context, status=status)


def _chosen(request: HttpRequest, campaign: Campaign, form: AudienceForm) -> str:
    """Which choice is ticked: what was sent, what was just kept, or what the greeting has."""
    if form.is_bound:
        return form.data.get("choose", "")
    asked = request.GET.get("chosen", "")
    return asked if asked in form.offers else code_of(campaign.audience, form.offers)


def _rows_context(campaign: Campaign, form: AudienceForm) -> dict:
    return {"campaign": campaign, "rows": form.rows.as_fields(), "groups": GROUPS}


def _choices(user: User, offers: dict[str, dict], *, today: date) -> list[dict]:
    """Each choice with its sentence and its number; a kept rule that is none any more has neither."""
    saved = {saved_code(segment): segment for segment in saved_segments(user)}
    counts = _kept_counts(offers, today=today)
    return [
        {
            "code": code,
            "label": saved[code].name if code in saved else _label(code, rule),
            "says": _label(PRESENT, rule) if code in saved else "",
            "count": counts.get(code),
            "saved": code in saved,
        }
        for code, rule in offers.items()
    ]


def _label(code: str, rule: dict) -> str:
    """What an offer says; a colleague's own people are named after them."""
    if code == EVERYBODY:
        return _("Everybody we can reach")
    return people_words(rule) if code == PRESENT else rule_label(rule)


def _kept_counts(offers: dict[str, dict], *, today: date) -> dict[str, int]:
    known = {code: rule for code, rule in offers.items() if _is_rule(rule)}
    if EVERYBODY in known:
        # Chosen is everybody, so that each has a row and a reason; the sentence speaks of those we can reach.
        known[EVERYBODY] = {"choose": "reachable"}
    told = json.dumps([known, today.isoformat()], sort_keys=True)
    key = f"people-{sha256(told.encode()).hexdigest()}"
    return cache.get_or_set(key, lambda: counts_of(known, today=today), KEPT_SECONDS)


def _is_rule(rule: dict) -> bool:
    try:
        rule_label(rule)
    except RuleError:
        return False
    return True


def _numbers(campaign: Campaign, rule: dict | None) -> dict | None:
    """Who of a rule's people is in, the first of them by name, and who falls out; None when nothing is chosen."""
    if not rule:
        return None
    today = timezone.localdate()
    try:
        falling = falling_out(campaign, rule, today=today)
    except RuleError as error:
        return {"fault": fault(error)}
    first = [each.name for each in who_gets_a_letter(campaign, rule, falling, today=today)[:NAMES_SHOWN]]
    return {
        "falling": falling,
        "names": first,
        "others": falling.reached - len(first),
        "url": names_url(campaign, "in", rule),
        "out": _out_rows(campaign, rule, falling),
        "out_count": sum(falling.out.values()),
    }


def _out_rows(campaign: Campaign, rule: dict, falling: Falling) -> list[dict]:
    return [
        {"label": reason_group(code), "count": count, "url": names_url(campaign, code, rule)}
        for code, count in falling.out.items()
    ]


def names_url(campaign: Campaign, code: str, rule: dict) -> str:
    """Where the names behind a number stand; the greeting's own rule is not repeated in the address."""
    place = reverse("campaigns:audience-names", args=[campaign.pk, code])
    if rule == campaign.audience:
        return place
    return f"{place}?{urlencode({'rule': json.dumps(rule, ensure_ascii=False)})}"
