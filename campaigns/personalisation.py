"""Contact -> the plain values a greeting may see. Each fact has a Greek and an English name, a meaning and an example.

Private text has no way in: only fields read here can reach a letter. One set of queries per chunk of contacts.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.conf import settings
from django.utils.translation import gettext_lazy as _

import etiquette
from campaigns.models import GreetingVariant
from campaigns.rendering.grammar import READERS
from customers.models import Contact, Interaction
from customers.naming import salutation
from etiquette.dates import in_month, on_weekday
from etiquette.nouns import definite_article, with_article
from etiquette.numbers import years_in_words

# Under three purchases, or on fewer than two fifths of the invoices, nothing is "usual".
USUAL_MIN_COUNT = 3
USUAL_MIN_SHARE = 0.4
# A letter that says "on Friday, as always" must be surer of the day than a screen.
USUAL_DAY_MIN_COUNT = 6


@dataclass(frozen=True)
class Fact:
    """`key` is the English name, `greek` the Greek one; `missing` says for whom it is empty ("" = never).

    `usage` and `greek_usage` are the filter without which the fact is of no use, with words to be replaced.
    """

    key: str
    greek: str
    meaning: object
    example: str
    missing: object = ""
    usage: str = ""
    greek_usage: str = ""

    def as_typed(self, language: str) -> str:
        """What the palette puts between the braces, in the words of the screen's language."""
        return self.greek + self.greek_usage if language == "el" else self.key + self.usage


FACTS = (
    Fact("salutation", "προσφώνηση", _("the opening line"), "Αγαπητέ κύριε Παπαδόπουλε,"),
    Fact("first_name", "όνομα", _("first name, as one calls the person"), "Σταμάτη", _("companies and unsure names")),
    Fact("last_name", "επώνυμο", _("surname, as one calls the person"), "Παπαδόπουλε", _("companies and unsure names")),
    Fact("years_with_us", "τόσα_χρόνια", _("how many years a customer"), "Επτά χρόνια", _("whoever came this year")),
    Fact(
        "usual_product_accusative",
        "το_συνηθισμένο",
        _("what they usually buy"),
        "τον εσπρέσο",
        _("whoever has no usual product, or one nobody has looked at"),
    ),
    Fact(
        "usual_day",
        "συνηθισμένη_μέρα",
        _("the day they usually come"),
        "την Παρασκευή",
        _("whoever comes on any day of the week"),
    ),
    Fact(
        "first_came",
        "πρώτη_φορά",
        _("the month in which they first came"),
        "τον Μάρτιο του 2019",
        _("whoever has not bought yet"),
    ),
    Fact(
        "gender",
        "γένος",
        _("an adjective that agrees with the reader"),
        "γυναίκα",
        _("households and persons whose gender we do not know"),
        "|agree('έτοιμος', 'έτοιμη', 'έτοιμοι')",
        "|συμφωνία('έτοιμος', 'έτοιμη', 'έτοιμοι')",
    ),
    Fact(
        "wish",
        "ευχή",
        _("the wish of the feast, as it fits the day"),
        "Καλά Χριστούγεννα",
        _("occasions without a wish of their own"),
    ),
    Fact("city", "πόλη", _("town"), "Βόλος", _("whoever has no town")),
    Fact("quotable", "λόγια", _("a line written to be read by them"), "Χαρήκαμε για τη Δάφνη.", _("most people")),
    Fact("signature", "υπογραφή", _("who signs"), "Άννα, Καφεκοπτείο της Πλατείας"),
    Fact("house", "κατάστημα", _("the name of the house"), "Καφεκοπτείο της Πλατείας"),
)
# Every identifier a template may use -> the canonical key.
FACT_NAMES: dict[str, str] = {
    name: fact.key for fact in FACTS for name in (fact.key, fact.greek, f"customer.{fact.key}", f"πελάτης.{fact.greek}")
}


@dataclass(frozen=True)
class Person:
    """A contact as letters see it: manner of address, opening, and values by fact key (empty = "")."""

    contact: Contact
    manner: str
    opening: etiquette.Answer
    values: dict[str, str] = field(default_factory=dict)
    # The row a fact came from, by fact key: what the reviewer opens, and what is marked as quoted.
    sources: dict[str, int] = field(default_factory=dict)


def manner_of(contact: Contact) -> str:
    """Which variant of the words a contact reads."""
    if contact.kind in (Contact.Kind.COMPANY, Contact.Kind.ORGANISATION):
        return GreetingVariant.Manner.COMPANY
    return contact.register


def personalise(contacts: Iterable[Contact], *, occasion: str, wish_on: date) -> list[Person]:
    """Return the values of each contact for a letter that will be read on `wish_on`."""
    people = list(contacts)
    lines = _quotable_lines([contact.pk for contact in people], wish_on)
    return [_person(contact, occasion, wish_on, lines.get(contact.pk)) for contact in people]


def with_facts(queryset):
    """Fetch along what `personalise` reads, so that it needs no query per contact."""
    return queryset.select_related("summary__usual_product", "owner__stand_in")


def _person(contact: Contact, occasion: str, wish_on: date, line: tuple[int, str] | None) -> Person:
    opening = salutation(contact, occasion=occasion, on=wish_on)
    language = contact.language if contact.language in ("el", "en") else "en"
    values = {
        "salutation": opening.text,
        "first_name": _called(contact, contact.known_as or contact.first_name, "first"),
        "last_name": _called(contact, contact.last_name, "last"),
        "years_with_us": _years(contact, wish_on, language),
        "usual_product_accusative": _usual_product(contact, language),
        "usual_day": _usual_day(contact, language),
        "first_came": _first_came(contact, wish_on, language),
        "gender": _gender(contact, language),
        "wish": etiquette.wish_for(occasion, wish_on, language=language),
        "city": contact.city,
        "quotable": line[1] if line else "",
        "signature": settings.HOUSE_NAME,
        "house": settings.HOUSE_NAME,
    }
    return Person(contact, manner_of(contact), opening, values, {"quotable": line[0]} if line else {})


def _called(contact: Contact, name: str, part: str) -> str:
    """The vocative of a person's own name, or "" when it is not sure enough to be written."""
    if contact.kind != Contact.Kind.PERSON or not name or contact.name_confidence < 0.9:
        return ""
    if contact.language != "el":
        return name
    answer = etiquette.vocative(name, gender=contact.gender, part=part)
    return "" if answer.needs_review else answer.text


def _since(contact: Contact) -> date | None:
    summary = getattr(contact, "summary", None)
    return contact.customer_since or (summary.first_on if summary else None)


def _years(contact: Contact, wish_on: date, language: str) -> str:
    since = _since(contact)
    if since is None:
        return ""
    years = wish_on.year - since.year - ((wish_on.month, wish_on.day) < (since.month, since.day))
    return years_in_words(years, language) if 1 <= years <= 99 else ""


def _first_came(contact: Contact, wish_on: date, language: str) -> str:
    since = _since(contact)
    return in_month(since, language, today=wish_on) if since and since <= wish_on else ""


def _usual_day(contact: Contact, language: str) -> str:
    """«την Παρασκευή», when there are enough visits and more than half fall on that day."""
    summary = getattr(contact, "summary", None)
    if summary is None or summary.usual_weekday is None or summary.purchase_count < USUAL_DAY_MIN_COUNT:
        return ""
    often = summary.usual_weekday_count * 2 > summary.purchase_count
    return on_weekday(summary.usual_weekday, language) if often else ""


def _gender(contact: Contact, language: str) -> str:
    """The word by which the filter `agree` chooses: a man, a woman, or several for a company."""
    if contact.kind in (Contact.Kind.COMPANY, Contact.Kind.ORGANISATION):
        asked = "several"
    elif contact.kind == Contact.Kind.PERSON and contact.gender in ("m", "f") and contact.name_confidence >= 0.9:
        asked = contact.gender
    else:
        return ""
    return READERS[language][asked]


def _usual_product(contact: Contact, language: str) -> str:
    """The usual product with its article in the accusative; only products somebody has looked at."""
    summary = getattr(contact, "summary", None)
    product = summary.usual_product if summary else None
    if product is None or not (product.may_be_mentioned and product.bought_again and product.seen_at and product.name):
        return ""
    if summary.usual_count < USUAL_MIN_COUNT or summary.usual_count < USUAL_MIN_SHARE * summary.purchase_count:
        return ""
    if language != "el":
        return product.name
    if not product.gender:  # then its article is not known
        return ""
    gender, plural = product.gender, product.number == "p"
    told = with_article(product.name, gender=gender, plural=plural)
    if told.needs_review:  # the name is kept in the accusative already, so as it stands it is right
        return f"{definite_article(product.name, gender=gender, plural=plural)} {product.name}"
    return told.text


def _quotable_lines(contact_ids: list[int], wish_on: date) -> dict[int, tuple[int, str]]:
    """(interaction, line) of each contact: the newest that may be quoted on that day and was not quoted before."""
    rows = (
        Interaction.objects.filter(contact_id__in=contact_ids, quoted_at=None)
        .exclude(quotable="")
        .exclude(quotable_until__lt=wish_on)
        .order_by("happened_at", "pk")
        .values_list("contact_id", "pk", "quotable")
    )
    return {contact_id: (pk, line) for contact_id, pk, line in rows}
