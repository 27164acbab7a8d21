"""Two real PostgreSQL connections on one product: the first to say how letters name it is not written over."""

from datetime import timedelta

import pytest

from customers.models import Product
from customers.products import ProductWords, decide_product, stamp_of, take_back
from tests.builders import NOW, make_user
from tests.connections import held_between

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
LATER = NOW + timedelta(minutes=1)
ESPRESSO = ProductWords("εσπρέσο", "m", "s", True, True)
COFFEE = ProductWords("καφέ", "m", "s", True, True)


@pytest.fixture
def product():
    return Product.objects.create(key="ΚΑΦΕΣ", raw_name="ΚΑΦΕΣ ΕΣΠΡΕΣΣΟ")


def test_two_colleagues_decide_one_product_and_the_second_is_told(product):
    anna, eleni = make_user("anna"), make_user("eleni")

    first, second = held_between(
        lambda: decide_product(product, words=ESPRESSO, stamp="", by=anna, now=NOW),
        lambda: decide_product(product, words=COFFEE, stamp="", by=eleni, now=LATER),
    )

    assert (first.code, second.result.code) == ("decided", "already")
    assert Product.objects.values_list("name", "seen_by").get() == ("εσπρέσο", anna.pk)


def test_what_a_colleague_decides_meanwhile_is_not_taken_back(product):
    anna, eleni = make_user("anna"), make_user("eleni")
    step = decide_product(product, words=ESPRESSO, stamp="", by=anna, now=NOW).step
    product.refresh_from_db()

    again, undone = held_between(
        lambda: decide_product(product, words=COFFEE, stamp=stamp_of(product), by=eleni, now=LATER),
        lambda: take_back([step], by=anna, now=LATER),
    )

    assert (again.code, undone.result) == ("decided", 0)
    assert Product.objects.values_list("name", "seen_by").get() == ("καφέ", eleni.pk)
