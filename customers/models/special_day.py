from django.db import models
from django.utils.translation import gettext_lazy as _


class SpecialDay(models.Model):
    """A day on which the house keeps other hours than its week and the public holidays say."""

    on = models.DateField(_("day"), unique=True)
    open = models.BooleanField(_("open"), default=False)
    note = models.CharField(_("note"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("special day")
        verbose_name_plural = _("special days")

    def __str__(self) -> str:
        return self.on.isoformat()
