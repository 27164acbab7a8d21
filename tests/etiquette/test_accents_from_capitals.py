"""Which accent capitals hide: one that everybody bears, an ending, or a question."""

import pytest

from etiquette import accents, describe
from etiquette.lexicon import ambiguous_table, surname_table, womens_forms
from etiquette.text import fold


@pytest.mark.parametrize(
    ("capitals", "form"),
    [
        ("ΓΑΛΑΤΑΣ", "Γαλατάς"),
        ("ΚΑΡΑΝΑΣΤΑΣΗΣ", "Καραναστάσης"),
        ("ΜΠΟΥΝΤΟΥΒΗΣ", "Μπουντουβής"),
        ("ΚΕΦΑΛΛΗΝΟΣ", "Κεφαλληνός"),
    ],
)
def test_a_surname_that_families_bear_with_one_accent_is_not_asked(capitals: str, form: str) -> None:
    word = accents.surname(capitals)

    assert (word.form, word.confidence) == (form, accents.LEXICON)


@pytest.mark.parametrize(
    ("capitals", "forms"),
    [
        ("ΜΕΛΑΣ", ("Μελάς", "Μέλας")),
        ("ΜΠΟΥΓΑΣ", ("Μπουγάς", "Μπούγας")),
        ("ΚΑΡΒΕΛΑΣ", ("Καρβέλας", "Καρβελάς")),
        ("ΚΟΣΜΑΣ", ("Κοσμάς", "Κόσμας")),
    ],
)
def test_a_surname_of_families_with_either_accent_is_asked(capitals: str, forms: tuple[str, ...]) -> None:
    word = accents.surname(capitals)

    assert (word.choices, word.confidence, word.reason) == (forms, accents.ASK, "ambiguous_accent")


@pytest.mark.parametrize(
    ("capitals", "form"),
    [
        ("ΖΑΓΚΑΡΑΝΗΣ", "Ζαγκαράνης"),
        ("ΚΟΥΤΣΟΦΩΤΗΣ", "Κουτσοφώτης"),
        ("ΓΚΙΟΥΛΜΠΕΤΖΟΓΛΟΥ", "Γκιουλμπετζόγλου"),
        ("ΝΤΟΜΠΡΙΟΥΤΣΟΣ", "Ντομπριούτσος"),
        ("ΣΟΥΛΑΙΤΗΣ", "Σουλαΐτης"),
        ("ΒΑΡΔΑΙΔΟΥ", "Βαρδαΐδου"),
    ],
)
def test_an_ending_that_hardly_ever_varies_settles_an_unknown_surname(capitals: str, form: str) -> None:
    word = accents.surname(capitals)

    assert (word.form, word.reason) == (form, "surname_ending")
    assert word.confidence > 0.9


def test_a_word_of_two_syllables_has_no_ending_to_go_by() -> None:
    word = accents.surname("ΣΚΡΑΝΗΣ")

    assert (word.confidence, word.reason) == (accents.GUESS, "accent_guess")


def test_a_doubt_about_the_second_half_goes_before_the_ending() -> None:
    assert accents.surname("ΠΑΠΑΘΕΟΔΩΡΗΣ").choices == ("Παπαθεοδωρής", "Παπαθεοδώρης")


def test_a_diaeresis_in_ei_is_known_from_words_that_begin_so() -> None:
    assert accents.surname("ΣΕΙΤΑΝΑΚΗΣ").form == "Σεϊτανάκης"
    assert accents.surname("ΛΕΙΒΑΔΑΚΗΣ").form == "Λειβαδάκης"


def test_the_guess_that_asks_offers_the_likeliest_accent_first() -> None:
    word = accents.surname("ΤΣΟΥΡΕΚΛΗΣ")

    assert (word.form, word.choices[0], word.confidence) == ("Τσουρεκλής", "Τσουρεκλής", accents.GUESS)


def test_a_man_is_asked_only_about_accents_that_men_bear() -> None:
    # Φανού is only the woman's form of Φανός.
    man, woman = describe("ΦΑΝΟΥ ΓΙΩΡΓΟΣ"), describe("ΦΑΝΟΥ ΜΑΡΙΑ")

    assert (man.last, man.needs_review) == ("Φάνου", False)
    assert (woman.reason, woman.choices) == ("ambiguous_accent", ("Φάνου", "Φανού"))


def test_no_surname_is_both_sure_and_asked() -> None:
    asked = {fold(form) for form in ambiguous_table().forms()}
    sure = {fold(form) for form in surname_table().forms()}

    assert not asked & sure


@pytest.mark.parametrize(
    ("man", "women"),
    [
        ("Μήτσιος", ("Μήτσιου",)),
        ("Λιόλιος", ("Λιόλιου",)),
        ("Ρόδιος", ("Ροδίου", "Ρόδιου")),
        ("Πάγκαλος", ("Παγκάλου", "Πάγκαλου")),
    ],
)
def test_the_accent_of_a_womans_form_stays_where_it_cannot_move(man: str, women: tuple[str, ...]) -> None:
    assert womens_forms(man) == women
