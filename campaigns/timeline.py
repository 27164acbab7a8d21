"""Letters on the page of a person: what left, what did not and why. Registered when the apps are ready."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.models import Message
from campaigns.reasons import letter_reason, remedy
from customers.models import Contact
from customers.timeline import Side, TimelineEntry, register

State = Message.State
# A letter that waits is no event yet, and a cancelled one never was.
TOLD = (State.SENT, State.UNCERTAIN, State.FAILED, State.HELD, State.SKIPPED)

_BY_HAND = {
    Message.Channel.CALL: gettext_lazy("A call: %(name)s"),
    Message.Channel.CARD: gettext_lazy("A card: %(name)s"),
    Message.Channel.TEXT: gettext_lazy("A message: %(name)s"),
}


def letters_of(contact: Contact, limit: int) -> Iterable[TimelineEntry]:
    """The newest letters of one contact, with their subjects."""
    letters = Message.objects.filter(contact=contact, state__in=TOLD).select_related("campaign", "body")
    return [_entry(letter) for letter in letters.order_by("-pk")[:limit]]


def _entry(letter: Message) -> TimelineEntry:
    body = getattr(letter, "body", None)
    left = letter.state in (State.SENT, State.UNCERTAIN)
    by_mail = letter.channel == Message.Channel.MAIL
    # What was done by hand keeps the reason it had while it waited: whose it was, and what it was before.
    detail = "" if left and not by_mail else letter_reason(letter.reason_code, letter.reason_facts)
    if letter.state == State.FAILED:
        what = remedy(letter.reason_code, class_name="failed", choices=[], changeable=False)
        detail = f"{detail}. {what}" if detail else what
    return TimelineEntry(
        at=letter.sent_at or letter.created_at,
        title=_title(letter) % {"name": letter.campaign.name},
        side=Side.US if left else Side.INSIDE,
        said=body.subject if body and by_mail and left else "",
        detail=detail,
        url=reverse("campaigns:message-detail", args=[letter.pk]) if body else "",
        url_label=_("The letter") if body else "",
    )


def _title(letter: Message) -> str:
    state = letter.state
    if state == State.SENT:
        return str(_BY_HAND.get(letter.channel, _("Letter: %(name)s")))
    if state == State.UNCERTAIN:
        return _("A letter that may not have left: %(name)s")
    return _("A letter that came back: %(name)s") if state == State.FAILED else _("No letter: %(name)s")


register(letters_of)
