from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Segment(models.Model):
    """A saved rule that chooses people. The rule is data; `campaigns/segments/` turns it into a queryset."""

    name = models.CharField(_("name"), max_length=120)
    rule = models.JSONField(_("rule"), default=dict)
    shared = models.BooleanField(_("shared"), default=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")

    def __str__(self) -> str:
        return self.name
