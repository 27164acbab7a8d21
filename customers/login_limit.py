"""How often a wrong password may be tried. Counted in the database: it holds over all web processes and hosts."""

from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from typing import NamedTuple

from django.db import transaction
from django.db.models import F, Q
from django.utils.crypto import salted_hmac

from customers.models import LoginAttempt

WINDOW = timedelta(minutes=15)
ACCOUNT_WINDOW = timedelta(hours=1)
# One person who forgot a password needs a few tries; a whole shop behind one address needs more than one person.
TRIES_PER_ACCOUNT_AND_ADDRESS = 5
TRIES_PER_ADDRESS = 30
# Against many addresses that try one account. Nobody can lock its owner out with it: an address from which the
# account has been opened before is not counted.
TRIES_PER_ACCOUNT = 50
KNOWN_FOR = timedelta(days=180)


class Limit(NamedTuple):
    key: str
    tries: int
    window: timedelta


def _digest(*parts: str) -> str:
    return salted_hmac("customers.login_limit", "\n".join(parts), algorithm="sha256").hexdigest()


def _place(address: str) -> str:
    """Where a try comes from. One home or machine owns a whole /64 of IPv6: its last half says nothing."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    return str(found.ipv4_mapped or f"{int(found) >> 64:x}/64")


def _account(username: str) -> str:
    return username.strip().casefold()


def _known_key(username: str, address: str) -> str:
    return _digest("known", _account(username), _place(address))


def _limits(username: str, address: str) -> list[Limit]:
    account, place = _account(username), _place(address)
    return [
        Limit(_digest("pair", account, place), TRIES_PER_ACCOUNT_AND_ADDRESS, WINDOW),
        Limit(_digest("address", place), TRIES_PER_ADDRESS, WINDOW),
        Limit(_digest("account", account), TRIES_PER_ACCOUNT, ACCOUNT_WINDOW),
    ]


def login_wait(*, username: str, address: str, now: datetime) -> timedelta | None:
    """Return the window of the limit that has been reached, the longest of them; None while a try is free."""
    pair, place, account = _limits(username, address)
    known = LoginAttempt.objects.filter(key=_known_key(username, address), since__gt=now - KNOWN_FOR).exists()
    counted = [pair, place] if known else [pair, place, account]
    rows = {row.key: row for row in LoginAttempt.objects.filter(key__in=[limit.key for limit in counted])}
    reached = [
        limit.window
        for limit in counted
        if (row := rows.get(limit.key)) and row.since > now - limit.window and row.failure_count >= limit.tries
    ]
    return max(reached, default=None)


def may_try_login(*, username: str, address: str, now: datetime) -> bool:
    """False when too many tries have failed: of this account from here, from here, or of this account anywhere."""
    return login_wait(username=username, address=address, now=now) is None


@transaction.atomic
def note_failed_login(*, username: str, address: str, now: datetime) -> None:
    """Count one wrong try; a window that has passed begins anew. Old rows are cleared away in passing."""
    outlived = Q(failure_count__gt=0, since__lte=now - ACCOUNT_WINDOW) | Q(since__lte=now - KNOWN_FOR)
    LoginAttempt.objects.filter(outlived).delete()
    # In one order everywhere: two logins at once must not wait for each other's rows.
    for limit in sorted(_limits(username, address)):
        LoginAttempt.objects.filter(key=limit.key, since__lte=now - limit.window).delete()
        LoginAttempt.objects.get_or_create(key=limit.key, defaults={"since": now})
        LoginAttempt.objects.filter(key=limit.key).update(failure_count=F("failure_count") + 1)


@transaction.atomic
def note_login(*, username: str, address: str, now: datetime) -> None:
    """After the right password the account starts afresh here, and the address is known; its own count stays."""
    pair, _address, _everywhere = _limits(username, address)
    LoginAttempt.objects.filter(key=pair.key).delete()
    LoginAttempt.objects.update_or_create(key=_known_key(username, address), defaults={"since": now})
