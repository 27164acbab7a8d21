from datetime import date

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A colleague: somebody of the house who logs in. What they may do comes from the groups staff, manager, admin."""

    signs_as = models.CharField(_("signs as"), max_length=120, blank=True, help_text=_("The name under a letter."))
    reply_address = models.EmailField(_("reply address"), blank=True)
    language = models.CharField(_("language of the screens"), max_length=5, blank=True)
    away_until = models.DateField(_("away until"), null=True, blank=True)
    stand_in = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="standing_in_for", verbose_name=_("stand-in")
    )

    @property
    def answers_at(self) -> str:
        """The address at which this colleague reads what customers and the house write; "" when there is none."""
        return self.reply_address or self.email

    def present(self, today: date) -> "User":
        """Who is there for this colleague's people on that day: the stand-in while they are away."""
        away = self.away_until is not None and self.away_until >= today
        return self.stand_in if away and self.stand_in is not None else self

    def __str__(self) -> str:
        return self.signs_as or self.get_full_name() or self.username
