"""Letters that do not leave by mail: those a person took into their own hand, and those nobody has decided about."""

from django.db.models import QuerySet

from campaigns.models import Campaign, Message

Channel = Message.Channel
# Channel -> the reason a letter is held for while a colleague has it in hand.
BY_HAND: dict[str, str] = {Channel.CALL: "by_call", Channel.CARD: "by_card", Channel.TEXT: "by_text"}
BY_HAND_CODES = tuple(BY_HAND.values())
# No way other than a hand: nobody has an address for them.
NO_EMAIL = "no_email"


def held_without_end(campaign: Campaign) -> QuerySet[Message]:
    """The held letters nobody has decided about: as things stand, these people get nothing."""
    return Message.objects.filter(campaign=campaign, state=Message.State.HELD).exclude(reason_code__in=BY_HAND_CODES)


def in_hand(campaign: Campaign) -> QuerySet[Message]:
    """The letters that wait for a call, a card or a message of a colleague."""
    return Message.objects.filter(campaign=campaign, state=Message.State.HELD, reason_code__in=BY_HAND_CODES)
