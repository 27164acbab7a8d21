from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class OwnJSONField(models.JSONField):
    """JSON that only our own code writes. SQLite does not parse every value of every row again to check it."""

    def db_check(self, connection: BaseDatabaseWrapper) -> None:
        return None
