"""Facts that are told in words: months, days of the week, whom an adjective agrees with, a product in its case."""

from datetime import date

import pytest

from campaigns.personalisation import personalise, with_facts
from campaigns.personalisation.facts import FACT_NAMES, FACTS
from campaigns.rendering import compile_greeting
from customers.models import Contact, Product, PurchaseSummary
from tests.builders import ELENI, NOW, STAMATIS, make_contact

pytestmark = pytest.mark.django_db
CHRISTMAS = date(2026, 12, 25)
TODAY = date(2026, 12, 21)


def values(contact: Contact) -> dict[str, str]:
    found = with_facts(Contact.objects.filter(pk=contact.pk))
    return personalise(found, occasion="christmas", wish_on=CHRISTMAS, today=TODAY)[0].values


def with_summary(contact: Contact, **fields) -> Contact:
    facts = {"purchase_count": 12, "total": 100, "first_on": date(2019, 3, 9), "last_on": date(2026, 11, 20)}
    PurchaseSummary.objects.create(contact=contact, **facts | fields)
    return contact


def test_when_somebody_first_came_is_a_month():
    assert values(with_summary(make_contact(STAMATIS)))["first_came"] == "τον Μάρτιο του 2019"
    assert values(with_summary(make_contact(ELENI), first_on=date(2026, 3, 9)))["first_came"] == "τον Μάρτιο"
    assert values(with_summary(make_contact(language="en")))["first_came"] == "in March 2019"
    assert values(make_contact())["first_came"] == ""


def test_a_habit_of_one_day_is_told_with_its_article():
    saturday = with_summary(make_contact(STAMATIS), usual_weekday=5, usual_weekday_count=7)
    friday = with_summary(make_contact(ELENI), usual_weekday=4, usual_weekday_count=12)

    assert values(saturday)["usual_day"] == "το Σάββατο"
    assert values(friday)["usual_day"] == "την Παρασκευή"


@pytest.mark.parametrize(("visits", "on_that_day"), [(5, 5), (12, 6)])
def test_few_visits_or_half_of_them_are_no_habit(visits, on_that_day):
    contact = make_contact(STAMATIS)
    with_summary(contact, purchase_count=visits, usual_weekday=4, usual_weekday_count=on_that_day)

    assert values(contact)["usual_day"] == ""


def test_an_adjective_agrees_with_the_reader_and_is_left_out_where_we_do_not_know():
    body = "{{ προσφώνηση }}\n\n[[ Ελπίζουμε να είστε {{ γένος|agree('έτοιμος', 'έτοιμη', 'έτοιμοι') }}. ]] Γεια σας."
    greeting = compile_greeting(subject="Χ", body=body, names=FACT_NAMES)

    def letter(contact: Contact) -> str:
        return greeting.render(values(contact)).text

    assert "είστε έτοιμος." in letter(make_contact(STAMATIS))
    assert "είστε έτοιμη." in letter(make_contact(ELENI))
    assert "είστε έτοιμοι." in letter(make_contact(kind="company", company_name="Καφές Α.Ε.", gender="c"))
    assert "έτοιμ" not in letter(make_contact(gender="u"))
    assert "έτοιμ" not in letter(make_contact(STAMATIS, email="allos@shop.example", name_confidence=0.6))


@pytest.mark.parametrize("language", ["el", "en"])
def test_what_the_palette_puts_in_can_be_written(language):
    for fact in FACTS:
        body = f"Γεια. [[ {{{{ {fact.as_typed(language)} }}}} ]]"

        assert compile_greeting(subject="Χ", body=body, names=FACT_NAMES).warnings == ()


@pytest.mark.parametrize(
    ("name", "gender", "number", "told"),
    [
        ("καφές φίλτρου", "m", "s", "τον καφέ φίλτρου"),
        ("καφέ φίλτρου", "m", "s", "τον καφέ φίλτρου"),
        ("κουλουράκια", "n", "p", "τα κουλουράκια"),
        ("πόλις", "f", "s", "την πόλις"),
        ("εσπρέσο", "", "s", ""),
    ],
)
def test_a_product_stands_in_the_accusative_however_it_was_typed(name, gender, number, told):
    product = Product.objects.create(
        key="x", raw_name="Χ", name=name, gender=gender, number=number, may_be_mentioned=True, bought_again=True,
        seen_at=NOW,
    )  # fmt: skip

    contact = with_summary(make_contact(STAMATIS), usual_product=product, usual_count=9)

    assert values(contact)["usual_product_accusative"] == told
