import pytest

from campaigns.rendering import RenderError, TemplateError
from tests.rendering.greetings import codes, write


@pytest.mark.parametrize(
    ("value", "told"), [("άντρας", "έτοιμος"), ("γυναίκα", "έτοιμη"), ("πολλοί", "έτοιμοι"), ("woman", "έτοιμη")]
)
def test_an_adjective_agrees_with_who_reads(value, told):
    letter = write("Είστε {{ city|agree('έτοιμος', 'έτοιμη', 'έτοιμοι') }}.", city=value)

    assert letter.text == f"Είστε {told}."


def test_the_greek_names_of_the_filters_do_the_same():
    letter = write("{{ city|συμφωνία('α', 'β', 'γ') }} {{ 'το κατάστημα'|κτητικό('σας') }}", city="γυναίκα")

    assert letter.text == "β το κατάστημά σας"


def test_what_is_nobody_cannot_agree():
    with pytest.raises(RenderError) as told:
        write("{{ city|agree('α', 'β', 'γ') }}", city="Πάτρα")
    assert told.value.problem.code == "wrong_kind"


def test_whose_a_thing_is_brings_the_second_accent():
    assert write("Πήρατε {{ city|possessive('σας') }}.", city="τον κατάλογο").text == "Πήρατε τον κατάλογό σας."
    assert write("Πήρατε {{ city|possessive('σας') }}.", city="τον εσπρέσο").text == "Πήρατε τον εσπρέσο σας."


def test_an_unsure_second_accent_takes_its_sentence_out():
    body = "Γεια σας. [[ Τα καλύτερα για {{ city|possessive('σας') }}. ]]"

    assert write(body, city="τα ζυγάρια").text == "Γεια σας."


def test_an_owner_is_a_weak_pronoun():
    with pytest.raises(RenderError):
        write("{{ city|possessive('όλων') }}")


def test_numbers_in_words_in_both_languages():
    assert write("{{ 7|με_λόγια }}, {{ 3|με_λόγια('f') }}, {{ 21|in_words }}").text == "Επτά, τρεις, twenty-one"
    assert write("{{ 1|με_λόγια('m', 'accusative') }} χρόνο").text == "Έναν χρόνο"


@pytest.mark.parametrize("piece", ["1000|in_words", "0|in_words", "'α'|in_words", "3|με_λόγια('x')"])
def test_a_number_without_words_says_so(piece):
    with pytest.raises(RenderError) as told:
        write(f"{{{{ {piece} }}}}")
    assert told.value.problem.code == "cannot_compute"


def test_too_few_words_for_a_filter_are_told_before():
    assert codes("{{ city|agree('α') }}") == ["filter_arguments"]
    with pytest.raises(TemplateError):
        write("{{ city|possessive }}")


def test_an_empty_fact_stays_empty_through_them():
    assert (
        write("Γεια. [[ {{ city|agree('α', 'β', 'γ') }} ]] [[ {{ city|possessive('σας') }} ]]", city="").text == "Γεια."
    )
