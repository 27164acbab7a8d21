"""Pages of the house itself: health, and what is said when something goes wrong."""

import logging
import secrets

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views import defaults
from django.views.decorators.cache import never_cache

from campaigns.coverage import KEPT_SECONDS
from campaigns.heartbeat import kept_health
from customers.imports.reading import MAX_BYTES

logger = logging.getLogger(__name__)


@login_not_required
@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """For whoever watches the machine: 200 while the database answers, 503 when it does not.

    `worker_count`: workers seen in the last minute; `queue_age_seconds`: how long the first letter that is due has
    waited. Neither makes the answer a failure: a house without a campaign needs no worker. Both are kept for two
    seconds or more (a page may have looked), so that a stranger who asks a hundred times makes nobody count a hundred
    thousand letters as often.
    """
    now = timezone.now()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        work = kept_health(now=now, seconds=KEPT_SECONDS)
    except DatabaseError:
        logger.exception("The database does not answer")
        return JsonResponse({"status": "failing", "database": "failing"}, status=503)
    age = (now - work.oldest_due_at).total_seconds() if work.oldest_due_at else 0
    return JsonResponse(
        {"status": "ok", "database": "ok", "worker_count": work.worker_count, "queue_age_seconds": round(age)}
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that makes no sense; 413 with the limits when only its size is wrong."""
    if not isinstance(exception, RequestDataTooBig):
        return defaults.bad_request(request, exception)
    limits = {"form_mb": settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 2**20, "list_mb": MAX_BYTES // 2**20}
    return render(request, "413.html", limits, status=413)


def server_error(request: HttpRequest) -> HttpResponse:
    """Our own fault, with a number that stands in the log too. Touches no database: it may be what failed."""
    number = secrets.token_hex(4).upper()
    logger.error("Page failed, number %s", number)
    context = {"number": number, "house_name": settings.HOUSE_NAME}
    return HttpResponse(render_to_string("500.html", context), status=500)
