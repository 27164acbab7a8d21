from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEntry(models.Model):
    """Who did what when. Append-only: no key of another table can take an entry away or change it.

    `person_key` is opaque. Readable words stand apart in `AuditDetail`, which erasing a person may delete.
    """

    at = models.DateTimeField(_("at"), db_index=True)
    actor_id = models.BigIntegerField(_("by (number)"), null=True, blank=True)
    actor_name = models.CharField(_("by"), max_length=150, blank=True)
    verb = models.CharField(_("what"), max_length=60)
    object_kind = models.CharField(_("of what"), max_length=40, blank=True)
    object_id = models.BigIntegerField(_("number"), null=True, blank=True)
    person_key = models.UUIDField(null=True, blank=True, db_index=True)
    facts = models.JSONField(_("facts"), default=dict)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit trail")
        indexes = [models.Index(fields=["object_kind", "object_id", "-id"], name="audit_by_object")]

    def __str__(self) -> str:
        return f"{self.verb} {self.pk}"

    def save(self, *args, **kwargs) -> None:
        if self.pk is not None:
            raise ValueError("An audit entry is written once and never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise ValueError("An audit entry is never deleted.")


class AuditDetail(models.Model):
    """The readable words of an entry, apart from it."""

    entry = models.OneToOneField(AuditEntry, models.DO_NOTHING, primary_key=True, related_name="detail")
    text = models.TextField()

    def __str__(self) -> str:
        return f"words of entry {self.entry_id}"
