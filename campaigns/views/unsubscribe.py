"""The page behind «Να μη μου γράφετε». No login, no cookie; a POST from a mail program is enough."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from campaigns.unsubscribing import BadLink, already_stopped, digest_of_link, language_of
from campaigns.unsubscribing import unsubscribe as stop_letters_to


@csrf_exempt  # mail programs post here by themselves (RFC 8058); the signed link is what authorises it
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Ask once on GET; do it on POST, as often as it comes, with the same answer."""
    try:
        digest = digest_of_link(token)
    except BadLink:
        return _page("bad", language=translation.get_language() or settings.LANGUAGE_CODE, status=404)
    if request.method == "POST":
        stop_letters_to(digest, now=timezone.now())
    done = request.method == "POST" or already_stopped(digest)
    return _page("done" if done else "ask", language=language_of(digest))


def _page(state: str, *, language: str, status: int = 200) -> HttpResponse:
    """Rendered without the request, so that nothing on the way touches a session or sets a cookie."""
    facts = {
        "state": state,
        "house_name": settings.HOUSE_NAME,
        "house_postal_address": settings.HOUSE_POSTAL_ADDRESS,
    }
    with translation.override(language):
        return HttpResponse(render_to_string("campaigns/unsubscribe.html", facts), status=status)
