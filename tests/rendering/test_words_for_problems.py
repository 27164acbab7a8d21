import re
from pathlib import Path

import pytest
from django.utils import translation

import campaigns.rendering
from campaigns.rendering import Problem, by_hand, check_greeting
from campaigns.writing.template_problems import problem_sentence
from tests.rendering.greetings import NAMES

FACTS = {
    "name": "υπογρφή", "did_you_mean": "", "piece": "{{ x }}", "tag": "if", "end": "endif", "near": "+", "limit": 60,
    "length": 70, "text": "{{", "operation": "*", "character": "$", "fact": "signature",
    "address": "shop.example",
}  # fmt: skip


def _codes() -> set[str]:
    """Every code that the rendering of a template can give, read from its source; words by hand have their own."""
    sources = set(Path(campaigns.rendering.__file__).parent.glob("*.py")) - {Path(by_hand.__file__)}
    calls = r'(?:add_problem|_add|Refusal|Problem|_error)\(\s*(?:one\.)?(?:piece, )?"([a-z_]+)"'
    found = {code for source in sources for code in re.findall(calls, source.read_text())}
    return found | {"empty_subject", "empty_body"}


@pytest.mark.parametrize("code", sorted(_codes()))
def test_every_code_has_words_and_a_place(code: str) -> None:
    with translation.override("en"):
        sentence = problem_sentence(Problem(code, 3, 4, FACTS))

    assert "%(" not in sentence and "%%" not in sentence
    assert sentence.rstrip("?.") != sentence


def test_a_typing_slip_is_told_in_plain_words_with_what_was_meant() -> None:
    (problem,) = check_greeting(subject="α", body="β\n\n{{ sinature }}", names=NAMES)

    with translation.override("en"):
        assert (
            problem_sentence(problem) == "Line 3, character 4: There is no fact “sinature”. Did you mean “signature”?"
        )


def test_a_slip_in_the_subject_says_so() -> None:
    (problem,) = check_greeting(subject="α {{ zzzzzz }}", body="β", names=NAMES)

    with translation.override("en"):
        assert problem_sentence(problem) == "Subject, character 6: There is no fact “zzzzzz”."
