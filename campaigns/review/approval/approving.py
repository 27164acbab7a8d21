"""The approval: one conditional UPDATE of the campaign's row, and what it asks beside: who signed, who has read.

What is approved are the very words that leave: the revision on the approver's page is a condition, every change raises
it, and letters that a signer has not read are given to the house before, not after.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from campaigns.models import Campaign, GreetingVersion, LetterReview, Message
from campaigns.review.approval.signing import unread_by_signers
from campaigns.review.edits.hands import waiting_with_words_of
from campaigns.running import StepRefused, is_writer, refused
from customers import audit
from customers.models import User

State = Campaign.State


def own_edits(user: User) -> Exists:
    """Letters that leave with words of `user` the author has not agreed to, a later hand over them or none; as a
    condition on Campaign.
    """
    leaving = Message.objects.filter(
        campaign=OuterRef("campaign"), contact=OuterRef("contact"), state=Message.State.DRAFT
    )
    return Exists(waiting_with_words_of(user).filter(Exists(leaving), campaign=OuterRef("pk")))


def has_own_edits(campaign_id: int, user: User) -> bool:
    """True when letters leave with words of `user` that the author has not agreed to."""
    return Campaign.objects.filter(own_edits(user), pk=campaign_id).exists()


def _unread(signed_by: Collection[int]) -> Exists:
    """Letters that leave in the name of somebody who has not read them, but for those `signed_by` all the same."""
    leaving = Message.objects.filter(pk=OuterRef("message_id"), state=Message.State.DRAFT)
    reviews = LetterReview.objects.filter(
        Exists(leaving), campaign=OuterRef("pk"), signer__isnull=False, signer_read_at=None
    )
    return Exists(reviews.exclude(signer__in=signed_by))


@transaction.atomic
def approve_campaign(
    campaign_id: int,
    *,
    by: User,
    revision: int,
    now: datetime,
    one_person_shop: bool = False,
    asked_twice: bool = False,
    in_their_name: Collection[int] = (),
) -> None:
    """Approve what the approver saw: `revision` is the one on their page.

    The approver neither began the greeting nor wrote the words that were frozen, and no letter has words of theirs the
    author has not agreed to; in a one-person shop all this may be, when asked a second time. `in_their_name` are the
    signers whose unread letters the approver lets leave in their name all the same.

    Raise StepRefused otherwise: "state", "revision", "author", "own_edits" (their author has to agree), "signers" (with
    the facts {"unread": {signer: letters}}), or "ask_again" in a one-person shop.
    """
    wrote = GreetingVersion.objects.filter(pk=OuterRef("version_id"), written_by=by)
    alone = one_person_shop and asked_twice
    other_eyes = Q() if alone else ~Q(author=by) & ~Q(Exists(wrote)) & ~Q(own_edits(by))
    kept = {pk: count for pk, count in unread_by_signers(campaign_id).items() if pk in in_their_name}
    approved = Campaign.objects.filter(
        other_eyes, ~Q(_unread(in_their_name)), pk=campaign_id, state=State.IN_REVIEW, revision=revision
    ).update(
        state=State.APPROVED,
        approved_by=by,
        approved_at=now,
        approved_revision=F("revision"),
        approved_alone=alone,
    )
    if not approved:
        raise _why_not(campaign_id, by=by, revision=revision, in_their_name=in_their_name, alone=one_person_shop)
    campaign = Campaign.objects.get(pk=campaign_id)
    facts: dict[str, object] = {"revision": revision}
    if kept:
        facts["unread_in_their_name"] = {str(pk): count for pk, count in kept.items()}
    audit.record("approve_campaign", actor=by, now=now, obj=campaign, facts=facts)


def _why_not(campaign_id: int, *, by: User, revision: int, in_their_name: Collection[int], alone: bool) -> StepRefused:
    """The first condition that does not hold, in the order in which a colleague can do something about it."""
    this = Campaign.objects.filter(pk=campaign_id)
    campaign = this.select_related("version").get()
    if campaign.state != State.IN_REVIEW:
        return refused(campaign_id, "state")
    if campaign.revision != revision:
        return refused(campaign_id, "revision")
    if is_writer(campaign, by):
        return refused(campaign_id, "ask_again" if alone else "author")
    if has_own_edits(campaign_id, by):
        return refused(campaign_id, "ask_again" if alone else "own_edits")
    unread = {str(pk): count for pk, count in unread_by_signers(campaign_id).items() if pk not in in_their_name}
    if not unread:  # what was in the way has just been put right
        return refused(campaign_id, "revision")
    return refused(campaign_id, "signers", {"unread": unread})
