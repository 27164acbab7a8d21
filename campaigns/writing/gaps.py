"""What will be missing: the first letters of a variant, written as they stand, and the sentences that fall out."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from time import monotonic

from django.db.models import QuerySet

from campaigns.letters import compiled
from campaigns.models import Campaign
from campaigns.personalisation import Person, personalise
from campaigns.personalisation.facts import FACT_NAMES, Fact, fact_of
from campaigns.rendering import CompiledGreeting, RenderError, TemplateError
from campaigns.rendering.greeting import OptionalSentence
from customers.models import Contact

# Letters written at once to see what they lack: a twentieth of a second of work.
LOOKED_AT = 300
# Letters full of loops may take a hundred times as long; then fewer are looked at.
LONGEST_LOOK_SECONDS = 0.5


@dataclass(frozen=True)
class Lack:
    """A fact that `count` of those looked at lack; `silenced` says why it is kept back, where that is the reason."""

    fact: Fact
    count: int
    silenced: str = ""


@dataclass(frozen=True)
class FallsOut:
    """An optional sentence that `count` of those looked at read their letter without, and the facts they lack."""

    sentence: OptionalSentence
    count: int
    lacks: tuple[Lack, ...]


@dataclass(frozen=True)
class Gaps:
    """What is missing from the letters of `looked_at` readers. `blocked`: the facts without which there is none.

    `are_all` is False when more read these words than were looked at.
    """

    looked_at: int = 0
    are_all: bool = True
    sentences: tuple[FallsOut, ...] = ()
    blocked: tuple[Lack, ...] = ()


def gaps_of(campaign: Campaign, *, subject: str, body: str, readers: QuerySet[Contact], today: date) -> Gaps:
    """Write the letters of the first readers of a variant; what they lack, in the order of the source."""
    try:
        greeting = compiled(subject, body)
    except TemplateError:
        return Gaps()
    contacts = list(readers[: LOOKED_AT + 1])
    people = personalise(
        contacts[:LOOKED_AT],
        occasion=campaign.occasion,
        wish_on=campaign.wish_on or today,
        today=today,
        facts=greeting.facts,
    )
    lost: Counter[int] = Counter()
    lacking: Counter[tuple[int, str, str]] = Counter()
    blocked: Counter[tuple[str, str]] = Counter()
    looked_at, until = 0, monotonic() + LONGEST_LOOK_SECONDS
    for person in people:
        if monotonic() > until:
            break
        _count(greeting, person, lost, lacking, blocked)
        looked_at += 1
    return Gaps(
        looked_at,
        looked_at == len(contacts),
        tuple(
            FallsOut(
                sentence,
                lost[sentence.ordinal],
                tuple(
                    Lack(fact_of(key), count, silenced)
                    for (ordinal, key, silenced), count in lacking.most_common()
                    if ordinal == sentence.ordinal
                ),
            )
            for sentence in greeting.optional_sentences
            if lost[sentence.ordinal]
        ),
        tuple(Lack(fact_of(key), count, silenced) for (key, silenced), count in blocked.most_common()),
    )


def _count(
    greeting: CompiledGreeting,
    person: Person,
    lost: Counter[int],
    lacking: Counter[tuple[int, str, str]],
    blocked: Counter[tuple[str, str]],
) -> None:
    """Add one letter to the counts: (sentence), (sentence, fact, why it is silent), (fact, why it is silent)."""
    try:
        dropped = greeting.render(person.values).dropped
    except RenderError as error:
        key = FACT_NAMES.get(str(error.problem.facts.get("name")))
        if key:
            blocked[key, person.silenced.get(key, "")] += 1
        return
    for ordinal in dropped:
        lost[ordinal] += 1
        for key in greeting.optional_sentences[ordinal].facts:
            if not person.values.get(key):
                lacking[ordinal, key, person.silenced.get(key, "")] += 1
