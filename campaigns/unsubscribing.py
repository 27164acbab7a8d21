"""The link at the foot of a letter: write to this address no more. Needs no login, no cookie and no row."""

from datetime import datetime

from campaigns.links import UNSUBSCRIBE, read_token
from campaigns.models import Message
from customers.consent import suppress_address
from customers.models import Contact, Suppression

GREEK = "el"
OUR_LANGUAGES = ("el", "en")


class BadLink(ValueError):
    """The token is none of ours, was cut in two by a mail program, or speaks of no address."""


def digest_of_link(token: str) -> str:
    """Return the address digest a link speaks of. Raise BadLink."""
    digest = read_token(UNSUBSCRIBE, token)
    # The letter of somebody without an address shows a link too; "" is the digest of all who have none.
    if not digest:
        raise BadLink(token)
    return digest


def unsubscribe(digest: str, *, now: datetime) -> bool:
    """Stop all letters to this address; True the first time."""
    return suppress_address(digest, reason=Suppression.Reason.UNSUBSCRIBED, now=now)


def already_stopped(digest: str) -> bool:
    return Suppression.objects.filter(address_digest=digest).exists()


def language_of(digest: str) -> str:
    """The language the person reads: of the last letter, else of the contact, else Greek."""
    letters = Message.objects.filter(address_digest=digest).order_by("-pk").values_list("language", flat=True)
    contacts = Contact.objects.filter(address_digest=digest).order_by("pk").values_list("language", flat=True)
    language = letters.first() or contacts.first() or GREEK
    return language if language in OUR_LANGUAGES else "en"
