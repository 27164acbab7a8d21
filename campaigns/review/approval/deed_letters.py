"""The letters behind the numbers of an approval: those that leave, by what right, and the names of each group."""

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, QuerySet, Value, When

from campaigns.models import Campaign, HandEdit, Message
from customers.models import Consent, PurchaseSummary

# From here on a letter reads as their last one (see `sameness.likeness`).
AS_LAST_YEAR = 80
CONSENT, CUSTOMER, UNKNOWN = RIGHTS = ("consent", "customer", "unknown")


def leaving_letters(campaign: Campaign) -> QuerySet[Message]:
    """The letters that an approval lets leave."""
    return Message.objects.filter(campaign=campaign, state=Message.State.DRAFT)


def with_right(letters: QuerySet[Message]) -> QuerySet[Message]:
    """Annotate `right`: "consent" that is in force, "customer" (said so, or has bought), else "unknown"."""
    in_force = Consent.objects.filter(contact=OuterRef("contact_id"), purpose="greetings", withdrawn_at=None)
    bought = PurchaseSummary.objects.filter(contact=OuterRef("contact_id"), purchase_count__gt=0)
    return letters.annotate(
        right=Case(
            When(Exists(in_force.filter(basis=Consent.Basis.CONSENT)), then=Value(CONSENT)),
            When(Exists(bought), then=Value(CUSTOMER)),
            When(Exists(in_force.filter(basis=Consent.Basis.CUSTOMER)), then=Value(CUSTOMER)),
            default=Value(UNKNOWN),
            output_field=CharField(),
        )
    )


def rights_of(campaign: Campaign) -> dict[str, int]:
    """How many letters leave by what right; all three are named."""
    rows = with_right(leaving_letters(campaign)).order_by().values_list("right").annotate(count=Count("pk"))
    return dict.fromkeys(RIGHTS, 0) | dict(rows)


def letters_of(campaign: Campaign, group: str) -> QuerySet[Message] | None:
    """The letters behind a number of the deed, with their people, by number; None for a group that is none.

    Groups: "consent", "customer", "unknown"; "unread", "read", "alike", "plain", "as_last_year", "edited",
    "house", "signer-<id>", "signer-unread-<id>", "same-<class>".
    """
    leaving = leaving_letters(campaign)
    kind, _dash, key = group.rpartition("-")
    if group in RIGHTS:
        found = with_right(leaving).filter(right=group)
    elif group in _GROUPS:
        found = leaving.filter(_GROUPS[group])
    elif group == "edited":
        edits = HandEdit.objects.filter(campaign=campaign, contact=OuterRef("contact_id"))
        found = leaving.filter(Exists(edits))
    elif kind == "same" and len(key) == 32 and key.isalnum():
        found = leaving.filter(review__same_class=key)
    elif kind in ("signer", "signer-unread") and key.isascii() and key.isdigit() and len(key) < 16:
        found = leaving.filter(review__signer=int(key))
        found = found.filter(review__signer_read_at=None) if kind == "signer-unread" else found
    else:
        return None
    return found.select_related("contact").order_by("pk")


_GROUPS: dict[str, Q] = {
    "unread": Q(reviewed_at=None),
    "read": Q(reviewed_at__isnull=False) & ~Q(review__ticked_alike=True),
    "alike": Q(reviewed_at__isnull=False, review__ticked_alike=True),
    "plain": Q(review__personal_share=0),
    "as_last_year": Q(review__likeness__gte=AS_LAST_YEAR),
    "house": Q(review__signer=None),
}
