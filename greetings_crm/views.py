"""Pages of the house itself: health, and what is said when something goes wrong."""

import logging
import secrets

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache

logger = logging.getLogger(__name__)


@login_not_required
@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """For whoever watches the machine: 200 while the database answers, 503 when it does not."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        logger.exception("The database does not answer")
        return JsonResponse({"status": "failing", "database": "failing"}, status=503)
    return JsonResponse({"status": "ok", "database": "ok"})


def server_error(request: HttpRequest) -> HttpResponse:
    """Our own fault, with a number that stands in the log too. Touches no database: it may be what failed."""
    number = secrets.token_hex(4).upper()
    logger.error("Page failed, number %s", number)
    context = {"number": number, "house_name": settings.HOUSE_NAME}
    return HttpResponse(render_to_string("500.html", context), status=500)
