"""Keys, Latin letters and the skeleton that search uses."""

import pytest

from etiquette import fold, latin_skeleton, to_elot
from etiquette.text import clean, stress, with_stress


@pytest.mark.parametrize(
    ("greek", "latin"),
    [
        ("Άγγελος", "Angelos"),
        ("Αυγουστίνος", "Avgoustinos"),
        ("Ευθυμία", "Efthymia"),
        ("Μπάμπης", "Bampis"),
        ("Χρήστος", "Christos"),
        ("Ψάλτης", "Psaltis"),
        ("Νικολαΐδης", "Nikolaidis"),
        ("Μάιος", "Maios"),
        ("ΘΩΜΑΣ", "THOMAS"),
        ("Θωμάς Weber", "Thomas Weber"),
        ("Σφίγγα", "Sfinga"),
        ("Ξένια", "Xenia"),
    ],
)
def test_elot_743(greek: str, latin: str) -> None:
    assert to_elot(greek) == latin


@pytest.mark.parametrize(
    "spellings",
    [
        "Γιώργος ΓΙΩΡΓΟΣ giorgos Giwrgos yiorgos Yorgos ghiorgos",
        "Χρήστος xristos christos hristos Xrhstos",
        "Παπαδόπουλος papadopoulos papadopoylos",
        "Θωμάς thomas 8wmas thwmas",
        "Μπέκας bekas mpekas",
        "Ευάγγελος evangelos eyaggelos euaggelos",
        "Αλέξανδρος alexandros aleksandros",
        "Χαράλαμπος charalampos haralambos xaralampos",
        "Βασίλειος vasileios vasilios basileios",
        "Μυρτώ mirto myrtw",
        "Νίκη niki nikh",
    ],
)
def test_all_spellings_of_a_name_share_one_skeleton(spellings: str) -> None:
    assert len({latin_skeleton(word) for word in spellings.split()}) == 1


def test_different_names_keep_different_skeletons() -> None:
    names = ["Μαρία", "Μαρίνα", "Γιώργος", "Γεωργία", "Νίκος", "Νίκη", "Ελένη", "Έλλη", "Κώστας", "Κωστής"]

    assert len({latin_skeleton(name) for name in names}) == len(names)


def test_the_key_forgives_accents_case_and_the_final_sigma() -> None:
    assert fold("Παπαϊωάννου ΣΤΑΜΑΤΗΣ") == fold("παπαιωαννου Σταμάτης") == "παπαιωαννου σταματησ"
    assert fold("Müller") == "muller"


def test_old_accents_become_the_one_in_use() -> None:
    assert clean("Ἑλένη\u00a0Ῥίζου") == "Ελένη Ρίζου"


def test_the_accent_is_found_and_set_by_syllable() -> None:
    assert [stress(word) for word in ("Γεώργιος", "Βάιος", "Νικολαΐδης", "Θωμάς", "Ζω")] == [3, 3, 2, 1, 0]
    assert with_stress("παπαϊωαννου", 2) == "παπαϊωάννου"
