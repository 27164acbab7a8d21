"""The rows behind the letters of a chunk, as they stand in the tables now: one query of each kind for all of them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.conf import settings

from campaigns.models import MessageBody
from campaigns.personalisation import Person
from campaigns.personalisation.facts import fact_of
from campaigns.review.guard.marks import (
    ADDRESS,
    AMOUNT,
    DOCUMENT,
    PHONE,
    amount_key,
    document_key,
    document_keys,
    phone_mark_key,
)
from campaigns.review.guard.notes import Note
from customers.addresses import email_key
from customers.models import (
    Contact,
    ContactAddress,
    ContactCode,
    FollowUp,
    Interaction,
    Purchase,
    PurchaseLine,
    PurchaseSummary,
    ServiceCase,
)

_MAIL = (Interaction.Kind.EMAIL_IN, Interaction.Kind.EMAIL_OUT)


@dataclass(frozen=True, slots=True)
class Quoted:
    """A row written to be read by somebody: whose it is, what it says, and until when."""

    contact_id: int
    text: str
    until: date | None = None


@dataclass
class Rows:
    """`circles`: contact -> who counts as theirs (themselves, their household, their company)."""

    circles: dict[int, frozenset[int]] = field(default_factory=dict)
    notes: dict[int, list[Note]] = field(default_factory=dict)
    lines: dict[int, Quoted] = field(default_factory=dict)
    answers: dict[int, Quoted] = field(default_factory=dict)
    open_words: dict[int, list[str]] = field(default_factory=dict)
    purchases: dict[int, int] = field(default_factory=dict)
    bought: set[tuple[int, int]] = field(default_factory=set)

    @classmethod
    def fetch(cls, people: Iterable[Person], sources: Iterable[Mapping[str, int]]) -> "Rows":
        """Read what is needed to judge the letters to `people`, whose facts name these rows."""
        contacts = {person.contact.pk: person.contact for person in people}
        rows = cls(circles=_circles(contacts))
        everybody = set(contacts).union(*rows.circles.values())
        rows._read_history(everybody, contacts)
        named = _rows_named(sources)
        if named["purchase"]:
            bought = Purchase.objects.filter(pk__in=named["purchase"])
            rows.purchases = dict(bought.values_list("pk", "contact_id"))
        if named["product"]:
            usual = PurchaseSummary.objects.filter(contact__in=everybody, usual_product__in=named["product"])
            rows.bought = set(usual.values_list("contact_id", "usual_product_id"))
        return rows

    def circle_of(self, contact: Contact) -> frozenset[int]:
        return self.circles[contact.pk]

    def may_be_said(self, contact: Contact) -> list[str]:
        """What was written about somebody's circle to be read by them."""
        return [words for pk in self.circles[contact.pk] for words in self.open_words.get(pk, ())]

    def _read_history(self, everybody: set[int], contacts: Mapping[int, Contact]) -> None:
        for contact_id, pk, kind, private, line, until in Interaction.objects.filter(contact__in=everybody).values_list(
            "contact_id", "pk", "kind", "private_text", "quotable", "quotable_until"
        ):
            if private and contact_id in contacts:
                self._note(contact_id, Note("interaction", private, by_mail=kind in _MAIL))
            if line:
                self.lines[pk] = Quoted(contact_id, line, until)
                self.open_words.setdefault(contact_id, []).append(line)
        follow_ups = FollowUp.objects.filter(contact__in=everybody).exclude(outcome="", answer="")
        for contact_id, pk, outcome, answer in follow_ups.values_list("contact_id", "pk", "outcome", "answer"):
            if outcome and contact_id in contacts:
                self._note(contact_id, Note("follow_up", outcome))
            if answer:
                self.answers[pk] = Quoted(contact_id, answer)
                self.open_words.setdefault(contact_id, []).append(answer)
        cases = ServiceCase.objects.filter(contact__in=contacts)
        for contact_id, what_happened, lesson in cases.values_list("contact_id", "what_happened", "lesson"):
            for text in filter(None, (what_happened, lesson)):
                self._note(contact_id, Note("case", text))
        for contact in contacts.values():
            for text in contact.extra.values():
                self._note(contact.pk, Note("list", str(text)))

    def _note(self, contact_id: int, note: Note) -> None:
        self.notes.setdefault(contact_id, []).append(note)


def sources_of(message_ids: Collection[int]) -> dict[int, tuple[Mapping[str, int], int | None]]:
    """Return, for letters with words, the rows their facts came from and the colleague who signs (None: the house)."""
    if not message_ids:
        return {}
    bodies = MessageBody.objects.filter(pk__in=message_ids)
    columns = bodies.values_list("pk", "sources", "message__review__signer_id")
    return {pk: (sources, signer_id) for pk, sources, signer_id in columns}


def ever_bought(pairs: Collection[tuple[int, int]]) -> set[tuple[int, int]]:
    """Return which of these (contact, product) stand on an invoice together."""
    if not pairs:
        return set()
    people, products = zip(*pairs, strict=True)
    lines = PurchaseLine.objects.filter(purchase__contact__in=set(people), product__in=set(products))
    return set(lines.values_list("purchase__contact_id", "product_id").distinct())


def own_marks(people: Collection[Person], circles: Mapping[int, frozenset[int]]) -> dict[int, set[tuple[str, str]]]:
    """Return (kind, key) of every address, phone, document and amount on the papers of each person's circle.

    Asked only for letters in which something was found that neither their facts nor the template say.
    """
    if not people:
        return {}
    everybody = set().union(*(circles[person.contact.pk] for person in people))
    found: dict[int, set[tuple[str, str]]] = {pk: set() for pk in everybody}
    columns = ("pk", "email_key", "phone", "mobile", "tax_number", "postcode")
    for pk, email, phone, mobile, *numbers in Contact.objects.filter(pk__in=everybody).values_list(*columns):
        found[pk] |= {(ADDRESS, email), (PHONE, phone_mark_key(phone)), (PHONE, phone_mark_key(mobile))}
        found[pk] |= {(DOCUMENT, document_key(number)) for number in numbers}
    for pk, email in ContactAddress.objects.filter(contact__in=everybody).values_list("contact_id", "email_key"):
        found[pk].add((ADDRESS, email))
    for pk, code in ContactCode.objects.filter(contact__in=everybody).values_list("contact_id", "code"):
        found[pk].add((DOCUMENT, document_key(code)))
    papers = Purchase.objects.filter(contact__in=everybody).values_list("contact_id", "document_number", "total")
    for pk, number, total in papers.iterator():
        found[pk] |= {(AMOUNT, amount_key(total)), *((DOCUMENT, key) for key in document_keys(number))}
    return {person.contact.pk: set().union(*(found[pk] for pk in circles[person.contact.pk])) for person in people}


def house_marks(person: Person, reply_to: str) -> set[tuple[str, str]]:
    """Return (kind, key) of the addresses at which the house and whoever signs are reached."""
    signer = person.signer.answers_at if person.signer else ""
    addresses = (settings.SENDER_ADDRESS, settings.REPLY_ADDRESS, reply_to, signer)
    return {(ADDRESS, email_key(each)) for each in addresses if each}


def _circles(contacts: Mapping[int, Contact]) -> dict[int, frozenset[int]]:
    homes = {contact.household_id for contact in contacts.values()} - {None}
    members: dict[int, set[int]] = {}
    if homes:
        for pk, home in Contact.objects.filter(household__in=homes).values_list("pk", "household_id"):
            members.setdefault(home, set()).add(pk)
    return {
        pk: frozenset({pk, *members.get(contact.household_id, ()), contact.works_for_id or pk})
        for pk, contact in contacts.items()
    }


def _rows_named(sources: Iterable[Mapping[str, int]]) -> dict[str, set[int]]:
    """The ids of rows that facts name, by kind; a fact we no longer know names none."""
    named: dict[str, set[int]] = {"purchase": set(), "product": set()}
    for one in sources:
        for key, pk in one.items():
            if (kind := kind_of(key)) in named:
                named[kind].add(pk)
    return named


def kind_of(key: str) -> str:
    """The kind of row a fact is read from; "" for a fact that no longer exists."""
    try:
        return fact_of(key).source
    except KeyError:
        return ""
