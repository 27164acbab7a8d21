"""What stands beside a letter in the review room: who they are, why one looks, what we know, wrote and owe."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.models import Message
from campaigns.personalisation import personalise, with_facts
from campaigns.personalisation.sources import Told, told_facts
from campaigns.review.by_hand.words import short_words
from campaigns.review.look_words import look_sentences
from campaigns.review.looking import GUARD
from campaigns.review.room.marking import places_of
from customers.models import Contact, FollowUp, Interaction, ServiceCase
from customers.person_words import day, lede

# An answer that comes later speaks of something else.
ANSWER_DAYS = 30
SHOWN = 5
# What the guard found, and how many say the same, stand beside the letter by themselves.
_SAID_BESIDE = (GUARD, "alike")


@dataclass(frozen=True)
class LastLetter:
    """What we wrote them last: its first words, when, and what they answered."""

    letter: Message
    words: str
    was_last_year: bool
    answer: str


@dataclass(frozen=True)
class Margin:
    """All of it, in words of the screen's language."""

    who: list[str]
    why: list[str]
    told: list[Told]
    last_letter: LastLetter | None
    touches: list[tuple[str, str]]
    promises: list[FollowUp] = field(default_factory=list)
    cases: list[ServiceCase] = field(default_factory=list)


def margin_of(letter: Message, *, now: datetime) -> Margin:
    """Read the margin of a letter that came with its contact (owner, summary), body, review and campaign."""
    contact, today = letter.contact, timezone.localdate(now)
    last = _last_letter(letter)
    open_ones = FollowUp.objects.filter(contact=contact, done_at=None).select_related("owner")
    cases = ServiceCase.objects.filter(contact=contact).exclude(state=ServiceCase.State.SOLVED)
    return Margin(
        who=lede(contact, summary=getattr(contact, "summary", None), today=today),
        why=look_sentences(code for code in letter.review.look_codes if code["code"] not in _SAID_BESIDE),
        told=[told for told, _value in facts_told(letter)],
        last_letter=_as_last(last, this=letter, today=today) if last else None,
        touches=_touches(contact, last, today=today),
        promises=list(open_ones.order_by("due_on", "pk")[:SHOWN]),
        cases=list(cases.select_related("owner").order_by("opened_at", "pk")[:SHOWN]),
    )


# --- The facts of the letter, numbered as they stand in it ---


def facts_told(letter: Message) -> list[tuple[Told, str]]:
    """Return the facts of a letter with the value each has for this person, in the order in which one reads them.

    The value is that of the day the letters were prepared; "" for what was only asked, never said.
    """
    body = getattr(letter, "body", None)
    if body is None or not body.facts_used:
        return []
    campaign = letter.campaign
    day_told = campaign.prepared_on or timezone.localdate(letter.created_at)
    person = personalise(
        with_facts(Contact.objects.filter(pk=letter.contact_id)),
        occasion=campaign.occasion,
        wish_on=campaign.wish_on or day_told,
        today=day_told,
        facts=frozenset(body.facts_used),
        written={(letter.language, letter.manner)},
        signing=campaign.signing,
    )
    values = person[0].values if person else {}
    told = [(each, values.get(each.fact.key, "")) for each in told_facts(body.facts_used, body.sources, letter.contact)]
    places = places_of(body.html, [value for _told, value in told])
    beyond = len(body.html)
    order = sorted(range(len(told)), key=lambda at: (beyond if places[at] is None else places[at], at))
    return [told[at] for at in order]


# --- What we wrote last ---


def _last_letter(letter: Message) -> Message | None:
    """The last letter of the same occasion, else the newest of all."""
    gone = Message.objects.filter(contact=letter.contact_id, state=Message.State.SENT, channel=Message.Channel.MAIL)
    gone = gone.exclude(pk=letter.pk).select_related("campaign", "body").order_by("-sent_at", "-pk")
    letters = list(gone[:SHOWN])
    same = [each for each in letters if each.campaign.occasion == letter.campaign.occasion]
    return next(iter(same or letters), None)


def _as_last(last: Message, *, this: Message, today: date) -> LastLetter:
    body = getattr(last, "body", None)
    answers = Interaction.objects.filter(contact=this.contact_id, kind=Interaction.Kind.EMAIL_IN)
    answers = answers.filter(happened_at__range=(last.sent_at, last.sent_at + timedelta(days=ANSWER_DAYS)))
    answer = answers.order_by("happened_at", "pk").first()
    return LastLetter(
        letter=last,
        words=short_words(body.text) if body else "",
        was_last_year=timezone.localtime(last.sent_at).year == today.year - 1,
        answer=(answer.quotable or answer.private_text) if answer else "",
    )


def _touches(contact: Contact, last: Message | None, *, today: date) -> list[tuple[str, str]]:
    """When we last met: they came, we spoke, we wrote."""
    summary = getattr(contact, "summary", None)
    spoken = Interaction.objects.filter(
        Q(kind=Interaction.Kind.CALL) | Q(kind=Interaction.Kind.VISIT), contact=contact
    ).order_by("-happened_at", "-pk")
    met = spoken.values_list("happened_at", flat=True).first()
    touches: Sequence[tuple[str, date | None, str]] = (
        (_("Bought"), summary.last_on if summary else None, ""),
        (_("Spoke with us"), timezone.localdate(met) if met else None, ""),
        (_("We wrote"), timezone.localdate(last.sent_at) if last else None, last.campaign.name if last else ""),
    )
    return [(label, ", ".join(filter(None, (day(on, today=today), more)))) for label, on, more in touches if on]
