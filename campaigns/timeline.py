"""Letters on the page of a person: what left, what did not and why. Registered when the apps are ready."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.models import Message
from campaigns.reasons import letter_reason, remedy
from customers.models import Contact
from customers.timeline import Side, TimelineEntry, register

State = Message.State
# A letter that waits is no event yet, and a cancelled one never was.
TOLD = (State.SENT, State.UNCERTAIN, State.FAILED, State.HELD, State.SKIPPED)


def letters_of(contact: Contact, limit: int) -> Iterable[TimelineEntry]:
    """The newest letters of one contact, with their subjects."""
    letters = Message.objects.filter(contact=contact, state__in=TOLD).select_related("campaign", "body")
    return [_entry(letter) for letter in letters.order_by("-pk")[:limit]]


def _entry(letter: Message) -> TimelineEntry:
    body = getattr(letter, "body", None)
    left = letter.state in (State.SENT, State.UNCERTAIN)
    detail = letter_reason(letter.reason_code, letter.reason_facts)
    if letter.state == State.FAILED:
        what = remedy(letter.reason_code, class_name="failed", choices=[], changeable=False)
        detail = f"{detail}. {what}" if detail else what
    return TimelineEntry(
        at=letter.sent_at or letter.created_at,
        title=_title(letter.state) % {"name": letter.campaign.name},
        side=Side.US if left else Side.INSIDE,
        said=body.subject if body and left else "",
        detail=detail,
        url=reverse("campaigns:message-detail", args=[letter.pk]) if body else "",
        url_label=_("The letter") if body else "",
    )


def _title(state: str) -> str:
    if state == State.SENT:
        return _("Letter: %(name)s")
    if state == State.UNCERTAIN:
        return _("A letter that may not have left: %(name)s")
    return _("A letter that came back: %(name)s") if state == State.FAILED else _("No letter: %(name)s")


register(letters_of)
