"""Whom a greeting is for when it begins, and whom its writer may choose instead.

A greeting begins with the people it is true of: a name day with those who have theirs. What nobody can guess (whom we
owe an apology) begins with nobody, and preparing asks for it.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from campaigns.models import Campaign, Segment
from campaigns.occasions import FEASTS, OWN_OCCASIONS

# A thank-you is for a purchase one still remembers; whoever came in spring and stays away by summer is missed.
THANKED_DAYS = 14
MISSED_DAYS = 90
EVERYBODY = "everybody"
# A rule that its writer puts together; what stands now, where it is none of the others.
OTHER_RULE = "rule"
PRESENT = "present"


def first_audience(occasion: str, wish_on: date) -> dict:
    """The rule a greeting begins with; an empty one where a person has to say whom it is for."""
    fitting = _fitting(occasion, wish_on)
    if fitting is not None:
        return fitting
    return {} if occasion in OWN_OCCASIONS else {"choose": "everybody"}


def _fitting(occasion: str, wish_on: date) -> dict | None:
    """Those whom an occasion is about, where the occasion itself says so."""
    if occasion in ("name_day", "birthday"):
        return {"choose": "celebrating", "what": occasion, "on": wish_on.isoformat()}
    if occasion == "thanks":
        return {"choose": "bought_since", "since": (wish_on - timedelta(days=THANKED_DAYS)).isoformat()}
    if occasion == "missed":
        return {"choose": "not_since", "since": (wish_on - timedelta(days=MISSED_DAYS)).isoformat()}
    return None


def offered(campaign: Campaign, *, owner: int, today: date) -> dict[str, dict]:
    """The ready rules for the people of a campaign by the code of each, those it is about first.

    `owner` is the number of whoever chooses.
    """
    rules = {
        EVERYBODY: {"choose": "everybody"},
        "bought_since": {"choose": "bought_since", "since": f"{today.year}-01-01"},
        "own_people": {"choose": "own_people", "owner": owner},
        "partners_and_suppliers": {"choose": "partners_and_suppliers"},
    }
    if campaign.occasion in FEASTS and campaign.wish_on:
        # Feasts alone come back each year under the same name.
        last = {"choose": "left_out_last_year", "occasion": campaign.occasion, "year": campaign.wish_on.year - 1}
        rules["left_out_last_year"] = last
    if campaign.wish_on and (fitting := _fitting(campaign.occasion, campaign.wish_on)):
        rules = {"fitting": fitting} | rules
    return rules


def with_saved(rules: dict[str, dict], segments: Iterable[Segment], *, present: dict) -> dict[str, dict]:
    """The ready rules, those kept under a name, and first of all what stands, where it is none of them."""
    rules = rules | {saved_code(segment): segment.rule for segment in segments}
    if present and present not in rules.values():
        # A colleague's own people, or a year that has passed: what stands can be seen, and left as it is.
        rules = {PRESENT: present} | rules
    return rules


def saved_code(segment: Segment) -> str:
    return f"saved-{segment.pk}"


def code_of(rule: dict, offers: dict[str, dict]) -> str:
    """Under which code a rule is offered, "" when nothing is chosen yet."""
    return next((code for code, offer in offers.items() if offer == rule), "")
