"""Limits that hold over all workers together: one database row per scope and window counts what was promised.

A worker takes a portion of a window at a time by one conditional UPDATE and brings back what it did not use. One that
is killed takes its portion with it: fewer letters leave in that window, never more.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from campaigns.dispatch.limit_rules import DOMAIN, EVERY_OTHER, SENDER, Limit, limits_for, window_at
from campaigns.models import SendingWindow

# A window that begins so much later than now was opened by a clock gone wrong, and would stop us for as long. One
# less ahead is believed: of two machines whose clocks differ, the one ahead opens the windows and both count in them.
WRONG_CLOCK = timedelta(days=2)


@dataclass(frozen=True)
class Wait:
    """No letter of `scope` ("sender", or "domain:" and the domain) may leave before `until`; then it may be tried."""

    scope: str
    until: datetime


@dataclass
class _Hand:
    """What one turn of work holds of a window: `left` letters. A window that is `used_up` is not asked again."""

    begins_at: datetime
    until: datetime
    left: int = 0
    used_up: bool = False


class Allowance:
    """What one turn of work, in one thread, may send. It must be used outside of a transaction, as it commits what
    it takes for others to see, and be given back at the end of the turn.
    """

    def __init__(self) -> None:
        self._limits: tuple[Limit, ...] = settings.SENDING_LIMITS
        self._hands: dict[tuple[str, int], _Hand] = {}
        self._last: list[_Hand] = []

    @property
    def is_limited(self) -> bool:
        return bool(self._limits)

    def take(self, domain: str, *, now: datetime) -> Wait | None:
        """Return None when one letter to `domain` may leave now, else what it waits for. A refusal uses nothing up."""
        self._last = []
        if not self._limits:
            return None
        hands = []
        for scope, limit in limits_for(domain, self._limits):
            hand = self._hand(scope, limit, now=now)
            if not hand.left:
                return Wait(scope, hand.until)
            hands.append(hand)
        for hand in hands:
            hand.left -= 1
        self._last = hands
        return None

    def put_back(self) -> None:
        """The letter that was last allowed did not leave after all: the next one may instead."""
        for hand in self._last:
            hand.left += 1
        self._last = []

    def give_back(self, *, now: datetime) -> None:
        """Return what was not used to the windows that still run, for other workers."""
        for (scope, seconds), hand in self._hands.items():
            if hand.left and now < hand.until:
                same_window = _windows(scope, seconds).filter(begins_at=hand.begins_at, taken__gte=hand.left)
                same_window.update(taken=F("taken") - hand.left)
        self._hands.clear()
        self._last = []

    def _hand(self, scope: str, limit: Limit, *, now: datetime) -> _Hand:
        """What is in hand of a window, after taking a portion when there is nothing."""
        key = (scope, limit.seconds)
        hand = self._hands.get(key)
        if hand is None or now >= hand.until or not (hand.left or hand.used_up):
            hand = self._hands[key] = _portion(scope, limit, now=now)
        return hand


def _windows(scope: str, seconds: int) -> QuerySet:
    return SendingWindow.objects.filter(scope=scope, seconds=seconds)


def _ends_at(begins_at: datetime, seconds: int) -> datetime:
    return window_at(seconds, begins_at, zone=timezone.get_default_timezone())[1]


def _portion(scope: str, limit: Limit, *, now: datetime) -> _Hand:
    """Take a portion of the present window, or what is left of it.

    The only claim is an UPDATE on the row's own columns: what was read before is a hint. The loop ends because each
    round that takes nothing met a change by another worker, and a window has an end.
    """
    present, next_try = window_at(limit.seconds, now, zone=timezone.get_default_timezone())
    windows = _windows(scope, limit.seconds)
    begins_at, portion = present, limit.portion
    while True:
        room = windows.filter(begins_at=begins_at, taken__lte=limit.count - portion)
        if room.update(taken=F("taken") + portion):
            return _Hand(begins_at, _ends_at(begins_at, limit.seconds), left=portion)
        window, _created = SendingWindow.objects.get_or_create(
            scope=scope, seconds=limit.seconds, defaults={"begins_at": present}
        )
        if window.begins_at < present or window.begins_at > present + WRONG_CLOCK:
            windows.filter(begins_at=window.begins_at).update(begins_at=present, taken=0)
            begins_at = present
            continue
        begins_at = window.begins_at
        left = limit.count - window.taken
        if left <= 0:
            return _Hand(begins_at, next_try, used_up=True)
        # Near the end of a window half of the rest is left to others: nobody waits for what lies in a hand.
        portion = min(portion, (left + 1) // 2)


def exhausted(*, now: datetime) -> list[Wait]:
    """Return the windows that are used up at `now`, those of the house first. One query; none without limits."""
    limits: tuple[Limit, ...] = settings.SENDING_LIMITS
    if not limits:
        return []
    named = {limit.scope_pattern for limit in limits}
    full = Q()
    for limit in limits:
        present, _end = window_at(limit.seconds, now, zone=timezone.get_default_timezone())
        scope = Q(scope=limit.scope_pattern)
        if limit.scope_pattern == EVERY_OTHER:
            scope = Q(scope__startswith=DOMAIN) & ~Q(scope__in=named)
        full |= scope & Q(
            seconds=limit.seconds,
            taken__gte=limit.count,
            begins_at__range=(present, present + WRONG_CLOCK),
        )
    windows = SendingWindow.objects.filter(full).values_list("scope", "seconds", "begins_at")
    waits = [Wait(scope, _ends_at(begins_at, seconds)) for scope, seconds, begins_at in windows]
    return sorted(waits, key=lambda wait: (wait.scope != SENDER, wait.scope, wait.until))


def forget_past_windows(*, now: datetime) -> int:
    """Delete the windows that are long over and return how many: the domain of a person who left is not kept."""
    return SendingWindow.objects.filter(begins_at__lt=now - timedelta(days=2)).delete()[0]
