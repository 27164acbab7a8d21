from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class NameDecision(models.Model):
    """What a person decided about a raw name: offered first when the same name, or a word of it, comes again.

    It refers to no contact, so that it outlives one and erasing a person may delete it by its key. `first_key` and
    `last_key` are filled only where a single word is worth offering to others (`etiquette.key_of_surname`).
    """

    key = models.CharField(max_length=300, unique=True)
    first_key = models.CharField(max_length=120, blank=True)
    last_key = models.CharField(max_length=160, blank=True)
    kind = models.CharField(_("kind"), max_length=12, blank=True)
    first_name = models.CharField(_("first name"), max_length=120, blank=True)
    last_name = models.CharField(_("surname"), max_length=160, blank=True)
    company_name = models.CharField(_("company"), max_length=200, blank=True)
    gender = models.CharField(_("gender"), max_length=2, blank=True)
    known_as = models.CharField(_("known as"), max_length=120, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"))

    class Meta:
        verbose_name = _("decision about a name")
        verbose_name_plural = _("decisions about names")
        indexes = [
            models.Index(fields=["first_key"], name="name_decision_by_first", condition=~Q(first_key="")),
            models.Index(fields=["last_key"], name="name_decision_by_last", condition=~Q(last_key="")),
        ]

    def __str__(self) -> str:
        return f"decision {self.pk}"
