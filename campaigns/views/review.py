"""From words to letters to a signature: prepare, look at what will happen, approve."""

from functools import partial

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns.coverage import not_chosen_count
from campaigns.models import Campaign
from campaigns.personalisation.facts import FACT_NAMES
from campaigns.preparing import CannotPrepare, start_preparing
from campaigns.reasons import letter_reason, reason_group, refusal
from campaigns.rendering import check_greeting
from campaigns.running import StepRefused, approve_campaign, is_writer
from campaigns.selectors import deed_of
from campaigns.sentences import people_words, variant_name
from campaigns.tasks import prepare_campaign
from campaigns.writing.checks.selling import is_wish
from campaigns.writing.composing import newest_version
from campaigns.writing.promised import promised_in, sold_in
from campaigns.writing.template_problems import problem_sentence
from customers.ringing import bell
from customers.roles import MANAGER, STAFF, role_required


@role_required(STAFF)
@require_POST
def campaign_prepare(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Freeze a letter for everybody chosen."""
    campaign = get_object_or_404(Campaign.objects.select_related("template"), pk=campaign_id)
    return begin_preparing(request, campaign, back=reverse("campaigns:campaign-write", args=[campaign.pk]))


def begin_preparing(request: HttpRequest, campaign: Campaign, *, back: str) -> HttpResponse:
    """Begin, and go to the page of the campaign; or say what stands in the way, and go `back`."""
    try:
        start_preparing(campaign, by=request.user, now=timezone.now())
    except CannotPrepare as error:
        for sentence in _in_the_way(error, campaign):
            messages.error(request, sentence)
        return redirect(back)
    transaction.on_commit(partial(bell.ring, prepare_campaign, campaign_id=campaign.pk))
    return redirect("campaigns:campaign-detail", campaign.pk)


def _in_the_way(error: CannotPrepare, campaign: Campaign) -> list[str]:
    if error.code == "template":
        return _faults(campaign)
    return [
        {
            "no_words": _("Nothing has been written yet."),
            "nobody": _("Nobody is chosen yet. Choose whom the greeting is for."),
            "selling": _("A wish that sells something says why: “%(words)s”. Write the reason, or take it out.")
            % {"words": error.problems[0][1] if error.problems else ""},
            "import": _("A list is coming in just now. When it is in, prepare the letters."),
            "state": _("Nothing was done: this greeting is %(state)s.") % {"state": campaign.get_state_display()},
        }[error.code]
    ]


def _faults(campaign: Campaign) -> list[str]:
    """The first error of each variant, with its place: what has to be mended before letters are made."""
    said = []
    for variant in newest_version(campaign).variants.order_by("pk"):
        problems = check_greeting(subject=variant.subject, body=variant.body, names=FACT_NAMES)
        first = next((problem for problem in problems if problem.severity == "error"), None)
        if first:
            facts = {
                "variant": variant_name(variant.language, variant.manner),
                "problem": problem_sentence(first),
            }
            said.append(_("The words are saved, but no letters yet (%(variant)s). %(problem)s") % facts)
    return said


@role_required(MANAGER)
def campaign_approve(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """The deed: what an approval means, in numbers and names; and the signature under it."""
    campaign = get_object_or_404(Campaign.objects.select_related("template", "author", "version"), pk=campaign_id)
    if request.method == "POST":
        return _approve(request, campaign)
    if campaign.state != Campaign.State.IN_REVIEW:
        messages.info(request, refusal(StepRefused("state", campaign), step="approve"))
        return redirect("campaigns:campaign-detail", campaign.pk)
    deed, version = deed_of(campaign), campaign.version
    own = is_writer(campaign, request.user)
    context = {
        "campaign": campaign,
        "deed": deed,
        "people": people_words(campaign.audience),
        "variants": [(variant_name(language, manner), count) for language, manner, count in deed.variants],
        "held": [(reason_group(code), code, count) for code, count in deed.held],
        "held_names": [
            (letter.contact, letter_reason(letter.reason_code, letter.reason_facts)) for letter in deed.held_names
        ],
        "left_out": [(reason_group(code), code, count) for code, count in deed.left_out],
        "promises": list(dict.fromkeys((language, told) for language, _manner, told in promised_in(version.pk))),
        "sold": list(dict.fromkeys(sold_in(version))) if is_wish(campaign.occasion) else [],
        "not_chosen": not_chosen_count(campaign, deed.standing),
        "own": own,
        "may_sign": not own or settings.ONE_PERSON_SHOP,
        "again": own and "again" in request.GET,
        "today": timezone.localdate(),
    }
    return render(request, "campaigns/campaign_approve.html", context)


def _approve(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    revision = request.POST.get("revision", "")
    try:
        approve_campaign(
            campaign.pk,
            by=request.user,
            revision=int(revision) if revision.isascii() and revision.isdigit() and len(revision) < 10 else 0,
            now=timezone.now(),
            one_person_shop=settings.ONE_PERSON_SHOP and is_writer(campaign, request.user),
            asked_twice="again" in request.POST,
        )
    except StepRefused as error:
        messages.error(request, refusal(error, step="approve"))
        page = reverse("campaigns:campaign-approve", args=[campaign.pk])
        return redirect(f"{page}?again=1" if error.code == "ask_again" else page)
    messages.success(request, _("Approved. The letters wait for the word to leave."))
    return redirect("campaigns:campaign-detail", campaign.pk)
