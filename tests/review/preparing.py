"""Letters prepared as the worker does, for the tests of reviewing."""

from datetime import datetime

from campaigns.models import Campaign, Message
from campaigns.preparing import prepare_next_chunk, start_preparing
from customers.models import Contact
from tests.builders import NOW, make_user


def prepare(campaign: Campaign, *, now: datetime = NOW) -> Campaign:
    """Prepare every letter of a campaign; the campaign as it is afterwards."""
    start_preparing(campaign, by=campaign.author, now=now)
    while prepare_next_chunk(campaign.pk, now=now):
        pass
    campaign.refresh_from_db()
    return campaign


def approve(campaign: Campaign, *, now: datetime = NOW) -> Campaign:
    """The campaign as an approval leaves it."""
    Campaign.objects.filter(pk=campaign.pk).update(
        state="approved", approved_by=make_user(role="manager"), approved_at=now, approved_revision=campaign.revision
    )
    campaign.refresh_from_db()
    return campaign


def letter_to(contact: Contact) -> Message:
    return Message.objects.select_related("review", "campaign").get(contact=contact)
