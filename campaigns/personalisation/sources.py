"""Where a fact of a letter came from, in words of the screen, and where one reads it there."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.personalisation.facts import Fact, fact_of
from customers.models import Contact, Product, PurchaseSummary, User


@dataclass(frozen=True)
class Source:
    """The row behind a fact: what it is, in words, and the page on which it stands ("": it has none)."""

    label: str
    url: str


@dataclass(frozen=True)
class Told:
    """A fact that a letter tells; `source` is None where no row stands behind it (the house, the feast), or no more."""

    fact: Fact
    source: Source | None


def told_facts(keys: Iterable[str], sources: Mapping[str, int], contact: Contact) -> list[Told]:
    """Return the facts of a letter, by their keys, with the rows behind them; keys we no longer know are left out."""
    told = []
    for key in keys:
        try:
            fact = fact_of(key)
        except KeyError:
            continue
        # Letters written before each fact named its row: what stands on the card has the number of the contact.
        pk = sources.get(key, contact.pk if fact.source in ("contact", "summary") else 0)
        told.append(Told(fact, source_of(key, pk, contact)))
    return told


def source_of(fact_key: str, pk: int, contact: Contact) -> Source | None:
    """Return the row `pk` behind a fact of this contact; None when it is gone, or nobody's, or somebody else's."""
    if contact.erased_at is not None:
        return None
    try:
        fact = fact_of(fact_key)
    except KeyError:
        return None
    tell = _SOURCES.get(fact.source)
    return tell(fact, pk, contact) if tell else None


def _page(contact: Contact, part: str = "") -> str:
    page = reverse("customers:person-detail", args=[contact.pk])
    return f"{page}#{part}" if part else page


def _day(day: dt.date) -> str:
    return date_format(day, "j E Y")


def _of_contact(_fact: Fact, pk: int, contact: Contact) -> Source | None:
    return Source(_("their card"), _page(contact)) if pk == contact.pk else None


def _of_summary(fact: Fact, pk: int, contact: Contact) -> Source | None:
    if pk != contact.pk:
        return None
    if fact.group == "history" and contact.customer_since:
        told = _("customer since %(day)s, as a colleague wrote") % {"day": _day(contact.customer_since)}
        return Source(told, _page(contact))
    summary = PurchaseSummary.objects.filter(contact=contact).first()
    if summary is None:
        return None
    told = ngettext(
        "%(count)s purchase, on %(last)s",
        "%(count)s purchases, from %(first)s to %(last)s",
        summary.purchase_count,
    )
    days = {"first": _day(summary.first_on), "last": _day(summary.last_on)}
    return Source(told % {"count": summary.purchase_count, **days}, _page(contact, "purchases"))


def _of_product(_fact: Fact, pk: int, contact: Contact) -> Source | None:
    product = Product.objects.filter(pk=pk).first()
    if product is None:
        return None
    summary = PurchaseSummary.objects.filter(contact=contact, usual_product=product).first()
    if summary is None:  # the habit has changed since the letter was written
        return Source(_("the product “%(name)s”") % {"name": product.raw_name}, _page(contact, "purchases"))
    told = _("“%(name)s”, on %(usual)s of %(count)s invoices")
    counts = {"usual": summary.usual_count, "count": summary.purchase_count}
    return Source(told % {"name": product.raw_name, **counts}, _page(contact, "purchases"))


def _of_purchase(_fact: Fact, pk: int, contact: Contact) -> Source | None:
    purchase = contact.purchases.filter(pk=pk).first()
    if purchase is None:
        return None
    told = _("invoice %(number)s of %(day)s") if purchase.document_number else _("purchase of %(day)s")
    facts = {"number": purchase.document_number, "day": _day(purchase.purchased_on)}
    return Source(told % facts, _page(contact, "purchases"))


def _of_interaction(_fact: Fact, pk: int, contact: Contact) -> Source | None:
    row = contact.interactions.select_related("author").filter(pk=pk).first()
    if row is None:
        return None
    told = _("%(kind)s of %(day)s, %(author)s") if row.author else _("%(kind)s of %(day)s")
    day = _day(timezone.localtime(row.happened_at).date())
    return Source(told % {"kind": row.get_kind_display(), "day": day, "author": row.author}, _page(contact, "history"))


def _of_follow_up(_fact: Fact, pk: int, contact: Contact) -> Source | None:
    row = contact.follow_ups.filter(pk=pk).exclude(done_at=None).first()
    if row is None:
        return None
    told = _("%(kind)s “%(text)s”, done on %(day)s")
    day = _day(timezone.localtime(row.done_at).date())
    return Source(told % {"kind": row.get_kind_display(), "text": row.text, "day": day}, _page(contact, "history"))


def _of_signer(_fact: Fact, pk: int, _contact: Contact) -> Source | None:
    signer = User.objects.filter(pk=pk).first()
    return Source(str(signer), "") if signer else None


# The kind of row a fact names -> its words. What comes from the house or the calendar has no row.
_SOURCES: dict[str, Callable[[Fact, int, Contact], Source | None]] = {
    "contact": _of_contact,
    "summary": _of_summary,
    "product": _of_product,
    "purchase": _of_purchase,
    "interaction": _of_interaction,
    "follow_up": _of_follow_up,
    "signer": _of_signer,
}
