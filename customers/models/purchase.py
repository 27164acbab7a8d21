from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models.contact import Contact
from customers.models.product import Product


class Purchase(models.Model):
    """One invoice. A credit note has a negative total. The same document number never comes in twice."""

    contact = models.ForeignKey(
        Contact, models.PROTECT, related_name="purchases", db_index=False, verbose_name=_("contact")
    )
    document_number = models.CharField(_("document number"), max_length=80, blank=True)
    purchased_on = models.DateField(_("purchased on"), db_index=True)
    total = models.DecimalField(_("total"), max_digits=14, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    # Read only of lists that come in or go back, which know their documents.
    batch = models.ForeignKey(
        "ImportBatch", models.SET_NULL, null=True, blank=True, related_name="purchases", db_index=False
    )

    class Meta:
        verbose_name = _("purchase")
        verbose_name_plural = _("purchases")
        indexes = [models.Index(fields=["contact", "-purchased_on"], name="purchase_by_contact")]
        constraints = [
            models.UniqueConstraint(
                fields=["document_number"], name="purchase_document_once", condition=~Q(document_number="")
            )
        ]

    def __str__(self) -> str:
        return self.document_number or f"purchase {self.pk}"


class PurchaseLine(models.Model):
    """One line of an invoice."""

    purchase = models.ForeignKey(Purchase, models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, models.PROTECT, related_name="lines", verbose_name=_("product"))
    quantity = models.DecimalField(_("quantity"), max_digits=12, decimal_places=3, default=1)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)

    class Meta:
        verbose_name = _("invoice line")
        verbose_name_plural = _("invoice lines")

    def __str__(self) -> str:
        return f"line {self.pk} of purchase {self.purchase_id}"
