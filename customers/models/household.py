from django.db import models
from django.utils.translation import gettext_lazy as _


class Household(models.Model):
    """People who share a home and get one letter together."""

    name = models.CharField(_("name"), max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("household")
        verbose_name_plural = _("households")

    def __str__(self) -> str:
        return self.name
