from django.conf import settings
from django.db import models

from campaigns.models.campaign import Campaign


class ApprovalComment(models.Model):
    """What author and approver say to each other about a greeting. Never part of a letter."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    text = models.CharField(max_length=1000)
    written_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["campaign", "written_at"], name="comment_by_time")]

    def __str__(self) -> str:
        return f"comment {self.pk} on campaign {self.campaign_id}"
