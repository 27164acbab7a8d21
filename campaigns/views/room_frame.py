"""The letter of the review room in its frame: as it will arrive, each fact marked with the number it has beside it."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from campaigns.letters import assembled, frame_of
from campaigns.links import unsubscribe_url
from campaigns.models import Message
from campaigns.rendering import RenderedGreeting
from campaigns.review.room.margin import facts_told
from campaigns.review.room.marking import mark_facts
from campaigns.views.frames import framed, framed_sentence, with_head
from customers.roles import STAFF, role_required


@role_required(STAFF)
def letter_read(request: HttpRequest, message_id: int) -> HttpResponse:
    """The frozen letter with its numbered facts. Only this page has the numbers; what leaves has none."""
    letters = Message.objects.select_related("campaign", "contact", "body")
    letter = get_object_or_404(letters, pk=message_id)
    body = getattr(letter, "body", None)
    if body is None or not body.html:
        return framed_sentence(request, sentence=_("No letter was written for this person."))
    marked = mark_facts(body.html, [value for _told, value in facts_told(letter)])
    frame = frame_of(letter.campaign, language=letter.language, manner=letter.manner)
    words = RenderedGreeting(subject=body.subject, text=body.text, html=marked)
    whole = assembled(words, frame, way_out=unsubscribe_url(letter.address_digest))
    house = letter.from_name or settings.HOUSE_NAME
    to = f"{letter.to_name} <{letter.to_address}>" if letter.to_address else letter.to_name
    html = with_head(whole.html, from_name=house, to_name=to, subject=whole.subject)
    return framed(html.replace("</body>", render_to_string("campaigns/_review_marks.html") + "</body>", 1))
