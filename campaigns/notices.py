"""Alarms to the colleagues who can do something about a greeting: who is told, and what is still to be seen.

A notice is written in the transaction of its event, so one event is one alarm per person; it is sent afterwards
(`campaigns/dispatch/notices.py`) and stands on Today until it was seen. Its words are made in `notice_words.py`.
"""

from datetime import datetime

from celery import current_app
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from campaigns.letters import new_header_id, new_token
from campaigns.models import Campaign, Message, StaffNotice
from customers.models import User
from customers.ringing import bell
from customers.roles import ADMIN, MANAGER, colleagues

PAUSED, LATE_START, UNCERTAIN = "campaign_paused", "late_start", "uncertain_letters"
WISH_DAY = "wish_of_another_day"
# By name: the tasks stand above the steps of a campaign, and those raise alarms.
SEND_TASK = "campaigns.tasks.send_staff_notices"


def recipients(campaign: Campaign) -> list[User]:
    """Who is told: the managers, else the admins, and the author of the greeting; in the order of their ids."""
    managers = User.objects.filter(is_active=True, groups__name=MANAGER)
    told = {user.pk: user for user in managers or colleagues(ADMIN)}
    told |= {user.pk: user for user in User.objects.filter(pk=campaign.author_id, is_active=True)}
    return [told[pk] for pk in sorted(told)]


def raise_alarm(*, code: str, campaign: Campaign, facts: dict, now: datetime) -> int:
    """Write a notice to each person who is to know, and return how many. Call it in the transaction of the event."""
    notices = [
        StaffNotice(
            to=user,
            campaign=campaign,
            code=code,
            facts=facts,
            created_at=now,
            due_at=now,
            state=StaffNotice.State.READY if user.answers_at else StaffNotice.State.FAILED,
            header_id=new_header_id(new_token()),
        )
        for user in recipients(campaign)
    ]
    StaffNotice.objects.bulk_create(notices)
    if any(notice.state == StaffNotice.State.READY for notice in notices):
        transaction.on_commit(ring_notices)
    return len(notices)


@transaction.atomic
def raise_alarm_once(*, code: str, campaign_id: int, facts: dict, now: datetime) -> int:
    """As `raise_alarm`; return 0 without one when this campaign had this alarm with these facts before."""
    # Locked: of two sweeps that come at the same moment, the second sees what the first wrote.
    campaign = Campaign.objects.select_for_update().get(pk=campaign_id)
    if StaffNotice.objects.filter(campaign=campaign, code=code, facts=facts).exists():
        return 0
    return raise_alarm(code=code, campaign=campaign, facts=facts, now=now)


def ring_notices() -> None:
    """Ring for a worker to send what is due."""
    bell.ring(current_app.signature(SEND_TASK))


def still_so(notices: QuerySet[StaffNotice]) -> QuerySet[StaffNotice]:
    """Those whose matter is not settled: an alarm about what a colleague has put right would be a false one."""
    unsure = Message.objects.filter(campaign=OuterRef("campaign"), state=Message.State.UNCERTAIN)
    return notices.filter(
        ~Q(code=PAUSED) | Q(campaign__state=Campaign.State.PAUSED),
        ~Q(code__in=(LATE_START, WISH_DAY)) | Q(campaign__state=Campaign.State.SCHEDULED),
        ~Q(code=UNCERTAIN) | Exists(unsure),
    )


def unseen_notices(user: User) -> list[StaffNotice]:
    """What a colleague has not seen yet and is still so, newest first; of one campaign and matter only the last."""
    found = still_so(StaffNotice.objects.filter(to=user, seen_at=None)).select_related("campaign")
    last: dict[tuple[int | None, str], StaffNotice] = {}
    for notice in found.order_by("-created_at", "-pk"):
        last.setdefault((notice.campaign_id, notice.code), notice)
    return list(last.values())


def see_notice(notice_id: int, *, by: User, now: datetime) -> bool:
    """Note that `by` has seen a notice, and with it the earlier ones of the matter. False when it is not theirs."""
    notice = StaffNotice.objects.filter(pk=notice_id, to=by).first()
    if notice is None:
        return False
    StaffNotice.objects.filter(
        to=by, campaign=notice.campaign_id, code=notice.code, created_at__lte=notice.created_at, seen_at=None
    ).update(seen_at=now)
    return True
