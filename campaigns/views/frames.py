"""A letter inside a page: a document of its own, with a policy of its own, that can run and fetch nothing."""

import re

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

# The letter carries its style within; `sandbox` takes scripts, forms and the origin of the house away from it.
FRAME_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox"
_BODY = re.compile(r"<body\b[^>]*>", re.IGNORECASE)


def framed(html: str, *, status: int = 200) -> HttpResponse:
    """Answer with a document that only our own pages may frame."""
    response = HttpResponse(html, status=status)
    response.headers["Content-Security-Policy"] = FRAME_POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def with_head(html: str, *, from_name: str, to_name: str, subject: str) -> str:
    """Put the head of the letter (from, to, subject) above it, as the one who opens it will see it."""
    facts = {"from_name": from_name, "to_name": to_name, "subject": subject}
    head = render_to_string("campaigns/_frame_head.html", facts)
    opening = _BODY.search(html)
    return html[: opening.end()] + head + html[opening.end() :] if opening else head + html


def framed_sentence(request: HttpRequest, **context: object) -> HttpResponse:
    """Answer inside the frame with a sentence instead of a letter."""
    return framed(render_to_string("campaigns/_frame_sentence.html", context, request=request))
