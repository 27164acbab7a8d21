"""Tried on everybody: the words of a variant are written for each of its readers, and whatever reads badly is named.

Readers are walked by number, a stretch at a time, so that a page shows how far it has come and a hundred thousand
people need no memory. What a writer sees of the words alone is told already; here only values speak.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from django.db.models import QuerySet

from campaigns.letters import compiled
from campaigns.models import Campaign, GreetingVariant
from campaigns.personalisation import Person, personalise, reads_in, with_facts
from campaigns.rendering import CompiledGreeting, RenderedGreeting, RenderError
from campaigns.rendering.greeting import LONG_SUBJECT
from campaigns.selectors import COMMON_FACTS
from campaigns.writing.checks import slips
from campaigns.writing.checks.findings import Cuts
from campaigns.writing.checks.sentences import ends_without_stop
from campaigns.writing.composing import Words
from campaigns.writing.previewing import chosen_people
from campaigns.writing.proofreading import check_words
from customers.consent import any_stop
from customers.models import Contact
from etiquette.proofreading import proofread

Manner = GreetingVariant.Manner
# Letters of one step: a quarter of a second of work.
STEP = 800
# Nobody reads a longer list; what is mended makes room for the next.
MOST_FINDINGS = 30
NAMES_SHOWN = 5
LONGEST_EXAMPLE = 160
_SENTENCE_EDGE = re.compile(r"[.!;?…](?=[\s*»”])|\n")


@dataclass(frozen=True)
class TrialFinding:
    """One thing that reads badly: code and facts as of a Problem, a sentence of a letter, how many read it, and who.

    `people` are (number, name) of the first few. `blocks`: there is no letter at all for them.
    """

    code: str
    facts: dict[str, object]
    example: str
    count: int
    people: tuple[tuple[int, str], ...]
    blocks: bool = False

    @property
    def key(self) -> tuple:
        """What makes two findings one: the words found, not the person who reads them."""
        return self.code, str(self.facts.get("found", "")), str(self.facts.get("name", ""))


@dataclass(frozen=True)
class Trial:
    """How far the words were tried: `looked_at` letters of people up to number `after`.

    `plain` letters tell nothing of the person but how they are called. `lost` counts, by the ordinal of each optional
    sentence, the letters without it. `more` findings had no room.
    """

    looked_at: int = 0
    after: int = 0
    finished: bool = False
    findings: tuple[TrialFinding, ...] = ()
    plain: int = 0
    lost: dict[int, int] = field(default_factory=dict)
    more: int = 0

    def joined(self, following: "Trial") -> "Trial":
        """Return this trial with the step that follows it."""
        found = {each.key: each for each in self.findings}
        more = self.more + following.more
        for each in following.findings:
            if each.key in found:
                found[each.key] = _together(found[each.key], each)
            elif len(found) < MOST_FINDINGS:
                found[each.key] = each
            else:
                more += 1
        return Trial(
            looked_at=self.looked_at + following.looked_at,
            after=following.after,
            finished=following.finished,
            findings=tuple(found.values()),
            plain=self.plain + following.plain,
            lost=dict(Counter(self.lost) + Counter(following.lost)),
            more=more,
        )


def _together(first: TrialFinding, second: TrialFinding) -> TrialFinding:
    people = (*first.people, *second.people)[:NAMES_SHOWN]
    longer = second if int(second.facts.get("length") or 0) > int(first.facts.get("length") or 0) else first
    return replace(longer, count=first.count + second.count, people=people)


def readers_tried(campaign: Campaign, words: Words, *, written: Collection[tuple[str, str]], today: date) -> QuerySet:
    """The people whose letters these words are: of their manner, and of every one that is not written.

    Whoever gets no letter at all (see `customers/consent.py`) is not among them.
    """
    read = reads_in(words.manner)
    if words.manner == Manner.FORMAL:
        for manner in (Manner.INFORMAL, Manner.COMPANY):
            if (words.language, manner) not in written:
                read |= reads_in(manner)
    return chosen_people(campaign).filter(read, language=words.language).exclude(any_stop(today))


def try_on(
    campaign: Campaign,
    words: Words,
    *,
    written: Collection[tuple[str, str]],
    today: date,
    after: int = 0,
    limit: int = STEP,
) -> Trial:
    """Write the letters of the next `limit` readers after contact `after`, and say what reads badly.

    `written` are the (language, manner) there are words for, these among them. Raise TemplateError for words that
    cannot be used at all.
    """
    greeting = compiled(words.subject, words.body)
    readers = readers_tried(campaign, words, written=written, today=today).filter(pk__gt=after)
    contacts = list(with_facts(readers).order_by("pk")[:limit])
    people = personalise(
        contacts,
        occasion=campaign.occasion,
        wish_on=campaign.wish_on or today,
        today=today,
        facts=greeting.facts,
        written={*written, (words.language, words.manner)},
        signing=campaign.signing,
    )
    trier = _Trier(words, greeting)
    for person in people:
        trier.take(person)
    finished = len(contacts) < limit
    return Trial(
        looked_at=len(contacts),
        after=contacts[-1].pk if contacts else after,
        finished=finished,
        findings=tuple(trier.findings.values()),
        plain=trier.plain,
        lost=dict(trier.lost),
        more=len(trier.without_room),
    )


@dataclass(frozen=True)
class _Found:
    code: str
    facts: dict[str, object]
    example: str
    blocks: bool = False


class _Trier:
    """Writes letters and gathers what reads badly; each combination of values is written, each paragraph read, once."""

    def __init__(self, words: Words, greeting: CompiledGreeting) -> None:
        self.words, self.greeting = words, greeting
        self.findings: dict[tuple, TrialFinding] = {}
        self.without_room: set[tuple] = set()
        self.plain, self.lost = 0, Counter()
        self._letters: dict[tuple[str, ...], tuple[RenderedGreeting | None, list[_Found]]] = {}
        self._paragraphs: dict[tuple[str, bool], list[_Found]] = {}
        problems = check_words(subject=words.subject, body=words.body, language=words.language, manner=words.manner)
        self._told = {(each.code, each.facts.get("found")) for each in problems}

    def take(self, person: Person) -> None:
        """Try the words on one person."""
        values = tuple(person.values.get(key, "") for key in self.greeting.facts)
        if values not in self._letters:
            self._letters[values] = self._written(person.values, values)
        letter, found = self._letters[values]
        if letter is not None:
            self.plain += not set(letter.facts_used) - COMMON_FACTS
            self.lost.update(letter.dropped)
        for each in {(one.code, str(one.facts.get("found"))): one for one in found}.values():
            self._note(each, person.contact)

    def _note(self, found: _Found, contact: Contact) -> None:
        who = ((contact.pk, contact.name),)
        new = TrialFinding(found.code, found.facts, found.example, 1, who, found.blocks)
        if new.key in self.findings:
            self.findings[new.key] = _together(self.findings[new.key], new)
        elif len(self.findings) < MOST_FINDINGS:
            self.findings[new.key] = new
        else:
            self.without_room.add(new.key)

    def _written(self, facts: dict[str, str], values: tuple[str, ...]) -> tuple[RenderedGreeting | None, list[_Found]]:
        try:
            letter = self.greeting.render(facts)
        except RenderError as error:
            return None, [_Found(error.problem.code, error.problem.facts, "", blocks=True)]
        told = [value[1:] for value in values if value]
        found = []
        if len(letter.subject) > LONG_SUBJECT:
            facts_of_length = {"length": len(letter.subject), "limit": LONG_SUBJECT}
            found.append(_Found("subject_long", facts_of_length, letter.subject))
        paragraphs = letter.text.split("\n\n")
        for number, paragraph in enumerate((letter.subject, *paragraphs)):
            # The opening was made by us, and there are as many as people.
            if paragraph == facts.get("salutation") or not any(value in paragraph for value in told):
                continue
            in_the_middle = 1 < number < len(paragraphs)
            if (paragraph, in_the_middle) not in self._paragraphs:
                self._paragraphs[paragraph, in_the_middle] = list(self._read(paragraph, in_the_middle=in_the_middle))
            found += self._paragraphs[paragraph, in_the_middle]
        return letter, found

    def _read(self, paragraph: str, *, in_the_middle: bool) -> Iterator[_Found]:
        """Yield what reads badly in one paragraph and is not the fault of the words alone."""
        language = self.words.language
        informal = self.words.manner == Manner.INFORMAL
        remarks = proofread(paragraph, language=language, manner="informal" if informal else "formal")
        sentences = Cuts(paragraph, _SENTENCE_EDGE)
        for each in (*remarks, *slips(paragraph, language=language, side="letter", is_body=False)):
            code = each.code
            if code == "mixed_register":
                code = "plural_in_singular" if informal else "singular_in_plural"
            if (code, each.found) not in self._told:
                start, end = sentences.around(each.start, each.end)
                facts = {"found": each.found, "suggestion": each.suggestion}
                yield _Found(code, facts, _shortened(paragraph[start:end]))
        if in_the_middle and ends_without_stop(paragraph):
            last = paragraph.split()[-1]
            if ("stop_missing", last) not in self._told:
                start, end = sentences.around(len(paragraph) - 1, len(paragraph))
                yield _Found(
                    "stop_missing", {"found": last, "suggestion": f"{last}."}, _shortened(paragraph[start:end])
                )


def _shortened(sentence: str) -> str:
    words = " ".join(sentence.split())
    return words if len(words) <= LONGEST_EXAMPLE else f"…{words[1 - LONGEST_EXAMPLE :]}"
