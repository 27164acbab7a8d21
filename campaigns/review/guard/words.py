"""What the guard finds in a letter: a code with facts, and the sentence for whoever reads it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from campaigns.personalisation.facts import FACT_NAMES, fact_of

# By code, and where there is one by the fact "why" or "kind".
_SENTENCES: dict[str, str] = {
    "wrong_source": gettext_noop("The fact “%(fact)s” does not come from this person’s own papers."),
    "wrong_source.late": gettext_noop("The line that may be quoted was meant for an earlier day."),
    "wrong_source.words": gettext_noop("The fact “%(fact)s” no longer says what stands in our papers."),
    "salutation_old": gettext_noop("The opening is no longer theirs: today it would be “%(opening)s”"),
    "foreign_address": gettext_noop("The address %(found)s is neither theirs nor in the words of the greeting."),
    "foreign_phone": gettext_noop("The phone %(found)s is neither theirs nor in the words of the greeting."),
    "foreign_document": gettext_noop("The number “%(found)s” stands on no paper of theirs."),
    "foreign_amount": gettext_noop("The amount %(found)s stands on no paper of theirs."),
    "other_person.name": gettext_noop("“%(found)s” is the name of another customer."),
    "other_person.address": gettext_noop("The address %(found)s belongs to another customer."),
    "other_person.phone": gettext_noop("The phone %(found)s belongs to another customer."),
    "leftover": gettext_noop("A gap was left open: “%(found)s”."),
    "private_note": gettext_noop("“%(found)s” stands in a private note about them."),
    "none_word": gettext_noop("“%(found)s” was left behind by a machine."),
}


@dataclass(frozen=True)
class Finding:
    """One thing that keeps a letter from leaving. `confirmable`: a person may say that it is right as it is."""

    code: str
    facts: dict[str, Any] = field(default_factory=dict)
    confirmable: bool = False

    def as_data(self) -> dict[str, Any]:
        """The finding as `LetterReview.guard` and `LetterReview.confirmed` keep it."""
        return {"code": self.code, "facts": self.facts, "confirmable": self.confirmable}


def findings_of(kept: Iterable[Mapping[str, Any]]) -> tuple[Finding, ...]:
    """Return the findings that `LetterReview.guard` keeps."""
    return tuple(Finding(one["code"], dict(one.get("facts") or {}), bool(one.get("confirmable"))) for one in kept)


def still_open(findings: Iterable[Finding], confirmed: Iterable[Mapping[str, Any]]) -> tuple[Finding, ...]:
    """Return the findings that nobody has confirmed; `confirmed` is what `LetterReview.confirmed` keeps."""
    settled = {_identity(finding) for finding in findings_of(confirmed)}
    return tuple(each for each in findings if not (each.confirmable and _identity(each) in settled))


def finding_sentence(finding: Finding) -> str:
    """Return a finding in words of the screen's language."""
    facts = finding.facts
    variety = f"{finding.code}.{facts.get('why') or facts.get('kind') or ''}"
    sentence = _SENTENCES.get(variety) or _SENTENCES[finding.code]
    said = {name: str(value) for name, value in facts.items()}
    if said.get("fact") in FACT_NAMES.values():
        said["fact"] = str(fact_of(said["fact"]).bare_meaning)
    return _(sentence) % {"fact": "", "found": "", "opening": "", **said}


def _identity(finding: Finding) -> tuple[str, str]:
    return finding.code, str(finding.facts.get("found", ""))
