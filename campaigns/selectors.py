"""What the pages of greetings read: the feasts ahead, the list, one campaign at work, the deed to approve."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from campaigns.coverage import CLASS_OF_STATE, CLASSES, Coverage, coverage_of, letters_in, reasons_in
from campaigns.models import Campaign, Message, MessageBody
from campaigns.occasions import ComingFeast, coming_feasts

PAGE_SIZE = 50
# Enough to hear the tone of every variant, few enough to be read.
SAMPLE_LETTERS = 3
HELD_NAMES = 5
# A personal fact is one that not every letter has.
COMMON_FACTS = {"salutation", "signature", "house"}
# Under this many letters or seconds a pace is a guess.
PACE_LETTERS, PACE_SECONDS = 5, 8


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
    """The letters of several campaigns by class, in one statement."""
    campaigns = list(campaigns)
    counts: dict[int, dict[str, int]] = {campaign.pk: dict.fromkeys(CLASSES, 0) for campaign in campaigns}
    rows = Message.objects.filter(campaign__in=campaigns).order_by().values_list("campaign_id", "state")
    for campaign_id, state, count in rows.annotate(count=Count("pk")):
        counts[campaign_id][CLASS_OF_STATE[state]] += count
    return [CampaignLine(campaign, counts[campaign.pk]) for campaign in campaigns]


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


def pace(*, reached: int, then: int, seconds: float, waiting: int) -> float | None:
    """Seconds until the last waiting letter leaves, at the pace since `then` letters had left; None when unknown."""
    if reached - then < PACE_LETTERS or seconds < PACE_SECONDS:
        return None
    return waiting * seconds / (reached - then)


# --- Its letters ---


@dataclass(frozen=True)
class LetterPage:
    """Fifty letters of one class, and the page they stand on."""

    letters: list[Message]
    number: int
    page_count: int
    reasons: list[tuple[str, int]] = field(default_factory=list)


def letter_page(campaign: Campaign, *, class_name: str, reason: str, number: int) -> LetterPage:
    """A page of one class, narrowed to one reason if asked. Raise KeyError for a word that is no class."""
    letters = letters_in(campaign, class_name)
    reasons = reasons_in(campaign, class_name)
    if reason:
        letters = letters.filter(reason_code=reason)
    found = sum(count for code, count in reasons if reason in ("", code))
    page_count = max(-(-found // PAGE_SIZE), 1)
    number = min(max(number, 1), page_count)
    start = (number - 1) * PAGE_SIZE
    return LetterPage(
        letters=list(letters[start : start + PAGE_SIZE]),
        number=number,
        page_count=page_count,
        reasons=[(code, count) for code, count in reasons if code],
    )


def uncertain_letters(campaign: Campaign) -> list[Message]:
    letters = Message.objects.filter(campaign=campaign, state=Message.State.UNCERTAIN).select_related("contact")
    return list(letters.order_by("pk")[:PAGE_SIZE])


def next_try_at(campaign: Campaign) -> datetime | None:
    """When the next letter that met a closed door is tried again."""
    waiting = Message.objects.filter(campaign=campaign, state=Message.State.RETRY)
    return waiting.order_by("due_at").values_list("due_at", flat=True).first()


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
