"""Whether a first name is a man's or a woman's."""

import pytest

from etiquette import describe
from etiquette.accents import surname
from etiquette.gender import gender_of_first


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Σταμάτης", "m"),
        ("ΚΑΛΛΙΟΠΗ", "f"),
        ("Anna", "f"),
        ("Eleni", "f"),
        ("Giorgos", "m"),
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


def test_a_double_first_name_from_abroad_is_told_from_the_surname() -> None:
    known = describe("Hans-Peter Gruber")
    open_sex = describe("Jean-Pierre Martin")

    assert (known.first, known.last, known.gender) == ("Hans-Peter", "Gruber", "m")
    assert (open_sex.first, open_sex.last, open_sex.gender) == ("Jean-Pierre", "Martin", "u")


@pytest.mark.parametrize("name", ["Χάρις", "Άλεξ", "Σάσα", "Νικίτα"])
def test_what_men_and_women_are_both_called_is_left_open(name: str) -> None:
    assert gender_of_first(name) == "u"


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Kateryna", "f"), ("Yevhen", "m"), ("Zsuzsanna", "f"), ("Dejan", "m"), ("Frances", "f"), ("Francis", "m"),
     ("Marian", "u"), ("Μισέλ", "u"), ("Σιμόν", "u")],
)  # fmt: skip
def test_a_foreign_first_name_is_told_unless_both_sexes_bear_it(name: str, expected: str) -> None:
    assert gender_of_first(name) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # A woman's form: a man would bear it with an -ς, or with -ος.
        ("ΓΑΛΑΝΗ", "f"),
        ("ΒΑΓΕΝΑ", "f"),
        ("ΠΟΛΙΤΟΥ", "f"),
        ("ΚΑΤΣΑΝΙΚΟΥ", "f"),
        # A genitive, which men and women bear alike.
        ("ΑΥΓΟΥΣΤΙΝΟΥ", "u"),
        ("ΕΠΑΜΕΙΝΩΝΔΟΥ", "u"),
        ("ΑΛΚΙΒΙΑΔΟΥΣ", "u"),
        ("ΚΙΜΩΝΟΣ", "u"),
        ("ΚΥΜΠΑΡΗΣ", "m"),
        ("ΚΙΟΣΕΣ", "m"),
    ],
)
def test_the_form_of_a_surname_tells_men_from_women_unless_it_is_a_genitive(name: str, expected: str) -> None:
    assert surname(name).gender == expected
