"""What this app knows for the timeline of a person: notes, calls and visits, cases. Letters come from above."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from customers import timeline
from customers.models import Contact, Interaction, SatisfactionScore, ServiceCase
from customers.timeline import Side, TimelineEntry

_SIDES = {
    Interaction.Kind.VISIT: Side.THEM,
    Interaction.Kind.EMAIL_IN: Side.THEM,
    Interaction.Kind.EMAIL_OUT: Side.US,
}


def interactions(contact: Contact, limit: int) -> Iterable[TimelineEntry]:
    """Notes with their private text apart from the line that may be said."""
    rows = contact.interactions.select_related("author").order_by("-happened_at", "-id")[:limit]
    for row in rows:
        yield TimelineEntry(
            at=row.happened_at,
            title=row.get_kind_display().capitalize(),
            side=_SIDES.get(row.kind, Side.INSIDE),
            said=row.quotable,
            text=row.private_text,
            detail=str(row.author) if row.author else _("from a list"),
            private=not row.quotable,
        )


def cases(contact: Contact, limit: int) -> Iterable[TimelineEntry]:
    """Each case when it was opened; an open one has no tick, only its diamond."""
    for row in contact.cases.select_related("owner").order_by("-opened_at", "-id")[:limit]:
        solved = row.state == ServiceCase.State.SOLVED
        yield TimelineEntry(
            at=row.opened_at,
            title=_("Complaint, solved") if solved else _("Complaint, open"),
            side=Side.THEM if solved else Side.OPEN,
            text=row.what_happened,
            detail=str(row.owner) if row.owner else "",
        )


def scores(contact: Contact, limit: int) -> Iterable[TimelineEntry]:
    """What the person answered when we asked how satisfied they are."""
    rows: Iterable[SatisfactionScore] = contact.scores.order_by("-given_at", "-id")[:limit]
    for row in rows:
        title = _("Satisfaction: %(score)s out of 10") % {"score": row.score}
        yield TimelineEntry(at=row.given_at, title=title, side=Side.THEM, said=row.comment)


def kept_promises(contact: Contact, limit: int) -> Iterable[TimelineEntry]:
    """What we owed the person and have done, with the answer they may read."""
    rows = contact.follow_ups.exclude(done_at=None).select_related("done_by").order_by("-done_at", "-id")[:limit]
    for row in rows:
        yield TimelineEntry(
            at=row.done_at,
            title=_("Done: %(what)s") % {"what": row.get_kind_display()},
            said=row.answer,
            text=" ".join(filter(None, (row.text, row.outcome))),
            detail=str(row.done_by) if row.done_by else "",
            private=not row.answer,
        )


for source in (interactions, cases, scores, kept_promises):
    timeline.register(source)
