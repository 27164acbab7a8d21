"""What the desk says beside the words: who reads which sentence not, what is kept back, how long a subject is."""

import re
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

import etiquette
from campaigns.rendering import OptionalSentence
from campaigns.writing.gaps import Gaps, Lack
from customers.models import Contact

# A fact as it stands in the source, with its filters: its name is what the desk shows of it.
_FACT = re.compile(r"\{\{\s*([^{}|]*?)\s*(?:\|[^{}]*)?\}\}")
_LONGEST_QUOTE = 8  # words
_OF = {Contact.Gender.MAN: "Του", Contact.Gender.WOMAN: "Της"}
SURE = 0.9  # a name less sure than this is written nowhere but as the list has it


@dataclass(frozen=True)
class GapLine:
    """A sentence about a gap; `line` and `column` lead to its place, 0 without one. `blocks`: no letter at all.

    `quote` is the beginning of the optional sentence it is about.
    """

    sentence: str
    line: int = 0
    column: int = 0
    where: str = "body"
    blocks: bool = False
    quote: str = ""


def quoted(sentence: OptionalSentence) -> str:
    """The beginning of an optional sentence as its writer sees it, the facts by their names."""
    text = _FACT.sub(lambda found: found[1].replace("_", " "), sentence.text)
    return Truncator(" ".join(text.split())).words(_LONGEST_QUOTE, truncate="…")


def silence(code: str, *, newest_invoice: date | None) -> str:
    """Why a fact is kept back, to be read after its name."""
    if code == "purchases_old" and newest_invoice:
        return _("kept back: our invoices end on %(day)s") % {"day": date_format(newest_invoice, "j E Y")}
    return {
        "purchases_old": _("kept back: our invoices are old"),
        "wish_far": _("kept back: they may come again before the day of the wish"),
        "shared_address": _("kept back: others read this address too"),
        "closed_day": _("kept back: the house is closed on that day"),
    }[code]


def gap_lines(gaps: Gaps, *, newest_invoice: date | None) -> list[GapLine]:
    """The gaps in words: what keeps letters from being written first, then the sentences in their order."""
    lines = []
    for lack in gaps.blocked:
        facts = {"count": lack.count, "all": gaps.looked_at, "facts": _named([lack], newest_invoice)}
        lines.append(GapLine(_no_letter(gaps, lack.count) % facts, blocks=True))
    for out in gaps.sentences:
        facts = {"count": out.count, "all": gaps.looked_at, "facts": _named(out.lacks, newest_invoice)}
        place = out.sentence
        said = _without_it(gaps, out.count) % facts
        lines.append(GapLine(said, place.start_line, place.start_column, place.where, quote=quoted(place)))
    return lines


def _no_letter(gaps: Gaps, count: int) -> str:
    if count == gaps.looked_at:
        if gaps.are_all:
            return _("Nobody gets a letter, because we lack: %(facts)s. Make the sentence optional.")
        return _("None of the first %(all)s gets a letter, because we lack: %(facts)s. Make the sentence optional.")
    if gaps.are_all:
        return ngettext(
            "%(count)s of %(all)s gets no letter, because we lack: %(facts)s. Make the sentence optional.",
            "%(count)s of %(all)s get no letter, because we lack: %(facts)s. Make the sentence optional.",
            count,
        )
    return ngettext(
        "%(count)s of the first %(all)s gets no letter, because we lack: %(facts)s. Make the sentence optional.",
        "%(count)s of the first %(all)s get no letter, because we lack: %(facts)s. Make the sentence optional.",
        count,
    )


def _without_it(gaps: Gaps, count: int) -> str:
    if count == gaps.looked_at:
        if gaps.are_all:
            return _("Nobody reads this sentence, because we lack: %(facts)s.")
        return _("None of the first %(all)s reads this sentence, because we lack: %(facts)s.")
    if gaps.are_all:
        return ngettext(
            "%(count)s of %(all)s reads the letter without this sentence, because we lack: %(facts)s.",
            "%(count)s of %(all)s read the letter without this sentence, because we lack: %(facts)s.",
            count,
        )
    return ngettext(
        "%(count)s of the first %(all)s reads the letter without this sentence, because we lack: %(facts)s.",
        "%(count)s of the first %(all)s read the letter without this sentence, because we lack: %(facts)s.",
        count,
    )


def _named(lacks: list[Lack] | tuple[Lack, ...], newest_invoice: date | None) -> str:
    """The facts with the reason in brackets for those that are kept back."""
    said = []
    for lack in lacks:
        why = silence(lack.silenced, newest_invoice=newest_invoice) if lack.silenced else ""
        meaning = lack.fact.bare_meaning
        said.append(f"{meaning} ({why})" if why else meaning)
    return ", ".join(dict.fromkeys(said))


def how_many(errors: int, remarks: int) -> str:
    """«1 λάθος, 2 παρατηρήσεις», empty when there is neither."""
    said = []
    if errors:
        said.append(ngettext("%(count)s error", "%(count)s errors", errors) % {"count": errors})
    if remarks:
        said.append(ngettext("%(count)s remark", "%(count)s remarks", remarks) % {"count": remarks})
    return ", ".join(said)


def subject_line(contact: Contact, subject: str) -> str:
    """The subject as one person reads it, with its length; empty while it cannot be written.

    Greek says whose it is («Του Σταμάτη»), where the genitive of the name is sure; else the name stands before a colon.
    """
    if not subject:
        return ""
    facts = {"subject": subject, "count": len(subject), "name": _whose(contact) or contact.name}
    said = ngettext(
        "%(name)s reads: “%(subject)s”, %(count)s character.",
        "%(name)s reads: “%(subject)s”, %(count)s characters.",
        len(subject),
    )
    return said % facts


def _whose(contact: Contact) -> str:
    if get_language() != "el" or contact.kind != Contact.Kind.PERSON or contact.gender not in _OF:
        return ""
    name = contact.known_as or contact.first_name
    bent = etiquette.genitive(name, gender=contact.gender) if name and contact.name_confidence >= SURE else None
    return f"{_OF[contact.gender]} {bent.text}" if bent and not bent.needs_review else ""
