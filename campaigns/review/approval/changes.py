"""What was changed after an approval, by whom and when: why it no longer holds. Read from the trail."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from campaigns.models import Campaign
from campaigns.reasons import clock
from customers.models import AuditEntry, User

# What `change_campaign` is told -> the words for it, as the end of a sentence.
CHANGES: dict[str, str] = {
    "words": gettext_noop("the words were changed"),
    "audience": gettext_noop("other people were chosen"),
    "signing": gettext_noop("it is signed by others"),
    "edit_letter": gettext_noop("a letter was changed by hand"),
    "clear_edit": gettext_noop("the words of a letter were put back"),
    "keep_edit": gettext_noop("a letter was changed by hand"),
    "take_new_words": gettext_noop("a letter was written anew"),
    "set_aside_letter": gettext_noop("a letter was set aside"),
    "take_up_letter": gettext_noop("a letter was taken up again"),
    "give_to_hand": gettext_noop("a letter became a call, a card or a message"),
    "take_back_by_hand": gettext_noop("what was to be done by hand is a letter again"),
    "give_neutral": gettext_noop("letters were given a neutral opening"),
    "give_new_words": gettext_noop("letters were written anew"),
    "rewrite_letters": gettext_noop("letters were written anew"),
    "prepare_campaign": gettext_noop("all letters were prepared anew"),
    "take_back_reading": gettext_noop("a signer has not read a letter after all"),
    "take_back_decision": gettext_noop("a decision about a letter was taken back"),
}
_ANYTHING = gettext_noop("a letter was changed")
# Where an approval that was lost is still missing.
_UNAPPROVED = (Campaign.State.DRAFT, Campaign.State.PREPARING, Campaign.State.IN_REVIEW, Campaign.State.PAUSED)
# Of more changes than these after an approval, the first is what took it away; it is looked for among the last.
_LOOKED_AT = 200


@dataclass(frozen=True)
class Void:
    """The change that took an approval away."""

    what: str
    by: str
    at: datetime
    approver_id: int | None = None


def change_words(what: str) -> str:
    """What was changed, as the end of a sentence."""
    return _(CHANGES.get(what, _ANYTHING))


def void_of(campaign: Campaign) -> Void | None:
    """The change that took the last approval of a campaign away; None while it has one, or never had."""
    if campaign.approved_revision == campaign.revision:
        return None
    entries = AuditEntry.objects.filter(object_kind="campaign", object_id=campaign.pk)
    last = entries.filter(verb__in=("approve_campaign", "change_campaign")).order_by("-pk")[:_LOOKED_AT]
    for entry in last:
        if entry.verb == "approve_campaign":
            return None
        if "voided" in entry.facts:
            return Void(str(entry.facts.get("what", "")), entry.actor_name, entry.at, entry.facts["voided"])
    return None


def void_words(campaign: Campaign) -> str:
    """That the approval no longer holds, what was changed, by whom and when; "" where there is none to be missed."""
    void = void_of(campaign) if campaign.state in _UNAPPROVED else None
    if void is None:
        return ""
    facts = {"what": change_words(void.what), "name": void.by, "when": clock(void.at)}
    return _("The approval no longer holds: %(what)s (%(name)s, %(when)s).") % facts


def void_at_once(campaign: Campaign, *, by: User) -> str:
    """For who has just taken an approval away: that it no longer holds, and what happens next; "" where one holds."""
    void = void_of(campaign) if campaign.state in _UNAPPROVED else None
    if void is None:
        return ""
    asked = campaign.approval_asked_at is not None
    if void.approver_id == by.pk:
        return _("Your approval no longer holds: nothing leaves until you have given it anew.")
    approver = User.objects.filter(pk=void.approver_id).first() or _("somebody who has left")
    if asked:
        said = _("The approval no longer holds: nothing leaves until it is given anew. Told and asked again: %(name)s.")
    else:
        said = _("The approval no longer holds: nothing leaves until it is given anew. Ask for it when you are done.")
    return said % {"name": approver}
