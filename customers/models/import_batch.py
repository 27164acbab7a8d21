from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.fields import OwnJSONField
from customers.models.contact import Contact


class ImportBatch(models.Model):
    """One list that came in: what we understood of the file, what was done, and enough to undo it."""

    class Kind(models.TextChoices):
        CONTACTS = "contacts", _("contacts")
        PURCHASES = "purchases", _("purchases")

    class State(models.TextChoices):
        RECEIVED = "received", _("to be looked at")
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
    # What a person said of this list: how it is read where we guessed wrong, and what may be written over.
    wanted = models.JSONField(default=dict, editable=False)
    row_count = models.PositiveIntegerField(_("rows"), default=0)
    # Rows are let in by number and taken back the other way: up to here they are in.
    applied_through = models.PositiveIntegerField(default=0, editable=False)
    rows_done = models.PositiveIntegerField(default=0, editable=False)
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
    """One row of a list: what it says, what will be or was done with it and why, and the values to put back.

    `contact` of a row that makes somebody new is the number kept for them since the rehearsal: nobody is there yet.
    """

    class Action(models.TextChoices):
        NEW = "new", _("new")
        JOINED = "joined", _("joined to another")
        CHANGED = "changed", _("changed")
        UNCHANGED = "unchanged", _("unchanged")
        REFUSED = "refused", _("left out")

    # Found by the two indexes below, which begin with it. No constraint: PostgreSQL would look for the batch once for
    # each of a million rows, a quarter of the time they take to be stored.
    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="rows", db_index=False, db_constraint=False)
    row_number = models.PositiveIntegerField(_("row"), help_text=_("as counted in the file, the header is 1"))
    action = models.CharField(_("action"), max_length=10, choices=Action)
    asks = models.BooleanField(_("somebody has to look"), default=False)
    reason_code = models.CharField(max_length=40, blank=True)
    reason_facts = OwnJSONField(default=dict)
    notes = OwnJSONField(_("what was noticed"), default=list, help_text=_("list of {code, facts}"))
    # As in the file, for rows left out or to ask about: they go back to whoever mends them.
    cells = OwnJSONField(default=list, editable=False)
    values = OwnJSONField(default=dict)
    # Of rows of people only: whose an invoice is stands in `values`, and is looked up anew when it comes in.
    contact = models.ForeignKey(
        Contact, models.SET_NULL, null=True, blank=True, db_constraint=False, db_index=False, related_name="+"
    )
    joined_to_row = models.PositiveIntegerField(null=True, blank=True)
    undo = OwnJSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "row_number"], name="import_row_once")]
        indexes = [
            models.Index(fields=["batch", "action", "row_number"], name="import_row_by_action"),
            models.Index(fields=["contact"], name="import_row_by_contact", condition=Q(contact__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"row {self.row_number} of import {self.batch_id}"


class ImportFilePart(models.Model):
    """A piece of the file of a list, kept until the list is in or given up: whoever works on it reads it from here."""

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="file_parts")
    number = models.PositiveIntegerField()
    data = models.BinaryField(help_text="at most 1 MB of the file, packed with zlib")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="import_file_part_once")]

    def __str__(self) -> str:
        return f"part {self.number} of the file of import {self.batch_id}"
