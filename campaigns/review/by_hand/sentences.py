"""Calls, cards and messages in words: what was just done, and why a step was refused."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from campaigns.models import Campaign, Message
from campaigns.reasons import clock
from campaigns.review.aside import BY_HAND_CODES
from campaigns.review.by_hand.giving import AlreadyWished
from campaigns.review.by_hand.listing import HandWork
from campaigns.review.steps import DecisionRefused
from campaigns.sentences import ways_words
from customers.reasons import one_stop

State = Message.State
Channel = Message.Channel
WAYS = {
    Channel.CALL.value: gettext_lazy("Calls"),
    Channel.CARD.value: gettext_lazy("Cards"),
    Channel.TEXT.value: gettext_lazy("Messages"),
}
_GIVEN = {
    Channel.CALL: gettext_lazy("A call instead of the letter: %(name)s."),
    Channel.CARD: gettext_lazy("A card instead of the letter: %(name)s."),
    Channel.TEXT: gettext_lazy("A message instead of the letter: %(name)s."),
}
_DONE = {
    Channel.CALL: gettext_lazy("Called: %(name)s. It counts as reached."),
    Channel.CARD: gettext_lazy("Posted: the card to %(name)s. It counts as reached."),
    Channel.TEXT: gettext_lazy("Sent: the message to %(name)s. It counts as reached."),
}
_BEFORE = {
    "christmas": gettext_lazy("Before Christmas"),
    "new_year": gettext_lazy("Before New Year"),
    "easter": gettext_lazy("Before Easter"),
    "western_easter": gettext_lazy("Before Western Easter"),
}


def did_words(letter: Message) -> str:
    """What was just done with a letter, from how it stands; "" when it is in nobody's hand."""
    if letter.channel not in _GIVEN or letter.reason_code not in BY_HAND_CODES:
        return ""
    words = {State.HELD: _GIVEN, State.SENT: _DONE}.get(letter.state)
    name = letter.contact.name
    return one_stop(str(words[letter.channel]) % {"name": name}, name=name) if words else ""


def given_words(channel: str, count: int) -> str:
    """How many were given a call, a card or a message at one click."""
    said = {
        Channel.CALL: ngettext("%(count)s call waits now.", "%(count)s calls wait now.", count),
        Channel.CARD: ngettext("%(count)s card waits now.", "%(count)s cards wait now.", count),
        Channel.TEXT: ngettext("%(count)s message waits now.", "%(count)s messages wait now.", count),
    }[channel]
    return said % {"count": count}


def refused_words(error: DecisionRefused) -> str:
    """Why a step by hand was not taken, and who was first."""
    letter = error.letter
    if letter is None:
        return _("This letter is no longer there: the letters were prepared again.")
    name = {"name": letter.contact.name}
    if isinstance(error, AlreadyWished):
        return _already_wished(error)
    if error.code == "campaign":
        state = letter.campaign.get_state_display()
        return _("Nothing was changed: this greeting is %(state)s.") % {"state": state}
    if letter.state == State.SENT and letter.channel != Channel.MAIL:
        by = {**name, "by": letter.settled_by, "when": clock(letter.sent_at)}
        return _("%(by)s has noted it already, on %(when)s: %(name)s.") % by
    if letter.state in Message.OUT:
        return _("Their letter has left: %(name)s.") % name
    return _("Somebody has decided otherwise meanwhile: %(name)s.") % name


def _already_wished(error: AlreadyWished) -> str:
    name, other = error.letter.contact.name, error.other
    if other is None:
        return _("They have had this wish already: %(name)s. Nobody is wished twice.") % {"name": name}
    facts = {"name": name, "campaign": other.campaign.name}
    if other.sent_at is None:
        return _("Another letter with this wish is on its way to them: %(name)s (%(campaign)s).") % facts
    facts["when"] = clock(other.sent_at)
    return _("They had this wish on %(when)s: %(name)s (%(campaign)s). Nobody is wished twice.") % facts


def hand_work_words(work: HandWork) -> str:
    """«Πριν από τα Χριστούγεννα: 3 τηλεφωνήματα, 2 κάρτες»: what waits in a colleague's hand."""
    return pgettext("what waits by hand", "%(when)s: %(ways)s") % {
        "when": _when(work.campaign),
        "ways": ways_words(work.counts),
    }


def _when(campaign: Campaign) -> str:
    return str(_BEFORE.get(campaign.occasion, campaign.name))
