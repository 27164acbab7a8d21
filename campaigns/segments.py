"""Audience rules as data -> a queryset of contacts, and what a rule says in words.

A rule is {"choose": name, …facts of that name}; its days are written as ISO dates. An empty one chooses nobody yet.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from customers.celebrating import birthday_on, named_on
from customers.models import Contact
from etiquette.dates import date_in_words


class RuleError(ValueError):
    """The rule names something we do not know."""


@dataclass(frozen=True)
class Rule:
    """`condition` on Contact and `words`, both of the rule as data; they raise what a missing or odd fact raises."""

    condition: Callable[[dict], Q]
    words: Callable[[dict], str]


# --- Whom the rules choose ---


def _everybody(rule: dict) -> Q:
    return Q()


def _bought_since(rule: dict) -> Q:
    return Q(summary__last_on__gte=date.fromisoformat(rule["since"]))


def _not_since(rule: dict) -> Q:
    return Q(summary__last_on__lt=date.fromisoformat(rule["since"]))


def _celebrating(rule: dict) -> Q:
    by_calendar, by_choice = named_on(date.fromisoformat(rule["on"]))
    what = {"name_day": by_calendar | by_choice, "birthday": birthday_on(date.fromisoformat(rule["on"]))}
    return Q(kind=Contact.Kind.PERSON) & what[rule["what"]]


def _own_people(rule: dict) -> Q:
    return Q(owner_id=rule["owner"])


def _partners_and_suppliers(rule: dict) -> Q:
    return Q(is_partner=True) | Q(is_supplier=True)


def _in_city(rule: dict) -> Q:
    return Q(city=rule["city"])


# --- What they say ---


def _since_words(rule: dict) -> str:
    return _("Who has bought since %(day)s") % {"day": _day(rule["since"])}


def _not_since_words(rule: dict) -> str:
    return _("Who bought before %(day)s and not since") % {"day": _day(rule["since"])}


def _day(iso: str) -> str:
    return date_format(date.fromisoformat(iso), "j E Y")


def _celebrating_words(rule: dict) -> str:
    on_day = date_in_words(date.fromisoformat(rule["on"]), get_language() or "el", weekday=False, case="accusative")
    if rule["what"] == "birthday":
        return _("Who has a birthday %(on_day)s") % {"on_day": on_day}
    return _("Who has a name day %(on_day)s") % {"on_day": on_day}


def _city_words(rule: dict) -> str:
    return _("Who lives in one town: %(town)s") % {"town": rule["city"]}


RULES: dict[str, Rule] = {
    "everybody": Rule(_everybody, lambda rule: _("Everybody we know")),
    "bought_since": Rule(_bought_since, _since_words),
    "not_since": Rule(_not_since, _not_since_words),
    "celebrating": Rule(_celebrating, _celebrating_words),
    "own_people": Rule(_own_people, lambda rule: _("My own people")),
    "partners_and_suppliers": Rule(_partners_and_suppliers, lambda rule: _("Partners and suppliers")),
    "city": Rule(_in_city, _city_words),
}


def audience(rule: dict) -> QuerySet[Contact]:
    """Return the contacts a rule chooses, the erased never among them. Raise RuleError for an unknown rule.

    Who is chosen but cannot be written to gets a row too, with the reason: nobody is dropped here. An empty rule is
    one that nobody has chosen yet, and chooses nobody.
    """
    if rule == {}:
        return Contact.objects.none()
    try:
        chosen = Contact.objects.filter(erased_at=None).filter(RULES[rule.get("choose", "")].condition(rule))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise RuleError(str(rule)) from error
    return chosen


def rule_label(rule: dict) -> str:
    """What a rule says in words. Raise RuleError for an unknown rule, and for an empty one."""
    try:
        return RULES[rule["choose"]].words(rule)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise RuleError(str(rule)) from error
