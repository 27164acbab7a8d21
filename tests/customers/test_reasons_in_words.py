"""Every code that can be stored has words of its own in both languages."""

import pytest
from django.utils.translation import override

import etiquette
from customers.consent import STOP_SIGNS
from customers.reasons import FALLBACK, SENTENCES, choices_sentence, reason_sentence


def test_every_reason_of_a_name_has_words():
    assert set(SENTENCES) >= etiquette.REASONS


def test_every_stop_sign_has_words():
    assert set(SENTENCES) >= {sign.code for sign in STOP_SIGNS}


@pytest.mark.parametrize(
    ("language", "words"), [("en", "mourning until 1 March 2027"), ("el", "πένθος ως τις 1 Μαρτίου 2027")]
)
def test_facts_stand_in_the_sentence_in_the_readers_language(language, words):
    with override(language):
        assert reason_sentence("mourning", {"until": "2027-03-01"}) == words


def test_an_unknown_code_says_that_we_are_not_sure():
    with override("en"):
        assert reason_sentence("something_new") == str(FALLBACK)


def test_the_question_names_both_forms():
    with override("el"):
        assert choices_sentence(["Παππάς", "Πάππας"]) == "Ρωτήστε: γράφεται Παππάς ή Πάππας;"
        assert choices_sentence(["Παππάς"]) == ""
