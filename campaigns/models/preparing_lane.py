from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models.campaign import Campaign


class PreparingLane(models.Model):
    """A share of the people of a campaign that is being prepared, for one worker at a time.

    Whose number divided by the count of lanes leaves `lane` belongs here; up to `up_to` all have their letter.
    """

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="preparing_lanes")
    lane = models.PositiveSmallIntegerField()
    up_to = models.BigIntegerField(default=0, help_text=_("contacts up to this number have their letter"))
    ended = models.BooleanField(default=False)
    moved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "lane"], name="preparing_lane_once")]

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.lane}"
