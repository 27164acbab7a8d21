"""Notices in words, made for the reader's language: on Today, and as a short letter to a colleague."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from campaigns.dispatch.wire import Letter
from campaigns.heartbeat import Health
from campaigns.letters import sender_address
from campaigns.models import Message, StaffNotice
from campaigns.notices import (
    APPROVAL_VOID,
    AUTHOR_YES,
    COMMENT,
    HELD_LEFT,
    LATE_START,
    PAUSED,
    SENT_BACK,
    SIGNER_LIST,
    TO_APPROVE,
    UNCERTAIN,
    WISH_DAY,
)
from campaigns.reasons import clock, pause_words, wish_day_words
from campaigns.review.approval.changes import change_words
from campaigns.review.approval.signing import unread_by_signers
from campaigns.review.aside import held_without_end
from campaigns.review.held_words import by_day


@dataclass(frozen=True)
class NoticeWords:
    """A heading, and a sentence or two. The mail server's own words stand on the page of the campaign."""

    heading: str
    sentence: str


def notice_words(notice: StaffNotice) -> NoticeWords:
    """Return the words of a notice in the active language. Raise KeyError for a code nobody wrote words for."""
    return _WORDS[notice.code](notice)


def _paused(notice: StaffNotice) -> NoticeWords:
    words = pause_words(notice.facts.get("code", ""), notice.facts)
    return NoticeWords(words.heading, words.sentence)


def _late_start(notice: StaffNotice) -> NoticeWords:
    hours = {name: clock(parse_datetime(notice.facts[name])) for name in ("scheduled_at", "give_up_at")}
    return NoticeWords(
        _("Sending did not begin: it is too late for this wish"),
        _(
            "It was to begin on %(scheduled_at)s and did not; the last sensible hour was %(give_up_at)s. "
            "Nothing has left: the letters wait for a manager to decide."
        )
        % hours,
    )


def _uncertain(notice: StaffNotice) -> NoticeWords:
    # Counted now: colleagues may have settled some of them since.
    count = Message.objects.filter(campaign=notice.campaign_id, state=Message.State.UNCERTAIN).count()
    return NoticeWords(
        ngettext("%(count)s letter is uncertain", "%(count)s letters are uncertain", count) % {"count": count},
        ngettext(
            "Sending is over. We do not send it again by ourselves, lest it arrive twice: a manager decides.",
            "Sending is over. We do not send them again by ourselves, lest they arrive twice: a manager decides.",
            count,
        ),
    )


def _wish_day(notice: StaffNotice) -> NoticeWords:
    return NoticeWords(_("Sending did not begin: its wish is for another day"), wish_day_words(notice.facts))


def _to_approve(notice: StaffNotice) -> NoticeWords:
    return NoticeWords(
        _("%(name)s asks for your approval") % {"name": notice.facts["by"]},
        _("Its page says what leaves, to whom, from whom, and what nobody has read."),
    )


def _approval_void(notice: StaffNotice) -> NoticeWords:
    facts = {
        "what": change_words(notice.facts["what"]),
        "name": notice.facts["by"],
        "when": clock(parse_datetime(notice.facts["at"])),
    }
    sentence = _("After it, %(what)s (%(name)s, %(when)s). Nothing leaves until it is approved again.") % facts
    return NoticeWords(_("The approval no longer holds"), sentence)


def _comment(notice: StaffNotice) -> NoticeWords:
    heading = _("%(name)s has written about this greeting") % {"name": notice.facts["by"]}
    return NoticeWords(heading, _("The comment stands on its page."))


def _sent_back(notice: StaffNotice) -> NoticeWords:
    heading = _("%(name)s sends it back with a comment") % {"name": notice.facts["by"]}
    return NoticeWords(heading, _("Read it on its page; when it is right, ask for the approval again."))


def _signer_list(notice: StaffNotice) -> NoticeWords:
    # Counted now: they may have read some since. Afterwards the house signs, or a manager decides by name.
    unread = unread_by_signers(notice.campaign_id).get(notice.to_id, 0)
    count = int(notice.facts["count"])
    return NoticeWords(
        ngettext("%(count)s letter leaves in your name", "%(count)s letters leave in your name", count)
        % {"count": count},
        ngettext(
            "You have not read %(count)s of them. Read it, change it or take it out while there is time.",
            "You have not read %(count)s of them. Read them, change them or take them out while there is time.",
            unread,
        )
        % {"count": unread}
        if unread
        else _("You have read them all."),
    )


def _author_yes(notice: StaffNotice) -> NoticeWords:
    return NoticeWords(
        _("%(name)s has changed letters of yours") % {"name": notice.facts["by"]},
        _("Who approves a greeting does not decide alone about words of their own: read them and say yes."),
    )


def _held_left(notice: StaffNotice) -> NoticeWords:
    count = held_without_end(notice.campaign).count()
    return NoticeWords(
        ngettext("%(count)s will receive nothing", "%(count)s will receive nothing", count) % {"count": count},
        # The day, and not how many are left: it is read on one of the days after, too.
        _("The letters are held. There is time to decide until %(day)s: a neutral opening, a card or a call.")
        % {"day": by_day(parse_date(notice.facts["on"]))},
    )


_WORDS = {
    PAUSED: _paused,
    LATE_START: _late_start,
    UNCERTAIN: _uncertain,
    WISH_DAY: _wish_day,
    TO_APPROVE: _to_approve,
    APPROVAL_VOID: _approval_void,
    COMMENT: _comment,
    SENT_BACK: _sent_back,
    SIGNER_LIST: _signer_list,
    AUTHOR_YES: _author_yes,
    HELD_LEFT: _held_left,
}
# Where one does something about it, what stands after the address and what the link says; else the page of the
# campaign says how it is.
_PAGES: dict[str, tuple[str, str, str]] = {
    UNCERTAIN: ("campaign-detail", "#unsure", gettext_noop("How it stands")),
    TO_APPROVE: ("campaign-approve", "", gettext_noop("Read and approve")),
    COMMENT: ("campaign-detail", "#talk", gettext_noop("What was said")),
    SENT_BACK: ("campaign-detail", "#talk", gettext_noop("What was said")),
    SIGNER_LIST: ("review-room", "?pile=mine", gettext_noop("Read my letters")),
    AUTHOR_YES: ("hand-edit-list", "", gettext_noop("Letters changed by hand")),
    HELD_LEFT: ("held-list", "", gettext_noop("Held letters")),
}
_HOW_IT_STANDS = ("campaign-detail", "", gettext_noop("How it stands"))


def notice_page(notice: StaffNotice) -> str:
    """The address, without the house's own, of the page on which something can be done about a notice."""
    name, after, _step = _PAGES.get(notice.code, _HOW_IT_STANDS)
    return reverse(f"campaigns:{name}", args=[notice.campaign_id]) + after


def notice_step(notice: StaffNotice) -> str:
    """What the link to that page says: what one does or finds there."""
    return _(_PAGES.get(notice.code, _HOW_IT_STANDS)[2])


def nobody_works_words(health: Health) -> NoticeWords:
    """The words for letters that are due while nothing sends them; only the web can notice, so it is not mailed."""
    return NoticeWords(
        _("Letters are due, but they do not leave"),
        _(
            "They have waited since %(since)s: the program that sends is not running. An admin starts it again. "
            "No letter was lost."
        )
        % {"since": clock(health.oldest_due_at)},
    )


def notice_letter(notice: StaffNotice, *, now: datetime) -> Letter:
    """Return a notice as a plain letter in its reader's language. It names the campaign and nobody who gets letters:
    the mail server's own words, which may, stay on the page. Raise KeyError as `notice_words` does.
    """
    with translation.override(notice.to.language or settings.LANGUAGE_CODE):
        words = notice_words(notice)
        page = settings.SITE_URL + notice_page(notice)
        told = _("Our program wrote this by itself, to whoever looks after the greetings of the house.")
        text = (
            f"{_('Good day.')}\n\n{notice.campaign.name}\n\n{words.heading}.\n{words.sentence}\n\n"
            f"{notice_step(notice)}:\n{page}\n\n{settings.HOUSE_NAME}\n{told}\n"
        )
    return Letter(
        message_id=notice.header_id,
        from_name=settings.HOUSE_NAME,
        from_address=sender_address(),
        to_name=notice.to.get_full_name(),
        to_address=notice.to.answers_at,
        reply_to=settings.REPLY_ADDRESS or sender_address(),
        subject=f"{words.heading} · {notice.campaign.name}",
        text=text,
        html="",
        unsubscribe_url="",
        unsubscribe_mailto="",
        date=now,
        auto_submitted=True,
    )
