from django.db import models


class LoginAttempt(models.Model):
    """Failed logins of one kind of key in one window of time; see `customers/login_limit.py`.

    `key` is a digest: the table says nothing about who tried, and a row lives only as long as its window.
    """

    key = models.CharField(max_length=64, unique=True)
    failure_count = models.PositiveIntegerField(default=0)
    since = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"failed logins {self.pk}"
