"""A wish says its day: «Χριστός Ανέστη», frozen for Easter Sunday, must not leave in Holy Week."""

from datetime import date, timedelta

from django.db.models import TextField, Value
from django.db.models.functions import Cast, StrIndex

import etiquette
from campaigns.letters import compiled
from campaigns.models import Campaign, Message, MessageBody

WISH = "wish"


def wish_of_another_day(campaign: Campaign, *, leaves_on: date) -> dict[str, str] | None:
    """Return the frozen wish that does not fit the day letters leave, and the first day from then on that it fits.

    {"wish": the words, "on": an ISO day, or "" when none is to come}; None when every letter that waits fits. An
    opening depends on the day too, but only that of a name we are not sure of: such a letter is held, and does not
    leave.
    """
    if campaign.wish_on is None or campaign.version is None:
        return None
    for language in sorted(_wishing_languages(campaign)):
        frozen = _wish(campaign, campaign.wish_on, language)
        if frozen != _wish(campaign, leaves_on, language) and _is_said(campaign, language):
            days = (leaves_on + timedelta(days=ahead) for ahead in range((campaign.wish_on - leaves_on).days + 1))
            fits = next((day for day in days if _wish(campaign, day, language) == frozen), None)
            return {"wish": frozen, "on": fits.isoformat() if fits else ""}
    return None


def _wishing_languages(campaign: Campaign) -> set[str]:
    """The languages whose words have a place for the wish: letters in the others need not be looked through."""
    return {
        variant.language
        for variant in campaign.version.variants.all()
        if WISH in compiled(variant.subject, variant.body).facts
    }


def _wish(campaign: Campaign, on: date, language: str) -> str:
    return etiquette.wish_for(campaign.occasion, on, language=language if language == "el" else "en")


def _is_said(campaign: Campaign, language: str) -> bool:
    """True when a letter that is to leave says its wish; an optional sentence may have fallen out of all of them."""
    words = MessageBody.objects.filter(
        message__campaign=campaign, message__state=Message.State.DRAFT, message__language=language
    ).annotate(told=StrIndex(Cast("facts_used", TextField()), Value(f'"{WISH}"')))
    return words.filter(told__gt=0).exists()
