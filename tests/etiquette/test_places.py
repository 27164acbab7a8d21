"""Towns with their article, as an address writes them."""

import pytest

from etiquette.lexicon import rows_of
from etiquette.neighbours import keeps_nu
from etiquette.places import in_town, town_name
from etiquette.text import fold, has_greek


@pytest.mark.parametrize(
    ("town", "greek", "english"),
    [
        ("Βόλος", "στον Βόλο", "in Volos"),
        ("ΒΟΛΟΣ", "στον Βόλο", "in Volos"),
        ("  λαρισα ", "στη Λάρισα", "in Larissa"),
        ("Χανιά", "στα Χανιά", "in Chania"),
        ("Σέρρες", "στις Σέρρες", "in Serres"),
        ("Ρόδος", "στη Ρόδο", "in Rhodes"),
        ("Άγιος Νικόλαος", "στον Άγιο Νικόλαο", "in Agios Nikolaos"),
        ("THESSALONIKI", "στη Θεσσαλονίκη", "in Thessaloniki"),
        ("Dublin", "", "in Dublin"),
        ("DUBLIN", "", "in Dublin"),
        ("Άνω Χωριό", "", ""),
        ("", "", ""),
    ],
)
def test_a_town_with_its_article(town, greek, english):
    assert (in_town(town, "el").text, in_town(town, "en").text) == (greek, english)


def test_a_town_nobody_listed_is_not_sure():
    answer = in_town("Άνω Χωριό", "el")

    assert (answer.reason, answer.needs_review) == ("rebuild", True)


@pytest.mark.parametrize(
    ("written", "name"),
    [("ΒΟΛΟΣ", "Βόλος"), ("VOLOS", "Volos"), ("Βόλος", "Βόλος"), ("ΑΝΩ ΧΩΡΙΟ", "ΑΝΩ ΧΩΡΙΟ")],
)
def test_a_town_in_capitals_gets_its_accents_back(written, name):
    assert town_name(written) == name


def test_the_table_of_towns_keeps_the_rules_of_the_articles():
    rows = list(rows_of("towns.csv"))

    assert len({fold(row["name"]) for row in rows}) == len(rows)
    for row in rows:
        article, _blank, town = row["in_town"].partition(" ")
        assert article in {"στον", "στην", "στη", "στο", "στα", "στις", "στους", "στου"}, row
        assert has_greek(town) and not has_greek(row["english"]), row
        if article in ("στην", "στη"):
            assert (article == "στην") == keeps_nu(town), row


@pytest.mark.parametrize(
    ("written", "greek", "english"),
    [
        ("ΒΟΛΟΣ", "Βόλος", "Volos"),
        ("Πειραιάς", "Πειραιάς", "Piraeus"),
        ("VOLOS", "Βόλος", "Volos"),
        ("Βολιμίδι", "Βολιμίδι", "Volimidi"),
        ("Patra", "Patra", "Patra"),
    ],
)
def test_a_letter_writes_a_town_in_its_own_letters_where_we_know_how(written, greek, english):
    assert town_name(written, "el") == greek
    assert town_name(written, "en") == english
