"""The letters of one class, fifty to a page, in the order of names."""

from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q, QuerySet

from campaigns.coverage import CLASSES, Coverage, erased_count, reasons_in
from campaigns.models import Campaign, Message
from customers.models import Contact

PAGE_SIZE = 50
# Up to here it is cheaper to put the letters of a class in order than to walk all people in theirs: at 1,000,000 people
# a page of 50 is found among every 10,000th of them.
WALK_FROM = 5_000


@dataclass(frozen=True)
class LetterPage:
    """Up to fifty letters of one class in the order of names, and between which people they stand.

    `before` and `after` are ids of contacts, None where the class begins or ends. `erased_count`: letters of people who
    were erased at their own wish; they have no name to stand under and are counted where the class ends.
    """

    letters: list[Message]
    before: int | None = None
    after: int | None = None
    reasons: list[tuple[str, int]] = field(default_factory=list)
    erased_count: int = 0


def letter_page(
    campaign: Campaign,
    standing: Coverage,
    *,
    class_name: str,
    reason: str = "",
    after: int | None = None,
    before: int | None = None,
) -> LetterPage:
    """The page of one class behind (or before) a contact, narrowed to one reason if asked.

    Raise KeyError for a word that is no class. An unknown contact starts at the beginning.
    """
    reasons = _reasons_on_chips(campaign, standing, class_name)
    found = dict(reasons).get(reason, 0) if reason else standing.classes[class_name]
    letters = Message.objects.filter(campaign=campaign, state__in=CLASSES[class_name])
    if reason:
        letters = letters.filter(reason_code=reason)
    mark = Contact.objects.filter(pk=after or before).only("sort_key").first() if after or before else None
    page, more = _between(letters, found, mark, backwards=mark is not None and not after)
    if mark is not None and (not page or (not after and not more)):
        # Nobody is left on that side, or the way back has arrived: the beginning, with a whole page.
        mark, (page, more) = None, _between(letters, found, None, backwards=False)
    going_back = mark is not None and not after
    ends = not (more or going_back)
    return LetterPage(
        letters=page,
        before=page[0].contact_id if mark is not None else None,
        after=page[-1].contact_id if page and not ends else None,
        reasons=[(code, count) for code, count in reasons if code],
        erased_count=erased_count(letters) if ends and found else 0,
    )


def _reasons_on_chips(campaign: Campaign, standing: Coverage, class_name: str) -> list[tuple[str, int]]:
    """(reason code, letters) of a class. What has left has no reason; of what waits, only the tried again have one."""
    if class_name == "reached":
        return []
    if class_name == "waiting":
        return [(each.code, each.count) for each in standing.again]
    return reasons_in(campaign, class_name) if standing.classes[class_name] else []


def _between(
    letters: QuerySet[Message], found: int, mark: Contact | None, *, backwards: bool
) -> tuple[list[Message], bool]:
    """Up to a page of letters behind (or before) the contact `mark`, and whether more follow in that direction.

    Few letters are found first and put in order; of many, the people are walked in their order until a page is full,
    so that the thousandth page costs what the first does.
    """
    if found > WALK_FROM:
        people = Contact.objects.filter(Exists(letters.filter(contact_id=OuterRef("pk"))), erased_at=None)
    else:
        people = Contact.objects.filter(pk__in=letters.values("contact_id"), erased_at=None)
    if mark is not None:
        people = people.filter(_before(mark) if backwards else _after(mark))
    order = ("-sort_key", "-id") if backwards else ("sort_key", "id")
    ids = list(people.order_by(*order).values_list("pk", flat=True)[: PAGE_SIZE + 1])
    more, ids = len(ids) > PAGE_SIZE, ids[:PAGE_SIZE]
    by_contact = {each.contact_id: each for each in letters.filter(contact__in=ids).select_related("contact")}
    page = [by_contact[pk] for pk in ids if pk in by_contact]
    return (page[::-1] if backwards else page), more


def _after(mark: Contact) -> Q:
    return Q(sort_key__gte=mark.sort_key) & (Q(sort_key__gt=mark.sort_key) | Q(pk__gt=mark.pk))


def _before(mark: Contact) -> Q:
    return Q(sort_key__lte=mark.sort_key) & (Q(sort_key__lt=mark.sort_key) | Q(pk__lt=mark.pk))
