"""What `customers` tells this app: registered when the apps are ready."""

from django.db.models import Q

from campaigns.models import Message
from customers.consent import register_stop_hook


def skip_waiting_letters(contact_ids: list[int], digest: str, code: str) -> None:
    """Leave out the letters of people who were just stopped, in the transaction that stops them."""
    theirs = Q(contact_id__in=contact_ids)
    if digest:
        theirs |= Q(address_digest=digest)
    Message.objects.filter(theirs, state__in=[*Message.WAITING, Message.State.HELD]).update(
        state=Message.State.SKIPPED, reason_code=code, reason_facts={}
    )


register_stop_hook(skip_waiting_letters)
