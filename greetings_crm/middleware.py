"""Two small rules for every page."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

GetResponse = Callable[[HttpRequest], HttpResponse]


def nothing_kept(get_response: GetResponse) -> GetResponse:
    """No browser or proxy keeps a page of somebody who is logged in. Static files are served before this.

    The cookie is asked, not the user: that costs no query, and holds for our own faults too.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            patch_cache_control(response, private=True, no_store=True)
        return response

    return middleware


def query_without_nul(get_response: GetResponse) -> GetResponse:
    """Take NUL out of the query of the address: nobody types it, and PostgreSQL answers it with an error."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if "%00" in request.META.get("QUERY_STRING", ""):
            query = request.GET.copy()
            query.clear()
            for name, values in request.GET.lists():
                query.setlist(name.replace("\x00", ""), [value.replace("\x00", "") for value in values])
            request.GET = query
        return get_response(request)

    return middleware
