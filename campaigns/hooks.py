"""What `customers` tells this app: registered when the apps are ready."""

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from campaigns.models import Campaign, Message
from campaigns.review.by_hand.cases import ask_for_calls, take_back_call
from campaigns.review.looking import NOT_APPROVED
from campaigns.review.room.pile import back_on_pile, take_off_pile
from customers.consent import ADDRESS_CHANGED, Trace, register_stop_hook
from customers.models import Contact

_OVER = (Campaign.State.FINISHED, Campaign.State.CANCELLED)
_BEGUN = (Campaign.State.SENDING, Campaign.State.PAUSED)
_OUT_OF_THE_WAY = (Message.State.SKIPPED, Message.State.CANCELLED)


def skip_waiting_letters(contact_ids: list[int], digest: str, code: str) -> list[Trace]:
    """Leave out the letters of people who were just stopped, in the transaction that stops them.

    After a change of address those to the former one are held: a person decides whether they are still meant.
    """
    state, letters = Message.State.SKIPPED, _waiting_for(contact_ids, digest)
    if code == ADDRESS_CHANGED:
        state, letters = Message.State.HELD, _to_former_addresses(contact_ids)
    # Locked before they are noted: what is noted is what stood there. In one order, so that two stops never wait for
    # each other.
    held = letters.select_for_update().order_by("pk")
    columns = ("pk", "contact_id", "campaign_id", "state", "reason_code", "reason_facts")
    rows = list(held.values_list(*columns))
    # Which approval they were a part of: read after they are locked, so that one given meanwhile saw them or is not
    # noted.
    approvals = Campaign.objects.filter(pk__in={row[2] for row in rows}).values_list("pk", "approved_revision")
    approved = dict(approvals) if rows else {}
    traces = [
        {
            "contact": contact_id,
            "letter": pk,
            "was": [was, reason, facts],
            "because": code,
            "approved": approved[campaign_id],
        }
        for pk, contact_id, campaign_id, was, reason, facts in rows
    ]
    if traces:
        Message.objects.filter(pk__in=[trace["letter"] for trace in traces]).update(
            state=state, reason_code=code, reason_facts={}
        )
        take_off_pile([trace["letter"] for trace in traces])
    if traces and code == Contact.Stop.COMPLAINT:
        _ask_for_calls(traces)
    return traces


def _ask_for_calls(traces: list[Trace]) -> None:
    """A case was opened while letters wait: instead of each of these letters somebody calls."""
    of = Campaign.objects.filter(messages__in=[trace["letter"] for trace in traces]).distinct().order_by("pk")
    people = [trace["contact"] for trace in traces]
    for campaign in of:
        # The stop tells no moment; the day of the call is counted from today.
        ask_for_calls(campaign, now=timezone.now(), contact_ids=people)


def _waiting_for(contact_ids: list[int], digest: str):
    theirs = Q(contact_id__in=contact_ids)
    if digest:
        theirs |= Q(address_digest=digest)
    return Message.objects.filter(theirs, state__in=[*Message.WAITING, Message.State.HELD])


def _to_former_addresses(contact_ids: list[int]):
    present = Contact.objects.filter(pk=OuterRef("contact_id"), address_digest=OuterRef("address_digest"))
    return Message.objects.filter(~Exists(present), contact_id__in=contact_ids, state__in=Message.WAITING)


def put_letters_back(traces: list[Trace]) -> None:
    """Let the letters wait again that a stop left out, unless their campaign is over or another goes there instead.

    One that was no part of the approval its campaign has by now is held: nobody approved that it leaves.
    """
    letters = Message.objects.filter(pk__in=[trace["letter"] for trace in traces])
    campaign_of = dict(letters.values_list("pk", "campaign_id"))
    # The campaigns are locked, in one order: one that begins or ends just now does so before this or after it. A
    # draft put back into a campaign that has begun would never leave.
    campaigns = Campaign.objects.select_for_update(no_key=True).filter(pk__in=set(campaign_of.values())).order_by("pk")
    standing = {campaign.pk: campaign for campaign in campaigns}
    for trace in traces:
        campaign = standing.get(campaign_of.get(trace["letter"]))
        if campaign is None or campaign.state in _OVER:
            continue
        others = Message.objects.filter(campaign=OuterRef("campaign"), address_digest=OuterRef("address_digest"))
        others = others.exclude(pk=OuterRef("pk")).exclude(address_digest="").exclude(state__in=_OUT_OF_THE_WAY)
        left_out = Message.objects.filter(
            ~Exists(others),
            pk=trace["letter"],
            state__in=[Message.State.SKIPPED, Message.State.HELD],
            reason_code=trace["because"],
        )
        state, reason, facts = trace["was"]
        columns = {"state": state, "reason_code": reason, "reason_facts": facts}
        leaves = state in Message.WAITING
        if leaves and campaign.approved_revision != trace.get("approved") and campaign.approved_revision is not None:
            columns = {"state": Message.State.HELD, "reason_code": NOT_APPROVED, "reason_facts": {}}
        elif state == Message.State.DRAFT and campaign.state in _BEGUN:
            columns |= {"state": Message.State.READY, "due_at": campaign.started_at}
        if not left_out.update(**columns):
            continue
        if columns["state"] == Message.State.DRAFT:
            _leaves_again(campaign, trace["letter"])
        back_on_pile([trace["letter"]])
        if trace["because"] == Contact.Stop.COMPLAINT:
            # There was no such case: the letter says it all again.
            take_back_call(campaign, trace["contact"])


def _leaves_again(campaign: Campaign, letter_id: int) -> None:
    """A draft more in a campaign whose row is held: a page of the approval no longer shows what leaves, and letters
    that are compared before they leave are compared from this one on.
    """
    this = Campaign.objects.filter(pk=campaign.pk)
    this.filter(state=Campaign.State.IN_REVIEW).update(revision=F("revision") + 1)
    this.filter(released_up_to__gte=letter_id).update(released_up_to=letter_id - 1)


register_stop_hook(skip_waiting_letters, put_letters_back)
