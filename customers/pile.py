"""The pile of a colleague: people of whom nobody has said yet how they are addressed, the best customers first.

The database is the pile. An answer is the word "register" among the typed fields of a contact (the column
`acquaintance` follows it), an "I don't know them" is a row of `PassedOn`; leaving and coming back loses nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

import etiquette
from customers.models import AuditEntry, Contact, Interaction, PassedOn, PurchaseSummary, User
from customers.roles import colleagues

OPEN, DECIDED = Contact.Acquaintance.OPEN, Contact.Acquaintance.DECIDED
DECISION, TAKEN_BACK = "decide_register", "undo_acquaintance"  # verbs of the trail
_BEST_OF_ASKED = (
    F("summary__total").desc(nulls_last=True),
    "-summary__purchase_count",
    "-summary__last_on",
    "sort_key",
    "pk",
)


@dataclass(frozen=True)
class Standing:
    """How far the house has come: of `total` people, `decided_count` have an answer."""

    decided_count: int
    open_count: int

    @property
    def total(self) -> int:
        return self.decided_count + self.open_count


def standing() -> Standing:
    """Count the people with and without an answer; one statement, answered from an index."""
    asked = Contact.objects.filter(acquaintance__in=(OPEN, DECIDED)).order_by()
    counts = dict(asked.values_list("acquaintance").annotate(n=Count("pk")))
    return Standing(decided_count=counts.get(DECIDED, 0), open_count=counts.get(OPEN, 0))


def open_count() -> int:
    """How many people nobody has said anything about yet."""
    return Contact.objects.filter(acquaintance=OPEN).count()


def pile_of(user: User) -> QuerySet[Contact]:
    """The people whom `user` may still be asked about: not those they passed on, nor those another alone was asked."""
    passes = PassedOn.objects.filter(contact=OuterRef("pk"))
    answered = PassedOn.objects.filter(contact=OuterRef("contact"), colleague=OuterRef("asked_of"))
    with_another = passes.filter(~Exists(answered), asked_of__is_active=True)
    return Contact.objects.filter(
        Exists(passes.filter(asked_of=user)) | ~Exists(with_another),
        ~Exists(passes.filter(colleague=user)),
        acquaintance=OPEN,
    )


def next_people(*, user: User, later: Sequence[int] = (), start: int | None = None, count: int = 2) -> list[Contact]:
    """Return the first `count` people of the pile of `user`, without those put off (`later`).

    First whom a colleague asks `user` about, then the best customers, then whoever has never bought, by name. `start`
    is a customer before whom nobody is left: the walk over those answered long ago is then spared.
    """
    # Three short reads instead of one sort of everybody: each stops at the first rows of its own index.
    pile = pile_of(user).exclude(pk__in=later).select_related("owner", "summary__usual_product")
    found: list[Contact] = []
    asked = PassedOn.objects.filter(asked_of=user, contact__acquaintance=OPEN)
    asked_ids = list(asked.values_list("contact", flat=True))
    if asked_ids:
        found += pile.filter(pk__in=asked_ids).order_by(*_BEST_OF_ASKED)[:count]
    if len(found) < count:
        ids = _best_customers(user, without=[*later, *(each.pk for each in found)], start=start)[: count - len(found)]
        by_id = pile.in_bulk(list(ids))
        found += [by_id[each] for each in ids if each in by_id]
    if len(found) < count:
        strangers = pile.filter(~Exists(PurchaseSummary.objects.filter(contact=OuterRef("pk"))))
        strangers = strangers.exclude(pk__in=[each.pk for each in found])
        found += strangers.order_by("sort_key", "pk")[: count - len(found)]
    return found


def _best_customers(user: User, *, without: Sequence[int], start: int | None) -> QuerySet:
    # `Exists` keeps SQLite on the index of the order; a join would begin with the contacts and sort them all.
    buyers = PurchaseSummary.objects.filter(Exists(pile_of(user).filter(pk=OuterRef("contact_id"))))
    mark = PurchaseSummary.objects.filter(contact=start).first() if start else None
    if mark is not None:
        same = Q(total=mark.total)
        fewer = Q(purchase_count__lt=mark.purchase_count)
        earlier = Q(purchase_count=mark.purchase_count) & (
            Q(last_on__lt=mark.last_on) | Q(last_on=mark.last_on, contact__gte=mark.contact_id)
        )
        buyers = buyers.filter(Q(total__lte=mark.total) & (Q(total__lt=mark.total) | same & (fewer | earlier)))
    best = buyers.exclude(contact__in=without)
    return best.order_by("-total", "-purchase_count", "-last_on", "contact").values_list("contact", flat=True)


def still_open(contact_id: int) -> Contact | None:
    """Return the contact while its question is open, whoever has passed it on."""
    contacts = Contact.objects.filter(acquaintance=OPEN).select_related("owner", "summary__usual_product")
    return contacts.filter(pk=contact_id).first()


@dataclass(frozen=True)
class Left:
    """What is left when the pile of a colleague is empty: who waits for others, and whom nobody knows."""

    with_others_count: int
    unknown_count: int


def left_for_others() -> Left:
    """Count the people still open whom another colleague may know, and those whom all of the house have passed on."""
    passed_by_all = (
        PassedOn.objects.filter(contact__acquaintance=OPEN, colleague__in=colleagues())
        .values("contact")
        .annotate(n=Count("pk"))
        .filter(n__gte=colleagues().count())
        .count()
    )
    return Left(with_others_count=max(open_count() - passed_by_all, 0), unknown_count=passed_by_all)


@dataclass(frozen=True)
class Glance:
    """What helps to remember a person: who asks about them, their last note, what their own people call them."""

    asked_by: User | None
    passed_by: list[User]
    note: Interaction | None
    tags: list[str]
    known_as: str


def glance(contact: Contact, *, user: User) -> Glance:
    """Read what the card says beside the contact itself; three statements."""
    passes = list(contact.passes.select_related("colleague").order_by("-passed_at", "-pk"))
    notes = contact.interactions.exclude(private_text="", quotable="").select_related("author")
    return Glance(
        asked_by=next((each.colleague for each in passes if each.asked_of_id == user.pk), None),
        passed_by=[each.colleague for each in passes if each.colleague_id != user.pk],
        note=notes.order_by("-happened_at", "-pk").first(),
        tags=list(contact.tags.order_by("name").values_list("name", flat=True)),
        known_as=familiar_form(contact),
    )


def familiar_form(contact: Contact) -> str:
    """Return what most people with this first name are called (Γεώργιος: Γιώργος), "" when that says nothing new.

    A suggestion from the lexicon, never applied by itself.
    """
    if contact.known_as or not contact.first_name or contact.kind != Contact.Kind.PERSON:
        return ""
    name = f"{contact.first_name} {contact.last_name}".strip()
    reading = etiquette.describe(name, order="name_first")
    return reading.known_as if reading.first == contact.first_name and reading.known_as != reading.first else ""


def decided_today(user: User, *, now: datetime) -> int:
    """How many people `user` has answered for since midnight, less those taken back."""
    today: date = timezone.localdate(now)
    since = timezone.make_aware(datetime.combine(today, datetime.min.time()))
    counts = AuditEntry.objects.filter(at__gte=since, actor_id=user.pk).aggregate(
        done=Count("pk", filter=Q(verb=DECISION)),
        taken_back=Count("pk", filter=Q(verb=TAKEN_BACK, facts__did="register")),
    )
    return max(counts["done"] - counts["taken_back"], 0)
