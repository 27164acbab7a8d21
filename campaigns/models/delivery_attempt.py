from django.db import models

from campaigns.models.message import Message


class DeliveryAttempt(models.Model):
    """An attempt whose answer was not a first-try 250: what the server said, in its own words."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="attempts")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    outcome = models.CharField(max_length=10)
    code = models.CharField(max_length=40)
    smtp_code = models.PositiveSmallIntegerField(null=True, blank=True)
    reply = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "number"], name="attempt_number_once")]

    def __str__(self) -> str:
        return f"attempt {self.number} of letter {self.message_id}"


class DeliveryEvent(models.Model):
    """What came back later: a bounce, a complaint, an unsubscription."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="events")
    kind = models.CharField(max_length=20)
    at = models.DateTimeField()
    facts = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["message", "kind"], name="event_by_message")]

    def __str__(self) -> str:
        return f"{self.kind} of letter {self.message_id}"
