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

    def __str__(self) -> str:
        return self.signs_as or self.get_full_name() or self.username
