"""Who reads the starters: people with and without facts, their values made as for any letter, without a database."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from itertools import product
from zoneinfo import ZoneInfo

from campaigns.personalisation.facts import FACT_NAMES
from campaigns.personalisation.values import VALUES, LastPurchase, Reading, Said, Thing
from campaigns.rendering import CompiledGreeting, compile_greeting
from campaigns.writing.starters import Starter
from customers.models import Contact, Product, PurchaseSummary
from customers.naming import salutation

ALWAYS = frozenset({"salutation", "signature"})
WISH_ON = {
    "christmas": date(2026, 12, 25), "new_year": date(2027, 1, 1), "easter": date(2027, 5, 2),
    "western_easter": date(2027, 3, 28),
}  # fmt: skip
OTHER_DAYS = date(2026, 11, 24)  # of a name day, a birthday and the rest
SEEN = datetime(2026, 1, 7, tzinfo=ZoneInfo("Europe/Athens"))
SIGNATURES = {"el": "Άννα, Καφεκοπτείο της Πλατείας", "en": "Anna, the coffee house on the square"}
READERS = {
    "man": {"kind": "person", "first_name": "Σταμάτης", "last_name": "Παπαδόπουλος", "gender": "m"},
    "woman": {"kind": "person", "first_name": "Ελένη", "last_name": "Βλάχου", "gender": "f"},
    "unknown": {"kind": "person", "first_name": "Άλεξ", "last_name": "Γεωργίου", "gender": "u"},
    "household": {"kind": "household", "last_name": "Παπαδόπουλος", "gender": "u"},
    "company": {"kind": "company", "company_name": "Ζαχαροπλαστική Πατρών", "gender": "u"},
}
# name, gender, number; as the product table keeps them, in the accusative.
THINGS = {
    "el": (
        ("εσπρέσο", "m", "s"), ("σοκολάτα υγείας", "f", "s"), ("αλεύρι", "n", "s"),
        ("ξηρούς καρπούς", "m", "p"), ("φρυγανιές", "f", "p"), ("κουλουράκια", "n", "p"),
    ),
    "en": (("espresso", "m", "s"), ("butter biscuits", "n", "p")),
}  # fmt: skip
LINES = {
    ("el", "formal"): ("Χαρήκαμε πολύ για τη Δάφνη.", "Το ψυγείο του γάλακτος διορθώθηκε."),
    ("el", "informal"): ("Χαρήκαμε πολύ για τη Δάφνη.", "Το ψυγείο του γάλακτος διορθώθηκε."),
    ("el", "company"): ("Συγχαρητήρια για το νέο σας εργαστήριο.", "Το ανταλλακτικό του μύλου έφτασε."),
    ("en", "formal"): ("We were so glad about Daphne.", "The milk fridge has been mended."),
    ("en", "informal"): ("We were so glad about Daphne.", "The milk fridge has been mended."),
    ("en", "company"): ("Congratulations on your new workshop.", "The part for the mill has arrived."),
}  # fmt: skip


@dataclass(frozen=True)
class Life:
    """What there is to tell of somebody: how long they have come, how long ago last, the weekday, a thing."""

    years: int = 7
    away_days: int = 62
    weekday: int = 4
    thing: tuple[str, str, str] = THINGS["el"][0]


@dataclass(frozen=True)
class Reader:
    """One reader of one starter, with every fact there is. `known` are the facts we know, None for all."""

    starter: Starter
    who: str
    life: Life = field(default_factory=Life)
    wish_on: date | None = None

    def values(self, known: Collection[str] | None = None) -> dict[str, str]:
        """The value of each fact the starter mentions; those that are not `known` are empty."""
        reading = self._reading()
        told = {key: VALUES[key](reading) for key in {*facts_of(self.starter), *ALWAYS}}
        told["signature"] = SIGNATURES[self.starter.language]
        return {key: value if known is None or key in ALWAYS or key in known else "" for key, value in told.items()}

    def _reading(self) -> Reading:
        starter, life = self.starter, self.life
        contact = Contact(
            language=starter.language,
            register="informal" if starter.register == "informal" else "formal",
            name_confidence=1.0,
            city="Βόλος",
            **READERS[self.who],
        )
        wish_on = self.wish_on or WISH_ON.get(starter.occasion, OTHER_DAYS)
        last_on = wish_on - timedelta(days=life.away_days)
        # Three days past the anniversary: near enough for a thank-you to speak of it.
        first_on = date(wish_on.year - life.years, wish_on.month, wish_on.day) - timedelta(days=3)
        name, gender, number = life.thing
        summary = PurchaseSummary(
            purchase_count=20,
            usual_count=15,
            usual_product=Product(
                name=name, gender=gender, number=number, may_be_mentioned=True, bought_again=True, seen_at=SEEN
            ),
            first_on=first_on,
            last_on=last_on,
            usual_weekday=life.weekday,
            usual_weekday_count=18,
        )
        line, answer = LINES[starter.language, starter.register]
        return Reading(
            contact=contact,
            summary=summary,
            manner=starter.register,
            language=starter.language,
            occasion=starter.occasion,
            wish_on=wish_on,
            known_on=wish_on,
            opening=salutation(contact, occasion=starter.occasion, on=wish_on),
            line=Said(1, line),
            answer=Said(1, answer),
            last=LastPurchase(1, Thing(name, gender, number == "p")),
        )


@cache
def compiled(starter: Starter) -> CompiledGreeting:
    return compile_greeting(subject=starter.subject, body=starter.body, names=FACT_NAMES)


@cache
def facts_of(starter: Starter) -> frozenset[str]:
    """The facts a starter mentions, but for the opening and the signature."""
    return frozenset(compiled(starter).facts) - ALWAYS


def people_of(starter: Starter) -> tuple[str, ...]:
    """Who reads a starter. Informal words say «σου» to one person; the letter of a couple waits for somebody's look."""
    several = {"company": ("company",), "formal": ("man", "woman", "unknown", "household")}
    return several.get(starter.register, ("man", "woman", "unknown"))


def lives(language: str) -> Iterator[Life]:
    """Every weekday with every kind of thing; years and absence change along with them."""
    years, away = (1, 7, 23), (0, 1, 4, 9, 21, 40, 62, 200, 500)
    for number, (weekday, thing) in enumerate(product(range(7), THINGS[language])):
        yield Life(years[number % 3], away[number % 9], weekday, thing)
