from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Product(models.Model):
    """A thing the house sells, and how a letter may speak of it.

    ΚΑΦΕΣ ΕΣΠΡΕΣΣΟ 1KG is `raw_name`; «εσπρέσο» is `name`. A product nobody has seen is not used in a letter.
    """

    class Gender(models.TextChoices):
        MASCULINE = "m", _("masculine")
        FEMININE = "f", _("feminine")
        NEUTER = "n", _("neuter")

    class Number(models.TextChoices):
        SINGULAR = "s", _("singular")
        PLURAL = "p", _("plural")

    key = models.CharField(_("key"), max_length=200, unique=True)
    raw_name = models.CharField(_("name as the invoice writes it"), max_length=200)
    name = models.CharField(_("name in a letter (accusative, no article)"), max_length=120, blank=True)
    gender = models.CharField(_("gender"), max_length=1, choices=Gender, blank=True)
    number = models.CharField(_("number"), max_length=1, choices=Number, default=Number.SINGULAR)
    may_be_mentioned = models.BooleanField(_("may be mentioned"), default=False)
    bought_again = models.BooleanField(_("bought again and again"), default=False)
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("seen by")
    )
    seen_at = models.DateTimeField(_("seen at"), null=True, blank=True)

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")

    def __str__(self) -> str:
        return self.name or self.raw_name
