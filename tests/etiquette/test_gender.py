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
        # An ending that both have does not.
        ("Ζορντανιάς", "u"),
        ("Τεμπέι", "u"),
    ],
)
def test_the_gender_of_a_first_name_is_known_or_left_open(name: str, expected: str) -> None:
    assert gender_of_first(name) == expected
