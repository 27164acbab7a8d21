from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.models.campaign import Campaign
from customers.models import Contact


class Message(models.Model):
    """One letter: one row per campaign and contact, whatever becomes of it.

    A claim moves it to `sending` with holder, attempt and lease (see `campaigns/dispatch/handover.py`). A reason is
    a code with facts, never a stored sentence. Message-ID and token are fixed at creation, the same at every attempt.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        READY = "ready", _("ready")
        SENDING = "sending", _("leaving")
        SENT = "sent", _("sent")
        RETRY = "retry", _("to be tried again")
        HELD = "held", _("held")
        SKIPPED = "skipped", _("left out")
        FAILED = "failed", _("failed")
        UNCERTAIN = "uncertain", _("uncertain")
        CANCELLED = "cancelled", _("cancelled")

    class Channel(models.TextChoices):
        MAIL = "mail", _("e-mail")
        CARD = "card", _("card")
        CALL = "call", _("call")
        TEXT = "text", _("message from one’s own phone")

    WAITING = (State.DRAFT, State.READY, State.RETRY)
    OUT = (State.SENDING, State.SENT, State.UNCERTAIN)

    # No index for the foreign keys alone: each costs every hand-over, and the composite ones below begin with the two.
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="messages", db_index=False)
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="messages", db_index=False)
    channel = models.CharField(max_length=4, choices=Channel, default=Channel.MAIL)
    occasion_key = models.CharField(max_length=60)
    language = models.CharField(max_length=5, default="el")
    manner = models.CharField(max_length=10, default="formal")
    to_name = models.CharField(max_length=300, blank=True)
    to_address = models.CharField(max_length=254, blank=True)
    address_digest = models.CharField(max_length=64, blank=True)
    salutation_confidence = models.FloatField(default=0)

    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    reason_code = models.CharField(max_length=40, blank=True)
    reason_facts = models.JSONField(default=dict)
    lane = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True, blank=True)
    give_up_at = models.DateTimeField(null=True, blank=True)
    holder = models.CharField(max_length=160, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempt = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    header_id = models.CharField(_("Message-ID"), max_length=200)
    token = models.CharField(max_length=64)
    return_path = models.CharField(max_length=254, blank=True)
    from_name = models.CharField(max_length=200, blank=True, help_text=_("who the letter is from; empty: the house"))
    reply_to = models.CharField(max_length=254, blank=True, help_text=_("the colleague the customer knows"))
    provider_id = models.CharField(max_length=200, blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        indexes = [
            models.Index(
                fields=["campaign", "lane", "due_at", "id"],
                name="message_due",
                condition=Q(state__in=["ready", "retry"]),
            ),
            models.Index(fields=["campaign", "state", "id"], name="message_by_state"),
            models.Index(fields=["lease_until"], name="message_in_hand", condition=Q(state="sending")),
            models.Index(fields=["contact", "occasion_key"], name="message_by_occasion"),
        ]
        constraints = [
            # Not `unique` on the field: PostgreSQL would keep a second index, for LIKE, that nobody asks.
            models.UniqueConstraint(fields=["header_id"], name="message_header_id_once"),
            models.UniqueConstraint(fields=["token"], name="message_token_once"),
            models.UniqueConstraint(fields=["campaign", "contact"], name="message_once_per_person"),
            models.UniqueConstraint(
                fields=["campaign", "address_digest"],
                name="message_once_per_address",
                condition=~Q(address_digest="") & ~Q(state__in=["skipped", "cancelled"]),
            ),
            # Two campaigns of one occasion can claim for the same person at the same instant; only this stops both.
            models.UniqueConstraint(
                fields=["contact", "occasion_key"],
                name="message_one_wish_per_person",
                condition=Q(state__in=["sending", "sent", "uncertain"]) & ~Q(occasion_key=""),
            ),
            models.UniqueConstraint(
                fields=["address_digest", "occasion_key"],
                name="message_one_wish_per_address",
                condition=Q(state__in=["sending", "sent", "uncertain"]) & ~Q(occasion_key="") & ~Q(address_digest=""),
            ),
            models.CheckConstraint(
                condition=~Q(state="sending") | (~Q(holder="") & ~Q(lease_until=None)),
                name="message_in_hand_has_holder",
            ),
            models.CheckConstraint(condition=~Q(state="sent") | ~Q(sent_at=None), name="message_sent_has_time"),
            models.CheckConstraint(
                condition=~Q(state__in=["held", "skipped", "failed", "uncertain"]) | ~Q(reason_code=""),
                name="message_has_reason",
            ),
            models.CheckConstraint(condition=Q(lane__lte=31), name="message_lane_up_to_31"),
        ]

    def __str__(self) -> str:
        return f"letter {self.pk}"


class MessageBody(models.Model):
    """The frozen words of one letter. Retention may drop the words; the digest stays."""

    message = models.OneToOneField(Message, models.CASCADE, primary_key=True, related_name="body")
    subject = models.CharField(max_length=400)
    text = models.TextField()
    html = models.TextField(help_text=_("inner part, the frame stands in LetterFrame"))
    facts_used = models.JSONField(default=list)
    sources = models.JSONField(default=dict, help_text=_("the row a fact came from, by the name of the fact"))
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"words of letter {self.message_id}"


class LetterFrame(models.Model):
    """Head and foot of the card with inlined style, once per campaign and variant."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="frames")
    language = models.CharField(max_length=5)
    manner = models.CharField(max_length=10)
    html_head = models.TextField()
    html_foot = models.TextField()
    text_foot = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "language", "manner"], name="letter_frame_once")]

    def __str__(self) -> str:
        return f"frame {self.language} {self.manner} of campaign {self.campaign_id}"
