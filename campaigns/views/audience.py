"""The people a greeting is for."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.forms.composing import AudienceForm, towns
from campaigns.models import Campaign
from campaigns.segments import RuleError, audience, rule_label
from campaigns.sentences import people_words
from campaigns.writing.audiences import CITY, PRESENT, code_of, offered
from campaigns.writing.composing import CHANGEABLE, CannotChange, set_audience
from customers.purchases import purchases_up_to
from customers.roles import STAFF, role_required


@role_required(STAFF)
def campaign_audience(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Whom the greeting is for: one of a few ready sentences, each with its number."""
    campaign = get_object_or_404(Campaign.objects.select_related("template"), pk=campaign_id)
    today = timezone.localdate()
    offers = offered(campaign, owner=request.user.pk, today=today)
    form = AudienceForm(request.POST if request.method == "POST" else None, offers=offers)
    if form.is_valid():
        rule = form.rule()
        try:
            set_audience(campaign.pk, rule, by=request.user, now=timezone.now())
        except CannotChange:
            messages.error(request, _("Its letters are on their way; its people can no longer change."))
            return redirect("campaigns:campaign-detail", campaign.pk)
        messages.success(request, _("For: %(people)s.") % {"people": people_words(rule)})
        return redirect("campaigns:campaign-write", campaign.pk)
    newest = purchases_up_to()
    old = newest is not None and (today - newest).days > settings.PURCHASES_STALE_DAYS
    context = {
        "campaign": campaign,
        "changeable": campaign.state in CHANGEABLE,
        "choices": [
            *({"code": code, "label": _label(code, rule), "count": _count(rule)} for code, rule in offers.items()),
            {"code": CITY, "label": _("Who lives in one town"), "count": None},
        ],
        "chosen": code_of(campaign.audience, offers),
        "purchases_up_to": newest if old else None,
        "town": campaign.audience.get("city", ""),
        "towns": towns(),
        "form": form,
    }
    return render(request, "campaigns/campaign_audience.html", context, status=422 if form.errors else 200)


def _label(code: str, rule: dict) -> str:
    """What an offer says; a colleague's own people are named after them."""
    return people_words(rule) if code == PRESENT else rule_label(rule)


def _count(rule: dict) -> int | None:
    try:
        return audience(rule).count()
    except RuleError:
        return None
