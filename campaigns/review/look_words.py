"""Why a letter wants a look, in the reader's language: a sentence for each code that preparing left with it."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from campaigns.reasons import letter_reason
from campaigns.rendering import Problem
from campaigns.review.guard.words import Finding, finding_sentence
from campaigns.review.looking import (
    EDIT_STALE,
    FACTS_CHANGED,
    GUARD,
    NAME_UNSURE,
    NEUTRAL,
    NO_PERSONAL_FACT,
    NO_WORDS,
    REMARKS,
    UNHAPPY,
    WARNING,
    Look,
)
from campaigns.writing.template_problems import problem_words
from customers.imports.words import row_sentence
from customers.reasons import choices_sentence, day_in_words, reason_sentence, side_by_side

_PLAIN: dict[str, str] = {
    NO_PERSONAL_FACT: gettext_noop("The letter says nothing of this person alone."),
    NEUTRAL: gettext_noop("It has the neutral opening of the day, without a name."),
    EDIT_STALE: gettext_noop("The words beneath a colleague’s own have changed. Theirs stand; look whether they fit."),
    FACTS_CHANGED: gettext_noop("What we know has changed since the letter was written."),
}
_ANY = gettext_noop("Preparing has left a mark on this letter.")


def look_sentences(codes: Iterable[Look]) -> list[str]:
    """Return why somebody should look, one sentence each, the same sentence once."""
    sentences = (look_sentence(each["code"], each.get("facts") or {}) for each in codes)
    return list(dict.fromkeys(filter(None, sentences)))


def look_sentence(code: str, facts: Mapping[str, Any]) -> str:
    """Return the words for one code with its facts; "" where another one says it, and of an unknown code only that
    there is one.
    """
    tell = _TOLD.get(code)
    return tell(facts) if tell else _(_PLAIN.get(code, _ANY))


def _name(facts: Mapping[str, Any]) -> str:
    said = _("The name is not sure: %(why)s.") % {"why": reason_sentence(str(facts.get("why", "")))}
    return f"{said} {choices_sentence(list(facts.get('choices') or []))}".rstrip()


def _warning(facts: Mapping[str, Any]) -> str:
    code, rest = str(facts.get("code", "")), {name: value for name, value in facts.items() if name != "code"}
    if code == "unfilled":
        return _("A gap in it looks as if it was never filled in.")
    return problem_words(Problem(code, 0, 0, facts=rest))


def _unhappy(facts: Mapping[str, Any]) -> str:
    if "score" in facts:
        return _("They told us %(score)s out of 10 on %(day)s.") % {
            "score": facts["score"],
            "day": day_in_words(facts["on"]),
        }
    return _("They had a complaint, put right on %(day)s.") % {"day": day_in_words(facts["solved_on"])}


def _remarks(facts: Mapping[str, Any]) -> str:
    noted = facts.get("reasons") or []
    # An unsure name is said by itself.
    reasons = [row_sentence(each["code"], each.get("facts", {})) for each in noted if each["code"] != NAME_UNSURE]
    if noted and not reasons:
        return ""
    if reasons:
        return _("On their card: %(remarks)s.") % {"remarks": side_by_side(dict.fromkeys(reasons)).rstrip(".")}
    if facts.get("column"):
        return _("The list has a remark on them, in the column “%(column)s”.") % facts
    return _("Somebody has to look at their card.")


def _alike(facts: Mapping[str, Any]) -> str:
    count = int(facts.get("count") or 1)
    said = ngettext("%(count)s letter says this.", "%(count)s letters say the same as this one.", count)
    return said % {"count": count}


def _as_last_year(facts: Mapping[str, Any]) -> str:
    return _("It says nearly what the last one said (%(percent)s %%).") % {"percent": facts.get("percent", "")}


def _no_words(facts: Mapping[str, Any]) -> str:
    rest = {name: value for name, value in facts.items() if name != "code"}
    reason = letter_reason(str(facts.get("code", "")), rest)
    return _("There is no letter yet: %(reason)s.") % {"reason": reason}


def _guard(facts: Mapping[str, Any]) -> str:
    rest = {name: value for name, value in facts.items() if name != "code"}
    return finding_sentence(Finding(str(facts.get("code", "")), rest))


_TOLD = {
    NAME_UNSURE: _name,
    WARNING: _warning,
    UNHAPPY: _unhappy,
    REMARKS: _remarks,
    GUARD: _guard,
    NO_WORDS: _no_words,
    "alike": _alike,
    "as_last_year": _as_last_year,
}
