from django.conf import settings
from django.db import models

from campaigns.models.campaign import Campaign
from campaigns.models.greeting_template import GreetingVariant


class WordsDraft(models.Model):
    """Words somebody typed and has not saved: kept as they type, theirs alone, gone with the next save."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="drafts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    language = models.CharField(max_length=5)
    manner = models.CharField(max_length=10, choices=GreetingVariant.Manner)
    subject = models.CharField(max_length=300, blank=True)
    body = models.TextField(blank=True)
    from_version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "user", "language", "manner"], name="words_draft_once"),
        ]

    def __str__(self) -> str:
        return f"draft {self.pk} of campaign {self.campaign_id}"
