"""The life of a campaign after its approval (`review/approval/approving.py`): sent, paused, cancelled, finished.

Each step is one conditional UPDATE of the campaign row, so that a double click, two tabs or two managers are one
step: whoever comes second is told what already happened.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from campaigns.models import Campaign, Message, MessageBody
from campaigns.notices import APPROVAL_VOID, PAUSED, UNCERTAIN, raise_alarm, raise_alarm_once
from campaigns.wishes import wish_of_another_day
from customers import audit
from customers.models import Interaction, User

LONGEST_TRY = timedelta(days=5)  # for a letter without a last sensible hour of its own, as mail servers do


class StepRefused(Exception):
    """A step that cannot be taken now. `code`: "state", "late", "past", "wish_day" (with the facts of
    `wishes.wish_of_another_day`), and those of `review.approval.approving.approve_campaign`; `campaign` as it is.
    """

    def __init__(self, code: str, campaign: Campaign, facts: dict[str, str] | None = None) -> None:
        super().__init__(code)
        self.code, self.campaign, self.facts = code, campaign, facts or {}


def is_writer(campaign: Campaign, user: User) -> bool:
    """True for who began the greeting or wrote its frozen words: another person approves it."""
    return user.pk in (campaign.author_id, campaign.version.written_by_id if campaign.version else None)


def refused(campaign_id: int, code: str, facts: dict | None = None) -> StepRefused:
    """The refusal of a step, with the campaign as it is now."""
    campaigns = Campaign.objects.select_related("approved_by", "started_by", "author", "version")
    return StepRefused(code, campaigns.get(pk=campaign_id), facts)


def _may_begin(campaign_id: int, *, by: User | None, now: datetime) -> QuerySet[Campaign]:
    return Campaign.objects.filter(
        Q(give_up_at=None) | Q(give_up_at__gt=now),
        Q() if by else Q(scheduled_at__lte=now),
        pk=campaign_id,
        state__in=[Campaign.State.APPROVED, Campaign.State.SCHEDULED],
        approved_revision=F("revision"),
    )


def _not_begun(campaign_id: int, *, now: datetime) -> StepRefused:
    campaign = Campaign.objects.get(pk=campaign_id)
    late = campaign.give_up_at is not None and campaign.give_up_at <= now
    ready = campaign.state in (Campaign.State.APPROVED, Campaign.State.SCHEDULED)
    return refused(campaign_id, "late" if late and ready else "state")


def check_start(campaign_id: int, *, by: User | None, now: datetime) -> None:
    """Raise StepRefused where `start_sending` would; the caller holds the campaign's row."""
    if not _may_begin(campaign_id, by=by, now=now).exists():
        raise _not_begun(campaign_id, now=now)
    _check_wish(campaign_id, leaves_at=now)


@transaction.atomic
def start_sending(campaign_id: int, *, by: User | None, now: datetime) -> None:
    """Begin to send an approved campaign: its draft letters become ready.

    Raise StepRefused when already begun, or "wish_day" when letters carry a wish that is not for today. Without a
    person (`by` None) it begins by its own hour, if nobody has set another one meanwhile.
    """
    begun = _may_begin(campaign_id, by=by, now=now).update(
        state=Campaign.State.SENDING,
        started_at=now,
        started_by=by,
        scheduled_at=None,
        release_asked_at=None,
        release_asked_by=None,
    )
    if not begun:
        raise _not_begun(campaign_id, now=now)
    _check_wish(campaign_id, leaves_at=now)
    Message.objects.filter(campaign_id=campaign_id, state=Message.State.DRAFT).update(
        state=Message.State.READY, due_at=now, give_up_at=Coalesce("give_up_at", Value(now + LONGEST_TRY))
    )
    audit.record("start_sending", actor=by, now=now, obj=Campaign.objects.get(pk=campaign_id))


@transaction.atomic
def schedule_campaign(campaign_id: int, *, by: User, at: datetime, now: datetime) -> None:
    """Let an approved campaign begin by itself at `at`; a scheduled one gets another hour.

    Raise StepRefused: "past" or "late" for an hour that has gone by or lies behind the last sensible one, "wish_day"
    for one on a day the wish in the letters is not for.
    """
    if at <= now:
        raise refused(campaign_id, "past")
    changed = Campaign.objects.filter(
        Q(give_up_at=None) | Q(give_up_at__gt=at),
        pk=campaign_id,
        state__in=[Campaign.State.APPROVED, Campaign.State.SCHEDULED],
        approved_revision=F("revision"),
    ).update(state=Campaign.State.SCHEDULED, scheduled_at=at, release_asked_at=None, release_asked_by=None)
    if not changed:
        campaign = Campaign.objects.get(pk=campaign_id)
        late = campaign.give_up_at is not None and campaign.give_up_at <= at
        raise refused(campaign_id, "late" if late else "state")
    _check_wish(campaign_id, leaves_at=at)
    campaign = Campaign.objects.get(pk=campaign_id)
    audit.record("schedule_campaign", actor=by, now=now, obj=campaign, facts={"at": at.isoformat()})


def _check_wish(campaign_id: int, *, leaves_at: datetime) -> None:
    """Refuse a step just taken, and so undo it, when letters would leave with the wish of another day.

    Looked at while the campaign's row is held: nobody freezes other words meanwhile.
    """
    campaign = Campaign.objects.select_related("version").get(pk=campaign_id)
    facts = wish_of_another_day(campaign, leaves_on=timezone.localdate(leaves_at))
    if facts:
        raise StepRefused("wish_day", campaign, facts)


@transaction.atomic
def pause_campaign(
    campaign_id: int, *, by: User | None, now: datetime, code: str = "by_hand", facts: dict | None = None
) -> bool:
    """Hold back every letter not yet in hand. Return False when it was not sending (nothing to do)."""
    paused = Campaign.objects.filter(pk=campaign_id, state=Campaign.State.SENDING).update(
        state=Campaign.State.PAUSED, paused_code=code, paused_facts=facts or {}
    )
    if paused:
        campaign = Campaign.objects.get(pk=campaign_id)
        audit.record("pause_campaign", actor=by, now=now, obj=campaign, facts={"code": code})
        if by is None:
            raise_alarm(code=PAUSED, campaign=campaign, facts={"code": code, **(facts or {})}, now=now)
    return bool(paused)


@transaction.atomic
def resume_campaign(campaign_id: int, *, by: User, now: datetime) -> None:
    """Go on with a paused campaign, unless something was changed since its approval."""
    resumed = Campaign.objects.filter(
        pk=campaign_id, state=Campaign.State.PAUSED, approved_revision=F("revision")
    ).update(state=Campaign.State.SENDING, paused_code="", paused_facts={})
    if not resumed:
        raise refused(campaign_id, "state")
    audit.record("resume_campaign", actor=by, now=now, obj=Campaign.objects.get(pk=campaign_id))


@transaction.atomic
def cancel_campaign(campaign_id: int, *, by: User, now: datetime) -> None:
    """End a campaign for good. Letters that have left stay; the rest are cancelled."""
    over = [Campaign.State.FINISHED, Campaign.State.CANCELLED]
    this = Campaign.objects.filter(pk=campaign_id)
    if not this.exclude(state__in=over).update(state=Campaign.State.CANCELLED):
        raise refused(campaign_id, "state")
    # A statement of its own: the one before may have waited for a chunk of letters that its snapshot does not know.
    this.update(chosen_count=_letter_count(), prepared_count=_letter_count())
    Message.objects.filter(campaign_id=campaign_id, state__in=[*Message.WAITING, Message.State.HELD]).update(
        state=Message.State.CANCELLED
    )
    audit.record("cancel_campaign", actor=by, now=now, obj=Campaign.objects.get(pk=campaign_id))


def _letter_count() -> Subquery:
    """How many letters a campaign has: who was chosen, when preparing was cut short."""
    letters = Message.objects.filter(campaign=OuterRef("pk")).order_by().values("campaign")
    return Coalesce(Subquery(letters.annotate(n=Count("pk")).values("n")), 0)


@transaction.atomic
def finish_if_done(campaign_id: int, *, now: datetime) -> bool:
    """Mark a campaign finished when no letter of it waits or is in hand.

    The row is locked first and the letters are read after: a NOT EXISTS in the UPDATE would keep the snapshot it had
    before it waited for somebody who brings a letter back.
    """
    sending = Campaign.objects.select_for_update(no_key=True).filter(pk=campaign_id, state=Campaign.State.SENDING)
    if not sending.exists():
        return False
    still_open = [*Message.WAITING, Message.State.SENDING]
    if Message.objects.filter(campaign_id=campaign_id, state__in=still_open).exists():
        return False
    finished = bool(sending.update(state=Campaign.State.FINISHED, finished_at=now))
    if finished and Message.objects.filter(campaign_id=campaign_id, state=Message.State.UNCERTAIN).exists():
        raise_alarm_once(code=UNCERTAIN, campaign_id=campaign_id, facts={}, now=now)
    return finished


@transaction.atomic
def change_campaign(campaign: Campaign, *, by: User, now: datetime, what: str) -> None:
    """Note a change of audience, template or letter: the revision rises, and an approval no longer holds.

    A campaign already under way is paused: its approved words are no longer what it says. Whoever had approved, and
    the author, are told; the trail keeps whose approval it was.
    """
    this = Campaign.objects.filter(pk=campaign.pk)
    this.update(revision=F("revision") + 1)
    # Read after the row is held: an approval that committed meanwhile is one that this change takes away.
    approved_by_id, state = this.values_list("approved_by_id", "state").get()
    voided = this.filter(state__in=["approved", "scheduled"]).update(
        state=Campaign.State.IN_REVIEW,
        approved_by=None,
        approved_at=None,
        approved_revision=None,
        scheduled_at=None,
        # That they should leave was said of other letters.
        release_asked_at=None,
        release_asked_by=None,
        released_up_to=0,
    )
    paused = this.filter(state=Campaign.State.SENDING).update(
        state=Campaign.State.PAUSED, paused_code="changed", paused_facts={}
    )
    facts: dict[str, object] = {"what": what}
    if voided or paused:
        facts["voided"] = approved_by_id
        told = User.objects.filter(pk__in=[approved_by_id, campaign.author_id]).exclude(pk=by.pk)
        said = {"what": what, "by": str(by), "at": now.isoformat(), "state": state}
        raise_alarm(code=APPROVAL_VOID, campaign=campaign, facts=said, now=now, to=told)
    audit.record("change_campaign", actor=by, now=now, obj=campaign, facts=facts)
    campaign.refresh_from_db()


@transaction.atomic
def settle_uncertain(message_id: int, *, went: bool, by: User, now: datetime) -> Message:
    """A person decides about an uncertain letter: it went, or it is sent again.

    Raise StepRefused if it was settled already, or if it should go again in a campaign that was called off.
    """
    message = Message.objects.select_related("contact").get(pk=message_id)
    campaign = Campaign.objects.select_for_update(no_key=True).get(pk=message.campaign_id)
    if not went and campaign.state == Campaign.State.CANCELLED:
        raise StepRefused("state", campaign)
    changes = (
        {"state": Message.State.SENT, "sent_at": now, "reason_code": "", "reason_facts": {}}
        if went
        else {"state": Message.State.READY, "due_at": now, "reason_code": "", "reason_facts": {}, "holder": ""}
    )
    settled = Message.objects.filter(pk=message_id, state=Message.State.UNCERTAIN).update(settled_by=by, **changes)
    message.refresh_from_db()
    if not settled:
        raise StepRefused("state", campaign)
    verb = "letter_went" if went else "letter_again"
    audit.record(verb, actor=by, now=now, obj=message, contact=message.contact)
    if went:
        # A line is quoted once, whoever says that it was.
        said = MessageBody.objects.filter(pk=message_id).values_list("sources", flat=True).first() or {}
        Interaction.objects.filter(pk=said.get("quotable"), quoted_at=None).update(quoted_at=now)
    else:
        # A finished campaign takes up its last letters again.
        Campaign.objects.filter(pk=campaign.pk, state=Campaign.State.FINISHED).update(
            state=Campaign.State.SENDING, finished_at=None
        )
    return message
