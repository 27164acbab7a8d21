"""Doubles: of those who share a home or a mailbox, one gets the letter.

They are settled person by person over everybody who shares with them, a household's own contact first, then the lowest
number: whoever is left out as a double shares a home or a mailbox with somebody who does get the letter.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from campaigns.models import Campaign, Message
from campaigns.review.falling_alone import ADDRESS, HOUSEHOLD, Reason, letters_elsewhere, out_by_themselves
from customers.models import Contact


@dataclass(frozen=True)
class _Sharer:
    """One who would get a letter, with what they may share. `holds`: they have had it already."""

    pk: int
    digest: str
    household: int | None
    is_household: bool
    holds: bool = False

    @property
    def rank(self) -> tuple[bool, bool, int]:
        return (not self.holds, not self.is_household, self.pk)


def _sharers(people: QuerySet[Contact], campaign: Campaign) -> list[_Sharer]:
    rows = list(people.values_list("pk", "address_digest", "household_id", "kind"))
    letters = Message.objects.filter(campaign=campaign, state__in=Message.OUT, contact__in=[row[0] for row in rows])
    done = set(letters.values_list("contact", flat=True))
    return [
        _Sharer(pk, digest, home, kind == Contact.Kind.HOUSEHOLD, holds=pk in done) for pk, digest, home, kind in rows
    ]


def _settled(sharers: Iterable[_Sharer], homes_wished: dict[int, int]) -> dict[int, Reason]:
    """Who of these gets no letter because another does: {contact: reason}. `homes_wished` had theirs already."""
    homes, addresses, out = dict(homes_wished), {}, {}
    for each in sorted(sharers, key=lambda each: each.rank):
        if each.household in homes and not each.holds:
            out[each.pk] = (HOUSEHOLD, {"contact": homes[each.household]})
        elif each.digest and each.digest in addresses and not each.holds:
            out[each.pk] = (ADDRESS, {"contact": addresses[each.digest]})
        else:
            addresses[each.digest] = each.pk
            if each.household is not None:
                homes[each.household] = each.pk
    return out


def _homes_wished(campaign: Campaign, homes: Q) -> dict[int, int]:
    """Households of which somebody had a letter of another greeting for this occasion: {household: contact}."""
    letters = letters_elsewhere(campaign)
    if letters is None:
        return {}
    wished = Contact.objects.exclude(household=None).filter(homes, pk__in=letters.values("contact"))
    return dict(wished.order_by("-pk").values_list("household_id", "pk"))


def contestants(people: QuerySet[Contact], campaign: Campaign, today: date) -> QuerySet[Contact]:
    return people.exclude(out_by_themselves(campaign, today))


def doubles_touching(
    contacts: list[Contact], people: QuerySet[Contact], *, campaign: Campaign, today: date
) -> dict[int, Reason]:
    """Settle the doubles of a few, with everybody they share with and whom those share with, to the last."""
    known: dict[int, _Sharer] = {}
    asked_addresses: set[str] = set()
    asked_homes: set[int] = set()
    addresses = {contact.address_digest for contact in contacts if contact.address_digest}
    homes = {contact.household_id for contact in contacts if contact.household_id}
    while addresses or homes:
        asked_addresses |= addresses
        asked_homes |= homes
        # The few who share are found by their numbers first: a longer question SQLite asks of everybody in turn.
        at_address = Contact.objects.exclude(address_digest="").filter(address_digest__in=_of_several(addresses))
        at_home = Contact.objects.filter(household__in=homes)
        sharing = {pk for found in (at_address, at_home) for pk in found.values_list("pk", flat=True)}
        for each in _sharers(contestants(people.filter(pk__in=sharing), campaign, today), campaign):
            known[each.pk] = each
        addresses = {each.digest for each in known.values()} - asked_addresses
        homes = {each.household for each in known.values() if each.household} - asked_homes
    wished = _homes_wished(campaign, Q(household__in=asked_homes)) if asked_homes else {}
    return _settled(known.values(), wished)


def _of_several(addresses: set[str]) -> list[str]:
    """Those of these addresses that more than one contact has."""
    rows = Contact.objects.order_by().exclude(address_digest="").filter(address_digest__in=addresses)
    several = rows.values("address_digest").annotate(n=Count("pk")).filter(n__gt=1)
    return list(several.values_list("address_digest", flat=True))


def all_doubles(people: QuerySet[Contact], *, campaign: Campaign, today: date) -> dict[int, Reason]:
    """Settle all doubles among the people chosen; only those who share anything with anybody are looked at."""
    contacts = Contact.objects.order_by()
    addresses = contacts.exclude(address_digest="").values("address_digest").annotate(n=Count("pk")).filter(n__gt=1)
    sharing = contacts.exclude(address_digest="").filter(address_digest__in=addresses.values("address_digest"))
    # Written as the condition of its index is: SQLite reads everybody without it.
    at_home = contacts.exclude(household=None)
    wished: dict[int, int] = {}
    if at_home.exists():
        wished = _homes_wished(campaign, Q())
        sharing = sharing.values("pk").union(at_home.values("pk"), all=True)
    among = people.filter(pk__in=sharing.values("pk"))
    return _settled(_sharers(contestants(among, campaign, today), campaign), wished)
