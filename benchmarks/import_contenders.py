"""The ways into the database that `benchmarks.imports` compares, each in a fresh process, with what it took.

`python -m benchmarks.import_contenders WAY FILE` works on the database of DATABASE_URL, which is there for it alone,
and prints JSON. The plain scripts are what a good programmer would write in an afternoon: the file as it is believed to
be, no look at what is wrong in it, nothing to undo.
"""

import argparse
import csv
import io
import json
import os
import time
from collections.abc import Callable, Iterator
from datetime import date
from itertools import islice
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()  # models can be imported only when Django knows its settings

from django.core.management import call_command  # noqa: E402
from django.db import connection, models, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from benchmarks.shop_lists import ENCODING  # noqa: E402
from customers.addresses import address_fields  # noqa: E402
from customers.bulk import insert_rows, reserve_ids  # noqa: E402
from customers.imports.applying import apply_batch  # noqa: E402
from customers.imports.rehearsing import stage_contacts, stage_purchases  # noqa: E402
from customers.models import (  # noqa: E402
    Contact,
    ContactCode,
    ContactWord,
    Product,
    Purchase,
    PurchaseLine,
    SearchWord,
)

CHUNK = 5_000
PERSON = ("code", "name", "tax_number", "email", "phone", "mobile", "city", "birthday", "extra")
LINE = ("customer_id", "document", "purchased_on", "item", "quantity", "amount", "currency")
TABLES = """
CREATE TABLE plain_person (
    id {key}, code varchar(80) NOT NULL UNIQUE, name varchar(255) NOT NULL, tax_number varchar(20) NOT NULL,
    email varchar(254) NOT NULL, phone varchar(40) NOT NULL, mobile varchar(40) NOT NULL, city varchar(80) NOT NULL,
    birthday date, extra {json} NOT NULL
);
CREATE TABLE plain_line (
    id {key}, customer_id bigint NOT NULL REFERENCES customers_contact (id), document varchar(80) NOT NULL,
    purchased_on date NOT NULL, item varchar(200) NOT NULL, quantity decimal(12, 3) NOT NULL,
    amount decimal(14, 2) NOT NULL, currency varchar(3) NOT NULL
);
CREATE INDEX plain_line_customer ON plain_line (customer_id)
"""


class PlainPerson(models.Model):
    code = models.CharField(max_length=80)
    name = models.CharField(max_length=255)
    tax_number = models.CharField(max_length=20)
    email = models.CharField(max_length=254)
    phone = models.CharField(max_length=40)
    mobile = models.CharField(max_length=40)
    city = models.CharField(max_length=80)
    birthday = models.DateField(null=True)
    extra = models.JSONField()

    class Meta:
        app_label, db_table, managed = "benchmarks", "plain_person", False

    def __str__(self) -> str:
        return self.code


class PlainLine(models.Model):
    customer_id = models.BigIntegerField()
    document = models.CharField(max_length=80)
    purchased_on = models.DateField()
    item = models.CharField(max_length=200)
    quantity = models.DecimalField(max_digits=12, decimal_places=3)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    currency = models.CharField(max_length=3)

    class Meta:
        app_label, db_table, managed = "benchmarks", "plain_line", False

    def __str__(self) -> str:
        return self.document


def make_tables(customers: int) -> None:
    """Make our tables and the plain ones, and customers with the codes 1 to `customers`."""
    call_command("migrate", verbosity=0)
    postgresql = connection.vendor == "postgresql"
    key = "bigserial PRIMARY KEY" if postgresql else "integer PRIMARY KEY"
    with connection.cursor() as cursor:
        for statement in TABLES.format(key=key, json="jsonb" if postgresql else "text").split(";"):
            cursor.execute(statement)
    for start in range(1, customers + 1, CHUNK):
        codes = range(start, min(start + CHUNK, customers + 1))
        made = Contact.objects.bulk_create(Contact(last_name=f"Πελάτης {code}") for code in codes)
        ContactCode.objects.bulk_create(
            ContactCode(contact=contact, code=str(code)) for contact, code in zip(made, codes, strict=True)
        )


def cells_of(path: Path) -> Iterator[list[str]]:
    with path.open(encoding=ENCODING, newline="") as file:
        rows = csv.reader(file, delimiter=";")
        next(rows)
        yield from rows


def iso(day: str) -> str | None:
    return f"{day[6:]}-{day[3:5]}-{day[:2]}" if day else None


def people(path: Path) -> Iterator[tuple]:
    for code, name, tax, email, phone, mobile, street, postcode, city, birthday, category, remark in cells_of(path):
        extra = {"address": f"{street} {postcode}", "category": category, "remark": remark}
        yield code, name, tax, email, phone, mobile, city, iso(birthday), json.dumps(extra, ensure_ascii=False)


def lines(path: Path) -> Iterator[tuple]:
    """The lines with their customer looked up in memory: as quick as it gets without a join."""
    ids = dict(ContactCode.objects.values_list("code", "contact_id"))
    for document, day, code, item, quantity, amount in cells_of(path):
        yield ids[code], document, iso(day), item, number(quantity), number(amount), "EUR"


def number(cell: str) -> str:
    return cell.replace(".", "").replace(",", ".")


def chunks(rows: Iterator[tuple], size: int = CHUNK) -> Iterator[list[tuple]]:
    while chunk := list(islice(rows, size)):
        yield chunk


def our_contacts(path: Path) -> None:
    with path.open("rb") as file:
        batch = stage_contacts(data=file, file_name=path.name, by=None, now=timezone.now())
    apply_batch(batch_id=batch.pk, by=None)


def our_purchases(path: Path) -> None:
    with path.open("rb") as file:
        batch = stage_purchases(data=file, file_name=path.name, by=None, now=timezone.now())
    apply_batch(batch_id=batch.pk, by=None)


def bulk_create_contacts(path: Path) -> None:
    rows = (dict(zip(PERSON, row, strict=True)) for row in people(path))
    for chunk in chunks(rows):
        made = [PlainPerson(**row | {"extra": json.loads(row["extra"])}) for row in chunk]
        updated = [name for name in PERSON if name != "code"]
        PlainPerson.objects.bulk_create(made, update_conflicts=True, unique_fields=["code"], update_fields=updated)


def bulk_create_purchases(path: Path) -> None:
    for chunk in chunks(lines(path)):
        PlainLine.objects.bulk_create(PlainLine(**dict(zip(LINE, row, strict=True))) for row in chunk)


@transaction.atomic
def sql_contacts(path: Path) -> None:
    columns, new = ", ".join(PERSON), ", ".join(f"{name} = excluded.{name}" for name in PERSON[1:])
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"CREATE TEMPORARY TABLE coming AS SELECT {columns} FROM plain_person WITH NO DATA")
            copy(cursor, "coming", columns, people(path))
            source = f"SELECT {columns} FROM coming"
        else:
            source = f"VALUES ({', '.join(['%s'] * len(PERSON))})"
        statement = f"INSERT INTO plain_person ({columns}) {source} ON CONFLICT (code) DO UPDATE SET {new}"
        if connection.vendor == "postgresql":
            cursor.execute(statement)
        else:
            cursor.executemany(statement, people(path))


@transaction.atomic
def sql_purchases(path: Path) -> None:
    columns = ", ".join(LINE)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            marks = ", ".join(["%s"] * len(LINE))
            cursor.executemany(f"INSERT INTO plain_line ({columns}) VALUES ({marks})", lines(path))
            return
        copy_lines(cursor, path)
        cursor.execute(
            f"INSERT INTO plain_line ({columns}) SELECT code.contact_id, document, purchased_on, item, quantity,"
            " amount, 'EUR' FROM coming JOIN customers_contactcode code ON code.code = coming.code"
        )


NULL = "\\N"


def copy(cursor, table: str, columns: str, rows: Iterator[tuple]) -> None:
    for chunk in chunks(rows, 20 * CHUNK):
        text = io.StringIO()
        csv.writer(text).writerows([NULL if value is None else value for value in row] for row in chunk)
        text.seek(0)
        cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN WITH (FORMAT csv, NULL '{NULL}')", text)


def copy_lines(cursor, path: Path) -> None:
    columns = "document, purchased_on, code, item, quantity, amount"
    cursor.execute(
        "CREATE TEMPORARY TABLE coming (document text, purchased_on date, code text, item text, quantity numeric,"
        " amount numeric)"
    )
    rows = (
        (document, iso(day), code, item, number(quantity), number(amount))
        for document, day, code, item, quantity, amount in cells_of(path)
    )
    copy(cursor, "coming", columns, rows)


@transaction.atomic
def sql_contacts_into_ours(path: Path) -> None:
    """The quick way into our tables with all their indexes: contact, code and search words."""
    written = [field for field in Contact._meta.concrete_fields if field.attname != "id" and not field.generated]
    usual = {field.attname: field.get_default() for field in written}
    names = ("id", *usual)
    words: dict[str, int] = {}
    now = timezone.now()
    for chunk in chunks(people(path)):
        ids = reserve_ids(Contact, len(chunk))
        contacts, codes, links = [], [], set()
        for pk, (code, name, tax, email, phone, mobile, city, birthday, _extra) in zip(ids, chunk, strict=True):
            born = date.fromisoformat(birthday) if birthday else None
            known = {
                "raw_name": name, "last_name": name.split()[0], "tax_number": tax,
                **address_fields(email.split(";")[0]),
                "phone": phone, "phone_key": phone, "mobile": mobile, "mobile_key": mobile, "city": city,
                "birth_day": born and born.day, "birth_month": born and born.month, "birth_year": born and born.year,
                "sort_key": name.lower(), "created_at": now, "updated_at": now,
                "person_key": usual_key(),
            }  # fmt: skip
            contacts.append((pk, *(usual | known).values()))
            codes.append((pk, "", code))
            links |= {(pk, word) for word in f"{name} {city} {code}".lower().split()}
        new = sorted({word for _pk, word in links} - words.keys())
        words |= zip(new, reserve_ids(SearchWord, len(new)), strict=True)
        insert_rows(Contact, names, contacts)
        insert_rows(ContactCode, ("contact_id", "source", "code"), codes)
        insert_rows(SearchWord, ("id", "word", "skeleton"), [(words[word], word, word) for word in new])
        insert_rows(ContactWord, ("contact_id", "word_id"), [(pk, words[word]) for pk, word in sorted(links)])


def usual_key() -> object:
    return Contact._meta.get_field("person_key").get_default()


@transaction.atomic
def sql_purchases_into_ours(path: Path) -> None:
    """The quick way into our tables with all their indexes: product, purchase and line; the lines of a document stand
    together."""
    products: dict[str, int] = {}
    for chunk in chunks(lines(path), 3 * CHUNK):
        items = sorted({row[3] for row in chunk} - products.keys())
        made = Product.objects.bulk_create(Product(key=item.lower(), raw_name=item) for item in items)
        products |= {product.raw_name: product.pk for product in made}
        totals: dict[str, int] = {}
        heads = {}
        for row in chunk:
            totals[row[1]] = totals.get(row[1], 0) + int(row[5].replace(".", ""))
            heads.setdefault(row[1], row)
        ids = dict(zip(heads, reserve_ids(Purchase, len(heads)), strict=True))
        names = ("id", "contact_id", "document_number", "purchased_on", "total", "currency", "batch_id")
        rows = [
            (ids[document], head[0], document, date.fromisoformat(head[2]), totals[document] / 100, "EUR", None)
            for document, head in heads.items()
        ]
        insert_rows(Purchase, names, rows)
        names = ("purchase_id", "product_id", "quantity", "amount")
        insert_rows(PurchaseLine, names, [(ids[row[1]], products[row[3]], row[4], row[5]) for row in chunk])


WAYS: dict[str, Callable[[Path], None]] = {
    "our_contacts": our_contacts,
    "bulk_create_contacts": bulk_create_contacts,
    "sql_contacts": sql_contacts,
    "sql_contacts_into_ours": sql_contacts_into_ours,
    "our_purchases": our_purchases,
    "bulk_create_purchases": bulk_create_purchases,
    "sql_purchases": sql_purchases,
    "sql_purchases_into_ours": sql_purchases_into_ours,
}


def peak_memory() -> int:
    """Return the most memory this process had at once, in MB."""
    status = Path("/proc/self/status").read_text()
    return round(int(status.split("VmHWM:")[1].split()[0]) / 1024)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("way", choices=[*WAYS, "make_tables"])
    parser.add_argument("path", type=Path)
    parser.add_argument("--customers", type=int, default=0)
    options = parser.parse_args()
    if options.way == "make_tables":
        make_tables(options.customers)
        return
    connection.ensure_connection()
    cpu, begun = time.process_time(), time.perf_counter()
    WAYS[options.way](options.path)
    seconds, busy = time.perf_counter() - begun, time.process_time() - cpu
    print(json.dumps({"seconds": seconds, "cpu_seconds": busy, "peak_memory_mb": peak_memory()}))


if __name__ == "__main__":
    main()
