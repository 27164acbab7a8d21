"""Whoever signs letters reads them first: what each signer has read, and the list they get the day before."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from campaigns.models import Campaign, LetterReview, Message, StaffNotice
from campaigns.notices import SIGNER_LIST, raise_alarm
from customers.models import User

State = Campaign.State
# Before letters leave, and still to be read.
NOT_BEGUN = (State.IN_REVIEW, State.APPROVED, State.SCHEDULED)
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class SignerLine:
    """A colleague, the letters that leave in their name, and how many of them they have read."""

    signer: User
    count: int
    read: int

    @property
    def unread(self) -> int:
        return self.count - self.read


def letters_of_signers(campaign_id: int) -> QuerySet[LetterReview]:
    """The letters of a campaign that are to leave in the name of a colleague."""
    leaving = Message.objects.filter(pk=OuterRef("message_id"), state=Message.State.DRAFT)
    return LetterReview.objects.filter(Exists(leaving), campaign=campaign_id, signer__isnull=False)


def unread_by_signers(campaign_id: int) -> dict[int, int]:
    """{signer: letters in their name that they have not read}; whoever has read all is not in it."""
    rows = letters_of_signers(campaign_id).filter(signer_read_at=None).order_by().values_list("signer_id")
    return dict(rows.annotate(count=Count("pk")))


def signer_lines(campaign_id: int) -> list[SignerLine]:
    """Each signer with their letters, the most first."""
    rows = letters_of_signers(campaign_id).order_by().values_list("signer_id")
    return as_lines(rows.annotate(count=Count("pk"), read=Count("signer_read_at")))


def as_lines(rows) -> list[SignerLine]:
    """Signers as lines from (id, letters, read), the most letters first."""
    counts = {pk: (count, read) for pk, count, read in rows}
    users = User.objects.in_bulk(counts)
    lines = [SignerLine(users[pk], *counts[pk]) for pk in counts if pk in users]
    return sorted(lines, key=lambda line: (-line.count, line.signer.pk))


# --- The list of the day before ---


def tell_signers(*, now: datetime) -> int:
    """Give each signer their list the day before letters leave; return how many were told. Once for each campaign.

    What is approved may leave at any moment, and what is set for an hour less than a day ahead soon: they are told at
    once. While nobody has approved, the day before the wish counts.
    """
    tomorrow = timezone.localdate(now) + A_DAY
    near = (
        Q(state=State.SCHEDULED, scheduled_at__lte=now + A_DAY)
        | Q(state=State.APPROVED)
        | Q(state=State.IN_REVIEW, wish_on__lte=tomorrow)
    )
    in_time = Q(give_up_at=None) | Q(give_up_at__gt=now)
    campaigns = Campaign.objects.filter(near, in_time, signing=Campaign.Signing.OWNER)
    near_ids = campaigns.order_by("pk").values_list("pk", flat=True)
    return sum(_tell_signers_of(pk, now=now) for pk in near_ids if _not_told(pk).exists())


def _not_told(campaign_id: int) -> QuerySet[LetterReview]:
    """Letters of the signers who have no list of this campaign yet."""
    told = StaffNotice.objects.filter(campaign=campaign_id, code=SIGNER_LIST).values("to")
    return LetterReview.objects.filter(campaign=campaign_id, signer__isnull=False).exclude(signer__in=told)


@transaction.atomic
def _tell_signers_of(campaign_id: int, *, now: datetime) -> int:
    # Locked: of two sweeps that come at the same moment, the second sees whom the first has told.
    campaign = Campaign.objects.select_for_update(no_key=True).get(pk=campaign_id)
    not_told = set(_not_told(campaign_id).order_by().values_list("signer_id", flat=True).distinct())
    lines = [line for line in signer_lines(campaign_id) if line.signer.pk in not_told]
    for line in lines:
        facts = {"count": line.count, "unread": line.unread}
        raise_alarm(code=SIGNER_LIST, campaign=campaign, facts=facts, now=now, to=[line.signer])
    return len(lines)


def letters_to_sign(user: User) -> list[tuple[Campaign, int]]:
    """The campaigns in which letters wait to be read by `user`, in whose name they leave, and how many."""
    unread = LetterReview.objects.filter(
        Exists(Message.objects.filter(pk=OuterRef("message_id"), state=Message.State.DRAFT)),
        campaign=OuterRef("pk"),
        signer=user,
        signer_read_at=None,
    )
    campaigns = Campaign.objects.filter(Exists(unread), state__in=NOT_BEGUN).order_by("wish_on", "pk")
    return [(campaign, unread_by_signers(campaign.pk).get(user.pk, 0)) for campaign in campaigns]
