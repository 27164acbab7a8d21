"""Reason codes in words. A row keeps a code with facts; the sentence is made here, in the reader's language."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, pgettext

# Said of a person; short, to stand in a table beside the name.
SENTENCES: dict[str, str] = {
    # stop signs (customers/consent.py)
    "erased": gettext_noop("erased at their own wish"),
    "not_greeted": gettext_noop("not a person or company to greet"),
    "deceased": gettext_noop("deceased"),
    "mourning": gettext_noop("mourning"),
    "mourning_until": gettext_noop("mourning until %(until)s"),
    "suppressed": gettext_noop("asked us not to write"),
    "no_letters": gettext_noop("the list says: no letters"),
    "by_staff": gettext_noop("a colleague stopped the letters"),
    "by_staff_since": gettext_noop("a colleague stopped the letters on %(since)s"),
    "complaint": gettext_noop("an open complaint"),
    # names (etiquette)
    "typed": gettext_noop("typed by a person"),
    "written_accents": gettext_noop("the list writes the accents"),
    "lexicon": gettext_noop("the name is known"),
    "rule": gettext_noop("the form follows a sure rule"),
    "surname_ending": gettext_noop("the surname follows a sure ending"),
    "greeklish": gettext_noop("a Greek name in Latin letters"),
    "foreign": gettext_noop("a name of another language"),
    "company": gettext_noop("a company: we do not know a person there"),
    "organisation": gettext_noop("an organisation: we do not know a person there"),
    "compound": gettext_noop("a double name"),
    "fixed_opening": gettext_noop("the fixed opening of this language"),
    "neutral_opening": gettext_noop("an opening without a name, which is never wrong"),
    "ambiguous_accent": gettext_noop("the accent can stand in two places"),
    "ambiguous_spelling": gettext_noop("the name can be spelt in two ways"),
    "accent_guess": gettext_noop("the accent is our guess"),
    "both_in_use": gettext_noop("two forms are in use"),
    "order_unsure": gettext_noop("first name and surname may be the other way round"),
    "unknown_word": gettext_noop("we do not know this name"),
    "too_many_words": gettext_noop("more words than a name has"),
    "initials": gettext_noop("only initials"),
    "first_missing": gettext_noop("the first name is missing"),
    "last_missing": gettext_noop("the surname is missing"),
    "gender_unknown": gettext_noop("a man or a woman: the name does not tell"),
    "gender_conflict": gettext_noop("first name and surname disagree on man or woman"),
    "municipality_or_man": gettext_noop("a municipality, or a man called Δήμος"),
    "clergy": gettext_noop("a priest: the opening is for a person to choose"),
    "decided_before": gettext_noop("a colleague decided so for a name written alike; this may be somebody else"),
    "widow": gettext_noop("a widow: the opening is for a person to choose"),
    "two_persons": gettext_noop("two persons under one name"),
    "rebuild": gettext_noop("the case of the name is not sure"),
    "empty": gettext_noop("no name"),
    "placeholder": gettext_noop("a till entry, not a person"),
    "test_row": gettext_noop("a test row, not a person"),
    "heirs": gettext_noop("heirs of somebody who died"),
    # name days (etiquette)
    "one_feast": gettext_noop("the name has one feast"),
    "several_feasts": gettext_noop("the name has several feasts: ask which one they keep"),
    "several_names": gettext_noop("short for several names: ask which one"),
    "all_saints": gettext_noop("no feast of its own: kept on All Saints by custom"),
    "disputed": gettext_noop("the calendars disagree on the day"),
}
FALLBACK = gettext_lazy("we are not sure of the name")
_DAY_FACTS = ("until", "since", "on")


def one_stop(sentence: str, *, name: str) -> str:
    """Return the sentence with one stop after a company's name that brings its own: «ΑΦΟΙ ΙΩΑΝΝΙΔΗΣ Ο.Ε.»."""
    return sentence.replace(f"{name}.", name) if name.endswith(".") else sentence


def side_by_side(parts: Iterable[str]) -> str:
    """Join parts that may hold commas, with the sign of the reader's language: a Greek semicolon would ask."""
    return pgettext("between the parts of a sentence", "; ").join(parts)


def day_in_words(iso_day: str) -> str:
    """Return an ISO day as the reader's language writes it ("3 Φεβρουαρίου 2026")."""
    return date_format(date.fromisoformat(iso_day), "j E Y")


def reason_sentence(code: str, facts: Mapping | None = None) -> str:
    """Return the words for a code of this app, with its facts. An unknown code says that we are not sure."""
    known = dict(facts or {})
    for name in _DAY_FACTS:
        if known.get(name):
            known[name] = day_in_words(known[name])
            code = f"{code}_{name}" if f"{code}_{name}" in SENTENCES else code
    sentence = SENTENCES.get(code)
    return _(sentence) % known if sentence else str(FALLBACK)


def choices_sentence(choices: list[str]) -> str:
    """Return the question that settles an ambiguous name: "is it Παππάς or Πάππας?"."""
    if len(choices) < 2:
        return ""
    return _("Please ask: is it %(first)s or %(second)s?") % {"first": choices[0], "second": choices[1]}
