"""Which letters say the same, how much of one is its reader's own, and how like the last one it is."""

import pytest

from campaigns.review.own_names import own_words
from campaigns.review.sameness import likeness, personal_share, same_class

STAMATIS = own_words(
    first_name="Σταμάτης", last_name="Παπαδόπουλος", gender="m", salutation="Αγαπητέ κύριε Παπαδόπουλε,"
)
ELENI = own_words(first_name="Ελένη", last_name="Βλάχου", gender="f", salutation="Αγαπητή κυρία Βλάχου,")
CHARA = own_words(first_name="Χαρά", last_name="Μελά", gender="f", salutation="Αγαπητή κυρία Μελά,")


def classes(*letters: tuple[str, tuple[str, ...]]) -> int:
    return len({same_class(text, own_words=own) for text, own in letters})


def test_letters_that_differ_by_the_opening_alone_say_the_same():
    rest = "\n\nΣας ευχόμαστε καλά Χριστούγεννα.\n\nΤο κατάστημα"

    assert classes(("Αγαπητέ κύριε Παπαδόπουλε," + rest, STAMATIS), ("Αγαπητή κυρία Βλάχου," + rest, ELENI)) == 1


@pytest.mark.parametrize(
    "form", ["Σταμάτη", "Σταμάτης", "ΣΤΑΜΑΤΗ", "Σταματη", "Stamatis", "Stamati", "Σταμάτη Παπαδόπουλε"]
)
def test_a_name_in_any_form_accent_or_alphabet_is_taken_out(form):
    assert (
        classes((f"Χρόνια πολλά, {form}, από όλους μας.", STAMATIS), ("Χρόνια πολλά, Ελένη, από όλους μας.", ELENI))
        == 1
    )


def test_one_word_more_is_another_letter():
    assert classes(("Χρόνια πολλά, Σταμάτη.", STAMATIS), ("Χρόνια πολλά πάντα, Ελένη.", ELENI)) == 2


def test_somebody_elses_name_stays_in_the_words():
    assert classes(("Χρόνια πολλά, Σταμάτη.", STAMATIS), ("Χρόνια πολλά, Σταμάτη.", ELENI)) == 2


def test_a_word_that_is_also_a_name_is_no_name_in_small_letters():
    text = "Με χαρά σας γράφουμε."

    assert classes((text, CHARA), (text, ELENI)) == 1
    assert classes(("Καλημέρα, Χαρά.", CHARA), ("Καλημέρα, Ελένη.", ELENI)) == 1


def test_a_name_within_another_word_is_left_alone():
    assert classes(("Η Ελένηνα ήρθε.", ELENI), ("Η Ελένηνα ήρθε.", STAMATIS)) == 1


def test_a_company_is_taken_out_whole():
    bakery = own_words(company_name="Αρτοποιία Βόλου", salutation="Αγαπητοί συνεργάτες,")
    mill = own_words(company_name="Μύλος", salutation="Αγαπητοί συνεργάτες,")

    assert classes(("Καλή χρονιά στην Αρτοποιία Βόλου.", bakery), ("Καλή χρονιά στην Μύλος.", mill)) == 1


def test_blanks_and_line_breaks_make_no_difference():
    assert classes(("Καλή  χρονιά,\nΕλένη.", ELENI), ("Καλή χρονιά, Ελένη.", ELENI)) == 1


def test_letters_are_as_long_as_before_whatever_alphabet_they_use():
    assert classes(("İyi bayramlar, Ελένη.", ELENI), ("İyi bayramlar, Σταμάτη.", STAMATIS)) == 1


def test_the_share_counts_letters_of_facts_and_of_a_hand_once():
    assert personal_share("Πάνε επτά χρόνια", own=["επτά χρόνια"]) == 100 * 10 // 14
    assert personal_share("Πάνε επτά χρόνια", own=["επτά χρόνια"], edited="χρόνια") == 100 * 10 // 14
    assert personal_share("Πάνε επτά χρόνια", own=[], edited="Πάνε\nεπτά") == 100 * 8 // 14
    assert personal_share("Πάνε επτά χρόνια", own=[], edited="Πάνε επτά χρόνια") == 100


def test_a_fact_at_the_start_of_a_sentence_counts_too():
    assert personal_share("Επτά χρόνια.", own=["επτά χρόνια"]) == 100


def test_nothing_of_ones_own_is_nothing():
    assert personal_share("Σας ευχόμαστε καλή χρονιά.", own=[""], edited="") == 0
    assert personal_share("", own=["επτά"]) == 0


def test_the_same_letter_again_is_wholly_alike():
    assert likeness("Σας ευχόμαστε καλή χρονιά.", "Σας ευχόμαστε καλή χρονιά.") == 100
    assert likeness("ΣΑΣ ΕΥΧΟΜΑΣΤΕ ΚΑΛΗ ΧΡΟΝΙΑ", "Σας ευχόμαστε, καλή χρονιά!") == 100


def test_one_sentence_of_five_that_is_new_is_four_fifths_alike():
    five = [f"αρχή {number} μέση {number} τέλος {number}." for number in "αβγδε"]
    new = "τώρα λέμε κάτι άλλο και νέο."

    assert 76 <= likeness(" ".join([*five[:4], new]), " ".join(five)) <= 80


def test_letters_without_two_words_in_common_are_not_alike():
    assert likeness("Σας ευχόμαστε καλή χρονιά", "Χρόνια πολλά και του χρόνου") == 0
    assert likeness("", "Χρόνια πολλά") == 0
    assert likeness("Χρόνια", "Χρόνια") == 100
