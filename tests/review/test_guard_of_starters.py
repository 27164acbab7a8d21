"""The guard raises no false alarm over any starter, whoever reads it and whatever we know of them."""

import pytest

import etiquette
from campaigns.models import Message
from campaigns.personalisation import Person
from campaigns.review.guard import GuardWords, Inspected, inspect
from campaigns.writing.starters import STARTERS, Starter
from customers.models import Contact, Interaction
from tests.builders import NOW, make_contact
from tests.rendering.starter_readers import OTHER_DAYS, READERS, Reader, compiled, lives, people_of

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def letters_of(starter: Starter, contacts: dict[str, Contact]) -> list[Inspected]:
    """The starter as each of its readers reads it, with all facts and with none."""
    letters = []
    for who in people_of(starter):
        contact = contacts[who]
        for life in lives(starter.language):
            for known in (None, set()):
                values = Reader(starter, who, life).values(known)
                rendered = compiled(starter).render(values)
                person = Person(contact, starter.register, etiquette.Answer(values["salutation"], 1.0, ""), values)
                message = Message(contact=contact, language=starter.language)
                letters.append(
                    Inspected(
                        message,
                        person,
                        rendered.subject,
                        rendered.text,
                        rendered.html,
                        sources={"salutation": contact.pk},
                    )
                )
    return letters


@pytest.mark.parametrize("starter", STARTERS, ids=lambda starter: starter.code)
def test_no_starter_with_or_without_facts_is_stopped(starter):
    contacts = {who: make_contact(fields, city="Βόλος") for who, fields in READERS.items()}
    for contact in contacts.values():
        Interaction.objects.create(
            contact=contact,
            happened_at=NOW,
            private_text="Πέρασε το πρωί, του ευχηθήκαμε χρόνια πολλά και καλές γιορτές. Πήρε τον εσπρέσο του.",
        )
    words = GuardWords.of_texts([f"{starter.subject}\n{starter.body}"])
    letters = letters_of(starter, contacts)

    found = inspect(letters, words=words, today=OTHER_DAYS)

    assert len(letters) >= 28
    assert {each for several in found for each in ((one.code, str(one.facts)) for one in several)} == set()
