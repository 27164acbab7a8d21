"""What a rule says: one sentence per rule, in the reader's language, beginning with a word to be written small."""

from collections.abc import Callable
from datetime import date

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, get_language_info, ngettext
from django.utils.translation import gettext as _

from campaigns.occasions import NAMES, feast_of_key
from campaigns.segments.facts import RuleError, amount, closed_period, day, days_between, number, numbers, period
from customers.models import Contact, Product, Tag, User
from etiquette.dates import DAYS_EL, DAYS_EN, date_in_words

_NAMED_AT_MOST = 3
ROLE_WORDS: dict[str, Callable[[], str]] = {
    "customer": lambda: _("Who buys from us"),
    "partner": lambda: _("Our partners"),
    "supplier": lambda: _("Our suppliers"),
    "friend": lambda: _("The friends of the house"),
}


def _written(on: date) -> str:
    """«25 Δεκεμβρίου 2026»."""
    return date_format(on, "j E Y")


def _on_day(on: date, *, year: bool = False) -> str:
    return date_in_words(on, get_language() or "el", weekday=False, case="accusative", year=year)


def period_words(rule: dict) -> str:
    """«από … έως …», with either end alone; "" for a period open at both ends."""
    begin, end = period(rule)
    if begin and end:
        return _("from %(from)s to %(to)s") % {"from": _written(begin), "to": _written(end)}
    if begin:
        return _("from %(day)s on") % {"day": _written(begin)}
    return _("up to %(day)s") % {"day": _written(end)} if end else ""


def _with_period(sentence: str, rule: dict) -> str:
    return f"{sentence} {period_words(rule)}".rstrip()


# --- Who they are ---


def celebrating(rule: dict) -> str:
    on_day = _on_day(day(rule, "on"))
    if rule["what"] == "birthday":
        return _("Who has a birthday %(on_day)s") % {"on_day": on_day}
    return _("Who has a name day %(on_day)s") % {"on_day": on_day}


def name_day_within(rule: dict) -> str:
    days_between(rule, most=10_000)
    return _("Who has a name day %(period)s") % {"period": period_words(rule)}


def birthday_within(rule: dict) -> str:
    days_between(rule, most=10_000)
    return _("Who has a birthday %(period)s") % {"period": period_words(rule)}


def role(rule: dict) -> str:
    return ROLE_WORDS[rule["role"]]()


def of_colleague(rule: dict) -> str:
    owner = User.objects.filter(pk=number(rule, "owner")).first()
    return _("The people of one colleague: %(name)s") % {"name": owner or _("nobody")}


def tagged(rule: dict) -> str:
    tag = Tag.objects.filter(pk=number(rule, "tag")).first()
    return _("Who carries the tag: %(tag)s") % {"tag": tag or _("a tag we no longer have")}


def city(rule: dict) -> str:
    return _("Who lives in one town: %(town)s") % {"town": rule["city"]}


def language(rule: dict) -> str:
    return _("Who reads in: %(language)s") % {"language": language_name(rule["language"])}


def language_name(code: str) -> str:
    """«Ελληνικά» for "el", the code itself for a language nobody has named."""
    try:
        return get_language_info(code)["name_translated"]
    except KeyError:
        return code


def kind(rule: dict) -> str:
    return {
        Contact.Kind.PERSON: _("Persons"),
        Contact.Kind.COMPANY: _("Companies"),
        Contact.Kind.ORGANISATION: _("Organisations"),
        Contact.Kind.HOUSEHOLD: _("Households with one letter for all"),
    }[rule["kind"]]


def register(rule: dict) -> str:
    if rule["register"] == Contact.Register.INFORMAL:
        return _("Whom we address in the singular")
    return {Contact.Register.FORMAL: _("Whom we address in the plural")}[rule["register"]]


def acquaintance(rule: dict) -> str:
    return {
        Contact.Acquaintance.DECIDED.value: _("Of whom somebody has said how they are addressed"),
        Contact.Acquaintance.OPEN.value: _("Of whom nobody has said yet how they are addressed"),
    }[rule["acquaintance"]]


def contacts(rule: dict) -> str:
    ids = numbers(rule, "contacts")
    people = Contact.objects.filter(pk__in=ids, erased_at=None).order_by("sort_key", "pk")
    names = [person.name for person in people[:_NAMED_AT_MOST]]
    others = len(ids) - len(names)
    said = ", ".join(names)
    if others and names:
        said = ngettext("%(names)s and %(count)s more", "%(names)s and %(count)s more", others) % {
            "names": said,
            "count": others,
        }
    return _("People chosen by name: %(names)s") % {"names": said or _("nobody we still know")}


# --- What they bought ---


def bought_since(rule: dict) -> str:
    return _("Who has bought since %(day)s") % {"day": _written(day(rule, "since"))}


def not_since(rule: dict) -> str:
    return _("Who bought before %(day)s and not since") % {"day": _written(day(rule, "since"))}


def last_visit(rule: dict) -> str:
    closed_period(rule)
    return _with_period(_("Who came for the last time"), rule)


def weekday(rule: dict) -> str:
    names = DAYS_EL if (get_language() or "el") == "el" else DAYS_EN
    return _("Whose usual day is %(weekday)s") % {"weekday": names[number(rule, "weekday", lowest=0, highest=6)]}


def bought_in(rule: dict) -> str:
    closed_period(rule)
    return _with_period(_("Who has bought"), rule)


def not_bought_in(rule: dict) -> str:
    closed_period(rule)
    return _with_period(_("Who has not bought"), rule)


def _product(rule: dict) -> str:
    product = Product.objects.filter(pk=number(rule, "product")).first()
    return str(product) if product else _("a product we no longer have")


def bought_product(rule: dict) -> str:
    return _with_period(_("Who has bought this: %(product)s,") % {"product": _product(rule)}, rule).rstrip(",")


def not_bought_product(rule: dict) -> str:
    return _with_period(_("Who has never bought this: %(product)s,") % {"product": _product(rule)}, rule).rstrip(",")


def spent(rule: dict) -> str:
    least, most = amount(rule, "at_least"), amount(rule, "at_most")
    facts = {
        "least": number_format(least, use_l10n=True, force_grouping=True) if least is not None else "",
        "most": number_format(most, use_l10n=True, force_grouping=True) if most is not None else "",
        "currency": "€" if rule["currency"] == "EUR" else rule["currency"],
    }
    if least is None and most is None:
        raise RuleError(rule, "empty")
    if most is None:
        said = _("Who has bought for %(least)s %(currency)s or more")
    elif least is None:
        said = _("Who has bought for %(most)s %(currency)s or less")
    else:
        said = _("Who has bought for %(least)s to %(most)s %(currency)s")
    return _with_period(said % facts, rule)


# --- What has passed between us ---


def left_out_last_year(rule: dict) -> str:
    name = NAMES.get(rule["occasion"], rule["occasion"])
    return _("Who was left out: %(occasion)s %(year)s") % {"occasion": name, "year": number(rule, "year")}


def not_greeted(rule: dict) -> str:
    feast = feast_of_key(rule["occasion_key"])
    if feast is None:
        return _("Who has had no letter for this occasion yet")
    return _("Who has had no letter yet for: %(occasion)s") % {"occasion": feast.name}


def not_contacted_since(rule: dict) -> str:
    return _("Who has had no letter, call or visit since %(day)s") % {"day": _written(day(rule, "since"))}
