from campaigns.models.approval_comment import ApprovalComment
from campaigns.models.campaign import Campaign
from campaigns.models.delivery_attempt import DeliveryAttempt, DeliveryEvent
from campaigns.models.greeting_template import GreetingTemplate, GreetingVariant, GreetingVersion
from campaigns.models.letter_review import CarriedReview, HandEdit, LetterReview, ReviewPlace
from campaigns.models.message import LetterFrame, Message, MessageBody
from campaigns.models.preparing_lane import PreparingLane
from campaigns.models.segment import Segment
from campaigns.models.sending_window import SendingWindow
from campaigns.models.staff_notice import StaffNotice
from campaigns.models.test_letter import TestGroup, TestLetter
from campaigns.models.words_draft import WordsDraft
from campaigns.models.worker_heartbeat import WorkerHeartbeat

__all__ = [
    "ApprovalComment",
    "Campaign",
    "CarriedReview",
    "DeliveryAttempt",
    "DeliveryEvent",
    "GreetingTemplate",
    "GreetingVariant",
    "GreetingVersion",
    "HandEdit",
    "LetterFrame",
    "LetterReview",
    "Message",
    "MessageBody",
    "PreparingLane",
    "ReviewPlace",
    "Segment",
    "SendingWindow",
    "StaffNotice",
    "TestGroup",
    "TestLetter",
    "WordsDraft",
    "WorkerHeartbeat",
]
