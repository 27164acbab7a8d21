"""Who of the chosen gets no letter of their own, and why: the same answer for the page of a greeting's people and for
preparing, which writes the reason into the letter's row.

The gravest reason is told: a stop sign, already written to for this occasion, reached through the people of the firm,
no address, and last the doubles: one letter per household and per address. Doubles are settled person by person over
everybody who shares with them, a household's own contact first, then the lowest number: whoever is left out as a double
shares a home or a mailbox with somebody who does get the letter.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Case, CharField, Count, Q, QuerySet, Value, When

from campaigns.models import Campaign, Message
from campaigns.segments.people import gets_wishes_of_a_firm, people_of
from customers.consent import STOP_SIGNS, any_stop, stop_facts
from customers.models import Contact

Reason = tuple[str, dict[str, Any]]
WISHED, THROUGH, NO_EMAIL, HOUSEHOLD, ADDRESS = (
    "already_wished",
    "through_people",
    "no_email",
    "same_household",
    "same_address",
)
# In the order in which they are told, the stop signs before them.
CODES = (*(sign.code for sign in STOP_SIGNS), WISHED, THROUGH, NO_EMAIL, HOUSEHOLD, ADDRESS)


# --- The conditions on Contact ---


def wished_before(campaign: Campaign) -> Q:
    """Whoever had a letter, a card or a call of another greeting for this occasion, they or their address."""
    letters = _letters_elsewhere(campaign)
    if letters is None:
        return Q(pk__in=[])
    at_address = letters.exclude(address_digest="").values("address_digest")
    return Q(pk__in=letters.values("contact")) | (~Q(address_digest="") & Q(address_digest__in=at_address))


def _letters_elsewhere(campaign: Campaign) -> QuerySet[Message] | None:
    """What other greetings for this occasion have said or may have; None when there is no other, as mostly."""
    if not campaign.occasion_key:
        return None
    # Found by their campaigns: there is no index of the occasion alone.
    others = Campaign.objects.filter(occasion_key=campaign.occasion_key).exclude(pk=campaign.pk)
    ids = list(others.values_list("pk", flat=True))
    return Message.objects.filter(campaign__in=ids, state__in=Message.OUT) if ids else None


def reached_at_firms(today: date) -> QuerySet[Contact]:
    """The people who can be written to instead of the firm they work for."""
    return gets_wishes_of_a_firm().exclude(email="").exclude(any_stop(today))


def reached_through_people(today: date) -> Q:
    """A firm that some of its people are written to for."""
    return Q(pk__in=reached_at_firms(today).values("works_for"))


def out_by_themselves(campaign: Campaign, today: date) -> Q:
    """Whoever falls out for a reason that is theirs alone, whichever it is."""
    return any_stop(today) | wished_before(campaign) | reached_through_people(today) | Q(email="")


def with_fall_code(people: QuerySet[Contact], *, campaign: Campaign, today: date) -> QuerySet[Contact]:
    """Annotate each with `fall_code`: the first reason that is theirs alone, "" for whoever is none but a double."""
    cases = [
        *(When(sign.condition(today), then=Value(sign.code)) for sign in STOP_SIGNS),
        When(wished_before(campaign), then=Value(WISHED)),
        When(reached_through_people(today), then=Value(THROUGH)),
        When(email="", then=Value(NO_EMAIL)),
    ]
    return people.annotate(fall_code=Case(*cases, default=Value(""), output_field=CharField()))


# --- Doubles ---


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
    letters = _letters_elsewhere(campaign)
    if letters is None:
        return {}
    wished = Contact.objects.exclude(household=None).filter(homes, pk__in=letters.values("contact"))
    return dict(wished.order_by("-pk").values_list("household_id", "pk"))


def _contestants(people: QuerySet[Contact], campaign: Campaign, today: date) -> QuerySet[Contact]:
    return people.exclude(out_by_themselves(campaign, today))


def _doubles_touching(
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
        for each in _sharers(_contestants(people.filter(pk__in=sharing), campaign, today), campaign):
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


def _all_doubles(people: QuerySet[Contact], *, campaign: Campaign, today: date) -> dict[int, Reason]:
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
    return _settled(_sharers(_contestants(among, campaign, today), campaign), wished)


# --- For preparing: the reasons of one chunk ---


def left_out_of(
    contacts: list[Contact], *, campaign: Campaign, today: date, rule: dict | None = None
) -> dict[int, Reason]:
    """The reason, code and facts, of each of these who gets no letter of their own; the others are not in it.

    The contacts come with `stop_code` (`consent.with_stop_code`). `rule` is the campaign's own where none is given.
    The number of statements does not depend on the number of contacts.
    """
    wished, instead = _wished_facts(contacts, campaign), _people_instead(contacts, today)
    reasons: dict[int, Reason] = {}
    for contact in contacts:
        if contact.stop_code:
            reasons[contact.pk] = (contact.stop_code, stop_facts(contact, contact.stop_code))
        elif contact.pk in wished:
            reasons[contact.pk] = (WISHED, wished[contact.pk])
        elif contact.pk in instead:
            reasons[contact.pk] = (THROUGH, {"contacts": instead[contact.pk]})
        elif not contact.email:
            reasons[contact.pk] = (NO_EMAIL, {})
    rest = [contact for contact in contacts if contact.pk not in reasons]
    people = people_of(campaign.audience if rule is None else rule, today=today)
    doubles = _doubles_touching(rest, people, campaign=campaign, today=today)
    return reasons | {contact.pk: doubles[contact.pk] for contact in rest if contact.pk in doubles}


def _wished_facts(contacts: list[Contact], campaign: Campaign) -> dict[int, dict]:
    """By which greeting, by whom and when each of these was written to for this occasion: {contact: facts}."""
    elsewhere = _letters_elsewhere(campaign)
    if elsewhere is None:
        return {}
    by_digest: dict[str, list[int]] = {}
    for contact in contacts:
        if contact.address_digest:
            by_digest.setdefault(contact.address_digest, []).append(contact.pk)
    ids = {contact.pk for contact in contacts}
    elsewhere = elsewhere.order_by("sent_at", "pk")
    own = elsewhere.filter(contact__in=ids)
    at_address = elsewhere.filter(address_digest__in=list(by_digest)).exclude(address_digest="")
    facts: dict[int, dict] = {}
    for letters in (own, at_address):
        for letter in letters.select_related("campaign__started_by", "campaign__author", "settled_by"):
            told = _wish_facts(letter)
            whose = [letter.contact_id] if letters is own else by_digest.get(letter.address_digest, [])
            for pk in whose:
                if pk in ids:
                    facts.setdefault(pk, told)
    return facts


def _wish_facts(letter: Message) -> dict:
    who = letter.settled_by or letter.campaign.started_by or letter.campaign.author
    return {
        "campaign": letter.campaign_id,
        "by": str(who),
        "at": letter.sent_at.isoformat() if letter.sent_at else "",
    }


def _people_instead(contacts: list[Contact], today: date) -> dict[int, list[int]]:
    """The people written to instead of each of these firms: {firm: contacts}."""
    people: dict[int, list[int]] = {}
    rows = reached_at_firms(today).filter(works_for__in=contacts).order_by("pk").values_list("works_for_id", "pk")
    for firm, person in rows:
        people.setdefault(firm, []).append(person)
    return people


# --- For the page: numbers and names ---


@dataclass(frozen=True)
class Falling:
    """Of the `chosen`, how many get a letter and how many fall out, by code in the order of gravity; the `doubles`."""

    chosen: int
    out: dict[str, int] = field(default_factory=dict)
    doubles: dict[int, Reason] = field(default_factory=dict)

    @property
    def reached(self) -> int:
        return self.chosen - sum(self.out.values())


def falling_out(campaign: Campaign, rule: dict, *, today: date) -> Falling:
    """Count who of a rule's people gets a letter of this campaign and who falls out. Raise RuleError for no rule."""
    people = people_of(rule, today=today).order_by()
    # Who stays in is counted by all less these: two short looks, where grouping everybody would be a long one.
    out = with_fall_code(people.filter(out_by_themselves(campaign, today)), campaign=campaign, today=today)
    counts = Counter(out.order_by("pk").values_list("fall_code", flat=True))
    doubles = _all_doubles(people, campaign=campaign, today=today)
    counts.update(code for code, _facts in doubles.values())
    return Falling(people.count(), {code: counts[code] for code in CODES if code in counts}, doubles)


def who_gets_a_letter(campaign: Campaign, rule: dict, falling: Falling, *, today: date) -> QuerySet[Contact]:
    """The people of a rule who get a letter of their own, in the order of names; `falling` as it was counted."""
    people = _contestants(people_of(rule, today=today), campaign, today)
    return _by_name(people.exclude(pk__in=list(falling.doubles)))


def who_falls_out_by(code: str, campaign: Campaign, rule: dict, falling: Falling, *, today: date) -> QuerySet[Contact]:
    """The people of a rule who fall out for one reason, in the order of names; `falling` as it was counted."""
    people = people_of(rule, today=today)
    if code in (HOUSEHOLD, ADDRESS):
        people = people.filter(pk__in=[pk for pk, reason in falling.doubles.items() if reason[0] == code])
    else:
        people = with_fall_code(people, campaign=campaign, today=today).filter(fall_code=code)
    return _by_name(people)


def _by_name(people: QuerySet[Contact]) -> QuerySet[Contact]:
    # Said once more for the index of names, which a first page is read from and no further. Of the erased, whom only
    # a stop sign speaks of, there are none here.
    return people.filter(erased_at=None).order_by("sort_key", "pk")


def who_falls_out(campaign: Campaign, *, today: date, shown: int = 3) -> list[tuple[str, int, list[str]]]:
    """(code, count, first names) for each reason for which people of a campaign fall out, the gravest first."""
    falling = falling_out(campaign, campaign.audience, today=today)
    return [
        (
            code,
            count,
            [each.name for each in who_falls_out_by(code, campaign, campaign.audience, falling, today=today)[:shown]],
        )
        for code, count in falling.out.items()
    ]
