"""Which letters want a look before the rest, and why: codes with facts, the same for a letter written first or anew."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from campaigns.models import LetterReview, Message
from campaigns.personalisation import Person
from campaigns.personalisation.facts import FACTS
from campaigns.rendering import RenderedGreeting
from campaigns.review.aside import BY_HAND_CODES
from campaigns.review.guard.words import Finding
from customers.imports.remarks import read_remark
from customers.models import Contact, SatisfactionScore, ServiceCase

Look = dict[str, Any]  # {"code": …, "facts": {…}}, as LetterReview keeps it

SURE_ENOUGH = 0.9  # of a name; below, a person decides before a letter leaves
SCORE_DAYS, CASE_DAYS = 365, 90
LOW_SCORE = 6  # of 10: whoever gives that or less is not happy with us (0 to 6, as satisfaction is commonly read)
_MANY = 200
# Facts that say something of the reader alone. Names and the opening do not: every letter has them.
_NAMES = frozenset({"salutation", "first_name", "last_name", "gender"})
_OF_A_PERSON = frozenset({"contact", "summary", "product", "purchase", "interaction", "follow_up"})
OWN_FACTS = frozenset(fact.key for fact in FACTS if fact.source in _OF_A_PERSON and fact.key not in _NAMES)

NAME_UNSURE, NO_PERSONAL_FACT, WARNING, UNHAPPY = "name_unsure", "no_personal_fact", "warning", "unhappy"
REMARKS, EDIT_STALE, GUARD, NO_WORDS, NEUTRAL = "remarks", "edit_stale", "guard", "no_words", "neutral"
FACTS_CHANGED, AS_LAST_YEAR, ALIKE = "facts_changed", "as_last_year", "alike"
# Held because its letter came back when an approval was given without it; because it is for a former address.
NOT_APPROVED, ADDRESS_CHANGED = "not_approved", "address_changed"
# Such letters want nothing but to be written anew.
ANEW_CODES = (FACTS_CHANGED, NOT_APPROVED, ADDRESS_CHANGED)
# A person decided about these letters: they are not written to by mail, or not yet.
ASIDE_CODES = frozenset({"set_aside", *BY_HAND_CODES})
# They alone ask for no look of their own: of each kind of letter without a personal fact, or with last year's words,
# one is read.
_ASK_FOR_NOTHING = frozenset({NO_PERSONAL_FACT, NEUTRAL, AS_LAST_YEAR})
# Each of the others puts a letter where it is read (see `pile_of`).
ASKING_CODES = (
    NO_WORDS, GUARD, NAME_UNSURE, WARNING, EDIT_STALE, UNHAPPY, REMARKS, FACTS_CHANGED, ALIKE,
)  # fmt: skip


@dataclass(frozen=True)
class Standing:
    """What is known of some people that a letter does not tell, by contact: why each is looked at."""

    unhappy: Mapping[int, dict] = field(default_factory=dict)

    @classmethod
    def of(cls, contact_ids: Collection[int], *, today: date) -> "Standing":
        """Read for all these people at once, two queries."""
        unhappy: dict[int, dict] = {}
        whose = of_these(contact_ids)
        solved = ServiceCase.objects.filter(whose, solved_at__date__gte=today - timedelta(days=CASE_DAYS))
        for contact_id, solved_at in solved.order_by("solved_at").values_list("contact_id", "solved_at"):
            unhappy[contact_id] = {"solved_on": timezone.localdate(solved_at).isoformat()}
        newest: dict[int, tuple[int, datetime]] = {}
        given = SatisfactionScore.objects.filter(whose, given_at__date__gte=today - timedelta(days=SCORE_DAYS))
        for contact_id, score, given_at in given.order_by("given_at", "pk").values_list(
            "contact_id", "score", "given_at"
        ):
            newest[contact_id] = (score, given_at)
        for contact_id, (score, given_at) in newest.items():
            if score <= LOW_SCORE:
                unhappy[contact_id] = {"score": score, "on": timezone.localdate(given_at).isoformat()}
        return cls(unhappy)


def of_these(contact_ids: Collection[int]) -> Q:
    """Rows of these contacts; of many, all between the first and the last, which is a tenth of the work for a chunk of
    neighbours. Whoever asks looks rows up by contact, so those of others do no harm."""
    if len(contact_ids) < _MANY:
        return Q(contact__in=contact_ids)
    return Q(contact__gte=min(contact_ids), contact__lte=max(contact_ids))


def look_codes(
    message: Message,
    person: Person,
    rendered: RenderedGreeting | None,
    *,
    standing: Standing,
    findings: Iterable[Finding] = (),
    edited: bool = False,
    stale: bool = False,
    neutral: bool = False,
) -> list[Look]:
    """Why this letter wants a look, the gravest first; only no_personal_fact or nothing at all for the rest."""
    if rendered is None:
        return [_look(NO_WORDS, {"code": message.reason_code, **message.reason_facts})]
    codes = [_look(GUARD, {"code": finding.code, **finding.facts}) for finding in findings]
    if neutral:
        codes.append(_look(NEUTRAL))
    elif person.opening.confidence < SURE_ENOUGH:
        codes.append(_look(NAME_UNSURE, {"why": person.opening.reason, "choices": list(person.opening.choices)}))
    if message.reason_code == "unfilled":
        codes.append(_look(WARNING, {"code": "unfilled", **message.reason_facts}))
    codes += [_look(WARNING, {"code": problem.code, **problem.facts}) for problem in rendered.warnings]
    if stale:
        codes.append(_look(EDIT_STALE))
    if facts := standing.unhappy.get(person.contact.pk):
        codes.append(_look(UNHAPPY, facts))
    if (facts := _remarks(person.contact)) is not None:
        codes.append(_look(REMARKS, facts))
    if not edited and OWN_FACTS.isdisjoint(rendered.facts_used):
        codes.append(_look(NO_PERSONAL_FACT))
    return codes


def pile_of(message: Message, codes: Iterable[Look]) -> str:
    """Where a letter waits to be read that nobody has ticked yet."""
    waits = message.state in (Message.State.DRAFT, Message.State.HELD)
    if not waits or message.reason_code in ASIDE_CODES:
        return LetterReview.Pile.NONE
    asks = any(each["code"] not in _ASK_FOR_NOTHING for each in codes)
    return LetterReview.Pile.LOOK if asks else LetterReview.Pile.REST


def has_code(codes: Iterable[Look], code: str) -> bool:
    return any(each["code"] == code for each in codes)


def _look(code: str, facts: Mapping[str, Any] | None = None) -> Look:
    return {"code": code, "facts": dict(facts or {})}


def _remarks(contact: Contact) -> dict | None:
    """What a list or a colleague remarked about this person that somebody should know who reads the letter."""
    if contact.look_reasons or contact.needs_look:
        return {"reasons": list(contact.look_reasons)}
    for column, text in contact.extra.items():
        remark = read_remark(text) if isinstance(text, str) else None
        if remark and (remark.flags or remark.left_out):
            return {"column": column, "flags": sorted(remark.flags)}
    return None
