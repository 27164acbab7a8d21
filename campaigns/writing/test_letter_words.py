"""Test letters in words: the mark in the subject, what became of one, and why none was made."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

import etiquette
from campaigns.models import TestLetter
from campaigns.reasons import letter_reason
from customers.models import Contact, User
from etiquette.nouns import definite_article

LONGEST_SUBJECT = TestLetter._meta.get_field("subject").max_length
# A mailbox shows about sixty characters of a subject: a long name must not push the subject out of sight.
LONGEST_NAME = 60
State = TestLetter.State


def marked_subject(subject: str, *, contact: Contact) -> str:
    """Return the subject with a mark before it that says it is a test, and as whose letter; in the active language."""
    name = " ".join(contact.name.split())  # a subject is one line
    name = name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"
    to_name = _to_in_greek(contact) if (get_language() or "").startswith("el") else name
    # Translators: to_name is a name with article and preposition in Greek: στη Μαρία Γεωργίου.
    as_whom = _("Test · as %(to_name)s") if to_name else _("Test · as read by: %(name)s")
    mark = as_whom % {"to_name": to_name, "name": name}
    marked = f"[{mark}] {subject}"
    return marked if len(marked) <= LONGEST_SUBJECT else marked[: LONGEST_SUBJECT - 1] + "…"


def _to_in_greek(contact: Contact) -> str:
    """«στη Μαρία Γεωργίου», «στον Σταμάτη Παπαδόπουλο»; "" where the name cannot be bent for certain."""
    if contact.kind != Contact.Kind.PERSON or contact.gender not in ("m", "f") or len(contact.name) > LONGEST_NAME:
        return ""
    parts = (("first", contact.first_name), ("last", contact.last_name))
    bent = [etiquette.accusative(name, gender=contact.gender, part=part) for part, name in parts if name]
    if not bent or any(each.needs_review for each in bent):
        return ""
    name = " ".join(each.text for each in bent)
    name = " ".join(name.split())
    return f"σ{definite_article(name, gender=contact.gender)} {name}"


@dataclass(frozen=True)
class Told:
    """What became of one test letter: an icon and class of states, the sentence, and the server's own words if any."""

    icon: str
    css_class: str
    sentence: str
    reply: str = ""


def told(letter: TestLetter, *, asker: User, in_mailbox: bool) -> Told:
    """Return what became of a test letter, for whoever asked for it. With `in_mailbox` nothing leaves the house."""
    address = letter.to.answers_at
    name = address if letter.to_id == asker.pk or not address else f"{letter.to} ({address})"
    facts = {"to": name or str(letter.to), "why": letter_reason(letter.reason_code, letter.reason_facts)}
    reply = str(letter.reason_facts.get("reply", ""))
    if letter.state == State.SENT:
        facts["at"] = _hour(letter.sent_at)
        sentence = _("It lies in the house’s own mailbox since %(at)s, for %(to)s.") if in_mailbox else None
        return Told("s-sent", "state-sent", (sentence or _("It left for %(to)s at %(at)s.")) % facts)
    if letter.state == State.RETRY:
        facts["at"] = _hour(letter.due_at)
        sentence = _("It waits, for %(to)s: %(why)s. We try again at %(at)s.") % facts
        return Told("s-queued", "state-wait", sentence, reply)
    if letter.state == State.FAILED:
        return Told("s-failed", "state-wax", _("It did not leave for %(to)s: %(why)s.") % facts, reply)
    if letter.state == State.UNCERTAIN:
        sentence = _("Whether it left for %(to)s we do not know: %(why)s. We do not send it again by ourselves.")
        return Told("s-unsure", "state-wait", sentence % facts, reply)
    return Told("s-now", "state-now", _("On its way to %(to)s.") % facts)


def _hour(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "H:i")


def refusal_sentence(code: str) -> str:
    """Why no test letter was made, for each code of `CannotTest` but "words", whose problem has a sentence itself."""
    return {
        "no_person": _("Choose a person first: a test letter is one that somebody would read."),
        "no_address": _("We have no address for you yet. An admin writes it on your account, under “reply address”."),
        "no_group": _("This group is no longer there. Choose another."),
        "empty_group": _("Nobody of this group works here any more. Choose its people again."),
        "nobody_reachable": _("Nobody of this group has an address. An admin writes it on their account."),
        "too_often": _("Ten test letters have gone within a minute. Wait a moment, then press again."),
        "stale": _("This page has stood open for long. Load it anew, then press again."),
        "too_long": _("These words are too long to be shown as a letter."),
    }[code]
