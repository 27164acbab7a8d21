"""Who signs the letters of a greeting: chosen on the desk, in a form of its own."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns.models import Campaign
from campaigns.writing.composing import CannotChange, set_signing
from customers.roles import STAFF, role_required


@role_required(STAFF)
@require_POST
def campaign_signing(request: HttpRequest, campaign_id: int) -> HttpResponse:
    get_object_or_404(Campaign, pk=campaign_id)
    signing = request.POST.get("signing", "")
    if signing not in Campaign.Signing.values:
        messages.error(request, _("Choose who signs the letters."))
        return redirect("campaigns:campaign-write", campaign_id)
    try:
        changed = set_signing(campaign_id, signing, by=request.user, now=timezone.now())
    except CannotChange:
        messages.error(request, _("Its letters are on their way; who signs them can no longer change."))
    else:
        if changed and signing == Campaign.Signing.OWNER:
            messages.success(request, _("Each letter is signed by whoever the reader knows."))
        elif changed:
            messages.success(request, _("The house signs every letter."))
    return redirect("campaigns:campaign-write", campaign_id)
