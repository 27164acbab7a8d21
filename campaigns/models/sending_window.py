from django.db import models


class SendingWindow(models.Model):
    """How many letters a scope may still take in its present window; the one count that all workers share.

    `scope` is "sender" for everything the house sends, or "domain:" and the domain of the receivers. `seconds` is the
    length of the window: 1, 3,600 or 86,400. `taken` letters were promised to workers since `begins_at`.
    """

    scope = models.CharField(max_length=262)
    seconds = models.PositiveIntegerField()
    begins_at = models.DateTimeField()
    taken = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "seconds"], name="sending_window_once")]

    def __str__(self) -> str:
        return f"window of {self.seconds} s, {self.taken} taken"
