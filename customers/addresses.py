"""E-mail addresses as keys: what makes two spellings the same box, and the digest that outlives a person."""

import hmac
from contextlib import suppress

from django.conf import settings

from customers.models import Contact, ContactAddress


def email_key(email: str) -> str:
    """Return the form by which addresses are compared: lower case, the domain as xn-- (RFC 5891), no blanks.

    Boxes that tell capitals apart exist only on paper; invoicing systems write whole addresses in capitals.
    """
    local, _, domain = email.strip().rpartition("@")
    if not local:
        return email.strip().casefold()
    if not domain.isascii():
        with suppress(UnicodeError):  # what is no domain of the DNS is compared as it is written
            domain = domain.encode("idna").decode("ascii")
    return f"{local.casefold()}@{domain.casefold()}"


def address_digest(email: str) -> str:
    """Return the HMAC-SHA-256 (hex, 64 characters) of an address, "" for none.

    The same key digests contacts, letters and suppressions, so that SQL compares them and an erased person still
    matches, while nobody can look the address up from the digest.
    """
    if not email:
        return ""
    return digest_of_key(email_key(email))


def digest_of_key(key: str) -> str:
    """Return `address_digest` of the address whose `email_key` is `key`."""
    return hmac.digest(settings.ADDRESS_KEY.encode(), key.encode(), "sha256").hex()


def address_fields(email: str) -> dict[str, str]:
    """Return the three fields that belong together on Contact and ContactAddress."""
    if not email:
        return {"email": "", "email_key": "", "address_digest": ""}
    key = email_key(email)
    return {"email": email.strip(), "email_key": key, "address_digest": digest_of_key(key)}


def set_email(contact: Contact, email: str) -> None:
    """Put `email` (already checked, or "") on the contact with its keys; the caller saves."""
    for field, value in address_fields(email).items():
        setattr(contact, field, value)


def digests_of(contact: Contact) -> set[str]:
    """Every digest by which this person may be suppressed: the address in use and the further ones."""
    further = ContactAddress.objects.filter(contact=contact).values_list("address_digest", flat=True)
    return {digest for digest in (contact.address_digest, *further) if digest}
