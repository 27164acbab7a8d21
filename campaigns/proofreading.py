"""All that a writer should know about the words of one variant: what cannot be used, and what a careful reader sees.

Remarks on the language are warnings: they never keep a letter back.
"""

from collections.abc import Iterator

from campaigns.models import GreetingVariant
from campaigns.personalisation import FACT_NAMES
from campaigns.rendering import Problem, check_greeting
from campaigns.rendering.greeting import LONGEST_SOURCE
from campaigns.rendering.problems import Where
from campaigns.rendering.source import tidy_source
from etiquette.proofreading import Remark, proofread

# A writer mends a few things at a time; a text with more is looked at again after each.
MOST_REMARKS = 20
# Their values are vocatives or nominatives, which fit after no preposition.
_NOT_ACCUSATIVE = frozenset({"salutation", "first_name", "last_name", "city", "years_with_us"})
_BARE = frozenset(name for name, key in FACT_NAMES.items() if key in _NOT_ACCUSATIVE)


def check_words(*, subject: str, body: str, language: str, manner: str) -> tuple[Problem, ...]:
    """Return errors and warnings about words, saved or not, of the variant for `language` and `manner`."""
    problems = check_greeting(subject=subject, body=body, names=FACT_NAMES)
    remarks = [
        problem
        for where, text in (("subject", subject), ("body", body))
        for problem in _remarks(text, where, language=language, manner=manner)
    ]
    return (*problems, *remarks[:MOST_REMARKS])


def _remarks(text: str, where: Where, *, language: str, manner: str) -> Iterator[Problem]:
    tidy = tidy_source(text)
    if len(tidy) > LONGEST_SOURCE:  # told as an error already
        return
    informal = manner == GreetingVariant.Manner.INFORMAL
    for remark in proofread(tidy, language=language, manner="informal" if informal else "formal", bare=_BARE):
        line_start = tidy.rfind("\n", 0, remark.start) + 1
        line, column = tidy.count("\n", 0, remark.start) + 1, remark.start - line_start + 1
        facts = {"found": _shown(remark.found), "suggestion": _shown(remark.suggestion)}
        yield Problem(_code(remark, informal=informal), line, column, facts, where, "warning")


def _code(remark: Remark, *, informal: bool) -> str:
    """Return the code of a remark as a problem of a greeting, some told apart for the sake of their words."""
    if remark.code == "mixed_register":
        return "plural_in_singular" if informal else "singular_in_plural"
    if remark.code == "bare_nominative" and "{{" in remark.found:
        return "fact_not_accusative"
    return remark.code


def _shown(words: str) -> str:
    """Return words of the source as they are read, on one line and without the stars of Markdown."""
    return " ".join(words.replace("*", "").split())
