"""From words to letters: prepare, or say what stands in the way."""

from functools import partial

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns.models import Campaign
from campaigns.personalisation.facts import FACT_NAMES
from campaigns.preparing import CannotPrepare, start_preparing
from campaigns.rendering import check_greeting
from campaigns.sentences import variant_name
from campaigns.tasks import ring_preparing
from campaigns.writing.composing import newest_version
from campaigns.writing.template_problems import problem_sentence
from customers.roles import STAFF, role_required


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
    transaction.on_commit(partial(ring_preparing, campaign.pk))
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
