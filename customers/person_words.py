"""Sentences about a person, in the reader's language. A sentence that lacks its fact is left out whole."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from customers import naming
from customers.celebrating import next_name_day
from customers.models import Contact, PurchaseSummary
from customers.reasons import choices_sentence, reason_sentence
from etiquette.dates import date_in_words

ASK_BELOW = 0.6  # less sure than this we do not offer the opening, we ask
_FEWEST_VISITS = 4  # a habit needs some visits, and most of them on one weekday
_WEEKDAYS = (
    gettext_lazy("mostly on Mondays"),
    gettext_lazy("mostly on Tuesdays"),
    gettext_lazy("mostly on Wednesdays"),
    gettext_lazy("mostly on Thursdays"),
    gettext_lazy("mostly on Fridays"),
    gettext_lazy("mostly on Saturdays"),
    gettext_lazy("mostly on Sundays"),
)


@dataclass(frozen=True)
class Opening:
    """An opening line as screens show it: sure, unsure or to be asked, and why."""

    text: str
    state: str
    word: str
    reason: str
    question: str


def opening(contact: Contact, register: str | None = None) -> Opening:
    """Return the opening of a letter to `contact` (in `register`, by default the one people decided)."""
    if contact.kind in Contact.NEVER_GREETED:
        return Opening("", "out", _("no letters"), reason_sentence("not_greeted"), "")
    answer = naming.salutation(contact, register=register)
    sure = not answer.needs_review
    asks = answer.confidence < ASK_BELOW
    return Opening(
        text=answer.text,
        state="sure" if sure else "ask" if asks else "unsure",
        word=_("sure") if sure else _("ask") if asks else _("unsure"),
        reason=reason_sentence(answer.reason),
        question=choices_sentence(list(answer.choices or contact.name_choices)) if not sure else "",
    )


@dataclass(frozen=True)
class NameDayWords:
    """A name day as a page shows it. `choices` are (rule, words), the present one left out; "" is the calendar's."""

    sentence: str
    sure: bool
    chosen: bool
    reason: str
    choices: list[tuple[str, str]]


def name_day(contact: Contact, *, today: date) -> NameDayWords | None:
    """Return when a person celebrates their name and why we think so, None when we know of no day."""
    known = next_name_day(contact, today=today)
    if known is None:
        return None
    chosen = bool(contact.name_day_choice)
    saints = {choice.saint for choice in known.choices}
    choices = [
        (choice.rule, f"{_day_of_year(choice.on)} ({choice.saint})" if len(saints) > 1 else _day_of_year(choice.on))
        for choice in known.choices
        if not chosen or choice.rule != contact.name_day_choice
    ]
    if chosen:
        choices.append(("", _("as the calendar says")))
    on = date_in_words(known.on, _language(), weekday=False, case="accusative")
    return NameDayWords(
        sentence=_("Celebrates %(day)s") % {"day": on},
        sure=known.sure,
        chosen=chosen,
        reason=_("as a colleague chose") if chosen else reason_sentence(known.reason),
        choices=choices if len(choices) > 1 or not known.sure else [],
    )


def _language() -> str:
    return (get_language() or settings.LANGUAGE_CODE)[:2]


def _day_of_year(on: date) -> str:
    return date_format(on, "j E")


def habit(summary: PurchaseSummary | None) -> str:
    """Return the weekday on which most visits fall, "" when there is no habit to speak of."""
    if summary is None or summary.usual_weekday is None or summary.purchase_count < _FEWEST_VISITS:
        return ""
    return str(_WEEKDAYS[summary.usual_weekday]) if summary.usual_weekday_count * 2 > summary.purchase_count else ""


def day(value: date, *, today: date) -> str:
    """Return a day as it is said: with the year only when it is not this one."""
    return date_format(value, "j E" if value.year == today.year else "j E Y")


def about(contact: Contact) -> str:
    """Return the quiet line under a name in a list: what is special about this contact, or ""."""
    if contact.kind == Contact.Kind.PLACEHOLDER:
        return _("till entry, not a person")
    if contact.needs_look and contact.look_reasons:
        return _("somebody has to look")
    if contact.is_supplier and not contact.is_customer:
        return _("supplier")
    if contact.is_partner:
        return _("partner")
    return ""


def lede(contact: Contact, *, summary: PurchaseSummary | None, today: date) -> list[str]:
    """Return the sentences at the head of a person's page."""
    sentences = []
    roles = [
        word
        for held, word in (
            (contact.is_customer, _("customer")),
            (contact.is_partner, _("partner")),
            (contact.is_supplier, _("supplier")),
            (contact.is_friend, _("friend of the house")),
        )
        if held
    ]
    if roles:
        sentences.append(", ".join(roles).capitalize() + ".")
    if contact.city:
        sentences.append(_("From: %(city)s.") % {"city": contact.city})
    if summary is not None:
        number = summary.purchase_count
        facts = {"count": number, "day": day(summary.last_on, today=today)}
        bought = ngettext("%(count)s purchase, on %(day)s", "%(count)s purchases, the latest on %(day)s", number)
        sentences.append(", ".join(filter(None, [bought % facts, habit(summary)])) + ".")
    if contact.owner:
        sentences.append(_("Looked after by: %(name)s.") % {"name": contact.owner})
    else:
        sentences.append(_("Nobody looks after this contact in particular yet: the house does."))
    return sentences


def birthday(contact: Contact) -> str:
    """Return the birthday in words, with the year when it is known; "" when there is none."""
    if not contact.birth_day:
        return ""
    # 29 February exists only in a leap year; 2000 is one.
    known = date(contact.birth_year or 2000, contact.birth_month, contact.birth_day)
    return date_format(known, "j E Y" if contact.birth_year else "j E")
