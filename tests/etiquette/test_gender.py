"""Whether a first name is a man's or a woman's."""

import pytest

from etiquette.gender import gender_of_first

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Σταμάτης", "m"),
        ("ΚΑΛΛΙΟΠΗ", "f"),
        ("Anna", "f"),
        # Not in any table: an ending that one sex alone has tells.
        ("Ξανθοκράτης", "m"),
        ("Μυρτιδιωτούλα", "f"),
        ("Ροδοστάλακτη", "f"),
        ("ΑΝΘΟΒΡΕΧΤΑ", "f"),
        ("Μυροφορού", "f"),
        ("Ξενοκλίας", "m"),
        # An ending that both have does not.
        ("Ζορντανιάς", "u"),
        ("Τεμπέι", "u"),
        ("Γκουράτ", "u"),
        ("Μπαμπαχά", "u"),
        # A man's name in another case is not a woman's.
        ("Πολυδεύκη", "u"),
    ],
)
def test_the_gender_of_a_first_name_is_known_or_left_open(name: str, expected: str) -> None:
    assert gender_of_first(name) == expected


@pytest.mark.parametrize(
    ("name", "expected"), [("Άννα-Μαρία", "f"), ("Παναγιώτης Ραφαήλ", "m"), ("Μαρία Ιωσήφ", "u"), ("Jean-Pierre", "u")]
)
def test_a_double_first_name_is_a_mans_or_a_womans_when_both_halves_are(name: str, expected: str) -> None:
    assert gender_of_first(name) == expected


@pytest.mark.parametrize("name", ["Χάρις", "Άλεξ", "Σάσα", "Νικίτα"])
def test_what_men_and_women_are_both_called_is_left_open(name: str) -> None:
    assert gender_of_first(name) == "u"
