"""The reasons for which somebody falls out by themselves, whoever else was chosen: codes, and conditions on Contact."""

from datetime import date
from typing import Any

from django.db.models import Case, CharField, Q, QuerySet, Value, When

from campaigns.models import Campaign, Message
from campaigns.segments.people import gets_wishes_of_a_firm
from customers.consent import STOP_SIGNS, any_stop
from customers.models import Contact

Reason = tuple[str, dict[str, Any]]
WISHED, THROUGH, NO_EMAIL, HOUSEHOLD, ADDRESS = (
    "already_wished",
    "through_people",
    "no_email",
    "same_household",
    "same_address",
)
# In the order in which they are told, the stop signs before them.
CODES = (*(sign.code for sign in STOP_SIGNS), WISHED, THROUGH, NO_EMAIL, HOUSEHOLD, ADDRESS)


def wished_before(campaign: Campaign) -> Q:
    """Whoever had a letter, a card or a call of another greeting for this occasion, they or their address."""
    letters = letters_elsewhere(campaign)
    if letters is None:
        return Q(pk__in=[])
    at_address = letters.exclude(address_digest="").values("address_digest")
    return Q(pk__in=letters.values("contact")) | (~Q(address_digest="") & Q(address_digest__in=at_address))


def letters_elsewhere(campaign: Campaign) -> QuerySet[Message] | None:
    """What other greetings for this occasion have said or may have; None when there is no other, as mostly."""
    if not campaign.occasion_key:
        return None
    # Found by their campaigns: there is no index of the occasion alone.
    others = Campaign.objects.filter(occasion_key=campaign.occasion_key).exclude(pk=campaign.pk)
    ids = list(others.values_list("pk", flat=True))
    return Message.objects.filter(campaign__in=ids, state__in=Message.OUT) if ids else None


def reached_at_firms(today: date) -> QuerySet[Contact]:
    """The people who can be written to instead of the firm they work for."""
    return gets_wishes_of_a_firm().exclude(email="").exclude(any_stop(today))


def reached_through_people(today: date) -> Q:
    """A firm that some of its people are written to for."""
    return Q(pk__in=reached_at_firms(today).values("works_for"))


def out_by_themselves(campaign: Campaign, today: date) -> Q:
    """Whoever falls out for a reason that is theirs alone, whichever it is."""
    return any_stop(today) | wished_before(campaign) | reached_through_people(today) | Q(email="")


def with_fall_code(people: QuerySet[Contact], *, campaign: Campaign, today: date) -> QuerySet[Contact]:
    """Annotate each with `fall_code`: the first reason that is theirs alone, "" for whoever is none but a double."""
    cases = [
        *(When(sign.condition(today), then=Value(sign.code)) for sign in STOP_SIGNS),
        When(wished_before(campaign), then=Value(WISHED)),
        When(reached_through_people(today), then=Value(THROUGH)),
        When(email="", then=Value(NO_EMAIL)),
    ]
    return people.annotate(fall_code=Case(*cases, default=Value(""), output_field=CharField()))
