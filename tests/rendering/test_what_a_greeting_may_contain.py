import pytest

from campaigns.rendering import RenderError, TemplateError, check_greeting, compile_greeting
from tests.rendering.greetings import NAMES, STAMATIS, codes, write

ACCEPTED = [
    ("{{ salutation }}", "Αγαπητέ Σταμάτη,"),
    ("{{προσφώνηση}} {{ όνομα }}", "Αγαπητέ Σταμάτη, Σταμάτη"),
    ("{{ customer.first_name }}", "Σταμάτη"),
    ("{% if city %}{{ city }}{% else %}χωρίς πόλη{% endif %}", "Πάτρα"),
    ("{% if years > 9 %}παλιός{% elif years > 5 %}γνωστός{% else %}νέος{% endif %}", "γνωστός"),
    ("{{ 'παλιός' if years > 5 else 'νέος' }}", "παλιός"),
    ("α{{ 'β' if years > 9 }}γ", "αγ"),
    ("{{ city|default('πουθενά') }}", "Πάτρα"),
    ("{{ city|upper }} {{ city|lower }}", "ΠΑΤΡΑ πάτρα"),
    ("{{ 'ΜΑΡΙΑ ΜΑΚΡΗ'|title }}", "Μαρια Μακρη"),
    ("{{ '  άκρες  '|trim }}", "άκρες"),
    ("{{ first_name|length }}", "7"),
    ("{{ city|replace('Πά', 'Σπά') }}", "Σπάτρα"),
    (
        "{{ things|first }} {{ things|last }} {{ things|join(' και ') }}",
        "εσπρέσο κουλουράκια εσπρέσο και κουλουράκια",
    ),
    ("{{ '%.2f'|format(years) }}", "7.00"),
    ("{% set n = years + 1 %}{{ n }} {{ n - 1 }} {{ n * 2 }} {{ n / 4 }}", "8 7 16 2.0"),
    ("{{ 0.1 + 0.2 }}", "0.3"),
    ("{{ 'ναι' if 'Πά' in city else 'όχι' }}", "ναι"),
    ("{{ first_name[:3] }}{{ first_name[0] }}", "ΣταΣ"),
    ("{% for i in range(3) %}{{ i }}{{ ', ' if not loop.last }}{% endfor %}", "0, 1, 2"),
    ("{% for one in things if one != 'εσπρέσο' %}{{ loop.index }}{{ one }}{% endfor %}", "1κουλουράκια"),
    ("{% for one in [] %}{{ one }}{% else %}τίποτα{% endfor %}", "τίποτα"),
    ("{% for visit in visits %}{{ visit.day }} {% endfor %}", "Παρασκευή Σάββατο"),
    ("{{ first_name ~ ' από ' ~ city }}", "Σταμάτη από Πάτρα"),
    ("{{ 'ναι' if city is defined and not years is odd else 'όχι' }}", "όχι"),
    ("πριν{# ένα σχόλιο #} μετά", "πριν μετά"),
    ("{% raw %}{{ city }} [[ {% endraw %}", "{{ city }} [["),
    ("α {%- if city %} β {% endif -%} γ", "α β γ"),
    ("έκπτωση 20% {για όλους}", "έκπτωση 20% {για όλους}"),
    ("5 < 6 > 2 & R&D", "5 < 6 > 2 & R&D"),
    ("{{ 'Γ' }}{{ \"'\" }}", "Γ'"),
]


@pytest.mark.parametrize(("source", "text"), ACCEPTED)
def test_ordinary_jinja_works_in_the_body(source: str, text: str) -> None:
    assert write(source).text == text


REFUSED = [
    ("{{ customer.__class__ }}", "attribute_not_allowed"),
    ("{{ ''.__class__.__mro__ }}", "attribute_not_allowed"),
    ("{{ first_name.__init__.__globals__ }}", "attribute_not_allowed"),
    ("{{ first_name['__class__'] }}", "attribute_not_allowed"),
    ("{{ first_name.upper() }}", "call_not_allowed"),
    ("{{ things.append(1) }}", "call_not_allowed"),
    ("{{ lipsum() }}", "call_not_allowed"),
    ("{{ cycler('a') }}", "call_not_allowed"),
    ("{{ range(*things) }}", "call_not_allowed"),
    ("{{ url_for.__globals__ }}", "attribute_not_allowed"),
    ("{{ self._TemplateReference__context }}", "attribute_not_allowed"),
    ("{{ first_name|attr('__init__') }}", "filter_not_allowed"),
    ("{{ first_name|safe }}", "filter_not_allowed"),
    ("{{ things|map('upper')|join }}", "filter_not_allowed"),
    ("{{ '{0.__init__}'.format(first_name) }}", "call_not_allowed"),
    ("{{ customer.purchases.all().delete() }}", "call_not_allowed"),
    ("{{ customer.no_such_field }}", "unknown_placeholder"),
    ("{{ no_such_fact }}", "unknown_placeholder"),
    ("{{ loop.index }}", "unknown_placeholder"),
    ("{% include 'base.html' %}", "tag_not_allowed"),
    ("{% import 'a' as a %}", "tag_not_allowed"),
    ("{% extends 'base.html' %}", "tag_not_allowed"),
    ("{% macro m() %}{{ m() }}{% endmacro %}", "tag_not_allowed"),
    ("{% block a %}{% endblock %}", "tag_not_allowed"),
    ("{% autoescape false %}{{ city }}{% endautoescape %}", "tag_not_allowed"),
    ("{% filter upper %}a{% endfilter %}", "tag_not_allowed"),
    ("{% set a %}b{% endset %}", "tag_not_allowed"),
    ("{% for a in things recursive %}{{ a }}{% endfor %}", "tag_not_allowed"),
    ("{% set city = 'x' %}", "name_taken"),
    ("{% for loop in things %}{% endfor %}", "name_taken"),
    ("{{ {'a': 1} }}", "operation_not_allowed"),
    ("{{ 'ευχές' * 99999999 }}", "operation_not_allowed"),
    ("{{ 2 ** 999999999 }}", "operation_not_allowed"),
    ("{{ '%s' % city }}", "operation_not_allowed"),
    ("{{ '%999999999d'|format(1) }}", "format_not_allowed"),
    ("{{ city|format(1) }}", "format_not_allowed"),
    ("{{ '%(a)s'|format(1) }}", "format_not_allowed"),
    ("{{ city|replace('a') }}", "filter_arguments"),
    ("{{ [1, 2] }}", "list_written"),
    ("{{ city, years }}", "list_written"),
    ("{{ city is divisibleby 3 }}", "test_not_allowed"),
]


@pytest.mark.parametrize(("source", "code"), REFUSED)
def test_what_is_not_on_the_list_is_refused_by_name(source: str, code: str) -> None:
    found = codes(source)

    assert code in found
    with pytest.raises(TemplateError):
        compile_greeting(subject="Χρόνια πολλά", body=source, names=NAMES)


UNSOUND = [
    ("{{ όνομα", "unclosed_tag", 1, 1),
    ("Αγαπητέ\n  {{ όνομα }, χρόνια πολλά {{ πόλη }}", "unclosed_tag", 2, 3),
    ("{{ όνομα, χρόνια πολλά!\nκαι {{ πόλη }}", "unclosed_tag", 1, 1),
    ("α {% if city %} β", "unclosed_block", 1, 3),
    ("α {% endif %}", "unexpected_tag", 1, 3),
    ("{% if city %}{% endfor %}{% endif %}", "unexpected_tag", 1, 14),
    ("{% if city %}α{% else %}β{% else %}γ{% endif %}", "unexpected_tag", 1, 26),
    ("α [[ β", "unclosed_block", 1, 3),
    ("α ]] β", "unexpected_tag", 1, 3),
    ("[[ α {% if city %} β ]] {% endif %}", "unclosed_block", 1, 6),
    ("{# α", "unclosed_tag", 1, 1),
    ("{{ }}", "empty_tag", 1, 1),
    ("{{ first name }}", "two_words", 1, 1),
    ("{{ 1 + }}", "syntax", 1, 6),
    ("{% if %}α{% endif %}", "syntax", 1, 4),
    ("{% for x things %}α{% endfor %}", "syntax", 1, 10),
    ("{{ city $ }}", "unexpected_character", 1, 9),
    ("α\nβ {{ city|upper|uper }}", "filter_not_allowed", 2, 17),
    ("α\n\n{{ υπογρφή }}", "unknown_placeholder", 3, 4),
]


@pytest.mark.parametrize(("source", "code", "line", "column"), UNSOUND)
def test_a_slip_is_reported_with_line_and_column(source: str, code: str, line: int, column: int) -> None:
    found = check_greeting(subject="Χρόνια πολλά", body=source, names=NAMES)

    assert (code, line, column) in [(problem.code, problem.line, problem.column) for problem in found]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("υπογρφή", "υπογραφή"),
        ("ονομα", "όνομα"),
        ("Salutation", "salutation"),
        ("customer.frst_name", "customer.first_name"),
        ("zzzzzz", ""),
    ],
)
def test_an_unknown_placeholder_comes_with_the_name_that_was_meant(typed: str, meant: str) -> None:
    (problem,) = check_greeting(subject="Χρόνια πολλά", body=f"{{{{ {typed} }}}}", names=NAMES)

    assert (problem.code, problem.facts) == ("unknown_placeholder", {"name": typed, "did_you_mean": meant})


def test_all_slips_of_subject_and_body_are_found_at_once() -> None:
    found = check_greeting(subject="{{ ονομ }}", body="{{ first name }}\n{{ 1 + }}\n[[ α", names=NAMES)

    assert [(one.where, one.code) for one in found] == [
        ("subject", "unknown_placeholder"), ("body", "two_words"), ("body", "syntax"), ("body", "unclosed_block"),
    ]  # fmt: skip


def test_an_empty_fact_is_an_error_that_names_the_fact_and_its_place() -> None:
    greeting = compile_greeting(subject="Χρόνια πολλά", body="α\n\nβ {{ salutation }} {{ πόλη|upper }}", names=NAMES)

    for empty in (None, "", "  ", []):
        with pytest.raises(RenderError) as caught:
            greeting.render({**STAMATIS, "city": empty})
        problem = caught.value.problem
        assert (problem.code, problem.line, problem.column, problem.where) == ("empty_fact", 3, 23, "body")
        assert problem.facts["name"] == "πόλη" and problem.facts["fact"] == "city"


def test_a_fact_that_nobody_gave_is_as_empty_as_an_empty_one() -> None:
    greeting = compile_greeting(subject="{{ όνομα }}", body="α", names=NAMES)

    with pytest.raises(RenderError) as caught:
        greeting.render({})

    assert (caught.value.problem.code, caught.value.problem.where) == ("empty_fact", "subject")


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("α {{ city|default('εκεί') }}", "α εκεί"),
        ("α {{ city or 'εκεί' }}", "α εκεί"),
        ("{% if not city %}χωρίς{% endif %}", "χωρίς"),
        ("α{% for x in city %}{{ x }}{% endfor %}", "α"),
        ("{{ 'όχι' if city is defined else 'ναι' }}", "ναι"),
        ("{{ 'α' if years > 1 else 'β' }}", "β"),
    ],
)
def test_an_author_may_ask_for_an_empty_fact_without_writing_it(source: str, text: str) -> None:
    assert write(source, city=None, years=None).text == text


def test_a_place_beyond_the_end_of_a_list_is_an_error_of_its_own() -> None:
    with pytest.raises(RenderError) as caught:
        write("{{ things[9] }}")

    assert (caught.value.problem.code, caught.value.problem.facts) == (
        "unknown_value",
        {"piece": "{{ things[9] }}"},
    )


def test_zero_is_a_number_like_any_other() -> None:
    assert write("{{ years }}", years=0).text == "0"


@pytest.mark.parametrize("value", [True, float("nan"), {"a": 1}, object()])
def test_what_is_neither_words_nor_a_number_is_not_written(value: object) -> None:
    with pytest.raises(RenderError) as caught:
        write("{{ city }}", city=value)

    assert caught.value.problem.code == "wrong_kind"


def test_facts_used_are_those_that_were_written_once_each() -> None:
    letter = write("{{ salutation }} {{ salutation }} {% if years %}{{ όνομα }}{% else %}{{ city }}{% endif %}")

    assert letter.facts_used == ("salutation", "first_name")


def test_a_greeting_knows_every_fact_its_source_mentions() -> None:
    greeting = compile_greeting(subject="{{ όνομα }}", body="{{ salutation }}[[ {{ customer.city }} ]]", names=NAMES)

    assert greeting.facts == ("first_name", "salutation", "city")


def test_capitals_keep_apart_what_the_accent_kept_apart() -> None:
    assert write("{{ 'το τσάι του Βάιου, οι άλλοι'|upper }}").text == "ΤΟ ΤΣΑΪ ΤΟΥ ΒΑΪΟΥ, ΟΙ ΑΛΛΟΙ"
