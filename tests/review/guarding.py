"""What the tests of the guard share: a letter as the house would send it, and what the guard says of it."""

from datetime import date
from types import SimpleNamespace

from campaigns.models import Message
from campaigns.personalisation import Person, personalise, with_facts
from campaigns.review.guard import Finding, GuardWords, Inspected, inspect
from customers.models import Contact

TODAY = date(2026, 12, 14)
TEMPLATE = GuardWords.of_texts(
    ["Χρόνια πολλά\n{{προσφώνηση}}\n\nΚαλά Χριστούγεννα. Τηλέφωνό μας: **2310** 445471.\n\n{{υπογραφή}}"]
)


def person_of(contact: Contact, **how) -> Person:
    found = with_facts(Contact.objects.filter(pk=contact.pk))
    return personalise(found, occasion="christmas", wish_on=date(2026, 12, 25), today=TODAY, **how)[0]


def letter_to(contact: Contact, text: str = "", **fields) -> Inspected:
    """A letter with today's opening; `text` stands below it."""
    person = person_of(contact)
    message = Message(contact=contact, language=contact.language)
    values = {"subject": "Χρόνια πολλά", "text": f"{person.values['salutation']}\n\n{text}", "html": ""}
    values |= {"sources": {"salutation": contact.pk}} | fields
    return Inspected(message, person, **values)


def findings(letter: Inspected, *, words: GuardWords = TEMPLATE, today: date = TODAY) -> tuple[Finding, ...]:
    return inspect([letter], words=words, today=today)[0]


def codes(letter: Inspected, **how) -> list[str]:
    return [finding.code for finding in findings(letter, **how)]


def typed(contact: Contact, words: str) -> Inspected:
    """A letter into which somebody typed `words`."""
    return letter_to(contact, words, hand_words=words)


def version_of(*texts: tuple[str, str]) -> SimpleNamespace:
    """What the guard reads of a version: its variants."""
    variants = [SimpleNamespace(subject=subject, body=body) for subject, body in texts]
    return SimpleNamespace(variants=SimpleNamespace(all=lambda: variants))
