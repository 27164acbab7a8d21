import pytest

from campaigns.rendering import OptionalSentence, RenderError, compile_greeting
from tests.rendering.greetings import NAMES, STAMATIS, codes, write


def test_an_optional_sentence_is_written_when_its_facts_are_known() -> None:
    letter = write("Χρόνια πολλά. [[ Από την {{ πόλη }} με αγάπη. ]] Να είσαι καλά.")

    assert letter.text == "Χρόνια πολλά. Από την Πάτρα με αγάπη. Να είσαι καλά."
    assert letter.html == "<p>Χρόνια πολλά. Από την Πάτρα με αγάπη. Να είσαι καλά.</p>"
    assert letter.facts_used == ("city",)


def test_an_optional_sentence_is_left_out_whole_when_one_fact_is_missing() -> None:
    letter = write("Χρόνια πολλά. [[ {{ όνομα }}, από την {{ πόλη }}. ]] Να είσαι καλά.", city="")

    assert letter.text == "Χρόνια πολλά. Να είσαι καλά."
    assert letter.html == "<p>Χρόνια πολλά. Να είσαι καλά.</p>"
    assert letter.facts_used == ()


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("[[ {{ city }}. ]] Β.", "Β."),
        ("[[ {{ city }}. ]] [[ {{ years }}. ]] Γ.", "7. Γ."),
        ("Α. [[ {{ city }}. ]] [[ {{ years }}. ]] Γ.", "Α. 7. Γ."),
        ("Α. [[ {{ years }}. ]] [[ {{ city }}. ]]", "Α. 7."),
        ("Α[[, {{ city }}]]", "Α"),
        ("Α.\n[[ {{ city }} ]]\nΒ.", "Α.\nΒ."),
        ("Α.\n\n[[ {{ city }} ]]\n\nΒ.", "Α.\n\nΒ."),
        ("Α.\n\n[[ {{ city }}\n\nκι άλλο ]]\n\nΒ.", "Α.\n\nΒ."),
        ("Α.\n\n[[\n{{ city }}\n\nκι άλλο\n]]\n\nΒ.", "Α.\n\nΒ."),
        ("- α\n- [[ {{ city }} ]]\n- γ", "- α\n- γ"),
        ("Α [[ **{{ city }}** ]] Β", "Α Β"),
        ("Α [[ β [[ {{ city }} ]] {{ years }} ]] δ", "Α β 7 δ"),
        ("Α [[ {{ city|upper ~ '!' }} ]] δ", "Α δ"),
        ("Α [[ {{ (city ~ 'x')[:3] }} ]] δ", "Α δ"),
        ("Α [[ {% for x in things %}{{ x }}{% endfor %} ]] δ", "Α δ"),
        ("Α [[ {% if city %}{{ city }}{% else %}αλλού{% endif %} ]] δ", "Α αλλού δ"),
        ("Α [[ {{ city|default('αλλού') }} ]] δ", "Α αλλού δ"),
        ("Α [[ {% set x = city %}{{ x }} ]] δ", "Α δ"),
        ("Α [[ {{ things[0] }} ]] δ", "Α δ"),
    ],
)
def test_what_falls_out_leaves_no_gap(source: str, text: str) -> None:
    assert write(source, city=None, things=[]).text == text


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("Α.\n\n[[ {{ city }} ]]\n\nΒ.", "<p>Α.</p>\n\n<p>Β.</p>"),
        ("Α.\n\n[[ {{ city }} ]] [[ {{ city }} ]]\n\nΒ.", "<p>Α.</p>\n<p>Β.</p>"),
        ("Α.\n[[ {{ city }} ]]", "<p>Α.</p>"),
        ("- α\n- [[ {{ city }} ]]", "<ul>\n<li>α</li>\n\n</ul>"),
    ],
)
def test_what_falls_out_takes_its_paragraph_along(source: str, html: str) -> None:
    assert write(source, city=None).html == html


def test_an_optional_sentence_in_the_subject_falls_out_too() -> None:
    assert write("α", subject="Χρόνια πολλά[[, {{ όνομα }}]]").subject == "Χρόνια πολλά, Σταμάτη"
    assert write("α", subject="Χρόνια πολλά[[, {{ όνομα }}]]", first_name=None).subject == "Χρόνια πολλά"


def test_an_optional_sentence_inside_a_condition_follows_the_condition() -> None:
    body = "{% if years %}[[ Στην {{ πόλη }}. ]] Επτά.{% endif %} Τέλος."

    assert write(body).text == "Στην Πάτρα. Επτά. Τέλος."
    assert write(body, city="").text == "Επτά. Τέλος."
    assert write(body, years=None).text == "Τέλος."


def test_a_letter_of_which_nothing_is_left_is_an_error() -> None:
    with pytest.raises(RenderError) as caught:
        write("[[ {{ city }} ]]", city="")

    assert caught.value.problem.code == "empty_body"


def test_a_subject_of_which_nothing_is_left_is_an_error() -> None:
    with pytest.raises(RenderError) as caught:
        write("α", subject="[[ {{ city }} ]]", city="")

    assert caught.value.problem.code == "empty_subject"


def test_brackets_without_a_fact_are_pointed_out() -> None:
    assert codes("α [[ για όλους ]]", severity="warning") == ["optional_without_fact"]
    assert codes("α [[ {{ city }} ]]", severity="warning") == []


BODY = "Γεια.\n[[ Στην {{ πόλη }}. ]] [[ {{ τόσα_χρόνια }} [[ και {{ υπογραφή }} ]]. ]]\n\n[[ {{ things|first }} ]]"


def test_a_greeting_knows_its_optional_sentences_and_the_facts_they_hang_on() -> None:
    greeting = compile_greeting(subject="Γεια[[, {{ όνομα }}]]", body=BODY, names=NAMES)

    assert greeting.optional_sentences == (
        OptionalSentence(0, 1, 5, ", {{ όνομα }}", ("first_name",), "subject"),
        OptionalSentence(1, 2, 1, "Στην {{ πόλη }}.", ("city",)),
        OptionalSentence(2, 2, 24, "{{ τόσα_χρόνια }} [[ και {{ υπογραφή }} ]].", ("years", "signature")),
        OptionalSentence(3, 2, 45, "και {{ υπογραφή }}", ("signature",)),
        OptionalSentence(4, 4, 1, "{{ things|first }}", ("things",)),
    )


@pytest.mark.parametrize(
    ("missing", "dropped"),
    [
        ((), ()),
        (("first_name",), (0,)),
        (("city", "things"), (1, 4)),
        (("signature",), (3,)),
        (("years",), (2,)),
        (("years", "signature", "first_name"), (0, 2, 3)),
    ],
)
def test_a_letter_tells_which_sentences_its_reader_does_not_read(missing: tuple, dropped: tuple) -> None:
    greeting = compile_greeting(subject="Γεια[[, {{ όνομα }}]]", body=BODY, names=NAMES)

    assert greeting.render({**STAMATIS, **dict.fromkeys(missing)}).dropped == dropped


def test_a_sentence_left_out_at_several_turns_of_a_loop_is_told_once() -> None:
    letter = write("{% for visit in visits %}{{ visit.day }}[[ ({{ city }}) ]] {% endfor %}", city="")

    assert (letter.text, letter.dropped) == ("Παρασκευή Σάββατο", (0,))


@pytest.mark.parametrize(
    ("inside", "facts"),
    [
        ("{{ city|default('εκεί') }} {{ years }}", ("years",)),
        ("{{ city or 'εκεί' }}", ()),
        ("{% if city %}{{ years }}{% endif %}", ("years",)),
        ("{{ city if years else signature }}", ("city", "signature")),
        ("{{ city ~ years }} {{ city }}", ("city", "years")),
        ("{% for x in things %}{{ x }}{% endfor %}", ("things",)),
        ("{% set x = city %}{{ x }}", ("city",)),
        ("{{ years|με_λόγια }} {{ customer.city }}", ("years", "city")),
    ],
)
def test_only_facts_that_can_take_the_sentence_out_are_told(inside: str, facts: tuple[str, ...]) -> None:
    (sentence,) = compile_greeting(subject="α", body=f"α [[ {inside} ]]", names=NAMES).optional_sentences

    assert sentence.facts == facts


def test_places_of_optional_sentences_are_those_of_the_source_as_typed() -> None:
    body = "Γεια.\r\n{% if city -%}   \r\n  [[ {{ city }} ]]{% endif %}"

    (sentence,) = compile_greeting(subject="α", body=body, names=NAMES).optional_sentences

    assert (sentence.start_line, sentence.start_column) == (3, 3)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("1. α\n2. [[ {{ line }} ]]\n3. γ", "1. α\n2. γ"),
        ("1. [[ {{ line }} ]]\n2. β\n3. γ", "1. β\n2. γ"),
        ("3. [[ {{ line }} ]]\n4. β", "3. β"),
    ],
)
def test_the_items_left_of_a_list_are_counted_as_the_html_counts_them(source: str, text: str) -> None:
    assert write(source, line="").text == text
