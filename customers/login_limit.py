"""How often a wrong password may be tried. Counted in the database: it holds over all web processes and hosts."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.crypto import salted_hmac

from customers.models import LoginAttempt

WINDOW = timedelta(minutes=15)
# One person who forgot a password needs a few tries; a whole shop behind one address needs more than one person.
TRIES_PER_ACCOUNT_AND_ADDRESS = 5
TRIES_PER_ADDRESS = 30


def _limits(username: str, address: str) -> dict[str, int]:
    def digest(*parts: str) -> str:
        return salted_hmac("customers.login_limit", "\n".join(parts), algorithm="sha256").hexdigest()

    return {
        digest("pair", username.strip().casefold(), address): TRIES_PER_ACCOUNT_AND_ADDRESS,
        digest("address", address): TRIES_PER_ADDRESS,
    }


def may_try_login(*, username: str, address: str, now: datetime) -> bool:
    """False when this address has failed too often within the window, for this account or for many."""
    limits = _limits(username, address)
    rows = LoginAttempt.objects.filter(key__in=limits, since__gt=now - WINDOW)
    return all(row.failure_count < limits[row.key] for row in rows)


@transaction.atomic
def note_failed_login(*, username: str, address: str, now: datetime) -> None:
    """Count one wrong try; a window that has passed begins anew. Old rows are cleared away in passing."""
    LoginAttempt.objects.filter(since__lte=now - WINDOW).delete()
    for key in _limits(username, address):
        LoginAttempt.objects.get_or_create(key=key, defaults={"since": now})
        LoginAttempt.objects.filter(key=key).update(failure_count=F("failure_count") + 1)


def forget_failed_logins(*, username: str, address: str) -> None:
    """After the right password the account starts afresh; the count of the whole address stays."""
    pair, _address = _limits(username, address)
    LoginAttempt.objects.filter(key=pair).delete()
