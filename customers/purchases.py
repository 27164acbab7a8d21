"""What purchases add up to: one set-based recompute for given contacts, called by whatever writes purchases."""

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import islice

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from customers.models import Contact, Purchase, PurchaseSummary

CHUNK = 1_000  # contacts per round: bounded memory, and under SQLite's limit of variables
SUMMARY_FIELDS = [
    "contact_id",
    "purchase_count",
    "total",
    "currency",
    "first_on",
    "last_on",
    "usual_product_id",
    "usual_count",
    "usual_weekday",
    "usual_weekday_count",
]
# 0 is Monday.
_WEEKDAY = {
    "sqlite": "(strftime('%%w', purchased_on) + 6) %% 7",
    "postgresql": "extract(isodow FROM purchased_on)::int - 1",
}
# The usual product is on most invoices; the later one wins a tie, then the id. The usual weekday is the one with most
# visits; the earlier one wins a tie. A credit note counts towards the total only: it is neither a visit nor a liking.
# The three parts stand one below the other, because SQLite would join them each row with every other.
_SUMMARIES = """
WITH bought AS MATERIALIZED (
    SELECT id, contact_id, purchased_on, total, currency FROM customers_purchase WHERE contact_id IN ({ids})
), liked AS (
    SELECT bought.contact_id, line.product_id, count(DISTINCT bought.id) AS invoices,
        max(bought.purchased_on) AS last_on
    FROM bought JOIN customers_purchaseline AS line ON line.purchase_id = bought.id
    WHERE line.amount > 0 GROUP BY bought.contact_id, line.product_id
), days AS (
    SELECT contact_id, {weekday} AS weekday, count(*) AS visits
    FROM bought WHERE total >= 0 GROUP BY contact_id, weekday
), parts AS (
    SELECT contact_id, 1 AS place, count(*) FILTER (WHERE total >= 0) AS visits, sum(total) AS total,
        max(currency) AS currency, min(purchased_on) FILTER (WHERE total >= 0) AS first_on,
        max(purchased_on) FILTER (WHERE total >= 0) AS last_on,
        CAST(NULL AS bigint) AS product_id, 0 AS invoices, CAST(NULL AS integer) AS weekday, 0 AS on_weekday
    FROM bought GROUP BY contact_id
    UNION ALL
    SELECT contact_id,
        row_number() OVER (PARTITION BY contact_id ORDER BY invoices DESC, last_on DESC, product_id DESC),
        0, NULL, NULL, NULL, NULL, product_id, invoices, NULL, 0
    FROM liked
    UNION ALL
    SELECT contact_id, row_number() OVER (PARTITION BY contact_id ORDER BY visits DESC, weekday),
        0, NULL, NULL, NULL, NULL, NULL, 0, weekday, visits
    FROM days
)
SELECT contact_id, max(visits), round(max(total), 2), max(currency), max(first_on), max(last_on),
    max(product_id), max(invoices), max(weekday), max(on_weekday)
FROM parts WHERE place = 1 GROUP BY contact_id HAVING max(visits) > 0
"""
_COLUMNS = ", ".join(SUMMARY_FIELDS)
_WRONG = """
WITH computed AS ({computed}),
stored AS (SELECT {columns} FROM customers_purchasesummary WHERE contact_id IN ({ids}))
SELECT contact_id FROM (SELECT * FROM computed EXCEPT SELECT * FROM stored) AS missing
UNION SELECT contact_id FROM (SELECT * FROM stored EXCEPT SELECT * FROM computed) AS outdated
"""


def chunked(ids: Iterable[int], size: int = CHUNK) -> Iterator[list[int]]:
    """Yield sorted chunks of distinct ids."""
    ordered = iter(sorted(set(ids)))
    while chunk := list(islice(ordered, size)):
        yield chunk


def recompute_summaries(*, contact_ids: Iterable[int]) -> None:
    """Make the summaries of these contacts what their purchases say now; drop those without a purchase.

    Call it inside the transaction that wrote the purchases, or soon after: only an import of many does that.
    """
    written = ", ".join(f"{name} = excluded.{name}" for name in SUMMARY_FIELDS[1:])
    for ids in chunked(contact_ids):
        with transaction.atomic():
            # Two at once would each miss what the other is writing: the second waits, and then sees it.
            list(Contact.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk"))
            with connection.cursor() as cursor:
                cursor.execute(
                    f"INSERT INTO customers_purchasesummary ({_COLUMNS}) {_summaries_of(ids)} "
                    f"ON CONFLICT (contact_id) DO UPDATE SET {written}",
                    ids,
                )
            visits = Purchase.objects.filter(contact_id=OuterRef("contact_id"), total__gte=0)
            PurchaseSummary.objects.filter(~Exists(visits), contact_id__in=ids).delete()


def wrong_summaries(*, contact_ids: Iterable[int]) -> list[int]:
    """Return the contacts whose stored summary differs from what their purchases say."""
    wrong = []
    for ids in chunked(contact_ids):
        with connection.cursor() as cursor:
            cursor.execute(_WRONG.format(computed=_summaries_of(ids), columns=_COLUMNS, ids=_marks(ids)), ids * 2)
            wrong += [contact_id for (contact_id,) in cursor.fetchall()]
    return sorted(wrong)


def purchases_up_to() -> dt.date | None:
    """Return the day of the newest purchase, None when there is none."""
    return Purchase.objects.order_by("-purchased_on").values_list("purchased_on", flat=True).first()


def _summaries_of(ids: list[int]) -> str:
    return _SUMMARIES.format(ids=_marks(ids), weekday=_WEEKDAY[connection.vendor])


def _marks(ids: list[int]) -> str:
    return ", ".join(["%s"] * len(ids))
