"""The rules by name: whom each chooses and what it says. A new rule is one line here and its two functions."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from campaigns.segments import by_care, by_person, by_purchase, words


@dataclass(frozen=True)
class Rule:
    """`condition` on Contact for a day and `words`, both of the rule as data; they raise what a missing or odd fact
    raises. `facts` names what it needs, for whoever fills it in: a name beginning with "?" may be missing.
    """

    condition: Callable[[dict, date], Q]
    words: Callable[[dict], str]
    facts: tuple[str, ...] = ()


RULES: dict[str, Rule] = {
    "everybody": Rule(by_person.everybody, lambda rule: _("Everybody we know")),
    "reachable": Rule(by_person.reachable, lambda rule: _("Who has an e-mail and may be written to today")),
    "bought_since": Rule(by_purchase.bought_since, words.bought_since, ("since",)),
    "not_since": Rule(by_purchase.not_since, words.not_since, ("since",)),
    "celebrating": Rule(by_person.celebrate, words.celebrating, ("what", "on")),
    "own_people": Rule(by_person.of_colleague, lambda rule: _("My own people"), ("owner",)),
    "partners_and_suppliers": Rule(by_person.partners_and_suppliers, lambda rule: _("Partners and suppliers")),
    "city": Rule(by_person.in_city, words.city, ("city",)),
    "left_out_last_year": Rule(by_care.left_out_last_year, words.left_out_last_year, ("occasion", "year")),
    "role": Rule(by_person.role, words.role, ("role",)),
    "tag": Rule(by_person.tagged, words.tagged, ("tag",)),
    "language": Rule(by_person.reads, words.language, ("language",)),
    "kind": Rule(by_person.of_kind, words.kind, ("kind",)),
    "register": Rule(by_person.in_register, words.register, ("register",)),
    "acquaintance": Rule(by_person.acquainted, words.acquaintance, ("acquaintance",)),
    "household": Rule(by_person.in_household, lambda rule: _("Who shares a home with somebody we know")),
    "owner": Rule(by_person.of_colleague, words.of_colleague, ("owner",)),
    "of_the_house": Rule(by_person.of_the_house, lambda rule: _("Who belongs to no colleague yet")),
    "contacts": Rule(by_person.by_hand, words.contacts, ("contacts",)),
    "has_email": Rule(by_person.has_email, lambda rule: _("Who has an e-mail")),
    "no_email": Rule(by_person.no_email, lambda rule: _("Who has no e-mail")),
    "birthday_within": Rule(by_person.birthday_within, words.birthday_within, ("from", "to")),
    "name_day_within": Rule(by_person.name_day_within, words.name_day_within, ("from", "to")),
    "bought_in": Rule(by_purchase.bought_in, words.bought_in, ("?from", "?to")),
    "not_bought_in": Rule(by_purchase.not_bought_in, words.not_bought_in, ("?from", "?to")),
    "bought_product": Rule(by_purchase.bought_product, words.bought_product, ("product", "?from", "?to")),
    "not_bought_product": Rule(by_purchase.not_bought_product, words.not_bought_product, ("product", "?from", "?to")),
    "spent": Rule(by_purchase.spent, words.spent, ("?at_least", "?at_most", "currency", "?from", "?to")),
    "recency": Rule(by_purchase.last_visit, words.last_visit, ("?from", "?to")),
    "rhythm": Rule(by_purchase.on_weekday, words.weekday, ("weekday",)),
    "not_greeted": Rule(by_care.not_greeted, words.not_greeted, ("occasion_key",)),
    "not_contacted_since": Rule(by_care.not_contacted_since, words.not_contacted_since, ("since",)),
    "open_case": Rule(by_care.open_case, lambda rule: _("Who has an open case")),
}
