"""The sweep: what makes the database the queue. It settles dead holders, finds what is due and what is done."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef

from campaigns.dispatch.hint import DUE
from campaigns.dispatch.holder import in_lost_hands
from campaigns.models import Campaign, Message
from campaigns.notices import LATE_START, WISH_DAY, raise_alarm_once
from campaigns.review.release import ask_release
from campaigns.running import StepRefused, finish_if_done, pause_campaign

logger = logging.getLogger(__name__)
DEATHS_IN_A_ROW = 3


def settle_dead_holders(*, now: datetime) -> int:
    """Call the letters of dead holders uncertain; return how many. A living holder alone sorts its own.

    Of a process that is gone nothing is known about its last letter: it is never sent again by itself.
    """
    settled = 0
    for letters, dead in in_lost_hands(Message.objects.filter(state=Message.State.SENDING), now=now):
        settled += letters.update(
            state=Message.State.UNCERTAIN,
            reason_code="holder_died" if dead else "lease_ended",
            reason_facts={"at": now.isoformat()},
            lease_until=None,
        )
    return settled


def pause_where_workers_die(*, now: datetime) -> None:
    """Let a campaign wait for a person when worker after worker died over it and no letter went in between.

    A service manager that starts a dying worker anew each minute would leave as many uncertain letters. Counted by
    sweeps, not by processes: a machine that goes down ends eight at once. Only the sweep that settled one of them
    pauses: whoever goes on afterwards is not stopped by what is already known.
    """
    for pk in Campaign.objects.filter(state=Campaign.State.SENDING).values_list("pk", flat=True):
        letters = Message.objects.filter(campaign_id=pk)
        dropped = letters.filter(state=Message.State.UNCERTAIN, reason_code="holder_died", settled_by=None)
        moments = sorted({facts["at"] for facts in dropped.values_list("reason_facts", flat=True)}, reverse=True)
        if len(moments) < DEATHS_IN_A_ROW or moments[0] != now.isoformat():
            continue
        since = datetime.fromisoformat(moments[DEATHS_IN_A_ROW - 1])
        if not letters.filter(state=Message.State.SENT, sent_at__gte=since).exists():
            pause_campaign(pk, by=None, now=now, code="workers_die", facts={"count": DEATHS_IN_A_ROW})


def hold_too_late(*, now: datetime) -> int:
    """Past its last sensible hour a letter waits for a person."""
    late = Message.objects.filter(_of_campaign(Campaign.State.SENDING), state__in=DUE, give_up_at__lte=now)
    return late.update(state=Message.State.HELD, reason_code="too_late")


def _of_campaign(state: str) -> Exists:
    return Exists(Campaign.objects.filter(pk=OuterRef("campaign_id"), state=state))


def heal_campaigns_that_are_over() -> None:
    """Letters that a slow answer or an open transaction brought back into a campaign that had ended meanwhile.

    What was called off stays called off; what was finished takes its last letters up again.
    """
    Message.objects.filter(_of_campaign(Campaign.State.CANCELLED), state__in=Message.WAITING).update(
        state=Message.State.CANCELLED
    )
    back = Message.objects.filter(campaign=OuterRef("pk"), state__in=DUE)
    Campaign.objects.filter(Exists(back), state=Campaign.State.FINISHED).update(
        state=Campaign.State.SENDING, finished_at=None
    )


def begin_scheduled(*, now: datetime) -> None:
    """Release the campaigns whose hour has come; too late, or on a day its wish is not for, it waits for a person."""
    due = Campaign.objects.filter(state=Campaign.State.SCHEDULED, scheduled_at__lte=now)
    for pk in due.values_list("pk", flat=True):
        try:
            ask_release(pk, by=None, now=now)
        except StepRefused as refused:
            if refused.code == "late" and refused.campaign.scheduled_at:
                hours = {name: getattr(refused.campaign, name).isoformat() for name in ("scheduled_at", "give_up_at")}
                raise_alarm_once(code=LATE_START, campaign_id=pk, facts=hours, now=now)
            elif refused.code == "wish_day":
                raise_alarm_once(code=WISH_DAY, campaign_id=pk, facts=refused.facts, now=now)
        except Exception:
            # Its letters are written again in mind: what one campaign stumbles over keeps no other from its hour.
            logger.exception("Campaign %s could not begin in its hour; the next sweep tries it again.", pk)


def lanes_to_ring(*, now: datetime) -> list[tuple[int, int]]:
    """Return (campaign, lane) with letters due that nobody is at, and finish what is done."""
    lanes: list[tuple[int, int]] = []
    for pk in Campaign.objects.filter(state=Campaign.State.SENDING).values_list("pk", flat=True):
        due, busy = due_lanes(pk, now=now), _busy_lanes(pk, now=now)
        lanes += [(pk, lane) for lane in due if lane not in busy]
        if not due:
            finish_if_done(pk, now=now)
    return lanes


def _busy_lanes(campaign_id: int, *, now: datetime) -> set[int]:
    """Lanes on which a letter was taken in hand just now: their turn rings again by itself, and two rings add up."""
    just_now = now + timedelta(seconds=settings.DISPATCH_LEASE_SECONDS - 2 * settings.DISPATCH_TURN_SECONDS)
    in_hand = Message.objects.filter(campaign_id=campaign_id, state=Message.State.SENDING, lease_until__gt=just_now)
    return set(in_hand.order_by().values_list("lane", flat=True).distinct())


def due_lanes(campaign_id: int, *, now: datetime) -> Iterable[int]:
    due = Message.objects.filter(campaign_id=campaign_id, state__in=DUE, due_at__lte=now)
    return list(due.order_by().values_list("lane", flat=True).distinct())
