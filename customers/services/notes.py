"""What colleagues write down about a person."""

from datetime import datetime

from django.db import transaction

from customers import audit
from customers.models import Contact, Interaction, User


@transaction.atomic
def add_note(
    contact: Contact,
    *,
    by: User,
    now: datetime,
    private_text: str,
    quotable: str = "",
    kind: str = Interaction.Kind.NOTE,
) -> Interaction:
    """Keep a note. `private_text` never leaves the house; `quotable` may be said to the person in a letter.

    Raise `ValueError` when both are empty, `Contact.DoesNotExist` for a person who went meanwhile with the list they
    came with. The trail names the note, never its words.
    """
    if not private_text.strip() and not quotable.strip():
        raise ValueError("A note needs words.")
    # Whoever takes a list back asks whether a person is used: they wait for this note, or it for them.
    Contact.objects.select_for_update(no_key=True).get(pk=contact.pk)
    note = Interaction.objects.create(
        contact=contact,
        kind=kind,
        happened_at=now,
        author=by,
        private_text=private_text.strip(),
        quotable=quotable.strip(),
    )
    audit.record("add_note", actor=by, now=now, obj=note, contact=contact, facts={"quotable": bool(note.quotable)})
    return note
