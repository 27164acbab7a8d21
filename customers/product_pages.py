"""What the page of products reads: fifty at a time, those that most people usually buy first."""

from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

import etiquette
from customers.models import Product, PurchaseSummary

PAGE_SIZE = 50
COUNT_FILTERS_UP_TO = 20_000  # as in the list of people: with more products the chips go without numbers
TO_LOOK_AT = "new"


@dataclass(frozen=True)
class ProductFilter:
    """A chip above the list: its code in the address, its word, and the products it shows, once for each language."""

    code: str
    label: str
    condition: Q
    sql: str


FILTERS = (
    ProductFilter(TO_LOOK_AT, _("to look at"), Q(seen_at=None), "seen_at IS NULL"),
    ProductFilter(
        "mentioned",
        _("may be mentioned"),
        Q(seen_at__isnull=False, may_be_mentioned=True),
        "seen_at IS NOT NULL AND may_be_mentioned",
    ),
    ProductFilter(
        "left_out",
        _("left out of letters"),
        Q(seen_at__isnull=False, may_be_mentioned=False),
        "seen_at IS NOT NULL AND NOT may_be_mentioned",
    ),
    ProductFilter("all", _("all products"), Q(), "1 = 1"),
)
# The summaries are counted once, from the index that holds the product: a count per product would be 100,000 look-ups.
_ROWS = """
WITH liked AS MATERIALIZED (
    SELECT usual_product_id, count(*) AS people FROM customers_purchasesummary
    WHERE usual_product_id IS NOT NULL GROUP BY usual_product_id
)
SELECT product.id, coalesce(liked.people, 0)
FROM customers_product AS product LEFT JOIN liked ON liked.usual_product_id = product.id
WHERE {condition}
ORDER BY product.seen_at IS NOT NULL, coalesce(liked.people, 0) DESC, product.id
LIMIT %s OFFSET %s
"""


@dataclass(frozen=True)
class ProductPage:
    """A page of products, with how many people usually buy each (by product id), and whether more follow."""

    products: list[Product]
    people: dict[int, int]
    has_next: bool


def product_counts() -> dict[str, int | None]:
    """How many products each filter shows, in one statement; in a very large house only "all" is counted."""
    counts: dict[str, int | None] = dict.fromkeys(each.code for each in FILTERS) | {"all": Product.objects.count()}
    if counts["all"] <= COUNT_FILTERS_UP_TO:
        others = {each.code: Count("pk", filter=each.condition) for each in FILTERS if each.code != "all"}
        counts |= Product.objects.aggregate(**others)
    return counts


def products_page(*, query: str, filter_code: str, page: int) -> ProductPage:
    """Return page number `page` (from 1): first the products nobody has looked at, of each those most people usually
    buy. An unknown filter shows what is to be looked at."""
    conditions = [next((each.sql for each in FILTERS if each.code == filter_code), FILTERS[0].sql)]
    words = etiquette.fold(query).split()
    conditions += ["product.key LIKE %s ESCAPE '\\'"] * len(words)
    place = (PAGE_SIZE + 1, (page - 1) * PAGE_SIZE)
    with connection.cursor() as cursor:
        cursor.execute(_ROWS.format(condition=" AND ".join(conditions)), [*map(_anywhere, words), *place])
        found = cursor.fetchall()
    people = dict(found[:PAGE_SIZE])
    products = Product.objects.select_related("seen_by").in_bulk(list(people))
    return ProductPage([products[pk] for pk in people if pk in products], people, len(found) > PAGE_SIZE)


def _anywhere(word: str) -> str:
    """The pattern that finds `word` anywhere, its own signs taken as letters."""
    for sign in ("\\", "%", "_"):
        word = word.replace(sign, f"\\{sign}")
    return f"%{word}%"


def people_of(product_id: int) -> int:
    """How many people usually buy this product."""
    return PurchaseSummary.objects.filter(usual_product=product_id).count()
