"""The words for what is wrong with a greeting: a sentence per code, in the reader's language, and its place."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.rendering import Problem

_SENTENCES = {
    "attribute_not_allowed": _("“%(name)s” cannot be asked of a fact. A fact is written as it stands."),
    "budget_spent": _("This greeting takes too much work to write. Shorten the loops in it."),
    "call_not_allowed": _("“%(name)s(…)” cannot be used in a greeting. Only range(…) can, in a loop."),
    "cannot_compute": _("“%(piece)s” cannot be worked out for this person."),
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
    "letter_too_long": _("The letter is longer than an e-mail should be (%(limit)s bytes)."),
    "list_written": _("A list cannot be written as it is. Choose how it is joined: |join(', ')."),
    "loops_too_deep": _("Loops can stand inside one another only twice."),
    "markup_across_block": _(
        "Bold, a list or a link begins inside “%(tag)s” and ends outside it, or the other way round."
    ),
    "name_taken": _("“%(name)s” is already the name of a fact. Choose another name for your own."),
    "not_a_list": _("“%(piece)s” needs a list, and this is not one."),
    "number_too_large": _("This number is too large for a greeting."),
    "operation_not_allowed": _("“%(operation)s” cannot be used here. Numbers can be added, words joined with ~."),
    "optional_without_fact": _("This optional sentence has no fact in it, so everybody will read it."),
    "placeholder_hidden": _("This placeholder stands where nobody will see it, such as the title of a link."),
    "placeholder_in_link": _("A placeholder cannot be part of a link’s address."),
    "range_too_long": _("A range can count up to %(limit)s."),
    "source_too_long": _("This text is too long (more than %(limit)s bytes). Shorten it."),
    "subject_line_break": _("The subject goes on one line. Delete the line break."),
    "subject_long": _("The subject has %(length)s characters; telephones show about %(limit)s."),
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

# What the proof-reader remarks (etiquette/proofreading): with what to write instead, or without one.
_REMARKS = {
    "accent_missing": _("“%(found)s” lacks its accent: “%(suggestion)s”."),
    "bare_nominative": _("“%(found)s” wants the accusative: “%(suggestion)s”."),
    "final_nu": _("“%(found)s” is written “%(suggestion)s”."),
    "look_alike": _("“%(found)s” mixes Greek and Latin letters. Type it anew: “%(suggestion)s”."),
    "plural_in_singular": _("This letter speaks in the singular: not “%(found)s” but “%(suggestion)s”."),
    "second_accent_missing": _("“%(found)s” takes a second accent: “%(suggestion)s”."),
    "second_accent_unneeded": _("“%(found)s” takes no second accent: “%(suggestion)s”."),
    "sigma": _("“%(found)s” ends in ς: “%(suggestion)s”."),
    "singular_in_plural": _("This letter speaks in the plural: not “%(found)s” but “%(suggestion)s”."),
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
    "too_many_pieces",
}


def problem_sentence(problem: Problem) -> str:
    """Return what is wrong and where, as one or two sentences in the active language."""
    sentence = _words_for(problem) % problem.facts
    if problem.code in _PLACELESS:
        return sentence
    facts = {"line": problem.line, "column": problem.column, "sentence": sentence}
    if problem.where == "subject":
        return gettext("Subject, character %(column)s: %(sentence)s") % facts
    return gettext("Line %(line)s, character %(column)s: %(sentence)s") % facts


def _words_for(problem: Problem) -> str:
    if problem.facts.get("did_you_mean") and problem.code in _GUESSES:
        return _GUESSES[problem.code]
    if problem.facts.get("suggestion") and problem.code in _REMARKS:
        return _REMARKS[problem.code]
    return _BARE_REMARKS.get(problem.code) or _SENTENCES[problem.code]
