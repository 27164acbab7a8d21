"""What the pages of greetings read: the feasts ahead, the list, one campaign at work."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from campaigns.coverage import kept_coverages, kept_reached_by
from campaigns.models import Campaign, DeliveryAttempt, Message
from campaigns.occasions import ComingFeast, coming_feasts
from campaigns.reasons import at_moment
from customers.models import AuditEntry

# More than these by name would push the list off the page; all of them stand in their class.
UNCERTAIN_NAMES = 20
# A personal fact is one that not every letter has.
COMMON_FACTS = {"salutation", "signature", "signer", "house", "wish"}


# --- The list ---


@dataclass(frozen=True)
class FeastAhead:
    """A coming feast, the days until it, and the greeting already begun for it."""

    feast: ComingFeast
    days_left: int
    campaign: Campaign | None


def feasts_ahead(*, today: date) -> list[FeastAhead]:
    """Coming feasts, soonest first, each with the newest greeting for it that was not called off."""
    feasts = coming_feasts(today)
    begun = {
        campaign.occasion_key: campaign
        for campaign in Campaign.objects.filter(occasion_key__in=[feast.key for feast in feasts])
        .exclude(state=Campaign.State.CANCELLED)
        .order_by("pk")
    }
    return [FeastAhead(feast, feast.days_until(today), begun.get(feast.key)) for feast in feasts]


@dataclass(frozen=True)
class CampaignLine:
    """A campaign with its letters by class, and by which way those were reached who were."""

    campaign: Campaign
    classes: dict[str, int]
    reached_by: dict[str, int]


def campaign_lines(campaigns: Iterable[Campaign]) -> list[CampaignLine]:
    """The letters of several campaigns by class, at most two seconds old."""
    campaigns = list(campaigns)
    kept = kept_coverages(campaigns)
    by = kept_reached_by({campaign: kept[campaign.pk] for campaign in campaigns})
    return [CampaignLine(campaign, kept[campaign.pk].classes, by[campaign.pk]) for campaign in campaigns]


def recent_campaigns() -> QuerySet[Campaign]:
    return Campaign.objects.select_related("author", "approved_by").order_by("-pk")


# --- One campaign at work ---


@dataclass(frozen=True)
class BarPart:
    """A piece of the bar, in thousandths of its width."""

    css_class: str
    x: float
    width: float


# Class of letters -> how the bar draws it.
BAR_CLASSES = {
    "reached": "f-now",
    "waiting": "f-none",
    "held": "f-wait",
    "left_out": "f-out",
    "failed": "f-wax",
    "uncertain": "f-unsure",
    "cancelled": "f-soft",
}
_GAP, _LEAST = 3.0, 6.0


def bar_parts(classes: dict[str, int]) -> list[BarPart]:
    """Everybody as one bar of 1000 units; even a single letter keeps a width one can see."""
    present = {name: count for name, count in classes.items() if count}
    total, room = sum(present.values()), 1000.0 - _GAP * max(len(present) - 1, 0)
    widths = {name: max(count / total * room, _LEAST) for name, count in present.items()}
    squeeze = room / sum(widths.values()) if widths else 1.0
    parts, x = [], 0.0
    for name, width in widths.items():
        parts.append(BarPart(BAR_CLASSES[name], round(x, 1), round(width * squeeze, 1)))
        x += width * squeeze + _GAP
    return parts


# --- Its letters that want a person ---


@dataclass(frozen=True)
class Uncertain:
    """A letter nobody is sure of, and when it was tried."""

    letter: Message
    at: datetime | None


def uncertain_letters(campaign: Campaign) -> list[Uncertain]:
    """The first letters nobody is sure of, with the hour of the try."""
    letters = Message.objects.filter(campaign=campaign, state=Message.State.UNCERTAIN).select_related("contact")
    letters = list(letters.order_by("pk")[:UNCERTAIN_NAMES])
    # A dead process leaves no record of its attempt, only the moment at which the sweep missed it.
    last_attempts = DeliveryAttempt.objects.filter(message__in=letters, number=F("message__attempt"))
    tried = dict(last_attempts.values_list("message_id", "at"))
    return [Uncertain(letter, tried.get(letter.pk) or at_moment(letter.reason_facts)) for letter in letters]


def last_step(campaign: Campaign, verb: str) -> AuditEntry | None:
    """Who took a step of this campaign last, and when."""
    entries = AuditEntry.objects.filter(object_kind="campaign", object_id=campaign.pk, verb=verb)
    return entries.order_by("-pk").first()


def campaigns_in_trouble() -> QuerySet[Campaign]:
    """Campaigns that wait for a person: paused, or with a letter nobody is sure of."""
    unsure = Message.objects.filter(campaign=OuterRef("pk"), state=Message.State.UNCERTAIN)
    return Campaign.objects.filter(Q(state=Campaign.State.PAUSED) | Exists(unsure)).order_by("pk")
