"""Every code that a page may meet has its own words."""

import pytest

import etiquette
from customers.consent import STOP_SIGNS
from customers.reasons import FALLBACK, SENTENCES, reason_sentence


@pytest.mark.parametrize("code", sorted(etiquette.REASONS | {sign.code for sign in STOP_SIGNS}))
def test_a_code_has_words_of_its_own(code):
    assert code in SENTENCES


def test_days_in_a_reason_are_written_in_words(db):
    assert reason_sentence("mourning", {"until": "2027-03-31"}).endswith("2027")


def test_an_unknown_code_claims_nothing():
    assert reason_sentence("nonsense") == str(FALLBACK)
