from django.db import models


class LoginAttempt(models.Model):
    """Failed logins of one kind of key since a moment; without a failure, a login that went well.

    See `customers/login_limit.py`. `key` is a digest: the table says nothing about who tried. Failures live as
    long as their window, good logins half a year.
    """

    key = models.CharField(max_length=64, unique=True)
    failure_count = models.PositiveIntegerField(default=0)
    since = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"logins {self.pk}"
