"""Whose words stand in a letter changed by hand and wait for the author's yes: the last hand, and those beneath it.

`HandEdit.edited_by` is the last hand alone. Each change notes in the trail all who wait. They are not looked for in the
words: who takes a sentence out or moves one has decided about the letter too, and no comparison finds that again. So
a hand counts until the author has said yes or typed into the letter, or the letter says again what was prepared.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from campaigns.models import HandEdit
from customers import audit
from customers.models import AuditEntry, User

HANDS = "hands_in_letter"
_KIND = HandEdit._meta.model_name
_HAND = "hand_"  # and the number of a colleague: a key, so that the database finds it in the facts


def note_hands(edit: HandEdit, hands: Collection[int], *, by: User, now: datetime) -> None:
    """Note whose words stand in a saved edit and wait for a yes; beside the change, in its transaction."""
    audit.record(HANDS, actor=by, now=now, obj=edit, facts={f"{_HAND}{pk}": True for pk in sorted(hands)})


def hands_in(edit: HandEdit | None) -> set[int]:
    """The numbers of the colleagues whose words in an edit wait for the author's yes; none when it was said."""
    return hands_in_each([edit])[edit.pk] if edit else set()


def hands_in_each(edits: Iterable[HandEdit]) -> dict[int, set[int]]:
    """`hands_in` of several edits, by their number; one query."""
    known = list(edits)
    noted = _last_notes().filter(object_id__in=[edit.pk for edit in known])
    found = {
        pk: {int(key.removeprefix(_HAND)) for key in facts} for pk, facts in noted.values_list("object_id", "facts")
    }
    return {edit.pk: set() if edit.agreed_at else found.get(edit.pk, {edit.edited_by_id}) for edit in known}


def hands_beneath(edits: Iterable[HandEdit]) -> dict[int, tuple[User, ...]]:
    """The colleagues besides the last one whose words in each edit wait for the author's yes; two queries at most."""
    known = list(edits)
    hands = hands_in_each(known)
    beneath = {edit.pk: hands[edit.pk] - {edit.edited_by_id} for edit in known}
    users = User.objects.in_bulk(set().union(*beneath.values()))
    return {pk: tuple(users[each] for each in sorted(those) if each in users) for pk, those in beneath.items()}


def waiting_with_words_of(user: User) -> QuerySet[HandEdit]:
    """The edits in which words of `user` stand that the author has not agreed to."""
    named = _last_notes().filter(object_id=OuterRef("pk"), facts__has_key=f"{_HAND}{user.pk}")
    return HandEdit.objects.filter(Q(edited_by=user) | Q(Exists(named)), agreed_at=None)


def _last_notes() -> QuerySet[AuditEntry]:
    """Of each edit the newest note of its hands."""
    notes = AuditEntry.objects.filter(object_kind=_KIND, verb=HANDS)
    later = notes.filter(object_id=OuterRef("object_id"), pk__gt=OuterRef("pk"))
    return notes.filter(~Exists(later))
