from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models.contact import Contact


class ContactCode(models.Model):
    """A code of the invoicing system. A joined pair keeps both, and invoices find either."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="codes", verbose_name=_("contact"))
    source = models.CharField(_("source"), max_length=60, default="", blank=True)
    code = models.CharField(_("code"), max_length=80)

    class Meta:
        verbose_name = _("code of the invoicing system")
        verbose_name_plural = _("codes of the invoicing system")
        indexes = [
            # Codes are searched by their beginning, which PostgreSQL finds by this operator class only.
            models.Index(fields=["code"], name="contact_code_by_code", opclasses=["varchar_pattern_ops"])
        ]
        constraints = [models.UniqueConstraint(fields=["source", "code"], name="contact_code_belongs_to_one")]

    def __str__(self) -> str:
        return self.code
