from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models.import_batch import ImportBatch


class ImportMapping(models.Model):
    """What the columns of a list were taken for when one with these columns last came in: offered next time.

    `header_digest` stands for the set of column names, in any order. `mapping` is {column: field or ""}, `options`
    what was said of everybody in the list (see `Manners.as_facts`) and, under "rules", what it was written over.
    """

    kind = models.CharField(_("kind"), max_length=10, choices=ImportBatch.Kind)
    source = models.CharField(_("source"), max_length=60, blank=True)
    header_digest = models.CharField(max_length=64, editable=False)
    mapping = models.JSONField(_("columns"), default=dict)
    options = models.JSONField(default=dict, editable=False)
    confirmed_at = models.DateTimeField(_("last used at"))
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("columns of a list")
        verbose_name_plural = _("columns of lists")
        constraints = [
            models.UniqueConstraint(fields=["kind", "source", "header_digest"], name="import_mapping_once_per_header")
        ]

    def __str__(self) -> str:
        return f"columns {self.header_digest[:8]} of {self.kind}"
