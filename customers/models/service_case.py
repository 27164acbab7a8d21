from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models.contact import Contact


class ServiceCase(models.Model):
    """Something went wrong for a person. No cheerful letter goes out until they themselves say it is solved."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        ANSWERED = "answered", _("answered")
        SOLVED = "solved", _("solved")

    class Source(models.TextChoices):
        STAFF = "staff", _("a colleague")
        REMARK = "remark", _("a remark in a list")
        CUSTOMER = "customer", _("the customer")

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="cases", verbose_name=_("contact"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    source = models.CharField(_("told by"), max_length=10, choices=Source, default=Source.STAFF)
    what_happened = models.TextField(_("what happened"), blank=True)
    opened_at = models.DateTimeField(_("opened at"))
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="cases", verbose_name=_("owner")
    )
    solved_at = models.DateTimeField(_("solved at"), null=True, blank=True)
    lesson = models.TextField(_("what we learned"), blank=True)

    class Meta:
        verbose_name = _("service case")
        verbose_name_plural = _("service cases")
        indexes = [models.Index(fields=["contact"], name="case_not_solved", condition=~Q(state="solved"))]
        constraints = [
            models.CheckConstraint(
                condition=(Q(state="solved") & ~Q(solved_at=None)) | (~Q(state="solved") & Q(solved_at=None)),
                name="case_solved_has_time",
            )
        ]

    def __str__(self) -> str:
        return f"case {self.pk}"
