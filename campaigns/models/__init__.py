from campaigns.models.campaign import Campaign
from campaigns.models.delivery_attempt import DeliveryAttempt, DeliveryEvent
from campaigns.models.greeting_template import GreetingTemplate, GreetingVariant, GreetingVersion
from campaigns.models.message import LetterFrame, Message, MessageBody
from campaigns.models.segment import Segment

__all__ = [
    "Campaign",
    "DeliveryAttempt",
    "DeliveryEvent",
    "GreetingTemplate",
    "GreetingVariant",
    "GreetingVersion",
    "LetterFrame",
    "Message",
    "MessageBody",
    "Segment",
]
