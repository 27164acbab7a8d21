from django.db import models


class WorkerHeartbeat(models.Model):
    """A sign of life of a worker process: `holder` is host, process and its start, as on the letters it holds."""

    holder = models.CharField(max_length=160, unique=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["seen_at"], name="heartbeat_by_time")]

    def __str__(self) -> str:
        return f"worker {self.pk}"
