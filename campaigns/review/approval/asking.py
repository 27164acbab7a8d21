"""Author and approver: the approval is asked for, talked about, sent back. What they say is part of no letter."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import QuerySet

from campaigns.models import ApprovalComment, Campaign
from campaigns.notices import COMMENT, SENT_BACK, TO_APPROVE, managers, raise_alarm
from campaigns.review.approval.warnings import ASKED, warnings_of
from campaigns.running import is_writer, refused
from customers import audit
from customers.models import User

State = Campaign.State
LONGEST_COMMENT = ApprovalComment._meta.get_field("text").max_length
# A greeting that is over is no longer talked about.
OVER = (State.FINISHED, State.CANCELLED)


class ReasonsMissing(Exception):
    """A warning the approver will see has no reason yet: `kinds` of `warnings.KINDS`."""

    def __init__(self, kinds: list[str]) -> None:
        super().__init__(kinds)
        self.kinds = kinds


class CannotComment(Exception):
    """`code`: "empty", "too_long", or "over" for a greeting that is finished or called off."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def waiting_for_approval() -> QuerySet[Campaign]:
    """The campaigns somebody has asked to be approved, those who waited longest first."""
    asked = Campaign.objects.filter(state=State.IN_REVIEW, approval_asked_at__isnull=False)
    return asked.select_related("author", "version", "approval_asked_by").order_by("approval_asked_at", "pk")


def ready_to_ask(user: User) -> list[Campaign]:
    """The campaigns of `user` whose letters are ready, and for which nobody has asked yet."""
    return list(Campaign.objects.filter(author=user, state=State.IN_REVIEW, approval_asked_at=None).order_by("pk"))


def approvers_of(campaign: Campaign, *, but: User | None = None) -> list[User]:
    """Who may approve a campaign: the managers who neither began it nor wrote its words."""
    return [user for user in managers() if not is_writer(campaign, user) and user != but]


def comments_of(campaign: Campaign) -> QuerySet[ApprovalComment]:
    return campaign.comments.select_related("author").order_by("written_at", "pk")


@transaction.atomic
def ask_for_approval(
    campaign_id: int, *, by: User, now: datetime, note: str = "", reasons: Mapping[str, str] | None = None
) -> bool:
    """Ask the managers to approve what stands in review, and tell them; False when it was asked for already.

    `reasons` holds for each kind of warning why the letters may leave all the same (`warnings.warnings_of`); `note` is
    what they should know beside. Both are kept as comments. Raise StepRefused "state" for a campaign that is not in
    review, ReasonsMissing, CannotComment for words that are too long.
    """
    words = _words(note) if note.strip() else ""
    given = {kind: _words(text) for kind, text in (reasons or {}).items() if text.strip()}
    asked = Campaign.objects.filter(pk=campaign_id, state=State.IN_REVIEW, approval_asked_at=None).update(
        approval_asked_at=now, approval_asked_by=by
    )
    campaign = Campaign.objects.select_related("version").get(pk=campaign_id)
    if campaign.state != State.IN_REVIEW:
        raise refused(campaign_id, "state")
    if not asked:
        return False
    needed = list(warnings_of(campaign))
    if missing := [kind for kind in needed if kind not in given]:
        raise ReasonsMissing(missing)
    say = partial(ApprovalComment.objects.create, campaign=campaign, author=by, written_at=now)
    facts = {"revision": campaign.revision, "reasons": {kind: say(text=given[kind]).pk for kind in needed}}
    if words:
        say(text=words)
    audit.record(ASKED, actor=by, now=now, obj=campaign, facts=facts)
    told = approvers_of(campaign, but=by)
    raise_alarm(code=TO_APPROVE, campaign=campaign, facts={"by": str(by)}, now=now, to=told)
    return True


@transaction.atomic
def send_back(campaign_id: int, *, by: User, text: str, now: datetime) -> None:
    """Give it back to its author with a comment: it is no longer asked for, until they ask anew.

    Raise StepRefused "state" when it is not in review any more, CannotComment without a comment.
    """
    words = _words(text)
    back = Campaign.objects.filter(pk=campaign_id, state=State.IN_REVIEW).update(
        approval_asked_at=None, approval_asked_by=None
    )
    if not back:
        raise refused(campaign_id, "state")
    campaign = Campaign.objects.select_related("version").get(pk=campaign_id)
    ApprovalComment.objects.create(campaign=campaign, author=by, text=words, written_at=now)
    audit.record("send_back", actor=by, now=now, obj=campaign, facts={"revision": campaign.revision})
    told = [user for user in _writers(campaign) if user != by]
    raise_alarm(code=SENT_BACK, campaign=campaign, facts={"by": str(by)}, now=now, to=told)


@transaction.atomic
def add_comment(campaign_id: int, *, by: User, text: str, now: datetime) -> ApprovalComment:
    """Say something about a greeting, and tell the other side: whoever wrote it, or those who may approve it.

    An approver who has said something already, or has approved, is the other side; else all of them are. Raise
    CannotComment.
    """
    words = _words(text)
    campaign = Campaign.objects.select_related("version").get(pk=campaign_id)
    if campaign.state in OVER:
        raise CannotComment("over")
    comment = ApprovalComment.objects.create(campaign=campaign, author=by, text=words, written_at=now)
    raise_alarm(code=COMMENT, campaign=campaign, facts={"by": str(by)}, now=now, to=_other_side(campaign, by))
    return comment


def _words(text: str) -> str:
    words = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if not words:
        raise CannotComment("empty")
    if len(words) > LONGEST_COMMENT:
        raise CannotComment("too_long")
    return words


def _writers(campaign: Campaign) -> list[User]:
    wrote = [campaign.author_id, campaign.version.written_by_id if campaign.version else None]
    return list(User.objects.filter(pk__in=[pk for pk in (*wrote, campaign.approval_asked_by_id) if pk]).order_by("pk"))


def _other_side(campaign: Campaign, by: User) -> list[User]:
    writers = _writers(campaign)
    if by not in writers:
        return writers
    approvers = approvers_of(campaign, but=by)
    spoken = {campaign.approved_by_id, *campaign.comments.values_list("author_id", flat=True)}
    return [user for user in approvers if user.pk in spoken] or approvers
