"""Audience rules as data -> a queryset of contacts, and what a rule says in words.

A rule is {"choose": name, …facts of that name}, or {"all": […]}, {"any": […]}, {"not": rule} of such; its days are
written as ISO dates. An empty one chooses nobody yet.
"""

from campaigns.segments.combining import audience, condition_of, rule_label
from campaigns.segments.facts import RuleError
from campaigns.segments.rules import RULES

__all__ = ["RULES", "RuleError", "audience", "condition_of", "rule_label"]
