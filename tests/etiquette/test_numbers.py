import pytest

from etiquette.numbers import counted, number_words, years_in_words


@pytest.mark.parametrize(
    ("years", "greek", "english"),
    [
        (1, "ένας χρόνος", "one year"),
        (2, "δύο χρόνια", "two years"),
        (6, "έξι χρόνια", "six years"),
        (7, "επτά χρόνια", "seven years"),
        (13, "δεκατρία χρόνια", "thirteen years"),
        (21, "είκοσι ένα χρόνια", "twenty-one years"),
        (40, "σαράντα χρόνια", "forty years"),
        (120, "εκατόν είκοσι χρόνια", "one hundred and twenty years"),
    ],
)
def test_years_in_words(years, greek, english):
    assert years_in_words(years, "el") == greek
    assert years_in_words(years, "en") == english


@pytest.mark.parametrize(
    ("number", "masculine", "feminine", "neuter", "genitive"),
    [
        (1, "έναν", "μία", "ένα", "ενός"),
        (3, "τρεις", "τρεις", "τρία", "τριών"),
        (4, "τέσσερις", "τέσσερις", "τέσσερα", "τεσσάρων"),
        (14, "δεκατέσσερις", "δεκατέσσερις", "δεκατέσσερα", "δεκατεσσάρων"),
        (31, "τριάντα έναν", "τριάντα μία", "τριάντα ένα", "τριάντα ενός"),
        (100, "εκατό", "εκατό", "εκατό", "εκατό"),
        (203, "διακόσιους τρεις", "διακόσιες τρεις", "διακόσια τρία", "διακοσίων τριών"),
        (999, "εννιακόσιους ενενήντα εννέα", "εννιακόσιες ενενήντα εννέα", "εννιακόσια ενενήντα εννέα",
         "εννιακοσίων ενενήντα εννέα"),
    ],
)  # fmt: skip
def test_greek_numbers_agree_with_what_is_counted(number, masculine, feminine, neuter, genitive):
    accusatives = [number_words(number, "el", gender=gender, case="accusative") for gender in "mfn"]

    assert accusatives == [masculine, feminine, neuter]
    assert number_words(number, "el", case="genitive") == genitive


def test_a_noun_stands_in_the_number_that_is_counted():
    visits = {"one": "επίσκεψη", "many": "επισκέψεις", "gender": "f"}

    assert counted(1, **visits) == "μία επίσκεψη"
    assert counted(4, **visits) == "τέσσερις επισκέψεις"
    assert counted(21, **visits) == "είκοσι μία επισκέψεις"
    assert counted(1, one="χρόνο", many="χρόνια", gender="m", many_gender="n", case="accusative") == "έναν χρόνο"
    assert counted(2, "en", one="visit", many="visits") == "two visits"


def test_every_number_up_to_the_limit_has_words_of_its_own():
    for language in ("el", "en"):
        words = {number_words(number, language) for number in range(1, 1000)}
        assert len(words) == 999
        assert all(word == " ".join(word.split()) for word in words)


@pytest.mark.parametrize("number", [0, 1000, -3])
def test_numbers_outside_the_table_are_refused(number):
    with pytest.raises(ValueError):
        number_words(number, "el")


def test_an_unknown_gender_is_refused():
    with pytest.raises(KeyError):
        number_words(5, "el", gender="x")
