"""The author's yes: who approves a greeting and changed a letter of it does not decide about that letter alone."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from campaigns.models import Campaign, HandEdit
from customers import audit
from customers.models import User


class NotTheAuthor(Exception):
    """Only who began the greeting says yes to words that a colleague put into it."""


def edits_waiting(campaign: Campaign) -> QuerySet[HandEdit]:
    """Letters changed by a colleague that the author of the greeting has not said yes to."""
    return HandEdit.objects.filter(campaign=campaign, agreed_at=None).exclude(edited_by=campaign.author_id)


@transaction.atomic
def agree_to_edits(campaign_id: int, *, seen: Mapping[int, str], by: User, now: datetime) -> int:
    """Note the author's yes to edits, and return to how many.

    `seen` holds for each edit, by its number, the moment (ISO) of the words that the author read: one that was changed
    since waits for another yes. Nobody says yes to words of their own. Raise NotTheAuthor.
    """
    campaign = Campaign.objects.select_for_update(no_key=True).get(pk=campaign_id)
    if campaign.author_id != by.pk:
        raise NotTheAuthor
    read = [
        edit.pk for edit in edits_waiting(campaign).filter(pk__in=seen) if edit.edited_at.isoformat() == seen[edit.pk]
    ]
    waiting = HandEdit.objects.filter(pk__in=read, agreed_at=None).exclude(edited_by=campaign.author_id)
    agreed = waiting.update(agreed_by=by, agreed_at=now)
    if agreed:
        audit.record("agree_to_edits", actor=by, now=now, obj=campaign, facts={"edits": read})
    return agreed
