"""People and purchases as rows for a spreadsheet, under headers that our own import knows: they come back unchanged.

Private notes, and why somebody gets no letters, are not in them.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from customers.imports.cleaning import split_phones
from customers.models import Contact, ContactAddress, ContactCode, Purchase, PurchaseLine

# Rows a query: a few megabytes of people at a time, however many are asked for.
CHUNK = 1_000
ROLES = ("is_customer", "is_partner", "is_supplier", "is_friend")
_FIELDS = (
    "raw_name", "kind", "company_name", "first_name", "last_name", "tax_number", "email", "phone", "phone_key",
    "mobile", "mobile_key", "street", "postcode", "city", "birth_day", "birth_month", "birth_year", *ROLES, "register",
    "typed_fields", "owner__username", "person_key",
)  # fmt: skip


def contact_header() -> list[str]:
    return [
        pgettext("column of a list", "Code"),
        pgettext("column of a list", "Full name"),
        pgettext("column of a list", "As we write it"),
        pgettext("column of a list", "What they are"),
        pgettext("column of a list", "VAT number"),
        pgettext("column of a list", "E-mail"),
        pgettext("column of a list", "E-mail 2"),
        pgettext("column of a list", "Phone"),
        pgettext("column of a list", "Mobile"),
        pgettext("column of a list", "Address"),
        pgettext("column of a list", "Postcode"),
        pgettext("column of a list", "City"),
        pgettext("column of a list", "Birthday"),
        pgettext("column of a list", "Category"),
        pgettext("column of a list", "Tags"),
        pgettext("column of a list", "Singular or plural"),
        pgettext("column of a list", "Looked after by"),
        pgettext("column of a list", "Further codes"),
        pgettext("column of a list", "Identifier"),
    ]


def purchase_header() -> list[str]:
    return [
        pgettext("column of a list", "Document number"),
        pgettext("column of a list", "Date"),
        pgettext("column of a list", "Customer code"),
        pgettext("column of a list", "Customer e-mail"),
        pgettext("column of a list", "Name of the customer"),
        pgettext("column of a list", "Item"),
        pgettext("column of a list", "Quantity"),
        pgettext("column of a list", "Amount"),
        pgettext("column of a list", "Currency"),
    ]


def contact_rows(ids: Sequence[int], *, language: str) -> Iterator[list[str]]:
    """Yield the header and a row for each contact, in the order of `ids`; who has been erased since is left out."""
    people = Contact.objects.filter(erased_at=None).select_related("owner").only(*_FIELDS)

    def of(some: Sequence[int]) -> list[list[str]]:
        found, beside, words = people.in_bulk(some), _beside(some), _words()
        return [_contact_row(found[pk], beside, words) for pk in some if pk in found]

    yield from _in_chunks(ids, contact_header, of, language)


def purchase_rows(ids: Sequence[int], *, language: str) -> Iterator[list[str]]:
    """Yield the header and a row for each line of these purchases, in the order of `ids`."""

    def of(some: Sequence[int]) -> list[list[str]]:
        found = Purchase.objects.select_related("contact").in_bulk(some)
        codes = _codes_of({purchase.contact_id for purchase in found.values()})
        lines = PurchaseLine.objects.filter(purchase_id__in=some).order_by("pk")
        lines_of = _grouped(lines.values_list("purchase_id", "product__raw_name", "quantity", "amount"))
        return [row for pk in some if pk in found for row in _line_rows(found[pk], codes, lines_of.get(pk, []))]

    yield from _in_chunks(ids, purchase_header, of, language)


def _in_chunks(
    ids: Sequence[int],
    header: Callable[[], list[str]],
    rows_of: Callable[[Sequence[int]], list[list[str]]],
    language: str,
) -> Iterator[list[str]]:
    """Yield the header, then the rows of a thousand ids after another.

    Each chunk is whole before its first row goes out: between two rows the language and the database are nobody's.
    """
    with override(language):
        first = header()
    yield first
    for start in range(0, len(ids), CHUNK):
        with override(language):
            rows = rows_of(list(ids[start : start + CHUNK]))
        yield from rows


@dataclass(frozen=True)
class _Beside:
    """What stands beside the people of one chunk, by their ids: codes with their sources, addresses, tags."""

    codes: dict[int, list[tuple[str, str]]]
    addresses: dict[int, list[tuple[str]]]
    tags: dict[int, list[tuple[str]]]


@dataclass(frozen=True)
class _Words:
    """Words of the reader's language, looked up once a chunk."""

    kinds: dict[str, str]
    roles: dict[str, str]
    no_role: str
    singular: str
    plural: str


def _grouped(pairs: Iterable[tuple]) -> dict[int, list[tuple]]:
    """Return {first value: [the other values]}."""
    found: dict[int, list[tuple]] = {}
    for key, *values in pairs:
        found.setdefault(key, []).append(tuple(values))
    return found


def _codes_of(ids: Collection[int]) -> dict[int, list[tuple[str, str]]]:
    codes = ContactCode.objects.filter(contact_id__in=ids).order_by("pk")
    return _grouped(codes.values_list("contact_id", "source", "code"))


def _beside(ids: Collection[int]) -> _Beside:
    addresses = ContactAddress.objects.filter(contact_id__in=ids).order_by("pk")
    tags = Contact.tags.through.objects.filter(contact_id__in=ids).order_by("tag__name")
    return _Beside(
        codes=_codes_of(ids),
        addresses=_grouped(addresses.values_list("contact_id", "email")),
        tags=_grouped(tags.values_list("contact_id", "tag__name")),
    )


def _words() -> _Words:
    return _Words(
        kinds={kind: str(label) for kind, label in Contact.Kind.choices},
        roles={role: str(Contact._meta.get_field(role).verbose_name) for role in ROLES},
        no_role=pgettext("category of a contact", "no role"),
        singular=_("singular"),
        plural=_("plural"),
    )


def _contact_row(contact: Contact, beside: _Beside, words: _Words) -> list[str]:
    own, further = _own_code(beside.codes.get(contact.pk, []))
    addresses = (email for (email,) in beside.addresses.get(contact.pk, []))
    birthday = (contact.birth_day, contact.birth_month, contact.birth_year)
    return [
        own,
        contact.raw_name or contact.name,
        contact.name,
        words.kinds[contact.kind],
        contact.tax_number,
        contact.email,
        # Alone in the row it would be taken for the one in use.
        ", ".join(addresses) if contact.email else "",
        _phone(contact.phone, contact.phone_key),
        _phone(contact.mobile, contact.mobile_key),
        contact.street,
        contact.postcode,
        contact.city,
        "/".join(str(part) for part in birthday if part),
        ", ".join(word for role, word in words.roles.items() if getattr(contact, role)) or words.no_role,
        ", ".join(name for (name,) in beside.tags.get(contact.pk, [])),
        _register(contact, words),
        contact.owner.username if contact.owner else "",
        ", ".join(further),
        str(contact.person_key),
    ]


def _own_code(codes: list[tuple[str, str]]) -> tuple[str, list[str]]:
    """Return (the code by which a list without a source finds them, the other codes)."""
    own = next((code for source, code in codes if not source), "")
    return own, [code for source, code in codes if (source, code) != ("", own)]


def _phone(text: str, key: str) -> str:
    """Return a phone as it is written; as +30… where what is written would be read as two."""
    return text if len(split_phones(text)) <= 1 else key or text


def _register(contact: Contact, words: _Words) -> str:
    if contact.register == Contact.Register.INFORMAL:
        return words.singular
    # Plural as long as nobody has said is no decision, and must not come back as one.
    return words.plural if "register" in contact.typed_fields else ""


def _line_rows(
    purchase: Purchase, codes: dict[int, list[tuple[str, str]]], lines: list[tuple[str, Decimal, Decimal]]
) -> Iterator[list[str]]:
    contact = purchase.contact
    own, further = _own_code(codes.get(contact.pk, []))
    code = own or next(iter(further), "")
    head = [
        purchase.document_number,
        f"{purchase.purchased_on:%d/%m/%Y}",
        code,
        "" if code else contact.email,
        contact.name,
    ]
    for item, quantity, amount in lines:
        yield [*head, item, _number(quantity), _amount(amount), purchase.currency]
    if not lines:
        yield [*head, "", "", _amount(purchase.total), purchase.currency]


def _amount(number: Decimal) -> str:
    """Return a number with a decimal comma, the mark of the spreadsheets that open a list with semicolons."""
    return f"{number:.2f}".replace(".", ",")


def _number(number: Decimal) -> str:
    return f"{number.normalize():f}".replace(".", ",")
