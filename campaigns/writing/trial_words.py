"""The words for a trial on everybody: how far it has come, and what reads badly, for whom."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.letters import compiled
from campaigns.rendering import Problem
from campaigns.writing.composing import Words
from campaigns.writing.desk_words import quoted
from campaigns.writing.template_problems import problem_words
from campaigns.writing.trying import Trial, TrialFinding


@dataclass(frozen=True)
class TrialLine:
    """One thing to look at: what it is, the sentence of a letter, who reads it (number, name) and how many more."""

    sentence: str
    example: str = ""
    people: tuple[tuple[int, str], ...] = ()
    others: int = 0
    severity: str = "warning"


def trial_sentence(trial: Trial, *, total: int, stopped: bool) -> str:
    """How far it has come, and what was found when it is at its end."""
    facts = {"done": trial.looked_at, "all": max(total, trial.looked_at)}
    if stopped:
        return _("Stopped after %(done)s of %(all)s letters.") % facts
    if not trial.finished:
        return _("%(done)s of %(all)s letters tried.") % facts
    if not trial.looked_at:
        return _("Nobody reads these words yet.")
    tried = ngettext("%(done)s letter tried.", "All %(done)s letters tried.", trial.looked_at) % facts
    found = len(trial.findings) + trial.more
    if not found:
        return f"{tried} {_('None of them reads badly.')}"
    looked = ngettext("%(n)s thing to look at.", "%(n)s things to look at.", found) % {"n": found}
    return f"{tried} {looked}"


def finding_lines(trial: Trial, *, words: Words) -> list[TrialLine]:
    """What to look at, letters that cannot be written first, then by how many read it; then what is good to know."""
    ordered = sorted(trial.findings, key=lambda each: (not each.blocks, -each.count))
    lines = [_line(each) for each in ordered]
    if trial.more:
        said = ngettext("%(n)s more thing had no room here.", "%(n)s more things had no room here.", trial.more)
        lines.append(TrialLine(said % {"n": trial.more}))
    if trial.plain:
        said = ngettext(
            "%(n)s letter tells nothing of its reader but how they are called.",
            "%(n)s letters tell nothing of their readers but how they are called.",
            trial.plain,
        )
        lines.append(TrialLine(said % {"n": trial.plain}, severity="hint"))
    return lines + _without(trial, words)


def _line(found: TrialFinding) -> TrialLine:
    problem = Problem(found.code, 0, 0, found.facts)
    example = "" if found.example == found.facts.get("found") else found.example
    others = found.count - len(found.people)
    return TrialLine(problem_words(problem), example, found.people, others, "error" if found.blocks else "warning")


def _without(trial: Trial, words: Words) -> list[TrialLine]:
    """The optional sentences that some letters, or all of them, do without."""
    lines = []
    for sentence in compiled(words.subject, words.body).optional_sentences:
        count = trial.lost.get(sentence.ordinal, 0)
        facts = {"n": count, "sentence": quoted(sentence)}
        if count and count == trial.looked_at and trial.finished:
            lines.append(TrialLine(_("Nobody reads the sentence “%(sentence)s”") % facts))
        elif count and sentence.where == "body":
            said = ngettext(
                "%(n)s letter does without the sentence “%(sentence)s”",
                "%(n)s letters do without the sentence “%(sentence)s”",
                count,
            )
            lines.append(TrialLine(said % facts, severity="hint"))
    return lines
