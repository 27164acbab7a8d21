"""One greeting tried on one person: what is wrong with the words, the letter, and how long each step took."""

import time
from dataclasses import dataclass, field
from datetime import date

from campaigns.personalisation import Person, personalise
from campaigns.personalisation.facts import FACT_NAMES
from campaigns.rendering import (
    CompiledGreeting,
    Problem,
    RenderedGreeting,
    RenderError,
    TemplateError,
    compile_greeting,
)
from campaigns.writing.proofreading import check_words
from customers.models import Contact


@dataclass(frozen=True)
class Checked:
    """`letter` is None when an error stands in its way; `left_out`: the optional sentences this person does not read.

    `milliseconds` names the steps check, compile, values and render, as far as they were taken.
    """

    person: Person
    problems: tuple[Problem, ...]
    letter: RenderedGreeting | None = None
    left_out: tuple[str, ...] = ()
    milliseconds: dict[str, float] = field(default_factory=dict)

    @property
    def has_errors(self) -> bool:
        return any(problem.severity == "error" for problem in self.problems)


def check_on_contact(
    contact: Contact,
    *,
    subject: str,
    body: str,
    language: str,
    manner: str,
    occasion: str,
    wish_on: date,
    today: date,
) -> Checked:
    """Check the words of a variant and write them to one contact. Never raises for what a writer can type."""
    watch = _Watch()
    person = personalise([contact], occasion=occasion, wish_on=wish_on, today=today)[0]
    watch.note("values")
    problems = check_words(subject=subject, body=body, language=language, manner=manner, occasion=occasion)
    watch.note("check")
    try:
        greeting = compile_greeting(subject=subject, body=body, names=FACT_NAMES)
        watch.note("compile")
        letter = greeting.render(person.values)
        watch.note("render")
    except TemplateError:
        return Checked(person, problems, milliseconds=watch.noted)  # its errors are among the problems already
    except RenderError as error:
        return Checked(person, (*problems, error.problem), milliseconds=watch.noted)
    return Checked(person, (*problems, *_new(letter, problems)), letter, _left_out(greeting, letter), watch.noted)


def _new(letter: RenderedGreeting, problems: tuple[Problem, ...]) -> list[Problem]:
    """The warnings about the letter itself that the words alone did not give rise to."""
    told = {(problem.code, problem.where) for problem in problems}
    return [warning for warning in letter.warnings if (warning.code, warning.where) not in told]


def _left_out(greeting: CompiledGreeting, letter: RenderedGreeting) -> tuple[str, ...]:
    return tuple(sentence.text for sentence in greeting.optional_sentences if sentence.ordinal in letter.dropped)


class _Watch:
    def __init__(self) -> None:
        self.noted: dict[str, float] = {}
        self._last = time.perf_counter()

    def note(self, step: str) -> None:
        now = time.perf_counter()
        self.noted[step] = round((now - self._last) * 1000, 3)
        self._last = now
