"""Letters on the page of a person: what left, what did not and why. Registered when the apps are ready."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.models import Message
from campaigns.reasons import letter_reason
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
    facts = {"name": letter.campaign.name}
    return TimelineEntry(
        at=letter.sent_at or letter.created_at,
        title=_("Letter: %(name)s") % facts if left else _("No letter: %(name)s") % facts,
        side=Side.US if left else Side.INSIDE,
        said=body.subject if body and left else "",
        detail=letter_reason(letter.reason_code, letter.reason_facts),
        url=reverse("campaigns:message-detail", args=[letter.pk]) if body else "",
        url_label=_("The letter") if body else "",
    )


register(letters_of)
