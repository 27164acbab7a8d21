"""Dear …: the first words of the letter."""

from datetime import date

import pytest

from etiquette import Answer, agree, describe, register_pair, salutation


def opening(raw: str, **more: str) -> Answer:
    who = describe(raw)
    return salutation(
        kind=who.kind,
        gender=who.gender,
        first=who.first,
        last=who.last,
        titles=who.titles,
        confidence=who.confidence,
        reason=who.reason,
        **more,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("raw", "formal", "informal"),
    [
        ("ΠΑΠΑΔΟΠΟΥΛΟΣ ΣΤΑΜΑΤΗΣ", "Αγαπητέ κύριε Παπαδόπουλε,", "Αγαπητέ Σταμάτη,"),
        ("ΓΕΩΡΓΙΟΥ ΜΑΡΙΑ", "Αγαπητή κυρία Γεωργίου,", "Αγαπητή Μαρία,"),
        ("ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ", "Αγαπητέ κύριε Βλάχο,", "Αγαπητέ Γιώργο,"),
        ("ΓΡΑΜΜΑΤΙΚΟΣ ΑΛΕΞΑΝΔΡΟΣ", "Αγαπητέ κύριε Γραμματικέ,", "Αγαπητέ Αλέξανδρε,"),
        ("ΧΑΡΑΛΑΜΠΟΥΣ ΚΩΣΤΑΣ", "Αγαπητέ κύριε Χαραλάμπους,", "Αγαπητέ Κώστα,"),
        ("ΘΩΜΑ ΒΑΣΙΛΕΙΟΣ", "Αγαπητέ κύριε Θωμά,", "Αγαπητέ Βασίλειε,"),
        ("Anna Weber", "Αγαπητή κυρία Weber,", "Αγαπητή Anna,"),
        ("John Smith", "Αγαπητέ κύριε Smith,", "Αγαπητέ John,"),
        ("Eleni Markaki", "Αγαπητή κυρία Μαρκάκη,", "Αγαπητή Ελένη,"),
        ("ΡΙΖΟΣ Α.Ε.", "Αγαπητοί συνεργάτες,", "Αγαπητοί συνεργάτες,"),
    ],
)
def test_greek_openings_in_both_registers(raw: str, formal: str, informal: str) -> None:
    assert opening(raw).text == formal
    assert opening(raw, register="informal").text == informal
    assert not opening(raw).needs_review


@pytest.mark.parametrize("last", ["Παπαδόπουλος", "Παπαδοπούλου"])
def test_a_couple_is_addressed_each_in_their_own_form(last: str) -> None:
    answer = salutation(kind="household", gender="mf", first="", last=last)

    assert answer.text == "Αγαπητή κυρία Παπαδοπούλου, αγαπητέ κύριε Παπαδόπουλε,"
    assert answer.needs_review


def test_a_couple_of_friends_is_addressed_by_first_names() -> None:
    answer = salutation(kind="household", gender="mf", first="Γιώργος και Μαρία", last="Ρίζος", register="informal")

    assert answer.text == "Αγαπητοί Γιώργο και Μαρία,"


def test_one_first_name_is_no_couple_of_friends() -> None:
    answer = salutation(kind="household", gender="mf", first="John", last="Smith", register="informal")

    assert answer.text == "Γεια σας,"


def test_unknown_gender_gets_an_opening_that_fits_the_feast_and_is_looked_at() -> None:
    unknown = {"kind": "person", "gender": "u", "first": "Άλεξ", "last": "Ρίζος"}

    assert salutation(**unknown, occasion="christmas-2026").text == "Χρόνια πολλά,"
    assert salutation(**unknown, occasion="easter-2027", on=date(2027, 4, 30)).text == "Γεια σας,"
    assert salutation(**unknown, occasion="easter-2027", on=date(2027, 5, 2)).text == "Χρόνια πολλά,"
    assert salutation(**unknown).text == "Γεια σας,"
    assert salutation(**unknown, register="informal").text == "Γεια σου,"
    assert salutation(**unknown).needs_review


def test_good_friday_is_no_day_for_many_happy_returns() -> None:
    assert salutation(kind="person", gender="u", first="", last="", occasion="good_friday-2027").text == "Γεια σας,"


def test_what_a_person_typed_always_wins() -> None:
    answer = salutation(kind="other", gender="u", first="", last="", typed="Σταμάτη μου,")

    assert answer == Answer("Σταμάτη μου,", 1.0, "typed")


def test_the_opening_is_no_surer_than_the_reading_of_the_name() -> None:
    answer = salutation(
        kind="person", gender="m", first="Νίκος", last="Παππάς", confidence=0.8, reason="ambiguous_accent"
    )

    assert (answer.confidence, answer.reason) == (0.8, "ambiguous_accent")


def test_a_missing_part_is_not_papered_over() -> None:
    assert salutation(kind="person", gender="f", first="Μαρία", last="").text == "Αγαπητή κυρία,"
    assert salutation(kind="person", gender="f", first="Μαρία", last="").needs_review
    assert salutation(kind="person", gender="m", first="", last="Ρίζος", register="informal").needs_review


@pytest.mark.parametrize(
    ("language", "man", "woman", "friend"),
    [
        ("en", "Dear Mr Papadopoulos,", "Dear Ms Georgiou,", "Dear Giorgos,"),
        ("de", "Sehr geehrter Herr Papadopoulos,", "Sehr geehrte Frau Georgiou,", "Lieber Giorgos,"),
        ("fr", "Cher Monsieur Papadopoulos,", "Chère Madame Georgiou,", "Cher Giorgos,"),
        ("it", "Gentile Signor Papadopoulos,", "Gentile Signora Georgiou,", "Caro Giorgos,"),
        ("es", "Estimado Sr. Papadopoulos:", "Estimada Sra. Georgiou:", "Querido Giorgos:"),
    ],
)
def test_other_languages_write_greek_names_in_latin_letters(language: str, man: str, woman: str, friend: str) -> None:
    him = {"kind": "person", "gender": "m", "first": "Γιώργος", "last": "Παπαδόπουλος", "language": language}
    her = {"kind": "person", "gender": "f", "first": "Μαρία", "last": "Γεωργίου", "language": language}

    assert salutation(**him).text == man
    assert salutation(**her).text == woman
    assert salutation(**him, register="informal").text == friend


def test_english_takes_the_full_name_when_the_gender_is_unknown() -> None:
    assert salutation(kind="person", gender="u", first="Alex", last="Smith", language="en").text == "Dear Alex Smith,"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("cs", "Vážený pane,"),
        ("pl", "Szanowny Panie,"),
        ("sr", "Poštovani gospodine,"),
        ("bg", "Уважаеми господине,"),
        ("uk", "Шановний пане,"),
    ],
)
def test_languages_with_a_vocative_we_do_not_make_have_a_fixed_opening(language: str, text: str) -> None:
    formal = salutation(kind="person", gender="m", first="Jan", last="Novák", language=language)
    informal = salutation(kind="person", gender="m", first="Jan", last="Novák", language=language, register="informal")

    assert (formal.text, formal.reason) == (text, "fixed_opening")
    assert not formal.needs_review
    assert informal.needs_review


def test_an_unknown_language_is_answered_in_english_for_review() -> None:
    answer = salutation(kind="person", gender="m", first="Jan", last="Novák", language="xx")

    assert answer.text == "Dear Mr Novák,"
    assert answer.needs_review


def test_words_agree_with_the_person_and_the_register() -> None:
    satisfied = ("ευχαριστημένος", "ευχαριστημένη", "ευχαριστημένοι")

    assert agree("f", *satisfied) == "ευχαριστημένη"
    assert agree("m", *satisfied) == "ευχαριστημένος"
    assert agree("u", *satisfied) == agree("m", *satisfied, number="plural") == "ευχαριστημένοι"
    assert register_pair("informal", "σου", "σας") == "σου"
    assert register_pair("formal", "σου", "σας") == register_pair("", "σου", "σας") == "σας"
