"""Links in letters: purpose and address digest, signed. They need no row and work years later.

The key is LINK_KEY, not SECRET_KEY: changing the latter must not break the letters of past years.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from functools import lru_cache

from django.conf import settings
from django.core import signing

UNSUBSCRIBE, RETURN = "unsubscribe", "return"
# Enough of the signature that nobody guesses it, and little enough for the 64 octets before an @.
RETURN_SIGNATURE_LENGTH = 16
# Said here and not looked up among the routes: a worker that writes letters need not load every page.
UNSUBSCRIBE_PATH = "u/"


class _LinkSigner(signing.Signer):
    """Django's signatures, to the letter. It derives the key from the salt anew for each; here that is done once."""

    def __init__(self, *, key: str, salt: str, sep: str) -> None:
        super().__init__(key=key, salt=salt, sep=sep)
        self._begun = hmac.new(hashlib.sha256(f"{salt}signer{key}".encode()).digest(), digestmod=hashlib.sha256)

    def signature(self, value: str, key: str | None = None) -> str:
        if key not in (None, self.key):  # one of the keys of former days
            return super().signature(value, key)
        digest = self._begun.copy()
        digest.update(value.encode())
        return urlsafe_b64encode(digest.digest()).rstrip(b"=").decode()


@lru_cache(maxsize=4)
def _signer(purpose: str, key: str) -> signing.Signer:
    return _LinkSigner(key=key, salt=f"greetings_crm.link.{purpose}", sep=".")


def link_token(purpose: str, digest: str) -> str:
    """Return the token for one purpose and one address digest; a token of one purpose is worth nothing for another."""
    return _signer(purpose, settings.LINK_KEY).sign(digest)


def read_token(purpose: str, token: str) -> str | None:
    """Return the address digest of a token of ours, or None for anything else."""
    try:
        return _signer(purpose, settings.LINK_KEY).unsign(token)
    except signing.BadSignature:
        return None


def unsubscribe_url(digest: str) -> str:
    return f"{settings.SITE_URL}/{UNSUBSCRIBE_PATH}{link_token(UNSUBSCRIBE, digest)}/"


def return_path(token: str) -> str:
    """The envelope sender of the letter with this token: what comes back names its letter, and nobody can forge it.

    "" without RETURN_PATH_DOMAIN: then what comes back goes to the sender of the house.
    """
    if not settings.RETURN_PATH_DOMAIN:
        return ""
    signature = _signer(RETURN, settings.LINK_KEY).signature(token).lower()
    plain = "".join(letter for letter in signature if letter.isalnum())[:RETURN_SIGNATURE_LENGTH]
    return f"r-{token}-{plain}@{settings.RETURN_PATH_DOMAIN}"
