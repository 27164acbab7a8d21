"""Who signs a letter: the colleague whose person the reader is, or whoever is there for them; else the house."""

from datetime import date

from django.conf import settings

import etiquette
from campaigns.dispatch.addresses import LetterUnwritable, wire_address
from campaigns.models import Campaign, Message
from customers.models import Contact, User

_LONGEST_FROM = Message._meta.get_field("from_name").max_length


def signer_of(contact: Contact, *, signing: str, today: date) -> User | None:
    """Return the colleague who signs the letter of a contact written `today`, None where the house does.

    `signing` is the policy of the campaign. While the owner is away their stand-in signs; nobody signs who has left, is
    known by a login name alone, or has no address at which an answer would be read. Reads `owner` and its `stand_in`
    (see `with_facts`).
    """
    if signing != Campaign.Signing.OWNER or contact.owner is None:
        return None
    colleague = contact.owner.present(today)
    return colleague if colleague.is_active and _own_name(colleague) and reply_to_of(colleague) else None


def _own_name(colleague: User) -> str:
    """The name of a colleague as customers know it, never the one they log in with."""
    return colleague.signs_as or colleague.get_full_name()


def reply_to_of(signer: User | None) -> str:
    """The address answers go to, as the wire carries it; "" for the house, and for one no letter can carry."""
    if signer is None or not signer.answers_at:
        return ""
    try:
        return wire_address(signer.answers_at)
    except LetterUnwritable:
        return ""  # an answer to the house is better than a letter that cannot leave


def name_of(signer: User, language: str = "el") -> str:
    """The name of a signer as a letter in that language writes it: in Latin letters where Greek is not read."""
    return _own_name(signer) if language == "el" else etiquette.to_elot(_own_name(signer))


def from_name_of(signer: User | None, language: str = "el") -> str:
    """What the reader's mail program shows: «Άννα, Καφεκοπτείο της Πλατείας»; "" where the house signs."""
    return f"{name_of(signer, language)}, {settings.HOUSE_NAME}"[:_LONGEST_FROM] if signer else ""


def signature_of(signer: User | None, language: str = "el") -> str:
    """What stands under the letter: the name and, in a line of its own, the house; or the house alone."""
    return f"{name_of(signer, language)}\n{settings.HOUSE_NAME}" if signer else settings.HOUSE_NAME
