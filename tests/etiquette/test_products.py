"""What a letter would say for the capitals of an invoice. All of it is a guess that a person confirms."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etiquette.nouns import bend
from etiquette.product_words import KINDS, adjective, noun, table
from etiquette.products import CASES_OF_FORMS, KEPT_BACK, NAME_REASONS, forms_of, guess_product
from etiquette.text import fold, has_accent, syllable_count


@pytest.mark.parametrize(
    ("raw_name", "name", "gender", "number"),
    [
        ("ΚΑΦΕΣ ΕΣΠΡΕΣΣΟ 1KG", "εσπρέσο", "m", "s"),
        ("ΚΑΦΕΣ ΕΛΛΗΝΙΚΟΣ 200ΓΡ", "ελληνικό καφέ", "m", "s"),
        ("ΚΑΦΕΣ ΦΙΛΤΡΟΥ ΑΛΕΣΜΕΝΟΣ 250GR", "καφέ φίλτρου", "m", "s"),
        ("ΜΥΛΟΣ ΚΑΦΕ", "μύλο του καφέ", "m", "s"),
        ("ΧΥΜΟΙ 6X330ML", "χυμούς", "m", "p"),
        ("ΞΗΡΟΙ ΚΑΡΠΟΙ ΣΥΣΚ. 500ΓΡ", "ξηρούς καρπούς", "m", "p"),
        ("ΣΟΚΟΛΑΤΑ ΥΓΕΙΑΣ 100ΓΡ", "σοκολάτα υγείας", "f", "s"),
        ("ΕΛΙΕΣ ΧΥΜΑ ΚΙΛΟΥ", "ελιές", "f", "p"),
        ("ΜΠΛΟΥΖΑ ΓΥΝΑΙΚΕΙΑ Ν.42", "γυναικεία μπλούζα", "f", "s"),
        ("ΚΑΡΕΚΛΑ ΚΟΥΖΙΝΑΣ", "καρέκλα κουζίνας", "f", "s"),
        ("ΚΟΥΛΟΥΡΑΚΙΑ ΒΟΥΤΥΡΟΥ", "κουλουράκια βουτύρου", "n", "p"),
        ("ΑΥΓΑ ΧΩΡΙΑΤΙΚΑ 12άδα", "χωριάτικα αυγά", "n", "p"),
        ("ΜΕΛΙ ΠΕΥΚΟΥ ΒΑΖΟ 950GR", "μέλι πεύκου", "n", "s"),
        ("ΤΥΡΙ ΦΕΤΑ ΠΟΠ", "φέτα", "f", "s"),
        ("ΠΑΓΩΤΟ ΒΑΝΙΛΙΑ ΟΙΚΟΓΕΝΕΙΑΚΟ", "παγωτό βανίλια", "n", "s"),
        ("ΠΟΤΗΡΙΑ ΝΕΡΟΥ (ΣΕΤ 6 ΤΕΜ)", "ποτήρια νερού", "n", "p"),
    ],
)
def test_the_name_is_what_people_say(raw_name, name, gender, number):
    guess = guess_product(raw_name)

    assert (guess.name, guess.gender, guess.number) == (name, gender, number)


@pytest.mark.parametrize(
    "raw_name", ["Καφές Ελληνικός", "καφεσ ελληνικοσ", "ΚAΦEΣ ΕΛΛΗΝΙΚOΣ", "ΚΑΦΕΣ, ΕΛΛΗΝΙΚΟΣ!", "ΕΛΛΗΝΙΚΟΣ  ΚΑΦΕΣ"]
)
def test_however_the_invoice_is_typed_the_name_is_the_same(raw_name):
    assert guess_product(raw_name).name == "ελληνικό καφέ"


def test_a_brand_in_latin_letters_stays_out_and_the_guess_is_sure():
    guess = guess_product("ΚΑΦΕΤΙΕΡΑ PRIMADONNA DX200")

    assert (guess.name, guess.reason) == ("καφετιέρα", "detail_left_out")
    assert not guess.needs_review


def test_a_word_for_coffee_in_latin_letters_is_read():
    assert guess_product("ESPRESSO ALFA 1KG").name == "εσπρέσο"


def test_what_a_thing_comes_with_stays_out():
    assert guess_product("ΠΙΤΑ ΜΕ ΠΙΠΕΡΙΕΣ").name == "πίτα"


@pytest.mark.parametrize(
    ("raw_name", "name", "reason"),
    [
        ("ΚΑΦΕΣ ΛΟΥΜΠΑΡΔΗ", "καφέ", "words_left_out"),
        ("ΤΣΙΠΟΥΡΑ ΝΩΠΗ", "τσιπούρα", "several_words"),
        ("ΞΕΒΟΥΛΩΤΗΣ ΠΡΙΖΑΣ ΣΚΟΥΠΑ", "σκούπα", "unknown_before"),
        ("ΓΚΑΤΖΕΤΑΚΙ", "γκατζετάκι", "ending"),
        ("ΜΠΡΟΥΜΠΑ", "μπρούμπα", "unknown_word"),
        ("ΔΙΑΦΟΡΑ ΕΙΔΗ", "", "unknown_word"),
        ("NEOMIX CLASSIC", "", "foreign"),
        ("12345", "", "empty"),
        ("-", "", "empty"),
        ("", "", "empty"),
    ],
)
def test_what_is_not_sure_says_why_and_asks_a_person(raw_name, name, reason):
    guess = guess_product(raw_name)

    assert (guess.name, guess.reason) == (name, reason)
    assert guess.needs_review


@pytest.mark.parametrize(
    ("raw_name", "kept_back"),
    [
        ("ΔΩΡΟΚΑΛΑΘΟ", "gift"),
        ("ΚΑΦΕΣ ΔΩΡΟ", "gift"),
        ("ΕΚΠΤΩΣΗ 10%", "money"),
        ("ΜΕΤΑΦΟΡΙΚΑ", "money"),
        ("ΠΡΟΚΑΤΑΒΟΛΗ", "money"),
        ("ΣΑΚΟΥΛΕΣ ΧΑΡΤΙΝΕΣ", "packing"),
        ("ΧΑΠΙΑ 20ΤΕΜ", "medicine"),
        ("ΣΙΡΟΠΙ ΒΗΧΑ", "medicine"),
        ("ΚΑΛΣΟΝ 20DEN", "intimate"),
        ("ΜΠΛΟΥΖΑ ΜΕΓΑΛΩΝ ΜΕΓΕΘΩΝ", "intimate"),
        ("ΚΡΕΜΑ ΑΝΤΙΡΥΤΙΔΙΚΗ", "intimate"),
        ("ΣΤΕΦΑΝΙ ΚΗΔΕΙΑΣ", "grief"),
        ("ΕΠΙΣΚΕΥΗ ΜΗΧΑΝΗΣ", "repair"),
    ],
)
def test_a_letter_keeps_quiet_about_some_things_for_sure(raw_name, kept_back):
    guess = guess_product(raw_name)

    assert guess.kept_back == kept_back
    assert not guess.may_be_mentioned and not guess.bought_again
    assert not guess.needs_review


@pytest.mark.parametrize("raw_name", ["ΚΡΑΣΙ ΛΕΥΚΟ 750ML", "ΣΟΚΟΛΑΤΑΚΙΑ ΜΕ ΛΙΚΕΡ", "ΤΣΙΓΑΡΑ", "ΜΠΟΜΠΟΝΙΕΡΑ"])
def test_of_some_things_a_person_says_whether_they_may_be_mentioned(raw_name):
    guess = guess_product(raw_name)

    assert not guess.may_be_mentioned
    assert guess.needs_review


@pytest.mark.parametrize("raw_name", ["ΚΑΦΕΤΙΕΡΑ", "ΨΥΓΕΙΟ 300LT", "ΚΟΥΡΕΜΑ", "ΒΙΒΛΙΟ", "ΑΛΛΑΓΗ ΛΑΔΙΩΝ"])
def test_machines_and_services_may_be_mentioned_and_are_not_bought_again(raw_name):
    guess = guess_product(raw_name)

    assert guess.may_be_mentioned
    assert not guess.bought_again


def test_coffee_in_a_bag_is_coffee():
    assert guess_product("ΚΑΦΕΣ ΣΕ ΣΑΚΟΥΛΑ").kept_back == ""


@settings(max_examples=300, deadline=None)
@given(
    raw_name=st.one_of(
        st.text(max_size=60),
        st.lists(st.sampled_from([*list(table())[::9], "ΤΟΥ", "ΜΕ", "1KG", "(", "Α"]), max_size=6).map(" ".join),
    )
)
def test_any_text_is_answered(raw_name):
    guess = guess_product(raw_name)

    assert guess.reason in NAME_REASONS
    assert guess.kept_back == "" or guess.kept_back in KEPT_BACK
    assert 0 <= guess.confidence < 1
    assert guess.gender in ("m", "f", "n", "") and guess.number in ("s", "p")
    assert guess.needs_review or guess.kept_back or (guess.name and guess.gender)
    assert not guess.kept_back or not guess.may_be_mentioned
    assert not guess.bought_again or guess.may_be_mentioned


@pytest.mark.parametrize(
    ("name", "gender", "plural", "forms"),
    [
        ("εσπρέσο", "m", False, ("ο εσπρέσο σου", "τον εσπρέσο σου", "του εσπρέσο σου")),
        ("μύλο του καφέ", "m", False, ("ο μύλος του καφέ σου", "τον μύλο του καφέ σου", "του μύλου του καφέ σου")),
        ("σοκολάτα", "f", False, ("η σοκολάτα σου", "τη σοκολάτα σου", "της σοκολάτας σου")),
        ("τσίπουρο", "n", False, ("το τσίπουρό σου", "το τσίπουρό σου", "")),
        ("κουλουράκια", "n", True, ("τα κουλουράκια σου", "τα κουλουράκια σου", "")),
        ("χυμούς", "m", True, ("οι χυμοί σου", "τους χυμούς σου", "των χυμών σου")),
        ("ξηρούς καρπούς", "m", True, ("οι ξηροί καρποί σου", "τους ξηρούς καρπούς σου", "των ξηρών καρπών σου")),
        ("", "m", False, ("", "", "")),
        ("εσπρέσο", "", False, ("", "", "")),
    ],
)
def test_a_letter_says_a_product_in_every_case_it_is_sure_of(name, gender, plural, forms):
    told = forms_of(name, gender=gender, plural=plural, owner="σου")

    assert tuple(told[f"your_{case}"] for case in CASES_OF_FORMS) == forms


# --- The table ---


def nouns():
    return sorted({word for words in table().values() for word in words if word.is_noun}, key=lambda word: word.form)


def test_the_table_holds_the_nouns_of_many_trades():
    assert len({word.base for word in nouns()}) > 600
    assert {word.kind for word in nouns()} == KINDS


def test_every_noun_of_the_table_has_its_accent_and_gender():
    for word in nouns():
        assert word.gender in ("m", "f", "n"), word
        assert all(has_accent(part) or syllable_count(part) <= 1 for part in word.form.split()), word


def test_every_noun_of_the_table_is_found_by_its_capitals():
    for word in nouns():
        assert noun(fold(fold(word.form).upper())) is not None, word


def test_the_wider_word_of_a_noun_stands_in_the_table():
    assert [word.under for word in nouns() if word.under and noun(fold(word.under)) is None] == []


def test_the_accusative_of_every_masculine_leads_back_to_its_nominative():
    bent = {
        word: bend(word.form, gender="m", plural=word.plural, case="accusative")
        for word in nouns()
        if word.gender == "m" and " " not in word.form
    }
    wrong = [
        word.form
        for word, told in bent.items()
        if (back := forms_of(told.text, gender="m", plural=word.plural, owner="σου")["nominative"])
        and back.partition(" ")[2] != word.form
    ]

    assert len(bent) > 100
    assert wrong == []


@pytest.mark.parametrize(
    ("masculine", "forms"),
    [
        ("ελληνικός", ("ελληνικός", "ελληνική", "ελληνικό", "ελληνικοί", "ελληνικές", "ελληνικά")),
        ("θυμαρίσιος", ("θυμαρίσιος", "θυμαρίσια", "θυμαρίσιο", "θυμαρίσιοι", "θυμαρίσιες", "θυμαρίσια")),
        ("μαύρος", ("μαύρος", "μαύρη", "μαύρο", "μαύροι", "μαύρες", "μαύρα")),
    ],
)
def test_an_adjective_agrees_with_its_noun(masculine, forms):
    agreed = [adjective(masculine, gender=gender, plural=plural) for plural in (False, True) for gender in "mfn"]

    assert tuple(agreed) == forms
