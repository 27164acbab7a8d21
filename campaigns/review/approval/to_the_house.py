"""What a signer has not read is given to the house: its signature, its name as sender, its address for answers."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from campaigns.models import Campaign
from campaigns.review.approval.signing import letters_of_signers, unread_by_signers
from campaigns.review.release import hold_changed
from campaigns.review.rewriting import rewrite_letters
from campaigns.running import refused
from customers import audit
from customers.models import User

CHUNK = 500  # letters of one transaction: half a second of writing


@dataclass(frozen=True)
class Given:
    """How many letters were given to the house in this step, and how many of that signer are still to be."""

    done: int
    left: int


@transaction.atomic
def give_to_house(campaign_id: int, signer_id: int, *, by: User, now: datetime, limit: int = CHUNK) -> Given:
    """Let the house sign up to `limit` letters that their signer has not read; a change of what leaves.

    Before the approval only, so that the words approved are those that leave: raise StepRefused "state" otherwise.
    Ends by itself when nothing is left, and goes on after any crash where it stood.
    """
    # Locked, so that an approval comes before or after: it never finds letters half of them written anew.
    campaign = Campaign.objects.select_for_update(no_key=True).get(pk=campaign_id)
    if campaign.state != Campaign.State.IN_REVIEW:
        raise refused(campaign_id, "state")
    unread = letters_of_signers(campaign_id).filter(signer=signer_id, signer_read_at=None).order_by("pk")
    ids = list(unread.values_list("pk", flat=True)[:limit])
    if ids:
        rewrite_letters(campaign_id, ids, by=by, now=now, house_signs=True)
        facts = {"signer": signer_id, "count": len(ids)}
        audit.record("give_to_house", actor=by, now=now, obj=campaign, facts=facts)
    return Given(len(ids), unread.count())


@transaction.atomic
def give_unread_to_house(campaign_id: int, *, besides: Collection[int], revision: int, by: User, now: datetime) -> int:
    """Give what its signers have not read to the house, but for the signers `besides`, as the approver's page said it;
    return the revision that is to be approved.

    Nothing is given when the page was of another revision, or when it is more than a request should wait for. A letter
    that would come to say more than another signature is held: nobody has read what it says today.
    """
    campaign = Campaign.objects.select_for_update(no_key=True).get(pk=campaign_id)
    unread = {pk: count for pk, count in unread_by_signers(campaign_id).items() if pk not in besides}
    if campaign.state != Campaign.State.IN_REVIEW or campaign.revision != revision or sum(unread.values()) > CHUNK:
        return revision
    not_read = letters_of_signers(campaign_id).filter(signer__in=unread, signer_read_at=None)
    hold_changed(campaign, list(not_read.values_list("pk", flat=True)), now=now)
    for signer_id in unread:
        give_to_house(campaign_id, signer_id, by=by, now=now)
    campaign.refresh_from_db(fields=["revision"])
    return campaign.revision
