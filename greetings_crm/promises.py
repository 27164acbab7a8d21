"""What the letters of these days promise: whoever stands at the counter must know of the coffee on the house."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.core.cache import cache
from django.db.models import Count, Q
from django.utils import timezone

from campaigns.coverage import CLASSES
from campaigns.models import Campaign, Message
from campaigns.occasions import DAYS_AFTER, last_sensible_hour
from campaigns.writing.promised import promised_in

_State = Campaign.State
_AT_WORK = (_State.SCHEDULED, _State.SENDING, _State.PAUSED, _State.FINISHED)
# Letters may leave this many days before the day of the wish; from then on people come.
_DAYS_BEFORE = 31
_COUNT_KEPT_SECONDS = 60
_READ = (*CLASSES["reached"], *CLASSES["waiting"], *CLASSES["uncertain"])


@dataclass(frozen=True)
class LetterPromise:
    """A campaign whose letters promise something: the sentences by language, and how many people read them."""

    campaign: Campaign
    sentences: tuple[tuple[str, str], ...]
    count: int


def letter_promises(today: date) -> list[LetterPromise]:
    """The promises that hold today: from the day letters leave to the last day on which the wish reads well."""
    longest = max(DAYS_AFTER.values())
    near = Campaign.objects.filter(
        state__in=_AT_WORK,
        version__isnull=False,
        wish_on__gte=today - timedelta(days=longest),
        wish_on__lte=today + timedelta(days=_DAYS_BEFORE),
    ).order_by("wish_on", "pk")
    found = []
    for campaign in near:
        told = promised_in(campaign.version_id)
        if told and _holds(campaign, today):
            sentences = tuple(dict.fromkeys((language, text) for language, _manner, text in told))
            variants = {(language, manner) for language, manner, _text in told}
            found.append(LetterPromise(campaign, sentences, _readers(campaign, variants)))
    return [promise for promise in found if promise.count]


def _holds(campaign: Campaign, today: date) -> bool:
    first = campaign.wish_on
    if campaign.started_at:
        first = min(first, timezone.localdate(campaign.started_at))
    midday = timezone.make_aware(datetime.combine(today, time(12)))
    last = last_sensible_hour(campaign.occasion, campaign.wish_on, now=midday)
    return first <= today <= timezone.localdate(last)


def _readers(campaign: Campaign, variants: set[tuple[str, str]]) -> int:
    """How many have or will have one of these letters; kept a minute, for Today is opened all the time."""
    key = f"letter-promise:{campaign.pk}:{campaign.state}:{campaign.revision}"

    def count() -> int:
        read = Q()
        for language, manner in variants:
            read |= Q(language=language, manner=manner)
        letters = Message.objects.filter(read, campaign=campaign, state__in=_READ).order_by()
        return letters.aggregate(count=Count("pk"))["count"]

    return cache.get_or_set(key, count, _COUNT_KEPT_SECONDS)
