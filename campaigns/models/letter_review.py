from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.models.campaign import Campaign
from campaigns.models.message import Message
from customers.models import Contact


class LetterReview(models.Model):
    """What a reviewer needs of one letter, apart from `Message`: no hand-over ever writes here.

    The tick itself is `Message.reviewed_at`. `pile` says where the letter waits to be read; "" when it was ticked, set
    aside, given to a person's own hand or left out. `look_codes` and `guard` are lists of {"code": …, "facts": {…}}:
    why it wants a look, and what keeps it from leaving until it is mended or a person has confirmed it.
    """

    class Pile(models.TextChoices):
        LOOK = "look", _("want a look first")
        REST = "rest", _("the rest")
        NONE = "", _("none")

    message = models.OneToOneField(Message, models.CASCADE, primary_key=True, related_name="review")
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="reviews", db_index=False)
    pile = models.CharField(max_length=4, choices=Pile, blank=True, default=Pile.REST)
    look_codes = models.JSONField(default=list)
    guard = models.JSONField(default=list)
    # Ticked with one of its kind, not by itself: an approval says how many.
    ticked_alike = models.BooleanField(default=False)
    confirmed = models.JSONField(default=list, help_text=_("findings of the guard that a person has confirmed"))

    # The machine’s own words, before any hand: when they become others, the facts have changed.
    rendered_digest = models.CharField(max_length=64, blank=True)
    same_class = models.CharField(max_length=32, blank=True, help_text=_("letters that say the same, own names apart"))
    personal_share = models.PositiveSmallIntegerField(null=True, blank=True, help_text=_("percent of its characters"))
    likeness = models.PositiveSmallIntegerField(null=True, blank=True, help_text=_("percent, with their last letters"))

    signer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    signer_read_at = models.DateTimeField(null=True, blank=True)
    # Whose desk it lies on just now, and until when; two colleagues never read the same letter at once.
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    reader_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["campaign", "pile", "message"], name="review_pile"),
            models.Index(fields=["campaign", "same_class"], name="review_same_class"),
            models.Index(
                fields=["campaign", "signer", "signer_read_at"], name="review_of_signer", condition=~Q(signer=None)
            ),
        ]

    def __str__(self) -> str:
        return f"review of letter {self.message_id}"


class HandEdit(models.Model):
    """Words a person changed in one letter. They outlive the letter: it is written anew, and they are put in again.

    `base_*` are the machine’s words they changed; `stale` when the machine has come to say something else in the very
    places they touched. Who approves a greeting and changed a letter of it needs the author’s yes: `agreed_by`.
    """

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="hand_edits")
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="+")
    base_subject = models.CharField(max_length=400)
    base_text = models.TextField()
    base_html = models.TextField()
    subject = models.CharField(max_length=400)
    text = models.TextField()
    html = models.TextField()
    stale = models.BooleanField(default=False)
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    edited_at = models.DateTimeField()
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    agreed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "contact"], name="hand_edit_once_per_letter")]

    def __str__(self) -> str:
        return f"hand edit {self.pk}"


class CarriedReview(models.Model):
    """What people decided about a letter, kept while the letters of its campaign are made anew.

    A tick holds again when the new letter says the same (`digest`); what was set aside stays aside.
    """

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="carried_reviews")
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, blank=True)
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    signer_read_at = models.DateTimeField(null=True)
    confirmed = models.JSONField(default=list)
    aside = models.JSONField(default=dict, help_text=_("state, channel and reason of a letter set aside by hand"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "contact"], name="carried_review_once")]

    def __str__(self) -> str:
        return f"review carried for campaign {self.campaign_id}"


class ReviewPlace(models.Model):
    """The letter at which somebody stopped reading; they go on there."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="places")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="+")
    pile = models.CharField(max_length=8, default="look")
    left_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "user"], name="review_place_once")]

    def __str__(self) -> str:
        return f"place of {self.user_id} in campaign {self.campaign_id}"
