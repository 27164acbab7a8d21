"""One letter: as it stands frozen, as it left; and what a person decides about one nobody is sure of."""

from datetime import datetime
from functools import partial

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns.coverage import CLASS_OF_STATE
from campaigns.letters import assembled, frame_of
from campaigns.links import unsubscribe_url
from campaigns.models import Message
from campaigns.personalisation.sources import Told, told_facts
from campaigns.reasons import letter_reason
from campaigns.rendering import AssembledLetter, RenderedGreeting
from campaigns.running import StepRefused, settle_uncertain
from campaigns.tasks import ring_campaign
from campaigns.views.campaign import remedy_of
from campaigns.views.frames import framed, framed_sentence, with_head
from customers.roles import MANAGER, STAFF, role_required


def _message(message_id: int) -> Message:
    messages_ = Message.objects.select_related("campaign", "contact", "body", "settled_by")
    return get_object_or_404(messages_, pk=message_id)


def _whole(message: Message) -> AssembledLetter | None:
    """The letter with its frame and this person's own link, as the wire carries it; None without words."""
    body = getattr(message, "body", None)
    if body is None or not body.html:
        return None
    frame = frame_of(message.campaign, language=message.language, manner=message.manner)
    words = RenderedGreeting(subject=body.subject, text=body.text, html=body.html)
    return assembled(words, frame, way_out=unsubscribe_url(message.address_digest))


def _told(message: Message) -> list[Told]:
    """What the letter says of this person, with the rows it came from."""
    body = getattr(message, "body", None)
    return told_facts(body.facts_used, body.sources, message.contact) if body else []


@role_required(STAFF)
def message_detail(request: HttpRequest, message_id: int) -> HttpResponse:
    message = _message(message_id)
    class_name = CLASS_OF_STATE[message.state]
    context = {
        "message": message,
        "campaign": message.campaign,
        "class_name": class_name,
        "reason": letter_reason(message.reason_code, message.reason_facts),
        "remedy": remedy_of(message, class_name=class_name, campaign=message.campaign),
        "whole": _whole(message),
        "told": _told(message),
        "attempts": message.attempts.order_by("number"),
    }
    return render(request, "campaigns/message_detail.html", context)


@role_required(STAFF)
def message_html(request: HttpRequest, message_id: int) -> HttpResponse:
    """The frozen letter alone, for the frame of its page."""
    message = _message(message_id)
    whole = _whole(message)
    if whole is None:
        return framed_sentence(request, sentence=_("No letter was written for this person."))
    from_name = message.from_name or settings.HOUSE_NAME
    return framed(with_head(whole.html, from_name=from_name, to_name=message.to_name, subject=whole.subject))


@role_required(MANAGER)
@require_POST
def message_settle(request: HttpRequest, message_id: int) -> HttpResponse:
    """Somebody asked the person: it went, or it is sent again."""
    message = _message(message_id)
    went = request.POST.get("answer") == "went"
    if not went and request.POST.get("answer") != "again":
        messages.error(request, _("Choose: it went, or send again."))
        return redirect("campaigns:campaign-detail", message.campaign_id)
    now = timezone.now()
    try:
        settled = settle_uncertain(message_id, went=went, by=request.user, now=now)
    except StepRefused:
        messages.error(
            request, _("Somebody has already decided about the letter: %(name)s.") % {"name": message.to_name}
        )
    else:
        if not went:
            transaction.on_commit(partial(ring_campaign, message.campaign_id))
        messages.success(request, _settled_words(settled, now=now) % {"name": message.to_name})
    return redirect("campaigns:campaign-detail", message.campaign_id)


def _settled_words(message: Message, *, now: datetime) -> str:
    if message.state == Message.State.SENT:
        return _("It counts as sent: %(name)s.")
    if message.give_up_at is not None and message.give_up_at <= now:
        return _("It does not leave any more, its last sensible hour is past. It stands among those held: %(name)s.")
    return _("It is sent once more: %(name)s.")
