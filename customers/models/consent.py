from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models.contact import Contact


class Consent(models.Model):
    """By what right we write to a person, since when, and where it was given."""

    class Basis(models.TextChoices):
        CONSENT = "consent", _("consent")
        CUSTOMER = "customer", _("existing customer")
        UNKNOWN = "unknown", _("unknown")

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="consents", verbose_name=_("contact"))
    purpose = models.CharField(_("purpose"), max_length=40, default="greetings")
    basis = models.CharField(_("basis"), max_length=10, choices=Basis, default=Basis.UNKNOWN)
    source = models.CharField(_("source"), max_length=120, blank=True)
    given_at = models.DateTimeField(_("given at"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "purpose"], name="consent_in_force_once", condition=Q(withdrawn_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"consent {self.pk}"
