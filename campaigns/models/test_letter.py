from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.models.campaign import Campaign
from customers.models import Contact


class TestGroup(models.Model):
    """Colleagues who get test letters together."""

    __test__ = False  # the name begins as those that pytest collects

    name = models.CharField(_("name"), max_length=80, unique=True)
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", verbose_name=_("members"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("group for test letters")
        verbose_name_plural = _("groups for test letters")

    def __str__(self) -> str:
        return self.name


class TestLetter(models.Model):
    """A letter as `contact` would read it, sent to a colleague: marked in its subject, never a touch of anybody.

    `click` is the button press it came from: one press makes one letter per colleague. It leaves by the transport of
    the letters, claimed as they are.
    """

    __test__ = False

    class State(models.TextChoices):
        READY = "ready", _("ready")
        SENDING = "sending", _("leaving")
        SENT = "sent", _("sent")
        RETRY = "retry", _("to be tried again")
        FAILED = "failed", _("failed")
        UNCERTAIN = "uncertain", _("uncertain")

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="test_letters")
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="+")
    to = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    click = models.CharField(max_length=40)
    created_at = models.DateTimeField()

    subject = models.CharField(max_length=400)
    text = models.TextField()
    html = models.TextField()

    state = models.CharField(max_length=10, choices=State, default=State.READY)
    reason_code = models.CharField(max_length=40, blank=True)
    reason_facts = models.JSONField(default=dict)
    due_at = models.DateTimeField()
    holder = models.CharField(max_length=160, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempt = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    header_id = models.CharField(_("Message-ID"), max_length=200, unique=True)

    class Meta:
        verbose_name = _("test letter")
        verbose_name_plural = _("test letters")
        indexes = [
            models.Index(fields=["due_at"], name="test_letter_due", condition=Q(state__in=["ready", "retry"])),
            models.Index(fields=["campaign", "-created_at"], name="test_letter_newest"),
        ]
        constraints = [models.UniqueConstraint(fields=["click", "to"], name="test_letter_once_per_click")]

    def __str__(self) -> str:
        return f"test letter {self.pk}"
