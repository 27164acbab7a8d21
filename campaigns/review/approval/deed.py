"""What an approval means, in numbers and names. Counted anew at each look: it decides something.

Letters are many and their rows wide: one statement reads each letter that leaves once and answers most questions, and
what is asked beside it walks an index.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet

from campaigns.coverage import Coverage, coverage_of, letters_in, reasons_in
from campaigns.models import Campaign, HandEdit, LetterReview, Message
from campaigns.review.approval.deed_letters import AS_LAST_YEAR, leaving_letters, rights_of
from campaigns.review.approval.signing import SignerLine, as_lines
from campaigns.review.approval.warnings import NOTHING_OWN, TO_LOOK_AT, confirmed_letters
from campaigns.review.aside import BY_HAND_CODES
from customers.models import User

# Enough to hear the tone of every variant, few enough to be read.
SAMPLE_LETTERS = 3
EDITED_SAMPLES = 3
HELD_NAMES = 5
# Fewer letters than these that say the same are nothing to notice; of the classes the largest are named.
SAME_MIN, SAME_SHOWN = 10, 3
NOT_LEAVING = tuple(state for state in Message.State.values if state != Message.State.DRAFT)


@dataclass(frozen=True)
class SameWords:
    """Letters that say the same but for the readers’ own names, and one of them."""

    code: str
    count: int
    letter_id: int


@dataclass(frozen=True)
class Reader:
    """A colleague and the letters they have read one by one."""

    user: User
    count: int


@dataclass(frozen=True)
class Deed:
    """What an approval means, in numbers and names.

    Of the letters that leave (`leaving`): `variants` by (language, manner, count), `signers` with theirs and `by_house`
    the others; read one by one by `readers`, `alike` ticked with one of their kind, `unread` by nobody; `rights`: by
    what right each is written to; `plain` without anything personal, `as_last_year` as their last one, `same` the
    largest classes that say the same; `edited` by hand, and by whom; `confirmed` of those against the guard.
    `held` by reason, those in a colleague’s hand too; `held_letters` are the first that nobody has decided about.
    """

    standing: Coverage
    variants: list[tuple[str, str, int]]
    signers: list[SignerLine]
    by_house: int
    readers: list[Reader]
    alike: int
    unread: int
    to_look: int
    plain: int
    as_last_year: int
    rights: dict[str, int]
    same: list[SameWords]
    edited: list[tuple[User, int]]
    edits: list[HandEdit]
    confirmed: int
    held: list[tuple[str, int]]
    left_out: list[tuple[str, int]]
    held_letters: list[Message]
    samples: list[Message]

    @property
    def leaving(self) -> int:
        return self.standing.classes["waiting"]

    @property
    def read(self) -> int:
        return sum(reader.count for reader in self.readers)

    @property
    def edited_count(self) -> int:
        return sum(count for _user, count in self.edited)


def deed_of(campaign: Campaign, *, whole: bool = True) -> Deed:
    """Count what an approval of this campaign would mean now; not `whole`: without `rights` and `same`, which cost as
    much as all the rest.
    """
    leaving = leaving_letters(campaign)
    rows = _summed(leaving)
    standing = coverage_of(campaign)
    variants: Counter[tuple[str, str]] = Counter()
    signers: dict[int, list[int]] = {}
    readers: Counter[int] = Counter()
    first: dict[tuple[str, str], int] = {}
    for row in rows:
        variant = row["language"], row["manner"]
        variants[variant] += row["count"]
        first[variant] = min(first.get(variant, row["first"]), row["first"])
        if row["signer"]:
            line = signers.setdefault(row["signer"], [0, 0])
            line[0] += row["count"]
            line[1] += row["signer_read"]
        if row["reviewed_by_id"]:
            readers[row["reviewed_by_id"]] += row["ticked"] - row["alike"]
    named = sorted(variants.items(), key=lambda item: (-item[1], item[0]))
    people = User.objects.in_bulk(readers)
    edits = _edits(campaign)
    undecided = letters_in(campaign, "held").exclude(reason_code__in=BY_HAND_CODES)
    return Deed(
        standing=standing,
        variants=[(language, manner, count) for (language, manner), count in named],
        signers=as_lines((pk, *line) for pk, line in signers.items()),
        by_house=sum(row["count"] for row in rows if not row["signer"]),
        readers=[Reader(people[pk], count) for pk, count in readers.most_common() if count and pk in people],
        alike=sum(row["alike"] for row in rows),
        unread=sum(row["count"] - row["ticked"] for row in rows),
        to_look=sum(row["to_look"] for row in rows),
        plain=sum(row["plain"] for row in rows),
        as_last_year=sum(row["as_last_year"] for row in rows),
        rights=rights_of(campaign) if whole else {},
        same=same_words(campaign) if whole else [],
        edited=_editors(edits),
        edits=_newest(edits),
        confirmed=confirmed_letters(campaign).count(),
        held=reasons_in(campaign, "held"),
        left_out=reasons_in(campaign, "left_out"),
        held_letters=list(undecided.select_related("contact__owner__stand_in")[:HELD_NAMES]),
        samples=_samples(leaving, [first[variant] for variant, _count in named]),
    )


def _summed(leaving: QuerySet[Message]) -> list[dict]:
    """The letters that leave, by variant, signer and reader: as many rows as combinations, however many letters."""
    ticked = Q(reviewed_at__isnull=False)
    groups = leaving.order_by().values("language", "manner", "reviewed_by_id", signer=F("review__signer_id"))
    return list(
        groups.annotate(
            count=Count("pk"),
            first=Min("pk"),
            ticked=Count("reviewed_at"),
            alike=Count("pk", filter=ticked & Q(review__ticked_alike=True)),
            signer_read=Count("review__signer_read_at"),
            to_look=Count("pk", filter=TO_LOOK_AT),
            plain=Count("pk", filter=NOTHING_OWN),
            as_last_year=Count("pk", filter=Q(review__likeness__gte=AS_LAST_YEAR)),
        )
    )


# --- What says the same, what was changed by hand, samples ---


def same_words(campaign: Campaign) -> list[SameWords]:
    """The largest classes of letters that say the same, as far as they leave.

    Counted in the index alone; then those few are taken off that do not leave.
    """
    reviews = LetterReview.objects.filter(campaign=campaign).exclude(same_class="").order_by()
    classes = reviews.values_list("same_class").annotate(count=Count("pk"), first=Min("pk"))
    largest = list(classes.filter(count__gte=SAME_MIN).order_by("-count", "same_class")[:SAME_SHOWN])
    # As sums, not as groups: for groups SQLite walks each class whole instead of the few letters that stay.
    others = Message.objects.filter(campaign=campaign, state__in=NOT_LEAVING)
    of_class = {f"of_{n}": Count("pk", filter=Q(review__same_class=row[0])) for n, row in enumerate(largest)}
    stay = others.aggregate(**of_class) if largest else {}
    found = [SameWords(code, count - stay[f"of_{n}"], first) for n, (code, count, first) in enumerate(largest)]
    return [each for each in found if each.count >= SAME_MIN]


def _edits(campaign: Campaign) -> QuerySet[HandEdit]:
    """The hand edits of letters that leave."""
    leaving = leaving_letters(campaign).filter(contact=OuterRef("contact"))
    return HandEdit.objects.filter(Exists(leaving), campaign=campaign)


def _newest(edits: QuerySet[HandEdit]) -> list[HandEdit]:
    # Found by number first: the words of all of them would be put in order with them.
    ids = list(edits.order_by("-edited_at", "-pk").values_list("pk", flat=True)[:EDITED_SAMPLES])
    found = HandEdit.objects.select_related("contact", "edited_by").in_bulk(ids)
    return [found[pk] for pk in ids]


def _editors(edits: QuerySet[HandEdit]) -> list[tuple[User, int]]:
    counts = dict(edits.order_by().values_list("edited_by").annotate(count=Count("pk")))
    people = User.objects.in_bulk(counts)
    return sorted(((people[pk], counts[pk]) for pk in counts), key=lambda each: (-each[1], each[0].pk))


def _samples(leaving: QuerySet[Message], firsts: Iterable[int]) -> list[Message]:
    """A letter of each variant, the largest first, then more of them until there are three."""
    chosen = list(firsts)[:SAMPLE_LETTERS]
    if len(chosen) < SAMPLE_LETTERS:
        others = leaving.exclude(pk__in=chosen).order_by("pk").values_list("pk", flat=True)
        chosen += others[: SAMPLE_LETTERS - len(chosen)]
    found = leaving.select_related("contact", "body").in_bulk(chosen)
    return [found[pk] for pk in chosen if pk in found]
