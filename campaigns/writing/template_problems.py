"""The words for what is wrong with a greeting: a sentence per code, in the reader's language, and its place."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from campaigns.rendering import Problem

_SENTENCES = {
    "attribute_not_allowed": _("“%(name)s” cannot be asked of a fact. A fact is written as it stands."),
    "budget_spent": _("This greeting takes too much work to write. Shorten the loops in it."),
    "blank_before": _("There is a blank before “%(suggestion)s”. Take it out."),
    "call_not_allowed": _("“%(name)s(…)” cannot be used in a greeting. Only range(…) can, in a loop."),
    "cannot_compute": _("“%(piece)s” cannot be worked out for this person."),
    "double_blank": _("Two blanks stand here; one is enough."),
    "empty_body": _("The letter has no words yet."),
    "empty_fact": _(
        "We do not know “%(name)s” for this person. Put the sentence into [[ ]] and it is left out where it is missing."
    ),
    "empty_subject": _("The subject has no words yet."),
    "empty_tag": _("There is nothing between the braces. Write the name of a fact, or delete them."),
    "filter_arguments": _("“%(name)s” was given too many words in brackets, or too few."),
    "filter_not_allowed": _("“|%(name)s” cannot be used in a greeting."),
    "format_not_allowed": _("This way of writing a number cannot be used. Write it like '%%.2f'|format(…)."),
    "leftover": _("“%(text)s” has been left in the letter. It looks like a machine’s hand."),
    "leftover_here": _(
        "“%(found)s” looks like a gap that was never filled in. Write what belongs here, or take it out."
    ),
    "letter_too_long": _("The letter is longer than an e-mail should be (%(limit)s bytes)."),
    "link_address": _(
        "“%(address)s” cannot be opened from a letter. Write the whole address, with https:// or mailto: before it."
    ),
    "list_written": _("A list cannot be written as it is. Choose how it is joined: |join(', ')."),
    "lonely_quote": _("“%(found)s” stands alone: the other one of the pair is missing."),
    "loops_too_deep": _("Loops can stand inside one another only twice."),
    "markup_across_block": _(
        "Bold, a list or a link begins inside “%(tag)s” and ends outside it, or the other way round."
    ),
    "name_taken": _("“%(name)s” is already the name of a fact. Choose another name for your own."),
    "not_a_list": _("“%(piece)s” needs a list, and this is not one."),
    "number_too_large": _("This number is too large for a greeting."),
    "operation_not_allowed": _("“%(operation)s” cannot be used here. Numbers can be added, words joined with ~."),
    "optional_without_fact": _("This optional sentence has no fact in it, so everybody will read it."),
    "price_like": _("“%(found)s” looks like a price. If it is none, leave it."),
    "placeholder_hidden": _("This placeholder stands where nobody will see it, such as the title of a link."),
    "placeholder_in_link": _("A placeholder cannot be part of a link’s address."),
    "range_too_long": _("A range can count up to %(limit)s."),
    "selling": _("“%(found)s” sells something inside a wish. Take it out, or say why it belongs here."),
    "source_too_long": _("This text is too long (more than %(limit)s bytes). Shorten it."),
    "subject_line_break": _("The subject goes on one line. Delete the line break."),
    "subject_long": _("The subject has %(length)s characters; telephones show about %(limit)s."),
    "subject_long_with_facts": _(
        "With its facts filled in, the subject has about %(length)s characters; telephones show about %(limit)s."
    ),
    "syntax": _("Something is missing or too much near “%(near)s”."),
    "tag_not_allowed": _("“{%% %(name)s %%}” cannot be used in a greeting."),
    "test_not_allowed": _("“is %(name)s” cannot be asked in a greeting."),
    "too_many_pieces": _("There are more than %(limit)s placeholders and tags. Shorten the greeting."),
    "too_deep": _("There are too many brackets or conditions inside one another (more than %(limit)s)."),
    "two_words": _("“%(name)s” is not one word. Names of facts are written with _ instead of a space."),
    "unclosed_block": _("“%(tag)s” begins here and never ends: “%(end)s” is missing."),
    "unclosed_tag": _("“%(tag)s” opens here and is never closed."),
    "unexpected_character": _("“%(character)s” does not belong here."),
    "unexpected_tag": _("“%(tag)s” stands here without its beginning."),
    "unknown_placeholder": _("There is no fact “%(name)s”."),
    "unknown_value": _("“%(piece)s” has no value here."),
    "value_too_long": _("A fact has become longer than a letter should hold (%(limit)s characters)."),
    "wrong_kind": _("“%(piece)s” cannot be written as words."),
}

# What the proof-readers remark (etiquette/proofreading, campaigns/checks): with what to write instead, or without it.
_REMARKS = {
    "accent_missing": _("“%(found)s” lacks its accent: “%(suggestion)s”."),
    "bare_nominative": _("“%(found)s” wants the accusative: “%(suggestion)s”."),
    "blank_missing": _("A blank is missing: “%(suggestion)s”."),
    "blank_misplaced": _("The blank belongs after “%(suggestion)s”, not before it."),
    "capital_after_opening": _("After the opening Greek goes on with a small letter: “%(suggestion)s”."),
    "capital_missing": _("A sentence begins with a capital: “%(suggestion)s”."),
    "final_nu": _("“%(found)s” is written “%(suggestion)s”."),
    "latin_question": _("The Greek question mark is “;”: “%(suggestion)s”."),
    "leftover_here": _("“%(found)s” would stay in the letter as it is. The fact is written “%(suggestion)s”."),
    "look_alike": _("“%(found)s” mixes Greek and Latin letters. Type it anew: “%(suggestion)s”."),
    "plural_in_singular": _("This letter speaks in the singular: not “%(found)s” but “%(suggestion)s”."),
    "second_accent_missing": _("“%(found)s” takes a second accent: “%(suggestion)s”."),
    "second_accent_unneeded": _("“%(found)s” takes no second accent: “%(suggestion)s”."),
    "sigma": _("“%(found)s” ends in ς: “%(suggestion)s”."),
    "sign_repeated": _("“%(found)s”: one “%(suggestion)s” is enough."),
    "singular_in_plural": _("This letter speaks in the plural: not “%(found)s” but “%(suggestion)s”."),
    "stop_missing": _("The sentence ends without a stop: “%(suggestion)s”."),
    "word_twice": _("“%(found)s”: the word stands here twice."),
}
_BARE_REMARKS = {
    "accent_missing": _("“%(found)s” lacks its accent."),
    "bare_nominative": _("“%(found)s” wants the accusative."),
    "fact_not_accusative": _("“%(found)s”: this fact is no accusative, so it does not fit here. Say it another way."),
    "plural_in_singular": _("This letter speaks in the singular, and “%(found)s” is plural."),
    "second_accent_unneeded": _("“%(found)s” has two accents."),
    "sigma": _("“%(found)s” has a ς inside. Perhaps a blank is missing."),
    "singular_in_plural": _("This letter speaks in the plural, and “%(found)s” is singular."),
}

# The same with a guess at what was meant.
_GUESSES = {
    "filter_not_allowed": _("“|%(name)s” cannot be used in a greeting. Did you mean “|%(did_you_mean)s”?"),
    "two_words": _("“%(name)s” is not one word. Did you mean “%(did_you_mean)s”?"),
    "unknown_placeholder": _("There is no fact “%(name)s”. Did you mean “%(did_you_mean)s”?"),
}

# About the whole letter, not about a place in its source.
_PLACELESS = {
    "empty_body",
    "empty_subject",
    "leftover",
    "letter_too_long",
    "source_too_long",
    "subject_long",
    "subject_long_with_facts",
    "too_many_pieces",
}


_LONGEST_QUOTE = 100  # characters of what was typed
# How many towns are named of those whose readers live away.
_TOWNS_NAMED = 3


def problem_sentence(problem: Problem) -> str:
    """Return what is wrong and where, as one or two sentences in the active language."""
    sentence, place = problem_words(problem), problem_place(problem)
    return f"{place}: {sentence}" if place else sentence


def problem_place(problem: Problem) -> str:
    """Return where it is wrong, in the active language; "" for what is about the whole letter."""
    if problem.code in _PLACELESS:
        return ""
    facts = {"line": problem.line, "column": problem.column}
    if problem.where == "subject":
        return gettext("Subject, character %(column)s") % facts
    return gettext("Line %(line)s, character %(column)s") % facts


def problem_words(problem: Problem) -> str:
    """Return what is wrong without its place, in the active language."""
    if problem.code == "invitation":
        return _invitation_words(problem.facts)
    if problem.code == "selling" and problem.facts.get("reason"):
        return gettext("“%(found)s” sells something. You say why: “%(reason)s”") % problem.facts
    return _words_for(problem) % {name: _clipped(value) for name, value in problem.facts.items()}


def _clipped(value: object) -> object:
    """What was typed may be as long as a greeting; a sentence quotes its beginning."""
    return f"{value[:_LONGEST_QUOTE]}…" if isinstance(value, str) and len(value) > _LONGEST_QUOTE else value


def _invitation_words(facts: Mapping[str, object]) -> str:
    """What an invitation means: who will read it, and how many of them live too far to come."""
    parts = [gettext("“%(found)s” invites or promises.") % facts]
    readers, elsewhere, unknown = (int(facts.get(name) or 0) for name in ("readers", "elsewhere", "unknown"))
    if "readers" in facts:
        said = ngettext("%(n)s person reads it.", "%(n)s people read it.", readers)
        parts.append(said % {"n": readers})
    if elsewhere:
        said = ngettext(
            "%(n)s lives in another town (%(towns)s).", "%(n)s live in another town (%(towns)s).", elsewhere
        )
        parts.append(said % {"n": elsewhere, "towns": _towns_words(facts.get("towns") or [])})
    if unknown:
        said = ngettext("Of %(n)s we do not know the town.", "Of %(n)s we do not know the town.", unknown)
        parts.append(said % {"n": unknown})
    return " ".join(parts)


def _towns_words(towns: Sequence[tuple[str, int]]) -> str:
    named = ", ".join(f"{town} {count}" for town, count in towns[:_TOWNS_NAMED])
    return f"{named}, …" if len(towns) > _TOWNS_NAMED else named


def _words_for(problem: Problem) -> str:
    if problem.facts.get("did_you_mean") and problem.code in _GUESSES:
        return _GUESSES[problem.code]
    if problem.facts.get("suggestion") and problem.code in _REMARKS:
        return _REMARKS[problem.code]
    return _BARE_REMARKS.get(problem.code) or _SENTENCES[problem.code]
