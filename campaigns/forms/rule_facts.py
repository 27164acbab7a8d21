"""The facts of a rule as fields: what each is called, how it is typed, and how it is read and written."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django import forms
from django.utils.formats import get_format, number_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from campaigns.occasions import FEASTS, NAMES
from campaigns.segments.by_person import KINDS, ROLES
from campaigns.segments.facts import LONGEST_TEXT, MOST_PEOPLE, YEARS
from campaigns.segments.words import ROLE_WORDS, language_name
from customers.models import Contact, Product, PurchaseSummary, Tag
from customers.reasons import side_by_side
from customers.roles import colleagues
from customers.search import search_contacts
from etiquette import fold
from etiquette.dates import DAYS_EL, DAYS_EN

Choices = list[tuple[str, str]]
_OFFERED = 300  # of a list to choose from while typing
_LOOKED_AT = 4  # people a typed name may be: more are "several" anyway
_EARLIEST_YEAR, _LATEST_YEAR = 2000, 2199


@dataclass(frozen=True)
class Fact:
    """A field. `kind` is how it is drawn: day, choice, words (with `choices` to pick from), number, amount, names.

    `read` makes what a rule holds of what was typed, raising forms.ValidationError; `write` the other way round.
    """

    label: str
    kind: str
    read: Callable[[str], object]
    write: Callable[[object], str] = str
    choices: Callable[[], Choices] | None = None


# --- Reading ---


def _read_day(typed: str) -> str:
    formats = ["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y"]
    wrong = {"invalid": _("“%(value)s” is not a date. Write 31/12/2026.") % {"value": typed[:40]}}
    day = forms.DateField(input_formats=formats, error_messages=wrong).clean(typed)
    if day.year not in YEARS:
        raise forms.ValidationError(wrong["invalid"])
    return day.isoformat()


def _read_amount(typed: str) -> str:
    """An amount as the reader's language writes it: 1.000,50 in Greek is 1,000.50 in English."""
    wrong = {"invalid": _("“%(value)s” is not an amount.") % {"value": typed[:40]}}
    field = forms.DecimalField(min_value=0, max_digits=12, decimal_places=2, error_messages=wrong)
    point, comma = get_format("DECIMAL_SEPARATOR"), get_format("THOUSAND_SEPARATOR")
    plain = typed.replace("\xa0", "").replace(" ", "").removesuffix("€")
    if re.fullmatch(rf"\d{{1,3}}({re.escape(comma)}\d{{3}})+({re.escape(point)}\d+)?", plain):
        plain = plain.replace(comma, "")
    return str(field.clean(plain.replace(point, ".")))


def _write_amount(amount: object) -> str:
    return number_format(Decimal(str(amount)), use_l10n=True)


def _read_currency(typed: str) -> str:
    return forms.RegexField(r"^[A-Z]{3}$", max_length=3).clean(typed.upper())


def _read_year(typed: str) -> int:
    return forms.IntegerField(min_value=_EARLIEST_YEAR, max_value=_LATEST_YEAR).clean(typed)


def _read_town(typed: str) -> str:
    return forms.CharField(max_length=LONGEST_TEXT).clean(typed)


def _read_choice(choices: Callable[[], Choices], make: Callable[[str], object] = str) -> Callable[[str], object]:
    def read(typed: str) -> object:
        if typed not in dict(choices()):
            raise forms.ValidationError(_("Choose one of them."))
        return make(typed)

    return read


def _read_product(typed: str) -> int:
    product = Product.objects.filter(key=fold(typed)).first() or Product.objects.filter(name=typed).first()
    if product is None:
        raise forms.ValidationError(_("We know no product called “%(name)s”.") % {"name": typed[:80]})
    return product.pk


def _write_product(pk: object) -> str:
    return Product.objects.filter(pk=pk).values_list("raw_name", flat=True).first() or ""


def _read_names(typed: str) -> list[int]:
    """One person per line: by name, e-mail, code, or the number that stands behind a name here."""
    lines = [line.strip() for line in typed.splitlines() if line.strip()]
    if len(lines) > MOST_PEOPLE:
        raise forms.ValidationError(_("No more than %(count)s people by name.") % {"count": MOST_PEOPLE})
    return list(dict.fromkeys(_one_person(line) for line in lines))


def _one_person(line: str) -> int:
    _name, hash_sign, number = line.rpartition("#")
    if hash_sign and number.isascii() and number.isdigit() and len(number) < 19:
        found = list(Contact.objects.filter(pk=int(number), erased_at=None))
    else:
        found = list(search_contacts(line[:100]).order_by("sort_key", "pk")[:_LOOKED_AT])
    if not found:
        raise forms.ValidationError(_("We found nobody called “%(name)s”.") % {"name": line[:80]})
    if len(found) > 1:
        names = side_by_side(_with_number(person) for person in found)
        raise forms.ValidationError(
            _("“%(name)s” may be several people: %(people)s. Write one of these.")
            % {"name": line[:80], "people": names}
        )
    return found[0].pk


def _with_number(person: Contact) -> str:
    return f"{person.name} #{person.pk}"


def _write_names(ids: object) -> str:
    people = Contact.objects.filter(pk__in=ids, erased_at=None).order_by("sort_key", "pk")
    return "\n".join(_with_number(person) for person in people)


# --- What there is to choose from ---


def _users() -> Choices:
    return [(str(user.pk), str(user)) for user in colleagues()]


def _tags() -> Choices:
    return [(str(pk), name) for pk, name in Tag.objects.order_by("name").values_list("pk", "name")[:_OFFERED]]


def towns() -> Choices:
    """The towns people live in."""
    cities = Contact.objects.filter(erased_at=None).exclude(city="").order_by("city")
    return [(city, city) for city in cities.values_list("city", flat=True).distinct()[:_OFFERED]]


def _products() -> Choices:
    rows = Product.objects.order_by("name", "raw_name").values_list("raw_name", "name")[:_OFFERED]
    return [(raw_name, name or raw_name) for raw_name, name in rows]


def _languages() -> Choices:
    codes = Contact.objects.order_by("language").values_list("language", flat=True).distinct()
    return [(code, language_name(code)) for code in codes]


def _currencies() -> Choices:
    codes = PurchaseSummary.objects.order_by("currency").values_list("currency", flat=True).distinct()
    return [(code, code) for code in codes]


def _weekdays() -> Choices:
    names = DAYS_EL if (get_language() or "el") == "el" else DAYS_EN
    return [(str(number), name) for number, name in enumerate(names)]


def _roles() -> Choices:
    return [(role, ROLE_WORDS[role]()) for role in ROLES]


def _kinds() -> Choices:
    return [(kind, str(Contact.Kind(kind).label)) for kind in KINDS]


def _registers() -> Choices:
    return [(value, str(label)) for value, label in Contact.Register.choices]


def _acquaintance() -> Choices:
    return [(value, str(label)) for value, label in Contact.Acquaintance.choices]


def _feasts() -> Choices:
    return [(code, str(NAMES[code])) for code in FEASTS]


def _celebrations() -> Choices:
    return [("name_day", _("Name day")), ("birthday", _("Birthday"))]


def _choice(label: str, choices: Callable[[], Choices], make: Callable[[str], object] = str) -> Fact:
    return Fact(label, "choice", _read_choice(choices, make), choices=choices)


def _day(label: str) -> Fact:
    return Fact(label, "day", _read_day)


# Two facts of one name mean the same in every rule.
FACTS: dict[str, Fact] = {
    "since": _day(gettext_lazy("Since")),
    "on": _day(gettext_lazy("Day")),
    "from": _day(gettext_lazy("From")),
    "to": _day(gettext_lazy("Until")),
    "what": _choice(gettext_lazy("What they celebrate"), _celebrations),
    "owner": _choice(gettext_lazy("Colleague"), _users, int),
    "role": _choice(gettext_lazy("Role"), _roles),
    "tag": _choice(gettext_lazy("Tag"), _tags, int),
    "language": _choice(gettext_lazy("Language"), _languages),
    "kind": _choice(gettext_lazy("Kind"), _kinds),
    "register": _choice(gettext_lazy("Address"), _registers),
    "acquaintance": _choice(gettext_lazy("Acquaintance"), _acquaintance),
    "weekday": _choice(gettext_lazy("Usual day"), _weekdays, int),
    "occasion": _choice(gettext_lazy("Feast"), _feasts),
    "city": Fact(gettext_lazy("Town"), "words", _read_town, choices=towns),
    "product": Fact(gettext_lazy("Product"), "words", _read_product, _write_product, choices=_products),
    "year": Fact(gettext_lazy("Year"), "number", _read_year),
    "at_least": Fact(gettext_lazy("At least"), "amount", _read_amount, _write_amount),
    "at_most": Fact(gettext_lazy("At most"), "amount", _read_amount, _write_amount),
    "currency": Fact(gettext_lazy("Currency"), "words", _read_currency, choices=_currencies),
    "contacts": Fact(gettext_lazy("One person per line"), "names", _read_names, _write_names),
}


def first_value(name: str, *, today: date) -> str:
    """What stands in a field before anybody typed: the year's first day for a period, the house's money."""
    return {"since": f"{today.year}-01-01", "currency": "EUR", "year": str(today.year - 1)}.get(name, "")
