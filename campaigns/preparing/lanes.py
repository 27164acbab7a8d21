"""The lanes of a campaign that is being prepared: shares of its people, so that several workers write at once.

Each lane has a cursor of its own, which moves only from where it was read: two workers on one lane are harmless.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from campaigns.models import Campaign, PreparingLane
from customers.models import Contact

CHUNK = 1_000  # people per transaction: about half a second of work, and short enough for SQLite's single writer


def make_lanes(campaign: Campaign, *, people: int, now: datetime) -> None:
    """Share out the people of a campaign anew; few people are one share. The caller holds the campaign's row."""
    PreparingLane.objects.filter(campaign=campaign).delete()
    count = min(settings.PREPARING_LANES, 1 + people // CHUNK)
    lanes = (PreparingLane(campaign=campaign, lane=lane, moved_at=now) for lane in range(count))
    PreparingLane.objects.bulk_create(lanes)


def lanes_of(campaign_id: int) -> list[int]:
    """The lanes on which letters are still to be written."""
    return list(PreparingLane.objects.filter(campaign=campaign_id, ended=False).values_list("lane", flat=True))


def lane_in_hand(campaign: Campaign, lane: int | None) -> PreparingLane | None:
    """The lane to write next: the one named, or with None the first that has not ended. None when it has ended."""
    lanes = PreparingLane.objects.filter(campaign=campaign, ended=False)
    return (lanes if lane is None else lanes.filter(lane=lane)).order_by("lane").first()


def all_ended(campaign: Campaign) -> bool:
    return not PreparingLane.objects.filter(campaign=campaign, ended=False).exists()


def people_on(lane: PreparingLane, people: QuerySet[Contact]) -> QuerySet[Contact]:
    """Those of these people who are on this lane and behind its cursor, in the order in which it moves."""
    count = PreparingLane.objects.filter(campaign=lane.campaign_id).count()
    behind = people.filter(pk__gt=lane.up_to).order_by("pk")
    return behind.alias(lane=F("pk") % count).filter(lane=lane.lane) if count > 1 else behind


def still_there(lane: PreparingLane) -> QuerySet[PreparingLane]:
    """The lane, if nobody has moved its cursor since it was read."""
    return PreparingLane.objects.filter(pk=lane.pk, up_to=lane.up_to, ended=False)


def note_comparing(campaign: Campaign, *, now: datetime) -> None:
    """Somebody is at the letters of a campaign whose lanes have all ended."""
    PreparingLane.objects.filter(campaign=campaign, lane=0).update(moved_at=now)


def unwritten_lanes(*, now: datetime) -> list[tuple[int, int]]:
    """(campaign, lane) of the preparations nobody works on: of a lane that moved just now the turn rings again by
    itself, and two rings add up. A campaign whose lanes have all ended is rung by its first, to be compared."""
    just_now = now - timedelta(seconds=settings.SWEEP_SECONDS)
    preparing = Campaign.objects.filter(state=Campaign.State.PREPARING)
    waiting = PreparingLane.objects.filter(campaign__in=preparing, ended=False).exclude(moved_at__gt=just_now)
    here = PreparingLane.objects.filter(campaign=OuterRef("pk"))
    at_work = here.filter(Q(ended=False) | Q(moved_at__gt=just_now))
    written = preparing.filter(~Exists(at_work)).values_list("pk", flat=True)
    return [*waiting.values_list("campaign_id", "lane"), *((pk, 0) for pk in written)]
