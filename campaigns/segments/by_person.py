"""Rules about who somebody is: role, town, language, days they celebrate, whose person they are."""

from datetime import date
from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q

from campaigns.segments.facts import (
    MOST_BIRTHDAYS,
    MOST_NAME_DAYS,
    RuleError,
    choice,
    day,
    days_between,
    number,
    numbers,
    text,
)
from customers.celebrating import bearing, birthday_on, chose, named_on
from customers.consent import any_stop
from customers.models import Contact
from etiquette import celebrating, rules_on

ROLES = {"customer": "is_customer", "partner": "is_partner", "supplier": "is_supplier", "friend": "is_friend"}
# Whom a letter can be meant for; a till entry is no kind of person to look for.
KINDS = tuple(kind.value for kind in Contact.Kind if kind not in Contact.NEVER_GREETED)


def everybody(rule: dict, today: date) -> Q:
    return Q()


def reachable(rule: dict, today: date) -> Q:
    """Who has an address and may be written to on that day."""
    return has_email(rule, today) & ~any_stop(today)


def has_email(rule: dict, today: date) -> Q:
    return ~Q(email="")


def no_email(rule: dict, today: date) -> Q:
    return Q(email="")


def celebrate(rule: dict, today: date) -> Q:
    by_calendar, by_choice = named_on(day(rule, "on"))
    what = {"name_day": by_calendar | by_choice, "birthday": birthday_on(day(rule, "on"))}
    return Q(kind=Contact.Kind.PERSON) & what[rule["what"]]


def name_day_within(rule: dict, today: date) -> Q:
    days = days_between(rule, most=MOST_NAME_DAYS)
    names = {name for on in days for name in celebrating(on, lesser=False)}
    chosen = {by for on in days for by in rules_on(on)}
    return Q(kind=Contact.Kind.PERSON) & (bearing(sorted(names)) | chose(tuple(sorted(chosen))))


def birthday_within(rule: dict, today: date) -> Q:
    """One condition per month of the period; whoever was born on a leap day counts as `birthday_on` says."""
    days = days_between(rule, most=MOST_BIRTHDAYS)
    months: dict[tuple[int, int], list[date]] = {}
    for on in days:
        months.setdefault((on.year, on.month), []).append(on)
    spans = [
        Q(birth_month=of[0].month, birth_day__range=(of[0].day, of[-1].day)) | birthday_on(of[-1])
        for of in months.values()
    ]
    return Q(kind=Contact.Kind.PERSON) & ~Q(birth_day=None) & reduce(or_, spans)


def partners_and_suppliers(rule: dict, today: date) -> Q:
    return Q(is_partner=True) | Q(is_supplier=True)


def role(rule: dict, today: date) -> Q:
    return Q(**{ROLES[choice(rule, "role", ROLES)]: True})


def of_colleague(rule: dict, today: date) -> Q:
    return Q(owner_id=number(rule, "owner"))


def of_the_house(rule: dict, today: date) -> Q:
    return Q(owner_id=None)


def tagged(rule: dict, today: date) -> Q:
    return Q(Exists(Contact.tags.through.objects.filter(contact=OuterRef("pk"), tag=number(rule, "tag"))))


def in_city(rule: dict, today: date) -> Q:
    return Q(city=text(rule, "city"))


def reads(rule: dict, today: date) -> Q:
    return Q(language=text(rule, "language"))


def of_kind(rule: dict, today: date) -> Q:
    return Q(kind=choice(rule, "kind", KINDS))


def in_register(rule: dict, today: date) -> Q:
    return Q(register=choice(rule, "register", Contact.Register.values))


def acquainted(rule: dict, today: date) -> Q:
    return Q(acquaintance=choice(rule, "acquaintance", Contact.Acquaintance.values))


def in_household(rule: dict, today: date) -> Q:
    return Q(household__isnull=False) | Q(kind=Contact.Kind.HOUSEHOLD)


def by_hand(rule: dict, today: date) -> Q:
    """People somebody picked one by one."""
    ids = numbers(rule, "contacts")
    if len(set(ids)) != len(ids):
        raise RuleError(rule)
    return Q(pk__in=ids)
