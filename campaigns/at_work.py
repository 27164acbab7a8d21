"""A campaign at work: its pace and end, what is tried again, what went wrong last, and what it waits for.

Only reads, and keeps what it read for two seconds: however many colleagues watch, a process looks once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.conf import settings
from django.core.cache import cache
from django.db.models import Exists, OuterRef
from django.utils import timezone

from campaigns.coverage import KEPT_SECONDS, Coverage, coverage_of
from campaigns.dispatch.hint import DUE
from campaigns.dispatch.holder import certainly_dead
from campaigns.dispatch.limit_rules import SECOND, SENDER, window_at
from campaigns.dispatch.limits import Wait, exhausted
from campaigns.heartbeat import BEAT_SECONDS, Health, kept_health
from campaigns.models import Campaign, DeliveryAttempt, Message, SendingWindow

# The pace is that of the last minute: a pause of last night slows nothing, and a slow quarter of an hour is told soon.
LOOKS_BACK = timedelta(seconds=60)
# A pace seen for less than this is a guess; so is one of a handful of letters, unless it was watched for longer.
PACE_SECONDS, PACE_LETTERS, LONGER_SECONDS = 8, 5, 30
# Nothing has left for so long, and at the pace of before several should have: it stands still, whatever a minute says.
STILL_SECONDS, STILL_LETTERS = 10, 5
LAST_TROUBLES = 5
# Of the house's newest attempts: enough to find five of one campaign, few enough to be read at every look.
NEWEST_ATTEMPTS = 1_000
# A wait of a second is what a limit by the second does all the time; nobody needs to be told.
WORTH_TELLING = timedelta(seconds=30)


@dataclass(frozen=True)
class Look:
    """How many letters had been reached at a moment."""

    at: datetime
    reached: int


@dataclass(frozen=True)
class Trouble:
    """An attempt that did not end with a letter taken: whose, when, the code of the reason, the server's own words."""

    contact_id: int
    name: str
    at: datetime
    code: str
    smtp_code: int | None
    reply: str


@dataclass(frozen=True)
class AtWork:
    """What one look at a campaign found. All numbers are of `standing`; `waits` and `health` only while it sends.

    `first` is the earliest look of the last minute, `still_since` the hour of the earliest one that saw as many letters
    gone as this one; `limited_until` the moment before which a limit of the house lets the last letter not leave.
    `in_living_hands`: a letter is with a process that may still live; only looked at when no worker is seen.
    """

    counted_at: datetime
    standing: Coverage
    first: Look
    still_since: datetime | None = None
    troubles: tuple[Trouble, ...] = ()
    waits: tuple[Wait, ...] = ()
    health: Health | None = None
    in_living_hands: bool = False
    limited_until: datetime | None = None

    @property
    def now(self) -> Look:
        return Look(self.counted_at, self.standing.classes["reached"])

    @property
    def house_waits_until(self) -> datetime | None:
        """Until when a limit of the house holds every letter back."""
        return max((wait.until for wait in self.waits if wait.scope == SENDER), default=None)

    @property
    def nobody_works(self) -> bool:
        """True when letters are due and no worker is there to carry them."""
        if not self.health or not self.health.due_count or self.health.worker_count:
            return False
        return self.health.nobody_works or not self.in_living_hands


@dataclass(frozen=True)
class Outlook:
    """Letters a minute and the moment the queue is empty; None for what is not known.

    `not_before`: a limit lets the last letter leave only then. `retries_until`: the last try of those tried again.
    """

    per_minute: float | None
    empty_at: datetime | None = None
    not_before: datetime | None = None
    retries_until: datetime | None = None
    house_waits_until: datetime | None = None


def look_anew(campaign: Campaign, *, now: datetime) -> AtWork:
    """Look at a campaign now, and keep what was seen for who watches."""
    standing = coverage_of(campaign)
    looks = _looks(campaign, Look(now, standing.classes["reached"]))
    sending = campaign.state == Campaign.State.SENDING
    begun = sending or campaign.state == Campaign.State.PAUSED
    seen_health = kept_health(now=now, seconds=BEAT_SECONDS) if sending else None
    nobody_seen = seen_health is not None and not seen_health.worker_count
    work = AtWork(
        counted_at=now,
        standing=standing,
        first=looks[0],
        still_since=min(each.at for each in looks if each.reached == looks[-1].reached),
        troubles=tuple(_last_troubles(campaign)) if begun else (),
        waits=tuple(wait for wait in exhausted(now=now) if wait.until > now + WORTH_TELLING) if sending else (),
        health=seen_health,
        in_living_hands=nobody_seen and standing.in_hand > 0 and _in_living_hands(campaign, now=now),
        limited_until=limited_until(standing.in_queue, now=now) if sending else None,
    )
    cache.set(_key(campaign), work, KEPT_SECONDS)
    return work


def kept_look(campaign: Campaign, *, now: datetime) -> AtWork:
    """The last look if it is at most two seconds old, else a new one. Not for what decides something."""
    return cache.get(_key(campaign)) or look_anew(campaign, now=now)


def _in_living_hands(campaign: Campaign, *, now: datetime) -> bool:
    """False when every letter in hand is in that of a process known to be gone, or its lease has ended."""
    in_hand = Message.objects.filter(campaign=campaign, state=Message.State.SENDING, lease_until__gt=now)
    return any(not certainly_dead(holder) for holder in set(in_hand.values_list("holder", flat=True)))


def _key(campaign: Campaign) -> str:
    return f"at-work:{campaign.pk}:{campaign.state}"


def _looks(campaign: Campaign, latest: Look) -> list[Look]:
    """The looks of this process in the last minute, `latest` at their end. A begun campaign is looked at afresh."""
    began = campaign.started_at
    key = f"looks:{campaign.pk}:{began.isoformat() if began else ''}"
    looks = [each for each in cache.get(key, ()) if latest.at - LOOKS_BACK <= each.at < latest.at]
    looks.append(latest)
    cache.set(key, looks, LOOKS_BACK.total_seconds())
    return looks


def _last_troubles(campaign: Campaign) -> list[Trouble]:
    """The last attempts of this campaign that did not end with a letter taken, the newest first."""
    newest = DeliveryAttempt.objects.order_by("-pk").values_list("pk", flat=True).first()
    if newest is None:
        return []
    # Only as EXISTS the attempts are walked from the newest on; as a join all letters of the campaign would be.
    ours = Exists(Message.objects.filter(pk=OuterRef("message_id"), campaign=campaign))
    attempts = (
        DeliveryAttempt.objects.filter(ours, pk__gt=newest - NEWEST_ATTEMPTS)
        .exclude(outcome=Message.State.SENT)
        .select_related("message__contact")
        .order_by("-pk")[:LAST_TROUBLES]
    )
    return [
        Trouble(
            contact_id=each.message.contact_id,
            name=each.message.contact.name,
            at=each.at,
            code=each.code,
            smtp_code=each.smtp_code,
            reply=each.reply,
        )
        for each in attempts
    ]


def per_minute(first: Look, last: Look) -> float | None:
    """Letters a minute between two looks; None while too little was seen to say."""
    seconds, letters = (last.at - first.at).total_seconds(), last.reached - first.reached
    if seconds < PACE_SECONDS or letters < 0 or (letters < PACE_LETTERS and seconds < LONGER_SECONDS):
        return None
    return letters * 60 / seconds


def stands_still(work: AtWork, *, pace: float) -> bool:
    """True when nothing has left for a while in which, at `pace` letters a minute, several should have."""
    seconds = (work.counted_at - work.still_since).total_seconds() if work.still_since else 0
    return seconds >= STILL_SECONDS and pace * seconds / 60 >= STILL_LETTERS


def outlook(work: AtWork, *, first: Look) -> Outlook:
    """What can be said about the pace and the end, from the look `first` to that of `work`."""
    pace, standing = per_minute(first, work.now), work.standing
    if pace and stands_still(work, pace=pace):
        pace = 0
    domains_wait = any(wait.scope != SENDER for wait in work.waits)
    empty_at = None
    if pace and standing.in_queue and not domains_wait:
        # While a domain waits for its limit, nobody can say when the last letter leaves.
        empty_at = work.counted_at + timedelta(minutes=standing.in_queue / pace)
    return Outlook(
        per_minute=pace,
        empty_at=empty_at,
        not_before=work.limited_until,
        retries_until=standing.last_try_at,
        house_waits_until=work.house_waits_until,
    )


def limited_until(letters: int, *, now: datetime) -> datetime | None:
    """The earliest moment at which the limits of the house let the last of `letters` leave; None for at once.

    A limit by the second is in the pace already.
    """
    limits = [each for each in settings.SENDING_LIMITS if each.scope_pattern == SENDER and each.seconds > SECOND]
    if not limits or not letters:
        return None
    windows = {each.seconds: each for each in SendingWindow.objects.filter(scope=SENDER)}
    zone = timezone.get_default_timezone()
    moments = []
    for limit in limits:
        begin, end = window_at(limit.seconds, now, zone=zone)
        window = windows.get(limit.seconds)
        taken = window.taken if window and window.begins_at >= begin else 0
        left_over = letters - max(limit.count - taken, 0)
        if left_over > 0:
            # The middle of a window, so that an hour more or less of a day does not lead into the next one.
            middle = end + timedelta(seconds=limit.seconds * (ceil(left_over / limit.count) - 0.5))
            moments.append(window_at(limit.seconds, middle, zone=zone)[0])
    return max(moments, default=None)


def first_of(looks: Iterable[Look], *, now: datetime) -> Look | None:
    """The earliest of `looks` that lies in the last minute before `now`."""
    return min((each for each in looks if now - LOOKS_BACK <= each.at <= now), key=lambda each: each.at, default=None)


# --- For the command line: exact, without a watcher ---


def sent_in_the_last_minute(campaign: Campaign, *, now: datetime) -> int:
    """Letters that left in the 60 s before `now`. Walks the letters that have left."""
    left = Message.objects.filter(campaign=campaign, state=Message.State.SENT)
    return left.filter(sent_at__gt=now - LOOKS_BACK, sent_at__lte=now).count()


def oldest_due_at(campaign: Campaign, *, now: datetime) -> datetime | None:
    """Since when the first due letter of a campaign under way waits; None when none does."""
    if campaign.state != Campaign.State.SENDING:
        return None
    due = Message.objects.filter(campaign=campaign, state__in=DUE)
    return due.filter(due_at__lte=now).order_by("due_at").values_list("due_at", flat=True).first()
