"""Facts of a letter: only what is known, true on the day it is read, and never anything private."""

from datetime import date

import pytest

from campaigns.personalisation import Person, personalise, with_facts
from campaigns.personalisation.facts import FACT_NAMES, FACTS
from customers.models import Contact, Interaction, Product, PurchaseSummary
from tests.builders import NOW, STAMATIS, make_contact

pytestmark = pytest.mark.django_db
CHRISTMAS = date(2026, 12, 25)
TODAY = date(2026, 12, 21)


def person(contact: Contact) -> Person:
    found = with_facts(Contact.objects.filter(pk=contact.pk))
    return personalise(found, occasion="christmas", wish_on=CHRISTMAS, today=TODAY)[0]


def regular(
    *, product: Product | None = None, first_on=date(2019, 11, 11), usual_count=9, purchase_count=12
) -> Contact:
    contact = make_contact(STAMATIS)
    PurchaseSummary.objects.create(
        contact=contact, purchase_count=purchase_count, total=100, first_on=first_on, last_on=date(2026, 11, 20),
        usual_product=product, usual_count=usual_count,
    )  # fmt: skip
    return contact


def espresso(**fields) -> Product:
    values = {
        "key": "espresso", "raw_name": "ΚΑΦΕΣ ΕΣΠΡΕΣΣΟ 1KG", "name": "εσπρέσο", "gender": "m",
        "may_be_mentioned": True, "bought_again": True, "seen_at": NOW,
    }  # fmt: skip
    return Product.objects.create(**values | fields)


def test_every_fact_has_a_value_a_meaning_and_two_names():
    values = person(make_contact(STAMATIS)).values

    assert set(values) == {fact.key for fact in FACTS}
    assert all(FACT_NAMES[fact.greek] == FACT_NAMES[fact.key] == fact.key and fact.meaning for fact in FACTS)


def test_names_are_called_in_the_vocative():
    values = person(make_contact(STAMATIS)).values

    assert (values["first_name"], values["last_name"]) == ("Σταμάτη", "Παπαδόπουλε")


def test_an_unsure_name_is_not_called():
    values = person(make_contact(STAMATIS, name_confidence=0.8)).values

    assert (values["first_name"], values["last_name"]) == ("", "")


def test_years_are_full_years_on_the_day_of_the_wish():
    assert person(regular(first_on=date(2019, 12, 25))).values["years_with_us"] == "επτά χρόνια"
    PurchaseSummary.objects.all().delete()
    Contact.objects.all().delete()
    assert person(regular(first_on=date(2019, 12, 26))).values["years_with_us"] == "έξι χρόνια"


def test_whoever_came_this_year_has_no_years():
    assert person(regular(first_on=date(2026, 3, 1))).values["years_with_us"] == ""


def test_the_usual_product_stands_with_its_article():
    assert person(regular(product=espresso())).values["usual_product_accusative"] == "τον εσπρέσο"


@pytest.mark.parametrize(
    "unfit", [{"seen_at": None}, {"may_be_mentioned": False}, {"bought_again": False}, {"name": ""}]
)
def test_a_product_nobody_has_looked_at_or_that_is_not_to_be_mentioned_is_not_used(unfit):
    assert person(regular(product=espresso(**unfit))).values["usual_product_accusative"] == ""


@pytest.mark.parametrize(("usual", "purchases"), [(2, 2), (3, 8)])
def test_what_was_bought_seldom_is_not_usual(usual, purchases):
    contact = regular(product=espresso(), usual_count=usual, purchase_count=purchases)

    assert person(contact).values["usual_product_accusative"] == ""


def test_only_a_line_written_to_be_read_is_quoted_and_only_until_its_day():
    contact = make_contact(STAMATIS)
    Interaction.objects.create(contact=contact, happened_at=NOW, private_text="αργεί να πληρώσει")
    Interaction.objects.create(
        contact=contact, happened_at=NOW, quotable="Καλή αρχή στη Δάφνη.", quotable_until=date(2026, 12, 25)
    )
    Interaction.objects.create(
        contact=contact, happened_at=NOW, quotable="Καλό καλοκαίρι.", quotable_until=date(2026, 12, 24)
    )

    values = person(contact).values

    assert values["quotable"] == "Καλή αρχή στη Δάφνη."
    assert "αργεί" not in " ".join(values.values())


def test_private_text_of_every_kind_has_no_way_into_a_letter():
    """Every text field of a contact and of what hangs on it is filled with a mark; only the listed ones may show it."""
    contact = make_contact(STAMATIS)
    public = {"first_name", "last_name", "city", "salutation_typed", "company_name", "known_as", "titles"}
    keys = {"email", "email_key", "address_digest", "language", "country", "name_reason", "sort_key"}
    for field in Contact._meta.fields:
        is_text = field.get_internal_type() in ("CharField", "TextField") and not field.choices
        if is_text and field.name not in public | keys:
            setattr(contact, field.name, "ΙΔΙΩΤΙΚΟ"[: field.max_length or 8])
    contact.extra = {"σημείωση": "ΙΔΙΩΤΙΚΟ"}
    contact.save()
    contact.cases.create(opened_at=NOW, what_happened="ΙΔΙΩΤΙΚΟ", lesson="ΙΔΙΩΤΙΚΟ")
    contact.follow_ups.create(text="ΙΔΙΩΤΙΚΟ", due_on=CHRISTMAS)
    contact.interactions.create(happened_at=NOW, private_text="ΙΔΙΩΤΙΚΟ")

    assert "ΙΔΙΩΤΙΚΟ" not in " ".join(person(contact).values.values())
