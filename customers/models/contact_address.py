from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models.contact import Contact


class ContactAddress(models.Model):
    """A further e-mail address of a contact (a second one in the same cell, an older one)."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="addresses", verbose_name=_("contact"))
    email = models.CharField(_("e-mail"), max_length=254)
    email_key = models.CharField(max_length=254, db_index=True, editable=False)
    address_digest = models.CharField(max_length=64, db_index=True, editable=False)
    note = models.CharField(_("note"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("further address")
        verbose_name_plural = _("further addresses")
        constraints = [models.UniqueConstraint(fields=["contact", "email_key"], name="contact_address_once")]

    def __str__(self) -> str:
        return f"address {self.pk} of contact {self.contact_id}"
