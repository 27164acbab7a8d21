"""Who of the chosen gets no letter of their own, and why: the same answer for the page of a greeting's people and for
preparing, which writes the reason into the letter's row.

The gravest reason is told: a stop sign, already written to for this occasion, reached through the people of the firm,
no address (`falling_alone`), and last the doubles: one letter per household and per address (`doubles`).
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from django.db.models import QuerySet

from campaigns.models import Campaign, Message
from campaigns.review.doubles import all_doubles, contestants, doubles_touching
from campaigns.review.falling_alone import (
    ADDRESS,
    CODES,
    HOUSEHOLD,
    NO_EMAIL,
    THROUGH,
    WISHED,
    Reason,
    letters_elsewhere,
    out_by_themselves,
    reached_at_firms,
    with_fall_code,
)
from campaigns.segments.people import people_of
from customers.consent import stop_facts
from customers.models import Contact

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
    doubles = doubles_touching(rest, people, campaign=campaign, today=today)
    return reasons | {contact.pk: doubles[contact.pk] for contact in rest if contact.pk in doubles}


def _wished_facts(contacts: list[Contact], campaign: Campaign) -> dict[int, dict]:
    """By which greeting, by whom and when each of these was written to for this occasion: {contact: facts}."""
    elsewhere = letters_elsewhere(campaign)
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
    doubles = all_doubles(people, campaign=campaign, today=today)
    counts.update(code for code, _facts in doubles.values())
    return Falling(people.count(), {code: counts[code] for code in CODES if code in counts}, doubles)


def who_gets_a_letter(campaign: Campaign, rule: dict, falling: Falling, *, today: date) -> QuerySet[Contact]:
    """The people of a rule who get a letter of their own, in the order of names; `falling` as it was counted."""
    people = contestants(people_of(rule, today=today), campaign, today)
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
