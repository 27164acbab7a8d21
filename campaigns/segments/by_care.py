"""Rules about what has passed between us: letters, calls, cases. For whoever was forgotten."""

from datetime import date, datetime, time

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from campaigns.models import Message
from campaigns.segments.facts import YEARS, day, number, text
from customers.models import Interaction, ServiceCase

# They had no letter of their own, and yet somebody at their door, at their table or in their firm had it.
REACHED_BESIDE = ("same_address", "same_household", "through_people")
TOUCHES = (
    Interaction.Kind.CALL,
    Interaction.Kind.VISIT,
    Interaction.Kind.EMAIL_IN,
    Interaction.Kind.EMAIL_OUT,
)


def left_out_last_year(rule: dict, today: date) -> Q:
    """Who had no letter, card or call for this occasion in that year, whatever the reason was."""
    key = f"{text(rule, 'occasion')}-{number(rule, 'year', lowest=YEARS[0], highest=YEARS[-1])}"
    reached = Q(state=Message.State.SENT) | Q(state=Message.State.SKIPPED, reason_code__in=REACHED_BESIDE)
    return ~Q(Exists(Message.objects.filter(reached, contact=OuterRef("pk"), occasion_key=key)))


def not_greeted(rule: dict, today: date) -> Q:
    letters = Message.objects.filter(
        contact=OuterRef("pk"), occasion_key=text(rule, "occasion_key"), state__in=Message.OUT
    )
    return ~Q(Exists(letters))


def not_contacted_since(rule: dict, today: date) -> Q:
    since = timezone.make_aware(datetime.combine(day(rule, "since"), time.min))
    letters = Message.objects.filter(contact=OuterRef("pk"), state=Message.State.SENT, sent_at__gte=since)
    talks = Interaction.objects.filter(contact=OuterRef("pk"), happened_at__gte=since, kind__in=TOUCHES)
    return ~Q(Exists(letters)) & ~Q(Exists(talks))


def open_case(rule: dict, today: date) -> Q:
    return Q(Exists(ServiceCase.objects.filter(contact=OuterRef("pk")).exclude(state=ServiceCase.State.SOLVED)))
