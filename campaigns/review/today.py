"""What a letter would say today and to whom it would go: against what it says, and as a mark of what somebody read."""

import hashlib
from itertools import chain

from django.utils.translation import gettext as _

from campaigns.letters import words_digest
from campaigns.models import Message
from campaigns.rendering import RenderedGreeting
from campaigns.review.edits.words import Line, changes, changes_between
from campaigns.writing.differences import Piece
from customers.models import Contact

_LONGEST_NAME = Message._meta.get_field("to_name").max_length


def to_name_of(contact: Contact) -> str:
    """The name in the To header of a letter written now."""
    return contact.name[:_LONGEST_NAME]


def changes_of_today(letter: Message, words: RenderedGreeting | None) -> tuple[Line, ...]:
    """What has changed in a letter with `words`, as it would be written today: its addressee, its subject, its words.

    The letter comes with contact and body. Nothing where no letter can be written today.
    """
    if words is None:
        return ()
    body = getattr(letter, "body", None)
    frozen = RenderedGreeting(body.subject, body.text, body.html) if body else RenderedGreeting("", "", "")
    return (*_addressee_changes(letter), *changes_between(frozen, words, only_changed=True))


def _addressee_changes(letter: Message) -> tuple[Line, ...]:
    name, address = to_name_of(letter.contact), letter.contact.email
    if (letter.to_name, letter.to_address) == (name, address):
        return ()
    line = [Piece("same", _("To:") + " "), *chain.from_iterable(changes(letter.to_name, name))]
    if letter.to_address != address:
        # Whole: half an address that changed is read by nobody.
        told = (("gone", letter.to_address), ("new", address))
        for kind, text in told:
            line += [Piece("same", " "), Piece(kind, f"<{text}>")] if text else []
    return (tuple(line),)


def _addressee_today(letter: Message) -> str:
    return f"{to_name_of(letter.contact)} <{letter.contact.email}>"


def mark_of_today(letter: Message, words: RenderedGreeting) -> str:
    """A mark, 64 hex digits, of what somebody read who saw these words of a letter and whom it goes to."""
    return hashlib.sha256(f"{words_digest(words)}\n{_addressee_today(letter)}".encode()).hexdigest()
