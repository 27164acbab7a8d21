"""What the page of a campaign at work says of its pace, its end and what it waits for, in the reader's language."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.at_work import Outlook
from campaigns.coverage import Coverage, TriedAgain
from campaigns.dispatch.limit_rules import DOMAIN
from campaigns.dispatch.limits import Wait
from campaigns.heartbeat import Health
from campaigns.reasons import clock

# An end so far away is told to the five minutes: more would be a promise, and would flicker.
ROUND_FROM = timedelta(hours=1)


def when_words(moment: datetime, *, now: datetime) -> str:
    """«14:20» for a moment of today, «22 Δεκεμβρίου, 14:20» for another day."""
    local = timezone.localtime(moment)
    return date_format(local, "H:i") if local.date() == timezone.localtime(now).date() else clock(moment)


def about(moment: datetime, *, now: datetime) -> str:
    """An estimated moment, rounded up to a minute, or to five when it is more than an hour away."""
    step = 5 if moment - now > ROUND_FROM else 1
    over = timedelta(minutes=moment.minute % step, seconds=moment.second, microseconds=moment.microsecond)
    return when_words(moment + timedelta(minutes=step) - over if over else moment, now=now)


def rounded(pace: float) -> int:
    """Letters a minute to two figures: the third one changes at every look and means nothing."""
    step = 10 ** max(len(str(int(pace))) - 2, 0)
    return round(pace / step) * step


def pace_words(pace: float | None) -> str:
    """Letters a minute, for a column of facts; a dash while it is not known."""
    if pace is None:
        return "–"
    if 0 < pace < 1:
        return _("less than one")
    return number_format(rounded(pace), force_grouping=True)


def outlook_sentence(seen: Outlook, standing: Coverage, *, now: datetime) -> str:
    """The pace and the end of a campaign that is sending; never more than is known. "" when nothing waits."""
    if seen.house_waits_until and standing.classes["waiting"]:
        waits = _("The limit of the house is used up; letters leave again at %(when)s.") % {
            "when": when_words(seen.house_waits_until, now=now)
        }
        later = seen.not_before and seen.not_before > seen.house_waits_until
        return f"{waits} {_not_before(seen.not_before, now=now)}" if later else waits
    if not standing.in_queue:
        return _retries_only(standing, now=now)
    if seen.per_minute is None:
        return _("The pace shows in a few seconds.")
    if not seen.per_minute:
        return _("None is leaving at the moment.")
    pace = ngettext(
        "About %(count)s leaves each minute.", "About %(count)s leave each minute.", max(rounded(seen.per_minute), 1)
    ) % {"count": pace_words(seen.per_minute)}
    return f"{pace} {_end(seen, now=now)}".rstrip()


def comparing_sentence(compared: int, letters: int) -> str:
    """That letters are compared with the facts of today before the first one leaves."""
    return _(
        "Before they leave, each letter is compared with what is true today: %(done)s of %(all)s. What has changed "
        "stays behind for you to look at."
    ) % {"done": compared, "all": letters}


def _retries_only(standing: Coverage, *, now: datetime) -> str:
    """What is left when only letters that met a closed door remain."""
    last = standing.last_try_at
    if last is None:
        return ""
    if last <= now:
        return ngettext(
            "The last one is tried again now.", "The last %(count)s are tried again now.", standing.retry
        ) % {"count": standing.retry}
    return ngettext(
        "The last one is tried again at %(when)s.",
        "The last %(count)s are tried again, the latest of them at %(when)s.",
        standing.retry,
    ) % {"count": standing.retry, "when": when_words(last, now=now)}


def _end(seen: Outlook, *, now: datetime) -> str:
    if seen.not_before and (seen.empty_at is None or seen.not_before > seen.empty_at):
        return _not_before(seen.not_before, now=now)
    if seen.empty_at is None:
        return ""
    end = about(seen.empty_at, now=now)
    if seen.retries_until and seen.retries_until > seen.empty_at:
        last = about(seen.retries_until, now=now)
        if last != end:
            return _(
                "At this pace the queue is empty at about %(time)s; those tried again follow, the latest at %(last)s."
            ) % {"time": end, "last": last}
    return _("At this pace the last one leaves at about %(time)s.") % {"time": end}


def _not_before(moment: datetime, *, now: datetime) -> str:
    return _("With this limit the last one does not leave before %(when)s.") % {"when": when_words(moment, now=now)}


def next_try_words(group: TriedAgain, *, now: datetime) -> str:
    """When the letters that one reason sent back are tried again."""
    facts = {"first": when_words(group.first_at, now=now), "last": when_words(group.last_at, now=now)}
    if group.first_at <= now:
        return _("their turn is now")
    if facts["first"] == facts["last"]:
        return _("tried again at %(first)s") % facts
    return _("tried again from %(first)s, the latest at %(last)s") % facts


def domain_waits_sentence(wait: Wait, *, now: datetime) -> str:
    """To which domain letters wait for a limit, and until when."""
    facts = {"domain": wait.scope.removeprefix(DOMAIN), "when": when_words(wait.until, now=now)}
    return _("Letters to %(domain)s wait for their limit, until %(when)s.") % facts


def nobody_works_sentence(health: Health | None, *, now: datetime) -> str:
    """That no worker has been seen, and for how long; "" without a look at the workers."""
    if health is None:
        return ""
    if health.seen_at is None:
        return _("No worker is here; the letters wait safely")
    minutes = max(int((now - health.seen_at).total_seconds() // 60), 1)
    if minutes >= 120:
        return _("No worker has been seen since %(when)s; the letters wait safely") % {
            "when": when_words(health.seen_at, now=now)
        }
    return ngettext(
        "No worker has been seen for %(count)s minute; the letters wait safely",
        "No worker has been seen for %(count)s minutes; the letters wait safely",
        minutes,
    ) % {"count": minutes}
