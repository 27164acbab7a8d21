import pytest

from etiquette.articles import accusative_article
from etiquette.numbers import number_words, years_in_words


@pytest.mark.parametrize(
    ("noun", "gender", "plural", "article"),
    [
        ("εσπρέσο", "m", False, "τον"),
        ("σοκολάτα", "f", False, "τη"),
        ("καφετιέρα", "f", False, "την"),
        ("μηχανή", "f", False, "τη"),
        ("μπύρα", "f", False, "την"),
        ("γκοφρέτα", "f", False, "την"),
        ("γραβιέρα", "f", False, "τη"),
        ("ελιά", "f", False, "την"),
        ("Ήπειρο", "f", False, "την"),
        ("τσάι", "n", False, "το"),
        ("κουλουράκια", "n", True, "τα"),
        ("κούπες", "f", True, "τις"),
        ("μύλους", "m", True, "τους"),
    ],
)
def test_article_in_the_accusative(noun, gender, plural, article):
    assert accusative_article(noun, gender=gender, plural=plural) == article


@pytest.mark.parametrize(
    ("years", "greek", "english"),
    [
        (1, "Ένας χρόνος", "One year"),
        (2, "Δύο χρόνια", "Two years"),
        (7, "Επτά χρόνια", "Seven years"),
        (13, "Δεκατρία χρόνια", "Thirteen years"),
        (21, "Είκοσι ένα χρόνια", "Twenty-one years"),
        (40, "Σαράντα χρόνια", "Forty years"),
    ],
)
def test_years_in_words(years, greek, english):
    assert years_in_words(years, "el") == greek
    assert years_in_words(years, "en") == english


@pytest.mark.parametrize("number", [0, 100, -3])
def test_numbers_outside_the_table_are_refused(number):
    with pytest.raises(ValueError):
        number_words(number, "el")
