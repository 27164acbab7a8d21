"""Nobody forgotten: everybody chosen is in one of seven classes, read in one statement; not chosen completes it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.db.models import Count, DateTimeField, Exists, F, Max, Min, OuterRef, QuerySet, Value

from campaigns.models import Campaign, Message
from customers.models import Contact

State = Message.State
# The same seven words in code, pages, commands and exports.
CLASSES: dict[str, tuple[str, ...]] = {
    "reached": (State.SENT,),
    "waiting": (State.DRAFT, State.READY, State.SENDING, State.RETRY),
    "held": (State.HELD,),
    "left_out": (State.SKIPPED,),
    "failed": (State.FAILED,),
    "uncertain": (State.UNCERTAIN,),
    "cancelled": (State.CANCELLED,),
}
# What reaches somebody without a letter, in the order in which it is told.
HAND_CHANNELS = (Message.Channel.CARD.value, Message.Channel.CALL.value, Message.Channel.TEXT.value)
CLASS_OF_STATE = {state: name for name, states in CLASSES.items() for state in states}


# A page that refreshes itself, and the list of greetings, may be two seconds behind: however many colleagues watch, a
# process counts once. What decides something (an approval, `adds_up`, `campaign_status --check`) always counts anew.
KEPT_SECONDS = 2
KEPT_HANDS_SECONDS = 600
# While the numbers move one statement has to do; reasons and ways by hand are read when they stand still.
LIVE = (Campaign.State.PREPARING, Campaign.State.SENDING)
# In the place of a reason: letters of a state whatever their reason. No code of a reason is written so.
_ALL = "*"


@dataclass(frozen=True)
class TriedAgain:
    """Letters that one reason sent back to the queue, and when the first and the last of them is tried again."""

    code: str
    count: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True)
class Coverage:
    """The letters of one campaign by class; `in_hand` and `retry` are parts of "waiting", `again` is `retry` by reason.

    All of it was read in one statement, so its numbers are of one moment.
    """

    classes: dict[str, int]
    in_hand: int = 0
    retry: int = 0
    again: tuple[TriedAgain, ...] = ()

    @property
    def chosen(self) -> int:
        return sum(self.classes.values())

    @property
    def in_queue(self) -> int:
        """Letters that have not met a closed door: not yet tried, or in hand."""
        return self.classes["waiting"] - self.retry

    @property
    def next_try_at(self) -> datetime | None:
        return min((each.first_at for each in self.again), default=None)

    @property
    def last_try_at(self) -> datetime | None:
        return max((each.last_at for each in self.again), default=None)


def coverage_of(campaign: Campaign) -> Coverage:
    """Count the letters of a campaign by class, as they are now."""
    return coverages_of([campaign])[campaign.pk]


def coverages_of(campaigns: Iterable[Campaign]) -> dict[int, Coverage]:
    """Count the letters of several campaigns by class, in one statement.

    Only the few that are tried again are looked at for their reason and hour; the rest is counted in the index alone.
    """
    ids = [campaign.pk for campaign in campaigns]
    letters = Message.objects.filter(campaign__in=ids).order_by()
    nothing = Value(None, output_field=DateTimeField())
    columns = ("campaign_id", "state", "by", "count", "first", "last")
    by_reason = (
        letters.filter(state=State.RETRY)
        .values("campaign_id", "state", by=F("reason_code"))
        .annotate(count=Count("*"), first=Min("due_at"), last=Max("due_at"))
    )
    by_state = letters.values("campaign_id", "state").annotate(
        by=Value(_ALL), count=Count("*"), first=nothing, last=nothing
    )
    states: dict[int, dict[str, int]] = {pk: {} for pk in ids}
    again: dict[int, list[TriedAgain]] = {pk: [] for pk in ids}
    for pk, state, by, count, first, last in by_reason.values_list(*columns).union(
        by_state.values_list(*columns), all=True
    ):
        if by == _ALL:
            states[pk][state] = count
        else:
            again[pk].append(TriedAgain(by, count, first, last))
    return {pk: _coverage(states[pk], again[pk]) for pk in ids}


def _coverage(states: dict[str, int], again: list[TriedAgain]) -> Coverage:
    return Coverage(
        classes={name: sum(states.get(state, 0) for state in of) for name, of in CLASSES.items()},
        in_hand=states.get(State.SENDING, 0),
        retry=states.get(State.RETRY, 0),
        again=tuple(sorted(again, key=lambda each: (-each.count, each.code))),
    )


def reached_by(campaign: Campaign, coverage: Coverage) -> dict[str, int]:
    """How those reached were reached: {"letter": n, "card": n, "call": n, "text": n}, adding up to "reached".

    Looks at each letter that has left (40 ms at 100,000): for pages on which nothing moves, and for the command line.
    """
    sent = Message.objects.filter(campaign=campaign, state=State.SENT, channel__in=HAND_CHANNELS).order_by()
    found = dict(sent.values_list("channel").annotate(count=Count("*")))
    return _by_way(coverage, found)


def _by_way(coverage: Coverage, hands: Mapping[str, int]) -> dict[str, int]:
    by_hand = {channel: hands.get(channel, 0) for channel in HAND_CHANNELS}
    return {"letter": max(coverage.classes["reached"] - sum(by_hand.values()), 0), **by_hand}


def kept_reached_by(coverages: Mapping[Campaign, Coverage]) -> dict[int, dict[str, int]]:
    """`reached_by` of several campaigns, for pages that only look. All are letters while they move (see LIVE).

    Kept by the number of those reached: with every letter and every hand that number is another one.
    """
    still = {each: of for each, of in coverages.items() if each.state not in LIVE and of.classes["reached"]}
    keys = {each.pk: f"by-hand:{each.pk}:{each.state}:{of.classes['reached']}" for each, of in still.items()}
    kept = cache.get_many(keys.values())
    missing = [pk for pk, key in keys.items() if key not in kept]
    if missing:
        sent = Message.objects.filter(campaign__in=missing, state=State.SENT, channel__in=HAND_CHANNELS).order_by()
        found: dict[int, dict[str, int]] = {pk: {} for pk in missing}
        for pk, channel, count in sent.values_list("campaign_id", "channel").annotate(count=Count("*")):
            found[pk][channel] = count
        cache.set_many({keys[pk]: hands for pk, hands in found.items()}, KEPT_HANDS_SECONDS)
        kept |= {keys[pk]: hands for pk, hands in found.items()}
    return {each.pk: _by_way(of, kept.get(keys.get(each.pk, ""), {})) for each, of in coverages.items()}


def kept_coverages(campaigns: Iterable[Campaign]) -> dict[int, Coverage]:
    """The letters of several campaigns by class, at most KEPT_SECONDS old; for pages that only look."""
    campaigns = list(campaigns)
    keys = {campaign.pk: _key(campaign) for campaign in campaigns}
    kept = cache.get_many(keys.values())
    missing = [campaign for campaign in campaigns if keys[campaign.pk] not in kept]
    if missing:
        counted = {keys[pk]: coverage for pk, coverage in coverages_of(missing).items()}
        cache.set_many(counted, KEPT_SECONDS)
        kept |= counted
    return {pk: kept[key] for pk, key in keys.items()}


def _key(campaign: Campaign) -> str:
    """A step of the campaign makes a new count: a finished one never shows the letters of a minute before its end."""
    return f"coverage:{campaign.pk}:{campaign.state}"


def not_chosen_count(campaign: Campaign, coverage: Coverage) -> int:
    """How many we know who have no letter of this campaign; the erased are no longer known, their letters stay."""
    known = Contact.objects.filter(erased_at=None).count()
    return known - (coverage.chosen - erased_count(Message.objects.filter(campaign=campaign), known=known))


def erased_count(letters: QuerySet, *, known: int | None = None) -> int:
    """How many of these letters are of people who were erased; `known` is how many were not, if that was counted."""
    # Counting them walks the letters; whether there is anybody at all, two counts tell.
    known = Contact.objects.filter(erased_at=None).count() if known is None else known
    if Contact.objects.count() == known:
        return 0
    return letters.filter(Exists(Contact.objects.filter(pk=OuterRef("contact_id"), erased_at__isnull=False))).count()


def letters_in(campaign: Campaign, name: str) -> QuerySet:
    """The letters of one class with their people, in the order of names. Raise KeyError for another word."""
    return (
        Message.objects.filter(campaign=campaign, state__in=CLASSES[name])
        .select_related("contact")
        .order_by("contact__sort_key", "pk")
    )


def reasons_in(campaign: Campaign, name: str) -> list[tuple[str, int]]:
    """(reason code, letters) of one class, the most frequent first."""
    rows = letters_in(campaign, name).order_by().values_list("reason_code").annotate(count=Count("pk"))
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def adds_up(campaign: Campaign) -> bool:
    """True when every person chosen has exactly one letter in one class."""
    return coverage_of(campaign).chosen == campaign.chosen_count
