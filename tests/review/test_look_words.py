"""Why a letter wants a look, in words."""

import pytest
from django.utils import translation

from campaigns.review.look_words import look_sentences
from campaigns.review.room.decision_words import aside_words


def said(*codes: tuple[str, dict]) -> list[str]:
    with translation.override("en"):
        return look_sentences({"code": code, "facts": facts} for code, facts in codes)


@pytest.mark.parametrize(
    ("code", "facts", "words"),
    [
        ("unhappy", {"score": 4, "on": "2026-10-02"}, "4 out of 10 on 2 October 2026"),
        ("unhappy", {"solved_on": "2026-11-01"}, "put right on 1 November 2026"),
        ("name_unsure", {"why": "ambiguous_accent", "choices": ["Παππάς", "Πάππας"]}, "is it Παππάς or Πάππας?"),
        ("warning", {"code": "unfilled", "fact": "usual_product"}, "never filled in"),
        ("warning", {"code": "subject_long", "length": 70, "limit": 60}, "The subject has 70 characters"),
        ("remarks", {"column": "ΣΧΟΛΙΑ", "flags": []}, "“ΣΧΟΛΙΑ”"),
        ("remarks", {}, "look at their card"),
        ("guard", {"code": "none_word", "found": "None"}, "“None”"),
        ("no_words", {"code": "no_variant", "language": "de"}, "no words in their language"),
        ("as_last_year", {"percent": 86}, "86 %"),
        ("alike", {"count": 312}, "312 letters say the same"),
        ("neutral", {}, "neutral opening"),
        ("edit_stale", {}, "Theirs stand"),
        ("facts_changed", {}, "has changed since"),
        ("no_personal_fact", {}, "nothing of this person alone"),
    ],
)
def test_each_reason_has_its_sentence(code, facts, words):
    (sentence,) = said((code, facts))

    assert words in sentence


def test_an_unsure_name_is_said_once():
    unsure = {"code": "name_unsure", "facts": {"choices": "Παππάς, Πάππας"}}

    assert len(said(("name_unsure", {"why": "ambiguous_accent"}), ("remarks", {"reasons": [unsure]}))) == 1


def test_a_reason_nobody_has_words_for_says_only_that_there_is_one():
    assert said(("of_tomorrow", {})) == ["Preparing has left a mark on this letter."]


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"kind": "wait", "why": "", "by": "Άννα"}, "set aside by Άννα: we wait for something first"),
        (
            {"kind": "wait", "why": "τον γιατρό", "by": "Άννα"},
            "set aside by Άννα: we wait for something first · τον γιατρό",
        ),
        ({"kind": "other", "why": "λείπει", "by": ""}, "set aside: λείπει"),
        ({}, "set aside: another reason"),
    ],
)
def test_a_letter_set_aside_says_by_whom_and_why(facts, words):
    with translation.override("en"):
        assert aside_words(facts) == words
