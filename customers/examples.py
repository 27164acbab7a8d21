"""Example people: a small house to try things in, and a believable volume with a fixed seed. `.example` addresses only.

Names are put together from the lists below; nobody in them is a real person.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from random import Random

from django.db import transaction
from django.utils import timezone

import etiquette
from customers.addresses import address_fields
from customers.models import Contact, ContactCode, Interaction, Product, Purchase, PurchaseLine, ServiceCase, User
from customers.naming import name_fields
from customers.purchases import recompute_summaries
from customers.search import index_contacts

MEN = (
    "ΓΕΩΡΓΙΟΣ", "ΙΩΑΝΝΗΣ", "ΔΗΜΗΤΡΙΟΣ", "ΚΩΝΣΤΑΝΤΙΝΟΣ", "ΝΙΚΟΛΑΟΣ", "ΠΑΝΑΓΙΩΤΗΣ", "ΒΑΣΙΛΕΙΟΣ", "ΧΡΗΣΤΟΣ",
    "ΑΘΑΝΑΣΙΟΣ", "ΜΙΧΑΗΛ", "ΣΤΑΜΑΤΗΣ", "ΣΠΥΡΙΔΩΝ", "ΑΝΤΩΝΗΣ", "ΣΤΕΛΙΟΣ", "ΑΛΕΞΑΝΔΡΟΣ", "ΠΕΤΡΟΣ", "ΘΕΟΔΩΡΟΣ",
    "ΜΑΝΩΛΗΣ",
)  # fmt: skip
WOMEN = (
    "ΜΑΡΙΑ", "ΕΛΕΝΗ", "ΑΙΚΑΤΕΡΙΝΗ", "ΒΑΣΙΛΙΚΗ", "ΣΟΦΙΑ", "ΑΓΓΕΛΙΚΗ", "ΓΕΩΡΓΙΑ", "ΔΗΜΗΤΡΑ", "ΕΙΡΗΝΗ", "ΑΝΝΑ",
    "ΙΩΑΝΝΑ", "ΑΝΑΣΤΑΣΙΑ", "ΚΑΤΕΡΙΝΑ", "ΦΩΤΕΙΝΗ", "ΧΡΙΣΤΙΝΑ", "ΕΥΑΓΓΕΛΙΑ", "ΔΕΣΠΟΙΝΑ", "ΠΑΡΑΣΚΕΥΗ",
)  # fmt: skip
SURNAMES = (
    ("ΠΑΠΑΔΟΠΟΥΛΟΣ", "ΠΑΠΑΔΟΠΟΥΛΟΥ"), ("ΓΕΩΡΓΙΟΥ", "ΓΕΩΡΓΙΟΥ"), ("ΝΙΚΟΛΑΪΔΗΣ", "ΝΙΚΟΛΑΪΔΟΥ"),
    ("ΙΩΑΝΝΙΔΗΣ", "ΙΩΑΝΝΙΔΟΥ"), ("ΔΑΣΚΑΛΑΚΗΣ", "ΔΑΣΚΑΛΑΚΗ"), ("ΑΝΤΩΝΙΟΥ", "ΑΝΤΩΝΙΟΥ"),
    ("ΚΩΝΣΤΑΝΤΙΝΙΔΗΣ", "ΚΩΝΣΤΑΝΤΙΝΙΔΟΥ"), ("ΒΑΣΙΛΟΠΟΥΛΟΣ", "ΒΑΣΙΛΟΠΟΥΛΟΥ"), ("ΣΤΑΥΡΟΠΟΥΛΟΣ", "ΣΤΑΥΡΟΠΟΥΛΟΥ"),
    ("ΜΙΧΕΛΑΚΗΣ", "ΜΙΧΕΛΑΚΗ"), ("ΧΡΙΣΤΟΦΟΡΟΥ", "ΧΡΙΣΤΟΦΟΡΟΥ"), ("ΘΕΟΔΩΡΙΔΗΣ", "ΘΕΟΔΩΡΙΔΟΥ"),
    ("ΜΑΡΙΝΟΠΟΥΛΟΣ", "ΜΑΡΙΝΟΠΟΥΛΟΥ"), ("ΣΠΑΝΟΥΔΑΚΗΣ", "ΣΠΑΝΟΥΔΑΚΗ"), ("ΑΠΟΣΤΟΛΟΠΟΥΛΟΣ", "ΑΠΟΣΤΟΛΟΠΟΥΛΟΥ"),
    ("ΖΑΧΑΡΙΑΔΗΣ", "ΖΑΧΑΡΙΑΔΟΥ"),
)  # fmt: skip
TOWNS = ("Θεσσαλονίκη", "Αθήνα", "Πάτρα", "Βόλος", "Ηράκλειο", "Λάρισα", "Χανιά", "Ιωάννινα")
# raw name, name in a letter, gender, number, may be mentioned, bought again, price
GOODS = (
    ("ΚΑΦΕΣ ΕΣΠΡΕΣΣΟ 1KG", "εσπρέσο", "m", "s", True, True, "18.90"),
    ("ΚΑΦΕΣ ΦΙΛΤΡΟΥ 500GR", "καφέ φίλτρου", "m", "s", True, True, "9.80"),
    ("ΣΟΚΟΛΑΤΑ ΥΓΕΙΑΣ", "σοκολάτα υγείας", "f", "s", True, True, "3.20"),
    ("ΚΟΥΛΟΥΡΑΚΙΑ ΠΟΡΤΟΚΑΛΙΟΥ", "κουλουράκια πορτοκαλιού", "n", "p", True, True, "4.90"),
    ("ΤΣΑΙ ΤΟΥ ΒΟΥΝΟΥ", "τσάι του βουνού", "n", "s", True, True, "6.50"),
    ("ΜΥΛΟΣ ΚΑΦΕ", "μύλο του καφέ", "m", "s", True, False, "64.00"),
    ("ΔΩΡΟΚΑΛΑΘΟ ΕΟΡΤΩΝ", "δωροκάλαθο", "n", "s", False, False, "45.00"),
)
# raw name, what makes them worth meeting
HOUSE_FRIENDS = (
    ("ΠΑΠΑΔΟΠΟΥΛΟΣ ΣΤΑΜΑΤΗΣ", {"register": "informal", "city": "Θεσσαλονίκη"}),
    ("ΒΛΑΧΟΥ ΕΙΡΗΝΗ", {"city": "Θεσσαλονίκη"}),
    ("ΛΙΒΑΝΟΣ ΚΥΡΙΑΚΟΣ", {"city": "Αθήνα", "birth_month": 12, "birth_day": 27, "birth_year": 1961}),
    ("ΙΩΑΝΝΟΥ ΜΑΡΙΑ", {"register": "informal", "city": "Βόλος"}),
    ("ΚΑΦΕ ΤΟ ΛΙΜΑΝΙ Ι.Κ.Ε.", {"is_partner": True, "city": "Θεσσαλονίκη"}),
    ("ΑΦΟΙ ΙΩΑΝΝΙΔΗΣ Ο.Ε.", {"is_supplier": True, "is_customer": False, "city": "Λάρισα"}),
    ("ΠΑΠΠΑΣ ΓΕΩΡΓΙΟΣ", {"city": "Ιωάννινα"}),
    ("ΠΕΛΑΤΗΣ ΛΙΑΝΙΚΗΣ", {}),
    ("Anna Weber", {"language": "en", "city": "Χανιά"}),
    ("ΣΓΟΥΡΟΣ ΔΗΜΗΤΡΗΣ", {"city": "Πάτρα"}),
    ("ΜΑΚΡΗ ΕΥΤΥΧΙΑ", {"city": "Πάτρα", "mourning_until": date(2027, 3, 31)}),
    ("ΑΝΤΩΝΕΑ ΦΩΤΕΙΝΗ", {"city": "Βόλος"}),
)


def _contact(raw_name: str, number: int, **fields) -> Contact:
    """A contact as an import would make it, its name read by `etiquette`, with an address that reaches nobody."""
    reading = etiquette.describe(raw_name)
    latin = etiquette.to_elot(reading.first or reading.company_name or "x").lower()
    local = "".join(letter for letter in latin if letter.isascii() and letter.isalnum()) or "x"
    values = {"raw_name": raw_name, **name_fields(reading), "country": "GR", **fields}
    values["needs_look"] = reading.needs_review and reading.greetable
    if values["needs_look"]:
        values["look_reasons"] = [
            {"code": "name_unsure", "facts": {"reason": reading.reason, "choices": ", ".join(reading.choices)}}
        ]
    if reading.greetable:
        values |= address_fields(f"{local}{number}@people.example")
    return Contact(**values)


def _products(*, seen_by: User | None, now: datetime) -> list[Product]:
    for raw_name, name, gender, number, mentioned, again, _price in GOODS:
        Product.objects.get_or_create(
            key=etiquette.fold(raw_name),
            defaults={
                "raw_name": raw_name, "name": name, "gender": gender, "number": number, "may_be_mentioned": mentioned,
                "bought_again": again, "seen_by": seen_by, "seen_at": now,
            },
        )  # fmt: skip
    return [Product.objects.get(key=etiquette.fold(good[0])) for good in GOODS]


def _purchases(contacts: list[Contact], products: list[Product], *, random: Random, today: date, each: int, first: int):
    """Invoices of one line for each contact: a liking, a weekday and chance. Yields (purchase, line) unsaved."""
    number = first
    for contact in contacts:
        liking, weekday = random.choice(products[:5]), random.randrange(6)
        start = today - timedelta(days=random.randrange(200, 2600))
        span = (today - start).days
        for _index in range(each):
            day = start + timedelta(days=random.randrange(span))
            day -= timedelta(days=(day.weekday() - weekday) % 7) if random.random() < 0.7 else timedelta(0)
            product = liking if random.random() < 0.6 else random.choice(products)
            quantity = random.randrange(1, 4)
            amount = Decimal(GOODS[products.index(product)][6]) * quantity
            number += 1
            purchase = Purchase(contact=contact, document_number=f"ΤΠΥ-{number}", purchased_on=day, total=amount)
            yield purchase, PurchaseLine(purchase=purchase, product=product, quantity=quantity, amount=amount)


def _save_purchases(pairs: Iterator[tuple[Purchase, PurchaseLine]]) -> int:
    saved = 0
    while chunk := list(islice(pairs, 5_000)):
        Purchase.objects.bulk_create(purchase for purchase, _line in chunk)
        PurchaseLine.objects.bulk_create(line for _purchase, line in chunk)
        saved += len(chunk)
    return saved


@transaction.atomic
def make_example_house(*, owner: User, now: datetime) -> int:
    """Fill an empty house with a handful of people worth meeting; return how many."""
    today, random = timezone.localdate(now), Random(1821)
    contacts = [_contact(raw, number, **fields) for number, (raw, fields) in enumerate(HOUSE_FRIENDS, 1)]
    contacts += [_contact(raw, number) for number, raw in enumerate(islice(_raw_names(random), 28), 100)]
    for contact in contacts[len(HOUSE_FRIENDS) :]:
        contact.city = random.choice(TOWNS)
    Contact.objects.bulk_create(contacts)
    ContactCode.objects.bulk_create(ContactCode(contact=contact, code=str(1000 + contact.pk)) for contact in contacts)
    products = _products(seen_by=owner, now=now)
    buyers = [contact for contact in contacts if contact.is_customer]
    _save_purchases(_purchases(buyers, products, random=random, today=today, each=12, first=20_000))
    recompute_summaries(contact_ids=[contact.pk for contact in contacts])
    stamatis, lighthouse, sgouros = contacts[0], contacts[4], contacts[9]
    Contact.objects.filter(pk=stamatis.pk).update(owner=owner)
    Interaction.objects.create(
        contact=stamatis, kind="visit", happened_at=now - timedelta(days=3), author=owner,
        private_text="Πήρε δύο κιλά. Η κόρη του η Δάφνη πέρασε στην Πάτρα.",
        quotable="Χαρήκαμε πολύ που η Δάφνη πέρασε στην Πάτρα.", quotable_until=today + timedelta(days=60),
    )  # fmt: skip
    Interaction.objects.create(
        contact=sgouros, kind="call", happened_at=now - timedelta(days=5), author=owner,
        private_text="Ρώτησε πότε θα είναι έτοιμος ο μύλος του.",
    )  # fmt: skip
    ServiceCase.objects.create(
        contact=lighthouse, opened_at=now - timedelta(days=1), opened_by=owner, owner=owner,
        what_happened="Ο καφές της Τρίτης ήρθε πολύ ψιλοαλεσμένος για τη μηχανή τους.",
    )  # fmt: skip
    index_contacts([contact.pk for contact in contacts])
    return len(contacts)


def _raw_names(random: Random) -> Iterator[str]:
    """Endless names as an invoicing system writes them: surname first, four in five."""
    while True:
        man = random.random() < 0.5
        surname = random.choice(SURNAMES)[0 if man else 1]
        first = random.choice(MEN if man else WOMEN)
        yield f"{surname} {first}" if random.random() < 0.8 else f"{first} {surname}"


def make_volume(count: int, *, lines_each: int, seed: int, now: datetime) -> Iterator[tuple[int, int]]:
    """Add `count` people with `lines_each` invoices each, a thousand at a time; yield (people, invoices) so far.

    The same seed gives the same people. Each chunk is one transaction, so that it can be stopped between two.
    """
    today, random = timezone.localdate(now), Random(seed)
    names = _raw_names(random)
    start = Contact.objects.count()
    invoices = Purchase.objects.count() + 100_000
    products = _products(seen_by=None, now=now)
    made = bought = 0
    while made < count:
        size = min(1_000, count - made)
        with transaction.atomic():
            contacts = [
                _contact(next(names), start + made + offset, city=random.choice(TOWNS)) for offset in range(size)
            ]
            Contact.objects.bulk_create(contacts)
            ContactCode.objects.bulk_create(
                ContactCode(contact=contact, source="volume", code=str(contact.pk)) for contact in contacts
            )
            pairs = _purchases(contacts, products, random=random, today=today, each=lines_each, first=invoices + bought)
            bought += _save_purchases(pairs)
            ids = [contact.pk for contact in contacts]
            recompute_summaries(contact_ids=ids)
            index_contacts(ids)
        made += size
        yield made, bought
