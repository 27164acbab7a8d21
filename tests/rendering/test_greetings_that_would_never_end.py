"""Short sources that once kept a process busy for minutes, or filled its memory: each must be answered at once.

They run in a process of their own, because a thread that is busy cannot be stopped. Five seconds of its time are
many times what the slowest of them takes, and far less than any of them took.
"""

import json
import resource
import subprocess
import sys

import pytest

from campaigns.rendering import RenderError, check_greeting
from campaigns.rendering.layout import finished_html
from tests.rendering.greetings import NAMES, codes, write

SECONDS = 5
MEMORY = 220 * 1024**2
ANSWER = """
import json, sys
from campaigns.rendering import RenderError, TemplateError
from tests.rendering.greetings import write
subject, body = json.load(sys.stdin)
try:
    write(body, subject=subject)
    print("written")
except RenderError as error:
    print(error.problem.code)
except TemplateError as error:
    print("refused")
"""


def limit() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def answer_in_time(body: str, subject: str = "Καλά Χριστούγεννα") -> str:
    run = subprocess.run(
        [sys.executable, "-c", ANSWER],
        input=json.dumps([subject, body]).encode(),
        capture_output=True,
        timeout=60,
        check=False,
        preexec_fn=limit,
    )
    return run.stdout.decode().strip() or f"ended with {run.returncode}: {run.stderr.decode()[-200:]}"


TURNS = "{% for a in range(100) %}{% for b in range(100) %}"
ENDS = "{% endfor %}{% endfor %}"
# 16,000 characters of the kind that takes most room
LONG = "{% set y = '" + "🎄" * 1000 + "' %}{% set y = y ~ y ~ y ~ y %}{% set y = y ~ y ~ y ~ y %}"
NEEDLE = "{% set y = '" + "a" * 9000 + "' %}{% set y = y ~ y %}{% set x = '" + "a" * 49 + "b" + "a" * 49 + "' %}"
BREAKS = "{% set a = '" + r"\n" * 4000 + "' %}α{% for i in range(TIMES) %}{{ a }}{% endfor %}{{ city }}"


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        (BREAKS.replace("TIMES", "9"), "written"),
        (BREAKS.replace("TIMES", "12"), "letter_too_long"),
        ("- " + BREAKS.replace("TIMES", "9"), "written"),
        (NEEDLE + TURNS + "{% if x in y or x in y or x in y %}{% endif %}" + ENDS + "α", "budget_spent"),
        (LONG + TURNS + "{% if y[::-1] == y[::-1] %}{% endif %}" + ENDS + "α", "budget_spent"),
        (
            "{% set l = [1" + ", 1" * 3000 + "] %}" + TURNS + "{% if 3 in l or 4 in l %}{% endif %}" + ENDS + "α",
            "budget_spent",
        ),
        ("{% for a in range(100) %}{% for b in range(100) if 1 > 2" + " > 2" * 30 + " %}" + ENDS + "α", "budget_spent"),
    ],
    ids=[
        "breaks", "too many breaks", "breaks in a list", "a needle that almost fits", "words turned round",
        "a long list searched", "a long question at each turn",
    ],
)  # fmt: skip
def test_work_that_multiplies_is_cut_short(body: str, answer: str) -> None:
    assert answer_in_time(body) == answer


@pytest.mark.parametrize(
    "body",
    [
        LONG + "{{ y" + "~y" * 3900 + " }}",
        LONG + "{{ [y" + ",y" * 3900 + "]|join }}",
        LONG + "{{ '" + "%s" * 2400 + "'|format(y" + ",y" * 2399 + ") }}",
    ],
    ids=["joined", "a list joined", "formatted"],
)
def test_words_are_measured_before_they_are_put_together(body: str) -> None:
    assert answer_in_time(body) in ("budget_spent", "value_too_long")


OPTIONAL = "[[ {{ city }} ]]"


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("α" + " " * 18_000 + OPTIONAL * 100, "α"),
        ("α" + "\t " * 9_000 + OPTIONAL * 100, "α"),
        ("α", "\n" * 18_000 + OPTIONAL * 100),
        ("α", OPTIONAL * 100 + " \n" * 9_000),
    ],
)
def test_rows_of_blanks_beside_optional_sentences_are_passed_over_once(subject: str, body: str) -> None:
    assert answer_in_time(body, subject=subject) == "written"


@pytest.mark.parametrize("gap", ["🎄", " ", "«", "*"])
def test_looking_back_for_the_start_of_a_sentence_reads_each_gap_once(gap: str) -> None:
    body = "{% set gap = '" + gap * 400 + "' %}{% for a in range(100) %}{{ gap }} {{ since }}{% endfor %}."

    assert answer_in_time(body) == "written"


@pytest.mark.parametrize("pair", [" \n", "*_", "](", "![", "<a", "> ", "\\\n"])
def test_a_page_full_of_one_sign_is_read_in_time(pair: str) -> None:
    page = pair * (18_000 // len(pair))

    assert answer_in_time(f"α{page}{{{{ city }}}}") in ("written", "refused")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<p>α<br>\n<br></p>", "<p>α</p>"),
        ("<p>α <br> \n</p>", "<p>α </p>"),
        ("<p>α \n</p>", "<p>α \n</p>"),
        ("<p><br>\nα<br>β</p>", "<p>α<br>β</p>"),
        ("<p> <br> </p>\n<p>α</p>", "<p>α</p>"),
        ("<ul><li><br></li>\n<li>α<br></li></ul>", "<ul><li>α<br></li></ul>"),
        ("α<br>", "α<br>"),
        ("<p>α&lt;br&gt;</p>", "<p>α&lt;br&gt;</p>"),
        ("", ""),
    ],
)
def test_only_the_breaks_at_the_ends_of_a_paragraph_are_taken_out(before: str, after: str) -> None:
    assert finished_html(before) == after


@pytest.mark.parametrize(
    ("body", "with_city", "without"),
    [
        ("α  {{ x }}", "α  Πάτρα", "α"),
        ("α \n {{ x }}", "α\nΠάτρα", "α"),
        ("α\n{{ x }}", "α\nΠάτρα", "α"),
        ("α\t{{ x }} β", "α\tΠάτρα β", "α β"),
        ("α{{ x }}β", "αΠάτραβ", "αβ"),
        ("{{ x }} β", "Πάτρα β", "β"),
        ("α\n\n{{ x }} β", "α\n\nΠάτρα β", "α\n\nβ"),
    ],
)  # fmt: skip
def test_the_blank_before_an_optional_sentence_goes_with_it(body: str, with_city: str, without: str) -> None:
    source = body.replace("{{ x }}", OPTIONAL)

    assert (write(source).text, write(source, city="").text) == (with_city, without)


def test_line_breaks_in_a_value_cost_what_they_become() -> None:
    write("{{ city }}", city="α" * 45_000)

    with pytest.raises(RenderError) as caught:
        write("{{ city }}", city="\n" * 150_000 + "α")

    assert caught.value.problem.code == "budget_spent"


def test_a_fault_repeated_in_one_piece_is_reported_once() -> None:
    found = check_greeting(subject="α", body="{{ [άγνωστο" + ", άγνωστο" * 500 + "]|length }}", names=NAMES)

    assert [(problem.code, problem.column) for problem in found] == [("unknown_placeholder", 5)]


def test_more_words_in_the_pieces_than_any_letter_needs_are_refused() -> None:
    assert codes("{{ [1" + ",1" * 4000 + "]|length }}") == ["too_many_pieces"]


def test_an_ordinary_comparison_costs_next_to_nothing() -> None:
    letter = write("{% if 'Πάτρ' in city and city[0:2] == 'Πά' and years >= 7 %}ναι{% endif %}")

    assert letter.text == "ναι"
