"""Rules put together by and, or, not: one condition on Contact, and one sentence. Bounded, so that both stay short."""

from collections.abc import Mapping
from datetime import date
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.segments import words
from campaigns.segments.facts import RuleError
from campaigns.segments.rules import RULES
from customers.models import Contact
from customers.reasons import side_by_side

# Deeper or longer ones nobody understands, and a database plans them badly.
DEEPEST = 4
MOST_RULES = 24
_JOINED = {"all": and_, "any": or_}
_ANYBODY = Q(pk__isnull=False)


def check_size(rule: Any) -> None:
    """Raise RuleError ("too_deep", "too_many") for a rule that is nested or long beyond reason."""
    level, leaves, depth = [rule], 0, 0
    while level:
        depth += 1
        if depth > DEEPEST:
            raise RuleError(rule, "too_deep")
        leaves += sum(1 for each in level if not _parts(each))
        if leaves > MOST_RULES or len(level) > MOST_RULES:
            raise RuleError(rule, "too_many")
        level = [part for each in level for part in _parts(each)]


def _parts(rule: Any) -> list:
    if not isinstance(rule, Mapping):
        return []
    for name in _JOINED:
        if isinstance(rule.get(name), list):
            return rule[name]
    return [rule["not"]] if "not" in rule else []


def condition_of(rule: Any, *, today: date) -> Q:
    """The condition on Contact of a rule however it is put together. Raise RuleError for what is no rule."""
    check_size(rule)
    return _condition(rule, today)


def _condition(rule: Any, today: date) -> Q:
    try:
        joined = _join_of(rule)
        # Everybody is an empty condition, which an "or" would drop and a "not" would leave as it is.
        if joined == "not":
            return ~(_ANYBODY & _condition(rule["not"], today))
        if joined:
            return reduce(_JOINED[joined], [_ANYBODY & _condition(part, today) for part in rule[joined]])
        return RULES[rule["choose"]].condition(rule, today)
    except RuleError:
        raise
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as error:
        raise RuleError(rule) from error


def _join_of(rule: Mapping) -> str:
    """ "all", "any" or "not" for rules put together, "" for a single one. Raise RuleError where it is neither."""
    names = [name for name in (*_JOINED, "not") if name in rule]
    if not names:
        return ""
    if len(rule) != 1:
        raise RuleError(rule)
    if names[0] in _JOINED and not isinstance(rule[names[0]], list):
        raise RuleError(rule)
    if not rule[names[0]]:
        raise RuleError(rule, "empty")
    return names[0]


def audience(rule: dict, *, today: date | None = None) -> QuerySet[Contact]:
    """Return the contacts a rule chooses, the erased never among them. Raise RuleError for an unknown rule.

    Who is chosen but cannot be written to gets a row too, with the reason: nobody is dropped here. An empty rule is
    one that nobody has chosen yet, and chooses nobody. `today` is the day on which stop signs are asked, where a rule
    speaks of them; the present day where nobody says another.
    """
    if rule == {}:
        return Contact.objects.none()
    return still_known(condition_of(rule, today=today or timezone.localdate()))


def still_known(condition: Q) -> QuerySet[Contact]:
    """The contacts for whom a condition holds and who were not erased."""
    # SQLite would read each row by way of the index of those not erased, which takes three times as long as reading
    # all of them as they lie; written so, it does not think of that index. Everybody is counted in it alone.
    return Contact.objects.filter(condition & ~Q(erased_at__isnull=False) if condition else Q(erased_at=None))


def rule_label(rule: dict) -> str:
    """What a rule says in words. Raise RuleError for an unknown rule, and for an empty one."""
    check_size(rule)
    try:
        return RULES[rule["choose"]].words(rule) if not _join_of(rule) else _sentence(rule)
    except RuleError:
        raise
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as error:
        raise RuleError(rule) from error


def _sentence(rule: dict) -> str:
    joined = _join_of(rule)
    if joined == "not":
        return _("Everybody but these: %(people)s") % {"people": _part(rule["not"])}
    if len(rule[joined]) == 1:
        return rule_label(rule[joined][0])
    said = side_by_side(_part(part) for part in rule[joined])
    if joined == "all":
        return _("Whoever meets all of this: %(rules)s") % {"rules": said}
    return _("Whoever meets one of these: %(rules)s") % {"rules": said}


def _part(rule: dict) -> str:
    """A rule within a sentence: written small, and what is put together itself in brackets."""
    if _join_of(rule):
        said = _sentence(rule)
        return f"({said[:1].lower()}{said[1:]})"
    # "My own" is true for one reader only: within a longer rule they are named.
    said = words.of_colleague(rule) if rule.get("choose") == "own_people" else rule_label(rule)
    return f"{said[:1].lower()}{said[1:]}"
