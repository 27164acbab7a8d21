"""Long lists as shops have them, the same at every call: people who come twice, remarks, couples, wrong cells."""

from collections.abc import Iterator
from datetime import UTC, datetime

from django.db import transaction

from customers.addresses import address_fields
from customers.models import Contact, ContactCode, Suppression, Tag, User
from customers.purchases import recompute_summaries
from customers.search import index_contacts
from tests.builders import make_contact, make_user
from tests.imports.lists import text

PEOPLE_HEADER = (
    "ΚΩΔΙΚΟΣ;ΕΠΩΝΥΜΙΑ;ΑΦΜ;EMAIL;ΤΗΛΕΦΩΝΟ;ΚΙΝΗΤΟ;ΔΙΕΥΘΥΝΣΗ;ΤΚ;ΠΟΛΗ;ΗΜ/ΝΙΑ ΓΕΝΝΗΣΗΣ;"
    "ΚΑΤΗΓΟΡΙΑ;ΣΟΥ/ΣΑΣ;ΥΠΕΥΘΥΝΟΣ;ΠΑΡΑΤΗΡΗΣΕΙΣ"
)
INVOICE_HEADER = "ΑΡ.ΠΑΡΑΣΤΑΤΙΚΟΥ;ΗΜΕΡΟΜΗΝΙΑ;ΚΩΔ.ΠΕΛΑΤΗ;ΕΙΔΟΣ;ΠΟΣΟΤΗΤΑ;ΑΞΙΑ"
SURNAMES = (
    "ΒΛΑΧΟΣ", "ΔΗΜΗΤΡΙΟΥ", "ΠΑΠΑΔΟΠΟΥΛΟΣ", "ΓΕΩΡΓΙΟΥ", "ΜΕΛΑΣ", "ΝΙΚΟΛΑΟΥ", "ΠΑΠΠΑΣ", "ΚΑΡΑΓΙΑΝΝΗΣ", "ΟΙΚΟΝΟΜΟΥ",
    "ΑΝΑΓΝΩΣΤΟΥ", "ΜΑΚΡΗΣ", "ΑΓΓΕΛΟΠΟΥΛΟΣ", "ΘΕΟΔΩΡΟΥ", "ΙΩΑΝΝΟΥ", "ΚΩΝΣΤΑΝΤΙΝΟΥ", "ΣΑΜΑΡΑΣ", "ΡΑΠΤΗΣ", "ΖΑΧΑΡΙΟΥ",
    "ΛΑΜΠΡΟΥ",
)  # fmt: skip
FIRST_NAMES = (
    "ΓΙΩΡΓΟΣ", "ΕΛΕΝΗ", "ΜΑΡΙΑ", "ΔΗΜΗΤΡΗΣ", "ΣΤΑΜΑΤΗΣ", "ΝΙΚΟΣ", "ΑΝΝΑ", "ΚΩΣΤΑΣ", "ΒΑΣΙΛΙΚΗ", "ΠΑΝΑΓΙΩΤΗΣ", "ΙΩΑΝΝΑ",
)  # fmt: skip
CITIES = ("ΒΟΛΟΣ", "ΠΑΤΡΑ", "ΧΑΝΙΑ", "ΛΑΡΙΣΑ", "")
CATEGORIES = ("", "ΧΟΝΔΡΙΚΗ", "ΛΙΑΝΙΚΗ", "ΠΡΟΜΗΘΕΥΤΗΣ", "ΞΕΝΟΔΟΧΕΙΑ", "ΓΡΑΦΕΙΑ")
REMARKS = (
    "ΠΕΝΘΟΣ", "ΑΠΕΒΙΩΣΕ", "ΠΑΡΑΠΟΝΟ: ΑΡΓΗΣΕ Η ΠΑΡΑΔΟΣΗ", "ΟΧΙ MAIL", "ΚΑΚΟΠΛΗΡΩΤΗΣ", "ΠΙΝΕΙ ΜΟΝΟ ΕΛΛΗΝΙΚΟ", "",
)  # fmt: skip
ITEMS = ("ΚΑΦΕΣ ΕΣΠΡΕΣΣΟ 1KG", "ΚΑΦΕΣ ΕΛΛΗΝΙΚΟΣ", "ΤΣΑΙ ΒΟΥΝΟΥ", "ΜΕΛΙ ΘΥΜΑΡΙΣΙΟ", "ΦΙΛΤΡΑ")
KNOWN = 240  # people the house knows before the list comes
LONG_AGO = datetime(2024, 3, 1, 9, 30, tzinfo=UTC)


def name_of(number: int) -> str:
    return f"{SURNAMES[number % len(SURNAMES)]} {FIRST_NAMES[number % len(FIRST_NAMES)]}"


def tax_of(number: int) -> str:
    return f"{100_000_000 + number}"


def people_list(count: int) -> bytes:
    """`count` rows, in Windows-1253. Of every twenty, eight are about somebody of an earlier row or of the house."""
    return text(PEOPLE_HEADER, *map(_person, range(1, count + 1)), encoding="cp1253")


def _person(number: int) -> str:
    cells = dict.fromkeys(PEOPLE_HEADER.split(";"), "")
    cells |= {
        "ΚΩΔΙΚΟΣ": f"{number}",
        "ΕΠΩΝΥΜΙΑ": name_of(number),
        "EMAIL": f"person{number}@shop.example",
        "ΠΟΛΗ": CITIES[number % len(CITIES)],
        "ΚΑΤΗΓΟΡΙΑ": CATEGORIES[number // 7 % len(CATEGORIES)],
    }
    # Now in the chunk before, now in the same one.
    earlier = number - 20 if number % 40 < 20 else max(number - 4_000, number % 20)
    match number % 20:
        case 1:
            cells |= {"ΑΦΜ": tax_of(number), "ΚΙΝΗΤΟ": f"69{70_000_000 + number}", "ΗΜ/ΝΙΑ ΓΕΝΝΗΣΗΣ": "31/12/1980"}
        case 2:
            cells |= {"EMAIL": f"person{number}@shop.example, PERSON{number}B@SHOP.EXAMPLE"}
        case 3 if number > 20:  # the same person under a second code
            old = earlier - 2
            cells |= {"ΕΠΩΝΥΜΙΑ": name_of(old).title(), "ΑΦΜ": tax_of(old), "ΔΙΕΥΘΥΝΣΗ": f"Ερμού {number}"}
        case 4 if number > 20:  # the same, by e-mail
            cells |= {"ΕΠΩΝΥΜΙΑ": name_of(earlier - 2), "EMAIL": f"person{earlier - 2}b@shop.example", "ΠΟΛΗ": "ΒΟΛΟΣ"}
        case 5:
            surname = SURNAMES[number % len(SURNAMES)]
            cells |= {"ΕΠΩΝΥΜΙΑ": f"{surname} ΓΙΩΡΓΟΣ & ΕΛΕΝΗ", "ΤΗΛΕΦΩΝΟ": f"210{3_000_000 + number}"}
        case 6:  # the e-mail of somebody with another name: a question
            cells |= {"ΕΠΩΝΥΜΙΑ": "ΣΩΤΗΡΟΠΟΥΛΟΥ ΖΩΗ", "EMAIL": f"person{number - 5}@shop.example"}
        case 7 | 8:
            cells |= {"ΠΑΡΑΤΗΡΗΣΕΙΣ": REMARKS[number // 20 % len(REMARKS)]}
        case 9:
            cells |= {"ΣΟΥ/ΣΑΣ": "ΣΟΥ", "ΥΠΕΥΘΥΝΟΣ": "ελένη"}
        case 10:
            cells |= {"EMAIL": f"person{number} shop.example"}
        case 11:
            cells |= {"ΕΠΩΝΥΜΙΑ": "ΠΕΛΑΤΗΣ ΛΙΑΝΙΚΗΣ", "EMAIL": ""}
        case 12:
            cells |= {"ΚΩΔΙΚΟΣ": "", "EMAIL": ""}
        case 13 | 14:  # of the house: moved, and sometimes with a new address
            cells |= _known_again(number)
        case 15:  # of the house, by e-mail, without a code: nothing is typed over
            known = _known(number)
            cells |= {
                "ΚΩΔΙΚΟΣ": "",
                "ΕΠΩΝΥΜΙΑ": name_of(known),
                "EMAIL": f"known{known}@shop.example",
                "ΠΟΛΗ": "ΛΑΡΙΣΑ",
            }
        case 16:
            cells |= {"ΕΠΩΝΥΜΙΑ": f"{name_of(number)} (ΠΕΝΘΟΣ)"}
        case 17:  # of the house, by tax number, under a second code
            known = _known(number)
            cells |= {"ΕΠΩΝΥΜΙΑ": name_of(known), "ΑΦΜ": tax_of(900_000 + known), "ΤΚ": "38221"}
    return ";".join(cells.values())


def _known(number: int) -> int:
    return number // 20 * 7 % KNOWN


def _known_again(number: int) -> dict[str, str]:
    known = _known(number)
    return {
        "ΚΩΔΙΚΟΣ": f"Κ{known}",
        "ΕΠΩΝΥΜΙΑ": name_of(known) if known % 3 else f"{SURNAMES[known % len(SURNAMES)]} ΑΓΓΕΛΙΚΗ",
        "EMAIL": f"new{known}@shop.example" if known % 2 else "",
        "ΠΟΛΗ": "ΚΑΛΑΜΑΤΑ",
        "ΣΟΥ/ΣΑΣ": "ΕΝΙΚΟΣ" if known % 5 == 0 else "",
        "ΠΑΡΑΤΗΡΗΣΕΙΣ": REMARKS[known % len(REMARKS)],
    }


def invoice_list(count: int, *, customers: int) -> bytes:
    """`count` lines of invoices to the people of a list of `customers`, and to the house's."""
    return text(INVOICE_HEADER, *_lines(count, customers), encoding="cp1253")


def _lines(count: int, customers: int) -> Iterator[str]:
    for number in range(1, count + 1):
        # A document has three lines; the third of some stands thousands of rows behind the others.
        document = (number - 3_000) // 3 if number % 30 == 0 and number > 3_030 else number // 3
        customer = f"Κ{document % KNOWN}" if document % 4 == 0 else f"{document * 7 % customers + 1}"
        day = f"{document % 28 + 1}/{document % 12 + 1}/2025"
        amount = f"-{number % 50},50" if document % 9 == 0 else f"1.{number % 900 + 100},75"
        match number % 100:
            case 17:
                amount = "δωρεάν"
            case 38:
                customer = "ΑΓΝΩΣΤΟΣ"
            case 59:
                day = "31/2/2025"
        yield f"Τ-{document};{day};{customer};{ITEMS[document % 3 + number % 3]};{number % 5 + 1};{amount}"


@transaction.atomic
def make_known_people() -> None:
    """The house before the lists: a colleague, people with codes, typed fields, stops, purchases, suppressions."""
    eleni = make_user("ελένη")
    tag = Tag.objects.create(name="ΞΕΝΟΔΟΧΕΙΑ")
    made = [_make_known(number, eleni) for number in range(KNOWN)]
    for contact in made[::10]:
        contact.tags.add(tag)
    Suppression.objects.bulk_create(
        Suppression(address_digest=address_fields(f"person{n}@shop.example")["address_digest"],
                    reason="unsubscribed", since=LONG_AGO)
        for n in range(1, 400, 21)
    )  # fmt: skip
    Contact.objects.update(created_at=LONG_AGO, updated_at=LONG_AGO)
    index_contacts(contact.pk for contact in made)
    recompute_summaries(contact_ids=[contact.pk for contact in made])


def _make_known(number: int, owner: User) -> Contact:
    last, first = name_of(number).title().split()
    contact = make_contact(
        first_name=first,
        last_name=last,
        raw_name=name_of(number),
        gender="u",
        email=f"known{number}@shop.example",
        tax_number=tax_of(900_000 + number),
        city="Πάτρα" if number % 4 else "",
        typed_fields=["city", "register"] if number % 6 == 0 else [],
        register="informal" if number % 6 == 0 else "formal",
        owner=owner if number % 8 == 0 else None,
        stopped_reason="mourning" if number % 11 == 0 else "",
        stopped_at=LONG_AGO if number % 11 == 0 else None,
    )
    ContactCode.objects.create(contact=contact, code=f"Κ{number}")
    return contact
