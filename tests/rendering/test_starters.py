import re

import pytest

from campaigns.rendering import compile_greeting
from campaigns.starters import STARTERS, Starter, starters_for

NAMES = {
    "προσφώνηση": "salutation", "salutation": "salutation", "όνομα": "first_name", "first_name": "first_name",
    "το_συνηθισμένο": "usual", "usual_product_accusative": "usual", "τόσα_χρόνια": "years", "years_with_us": "years",
    "λόγια": "quotable", "quotable": "quotable", "υπογραφή": "signature", "signature": "signature",
}  # fmt: skip
ALWAYS = {"salutation": "Αγαπητέ Σταμάτη,", "signature": "Άννα"}
EVERYTHING = {
    **ALWAYS, "first_name": "Σταμάτη", "usual": "τον εσπρέσο", "years": "Επτά χρόνια",
    "quotable": "Χαρήκαμε για τη Δάφνη.",
}  # fmt: skip
each = pytest.mark.parametrize("starter", STARTERS, ids=lambda starter: starter.code)


@each
@pytest.mark.parametrize("values", [ALWAYS, EVERYTHING], ids=["no facts", "all facts"])
def test_every_starter_reads_well_with_and_without_facts(starter: Starter, values: dict[str, str]) -> None:
    greeting = compile_greeting(subject=starter.subject, body=starter.body, names=NAMES)

    letter = greeting.render(values)

    assert greeting.warnings == letter.warnings == ()
    assert letter.text.startswith("Αγαπητέ Σταμάτη,\n\n") and letter.text.endswith("\n\nΆννα")
    assert "  " not in letter.text and not re.search(r" [,.;·]|\n{3}|[{}\[\]!]", letter.text)
    assert len(letter.subject) <= 60


@each
def test_greek_goes_on_in_small_letters_after_the_opening_and_english_in_capitals(starter: Starter) -> None:
    second = starter.body.split("\n\n")[1]

    assert second[0].islower() == (starter.language == "el")


@each
def test_a_starter_keeps_to_one_register(starter: Starter) -> None:
    singular = re.search(r"\b(?:σου|σε|εσένα|είσαι)\b", starter.body + starter.subject.replace("σε όλους", ""))
    plural = re.search(r"\b(?:σας|εσάς|είστε)\b", starter.body + starter.subject)

    if starter.language == "el":
        assert (plural is None) == (starter.register == "informal")
        assert starter.register != "informal" or singular is not None


def test_each_feast_has_at_most_one_starter_for_a_language_and_register() -> None:
    keys = [(starter.occasion, starter.language, starter.register) for starter in STARTERS]

    assert len(set(keys)) == len(keys) == len({starter.code for starter in STARTERS})
    for occasion in ("christmas", "new_year", "easter"):
        found = {(starter.language, starter.register) for starter in starters_for(occasion)}
        assert found == {
            (language, manner) for language in ("el", "en") for manner in ("formal", "informal", "company")
        }
    assert starters_for("other") == ()
