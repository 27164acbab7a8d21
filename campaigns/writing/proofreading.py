"""All that a writer should know about the words of one variant: what cannot be used, and what a careful reader sees.

Errors keep the words from being used. Warnings and hints never keep a letter back, but for a wish that sells without
a reason, which is not prepared (see `campaigns/preparing.py`).
"""

from collections.abc import Iterator

from campaigns.models import GreetingVariant
from campaigns.personalisation.facts import FACT_NAMES, FACTS
from campaigns.rendering import Problem, check_greeting
from campaigns.rendering.greeting import LONG_SUBJECT, LONGEST_SOURCE
from campaigns.rendering.problems import Where
from campaigns.rendering.source import tidy_source
from campaigns.writing.checks import invitations_in, sells, slips
from campaigns.writing.checks.findings import as_problem, place_of
from campaigns.writing.checks.selling import is_wish
from campaigns.writing.checks.subject import length_by_example
from etiquette.proofreading import Remark, proofread

# A writer mends a few things at a time; a text with more is looked at again after each.
MOST_REMARKS = 20
# Their values are vocatives, nominatives, genitives or whole phrases, which fit after no preposition.
_NOT_ACCUSATIVE = frozenset(
    {
        "salutation", "first_name", "last_name", "city", "in_city", "years_with_us", "anniversary", "our_day",
        "see_you", "quotable", "promise_answer", "wish",
    }
)  # fmt: skip
_BARE = frozenset(
    name for name, key in FACT_NAMES.items() if key in _NOT_ACCUSATIVE or key.endswith(("_nominative", "_genitive"))
)


def check_words(
    *, subject: str, body: str, language: str, manner: str, occasion: str = "", selling_reason: str = ""
) -> tuple[Problem, ...]:
    """Return errors, warnings and hints about words, saved or not, of the variant for `language` and `manner`.

    Words without an `occasion` are read as a wish. A `selling_reason` is what the writer says about selling in it.
    """
    problems = check_greeting(subject=subject, body=body, names=FACT_NAMES)
    subject, body = tidy_source(subject), tidy_source(body)
    if len(subject) > LONGEST_SOURCE or len(body) > LONGEST_SOURCE:  # told as an error already
        return problems
    remarks = [
        problem
        for where, text in (("subject", subject), ("body", body))
        for problem in _remarks(text, where, language=language, manner=manner)
    ]
    told = list(_subject_too_long(subject, language=language))
    if is_wish(occasion):
        told += _selling(subject, body, language=language, reason=selling_reason.strip())
    told += [
        Problem("invitation", each.line, each.column, {"found": each.text}, "body", "hint")
        for each in invitations_in(body, language)
    ]
    return (*problems, *remarks[:MOST_REMARKS], *told[:MOST_REMARKS])


def _remarks(text: str, where: Where, *, language: str, manner: str) -> Iterator[Problem]:
    """Slips of the language first, by their places; then those of the keys that say something new."""
    informal = manner == GreetingVariant.Manner.INFORMAL
    taken: set[int] = set()
    for remark in proofread(text, language=language, manner="informal" if informal else "formal", bare=_BARE):
        taken.update(range(remark.start, remark.end))
        shown = {"found": _shown(remark.found), "suggestion": _shown(remark.suggestion)}
        mend = {"mend": True} if remark.suggestion and shown["found"] == remark.found else {}
        line, column = place_of(text, remark.start)
        yield Problem(_code(remark, informal=informal), line, column, {**shown, **mend}, where, "warning")
    for finding in slips(text, language=language, side="source", names=FACT_NAMES, is_body=where == "body"):
        if finding.start not in taken:
            yield as_problem(finding, text, where)


def _selling(subject: str, body: str, *, language: str, reason: str) -> Iterator[Problem]:
    for where, text in (("subject", subject), ("body", body)):
        words = {"subject": "", "body": "", where: text}
        for finding in sells(**words, language=language):
            if finding.code == "price_like":
                severity, facts = "hint", {"found": finding.found}
            elif reason:
                severity, facts = "hint", {"found": finding.found, "reason": reason}
            else:
                severity, facts = "warning", {"found": finding.found}
            yield Problem(finding.code, *place_of(text, finding.start), facts, where, severity)


def _subject_too_long(subject: str, *, language: str) -> Iterator[Problem]:
    examples = {fact.key: fact.example_in(language) for fact in FACTS}
    length = length_by_example(subject, examples=examples, names=FACT_NAMES)
    if length > LONG_SUBJECT:
        code = "subject_long_with_facts" if "{{" in subject else "subject_long"
        yield Problem(code, 1, 1, {"length": length, "limit": LONG_SUBJECT}, "subject", "warning")


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
