"""Rules about what somebody bought, when and for how much. A credit note is neither a visit nor a purchase of a thing;
it counts towards what was spent.
"""

from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Round

from campaigns.segments.facts import RuleError, amount, closed_period, day, number, period, text, within
from customers.models import Purchase, PurchaseLine, PurchaseSummary

_LAST_WEEKDAY = 6
_CODE_OF_CURRENCY = 3


def _summary(**condition) -> Q:
    return Q(Exists(PurchaseSummary.objects.filter(contact=OuterRef("pk"), **condition)))


def bought_since(rule: dict, today: date) -> Q:
    return _summary(last_on__gte=day(rule, "since"))


def not_since(rule: dict, today: date) -> Q:
    return _summary(last_on__lt=day(rule, "since"))


def last_visit(rule: dict, today: date) -> Q:
    return Q(Exists(PurchaseSummary.objects.filter(within("last_on", closed_period(rule)), contact=OuterRef("pk"))))


def on_weekday(rule: dict, today: date) -> Q:
    return _summary(usual_weekday=number(rule, "weekday", lowest=0, highest=_LAST_WEEKDAY))


def bought_in(rule: dict, today: date) -> Q:
    """Who came within a period. First and last visit answer for nearly everybody; invoices are read for the rest."""
    span = begin, end = closed_period(rule)
    if begin is None or end is None:
        return _summary(**({"last_on__gte": begin} if begin else {"first_on__lte": end}))
    visits = Purchase.objects.filter(within("purchased_on", span), contact=OuterRef("pk"), total__gte=0)
    around = _summary(first_on__lt=begin, last_on__gt=end)
    at_an_end = Q(last_on__range=span) | Q(first_on__range=span)
    return Q(Exists(PurchaseSummary.objects.filter(at_an_end, contact=OuterRef("pk")))) | (around & Q(Exists(visits)))


def not_bought_in(rule: dict, today: date) -> Q:
    return ~bought_in(rule, today)


def bought_product(rule: dict, today: date) -> Q:
    lines = PurchaseLine.objects.filter(
        within("purchase__purchased_on", period(rule)), product=number(rule, "product"), amount__gt=0
    )
    return Q(pk__in=lines.values("purchase__contact"))


def not_bought_product(rule: dict, today: date) -> Q:
    return ~bought_product(rule, today)


def spent(rule: dict, today: date) -> Q:
    """What somebody's invoices of one currency add up to in a period; other currencies are not added to it."""
    least, most = amount(rule, "at_least"), amount(rule, "at_most")
    if least is None and most is None:
        raise RuleError(rule, "empty")
    if least is not None and most is not None and most < least:
        raise RuleError(rule, "backwards")
    currency = text(rule, "currency")
    if len(currency) != _CODE_OF_CURRENCY:
        raise RuleError(rule)
    span = period(rule)
    purchases = Purchase.objects.filter(within("purchased_on", span), currency=currency)
    if span != (None, None):
        return Q(pk__in=_adding_up_to(purchases, least, most))
    # All there is was added up before, but for whoever has paid in more than one currency.
    several = Purchase.objects.exclude(currency=currency).values("contact")
    bounds = ({} if least is None else {"total__gte": least}) | ({} if most is None else {"total__lte": most})
    whole = _summary(currency=currency, **bounds) & ~Q(pk__in=several)
    return whole | Q(pk__in=_adding_up_to(purchases.filter(contact__in=several), least, most))


def _adding_up_to(purchases: QuerySet[Purchase], least: Decimal | None, most: Decimal | None) -> QuerySet:
    sums = purchases.order_by().values("contact").annotate(sum=Round(Sum("total"), precision=2))
    if least is not None:
        sums = sums.filter(sum__gte=least)
    if most is not None:
        sums = sums.filter(sum__lte=most)
    return sums.values("contact")
