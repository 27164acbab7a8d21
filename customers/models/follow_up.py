from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models.contact import Contact


class FollowUp(models.Model):
    """Something we owe a person by a day: a promise kept, a thank-you, a question how it went.

    `outcome` stays in the house; `answer` is a whole sentence in the reader's register that a letter may say.
    """

    class Kind(models.TextChoices):
        PROMISE = "promise", _("promise")
        THANK_YOU = "thank_you", _("thank-you")
        CHECK_IN = "check_in", _("question how it went")
        CALL = "call", _("call")

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="follow_ups", verbose_name=_("contact"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.PROMISE)
    text = models.CharField(_("what we said"), max_length=300)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="follow_ups",
        verbose_name=_("owner"),
    )
    # What it is for, where a greeting asked for it: "christmas-2026". One call per person and feast.
    occasion_key = models.CharField(max_length=60, blank=True, default="", editable=False)
    due_on = models.DateField(_("due on"))
    created_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    outcome = models.CharField(_("outcome"), max_length=300, blank=True)
    answer = models.CharField(_("the answer, as they may read it"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        indexes = [models.Index(fields=["due_on", "id"], name="follow_up_open", condition=Q(done_at=None))]
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None) | (~Q(done_at=None) & ~Q(done_by=None)),
                name="follow_up_done_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["contact", "kind", "occasion_key"],
                name="follow_up_once_per_occasion",
                condition=~Q(occasion_key=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
