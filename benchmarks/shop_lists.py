"""Lists as a shop's invoicing program writes them, of any length, seeded: Windows-1253, semicolons, capitals.

Names are put together from `further_lists`; every address ends in `.example`. One row in ten holds something to
clean: two addresses in a cell, a phone with a country code, a remark, no address at all.
"""

import random
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path

from benchmarks.names_speed import distinct_names

SEED = 20_261_122
CONTACTS_HEADER = (
    "ΚΩΔΙΚΟΣ;ΕΠΩΝΥΜΙΑ;ΑΦΜ;EMAIL;ΤΗΛΕΦΩΝΟ;ΚΙΝΗΤΟ;ΔΙΕΥΘΥΝΣΗ;Τ.Κ.;ΠΟΛΗ;ΗΜ/ΝΙΑ ΓΕΝΝΗΣΗΣ;ΚΑΤΗΓΟΡΙΑ;ΠΑΡΑΤΗΡΗΣΕΙΣ"
)
INVOICES_HEADER = "ΑΡ.ΠΑΡΑΣΤΑΤΙΚΟΥ;ΗΜΕΡΟΜΗΝΙΑ;ΚΩΔ.ΠΕΛΑΤΗ;ΕΙΔΟΣ;ΠΟΣΟΤΗΤΑ;ΑΞΙΑ"
TOWNS = ("ΘΕΣΣΑΛΟΝΙΚΗ", "ΑΘΗΝΑ", "ΠΑΤΡΑ", "ΒΟΛΟΣ", "ΗΡΑΚΛΕΙΟ", "ΛΑΡΙΣΑ", "ΧΑΝΙΑ", "ΙΩΑΝΝΙΝΑ")
STREETS = ("ΕΡΜΟΥ", "ΤΣΙΜΙΣΚΗ", "ΑΓΙΟΥ ΔΗΜΗΤΡΙΟΥ", "ΚΟΡΑΗ", "ΕΘΝΙΚΗΣ ΑΝΤΙΣΤΑΣΕΩΣ", "ΠΑΠΑΝΑΣΤΑΣΙΟΥ", "25ΗΣ ΜΑΡΤΙΟΥ")
REMARKS = ("ΠΙΝΕΙ ΣΚΕΤΟ", "ΠΕΝΘΟΣ", "ΠΑΡΑΠΟΝΟ ΓΙΑ ΤΗΝ ΠΑΡΑΔΟΣΗ", "ΑΡΓΕΙ ΝΑ ΠΛΗΡΩΣΕΙ", "ΠΑΙΡΝΕΙ ΚΑΘΕ ΠΑΡΑΣΚΕΥΗ")
GOODS = (
    ("ΚΑΦΕΣ ΕΣΠΡΕΣΣΟ 1KG", "18,90"), ("ΚΑΦΕΣ ΦΙΛΤΡΟΥ 500GR", "9,80"), ("ΣΟΚΟΛΑΤΑ ΥΓΕΙΑΣ", "3,20"),
    ("ΚΟΥΛΟΥΡΑΚΙΑ ΠΟΡΤΟΚΑΛΙΟΥ", "4,90"), ("ΤΣΑΙ ΤΟΥ ΒΟΥΝΟΥ", "6,50"), ("ΜΥΛΟΣ ΚΑΦΕ", "1.064,00"),
)  # fmt: skip
ENCODING = "cp1253"
DISTINCT_NAMES = 40_000


def write_contacts(path: Path, count: int) -> None:
    """Write `count` people, codes 1 to `count`, nobody twice by code, ΑΦΜ or first address."""
    _write(path, CONTACTS_HEADER, _contacts(count))


def write_invoices(path: Path, count: int, *, customers: int) -> None:
    """Write `count` lines of invoices (three lines each) of the customers 1 to `customers`, oldest first."""
    _write(path, INVOICES_HEADER, _invoices(count, customers))


def _write(path: Path, header: str, lines: Iterable[str]) -> None:
    with path.open("w", encoding=ENCODING, newline="") as out:
        out.write(header + "\r\n")
        out.writelines(line + "\r\n" for line in lines)


def _contacts(count: int) -> Iterator[str]:
    dice = random.Random(SEED)
    names = distinct_names(min(count, DISTINCT_NAMES))
    for code in range(1, count + 1):
        odd = dice.random()
        mail = "" if odd < 0.03 else f"person{code}@people.example"
        mail = f'"{mail}; p.{code}@work.example"' if 0.03 < odd < 0.05 else mail
        phone = f"2310{dice.randrange(10**6):06}" if dice.random() < 0.5 else ""
        mobile = f"69{dice.randrange(10**8):08}" if odd < 0.6 or odd > 0.97 else ""
        mobile = f"+30 {mobile}" if odd > 0.97 else mobile
        remark = dice.choice(REMARKS) if 0.05 < odd < 0.07 else ""
        born = date(1940, 1, 1) + timedelta(days=dice.randrange(24_000))
        birthday = f"{born:%d/%m/%Y}" if dice.random() < 0.4 else ""
        kind = "ΧΟΝΔΡΙΚΗ" if odd > 0.95 else "ΛΙΑΝΙΚΗ"
        street = f"{dice.choice(STREETS)} {dice.randrange(1, 200)}" if dice.random() < 0.5 else ""
        postcode = f"{dice.randrange(10_000, 86_000)}" if street else ""
        name, town, tax_number = names[code % len(names)], dice.choice(TOWNS), 100_000_000 + code * 7
        yield (
            f"{code};{name};{tax_number};{mail};{phone};{mobile};{street};{postcode};{town};{birthday};{kind};{remark}"
        )


def _invoices(count: int, customers: int) -> Iterator[str]:
    dice = random.Random(SEED)
    first = date(2019, 1, 2)
    for number in range(-(-count // 3)):
        day = first + timedelta(days=number * 2_500 * 3 // count)
        head = f"ΤΠΥ-{number + 1};{day:%d/%m/%Y};{dice.randrange(1, customers + 1)}"
        for _line in range(min(3, count - number * 3)):
            item, amount = dice.choice(GOODS)
            yield f"{head};{item};{dice.randrange(1, 4)};{amount}"
