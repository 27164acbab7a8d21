"""What a letter says of things: the product with its article in each case, whose it is, and the last one bought."""

from datetime import date

import pytest

from customers.models import Product, Purchase, PurchaseLine
from tests.builders import STAMATIS, make_contact
from tests.campaigns.facts import LAST_VISIT, make_product, person, regular, values

pytestmark = pytest.mark.django_db


def usual(product: Product, **contact) -> dict[str, str]:
    reader = make_contact(STAMATIS, **{"register": "informal"} | contact)
    return values(regular(reader, usual_product=product, usual_count=9))


def buy(contact, product: Product, *, amount=5, on: date = LAST_VISIT, total=9) -> Purchase:
    purchase = Purchase.objects.create(contact=contact, purchased_on=on, total=total)
    PurchaseLine.objects.create(purchase=purchase, product=product, amount=amount)
    return purchase


@pytest.mark.parametrize(
    ("name", "gender", "number", "nominative", "genitive", "accusative"),
    [
        ("εσπρέσο", "m", "s", "ο εσπρέσο σου", "του εσπρέσο σου", "τον εσπρέσο σου"),
        ("καφέ", "m", "s", "ο καφές σου", "του καφέ σου", "τον καφέ σου"),
        ("ελληνικό καφέ", "m", "s", "ο ελληνικός καφές σου", "του ελληνικού καφέ σου", "τον ελληνικό καφέ σου"),
        ("καφέ φίλτρου", "m", "s", "ο καφές φίλτρου σου", "του καφέ φίλτρου σου", "τον καφέ φίλτρου σου"),
        ("σοκολάτα", "f", "s", "η σοκολάτα σου", "της σοκολάτας σου", "τη σοκολάτα σου"),
        ("τσίχλα", "f", "s", "η τσίχλα σου", "της τσίχλας σου", "την τσίχλα σου"),
        ("κατάλογο", "m", "s", "ο κατάλογός σου", "", "τον κατάλογό σου"),
        ("κουλουράκια", "n", "p", "τα κουλουράκια σου", "", "τα κουλουράκια σου"),
        ("χυμούς", "m", "p", "οι χυμοί σου", "των χυμών σου", "τους χυμούς σου"),
        ("Lavazza", "m", "s", "ο Lavazza σου", "του Lavazza σου", "τον Lavazza σου"),
        ("διπλό καφέ", "m", "s", "ο διπλός καφές σου", "του διπλού καφέ σου", "τον διπλό καφέ σου"),
        ("χυμό μήλο", "m", "s", "", "", "τον χυμό μήλο σου"),
        ("τετράδια", "n", "p", "", "", ""),
    ],
)
def test_a_thing_is_theirs_in_every_case_we_are_sure_of(name, gender, number, nominative, genitive, accusative):
    told = usual(make_product(name, gender, number))

    assert told["your_usual_product_nominative"] == nominative
    assert told["your_usual_product_genitive"] == genitive
    assert told["your_usual_product_accusative"] == accusative


def test_a_thing_stands_without_its_owner_too():
    told = usual(make_product("καφέ"))

    assert told["usual_product_nominative"] == "ο καφές"
    assert told["usual_product_genitive"] == "του καφέ"
    assert told["usual_product_accusative"] == "τον καφέ"


@pytest.mark.parametrize(
    "contact", [{"register": "formal"}, {"kind": "company", "company_name": "Καφές Α.Ε.", "gender": "c"}]
)
def test_whoever_is_addressed_in_the_plural_reads_that_it_is_yours_in_the_plural(contact):
    assert usual(make_product(), **contact)["your_usual_product_accusative"] == "τον εσπρέσο σας"


def test_formal_words_speak_formally_to_whoever_has_no_words_of_their_own():
    contact = regular(usual_product=make_product(), usual_count=9)

    told = person(contact, written={("el", "formal"), ("en", "informal")})

    assert told.values["your_usual_product_accusative"] == "τον εσπρέσο σας"
    assert told.values["salutation"] == "Αγαπητέ κύριε Παπαδόπουλε,"
    assert told.manner == "informal"


def test_an_english_letter_names_only_what_has_a_name_in_latin_letters():
    english = {"language": "en", "email": "second@shop.example"}

    assert usual(make_product("espresso"), **english)["your_usual_product_nominative"] == "your espresso"
    assert usual(make_product("σοκολάτα"), **english | {"email": "third@shop.example"})["usual_product_genitive"] == ""


def test_the_last_thing_is_the_dearest_of_the_last_day_that_may_be_named():
    contact = regular()
    buy(contact, make_product("σοκολάτα", "f"), amount=5)
    chosen = buy(contact, make_product("καφέ"), amount=9)
    buy(contact, make_product("μηχανή", "f", may_be_mentioned=False), amount=300)
    buy(contact, make_product("ζάχαρη", "f", seen_at=None), amount=20)
    buy(contact, make_product("μέλι", "n"), amount=50, on=date(2026, 12, 4))
    buy(contact, make_product("τσάι", "n"), amount=60, total=-60)
    buy(contact, make_product("γάλα", "n"), amount=-70)

    told = person(contact)

    assert told.values["last_product_nominative"] == "ο καφές"
    assert told.values["last_product_genitive"] == "του καφέ"
    assert told.values["last_product_accusative"] == "τον καφέ"
    assert told.values["your_last_product_accusative"] == "τον καφέ σου"
    assert told.sources["last_product_accusative"] == chosen.pk


def test_a_thing_bought_once_is_named_as_the_last_and_not_as_the_usual_one():
    product = make_product("μηχανή", "f", bought_again=False)
    contact = regular(usual_product=product, usual_count=9)
    buy(contact, product)

    told = values(contact)

    assert (told["last_product_accusative"], told["usual_product_accusative"]) == ("τη μηχανή", "")


def test_the_last_thing_of_another_is_nobodys():
    buy(regular(make_contact()), make_product())

    assert values(regular())["last_product_accusative"] == ""
