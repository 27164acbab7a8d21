"""The facts as a writer chooses them: in groups, the forms of one fact together, each with one person's value."""

import re
from dataclasses import dataclass
from itertools import groupby

from campaigns.personalisation import Person
from campaigns.personalisation.facts import FACTS, GROUPS, Fact
from campaigns.rendering.grammar import GRAMMAR

_CASE = re.compile(r"_(?:nominative|genitive|accusative)$")
_QUOTED = re.compile(r"'([^']*)'")


@dataclass(frozen=True)
class Form:
    """One way to say a fact: what is put into the text, this person's `value` ("" = none), and an example.

    `before` and `after` are words it fits, where a fact has several forms: of many a noun two look alike.
    """

    fact: Fact
    placeholder: str
    value: str
    example: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Entry:
    """A fact with its forms; `silenced` is the code of the reason for which it is kept back from this person."""

    meaning: str
    forms: tuple[Form, ...]
    silenced: str

    @property
    def is_known(self) -> bool:
        return any(form.value for form in self.forms)


@dataclass(frozen=True)
class Group:
    code: str
    label: object
    entries: tuple[Entry, ...]

    @property
    def known(self) -> list[str]:
        """The first known form of each fact, for a group that is folded."""
        told = [entry for entry in self.entries if not entry.forms[0].fact.usage]
        firsts = (next((form.value for form in entry.forms if form.value), "") for entry in told)
        return list(dict.fromkeys(value for value in firsts if value))


def palette_of(person: Person | None, *, names_in: str, letter_in: str) -> list[Group]:
    """All facts by group, without a person by their examples.

    `names_in`: language of the names to be inserted; `letter_in`: of the letter.
    """
    groups = []
    for code, facts in groupby(FACTS, key=lambda fact: fact.group):
        families = groupby(facts, key=lambda fact: _CASE.sub("", fact.key))
        entries = (_entry(list(family), person, names_in, letter_in) for _key, family in families)
        groups.append(Group(code, GROUPS[code], tuple(entries)))
    return groups


def _entry(family: list[Fact], person: Person | None, names_in: str, letter_in: str) -> Entry:
    values, silences = (person.values, person.silenced) if person else ({}, {})
    forms: dict[tuple[str, str], Form] = {}
    for fact in family:
        before, after = fact.fits if len(family) > 1 else ("", "")
        form = Form(
            fact,
            f"{{{{{fact.as_typed(names_in)}}}}}",  # without blanks: a chip does not break at the end of a line
            _as_read(fact, values.get(fact.key, "")),
            _as_read(fact, fact.example_in(letter_in)),
            before,
            after,
        )
        # English does not bend its nouns: forms that read alike are one.
        forms.setdefault((form.value, form.example), form)
    silenced = next((silences[fact.key] for fact in family if fact.key in silences), "")
    return Entry(family[0].bare_meaning, tuple(forms.values()), silenced)


def _as_read(fact: Fact, value: str) -> str:
    """What a letter reads where the value itself is of no use: the adjective that agrees, not «γυναίκα»."""
    if not value or not fact.usage:
        return value
    return str(GRAMMAR["agree"](value, *_QUOTED.findall(fact.greek_usage)))
