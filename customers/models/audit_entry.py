from django.db import models
from django.utils.translation import gettext_lazy as _

NEVER_CHANGED = "An audit entry is written once and never changed."
NEVER_DELETED = "An audit entry is never deleted."


class AppendOnly(models.QuerySet):
    """Adds and reads. The triggers of migration 0003 say the same to whatever goes round this class."""

    def update(self, **kwargs):
        raise ValueError(NEVER_CHANGED)

    def bulk_update(self, *args, **kwargs):
        raise ValueError(NEVER_CHANGED)

    def bulk_create(self, objs, *args, update_conflicts: bool = False, **kwargs):
        if update_conflicts:
            raise ValueError(NEVER_CHANGED)
        return super().bulk_create(objs, *args, **kwargs)

    def delete(self):
        raise ValueError(NEVER_DELETED)

    # As on Django's own: a template cannot call it, and a manager made of this class does not offer it.
    delete.alters_data = True
    delete.queryset_only = True


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

    objects = AppendOnly.as_manager()

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit trail")
        indexes = [models.Index(fields=["object_kind", "object_id", "-id"], name="audit_by_object")]

    def __str__(self) -> str:
        return f"{self.verb} {self.pk}"

    def save(self, *args, **kwargs) -> None:
        if self.pk is not None:
            raise ValueError(NEVER_CHANGED)
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise ValueError(NEVER_DELETED)


class AuditDetail(models.Model):
    """The readable words of an entry, apart from it."""

    entry = models.OneToOneField(AuditEntry, models.DO_NOTHING, primary_key=True, related_name="detail")
    text = models.TextField()

    def __str__(self) -> str:
        return f"words of entry {self.entry_id}"
