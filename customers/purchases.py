"""What purchases add up to: one set-based recompute for given contacts, called by whatever writes purchases."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from django.db.models import Count, F, Max, Min, Q, Sum

from customers.models import Purchase, PurchaseLine, PurchaseSummary

CHUNK = 1_000  # contacts per round: bounded memory, and under SQLite's limit of variables
SUMMARY_FIELDS = [
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


def chunked(ids: Iterable[int], size: int = CHUNK) -> Iterator[list[int]]:
    """Yield sorted chunks of distinct ids."""
    ordered = sorted(set(ids))
    for start in range(0, len(ordered), size):
        yield ordered[start : start + size]


def recompute_summaries(*, contact_ids: Iterable[int]) -> None:
    """Make the summaries of these contacts what their purchases say now; drop those without a purchase.

    Credit notes (negative totals) count towards the total only: they are neither a visit nor a liking. Call it
    inside the transaction that wrote the purchases.
    """
    for ids in chunked(contact_ids):
        summaries = list(_summaries(ids))
        PurchaseSummary.objects.bulk_create(
            summaries,
            update_conflicts=True,
            unique_fields=["contact"],
            update_fields=[name.removesuffix("_id") for name in SUMMARY_FIELDS],
        )
        kept = [summary.contact_id for summary in summaries]
        PurchaseSummary.objects.filter(contact_id__in=ids).exclude(contact_id__in=kept).delete()


def wrong_summaries(*, contact_ids: Iterable[int]) -> list[int]:
    """Return the contacts whose stored summary differs from what their purchases say."""
    wrong = []
    for ids in chunked(contact_ids):
        stored = {row.contact_id: row for row in PurchaseSummary.objects.filter(contact_id__in=ids)}
        right = {row.contact_id: row for row in _summaries(ids)}
        wrong += [pk for pk in ids if _values(stored.get(pk)) != _values(right.get(pk))]
    return wrong


def _values(summary: PurchaseSummary | None) -> tuple:
    return () if summary is None else tuple(getattr(summary, name) for name in SUMMARY_FIELDS)


def _summaries(ids: list[int]) -> Iterator[PurchaseSummary]:
    visits = Q(total__gte=0)
    totals = (
        Purchase.objects.filter(contact_id__in=ids)
        .values("contact_id")
        .annotate(
            count=Count("id", filter=visits),
            sum=Sum("total"),
            first=Min("purchased_on", filter=visits),
            last=Max("purchased_on", filter=visits),
            one_currency=Max("currency"),
        )
        .order_by()
    )
    products = _usual_products(ids)
    weekdays = _usual_weekdays(ids)
    for row in totals:
        if not row["count"]:
            continue
        contact_id = row["contact_id"]
        product_id, product_count = products.get(contact_id, (None, 0))
        weekday, weekday_count = weekdays[contact_id]
        yield PurchaseSummary(
            contact_id=contact_id,
            purchase_count=row["count"],
            total=row["sum"],
            currency=row["one_currency"],
            first_on=row["first"],
            last_on=row["last"],
            usual_product_id=product_id,
            usual_count=product_count,
            usual_weekday=weekday,
            usual_weekday_count=weekday_count,
        )


def _usual_products(ids: list[int]) -> dict[int, tuple[int, int]]:
    """The product on most invoices of each contact: (product, invoices); the later one wins a tie, then the id."""
    rows = (
        PurchaseLine.objects.filter(purchase__contact_id__in=ids, amount__gt=0)
        .values("product_id", contact_id=F("purchase__contact_id"))
        .annotate(invoices=Count("purchase_id", distinct=True), last=Max("purchase__purchased_on"))
        .order_by("contact_id", "invoices", "last", "product_id")
    )
    return {row["contact_id"]: (row["product_id"], row["invoices"]) for row in rows}


def _usual_weekdays(ids: list[int]) -> dict[int, tuple[int, int]]:
    """The weekday (0 = Monday) on which each contact came most often, and how often; the earlier day wins a tie."""
    days: dict[int, Counter] = defaultdict(Counter)
    rows = Purchase.objects.filter(contact_id__in=ids, total__gte=0).values_list("contact_id", "purchased_on")
    for contact_id, purchased_on in rows.iterator():
        days[contact_id][purchased_on.weekday()] += 1
    return {pk: min(counts.items(), key=lambda item: (-item[1], item[0])) for pk, counts in days.items()}
