from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models.contact import Contact


class Interaction(models.Model):
    """Something between us and a person: a note, a call, a visit, an e-mail.

    `private_text` never leaves the house. `quotable` is a whole sentence written to be read by the person.
    """

    class Kind(models.TextChoices):
        NOTE = "note", _("note")
        CALL = "call", _("call")
        VISIT = "visit", _("visit")
        EMAIL_IN = "email_in", _("e-mail from them")
        EMAIL_OUT = "email_out", _("e-mail from us")

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="interactions", verbose_name=_("contact"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.NOTE)
    happened_at = models.DateTimeField(_("happened at"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name=_("author")
    )
    private_text = models.TextField(_("private note"), blank=True)
    quotable = models.CharField(_("line that may be quoted"), max_length=300, blank=True)
    quotable_until = models.DateField(_("may be quoted until"), null=True, blank=True)
    quoted_at = models.DateTimeField(_("quoted at"), null=True, blank=True)
    batch = models.ForeignKey("ImportBatch", models.SET_NULL, null=True, blank=True, related_name="interactions")

    class Meta:
        verbose_name = _("interaction")
        verbose_name_plural = _("interactions")
        indexes = [models.Index(fields=["contact", "-happened_at"], name="interaction_by_contact")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
