"""Codes of letters and campaigns in words: why, and what can be done. The sentence is made in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from campaigns.review.room.decision_words import aside_words
from campaigns.running import StepRefused
from customers.reasons import choices_sentence, reason_sentence
from etiquette.dates import date_in_words

# Said of a letter; short, to stand in a table beside the name.
LETTER_REASONS: dict[str, str] = {
    "already_wished": gettext_noop("already written to for this occasion"),
    "no_email": gettext_noop("no e-mail"),
    "same_address": gettext_noop("shares an address with somebody who gets this letter"),
    "same_household": gettext_noop("of one household with somebody who gets this letter"),
    "through_people": gettext_noop("greeted through the people we know there"),
    "facts_changed": gettext_noop("what it says has changed since"),
    "not_approved": gettext_noop("came back after the approval"),
    "no_variant": gettext_noop("no words in their language"),
    "template_error": gettext_noop("the words do not fit them"),
    "name_unsure": gettext_noop("an unsure name"),
    "unfilled": gettext_noop("a gap that was never filled in"),
    "set_aside": gettext_noop("set aside by a colleague"),
    "guard": gettext_noop("something in it is perhaps not theirs"),
    "address_changed": gettext_noop("their address was changed since"),
    "too_late": gettext_noop("the day of the wish has gone by"),
    # given to somebody's own hand (campaigns/review/by_hand/giving.py)
    "by_call": gettext_noop("a call instead of a letter"),
    "by_card": gettext_noop("a printed card instead of a letter"),
    "by_text": gettext_noop("a message from one’s own phone"),
    "holder_died": gettext_noop("our program stopped while it was leaving"),
    "lease_ended": gettext_noop("our program fell silent while it was leaving"),
    "words_gone": gettext_noop("its words were dropped after a week"),
    # answers of mail servers (campaigns/dispatch/outcome.py)
    "refused_address": gettext_noop("the address does not exist"),
    "unknown_domain": gettext_noop("no mail server behind the address"),
    "mailbox_full": gettext_noop("their mailbox is full"),
    "greylisted": gettext_noop("their server asked us to come back later"),
    "server_busy": gettext_noop("the mail server is busy"),
    "no_connection": gettext_noop("the mail server does not answer"),
    "tls_failed": gettext_noop("no safe connection to the mail server"),
    "dropped_before_dot": gettext_noop("the line broke before it had left"),
    "timeout_before_dot": gettext_noop("the mail server fell silent before it had left"),
    "dropped_after_dot": gettext_noop("the line broke when all of it had left"),
    "timeout_after_dot": gettext_noop("no answer came when all of it had left"),
    "unreadable_reply": gettext_noop("the mail server answered with something we cannot read"),
    "policy": gettext_noop("the mail server refuses letters of ours"),
    "sender_refused": gettext_noop("the mail server refuses our address as sender"),
    "login_refused": gettext_noop("the mail server refuses our name or password"),
    "encryption_required": gettext_noop("the mail server wants a safe connection"),
    "needs_smtputf8": gettext_noop("an address in letters that the mail server cannot read"),
    "too_large": gettext_noop("the letter is too large for their server"),
    "refused_message": gettext_noop("their server refused the letter"),
    "unwritable": gettext_noop("a name or address that no letter can carry"),
    "mailbox_not_writable": gettext_noop("our own mailbox could not be written"),
    "quota_used": gettext_noop("our allowance at the mail provider is used up"),
    "provider_fault": gettext_noop("the mail provider had a fault, and may have taken it"),
    "earlier_try_open": gettext_noop("the mail provider is still at work on an earlier try"),
    "earlier_try_taken": gettext_noop("the mail provider knows it from an earlier try"),
}

# What can be done about it, for the last column of the table.
REMEDIES: dict[str, str] = {
    "no_email": gettext_noop("A card or a call. Or ask for an address."),
    "mourning": gettext_noop("A sober letter, by hand."),
    "deceased": gettext_noop("Nothing more is sent."),
    "complaint": gettext_noop("First it is put right, then we wish."),
    "suppressed": gettext_noop("We respect it. They alone can take it back."),
    "no_letters": gettext_noop("We respect it. Letters begin again on their card."),
    "by_staff": gettext_noop("Letters begin again on their card."),
    "already_wished": gettext_noop("Nothing: nobody is wished twice."),
    "same_address": gettext_noop("Nothing, or give one of them an address of their own."),
    "same_household": gettext_noop("Nothing: one letter is for all of them."),
    "through_people": gettext_noop("Nothing: those people get it."),
    "facts_changed": gettext_noop("Compare the words, then take the new ones or leave it out."),
    "not_approved": gettext_noop("Read it, then let it leave or leave it out."),
    "not_greeted": gettext_noop("Nothing: this is not somebody to greet."),
    "no_variant": gettext_noop("Write the words in their language."),
    "template_error": gettext_noop("Put the sentence between [[ and ]]."),
    "name_unsure": gettext_noop("Settle the name on their card."),
    "unfilled": gettext_noop("Look for “nan”, “None” or braces on their card."),
    "guard": gettext_noop("Read what was found, then mend the letter."),
    "too_late": gettext_noop("A call instead of a late letter."),
    "set_aside": gettext_noop("It waits for a person to decide."),
    "by_call": gettext_noop("It waits in a colleague’s hand."),
    "by_card": gettext_noop("It waits in a colleague’s hand."),
    "by_text": gettext_noop("It waits in a colleague’s hand."),
    "refused_address": gettext_noop("Ask for their new address."),
    "unknown_domain": gettext_noop("Look at the address: perhaps one letter of it is wrong."),
    "mailbox_full": gettext_noop("A call, or another day."),
    "needs_smtputf8": gettext_noop("Ask for an address in Latin letters."),
}
# What a change of words or names can mend: before letters leave, and when it is too late for this time.
MENDED_BEFORE = gettext_noop("Then prepare the letters again.")
MENDED_NAME = gettext_noop("Then settle the name beside the letter, and it is written anew.")
MENDED_AFTER = gettext_noop("For this time, a call.")
CLASS_REMEDIES: dict[str, str] = {
    "reached": "",
    "waiting": "",
    "held": gettext_noop("It waits for a person to decide."),
    "left_out": gettext_noop("Their card says why."),
    "failed": gettext_noop("A call, or another address."),
    "uncertain": gettext_noop("Ask them, then decide: it went, or send again."),
    "cancelled": gettext_noop("The greeting was called off."),
}

# Of a whole campaign: a heading, and a sentence that says what happens now or what to do.
PAUSES: dict[str, tuple[str, str]] = {
    "by_hand": (
        gettext_noop("The letters are paused"),
        gettext_noop("Those not yet in hand wait until a manager goes on."),
    ),
    "changed": (
        gettext_noop("The approval no longer holds"),
        gettext_noop("Something was changed after it. What has left, has left; the rest waits."),
    ),
    "policy": (
        gettext_noop("Sending waits: the mail server refuses letters of ours"),
        gettext_noop("Ask whoever looks after the mail server, then go on. No letter was lost."),
    ),
    "sender_refused": (
        gettext_noop("Sending waits: the mail server refuses our address as sender"),
        gettext_noop("An admin looks at the sender address, then a manager goes on. No letter was lost."),
    ),
    "login_refused": (
        gettext_noop("Sending waits: the mail server refuses our name or password"),
        gettext_noop("An admin sets them right, then a manager goes on. No letter was lost."),
    ),
    "encryption_required": (
        gettext_noop("Sending waits: the mail server wants a safe connection"),
        gettext_noop("An admin turns it on, then a manager goes on. No letter was lost."),
    ),
    "quota_used": (
        gettext_noop("Sending waits: our allowance at the mail provider is used up"),
        gettext_noop("An admin looks at our plan there, then a manager goes on. No letter was lost."),
    ),
    "tls_failed": (
        gettext_noop("Sending waits: no safe connection to the mail server"),
        gettext_noop("An admin looks at it, then a manager goes on. No letter was lost."),
    ),
    "many_errors": (
        gettext_noop("Sending waits: many letters in a row were refused"),
        gettext_noop("Look at what went wrong last: is the list an old one? Then go on. No letter was lost."),
    ),
    "workers_die": (
        gettext_noop("Sending waits: the program that sends ended several times over these letters"),
        gettext_noop("An admin looks at its log, then a manager goes on. The letters in its hand are listed below."),
    ),
    "many_doubts": (
        gettext_noop("Sending waits: the line broke after several letters in a row"),
        gettext_noop("Of those nobody knows whether they went. Ask whoever looks after the mail server, then go on."),
    ),
}
_ANY_PAUSE = (
    gettext_noop("Sending waits: the mail server does not take our letters"),
    gettext_noop("An admin looks at it, then a manager goes on. No letter was lost."),
)


@dataclass(frozen=True)
class Pause:
    """Why a campaign waits: heading, sentence, and the server's own words if it spoke."""

    heading: str
    sentence: str
    reply: str = ""


def letter_reason(code: str, facts: Mapping | None = None) -> str:
    """The words for the reason of a letter; of a person where the code is about the person. "" without a code."""
    facts = facts or {}
    if not code:
        return ""
    if code == "name_unsure" and facts.get("why"):
        return reason_sentence(facts["why"])
    if code == "set_aside" and facts:
        return aside_words(facts)
    if code == "already_wished" and facts.get("by"):
        return _wished_by(facts)
    sentence = LETTER_REASONS.get(code)
    return _(sentence) if sentence else reason_sentence(code, facts)


def _wished_by(facts: Mapping) -> str:
    """Who of us wrote to them for this occasion, and when."""
    at = at_moment(facts)
    if at is None:
        return _("already written to for this occasion by %(name)s") % {"name": facts["by"]}
    day = date_format(timezone.localtime(at), "j E")
    return _("already written to for this occasion by %(name)s, on %(day)s") % {"name": facts["by"], "day": day}


def reason_group(code: str) -> str:
    """The words for all letters of one code together, on a chip."""
    sentence = LETTER_REASONS.get(code)
    return _(sentence) if sentence else reason_sentence(code)


def remedy(code: str, *, class_name: str, choices: list[str], changeable: bool) -> str:
    """What can be done about one letter; "" when nothing needs to be.

    `choices` are the readings of an unsure name; `changeable` is true until the first letter is on its way.
    """
    # A call that was made keeps the reason for which it was one; nothing waits any more.
    sentence = "" if class_name == "reached" else REMEDIES.get(code) or CLASS_REMEDIES[class_name]
    if not sentence:
        return ""
    said = _(sentence)
    if code == "name_unsure":
        said = choices_sentence(choices) or said
    if code in ("no_variant", "template_error", "name_unsure", "unfilled"):
        before = MENDED_NAME if code == "name_unsure" else MENDED_BEFORE
        said = f"{said} {_(before) if changeable else _(MENDED_AFTER)}"
    return said


def pause_words(code: str, facts: Mapping | None) -> Pause:
    heading, sentence = PAUSES.get(code, _ANY_PAUSE)
    said = [str((facts or {}).get(name) or "") for name in ("smtp_code", "reply")]
    # A number alone says nothing to whoever is asked about it.
    return Pause(_(heading), _(sentence), " ".join(filter(None, said)) if said[1] else "")


def at_moment(facts: Mapping | None) -> datetime | None:
    """The moment a reason speaks of, if its facts hold one."""
    return parse_datetime(str((facts or {}).get("at", "")))


# --- A step that was refused ---


def clock(moment: datetime) -> str:
    """«21 Δεκεμβρίου, 09:00», in the time of the house."""
    return date_format(timezone.localtime(moment), "j E, H:i")


def refusal(error: StepRefused, *, step: str) -> str:
    """Why a step was not taken, and who was first. `step` is the verb of the button: approve, send, resume, …"""
    campaign = error.campaign
    if error.code == "author":
        return _("You wrote this greeting, so another manager reads and approves it.")
    if error.code == "ask_again":
        return _("You wrote this greeting yourself: read it once more, then approve it a second time.")
    if error.code == "revision":
        return _("Something was changed while you were reading. Look at it again before you approve.")
    if error.code == "own_edits":
        return _("You changed letters of it yourself: their author agrees to your words first.")
    if error.code == "signers":
        return _("Letters would leave in the name of somebody who has not read them. Decide about them first.")
    if error.code == "comparing":
        return _("It is under way: each letter is compared with what is true today, then they leave.")
    if error.code == "late":
        return _("Too late: the last sensible hour for this wish was %(when)s.") % {"when": clock(campaign.give_up_at)}
    if error.code == "past":
        return _("That hour has gone by. Choose one that is still to come.")
    if error.code == "wish_day":
        return wish_day_words(error.facts)
    if step == "send" and campaign.started_at:
        if campaign.started_by:
            return _("It has already begun: %(name)s sent it off on %(when)s.") % {
                "name": campaign.started_by,
                "when": clock(campaign.started_at),
            }
        return _("It has already begun, on %(when)s.") % {"when": clock(campaign.started_at)}
    if step == "approve" and campaign.approved_at:
        return _("%(name)s has already approved it, on %(when)s.") % {
            "name": campaign.approved_by,
            "when": clock(campaign.approved_at),
        }
    if step == "resume" and campaign.approved_revision != campaign.revision:
        return _("Something was changed after the approval, so this greeting cannot go on.")
    return _("Nothing was done: this greeting is %(state)s.") % {"state": campaign.get_state_display()}


def wish_day_words(facts: Mapping[str, str]) -> str:
    """That letters carry the wish of another day, from which day it is right, and what to do."""
    if not facts["on"]:
        said = _("The letters say “%(wish)s”, which is no longer right on that day. Take the wish out of the words.")
        return said % {"wish": facts["wish"]}
    day = date_in_words(date.fromisoformat(facts["on"]), get_language() or "el", case="accusative")
    return _(
        "The letters say “%(wish)s”, and that begins to be right %(on_day)s. Schedule them for that day or later, or "
        "take the wish out of the words."
    ) % {"wish": facts["wish"], "on_day": day}
