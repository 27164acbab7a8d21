"""Up to when the purchases are known, in words of the reader's language: invoices come in by lists, now and then."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customers.purchases import purchases_up_to


@dataclass(frozen=True)
class KnownPurchases:
    """`up_to` is a sentence, `old` another one when the newest invoice is too old, else "". Both "" without any."""

    up_to: str = ""
    old: str = ""


def known_purchases(*, today: dt.date) -> KnownPurchases:
    """Return up to when the purchases of this house are known, and whether it is time for the next list."""
    newest = purchases_up_to()
    if newest is None:
        return KnownPurchases()
    up_to = _("Purchases up to %(day)s.") % {"day": date_format(newest, "j E Y")}
    days = (today - newest).days
    if days <= settings.PURCHASES_STALE_DAYS:
        return KnownPurchases(up_to)
    old = ngettext(
        "The newest invoice is %(days)s day old: it is time for the next list.",
        "The newest invoice is %(days)s days old: it is time for the next list.",
        days,
    )
    return KnownPurchases(up_to, old % {"days": days})
