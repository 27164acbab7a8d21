"""Held letters in words: who gets nothing, and why nothing was given."""

from datetime import date, datetime

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from campaigns.models import Campaign
from campaigns.reasons import clock
from campaigns.review.held import NotGiven, last_day
from etiquette.dates import date_in_words


def nothing_sentence(count: int) -> str:
    """«14 δεν θα λάβουν τίποτε.»"""
    said = ngettext("%(count)s will receive nothing.", "%(count)s will receive nothing.", count)
    return said % {"count": count}


def someone_waits_sentence(campaign: Campaign, count: int, *, now: datetime) -> str:
    """How held letters stand, in a sentence with its last day; that of nobody when there are none."""
    if not count:
        return _("Nobody is held: everybody chosen gets something, or it was decided that they do not.")
    if campaign.give_up_at is not None and campaign.give_up_at <= now:
        return ngettext(
            "%(count)s received nothing; the last hour for a letter was %(when)s.",
            "%(count)s received nothing; the last hour for a letter was %(when)s.",
            count,
        ) % {"count": count, "when": clock(campaign.give_up_at)}
    on = last_day(campaign)
    if on is None:
        return nothing_sentence(count)
    said = ngettext(
        "%(count)s will receive nothing, if nobody decides by %(day)s.",
        "%(count)s will receive nothing, if nobody decides by %(day)s.",
        count,
    )
    return said % {"count": count, "day": by_day(on)}


def by_day(on: date) -> str:
    """A day as it stands after "by" and "until": (ως) την Παρασκευή 25 Δεκεμβρίου, Friday 25 December."""
    language = get_language() or "el"
    return date_in_words(on, language, case="accusative" if language == "el" else "nominative")


def not_given_words(error: NotGiven) -> str:
    """Why held letters were not given a neutral opening."""
    if error.code == "late":
        return _("Too late for a letter: the last sensible hour was %(when)s. A call still finds them.") % {
            "when": clock(error.campaign.give_up_at)
        }
    if error.code == "manager":
        return _(
            "The greeting is approved, so a manager who did not write it gives these letters: their yes approves them."
        )
    if error.code == "unseen":
        return _("The letters say something else by now. Nothing was given: look once more.")
    return _("Nothing was changed: this greeting is %(state)s.") % {"state": error.campaign.get_state_display()}
