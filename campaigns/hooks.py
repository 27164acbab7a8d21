"""What `customers` tells this app: registered when the apps are ready."""

from django.db.models import Exists, OuterRef, Q

from campaigns.models import Campaign, Message
from customers.consent import Trace, register_stop_hook

_OVER = (Campaign.State.FINISHED, Campaign.State.CANCELLED)
_OUT_OF_THE_WAY = (Message.State.SKIPPED, Message.State.CANCELLED)


def skip_waiting_letters(contact_ids: list[int], digest: str, code: str) -> list[Trace]:
    """Leave out the letters of people who were just stopped, in the transaction that stops them."""
    theirs = Q(contact_id__in=contact_ids)
    if digest:
        theirs |= Q(address_digest=digest)
    waiting = Message.objects.filter(theirs, state__in=[*Message.WAITING, Message.State.HELD])
    traces = [
        {"contact": contact_id, "letter": pk, "was": [state, reason, facts], "because": code}
        for pk, contact_id, state, reason, facts in waiting.values_list(
            "pk", "contact_id", "state", "reason_code", "reason_facts"
        )
    ]
    waiting.update(state=Message.State.SKIPPED, reason_code=code, reason_facts={})
    return traces


def put_letters_back(traces: list[Trace]) -> None:
    """Let the letters wait again that a stop left out, unless their campaign is over or another goes there instead."""
    for trace in traces:
        others = Message.objects.filter(campaign=OuterRef("campaign"), address_digest=OuterRef("address_digest"))
        others = others.exclude(pk=OuterRef("pk")).exclude(address_digest="").exclude(state__in=_OUT_OF_THE_WAY)
        left_out = Message.objects.filter(
            ~Exists(others), pk=trace["letter"], state=Message.State.SKIPPED, reason_code=trace["because"]
        )
        state, reason, facts = trace["was"]
        left_out.exclude(campaign__state__in=_OVER).update(state=state, reason_code=reason, reason_facts=facts)


register_stop_hook(skip_waiting_letters, put_letters_back)
