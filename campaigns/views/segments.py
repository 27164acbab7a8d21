"""The names behind a number of a greeting's people, and the rules kept under a name."""

import json

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from campaigns.forms.audience import SegmentForm
from campaigns.models import Campaign
from campaigns.reasons import reason_group, remedy
from campaigns.review.falling_alone import CODES
from campaigns.review.falling_out import falling_out, left_out_of, who_falls_out_by, who_gets_a_letter
from campaigns.review.falling_words import named, reason_in_full
from campaigns.segments import RuleError
from campaigns.segments.people import counts_of
from campaigns.segments.saved import (
    SegmentRefused,
    delete_segment,
    may_change,
    rename_segment,
    saved_segments,
)
from campaigns.sentences import people_words
from customers.consent import with_stop_code
from customers.roles import STAFF, role_required

A_PAGE = 50
IN = "in"


@role_required(STAFF)
def audience_names(request: HttpRequest, campaign_id: int, code: str) -> HttpResponse:
    """The people behind one number: who is in, or who falls out for one reason, each with it in full."""
    campaign = get_object_or_404(Campaign, pk=campaign_id)
    if code not in (IN, *CODES):
        raise Http404
    rule, today = _rule(request, campaign), timezone.localdate()
    try:
        falling = falling_out(campaign, rule, today=today)
    except RuleError as error:
        raise Http404 from error
    if code == IN:
        people = who_gets_a_letter(campaign, rule, falling, today=today)
    else:
        people = who_falls_out_by(code, campaign, rule, falling, today=today)
    pages = Paginator(with_stop_code(people, today=today), A_PAGE)
    # The number was counted with all the others; counting these alone would be another look at everybody.
    pages.count = falling.reached if code == IN else falling.out.get(code, 0)
    page = pages.get_page(request.GET.get("page"))
    shown = list(page.object_list)
    reasons = {} if code == IN else left_out_of(shown, campaign=campaign, today=today, rule=rule)
    names, greetings = named(reasons.values())
    context = {
        "campaign": campaign,
        "title": _("Who is in") if code == IN else reason_group(code),
        "remedy": "" if code == IN else remedy(code, class_name="left_out", choices=[], changeable=True),
        "people": people_words(rule),
        "page": page,
        "rows": [
            {
                "contact": contact,
                "why": reason_in_full(reasons[contact.pk], names=names, campaigns=greetings)
                if contact.pk in reasons
                else "",
            }
            for contact in shown
        ],
        "behind": f"&{urlencode({'rule': request.GET['rule']})}" if "rule" in request.GET else "",
    }
    return render(request, "campaigns/audience_names.html", context)


def _rule(request: HttpRequest, campaign: Campaign) -> dict:
    """The rule in the address, else the one of the greeting. Raise Http404 for what is no rule."""
    if "rule" not in request.GET:
        return campaign.audience
    try:
        rule = json.loads(request.GET["rule"])
    except (ValueError, RecursionError) as error:
        raise Http404 from error
    if not isinstance(rule, dict):
        raise Http404
    return rule


@role_required(STAFF)
def segment_list(request: HttpRequest) -> HttpResponse:
    """The rules kept under a name, each with what it says and its number."""
    segments, today = list(saved_segments(request.user)), timezone.localdate()
    counts: dict[int, int] = {}
    for segment in segments:
        try:
            counts |= {segment.pk: counts_of({"": segment.rule}, today=today)[""]}
        except (RuleError, KeyError):
            continue  # its number is missing, and its sentence says that it chooses nobody
    rows = [
        {
            "segment": segment,
            "says": people_words(segment.rule),
            "count": counts.get(segment.pk),
            "may_change": may_change(segment, request.user),
        }
        for segment in segments
    ]
    return render(request, "campaigns/segment_list.html", {"rows": rows})


@role_required(STAFF)
def segment_edit(request: HttpRequest, segment_id: int) -> HttpResponse:
    """Rename a kept rule, share it or no longer."""
    segment = get_object_or_404(saved_segments(request.user), pk=segment_id)
    initial = {"name": segment.name, "shared": segment.shared}
    form = SegmentForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            rename_segment(segment, **form.cleaned_data, by=request.user, now=timezone.now())
        except SegmentRefused as error:
            form.add_error("name", refusal(error))
        else:
            messages.success(request, _("The list “%(name)s” is kept.") % {"name": segment.name})
            return redirect("campaigns:segment-list")
    context = {"form": form, "segment": segment, "says": people_words(segment.rule)}
    return render(request, "campaigns/segment_edit.html", context, status=422 if form.errors else 200)


@role_required(STAFF)
def segment_delete(request: HttpRequest, segment_id: int) -> HttpResponse:
    """Ask once, with the name; then forget the kept rule."""
    segment = get_object_or_404(saved_segments(request.user), pk=segment_id)
    name = segment.name
    if request.method == "POST":
        try:
            delete_segment(segment, by=request.user, now=timezone.now())
        except SegmentRefused as error:
            messages.error(request, refusal(error))
        else:
            messages.success(request, _("The list “%(name)s” is deleted.") % {"name": name})
        return redirect("campaigns:segment-list")
    return render(request, "campaigns/segment_delete.html", {"segment": segment})


def refusal(error: SegmentRefused) -> str:
    """Why a list was not kept, renamed or deleted."""
    return {
        "name_taken": _("There is a list with this name already."),
        "not_yours": _("Only the colleague who made it may change it, or a manager once it is shared."),
        "empty": _("Nobody is chosen yet, so there is nothing to keep."),
    }[error.code]
