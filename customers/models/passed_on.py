from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models.contact import Contact


class PassedOn(models.Model):
    """A colleague said "I don't know them" when asked how a contact is addressed.

    The question then goes to the others, or to `asked_of` alone until that colleague has answered or passed too.
    """

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="passes", verbose_name=_("contact"))
    colleague = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="passes", verbose_name=_("colleague")
    )
    asked_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="asked_about",
        verbose_name=_("asked of"),
    )
    passed_at = models.DateTimeField(_("passed on at"))

    class Meta:
        verbose_name = _("question passed on")
        verbose_name_plural = _("questions passed on")
        constraints = [
            models.UniqueConstraint(fields=["contact", "colleague"], name="passed_on_once_by_each"),
            models.CheckConstraint(
                condition=~models.Q(asked_of=models.F("colleague")) | models.Q(asked_of=None),
                name="passed_on_to_somebody_else",
            ),
        ]

    def __str__(self) -> str:
        return f"contact {self.contact_id} passed on by {self.colleague_id}"
