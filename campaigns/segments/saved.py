"""Rules that colleagues keep under a name: their own, or for everybody."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from campaigns.models import Segment
from campaigns.segments.combining import audience
from customers import audit
from customers.models import User
from customers.roles import MANAGER, has_role


class SegmentRefused(Exception):
    """`code`: "name_taken" (another rule the colleague sees carries that name), "not_yours", "empty"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def saved_segments(user: User) -> QuerySet[Segment]:
    """The rules this colleague may choose: their own and the shared ones, by name."""
    mine = Q(created_by=user) | Q(shared=True)
    return Segment.objects.filter(mine).select_related("created_by").order_by("name", "pk")


def may_change(segment: Segment, user: User) -> bool:
    """Whoever made it, and managers what is shared."""
    return segment.created_by_id == user.pk or (segment.shared and has_role(user, MANAGER))


@transaction.atomic
def save_segment(*, name: str, rule: dict, shared: bool, by: User, now: datetime) -> Segment:
    """Keep a rule under a name. Raise SegmentRefused, and RuleError for what is no rule."""
    if not rule:
        raise SegmentRefused("empty")
    audience(rule)
    _check_name(name, by=by)
    segment = Segment.objects.create(name=name, rule=rule, shared=shared, created_by=by)
    audit.record("save_segment", actor=by, now=now, obj=segment)
    return segment


@transaction.atomic
def rename_segment(segment: Segment, *, name: str, shared: bool, by: User, now: datetime) -> None:
    """Give it another name, or share it or no longer. Raise SegmentRefused."""
    if not may_change(segment, by):
        raise SegmentRefused("not_yours")
    _check_name(name, by=by, but=segment)
    segment.name, segment.shared = name, shared
    segment.save(update_fields=["name", "shared"])
    audit.record("rename_segment", actor=by, now=now, obj=segment)


@transaction.atomic
def delete_segment(segment: Segment, *, by: User, now: datetime) -> None:
    """Forget a kept rule; greetings that chose by it keep the rule itself. Raise SegmentRefused."""
    if not may_change(segment, by):
        raise SegmentRefused("not_yours")
    audit.record("delete_segment", actor=by, now=now, obj=segment)
    segment.delete()


def _check_name(name: str, *, by: User, but: Segment | None = None) -> None:
    same = saved_segments(by).filter(name=name)
    if (same.exclude(pk=but.pk) if but else same).exists():
        raise SegmentRefused("name_taken")
