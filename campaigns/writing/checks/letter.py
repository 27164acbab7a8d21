"""The checks of the keys over one text: the source a writer types, or a letter as somebody will read it."""

from collections.abc import Mapping

from campaigns.rendering.problems import Problem, Where

from .findings import Finding, Sides, as_problem, set_aside
from .leftovers import leftovers
from .sentences import slips_of_sentences, small_beginnings
from .signs import slips_of_signs


def slips(
    text: str, *, language: str, side: Sides, names: Mapping[str, str] = {}, is_body: bool = True
) -> list[Finding]:
    """Return the slips in one text in its order. `names`: facts that may be suggested; a subject is not `is_body`."""
    prose = set_aside(text, side=side)
    found = [*leftovers(prose, language=language, side=side, names=names), *slips_of_signs(prose, language=language)]
    found += (slips_of_sentences if is_body else small_beginnings)(prose, language=language)
    return sorted(found, key=lambda each: (each.start, each.end, each.code))


def check_letter(*, subject: str, text: str, language: str) -> tuple[Problem, ...]:
    """Return what still looks wrong in a letter as one person will read it; places are those of the letter."""
    sides: tuple[tuple[Where, str], ...] = (("subject", subject), ("body", text))
    return tuple(
        as_problem(finding, words, where)
        for where, words in sides
        for finding in slips(words, language=language, side="letter", is_body=where == "body")
    )
