"""Slips of the keys and traces of machines: each with what to write instead, and what is right left alone."""

import pytest

from campaigns.personalisation.facts import FACT_NAMES
from campaigns.writing.checks import check_letter, slips

RIGHT_IN_GREEK = """{{ προσφώνηση }}

σας ευχόμαστε καλά Χριστούγεννα, με υγεία (και χαρά) για όσους αγαπάτε. Ό,τι κι αν φέρει ο χρόνος, να είστε καλά...

[[ Πάνε {{ τόσα_χρόνια }} από τότε που ήρθατε στο [μαγαζί μας](https://kafes.example/a,b). ]] [[ {{ λόγια }} ]] Στις \
25.12.2026, στις 10:30, είμαστε κλειστά :)

Τηλ. 2310 123456, λεωφ. Νίκης 4, κ.ά., π.χ. την Τρίτη. Γράψτε στο anna@kafes.example, και θα χαρούμε.

- ένα
- δύο τρία τέσσερα πέντε

α) πρώτα
β) μετά

Με εκτίμηση και πολλές ευχές

{{ υπογραφή }}"""
RIGHT_IN_ENGLISH = """{{ salutation }}

We wish you a merry Christmas; may it be calm. "Do not worry," she said. It's 3.5 km away, e.g. by foot.
None of us forgets, and nobody is null and void.

[[ It has been {{ years_with_us }} since you came. ]]

Kind regards from all of us

{{ signature }}"""
SLIPS_IN_GREEK = [
    ("{ όνομα } γεια", "leftover_here", "{ όνομα }", "{{ όνομα }}"),
    ("%ΟΝΟΜΑ% γεια", "leftover_here", "%ΟΝΟΜΑ%", "{{ όνομα }}"),
    ("«ΟΝΟΜΑ» γεια", "leftover_here", "«ΟΝΟΜΑ»", "{{ όνομα }}"),
    ("[ΟΝΟΜΑ] γεια", "leftover_here", "[ΟΝΟΜΑ]", "{{ όνομα }}"),
    ("[Όνομα] γεια", "leftover_here", "[Όνομα]", "{{ όνομα }}"),
    ("<<name>> γεια", "leftover_here", "<<name>>", ""),
    ("Αγαπητέ XXX", "leftover_here", "XXX", ""),
    ("Αγαπητέ None,", "leftover_here", "None", ""),
    ("στην πόλη nan", "leftover_here", "nan", ""),
    ("γεια undefined", "leftover_here", "undefined", ""),
    ("γεια }} σας", "leftover_here", "}}", ""),
    ("καλά  Χριστούγεννα", "double_blank", "  ", " "),
    ("υγεία , χαρά", "blank_before", " ,", ","),
    ("{{ όνομα }} , γεια", "blank_before", " ,", ","),
    ("υγεία ,χαρά", "blank_misplaced", " ,", ", "),
    ("υγεία,χαρά", "blank_missing", "υγεία,χαρά", "υγεία, χαρά"),
    ("υγεία.Να είστε καλά", "blank_missing", "υγεία.Να", "υγεία. Να"),
    ("υγεία..", "sign_repeated", "..", "."),
    ("υγεία....", "sign_repeated", "....", "…"),
    ("Όλα καλά!!", "sign_repeated", "!!", "!"),
    ("και και του χρόνου", "word_twice", "και και", "και"),
    ("Πώς είστε?", "latin_question", "είστε?", "είστε;"),
    ("«χρόνια πολλά", "lonely_quote", "«", ""),
    ("χρόνια πολλά)", "lonely_quote", ")", ""),
    ("{{ προσφώνηση }}\n\nΣας ευχόμαστε υγεία.", "capital_after_opening", "Σας", "σας"),
    ("Αγαπητή Μαρία,\n**Καλά** Χριστούγεννα", "capital_after_opening", "Καλά", "καλά"),
    ("Να είστε καλά. να χαίρεστε", "capital_missing", "να", "Να"),
    ("Γεια.\n\nΕυχόμαστε υγεία και χαρά\n\nΆννα", "stop_missing", "χαρά", "χαρά."),
    ("[[ Πάνε τόσα πολλά χρόνια τώρα ]] Να είστε καλά", "stop_missing", "τώρα", "τώρα."),
]
SLIPS_IN_ENGLISH = [
    ("Dear {first_name},", "leftover_here", "{first_name}", "{{ first_name }}"),
    ("Dear [First Name],", "leftover_here", "[First Name]", "{{ first_name }}"),
    ("Dear None,", "leftover_here", "None", ""),
    ("Hello null", "leftover_here", "null", ""),
    ("{{ salutation }}\n\nwe wish you joy.", "capital_missing", "we", "We"),
    ("Joy to the the world", "word_twice", "the the", "the"),
]


def found(text: str, language: str, side: str = "source") -> list[tuple[str, str, str]]:
    return [
        (each.code, each.found, each.suggestion) for each in slips(text, language=language, side=side, names=FACT_NAMES)
    ]


@pytest.mark.parametrize(("text", "code", "words", "instead"), SLIPS_IN_GREEK)
def test_a_slip_in_greek_is_seen_with_what_to_write(text, code, words, instead):
    assert found(text, "el") == [(code, words, instead)]


@pytest.mark.parametrize(("text", "code", "words", "instead"), SLIPS_IN_ENGLISH)
def test_a_slip_in_english_is_seen_with_what_to_write(text, code, words, instead):
    assert found(text, "en") == [(code, words, instead)]


def test_words_without_a_slip_are_left_alone():
    assert found(RIGHT_IN_GREEK, "el") == []
    assert found(RIGHT_IN_ENGLISH, "en") == []


@pytest.mark.parametrize("text", ["Τα «ΤΑ ΝΕΑ» και το «όνομα»", "Με αγάπη, xxx", "100% δικοί σας", "σας σας θυμόμαστε"])
def test_what_only_looks_like_a_slip_is_left_alone(text):
    assert found(text, "el") == []


@pytest.mark.parametrize(("text", "code", "words", "instead"), SLIPS_IN_GREEK + SLIPS_IN_ENGLISH)
def test_what_is_written_instead_is_no_slip_of_the_same_kind(text, code, words, instead):
    if not instead:
        return
    language = "en" if text.isascii() else "el"
    first = next(each for each in slips(text, language=language, side="source", names=FACT_NAMES) if each.code == code)

    mended = text[: first.start] + instead + text[first.end :]

    assert code not in [each[0] for each in found(mended, language)]


def test_a_brace_or_bracket_in_a_letter_is_a_trace_while_it_belongs_to_a_source():
    text = "Γεια σου {{ όνομα }}, [[ καλά ]] να είσαι."

    assert found(text, "el") == []
    assert [each[1] for each in found(text, "el", side="letter")] == ["{{", "}}", "[[", "]]"]


def test_a_letter_is_checked_in_its_subject_and_its_text():
    problems = check_letter(subject="Χρόνια πολλά,και", text="Γεια σας,\n\nκαλή  χρονιά.\n\nΆννα", language="el")

    assert [(each.code, each.where, each.line, each.column) for each in problems] == [
        ("blank_missing", "subject", 1, 8),
        ("double_blank", "body", 3, 5),
    ]
