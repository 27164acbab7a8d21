from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from campaigns.models.greeting_template import GreetingTemplate, GreetingVersion


class Campaign(models.Model):
    """One greeting to many people, from the draft to the last letter.

    `revision` rises with every change of audience, template or letter; letters are handed over only while
    `approved_revision` equals it. `audience` is the rule as data (see `campaigns/segments/`), frozen by preparing.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PREPARING = "preparing", _("being prepared")
        IN_REVIEW = "in_review", _("in review")
        APPROVED = "approved", _("approved")
        SCHEDULED = "scheduled", _("scheduled")
        SENDING = "sending", _("leaving now")
        PAUSED = "paused", _("paused")
        FINISHED = "finished", _("finished")
        CANCELLED = "cancelled", _("cancelled")

    class Touch(models.TextChoices):
        CARE = "care", _("care")
        SELLING = "selling", _("selling")

    class Signing(models.TextChoices):
        """Who signs: the colleague whose person the reader is, or the house."""

        OWNER = "owner", _("whoever they know")
        HOUSE = "house", _("the house")

    name = models.CharField(_("name"), max_length=120)
    occasion = models.CharField(_("occasion"), max_length=40)
    occasion_key = models.CharField(_("occasion and year"), max_length=60)
    wish_on = models.DateField(_("day of the wish"), null=True, blank=True)
    touch = models.CharField(max_length=8, choices=Touch, default=Touch.CARE)
    template = models.ForeignKey(GreetingTemplate, models.PROTECT, related_name="campaigns")
    version = models.ForeignKey(GreetingVersion, models.PROTECT, null=True, blank=True, related_name="campaigns")
    audience = models.JSONField(_("audience"), default=dict)
    signing = models.CharField(_("who signs"), max_length=5, choices=Signing, default=Signing.OWNER)

    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    revision = models.PositiveIntegerField(default=1)
    approved_revision = models.PositiveIntegerField(null=True, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="campaigns")
    created_at = models.DateTimeField(auto_now_add=True)
    approval_asked_at = models.DateTimeField(null=True, blank=True)
    approval_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_alone = models.BooleanField(default=False, help_text=_("a one-person shop was asked twice"))

    chosen_count = models.PositiveIntegerField(default=0)
    prepared_count = models.PositiveIntegerField(default=0)
    prepared_on = models.DateField(null=True, blank=True, help_text=_("the day whose facts the letters tell"))
    compared_up_to = models.BigIntegerField(default=0, help_text=_("letters up to this number were compared"))

    # Before letters leave, each is compared with the facts of that day; a crash goes on where it stood.
    release_asked_at = models.DateTimeField(null=True, blank=True)
    release_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    released_up_to = models.BigIntegerField(default=0, help_text=_("letters up to this number hold what is true"))

    scheduled_at = models.DateTimeField(null=True, blank=True)
    give_up_at = models.DateTimeField(_("last sensible hour"), null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    finished_at = models.DateTimeField(null=True, blank=True)
    errors_in_a_row = models.PositiveIntegerField(default=0)
    paused_code = models.CharField(max_length=40, blank=True)
    paused_facts = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        indexes = [models.Index(fields=["state"], name="campaign_at_work")]
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("author")) | Q(approved_alone=True),
                name="campaign_approver_is_not_author",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None, approved_revision=None, approved_at=None)
                | (~Q(approved_by=None) & ~Q(approved_revision=None) & ~Q(approved_at=None)),
                name="campaign_approval_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "scheduled", "sending", "finished"]) | ~Q(approved_revision=None),
                name="campaign_sends_only_approved",
            ),
        ]

    def __str__(self) -> str:
        return self.name
