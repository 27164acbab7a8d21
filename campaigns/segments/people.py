"""Whom a rule reaches: those it chooses, and the people we know at the firms it chooses."""

from datetime import date

from django.db.models import Count, Q, QuerySet

from campaigns.segments.combining import condition_of, still_known
from customers.consent import any_stop
from customers.models import Contact


def gets_wishes_of_a_firm() -> QuerySet[Contact]:
    """The people who are written to instead of the firm they work for."""
    return Contact.objects.filter(works_for__isnull=False, gets_wishes=True, erased_at=None)


def people_of(rule: dict, *, today: date) -> QuerySet[Contact]:
    """Return the contacts of a rule together with the people who get the wishes of the firms among them.

    A firm that is not to be written to brings nobody: its word holds for its house. Raise RuleError for what is no
    rule.
    """
    if rule == {}:
        return Contact.objects.none()
    return still_known(_with_people_of_firms(condition_of(rule, today=today), today))


def _with_people_of_firms(condition: Q, today: date) -> Q:
    """The condition, or to be one of the people of a firm for which it holds."""
    # Most houses know few such people: they are read first, so that a rule is not asked twice of everybody.
    firms = dict(gets_wishes_of_a_firm().values_list("pk", "works_for_id")) if condition else {}
    if not firms:
        return condition
    known = Contact.objects.filter(condition, pk__in=set(firms.values()), erased_at=None).exclude(any_stop(today))
    chosen = set(known.values_list("pk", flat=True))
    return condition | Q(pk__in=[person for person, firm in firms.items() if firm in chosen])


def counts_of(rules: dict[str, dict], *, today: date) -> dict[str, int]:
    """How many `people_of` each of several rules are, in one look at everybody. A rule that is none has no count."""
    conditions = {
        code: _with_people_of_firms(condition_of(rule, today=today), today) for code, rule in rules.items() if rule
    }
    # Parameters of a statement are bounded, and so is what one look should be asked.
    each = {
        f"n{number}": Count("pk", filter=condition) for number, condition in enumerate(conditions.values()) if condition
    }
    known = Contact.objects.filter(~Q(erased_at__isnull=False))
    counted = known.aggregate(**each) if each else {}
    everybody = Contact.objects.filter(erased_at=None).count() if not all(conditions.values()) else 0
    return {code: counted.get(f"n{number}", everybody) for number, code in enumerate(conditions)}
