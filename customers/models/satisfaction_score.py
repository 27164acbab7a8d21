from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models.contact import Contact


class SatisfactionScore(models.Model):
    """What a person answered when we asked how satisfied they are: 0 to 10, and a comment."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="scores", verbose_name=_("contact"))
    score = models.PositiveSmallIntegerField(_("score"))
    comment = models.TextField(_("comment"), blank=True)
    given_at = models.DateTimeField(_("given at"))
    thanks_to = models.ForeignKey("User", models.SET_NULL, null=True, blank=True, related_name="thanks")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(score__range=(0, 10)), name="score_from_0_to_10")]

    def __str__(self) -> str:
        return f"score {self.pk}"
