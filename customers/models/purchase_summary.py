from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models.contact import Contact
from customers.models.product import Product


class PurchaseSummary(models.Model):
    """What the purchases of one contact add up to. Nothing here depends on today; see `customers/purchases.py`."""

    contact = models.OneToOneField(Contact, models.CASCADE, primary_key=True, related_name="summary")
    purchase_count = models.PositiveIntegerField(_("purchases"))
    total = models.DecimalField(_("total"), max_digits=16, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    first_on = models.DateField(_("first purchase"))
    last_on = models.DateField(_("last purchase"))
    usual_product = models.ForeignKey(Product, models.SET_NULL, null=True, blank=True, related_name="+")
    usual_count = models.PositiveIntegerField(default=0, help_text=_("invoices with the usual product"))
    usual_weekday = models.PositiveSmallIntegerField(null=True, blank=True, help_text=_("0 is Monday"))
    usual_weekday_count = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [
            # The best customers first: services that go through everybody begin with them.
            models.Index(fields=["-total", "-purchase_count", "-last_on", "contact"], name="summary_best_first"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(purchase_count__gt=0), name="summary_has_purchases"),
            models.CheckConstraint(condition=Q(first_on__lte=models.F("last_on")), name="summary_first_before_last"),
        ]

    def __str__(self) -> str:
        return f"summary of contact {self.contact_id}"
