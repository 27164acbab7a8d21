"""The value of each fact for one contact, as it stands in the middle of a sentence; "" for what is not known or sure.

Only what is read here can reach a letter. Nothing here asks the database: `personalisation` has fetched the rows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import NamedTuple

from django.conf import settings

import etiquette
from campaigns.models import GreetingVariant
from campaigns.personalisation.signers import name_of, signature_of
from campaigns.personalisation.things import NO_FORMS, Thing, forms_of
from campaigns.rendering.grammar import READERS
from customers.models import Contact, Product, PurchaseSummary, User
from etiquette.dates import DAYS_EL, DAYS_EN, day_gender, in_month, on_weekday, relative_day, span_in_words
from etiquette.nouns import possessed
from etiquette.numbers import years_in_words
from etiquette.places import in_town, town_name

COMPANIES = (Contact.Kind.COMPANY, Contact.Kind.ORGANISATION)
SURE_ENOUGH = 0.9
# Under three purchases, or on fewer than two fifths of the invoices, nothing is "usual".
USUAL_MIN_COUNT = 3
USUAL_MIN_SHARE = 0.4
# A letter that says "on Friday, as always" must be surer of the day than a screen.
USUAL_DAY_MIN_COUNT = 6
# Whoever has stayed away for three months has given the habit up: no letter says "see you on Friday" to them.
HABIT_DAYS = 92
AWAY_DAYS = 30
ANNIVERSARY_DAYS = 15
MOST_YEARS = 99
_LEAP_DAY = (2, 29)


class LastPurchase(NamedTuple):
    """The thing a contact bought last, and the purchase it stood on."""

    purchase_id: int
    thing: Thing


class Said(NamedTuple):
    """A sentence written for a contact, and the row it was written on."""

    pk: int
    text: str


@dataclass
class Reading:
    """One contact with everything a fact is read from. `manner` is the one the words use; `known_on` is the last day
    of which we know the purchases."""

    contact: Contact
    summary: PurchaseSummary | None
    manner: str
    language: str
    occasion: str
    wish_on: date
    known_on: date
    opening: etiquette.Answer
    line: Said | None = None
    answer: Said | None = None
    last: LastPurchase | None = None
    signer: User | None = None

    @cached_property
    def since(self) -> date | None:
        """The day they first came, as a person typed it or as the invoices say."""
        return self.contact.customer_since or (self.summary.first_on if self.summary else None)

    @cached_property
    def weekday(self) -> int | None:
        """The day they usually come (0 is Monday), when they come often, mostly on that day, and still do."""
        summary = self.summary
        if summary is None or summary.usual_weekday is None or summary.purchase_count < USUAL_DAY_MIN_COUNT:
            return None
        often = summary.usual_weekday_count * 2 > summary.purchase_count
        still = (self.known_on - summary.last_on).days <= HABIT_DAYS
        return summary.usual_weekday if often and still else None

    @cached_property
    def usual(self) -> dict[str, str]:
        """The forms of the usual product; only of products somebody has looked at, and bought often enough."""
        summary = self.summary
        product = summary.usual_product if summary else None
        if product is None or not (product.may_be_mentioned and product.bought_again and product.seen_at):
            return NO_FORMS
        if summary.usual_count < USUAL_MIN_COUNT or summary.usual_count < USUAL_MIN_SHARE * summary.purchase_count:
            return NO_FORMS
        plural = product.number == Product.Number.PLURAL
        return forms_of(Thing(product.name, product.gender, plural), self.language, self.owner)

    @cached_property
    def latest(self) -> dict[str, str]:
        """The forms of what they bought last."""
        return forms_of(self.last.thing, self.language, self.owner) if self.last else NO_FORMS

    @property
    def owner(self) -> str:
        """Whose a thing is, in the register of the words."""
        return "σου" if self.manner == GreetingVariant.Manner.INFORMAL else "σας"


# --- Who they are ---


def _called(reading: Reading, name: str, part: str) -> str:
    """The vocative of a person's own name, or "" when it is not sure enough to be written."""
    contact = reading.contact
    if contact.kind != Contact.Kind.PERSON or not name or contact.name_confidence < SURE_ENOUGH:
        return ""
    if contact.language != "el":
        return etiquette.to_elot(name)
    answer = etiquette.vocative(name, gender=contact.gender, part=part)
    return "" if answer.needs_review else answer.text


def _first_name(reading: Reading) -> str:
    return _called(reading, reading.contact.known_as or reading.contact.first_name, "first")


def _last_name(reading: Reading) -> str:
    return _called(reading, reading.contact.last_name, "last")


def _gender(reading: Reading) -> str:
    """The word by which the filter `agree` chooses: a man, a woman, or several for a company."""
    contact, readers = reading.contact, READERS[reading.language]
    if contact.kind in COMPANIES:
        return readers["several"]
    sure = contact.kind == Contact.Kind.PERSON and contact.name_confidence >= SURE_ENOUGH
    return readers[contact.gender] if sure and contact.gender in ("m", "f") else ""


def _in_city(reading: Reading) -> str:
    return in_town(reading.contact.city, reading.language).text if reading.contact.city else ""


# --- The years ---


def _years_with_us(reading: Reading) -> str:
    since, on = reading.since, reading.wish_on
    if since is None:
        return ""
    return _years(on.year - since.year - ((on.month, on.day) < (since.month, since.day)), reading.language)


@lru_cache(maxsize=256)
def _years(years: int, language: str) -> str:
    return years_in_words(years, language) if 1 <= years <= MOST_YEARS else ""


def _first_year(reading: Reading) -> str:
    since = reading.since
    if since is None or since > reading.wish_on:
        return ""
    return f"το {since.year}" if reading.language == "el" else str(since.year)


def _first_came(reading: Reading) -> str:
    since = reading.since
    return in_month(since, reading.language, today=reading.wish_on) if since and since <= reading.wish_on else ""


def _anniversary(reading: Reading) -> str:
    since, on = reading.since, reading.wish_on
    if since is None:
        return ""
    for year in (on.year - 1, on.year, on.year + 1):
        day = 28 if (since.month, since.day) == _LEAP_DAY else since.day
        if abs((date(year, since.month, day) - on).days) <= ANNIVERSARY_DAYS:
            return _years(year - since.year, reading.language)
    return ""


# --- Their days ---


def _last_purchase_when(reading: Reading) -> str:
    summary = reading.summary
    if summary is None or summary.last_on > reading.wish_on:
        return ""
    return relative_day(summary.last_on, reading.language, today=reading.wish_on)


def _away_for(reading: Reading) -> str:
    """How long it will be on the day of the wish; only of whoever is away long enough by what we know today."""
    summary = reading.summary
    if summary is None or (reading.known_on - summary.last_on).days < AWAY_DAYS:
        return ""
    days = (reading.wish_on - summary.last_on).days
    return span_in_words(days, reading.language) if days >= AWAY_DAYS else ""


def _usual_day(reading: Reading) -> str:
    return "" if reading.weekday is None else on_weekday(reading.weekday, reading.language)


@lru_cache(maxsize=64)
def _day_of_ours(weekday: int, language: str, case: str) -> str:
    if language != "el":
        return f"our {DAYS_EN[weekday]}"
    return possessed(DAYS_EL[weekday], owner="μας", gender=day_gender(weekday), case=case).text


def _our_day(case: str) -> Callable[[Reading], str]:
    return lambda reading: "" if reading.weekday is None else _day_of_ours(reading.weekday, reading.language, case)


def _see_you(reading: Reading) -> str:
    day = _usual_day(reading)
    if not day or reading.language != "el":
        return day and f"see you {day}"
    return f"{'τα λέμε' if reading.owner == 'σου' else 'θα τα πούμε'} {day}"


# --- Words ---


@lru_cache(maxsize=256)
def _wish_of(occasion: str, on: date, language: str) -> str:
    wish = etiquette.wish_for(occasion, on, language=language)
    return wish if wish.startswith("Χριστός") else wish[:1].lower() + wish[1:]


def _wish(reading: Reading) -> str:
    return _wish_of(reading.occasion, reading.wish_on, reading.language)


def _house(_reading: Reading) -> str:
    return settings.HOUSE_NAME


def _signature(reading: Reading) -> str:
    return signature_of(reading.signer, reading.language)


def _signer(reading: Reading) -> str:
    return name_of(reading.signer, reading.language) if reading.signer else settings.HOUSE_NAME


def _form_of_usual(form: str) -> Callable[[Reading], str]:
    return lambda reading: reading.usual[form]


def _form_of_latest(form: str) -> Callable[[Reading], str]:
    return lambda reading: reading.latest[form]


VALUES: dict[str, Callable[[Reading], str]] = {
    "salutation": lambda reading: reading.opening.text,
    "first_name": _first_name,
    "last_name": _last_name,
    "gender": _gender,
    "city": lambda reading: town_name(reading.contact.city, reading.language) if reading.contact.city else "",
    "in_city": _in_city,
    "years_with_us": _years_with_us,
    "first_year": _first_year,
    "first_came": _first_came,
    "anniversary": _anniversary,
    "your_usual_product_accusative": _form_of_usual("your_accusative"),
    "your_usual_product_nominative": _form_of_usual("your_nominative"),
    "your_usual_product_genitive": _form_of_usual("your_genitive"),
    "usual_product_accusative": _form_of_usual("accusative"),
    "usual_product_nominative": _form_of_usual("nominative"),
    "usual_product_genitive": _form_of_usual("genitive"),
    "your_last_product_accusative": _form_of_latest("your_accusative"),
    "last_product_accusative": _form_of_latest("accusative"),
    "last_product_nominative": _form_of_latest("nominative"),
    "last_product_genitive": _form_of_latest("genitive"),
    "last_purchase_when": _last_purchase_when,
    "away_for": _away_for,
    "usual_day": _usual_day,
    "our_day": _our_day("nominative"),
    "our_day_accusative": _our_day("accusative"),
    "our_day_genitive": _our_day("genitive"),
    "see_you": _see_you,
    "quotable": lambda reading: reading.line.text if reading.line else "",
    "promise_answer": lambda reading: reading.answer.text if reading.answer else "",
    "wish": _wish,
    "signature": _signature,
    "signer": _signer,
    "house": _house,
}
