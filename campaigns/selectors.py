"""What the pages of greetings read: the feasts ahead, the list, one campaign at work, the deed to approve."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from campaigns.coverage import Coverage, coverage_of, kept_coverages, letters_in, reasons_in
from campaigns.models import Campaign, DeliveryAttempt, Message, MessageBody
from campaigns.occasions import ComingFeast, coming_feasts
from campaigns.reasons import at_moment
from customers.models import AuditEntry

# More than these by name would push the list off the page; all of them stand in their class.
UNCERTAIN_NAMES = 20
# Enough to hear the tone of every variant, few enough to be read.
SAMPLE_LETTERS = 3
HELD_NAMES = 5
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
    """A campaign with its letters by class."""

    campaign: Campaign
    classes: dict[str, int]


def campaign_lines(campaigns: Iterable[Campaign]) -> list[CampaignLine]:
    """The letters of several campaigns by class, at most two seconds old."""
    campaigns = list(campaigns)
    kept = kept_coverages(campaigns)
    return [CampaignLine(campaign, kept[campaign.pk].classes) for campaign in campaigns]


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


# --- The deed to approve ---


@dataclass(frozen=True)
class Deed:
    """What an approval means, in numbers and names."""

    standing: Coverage
    unread: int
    plain: int
    variants: list[tuple[str, str, int]]
    held: list[tuple[str, int]]
    left_out: list[tuple[str, int]]
    held_names: list[Message]
    samples: list[Message]

    @property
    def leaving(self) -> int:
        return self.standing.classes["waiting"]


def deed_of(campaign: Campaign) -> Deed:
    leaving = Message.objects.filter(campaign=campaign, state=Message.State.DRAFT)
    rows = leaving.order_by().values_list("language", "manner").annotate(n=Count("pk"))
    variants = sorted(rows, key=lambda row: (-row[2], row))
    return Deed(
        standing=coverage_of(campaign),
        unread=leaving.filter(reviewed_at=None).count(),
        plain=_without_personal_fact(leaving),
        variants=variants,
        held=reasons_in(campaign, "held"),
        left_out=reasons_in(campaign, "left_out"),
        held_names=list(letters_in(campaign, "held")[:HELD_NAMES]),
        samples=_samples(leaving, [(language, manner) for language, manner, _count in variants]),
    )


def _without_personal_fact(leaving: QuerySet[Message]) -> int:
    """Letters with nothing personal but the opening. Distinct sets of facts are few; letters are many."""
    bodies = MessageBody.objects.filter(Exists(leaving.filter(pk=OuterRef("pk"))))
    rows = bodies.order_by().values_list("facts_used").annotate(n=Count("pk"))
    return sum(count for facts, count in rows if not set(facts) - COMMON_FACTS)


def _samples(leaving: QuerySet[Message], variants: list[tuple[str, str]]) -> list[Message]:
    """A letter of each variant, the largest first, then more of them until there are three."""
    withs = leaving.select_related("contact", "body").order_by("pk")
    found = [withs.filter(language=language, manner=manner).first() for language, manner in variants[:SAMPLE_LETTERS]]
    chosen = {message.pk: message for message in found if message}
    for message in withs[: SAMPLE_LETTERS * 2]:
        if len(chosen) < SAMPLE_LETTERS:
            chosen.setdefault(message.pk, message)
    return list(chosen.values())


def waiting_for_approval() -> QuerySet[Campaign]:
    return Campaign.objects.filter(state=Campaign.State.IN_REVIEW).select_related("author", "version").order_by("pk")


def campaigns_in_trouble() -> QuerySet[Campaign]:
    """Campaigns that wait for a person: paused, or with a letter nobody is sure of."""
    unsure = Message.objects.filter(campaign=OuterRef("pk"), state=Message.State.UNCERTAIN)
    return Campaign.objects.filter(Q(state=Campaign.State.PAUSED) | Exists(unsure)).order_by("pk")
