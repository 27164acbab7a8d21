from django.db import models
from django.utils.translation import gettext_lazy as _


class Tag(models.Model):
    """A word the house puts on people, such as "wholesale"."""

    name = models.CharField(_("name"), max_length=80, unique=True)

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")

    def __str__(self) -> str:
        return self.name
