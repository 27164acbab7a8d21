"""Audience rules as data -> a queryset of contacts."""

from collections.abc import Callable
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from customers.models import Contact


class RuleError(ValueError):
    """The rule names something we do not know."""


def _everybody(rule: dict) -> Q:
    return Q()


def _bought_since(rule: dict) -> Q:
    return Q(summary__last_on__gte=date.fromisoformat(rule["since"]))


def _own_people(rule: dict) -> Q:
    return Q(owner_id=rule["owner"])


def _partners_and_suppliers(rule: dict) -> Q:
    return Q(is_partner=True) | Q(is_supplier=True)


def _in_city(rule: dict) -> Q:
    return Q(city=rule["city"])


# name -> (condition, what the screen says); a rule is {"choose": name, …facts of that name}
RULES: dict[str, tuple[Callable[[dict], Q], object]] = {
    "everybody": (_everybody, _("Everybody we know")),
    "bought_since": (_bought_since, _("Who bought this year")),
    "own_people": (_own_people, _("My own people")),
    "partners_and_suppliers": (_partners_and_suppliers, _("Partners and suppliers")),
    "city": (_in_city, _("Who lives in one town")),
}


def audience(rule: dict) -> QuerySet:
    """Return the contacts a rule chooses, the erased never among them. Raise RuleError for an unknown rule.

    Who is chosen but cannot be written to gets a row too, with the reason: nobody is dropped here.
    """
    try:
        condition, _label = RULES[rule.get("choose", "")]
        chosen = Contact.objects.filter(erased_at=None).filter(condition(rule))
    except (KeyError, TypeError, ValueError) as error:
        raise RuleError(str(rule)) from error
    return chosen


def rule_label(rule: dict) -> str:
    """What a rule says in words."""
    label = str(RULES[rule["choose"]][1])
    return f"{label}: {rule['city']}" if rule["choose"] == "city" else label
