"""Deciding about products: who is first, what is written, and how it is taken back."""

from datetime import date, timedelta

import pytest

from customers.models import AuditEntry, Contact, Product, PurchaseSummary
from customers.product_pages import PAGE_SIZE, product_counts, products_page
from customers.product_words import KEPT_BACK_SENTENCES, NAME_SENTENCES
from customers.products import (
    ProductWords,
    Step,
    decide_product,
    pick_of,
    stamp_of,
    take_back,
    take_guesses,
)
from etiquette.products import KEPT_BACK, NAME_REASONS, guess_product
from etiquette.text import fold
from tests.builders import NOW, make_contact, make_user

pytestmark = pytest.mark.django_db
ESPRESSO = ProductWords("εσπρέσο", "m", "s", True, True)
QUIET = ProductWords("", "", "s", False, False)
LATER = NOW + timedelta(minutes=3)


@pytest.fixture
def anna():
    return make_user("anna", first_name="Άννα")


@pytest.fixture
def nikos():
    return make_user("nikos", first_name="Νίκος")


def make_product(raw_name: str, **fields) -> Product:
    return Product.objects.create(key=fold(raw_name), raw_name=raw_name, **fields)


def usual_for(product: Product, people: int) -> None:
    for _number in range(people):
        PurchaseSummary.objects.create(
            contact=make_contact(), purchase_count=3, total=30, first_on=date(2026, 1, 2), last_on=date(2026, 5, 4),
            usual_product=product, usual_count=3,
        )  # fmt: skip


def pick(product: Product) -> str:
    return pick_of(product, guess_product(product.raw_name))


def decide(product: Product, words: ProductWords, *, by, stamp: str = "", now=NOW):
    return decide_product(product, words=words, stamp=stamp, by=by, now=now)


# --- A decision ---


def test_a_decision_says_how_letters_speak_of_a_product_and_who_said_so(anna):
    product = make_product("ΚΑΦΕΣ ΕΣΠΡΕΣΣΟ 1KG")

    outcome = decide(product, ESPRESSO, by=anna)

    product.refresh_from_db()
    assert outcome.code == "decided"
    assert ProductWords.of(product) == ESPRESSO
    assert (product.seen_by, product.seen_at) == (anna, NOW)


def test_the_trail_names_the_fields_of_a_decision(anna):
    product = make_product("ΚΑΦΕΣ ΕΣΠΡΕΣΣΟ 1KG")

    decide(product, ESPRESSO, by=anna)

    entry = AuditEntry.objects.get(verb="decide_product")
    assert (entry.actor_id, entry.object_id) == (anna.pk, product.pk)
    assert entry.facts == {"may_be_mentioned": True, "changed": ["bought_again", "gender", "may_be_mentioned", "name"]}


@pytest.mark.parametrize(
    "words",
    [
        ProductWords("", "m", "s", True, True),
        ProductWords("εσπρέσο", "", "s", True, True),
        ProductWords("εσπρέσο", "x", "s", False, False),
        ProductWords("εσπρέσο", "m", "", False, False),
    ],
)
def test_words_that_fit_no_sentence_are_refused(anna, words):
    product = make_product("ΚΑΦΕΣ")

    with pytest.raises(ValueError):
        decide(product, words, by=anna)

    product.refresh_from_db()
    assert product.seen_at is None


def test_a_product_may_be_left_out_without_a_name(anna):
    product = make_product("NEOMIX")

    assert decide(product, QUIET, by=anna).code == "decided"


def test_whoever_comes_second_is_told_and_nothing_is_written_over(anna, nikos):
    product = make_product("ΚΑΦΕΣ ΕΣΠΡΕΣΣΟ 1KG")
    decide(product, ESPRESSO, by=anna)

    outcome = decide(product, QUIET, by=nikos, now=LATER)

    product.refresh_from_db()
    assert (outcome.code, outcome.colleague) == ("already", "Άννα")
    assert product.name == "εσπρέσο"


def test_a_decision_may_be_changed_by_whoever_has_seen_it(anna, nikos):
    product = make_product("ΚΑΦΕΣ ΕΣΠΡΕΣΣΟ 1KG")
    decide(product, ESPRESSO, by=anna)
    product.refresh_from_db()

    outcome = decide(product, QUIET, by=nikos, stamp=stamp_of(product), now=LATER)

    product.refresh_from_db()
    assert outcome.code == "decided"
    assert (product.may_be_mentioned, product.seen_by) == (False, nikos)


def test_a_product_that_went_with_its_list_is_told(anna):
    product = make_product("ΚΑΦΕΣ")
    Product.objects.all().delete()

    assert decide(product, ESPRESSO, by=anna).code == "gone"


# --- Guesses taken as they are ---


def test_the_guess_that_was_shown_is_taken(anna):
    product = make_product("ΣΟΚΟΛΑΤΑ ΥΓΕΙΑΣ 100ΓΡ")

    take_guesses([pick(product)], by=anna, now=NOW)

    product.refresh_from_db()
    assert ProductWords.of(product) == ProductWords("σοκολάτα υγείας", "f", "s", True, True)


def test_a_guess_that_is_another_by_now_is_not_taken(anna):
    product = make_product("ΣΟΚΟΛΑΤΑ ΥΓΕΙΑΣ 100ΓΡ")
    shown = pick(product)
    Product.objects.update(raw_name="ΣΟΚΟΛΑΤΑ ΓΑΛΑΚΤΟΣ 100ΓΡ")

    assert take_guesses([shown], by=anna, now=NOW) == []


def test_many_at_once_are_only_those_we_are_sure_of(anna):
    sure, unsure, left_out = (make_product(name) for name in ("ΣΟΚΟΛΑΤΑ", "ΓΚΑΤΖΕΤΑΚΙ", "ΕΚΠΤΩΣΗ 5%"))

    steps = take_guesses([pick(each) for each in (sure, unsure, left_out)], by=anna, now=NOW, only_sure=True)

    assert [step.product_id for step in steps] == [sure.pk, left_out.pk]
    assert Product.objects.get(seen_at=None) == unsure


def test_a_guess_never_writes_over_a_decision(anna, nikos):
    product = make_product("ΣΟΚΟΛΑΤΑ")
    shown = pick(product)
    decide(product, QUIET, by=nikos)

    assert take_guesses([shown], by=anna, now=LATER) == []


@pytest.mark.parametrize("strange", ["", "x", "-", "²-0", "99999999999999999999-00000000", "1-"])
def test_a_strange_pick_is_passed_over(anna, strange):
    make_product("ΣΟΚΟΛΑΤΑ")

    assert take_guesses([strange], by=anna, now=NOW) == []


# --- Taking back ---


def test_a_decision_is_taken_back_exactly(anna):
    product = make_product("ΣΟΚΟΛΑΤΑ")
    steps = take_guesses([pick(product)], by=anna, now=NOW)

    undone = take_back([Step(**step.as_dict()) for step in steps], by=anna, now=LATER)

    product.refresh_from_db()
    assert undone == 1
    assert ProductWords.of(product) == ProductWords("", "", "s", False, False)
    assert (product.seen_by, product.seen_at) == (None, None)
    assert AuditEntry.objects.filter(verb="undo_product", object_id=product.pk).exists()


def test_taking_back_a_change_leads_to_the_decision_before_it(anna, nikos):
    product = make_product("ΚΑΦΕΣ ΕΣΠΡΕΣΣΟ 1KG")
    decide(product, ESPRESSO, by=anna)
    product.refresh_from_db()
    change = decide(product, QUIET, by=nikos, stamp=stamp_of(product), now=LATER)

    take_back([change.step], by=nikos, now=LATER)

    product.refresh_from_db()
    assert ProductWords.of(product) == ESPRESSO
    assert (product.seen_by, product.seen_at) == (anna, NOW)


def test_what_a_colleague_decided_since_is_not_taken_back(anna, nikos):
    product = make_product("ΚΑΦΕΣ ΕΣΠΡΕΣΣΟ 1KG")
    first = decide(product, ESPRESSO, by=anna)
    product.refresh_from_db()
    decide(product, QUIET, by=nikos, stamp=stamp_of(product), now=LATER)

    assert take_back([first.step], by=anna, now=LATER) == 0


# --- The order ---


def names(page) -> list[str]:
    return [product.raw_name for product in page.products]


def test_what_most_people_usually_buy_comes_first(anna):
    tea, coffee, _nobodys = (make_product(name) for name in ("ΤΣΑΙ", "ΚΑΦΕΣ", "ΝΕΡΟ"))
    usual_for(tea, 1)
    usual_for(coffee, 2)

    page = products_page(query="", filter_code="new", page=1)

    assert names(page) == ["ΚΑΦΕΣ", "ΤΣΑΙ", "ΝΕΡΟ"]
    assert page.people == {coffee.pk: 2, tea.pk: 1, _nobodys.pk: 0}


def test_what_nobody_has_looked_at_comes_before_the_rest(anna):
    coffee, tea = make_product("ΚΑΦΕΣ"), make_product("ΤΣΑΙ")
    usual_for(coffee, 2)
    decide(coffee, ESPRESSO, by=anna)

    assert names(products_page(query="", filter_code="all", page=1)) == ["ΤΣΑΙ", "ΚΑΦΕΣ"]
    assert names(products_page(query="", filter_code="new", page=1)) == ["ΤΣΑΙ"]
    assert tea.seen_at is None


@pytest.mark.parametrize("filter_code", ["new", "all"])
def test_every_product_stands_on_exactly_one_page(anna, filter_code):
    for number in range(PAGE_SIZE * 2 + 30):
        product = make_product(f"ΕΙΔΟΣ {number}", seen_at=NOW if number % 7 == 0 and filter_code == "all" else None)
        if number % 2:
            usual_for(product, 1)

    pages = [products_page(query="", filter_code=filter_code, page=page) for page in (1, 2, 3, 4)]

    shown = [name for page in pages for name in names(page)]
    assert [page.has_next for page in pages] == [True, True, False, False]
    assert len(shown) == len(set(shown)) == Product.objects.count()


def test_each_filter_shows_as_many_as_it_says(anna):
    decide(make_product("ΚΑΦΕΣ"), ESPRESSO, by=anna)
    decide(make_product("ΕΚΠΤΩΣΗ"), QUIET, by=anna)
    make_product("ΤΣΑΙ")
    make_product("ΝΕΡΟ")

    counts = product_counts()

    assert counts == {"new": 2, "mentioned": 1, "left_out": 1, "all": 4}
    for code, count in counts.items():
        assert len(products_page(query="", filter_code=code, page=1).products) == count


def test_a_product_is_found_without_accents_by_any_of_its_words(anna):
    make_product("ΚΑΦΕΣ ΕΛΛΗΝΙΚΟΣ")
    make_product("ΤΣΑΙ")

    assert names(products_page(query="καφές ελλην", filter_code="new", page=1)) == ["ΚΑΦΕΣ ΕΛΛΗΝΙΚΟΣ"]


# --- Words ---


def test_every_reason_of_a_guess_has_words():
    assert set(NAME_SENTENCES) == NAME_REASONS
    assert set(KEPT_BACK_SENTENCES) == set(KEPT_BACK)


def test_a_guess_alone_is_never_used_in_a_letter():
    product = make_product("ΣΟΚΟΛΑΤΑ")

    products_page(query="", filter_code="new", page=1)

    product.refresh_from_db()
    assert (product.name, product.may_be_mentioned) == ("", False)
    assert Contact.objects.count() == 0


def test_signs_of_a_pattern_are_searched_for_as_they_are():
    make_product("ΚΑΦΕΣ 100% ΑΡΑΒΙΚΟΣ")
    make_product("ΤΣΑΙ A_B\\C")

    found = {
        query: names(products_page(query=query, filter_code="new", page=1)) for query in ("100%", "a_b\\c", "%", "_")
    }

    assert found["100%"] == found["%"] == ["ΚΑΦΕΣ 100% ΑΡΑΒΙΚΟΣ"]
    assert found["a_b\\c"] == found["_"] == ["ΤΣΑΙ A_B\\C"]
