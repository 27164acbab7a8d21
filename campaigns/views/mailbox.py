"""The built-in mailbox: letters exactly as they left, for a house without a mail server."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from campaigns.dispatch.mailbox import LetterNotFound, StoredLetter, count_letters, list_letters, read_letter
from campaigns.views.frames import framed, framed_sentence
from campaigns.views.progress import in_mailbox
from customers.roles import STAFF, role_required

PAGE_SIZE = 50
PARTS = ("letter", "text", "headers", "raw")


def _folder() -> Path:
    """Where the transport puts the letters: see `transport_from_url`."""
    return Path(unquote(urlsplit(settings.EMAIL_URL).path) or settings.MAILBOX_DIR)


def _letter(letter_id: str) -> StoredLetter:
    if not in_mailbox():
        raise Http404
    try:
        return read_letter(_folder(), letter_id)
    except LetterNotFound as error:
        raise Http404 from error


@role_required(STAFF)
def mailbox_list(request: HttpRequest) -> HttpResponse:
    if not in_mailbox():
        return render(request, "campaigns/mailbox_list.html", {"elsewhere": True})
    count = count_letters(_folder())
    page_count = max(-(-count // PAGE_SIZE), 1)
    asked = request.GET.get("page", "")
    number = min(max(int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 8 else 1, 1), page_count)
    letters = list_letters(_folder(), offset=(number - 1) * PAGE_SIZE, limit=PAGE_SIZE)
    context = {"letters": letters, "count": count, "number": number, "page_count": page_count}
    return render(request, "campaigns/mailbox_list.html", context)


@role_required(STAFF)
def mailbox_detail(request: HttpRequest, letter_id: str) -> HttpResponse:
    letter = _letter(letter_id)
    part = request.GET.get("part") if request.GET.get("part") in PARTS else "letter"
    context = {
        "letter": letter,
        "part": part,
        "parts": {"letter": _("Letter"), "text": _("Text"), "headers": _("Headers"), "raw": _("As it left")},
        "raw": letter.raw.decode("utf-8", "replace") if part == "raw" else "",
    }
    return render(request, "campaigns/mailbox_detail.html", context)


@role_required(STAFF)
def mailbox_html(request: HttpRequest, letter_id: str) -> HttpResponse:
    letter = _letter(letter_id)
    if not letter.html:
        return framed_sentence(request, sentence=_("This letter has only a text part."))
    return framed(letter.html)
