from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class GreetingTemplate(models.Model):
    """Words for an occasion, kept in versions; each version has variants by language and register."""

    name = models.CharField(_("name"), max_length=120)
    occasion = models.CharField(_("occasion"), max_length=40)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("greeting template")
        verbose_name_plural = _("greeting templates")

    def __str__(self) -> str:
        return self.name


class GreetingVersion(models.Model):
    """The words of a template as they stood at one moment. Never changed after it was saved.

    `selling_reason` says why these words sell something inside a wish; words that do not need none.
    """

    class Design(models.TextChoices):
        CARD = "card", _("card")
        PLAIN = "plain", _("plain letter")

    template = models.ForeignKey(GreetingTemplate, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    written_at = models.DateTimeField(auto_now_add=True)
    design = models.CharField(_("design"), max_length=10, choices=Design, default=Design.CARD)
    selling_reason = models.CharField(_("why it sells"), max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["template", "number"], name="greeting_version_number_once")]

    def __str__(self) -> str:
        return f"version {self.number} of template {self.template_id}"


class GreetingVariant(models.Model):
    """Subject and body of a version for one language and one manner of address."""

    class Manner(models.TextChoices):
        FORMAL = "formal", _("plural")
        INFORMAL = "informal", _("singular")
        COMPANY = "company", _("company")

    version = models.ForeignKey(GreetingVersion, models.CASCADE, related_name="variants")
    language = models.CharField(_("language"), max_length=5, default="el")
    manner = models.CharField(_("manner of address"), max_length=10, choices=Manner)
    subject = models.CharField(_("subject"), max_length=300)
    body = models.TextField(_("body"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "language", "manner"], name="greeting_variant_once")]

    def __str__(self) -> str:
        return f"{self.language} {self.manner} of version {self.version_id}"
