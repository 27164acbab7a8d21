"""Feasts ahead, the greetings there are, and the two ways to begin one."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from campaigns.forms.beginning import OwnOccasionForm
from campaigns.occasions import feast_of_key
from campaigns.selectors import campaign_lines, feasts_ahead, recent_campaigns
from campaigns.sentences import campaign_sentence
from campaigns.writing.beginning import begin_for_feast, begin_own
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
            {
                "campaign": line.campaign,
                "sentence": campaign_sentence(line.campaign, line.classes, now=now, reached_by=line.reached_by),
            }
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
