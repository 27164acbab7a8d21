from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Suppression(models.Model):
    """An address we do not write to. Known by its digest only, so it outlives the contact and its erasure."""

    class Reason(models.TextChoices):
        UNSUBSCRIBED = "unsubscribed", _("asked not to be written to")
        HARD_BOUNCE = "hard_bounce", _("the address does not exist")
        SPAM_COMPLAINT = "spam_complaint", _("reported the letter as spam")
        BY_STAFF = "by_staff", _("stopped by a colleague")
        NO_LETTERS = "no_letters", _("the list says: no letters")
        ERASED = "erased", _("asked to be erased")

    address_digest = models.CharField(max_length=64, unique=True, editable=False)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason)
    since = models.DateTimeField(_("since"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("suppression")
        verbose_name_plural = _("suppressions")

    def __str__(self) -> str:
        return f"suppression {self.pk}"
