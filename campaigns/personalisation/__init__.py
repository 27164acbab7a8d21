"""Contact -> the plain values a greeting may see, with the row each came from and what is kept back on purpose.

Private text has no way in: only what `fact_values` reads can reach a letter. One set of queries per chunk of contacts.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.conf import settings
from django.db.models import F, Q

import etiquette
from campaigns.models import Campaign, GreetingVariant, Message, MessageBody
from campaigns.personalisation.facts import FACTS, Fact
from campaigns.personalisation.signers import signer_of
from campaigns.personalisation.things import Thing
from campaigns.personalisation.values import COMPANIES, VALUES, LastPurchase, Reading, Said
from customers.house_days import HouseDays
from customers.models import Contact, ContactAddress, FollowUp, Interaction, Product, PurchaseLine, User
from customers.naming import salutation
from customers.purchases import purchases_up_to

Manner = GreetingVariant.Manner
# A promise kept is news for two months.
ANSWER_DAYS = 60
_LAST_PRODUCT = frozenset(fact.key for fact in FACTS if fact.source == "purchase")
# They are true until the next visit, and a letter for a day far off is read long after it was written.
_LAST_VISIT = _LAST_PRODUCT | {"last_purchase_when", "away_for"}


@dataclass(frozen=True)
class Person:
    """A contact as letters see it: manner of address, opening, and values by fact key (empty = "")."""

    contact: Contact
    manner: str
    opening: etiquette.Answer
    values: dict[str, str] = field(default_factory=dict)
    # The row a fact came from, by fact key: what the reviewer opens, and what is marked as quoted.
    sources: dict[str, int] = field(default_factory=dict)
    # What we know and keep back: fact key -> "purchases_old", "wish_far", "shared_address" or "closed_day".
    silenced: dict[str, str] = field(default_factory=dict)
    # The colleague who signs; None where the house does.
    signer: User | None = None


def manner_for(kind: str, register: str) -> str:
    """Which variant of the words a contact of this kind and register reads.

    A household is more than one: it reads the plural always, even where its opening calls both by their first names.
    """
    if kind in COMPANIES:
        return Manner.COMPANY.value
    return Manner.FORMAL.value if kind == Contact.Kind.HOUSEHOLD else register


def manner_of(contact: Contact) -> str:
    """Which variant of the words a contact reads."""
    return manner_for(contact.kind, contact.register)


def reads_in(manner: str) -> Q:
    """Whose letters use this manner: what `manner_for` says, as a condition on the own columns of Contact."""
    if manner == Manner.COMPANY:
        return Q(kind__in=COMPANIES)
    if manner == Manner.FORMAL:
        return ~Q(kind__in=COMPANIES) & (Q(register=manner) | Q(kind=Contact.Kind.HOUSEHOLD))
    return Q(register=manner) & ~Q(kind__in=(*COMPANIES, Contact.Kind.HOUSEHOLD))


def with_facts(queryset):
    """Fetch along what `personalise` reads, so that it needs no query per contact."""
    # A thousand people share a few products and colleagues: one object for each of those.
    return queryset.select_related("summary").prefetch_related("summary__usual_product", "owner__stand_in")


def personalise(
    contacts: Iterable[Contact],
    *,
    occasion: str,
    wish_on: date,
    today: date,
    facts: Collection[str] | None = None,
    written: Collection[tuple[str, str]] | None = None,
    signing: str = Campaign.Signing.HOUSE,
) -> list[Person]:
    """Return the values of each contact for a letter written `today` that will be read on `wish_on`.

    `facts` are the keys wanted (None: all). `written` are the (language, manner) the words exist in: whoever's own
    manner is not among them reads the formal words, and so formal values (None: everybody reads their own). `signing`
    says who signs: the house, or whoever the reader knows.
    """
    people = list(contacts)
    wanted = tuple(fact for fact in FACTS if facts is None or fact.key in facts)
    rows = _Rows.fetch(people, wanted, wish_on=wish_on, today=today)
    signers = {contact.pk: signer_of(contact, signing=signing, today=today) for contact in people}
    return [
        _person(contact, wanted, rows, _words_manner(contact, written), occasion, signers[contact.pk])
        for contact in people
    ]


def _words_manner(contact: Contact, written: Collection[tuple[str, str]] | None) -> str:
    manner = manner_of(contact)
    if written is None or (contact.language, manner) in written:
        return manner
    return Manner.FORMAL


@dataclass(frozen=True)
class _Rows:
    """What a chunk of contacts needs beside their own rows. Nothing is fetched for facts that nobody wants."""

    wish_on: date
    known_on: date
    purchases_old: bool
    wish_far: bool
    closed_weekdays: frozenset[int]
    shared: frozenset[str]
    lines: dict[int, Said]
    answers: dict[int, Said]
    last: dict[int, LastPurchase]

    @classmethod
    def fetch(cls, people: list[Contact], wanted: tuple[Fact, ...], *, wish_on: date, today: date) -> "_Rows":
        keys = {fact.key for fact in wanted}
        ids = [contact.pk for contact in people]
        newest = purchases_up_to() if any(fact.from_purchases for fact in wanted) else None
        return cls(
            wish_on=wish_on,
            known_on=min(today, newest or today),
            purchases_old=newest is not None and (today - newest).days > settings.PURCHASES_STALE_DAYS,
            wish_far=(wish_on - today).days > settings.PURCHASES_STALE_DAYS,
            closed_weekdays=_closed_weekdays(wish_on) if "see_you" in keys else frozenset(),
            shared=_shared_addresses(people) if any(fact.personal for fact in wanted) else frozenset(),
            lines=_quotable_lines(ids, wish_on) if "quotable" in keys else {},
            answers=_promise_answers(ids, wish_on) if "promise_answer" in keys else {},
            last=_last_purchases(ids, wish_on) if keys & _LAST_PRODUCT else {},
        )


def _person(
    contact: Contact, wanted: tuple[Fact, ...], rows: _Rows, manner: str, occasion: str, signer: User | None
) -> Person:
    own_manner = manner_of(contact)
    register = None if manner == own_manner else Contact.Register.FORMAL
    reading = Reading(
        contact=contact,
        summary=getattr(contact, "summary", None),
        manner=manner,
        language=contact.language if contact.language in ("el", "en") else "en",
        occasion=occasion,
        wish_on=rows.wish_on,
        known_on=rows.known_on,
        opening=salutation(contact, register=register, occasion=occasion, on=rows.wish_on),
        line=rows.lines.get(contact.pk),
        answer=rows.answers.get(contact.pk),
        last=rows.last.get(contact.pk),
        signer=signer,
    )
    person = Person(contact, own_manner, reading.opening, signer=signer)
    origins = _origins(reading)
    others_read_along = contact.email_key in rows.shared and not contact.personal_at_shared
    for fact in wanted:
        value = VALUES[fact.key](reading)
        if value:
            silence = _silence(fact, reading, rows, others_read_along=others_read_along)
            if silence:
                person.silenced[fact.key], value = silence, ""
            elif fact.source in origins:
                person.sources[fact.key] = origins[fact.source]
        person.values[fact.key] = value
    return person


def _silence(fact: Fact, reading: Reading, rows: _Rows, *, others_read_along: bool) -> str:
    """Why a known value is kept back: a code, or ""."""
    if fact.personal and others_read_along:
        return "shared_address"
    if fact.from_purchases and rows.purchases_old:
        return "purchases_old"
    if fact.key in _LAST_VISIT and rows.wish_far:
        return "wish_far"
    if fact.key == "see_you" and reading.weekday in rows.closed_weekdays:
        return "closed_day"
    return ""


def _origins(reading: Reading) -> dict[str, int]:
    """The row of each kind that this person's facts come from."""
    origins = {"contact": reading.contact.pk}
    if reading.summary:
        origins["summary"] = reading.contact.pk
        if reading.summary.usual_product_id:
            origins["product"] = reading.summary.usual_product_id
    elif reading.contact.customer_since:
        origins["summary"] = reading.contact.pk
    if reading.last:
        origins["purchase"] = reading.last.purchase_id
    if reading.line:
        origins["interaction"] = reading.line.pk
    if reading.answer:
        origins["follow_up"] = reading.answer.pk
    if reading.signer:
        origins["signer"] = reading.signer.pk
    return origins


# --- The rows of a chunk, one query each ---


def _closed_weekdays(wish_on: date) -> frozenset[int]:
    """The days of the week (0 is Monday) on which the house is closed when they next come after the wish."""
    week = [wish_on + timedelta(days=ahead) for ahead in range(1, 8)]
    days = HouseDays.load(week[0], week[-1])
    return frozenset(day.weekday() for day in week if not days.is_open(day))


def _shared_addresses(people: list[Contact]) -> frozenset[str]:
    """The keys of the addresses of these people that more than one living contact reads."""
    keys = {contact.email_key for contact in people if contact.email_key and not contact.personal_at_shared}
    here = Contact.objects.filter(email_key__in=keys, erased_at=None, deceased=False).exclude(email_key="")
    further = ContactAddress.objects.filter(email_key__in=keys, contact__erased_at=None, contact__deceased=False)
    here = here.exclude(stopped_reason=Contact.Stop.DECEASED)
    further = further.exclude(contact__stopped_reason=Contact.Stop.DECEASED)
    readers = here.values_list("email_key", "pk").union(further.values_list("email_key", "contact_id"))
    counts = Counter(key for key, _pk in readers)
    return frozenset(key for key, count in counts.items() if count > 1)


def _quotable_lines(contact_ids: list[int], wish_on: date) -> dict[int, Said]:
    """The line of each contact: the newest that may be quoted on that day and was not quoted before."""
    rows = (
        Interaction.objects.filter(contact_id__in=contact_ids, quoted_at=None)
        .exclude(quotable="")
        .exclude(quotable_until__lt=wish_on)
        .order_by("happened_at", "pk")
        .values_list("contact_id", "pk", "quotable")
    )
    return {contact_id: Said(pk, line) for contact_id, pk, line in rows}


def _promise_answers(contact_ids: list[int], wish_on: date) -> dict[int, Said]:
    """What became of the newest promise kept of each contact, if no letter has told them yet."""
    rows = list(
        FollowUp.objects.filter(contact_id__in=contact_ids, kind=FollowUp.Kind.PROMISE)
        .filter(done_at__date__range=(wish_on - timedelta(days=ANSWER_DAYS), wish_on))
        .exclude(answer="")
        .order_by("done_at", "pk")
        .values_list("contact_id", "pk", "answer")
    )
    told = _answers_told({contact_id for contact_id, _pk, _answer in rows})
    return {contact_id: Said(pk, answer) for contact_id, pk, answer in rows if pk not in told}


def _answers_told(contact_ids: set[int]) -> set[int]:
    """The follow-ups whose answer has left in a letter, or may have."""
    if not contact_ids:
        return set()
    letters = MessageBody.objects.filter(message__contact_id__in=contact_ids, message__state__in=Message.OUT)
    return {sources.get("promise_answer") for sources in letters.values_list("sources", flat=True)}


def _last_purchases(contact_ids: list[int], wish_on: date) -> dict[int, LastPurchase]:
    """The dearest thing of each contact's last day of buying that a letter may name."""
    lines = (
        PurchaseLine.objects.filter(
            purchase__contact_id__in=contact_ids,
            purchase__purchased_on=F("purchase__contact__summary__last_on"),
            purchase__purchased_on__lte=wish_on,
            purchase__total__gte=0,
            amount__gt=0,
            product__may_be_mentioned=True,
            product__seen_at__isnull=False,
        )
        .exclude(product__name="")
        .order_by("amount", "pk")
        .values_list("purchase__contact_id", "purchase_id", "product__name", "product__gender", "product__number")
    )
    return {
        contact_id: LastPurchase(purchase_id, Thing(name, gender, number == Product.Number.PLURAL))
        for contact_id, purchase_id, name, gender, number in lines
    }
