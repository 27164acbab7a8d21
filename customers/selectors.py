"""What the list of people and a person's page read."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.consent import any_stop, stop_facts, suppressions_of, with_stop_code
from customers.models import AuditEntry, Contact, FollowUp, Purchase, PurchaseLine, SatisfactionScore, ServiceCase
from customers.search import did_you_mean, search_contacts

PAGE_SIZE = 50
COUNT_UP_TO = 1_000  # a search that finds more says "more than": counting on would cost as much as reading on
COUNT_FILTERS_UP_TO = 20_000  # in a larger house the chips go without numbers: they would take half a second of a page


@dataclass(frozen=True)
class PersonFilter:
    """A chip above the list: its code in the address, its word, and whom it shows."""

    code: str
    label: str
    condition: Callable[[date], Q]


FILTERS = (
    PersonFilter("all", _("all"), lambda today: Q()),
    PersonFilter("customers", _("customers"), lambda today: Q(is_customer=True)),
    PersonFilter("partners", _("partners"), lambda today: Q(is_partner=True)),
    PersonFilter("suppliers", _("suppliers"), lambda today: Q(is_supplier=True)),
    PersonFilter("ask", _("to ask"), lambda today: Q(needs_look=True)),
    PersonFilter("no_email", _("without e-mail"), lambda today: Q(email="")),
    PersonFilter("stopped", _("letters stopped"), lambda today: any_stop(today) & ~Q(kind__in=Contact.NEVER_GREETED)),
)


@dataclass(frozen=True)
class PeoplePage:
    """Fifty people in the order of their names, and how to reach the fifty before and after.

    `found_count` counts what a search or a filter found, up to `COUNT_UP_TO`.
    """

    contacts: list[Contact]
    before: int | None
    after: int | None
    found_count: int
    found_more: bool
    suggestions: list[Contact]


def filter_counts(*, today: date) -> dict[str, int | None]:
    """How many people each filter shows, in one statement; in a very large house only "all" is counted."""
    everybody = Contact.objects.filter(erased_at=None)
    counts: dict[str, int | None] = dict.fromkeys(each.code for each in FILTERS) | {"all": everybody.count()}
    if counts["all"] <= COUNT_FILTERS_UP_TO:
        others = {each.code: Count("pk", filter=each.condition(today)) for each in FILTERS if each.code != "all"}
        counts |= everybody.aggregate(**others)
    return counts


def people_page(
    *, query: str, filter_code: str, today: date, after: int | None = None, before: int | None = None
) -> PeoplePage:
    """Return the page after (or before) the contact with that id. An unknown id or filter starts at the beginning."""
    condition = next((each.condition for each in FILTERS if each.code == filter_code), FILTERS[0].condition)
    found = search_contacts(query).filter(condition(today))
    contacts = _page(found, after=after, before=before)
    first, last = (contacts[0], contacts[-1]) if contacts else (None, None)
    has_before = first is not None and (after or before) and found.filter(_before(first)).exists()
    has_after = last is not None and found.filter(_after(last)).exists()
    count = found[: COUNT_UP_TO + 1].count() if query or filter_code != "all" else 0
    return PeoplePage(
        contacts=contacts,
        before=first.pk if has_before else None,
        after=last.pk if has_after else None,
        found_count=min(count, COUNT_UP_TO),
        found_more=count > COUNT_UP_TO,
        suggestions=did_you_mean(query) if query and not contacts else [],
    )


def _page(found: QuerySet[Contact], *, after: int | None, before: int | None) -> list[Contact]:
    found = found.select_related("owner", "summary")
    mark = Contact.objects.filter(pk=after or before).only("sort_key").first() if after or before else None
    if mark is not None and before and not after:
        contacts = list(found.filter(_before(mark)).order_by("-sort_key", "-id")[:PAGE_SIZE])
        return contacts[::-1]
    if mark is not None:
        found = found.filter(_after(mark))
    return list(found.order_by("sort_key", "id")[:PAGE_SIZE])


def _after(mark: Contact) -> Q:
    return Q(sort_key__gte=mark.sort_key) & (Q(sort_key__gt=mark.sort_key) | Q(pk__gt=mark.pk))


def _before(mark: Contact) -> Q:
    return Q(sort_key__lte=mark.sort_key) & (Q(sort_key__lt=mark.sort_key) | Q(pk__lt=mark.pk))


@dataclass(frozen=True)
class Person:
    """All that the page of a person reads, in a fixed number of statements."""

    contact: Contact
    stop_code: str
    stop_facts: dict
    suppressed: bool
    codes: list[str]
    addresses: list[str]
    tags: list[str]
    purchases: list[Purchase]
    cases: list[ServiceCase]
    follow_ups: list[FollowUp]
    scores: list[SatisfactionScore]
    typed_by: AuditEntry | None

    @property
    def open_count(self) -> int:
        return len(self.cases) + len(self.follow_ups)


def person(contact_id: int, *, now: datetime) -> Person:
    """Read one person. Raise `Contact.DoesNotExist` for an unknown or erased one."""
    today = timezone.localdate(now)
    contacts = Contact.objects.filter(erased_at=None).select_related(
        "owner", "stopped_by", "works_for", "household", "summary__usual_product"
    )
    contact = with_stop_code(contacts, today=today).get(pk=contact_id)
    lines = PurchaseLine.objects.select_related("product").order_by("id")
    return Person(
        contact=contact,
        stop_code=contact.stop_code,
        stop_facts=stop_facts(contact, contact.stop_code),
        suppressed=suppressions_of(contact).exists(),
        codes=list(contact.codes.order_by("code").values_list("code", flat=True)),
        addresses=list(contact.addresses.order_by("id").values_list("email", flat=True)),
        tags=list(contact.tags.order_by("name").values_list("name", flat=True)),
        purchases=list(
            contact.purchases.prefetch_related(Prefetch("lines", queryset=lines)).order_by("-purchased_on", "-id")[:10]
        ),
        cases=list(
            contact.cases.exclude(state=ServiceCase.State.SOLVED).select_related("owner").order_by("-opened_at", "-id")
        ),
        follow_ups=list(contact.follow_ups.filter(done_at=None).select_related("owner").order_by("due_on", "id")),
        scores=list(contact.scores.order_by("-given_at", "-id")[:3]),
        typed_by=AuditEntry.objects.filter(person_key=contact.person_key, verb__in=("edit_contact", "add_contact"))
        .order_by("-id")
        .first(),
    )
