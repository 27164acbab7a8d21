"""The moving part of the page of a campaign: what it says, and how the browser looks again."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.http import urlencode

from campaigns.at_work import AtWork, Look, Trouble, first_of, outlook
from campaigns.coverage import CLASSES, KEPT_SECONDS, LIVE, Coverage, reached_by, reasons_in
from campaigns.dispatch.limit_rules import SENDER
from campaigns.models import Campaign
from campaigns.progress_sentences import (
    comparing_sentence,
    domain_waits_sentence,
    next_try_words,
    nobody_works_sentence,
    outlook_sentence,
    pace_words,
    when_words,
)
from campaigns.reasons import letter_reason, reason_group
from campaigns.review.release import compared_count
from campaigns.selectors import BAR_CLASSES, bar_parts
from campaigns.sentences import campaign_sentence, class_meaning, reached_meaning

State = Campaign.State
AT_WORK = (State.SENDING, State.PAUSED)
# While nothing can move (a limit until tomorrow, no worker) a look every quarter of a minute is soon enough.
QUIET_SECONDS = 15
# Always in the table; the others when somebody stands in them.
USUAL_CLASSES = ("reached", "waiting", "held", "left_out")
# A campaign at work may have any of these at the next look: their rows are there from the start, and nothing moves.
CLASSES_AT_WORK = (*USUAL_CLASSES, "failed", "uncertain")


def in_mailbox() -> bool:
    """True when letters go into the built-in mailbox instead of out of the house."""
    return settings.EMAIL_URL.startswith("mailbox:")


def is_live(campaign: Campaign, standing: Coverage) -> bool:
    """True while something moves by itself. A paused campaign still waits for the answers to letters in hand."""
    comparing = compared_count(campaign) is not None
    return comparing or campaign.state in LIVE or (campaign.state == State.PAUSED and standing.in_hand > 0)


def number(request: HttpRequest, name: str) -> int | None:
    """The natural number of that name in the address, None for anything else."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def first_look(request: HttpRequest, work: AtWork) -> Look:
    """The earliest look of the last minute: of this process, or what the watcher was told by another one."""
    looks = [work.first]
    then, since = number(request, "then"), number(request, "since")
    if then is not None and since is not None and since < 10**13:
        looks.append(Look(datetime.fromtimestamp(since / 1000, tz=UTC), then))
    return first_of(looks, now=work.counted_at) or work.now


def moving_part(campaign: Campaign, work: AtWork, *, first: Look) -> tuple[str, str]:
    """The part as HTML, and the mark by which the next look knows whether it would say the same again."""
    live = is_live(campaign, work.standing)
    said = render_to_string("campaigns/_progress_said.html", _said(campaign, work, first=first))
    seconds = QUIET_SECONDS if _is_quiet(campaign, work) else KEPT_SECONDS
    mark = sha256(f"{seconds}{live}{said}".encode()).hexdigest()[:16]
    watch = {
        "state": campaign.state,
        "uncertain": work.standing.classes["uncertain"],
        "then": first.reached,
        "since": int(first.at.timestamp() * 1000),
        "mark": mark,
    }
    context = {"campaign": campaign, "said": said, "live": live, "seconds": seconds, "watch": urlencode(watch)}
    return render_to_string("campaigns/_progress.html", context), mark


def _is_quiet(campaign: Campaign, work: AtWork) -> bool:
    """True when nothing can have moved at the next look."""
    standing = work.standing
    if campaign.state != State.SENDING or standing.in_hand:
        return False
    soon = work.counted_at + timedelta(seconds=QUIET_SECONDS)
    only_later = not standing.in_queue and standing.next_try_at is not None and standing.next_try_at > soon
    return work.nobody_works or only_later or (work.house_waits_until is not None and work.house_waits_until > soon)


def _said(campaign: Campaign, work: AtWork, *, first: Look) -> dict:
    standing, now = work.standing, work.counted_at
    sending = campaign.state == State.SENDING
    compared = compared_count(campaign)
    seen = outlook(work, first=first)
    # That of the house is in the sentence of the page already.
    waits = [domain_waits_sentence(each, now=now) for each in work.waits if each.scope != SENDER]
    said = outlook_sentence(seen, standing, now=now) if sending else ""
    by = ways_of(campaign, standing)
    if waits and standing.in_queue and not seen.per_minute:
        # Why none is leaving; in the margin, which a phone shows far below, it would be looked for.
        said = waits[0] if seen.per_minute is None else f"{said} {waits[0]}".lstrip()
    return {
        "campaign": campaign,
        "standing": standing,
        "sentence": campaign_sentence(campaign, standing.classes, now=now, reached_by=by)
        if compared is None
        else comparing_sentence(compared, standing.classes["waiting"] + standing.classes["held"]),
        "outlook": said,
        "bar": bar_parts(standing.classes),
        "classes": class_rows(campaign, standing, reached_by=by),
        "at_work": campaign.state in AT_WORK,
        "sending": sending,
        "pace": pace_words(seen.per_minute),
        "health": work.health,
        "nobody_works": nobody_works_sentence(work.health, now=now) if work.nobody_works else "",
        "waits": waits,
        "again": [
            {"count": each.count, "reason": reason_group(each.code), "when": next_try_words(each, now=now)}
            for each in (standing.again if sending else ())
        ],
        "troubles": [_trouble(each, now=now) for each in work.troubles],
    }


def _trouble(each: Trouble, *, now: datetime) -> dict:
    reply = f"{each.smtp_code} {each.reply}" if each.smtp_code else each.reply
    return {
        "of": each,
        "when": when_words(each.at, now=now),
        "reason": letter_reason(each.code),
        "reply": reply.strip(),
    }


def ways_of(campaign: Campaign, standing: Coverage) -> dict[str, int]:
    """By which way those were reached who were; while the numbers move all are letters."""
    reached = standing.classes["reached"]
    return reached_by(campaign, standing) if reached and campaign.state not in LIVE else {"letter": reached}


def class_rows(campaign: Campaign, standing: Coverage, *, reached_by: Mapping[str, int]) -> list[dict]:
    """The rows of the table of everybody: name, count, colour and meaning of each class."""
    shown = CLASSES_AT_WORK if campaign.state in AT_WORK else USUAL_CLASSES
    held = reasons_in(campaign, "held") if standing.classes["held"] and campaign.state not in LIVE else []
    return [
        {
            "name": name,
            "count": standing.classes[name],
            "css_class": BAR_CLASSES[name],
            "meaning": _meaning(name, campaign, reached_by, held) if standing.classes[name] else "",
        }
        for name in CLASSES
        if standing.classes[name] or name in shown
    ]


def _meaning(name: str, campaign: Campaign, reached_by: Mapping[str, int], held: list[tuple[str, int]]) -> str:
    if name == "reached":
        return reached_meaning(reached_by, in_mailbox=in_mailbox())
    return class_meaning(name, campaign=campaign, reasons=held)
