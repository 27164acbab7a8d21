from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models.contact import Contact


class ImportBatch(models.Model):
    """One list that came in: what we understood of the file, what was done, and enough to undo it."""

    class Kind(models.TextChoices):
        CONTACTS = "contacts", _("contacts")
        PURCHASES = "purchases", _("purchases")

    class State(models.TextChoices):
        STAGING = "staging", _("being read")
        REHEARSED = "rehearsed", _("rehearsed")
        APPLYING = "applying", _("coming in")
        APPLIED = "applied", _("in")
        STOPPED = "stopped", _("stopped")
        UNDONE = "undone", _("undone")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.STAGING)
    file_name = models.CharField(_("file"), max_length=255)
    file_digest = models.CharField(max_length=64, editable=False)
    source = models.CharField(_("source"), max_length=60, blank=True)
    encoding = models.CharField(_("encoding"), max_length=20, blank=True)
    delimiter = models.CharField(_("delimiter"), max_length=3, blank=True)
    sheet = models.CharField(_("sheet"), max_length=120, blank=True)
    mapping = models.JSONField(_("columns"), default=dict)
    understood = models.JSONField(default=dict, editable=False)
    row_count = models.PositiveIntegerField(_("rows"), default=0)
    counts = models.JSONField(_("counts"), default=dict)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    applied_at = models.DateTimeField(_("in since"), null=True, blank=True)
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)
    holder = models.CharField(max_length=120, blank=True, editable=False)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        constraints = [
            models.UniqueConstraint(fields=["state"], name="import_one_apply_at_a_time", condition=Q(state="applying"))
        ]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.pk})"


class ImportRow(models.Model):
    """One row of a list: what it says, what will be or was done with it and why, and the values to put back."""

    class Action(models.TextChoices):
        NEW = "new", _("new")
        JOINED = "joined", _("joined to another")
        CHANGED = "changed", _("changed")
        UNCHANGED = "unchanged", _("unchanged")
        REFUSED = "refused", _("left out")

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="rows")
    row_number = models.PositiveIntegerField(_("row"), help_text=_("as counted in the file, the header is 1"))
    action = models.CharField(_("action"), max_length=10, choices=Action)
    asks = models.BooleanField(_("somebody has to look"), default=False)
    reason_code = models.CharField(max_length=40, blank=True)
    reason_facts = models.JSONField(default=dict)
    notes = models.JSONField(_("what was noticed"), default=list, help_text=_("list of {code, facts}"))
    # As in the file, for rows left out or to ask about: they go back to whoever mends them.
    cells = models.JSONField(default=list, editable=False)
    values = models.JSONField(default=dict)
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, blank=True, related_name="+")
    joined_to_row = models.PositiveIntegerField(null=True, blank=True)
    undo = models.JSONField(default=dict)
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "row_number"], name="import_row_once")]
        indexes = [
            models.Index(fields=["batch", "action", "row_number"], name="import_row_by_action"),
            models.Index(fields=["batch", "row_number"], name="import_row_to_apply", condition=Q(applied_at=None)),
        ]

    def __str__(self) -> str:
        return f"row {self.row_number} of import {self.batch_id}"
