"""Vocative, genitive and accusative."""

import pytest

from etiquette import accusative, genitive, title, vocative


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Ανδρέας", "Ανδρέα"),
        ("Σταμάτης", "Σταμάτη"),
        ("Παντελής", "Παντελή"),
        ("Αλέξανδρος", "Αλέξανδρε"),
        ("Γεώργιος", "Γεώργιε"),
        ("Γιώργος", "Γιώργο"),
        ("Νίκος", "Νίκο"),
        ("Στέλιος", "Στέλιο"),
        ("Μάριος", "Μάριε"),
        ("Κυριάκος", "Κυριάκο"),
        ("Αλέκος", "Αλέκο"),
        ("Κωνσταντίνος", "Κωνσταντίνε"),
        ("Ματθαίος", "Ματθαίε"),
        ("Ελπιδοφόρος", "Ελπιδοφόρε"),
        ("Στυλιανός", "Στυλιανέ"),
        ("Νικολός", "Νικολό"),
        ("Ερρίκος", "Ερρίκε"),
        ("Μιχαήλ", "Μιχαήλ"),
        ("Αχιλλεύς", "Αχιλλέα"),
        ("Μίνως", "Μίνωα"),
        ("Πλάτων", "Πλάτων"),
        ("Γιάννης Παύλος", "Γιάννη Παύλο"),
        ("Κρις", "Κρις"),
        ("Κλάους", "Κλάους"),
        ("Ιησούς", "Ιησού"),
    ],
)
def test_mens_first_names_are_called(name: str, expected: str) -> None:
    assert vocative(name, gender="m").text == expected
    assert not vocative(name, gender="m").needs_review


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Παπαδόπουλος", "Παπαδόπουλε"),
        ("Πάγκαλος", "Πάγκαλε"),
        ("Λιβανός", "Λιβανέ"),
        ("Βλάχος", "Βλάχο"),
        ("Δημητράκος", "Δημητράκο"),
        ("Κυπραίος", "Κυπραίε"),
        ("Παλαιολόγος", "Παλαιολόγε"),
        ("Τσελεμεντές", "Τσελεμεντέ"),
        ("Αντωνέας", "Αντωνέα"),
        ("Γεωργίου", "Γεωργίου"),
        ("Χαραλάμπους", "Χαραλάμπους"),
        ("Παππούς", "Παππού"),
        ("Ηλία", "Ηλία"),
        ("Weber", "Weber"),
    ],
)
def test_mens_surnames_are_called(name: str, expected: str) -> None:
    assert vocative(name, gender="m", part="last").text == expected


def test_both_forms_in_use_are_offered() -> None:
    answer = vocative("Βλάχος", gender="m", part="last")

    assert answer.reason == "both_in_use"
    assert answer.choices == ("Βλάχε",)


def test_womens_names_stay() -> None:
    for name in ("Μαρία", "Άρτεμις", "Ηρώ"):
        assert vocative(name, gender="f").text == name


def test_a_name_of_unknown_gender_is_not_bent_silently() -> None:
    assert vocative("Άλεξ", gender="u").needs_review


@pytest.mark.parametrize(
    ("name", "gender", "of", "to"),
    [
        ("Αλέξανδρος", "m", "Αλεξάνδρου", "Αλέξανδρο"),
        ("Γιώργος", "m", "Γιώργου", "Γιώργο"),
        ("Στυλιανός", "m", "Στυλιανού", "Στυλιανό"),
        ("Ανδρέας", "m", "Ανδρέα", "Ανδρέα"),
        ("Μαρία", "f", "Μαρίας", "Μαρία"),
        ("Ηρώ", "f", "Ηρώς", "Ηρώ"),
        ("Ραλλού", "f", "Ραλλούς", "Ραλλού"),
        ("Μάρκους", "m", "Μάρκους", "Μάρκους"),
    ],
)
def test_genitive_and_accusative_of_first_names(name: str, gender: str, of: str, to: str) -> None:
    assert genitive(name, gender=gender).text == of
    assert accusative(name, gender=gender).text == to


@pytest.mark.parametrize(
    ("name", "to"),
    [("Πλάτων", "Πλάτωνα"), ("Ιάσων", "Ιάσονα"), ("Λέων", "Λέοντα"), ("Ξενοφών", "Ξενοφώντα"), ("Έκτωρ", "Έκτορα")],
)
def test_a_learned_nominative_has_the_accusative_of_its_modern_form(name: str, to: str) -> None:
    assert accusative(name, gender="m").text == to


def test_a_learned_name_without_a_modern_form_is_not_bent() -> None:
    assert accusative("Συμεών", gender="m").reason == "rebuild"
    assert vocative("Συμεών", gender="m").choices == ()


def test_a_womans_surname_is_the_same_in_every_case() -> None:
    assert genitive("Παπαδοπούλου", gender="f", part="last").text == "Παπαδοπούλου"
    assert accusative("Παπαδοπούλου", gender="f", part="last").text == "Παπαδοπούλου"


@pytest.mark.parametrize(
    ("name", "gender", "part"), [("Πλάτων", "m", "first"), ("Άρτεμις", "f", "first"), ("Πάγκαλος", "m", "last")]
)
def test_where_usage_is_divided_the_sentence_is_to_be_rebuilt(name: str, gender: str, part: str) -> None:
    answer = genitive(name, gender=gender, part=part)

    assert answer.reason == "rebuild"
    assert answer.needs_review


@pytest.mark.parametrize(
    ("gender", "case", "expected"),
    [
        ("m", "genitive", "κυρίου"),
        ("m", "accusative", "κύριο"),
        ("m", "vocative", "κύριε"),
        ("f", "genitive", "κυρίας"),
    ],
)
def test_the_title_bends_with_the_name(gender: str, case: str, expected: str) -> None:
    assert title(gender, case) == expected
