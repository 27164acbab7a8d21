"""Nobody forgotten: everybody chosen is in one of seven classes, read in one statement; not chosen completes it."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from campaigns.models import Campaign, Message
from customers.models import Contact

State = Message.State
# The same seven words in code, pages, commands and exports.
CLASSES: dict[str, tuple[str, ...]] = {
    "reached": (State.SENT,),
    "waiting": (State.DRAFT, State.READY, State.SENDING, State.RETRY),
    "held": (State.HELD,),
    "left_out": (State.SKIPPED,),
    "failed": (State.FAILED,),
    "uncertain": (State.UNCERTAIN,),
    "cancelled": (State.CANCELLED,),
}
CLASS_OF_STATE = {state: name for name, states in CLASSES.items() for state in states}


@dataclass(frozen=True)
class Coverage:
    """The letters of one campaign by class; `in_hand` and `retry` are parts of "waiting"."""

    classes: dict[str, int]
    in_hand: int = 0
    retry: int = 0

    @property
    def chosen(self) -> int:
        return sum(self.classes.values())


def coverage_of(campaign: Campaign) -> Coverage:
    """Count the letters of a campaign by class: one GROUP BY over its own rows."""
    states = dict(Message.objects.filter(campaign=campaign).order_by().values_list("state").annotate(count=Count("pk")))
    classes = {name: sum(states.get(state, 0) for state in of) for name, of in CLASSES.items()}
    return Coverage(classes, states.get(State.SENDING, 0), states.get(State.RETRY, 0))


def not_chosen_count(campaign: Campaign, coverage: Coverage) -> int:
    """How many we know who have no letter of this campaign; the erased are no longer known, their letters stay."""
    theirs = Message.objects.filter(campaign=campaign, contact=OuterRef("pk"))
    counts = Contact.objects.aggregate(
        known=Count("pk", filter=Q(erased_at=None)),
        erased=Count("pk", filter=Q(erased_at__isnull=False) & Exists(theirs)),
    )
    return counts["known"] - (coverage.chosen - counts["erased"])


def letters_in(campaign: Campaign, name: str) -> QuerySet:
    """The letters of one class with their people, in the order of names. Raise KeyError for another word."""
    return (
        Message.objects.filter(campaign=campaign, state__in=CLASSES[name])
        .select_related("contact")
        .order_by("contact__sort_key", "pk")
    )


def reasons_in(campaign: Campaign, name: str) -> list[tuple[str, int]]:
    """(reason code, letters) of one class, the most frequent first."""
    rows = letters_in(campaign, name).order_by().values_list("reason_code").annotate(count=Count("pk"))
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def adds_up(campaign: Campaign) -> bool:
    """True when every person chosen has exactly one letter in one class."""
    return coverage_of(campaign).chosen == campaign.chosen_count
