"""What an approver is warned of and the author answers for: one reason for each kind of warning.

Words are kept as comments, like everything the two sides say to each other; which comment answers for which kind stands
in the trail, beside the question it was part of.
"""

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from campaigns.models import ApprovalComment, Campaign, HandEdit, LetterReview, Message
from campaigns.review.approval.deed_letters import leaving_letters
from customers.models import AuditEntry

# In the order in which they stand on the deed.
TO_LOOK, CONFIRMED, PLAIN = KINDS = ("to_look", "confirmed", "plain")
ASKED = "ask_for_approval"  # the entry of the trail that keeps {"reasons": {kind: comment}}
TO_LOOK_AT = Q(reviewed_at=None, review__pile=LetterReview.Pile.LOOK)
NOTHING_OWN = Q(review__personal_share=0)
# A comment that is a reason, in the list of what was said.
_ABOUT = {
    TO_LOOK: gettext_noop("about letters that want a look"),
    CONFIRMED: gettext_noop("about words that may be about somebody else"),
    PLAIN: gettext_noop("about letters with nothing personal"),
}


@dataclass(frozen=True)
class Warned:
    """A kind of warning, the sentence that says how many letters it is about, and the reason for it ("": none)."""

    kind: str
    sentence: str
    reason: str = ""


def warnings_of(campaign: Campaign) -> dict[str, int]:
    """The kinds of warnings that ask for a reason, with the number of letters that leave; none left out, none empty."""
    leaving = leaving_letters(campaign)
    counts = {
        TO_LOOK: leaving.filter(TO_LOOK_AT).count(),
        CONFIRMED: confirmed_letters(campaign).count(),
        PLAIN: leaving.filter(NOTHING_OWN).count(),
    }
    return {kind: count for kind, count in counts.items() if count}


def confirmed_letters(campaign: Campaign) -> QuerySet[Message]:
    """Letters that leave with hand-edited words in which the guard finds something that a person has confirmed."""
    # From the few edits to their letters, not from each letter to its edit.
    edits = HandEdit.objects.filter(campaign=campaign)
    found = leaving_letters(campaign).filter(contact__in=edits.values("contact"), review__isnull=False)
    # What was confirmed once and taken out since is no longer in them.
    return found.exclude(review__confirmed=[]).exclude(review__guard=[])


def warned(counts: dict[str, int], *, reasons: dict[str, str] | None = None) -> list[Warned]:
    """These warnings in words, each with its reason."""
    return [
        Warned(kind, _sentence(kind, counts[kind]), (reasons or {}).get(kind, "")) for kind in KINDS if kind in counts
    ]


def _sentence(kind: str, n: int) -> str:
    if kind == TO_LOOK:
        said = ngettext(
            "%(n)s letter wants a look first, and nobody has looked.",
            "%(n)s letters want a look first, and nobody has looked.",
            n,
        )
    elif kind == CONFIRMED:
        said = ngettext(
            "In %(n)s letter a colleague has confirmed words that may be about somebody else.",
            "In %(n)s letters a colleague has confirmed words that may be about somebody else.",
            n,
        )
    else:
        said = ngettext(
            "%(n)s letter has nothing personal but the opening.",
            "%(n)s letters have nothing personal but the opening.",
            n,
        )
    return said % {"n": n}


# --- The reasons that were given ---


def reasons_of(campaign: Campaign) -> dict[str, ApprovalComment]:
    """The reason for each kind, from the question that stands; nothing while nobody has asked."""
    if campaign.approval_asked_at is None:
        return {}
    last = _questions(campaign).filter(at=campaign.approval_asked_at).order_by("-pk").first()
    numbers = last.facts.get("reasons", {}) if last else {}
    comments = campaign.comments.select_related("author").in_bulk(numbers.values())
    return {kind: comments[pk] for kind, pk in numbers.items() if kind in KINDS and pk in comments}


def what_about(campaign: Campaign) -> dict[int, str]:
    """What the comments that are reasons are about, in words, by their number; of every question there was."""
    asked = _questions(campaign).values_list("facts", flat=True)
    return {pk: _(_ABOUT[kind]) for facts in asked for kind, pk in facts.get("reasons", {}).items() if kind in _ABOUT}


def _questions(campaign: Campaign) -> QuerySet[AuditEntry]:
    return AuditEntry.objects.filter(object_kind="campaign", object_id=campaign.pk, verb=ASKED)
