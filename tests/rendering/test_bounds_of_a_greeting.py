import sys
import threading

import pytest

from campaigns.rendering import RenderError, TemplateError, compile_greeting
from campaigns.rendering.state import BUDGET, LONGEST_STRING, Rendering
from tests.rendering.greetings import NAMES, STAMATIS, codes, write

ROUNDS = "{% for a in range(100) %}{% for b in range(100) %}"
ENDS = "{% endfor %}{% endfor %}"
THINGS = "{% for a in things %}{% for b in things %}{% for c in things %}"
DOUBLING = "{% set a = 'αααααααααα' %}" + "{% set a = a ~ a %}" * 40


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("{% for a in range(9999) %}{% for b in range(9999) %}.{% endfor %}{% endfor %}", "range_too_long"),
        ("{% for a in range(0, 9, 0) %}.{% endfor %}", "range_too_long"),
        (THINGS + ".{% endfor %}" + ENDS, "loops_too_deep"),
        ("{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}", "too_deep"),
        ("{{ " + "not " * 3000 + "1 }}", "too_deep"),
        ("{{ 1" + " + 1" * 200 + " }}", "too_deep"),
        ("{{ city" + "|upper" * 200 + " }}", "too_deep"),
        ("{% if city %}" * 60 + "α" + "{% endif %}" * 60, "too_deep"),
        ("{{ " + "9" * 5000 + " }}", "number_too_large"),
        ("{{ 0x" + "f" * 5000 + " }}", "number_too_large"),
        ("{{ 1e308 }}", "number_too_large"),
        ("α" * 10_001, "source_too_long"),
        ("{{city}}" * 501, "too_many_pieces"),
    ],
)  # fmt: skip
def test_a_source_beyond_the_bounds_is_refused_before_it_runs(source: str, code: str) -> None:
    assert code in codes(source)


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (DOUBLING + "{{ a }}", "value_too_long"),
        (DOUBLING.replace("~", "+") + "{{ a }}", "value_too_long"),
        ("{% set a = city %}" + "{% set a = a|replace('α', 'αααααααααα') %}" * 20 + "{{ a }}", "value_too_long"),
        ("{% set a = 1000 %}" + "{% set a = a * a %}" * 40 + "{{ a }}", "number_too_large"),
        ("{% set a = [1] %}" + "{% set a = [a, a] %}" * 40 + "{{ a|length }}", "wrong_kind"),
        ("{{ city * years }}", "operation_not_allowed"),
        ("{{ things + things }}", "operation_not_allowed"),
        ("{{ -city }}", "operation_not_allowed"),
        ("{% for a in range(years * 100) %}.{% endfor %}", "range_too_long"),
        ("{% for a in city %}.{% endfor %}", "not_a_list"),
        ("{{ years / 0 }}", "cannot_compute"),
        ("{{ 'α' if city < years }}", "cannot_compute"),
        (ROUNDS + "{{ city|upper|lower ~ a ~ b }}" + ENDS, "budget_spent"),
        (ROUNDS + "πολλά λόγια " * 9 + ENDS, "budget_spent"),
        (ROUNDS + "{% if 1 < 2 < 3 %}{% endif %}" * 30 + ENDS + ".", "budget_spent"),
    ],
)  # fmt: skip
def test_a_source_that_grows_while_it_runs_is_stopped(source: str, code: str) -> None:
    with pytest.raises(RenderError) as caught:
        write(source)

    assert caught.value.problem.code == code


def test_a_value_longer_than_a_letter_is_stopped() -> None:
    with pytest.raises(RenderError) as caught:
        write("{{ city }}", city="α" * 150_000)

    assert caught.value.problem.code == "letter_too_long"


def test_one_budget_is_shared_by_the_three_parts_of_a_letter() -> None:
    value = "α" * (BUDGET // 2)

    with pytest.raises(RenderError) as caught:
        write("{{ city|length }}", city=value)

    assert caught.value.problem.code == "budget_spent"


def test_each_letter_has_a_budget_of_its_own() -> None:
    greeting = compile_greeting(subject="α", body="{{ city }}", names=NAMES)
    city = "α" * LONGEST_STRING

    letters = [greeting.render({"city": city}) for _ in range(BUDGET // LONGEST_STRING)]

    assert {len(letter.text) for letter in letters} == {LONGEST_STRING}


def test_a_failed_letter_leaves_nothing_behind_for_the_next() -> None:
    greeting = compile_greeting(subject="α", body="[[ {{ city }} {{ years / 0 }} ]] {{ salutation }}", names=NAMES)
    sound = compile_greeting(subject="α", body="[[ {{ city }} ]] {{ salutation }}", names=NAMES)
    with pytest.raises(RenderError):
        greeting.render(STAMATIS)

    with pytest.raises(RenderError):
        sound.render({"salutation": None, "city": "Πάτρα"})

    assert sound.render(STAMATIS).text == "Πάτρα Αγαπητέ Σταμάτη,"


def test_many_threads_write_from_one_compiled_greeting() -> None:
    greeting = compile_greeting(subject="{{ όνομα }}", body="{{ salutation }}[[ {{ city }} ]]", names=NAMES)
    wrong: list[str] = []

    def write_some(number: int) -> None:
        for turn in range(50):
            name = f"Όνομα{number}-{turn}"
            letter = greeting.render({"salutation": name, "first_name": name, "city": name if turn % 2 else ""})
            if letter.subject != name or letter.text != name * (1 + turn % 2):
                wrong.append(letter.text)

    threads = [threading.Thread(target=write_some, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []


def test_hundreds_of_unknown_names_are_answered_with_the_first_fifty() -> None:
    body = " ".join(f"{{{{ άγνωστο{number} }}}}" for number in range(400))

    with pytest.raises(TemplateError) as caught:
        compile_greeting(subject="α", body=body, names=NAMES)

    assert len(caught.value.problems) == 50


def test_the_recursion_limit_is_left_alone() -> None:
    before = sys.getrecursionlimit()

    codes("{{ " + "(" * 5000 + " }}")

    assert sys.getrecursionlimit() == before
    assert Rendering({}).left == BUDGET
