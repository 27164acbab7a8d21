"""Whom a greeting is for when it begins, and whom its writer may choose instead.

A greeting begins with the people it is true of: a name day with those who have theirs. What nobody can guess (whom we
owe an apology) begins with nobody, and preparing asks for it.
"""

from datetime import date, timedelta

from campaigns.models import Campaign
from campaigns.occasions import OWN_OCCASIONS

# A thank-you is for a purchase one still remembers; whoever came in spring and stays away by summer is missed.
THANKED_DAYS = 14
MISSED_DAYS = 90
# The one ready rule that lacks a fact until its reader gives it.
CITY = "city"
# What stands now, where it is none of the others.
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

    `owner` is the number of whoever chooses. The rule of one town is not among them: it lacks its town.
    """
    rules = {
        "everybody": {"choose": "everybody"},
        "bought_since": {"choose": "bought_since", "since": f"{today.year}-01-01"},
        "own_people": {"choose": "own_people", "owner": owner},
        "partners_and_suppliers": {"choose": "partners_and_suppliers"},
    }
    if campaign.wish_on and (fitting := _fitting(campaign.occasion, campaign.wish_on)):
        rules = {"fitting": fitting} | rules
    if campaign.audience and campaign.audience.get("choose") != CITY and campaign.audience not in rules.values():
        # A colleague's own people, or a year that has passed: what stands can be seen, and left as it is.
        rules = {PRESENT: campaign.audience} | rules
    return rules


def code_of(rule: dict, offers: dict[str, dict]) -> str:
    """Under which code a rule is offered, "" when nothing is chosen yet."""
    if rule.get("choose") == CITY:
        return CITY
    return next((code for code, offer in offers.items() if offer == rule), "")
