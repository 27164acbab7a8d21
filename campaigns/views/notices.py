"""What a colleague does with an alarm: see it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from campaigns.notices import see_notice
from customers.roles import STAFF, role_required


@role_required(STAFF)
@require_POST
def notice_seen(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Only one's own: of the notices of others nothing is said."""
    if not see_notice(notice_id, by=request.user, now=timezone.now()):
        raise Http404
    return redirect("today")
