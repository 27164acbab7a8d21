"""The one shape of an answer, and every reason an answer may give."""

from dataclasses import dataclass

# Below this a person looks at the greeting before it goes out (greetings approved as a whole need to be right).
SURE = 0.9

REASONS: frozenset[str] = frozenset(
    {
        "typed",  # a person wrote or confirmed it
        "lexicon",  # every word stands in our tables, one reading
        "written_accents",  # the record itself carried the accents
        "surname_ending",  # an ending that is always accented the same way
        "compound",  # Παπα-, Χατζη-, Καρα- before a word we know
        "greeklish",  # Latin letters that spell exactly one Greek name we know
        "foreign",  # a foreign name, left as it stands
        "rule",  # a case made by the ordinary rule
        "both_in_use",  # two forms are right, the first was taken
        "ambiguous_accent",  # the capitals fit two accents
        "ambiguous_spelling",  # the Latin letters fit two Greek names
        "accent_guess",  # the accent was guessed from words like it
        "unknown_word",  # not in our tables and no rule fits
        "order_unsure",  # which of the words is the surname
        "gender_unknown",
        "gender_conflict",  # first name and surname disagree
        "initials",  # a name cut to its first letter
        "too_many_words",
        "first_missing",
        "last_missing",
        "two_persons",
        "company",
        "organisation",
        "placeholder",
        "test_row",
        "heirs",
        "deceased",
        "widow",
        "empty",
        "municipality_or_man",  # ΔΗΜΟΣ + a word that is a place or a surname
        "fixed_opening",  # a language whose opening carries no name
        "neutral_opening",
        "clergy",
        "decided_before",  # a person decided so about the same raw name, or word, of somebody else
        "rebuild",  # no sure form for this case: put the name after a colon instead
        # name days
        "one_feast",
        "several_feasts",
        "several_names",  # a short form of more than one name
        "all_saints",  # no saint of this name: All Saints, by custom
        "disputed",
    }
)


@dataclass(frozen=True, slots=True)
class Answer:
    """A text with how sure we are of it (0 to 1; 1.0 only for what a person typed) and why.

    `reason` is one of `REASONS`; `choices` holds the other readings worth offering, the likeliest first.
    """

    text: str
    confidence: float
    reason: str
    choices: tuple[str, ...] = ()

    @property
    def needs_review(self) -> bool:
        return self.confidence < SURE
