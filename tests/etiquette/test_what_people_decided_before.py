"""Earlier decisions come first among the readings of the next name written alike, and are always asked."""

import pytest

from etiquette import REASONS, Decision, Overlay, describe, key_of_first_name, key_of_name, key_of_surname

PAPPAS = Overlay(surnames={"παππασ": "Πάππας"})


def decided(raw: str, decision: Decision) -> Overlay:
    return Overlay(names={key_of_name(raw): decision})


@pytest.mark.parametrize("raw", ["ΠΑΠΠΑΣ ΓΙΩΡΓΟΣ", "ΓΙΩΡΓΟΣ ΠΑΠΠΑΣ", "PAPPAS GIORGOS", "Παππας Γιωργος"])
def test_a_word_somebody_decided_is_the_first_choice_and_still_asked(raw):
    reading = describe(raw, overlay=PAPPAS)

    assert (reading.first, reading.last) == ("Γιώργος", "Πάππας")
    assert reading.choices == ("Πάππας", "Παππάς")
    assert (reading.confidence, reading.reason) == (0.8, "decided_before")


def test_accents_that_a_list_writes_itself_are_believed():
    assert describe("Παππάς Γιώργος", overlay=PAPPAS).last == "Παππάς"


def test_an_accent_we_only_guessed_is_taken_from_the_decision_with_our_guess_behind_it():
    reading = describe("ΖΑΡΦΟΥΝΤΑΣ ΓΙΩΡΓΟΣ", overlay=Overlay(surnames={"ζαρφουντασ": "Ζαρφουντάς"}))

    assert reading.choices[0] == reading.last == "Ζαρφουντάς"
    assert len(reading.choices) > 1
    assert reading.reason == "decided_before"


def test_a_slip_about_one_puts_no_question_to_everybody_of_a_common_name():
    slip = Overlay(surnames={"παπαδοπουλοσ": "Παπαδοπουλός"}, first_names={"γιωργοσ": "Γιωργός"})

    assert describe("ΠΑΠΑΔΟΠΟΥΛΟΣ ΓΙΩΡΓΟΣ", overlay=slip) == describe("ΠΑΠΑΔΟΠΟΥΛΟΣ ΓΙΩΡΓΟΣ")
    assert key_of_surname("Παπαδοπουλός") == key_of_first_name("Γιωργός") == ""


def test_a_decision_without_an_accent_tells_others_nothing():
    assert key_of_surname("Παππας") == ""
    assert key_of_surname("Πάππας") == "παππασ"


def test_the_same_raw_name_offers_the_whole_decision_first():
    turned = decided("ΘΩΜΑΣ ΙΩΑΝΝΗΣ", Decision("person", first="Θωμάς", last="Ιωάννης", gender="m"))

    reading = describe("θωμάς  Ιωάννης", overlay=turned)

    assert (reading.first, reading.last, reading.reason) == ("Θωμάς", "Ιωάννης", "decided_before")
    assert reading.choices == ("Θωμάς Ιωάννης", "Ιωάννης Θωμάς")
    assert reading.confidence == 0.8


def test_a_decision_that_says_what_we_would_say_leaves_a_sure_name_sure():
    same = decided("ΒΛΑΧΟΥ ΕΛΕΝΗ", Decision("person", first="Ελένη", last="Βλάχου", gender="f"))

    assert describe("ΒΛΑΧΟΥ ΕΛΕΝΗ", overlay=same).confidence == 0.97


def test_a_decision_against_a_sure_reading_is_asked():
    other = decided("ΒΛΑΧΟΥ ΕΛΕΝΗ", Decision("person", first="Ελένη", last="Βλαχού", gender="f"))

    reading = describe("ΒΛΑΧΟΥ ΕΛΕΝΗ", overlay=other)

    assert reading.choices == ("Βλαχού", "Βλάχου")
    assert reading.needs_review


def test_a_company_that_looked_like_a_man_is_offered_as_a_company():
    reading = describe(
        "ΜΑΝΟΣ ΦΩΤΗΣ", overlay=decided("ΜΑΝΟΣ ΦΩΤΗΣ", Decision("company", company_name="Μάνος Φώτης", gender="c"))
    )

    assert (reading.kind, reading.company_name, reading.first) == ("company", "Μάνος Φώτης", "")
    assert reading.needs_review


def test_how_somebody_is_called_is_suggested_without_doubting_the_name():
    reading = describe("ΒΛΑΧΟΥ ΕΛΕΝΗ", overlay=decided("ΒΛΑΧΟΥ ΕΛΕΝΗ", Decision(known_as="Λένα")))

    assert (reading.known_as, reading.first, reading.needs_review) == ("Λένα", "Ελένη", False)


@pytest.mark.parametrize("kind", ["placeholder", "other"])
def test_nobody_falls_silent_by_a_suggestion(kind):
    reading = describe("ΒΛΑΧΟΥ ΕΛΕΝΗ", overlay=decided("ΒΛΑΧΟΥ ΕΛΕΝΗ", Decision(kind)))

    assert reading.greetable
    assert reading.needs_review


def test_nobody_is_greeted_by_a_suggestion():
    raw = "ΚΛΗΡΟΝΟΜΟΙ ΒΛΑΧΟΥ"

    assert not describe(raw, overlay=decided(raw, Decision("person", first="Ελένη", last="Βλάχου"))).greetable


def test_the_reason_is_one_of_the_known_ones():
    assert "decided_before" in REASONS
