"""A few sober words for somebody in mourning, to be written on a card or said by a person: no letter carries them.

Registered when the apps are ready. A campaign of such words would reach everybody but those who mourn.
"""

from datetime import date

from django.utils.translation import gettext as _

from campaigns.letters import compiled
from campaigns.occasions import MOURNING
from campaigns.personalisation import personalise
from campaigns.writing.starters import Starter, starters_for
from customers.by_hand import HandWords, offer_by_hand
from customers.models import Contact


def sober_words(contact: Contact, today: date) -> HandWords:
    """The starter for mourners as this contact would read it: with their opening, in their manner and language."""
    (person,) = personalise([contact], occasion=MOURNING, wish_on=today, today=today)
    starter = _starter(contact.language, person.manner)
    rendered = compiled(starter.subject, starter.body).render(person.values)
    return HandWords(title=_("A few sober words"), text=rendered.text.strip(), language=starter.language)


def _starter(language: str, manner: str) -> Starter:
    """In Greek to whoever reads Greek, else in English: all are written for each manner."""
    found = {(each.language, each.register): each for each in starters_for(MOURNING)}
    return found["el" if language == "el" else "en", manner]


offer_by_hand("mourning", sober_words)
