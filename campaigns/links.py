"""Links in letters: purpose and address digest, signed. They need no row and work years later.

The key is LINK_KEY, not SECRET_KEY: changing the latter must not break the letters of past years.
"""

from django.conf import settings
from django.core import signing
from django.urls import reverse

UNSUBSCRIBE = "unsubscribe"


def _signer(purpose: str) -> signing.Signer:
    return signing.Signer(key=settings.LINK_KEY, salt=f"greetings_crm.link.{purpose}", sep=".")


def link_token(purpose: str, digest: str) -> str:
    """Return the token for one purpose and one address digest; a token of one purpose is worth nothing for another."""
    return _signer(purpose).sign(digest)


def read_token(purpose: str, token: str) -> str | None:
    """Return the address digest of a token of ours, or None for anything else."""
    try:
        return _signer(purpose).unsign(token)
    except signing.BadSignature:
        return None


def unsubscribe_url(digest: str) -> str:
    return settings.SITE_URL + reverse("campaigns:unsubscribe", args=[link_token(UNSUBSCRIBE, digest)])
