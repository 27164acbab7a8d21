from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.models.campaign import Campaign


class StaffNotice(models.Model):
    """An alarm for one colleague: shown on their pages until seen, and sent to their reply address.

    A code with facts, never a stored sentence. It leaves by the transport of the letters, claimed as they are; a
    notice whose fate is not known is not repeated, because the page shows it anyway.
    """

    class State(models.TextChoices):
        READY = "ready", _("ready")
        SENDING = "sending", _("leaving")
        SENT = "sent", _("sent")
        RETRY = "retry", _("to be tried again")
        FAILED = "failed", _("failed")
        UNCERTAIN = "uncertain", _("uncertain")

    to = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    campaign = models.ForeignKey(Campaign, models.CASCADE, null=True, blank=True, related_name="notices")
    code = models.CharField(max_length=40)
    facts = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)

    state = models.CharField(max_length=10, choices=State, default=State.READY)
    due_at = models.DateTimeField()
    holder = models.CharField(max_length=160, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempt = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    header_id = models.CharField(_("Message-ID"), max_length=200, unique=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], name="notice_due", condition=Q(state__in=["ready", "retry"])),
            models.Index(fields=["to", "created_at"], name="notice_unseen", condition=Q(seen_at=None)),
        ]

    def __str__(self) -> str:
        return f"notice {self.pk}"
