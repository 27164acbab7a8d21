"""What SENDING_LIMITS says: how many letters may leave in a second, an hour or a day, to everybody or to one domain.

Pure: the settings read it before any model exists.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

from campaigns.dispatch.addresses import LetterUnwritable, ascii_domain

SECOND, HOUR, DAY = 1, 3_600, 86_400
SENDER = "sender"
DOMAIN = "domain:"
EVERY_OTHER = DOMAIN + "*"
_WINDOWS = {"second": SECOND, "hour": HOUR, "day": DAY}
_RULE = re.compile(r"(?:(?P<domain>[^:]+?)\s*:\s*)?(?P<count>[0-9]{1,9})\s*/\s*(?P<window>[a-z]+)", re.IGNORECASE)
_LONGEST_DOMAIN = 253  # octets, RFC 1035 2.3.4 without the final dot
_LARGEST_PORTION = 25  # letters: as many as a killed worker may cost a window


class BadLimit(ValueError):
    """A rule that cannot be read. The message says which one, and how one is written."""


@dataclass(frozen=True)
class Limit:
    """At most `count` letters in each window of `seconds`.

    `scope_pattern` is "sender", "domain:" and a domain in ASCII, or "domain:*": each domain without a rule of its own.
    """

    scope_pattern: str
    seconds: int
    count: int

    @property
    def portion(self) -> int:
        """Letters that a worker takes from a window at once: about a tenth, 1 to 25."""
        return max(1, min(self.count // 10, _LARGEST_PORTION))


def parsed_limits(text: str) -> tuple[Limit, ...]:
    """Return the rules of a list such as "10/second, gmail.com:500/hour, *:100/hour". Raise `BadLimit`."""
    limits: dict[tuple[str, int], Limit] = {}
    for rule in filter(None, (part.strip() for part in text.split(","))):
        limit = _parsed(rule)
        window = (limit.scope_pattern, limit.seconds)
        if window in limits:
            raise BadLimit(f"“{rule}” limits a window that has a limit already. Leave one of the two out.")
        limits[window] = limit
    return tuple(limits.values())


def _parsed(rule: str) -> Limit:
    found = _RULE.fullmatch(rule)
    if not found:
        raise BadLimit(
            f"“{rule}” is not a limit. Write for example 10/second, 2000/day, gmail.com:500/hour or *:100/hour."
        )
    seconds, count = _WINDOWS.get(found["window"].lower()), int(found["count"])
    if seconds is None:
        raise BadLimit(f"“{rule}” names no window we count in. Write second, hour or day after the stroke.")
    if count == 0:
        raise BadLimit(f"“{rule}” would let no letter leave, ever. Write 1 or more; to stop, pause the campaign.")
    if found["domain"] is None:
        return Limit(SENDER, seconds, count)
    if found["domain"] == "*":
        return Limit(EVERY_OTHER, seconds, count)
    scope = domain_scope(found["domain"])
    if scope == DOMAIN:
        raise BadLimit(f"“{rule}”: “{found['domain']}” is not a domain. Write what stands after the @.")
    return Limit(scope, seconds, count)


def domain_scope(domain: str) -> str:
    """Return the scope of letters to `domain`, whatever its case and script; one scope for all that are no domain."""
    try:
        name = ascii_domain(domain.strip()).lower()
    except LetterUnwritable:
        return DOMAIN
    return DOMAIN + name if len(name) <= _LONGEST_DOMAIN else DOMAIN


def limits_for(domain: str, limits: Sequence[Limit]) -> list[tuple[str, Limit]]:
    """Return (scope, limit) of each rule a letter to `domain` must keep: the house before the domain, long windows
    before short ones, so that the first that refuses says best how long there is nothing to send.
    """
    scope = domain_scope(domain)
    own = scope if any(limit.scope_pattern == scope for limit in limits) else EVERY_OTHER
    applying = [
        (SENDER if limit.scope_pattern == SENDER else scope, limit)
        for limit in limits
        if limit.scope_pattern in (SENDER, own)
    ]
    return sorted(applying, key=lambda pair: (pair[0] != SENDER, -pair[1].seconds))


def window_at(seconds: int, now: datetime, *, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return begin and end, in UTC, of the window of `seconds` in which `now` lies.

    Seconds and hours are those of UTC. A day is one of `zone`, from midnight to midnight: 23 or 25 hours long when
    the clocks change.
    """
    if seconds == DAY:
        today = now.astimezone(zone).date()
        days = (today, today + timedelta(days=1))
        begin, end = (datetime.combine(day, time(), tzinfo=zone).astimezone(UTC) for day in days)
        return begin, end
    since = int(now.timestamp()) // seconds * seconds
    begin = datetime.fromtimestamp(since, tz=UTC)
    return begin, begin + timedelta(seconds=seconds)
