"""What the tests of facts share: a regular with a habit, and the facts of one contact."""

from datetime import date

from campaigns.personalisation import Person, personalise, with_facts
from customers.models import Contact, Product, Purchase, PurchaseSummary
from tests.builders import NOW, STAMATIS, make_contact

TODAY = date(2026, 12, 14)  # a Monday
SUNDAY = date(2026, 12, 20)
LAST_VISIT = date(2026, 12, 11)


def person(
    contact: Contact, *, wish_on: date = SUNDAY, today: date = TODAY, occasion: str = "christmas", **how
) -> Person:
    found = with_facts(Contact.objects.filter(pk=contact.pk))
    return personalise(found, occasion=occasion, wish_on=wish_on, today=today, **how)[0]


def values(contact: Contact, **how) -> dict[str, str]:
    return person(contact, **how).values


def regular(contact: Contact | None = None, **summary) -> Contact:
    """Stamatis, who comes on Fridays since March 2019; his newest invoice is of last Friday."""
    contact = contact or make_contact(STAMATIS, register="informal")
    facts = {
        "purchase_count": 12, "total": 100, "first_on": date(2019, 3, 9), "last_on": LAST_VISIT,
        "usual_weekday": 4, "usual_weekday_count": 10,
    }  # fmt: skip
    facts |= summary
    PurchaseSummary.objects.create(contact=contact, **facts)
    Purchase.objects.create(contact=contact, purchased_on=facts["last_on"], total=9)
    return contact


def make_product(name: str = "εσπρέσο", gender: str = "m", number: str = "s", **fields) -> Product:
    """A product somebody has looked at, which may be mentioned and is bought again and again."""
    given = {"key": name, "raw_name": name.upper(), "may_be_mentioned": True, "bought_again": True, "seen_at": NOW}
    return Product.objects.create(name=name, gender=gender, number=number, **given | fields)
