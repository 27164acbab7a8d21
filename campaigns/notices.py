"""What colleagues are told about a greeting, alarms and what asks for them: who is told, what is still to be seen.

A notice is written in the transaction of its event, so one event is one alarm per person; it is sent afterwards
(`campaigns/dispatch/notices.py`) and stands on Today until it was seen. Its words are made in `notice_words.py`.
"""

from collections.abc import Iterable
from datetime import datetime

from celery import current_app
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from campaigns.letters import new_header_id, new_token
from campaigns.models import Campaign, HandEdit, Message, StaffNotice
from campaigns.review.aside import BY_HAND_CODES
from customers.models import User
from customers.ringing import bell
from customers.roles import ADMIN, MANAGER, colleagues

PAUSED, LATE_START, UNCERTAIN = "campaign_paused", "late_start", "uncertain_letters"
WISH_DAY = "wish_of_another_day"
# What asks for somebody: an approval, an answer, letters to be read before they leave in one's name.
TO_APPROVE, APPROVAL_VOID, COMMENT, SENT_BACK = "to_approve", "approval_void", "comment", "sent_back"
SIGNER_LIST, AUTHOR_YES, HELD_LEFT = "signer_list", "author_yes", "held_left"
# What went wrong; the others only ask.
ALARMS = (PAUSED, LATE_START, UNCERTAIN, WISH_DAY)
# By name: the tasks stand above the steps of a campaign, and those raise alarms.
SEND_TASK = "campaigns.tasks.send_staff_notices"


def managers() -> list[User]:
    """Who decides about greetings: the managers, in a house without any the admins; in the order of their ids."""
    found = User.objects.filter(is_active=True, groups__name=MANAGER)
    return list((found if found.exists() else colleagues(ADMIN)).order_by("pk"))


def recipients(campaign: Campaign) -> list[User]:
    """Who is told of an alarm: who decides, and the author of the greeting; in the order of their ids."""
    told = {user.pk: user for user in managers()}
    told |= {user.pk: user for user in User.objects.filter(pk=campaign.author_id, is_active=True)}
    return [told[pk] for pk in sorted(told)]


def raise_alarm(*, code: str, campaign: Campaign, facts: dict, now: datetime, to: Iterable[User] | None = None) -> int:
    """Write a notice to each person who is to know, and return how many. Call it in the transaction of the event.

    `to` names them, each told once (None: `recipients`).
    """
    told = {user.pk: user for user in (recipients(campaign) if to is None else to) if user.is_active}
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
        for user in told.values()
    ]
    StaffNotice.objects.bulk_create(notices)
    if any(notice.state == StaffNotice.State.READY for notice in notices):
        transaction.on_commit(ring_notices)
    return len(notices)


@transaction.atomic
def raise_alarm_once(
    *, code: str, campaign_id: int, facts: dict, now: datetime, to: Iterable[User] | None = None
) -> int:
    """As `raise_alarm`; return 0 without one when this campaign had this alarm with these facts before."""
    # Locked: of two sweeps that come at the same moment, the second sees what the first wrote.
    campaign = Campaign.objects.select_for_update(no_key=True).get(pk=campaign_id)
    if StaffNotice.objects.filter(campaign=campaign, code=code, facts=facts).exists():
        return 0
    return raise_alarm(code=code, campaign=campaign, facts=facts, now=now, to=to)


def ring_notices() -> None:
    """Ring for a worker to send what is due."""
    bell.ring(current_app.signature(SEND_TASK))


def still_so(notices: QuerySet[StaffNotice]) -> QuerySet[StaffNotice]:
    """Those whose matter is not settled: an alarm about what a colleague has put right would be a false one."""
    State = Campaign.State
    of_campaign = Message.objects.filter(campaign=OuterRef("campaign"))
    unsure, held = (of_campaign.filter(state=state) for state in (Message.State.UNCERTAIN, Message.State.HELD))
    not_agreed = HandEdit.objects.filter(campaign=OuterRef("campaign"), agreed_at=None).exclude(
        edited_by=OuterRef("to")
    )
    unapproved = Q(campaign__state__in=(State.DRAFT, State.PREPARING, State.IN_REVIEW, State.PAUSED))
    not_begun = Q(campaign__state__in=(State.PREPARING, State.IN_REVIEW, State.APPROVED, State.SCHEDULED))
    return notices.filter(
        ~Q(code=PAUSED) | Q(campaign__state=Campaign.State.PAUSED),
        ~Q(code__in=(LATE_START, WISH_DAY)) | Q(campaign__state=Campaign.State.SCHEDULED),
        ~Q(code=UNCERTAIN) | Exists(unsure),
        ~Q(code=TO_APPROVE) | Q(campaign__state=State.IN_REVIEW, campaign__approval_asked_at__isnull=False),
        ~Q(code=APPROVAL_VOID) | unapproved,
        ~Q(code=SENT_BACK) | (unapproved & Q(campaign__approval_asked_at=None)),
        ~Q(code=SIGNER_LIST) | not_begun,
        ~Q(code=AUTHOR_YES) | (not_begun & Exists(not_agreed)),
        ~Q(code=HELD_LEFT) | Exists(held.exclude(reason_code__in=BY_HAND_CODES)),
        ~Q(code=COMMENT) | ~Q(campaign__state=State.CANCELLED),
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
