"""Everything of hostile.py, written in one process that has 220 MB, and two seconds of its own time for each.

A process is ended by the system at its bound, whatever it is doing: a thread could not be. What it had answered until
then is read; the greeting at which it ended has no answer, and its test fails.
"""

import json
import re
import resource
import subprocess
import sys
from html.parser import HTMLParser

import pytest
from django.utils import translation

from campaigns.rendering import Problem, build_frame
from campaigns.writing.template_problems import problem_sentence
from tests.rendering.greetings import NAMES, STAMATIS
from tests.rendering.hostile import (
    ACCEPTED,
    ENDLESS,
    ESCAPES,
    MARKUP,
    MISPLACED,
    SUBJECTS_HARMLESS,
    SUBJECTS_REFUSED,
    VALUES,
)

MEMORY = 220 * 1024**2
BARRED = "<>&'\"{{ 1 + 1 }}"
ANSWERS = """
import json, signal, sys
from campaigns.rendering import RenderError, TemplateError, compile_greeting
cases = json.load(sys.stdin)
for subject, body, names, values in cases:
    signal.setitimer(signal.ITIMER_VIRTUAL, 2)
    try:
        letter = compile_greeting(subject=subject, body=body, names=names).render(values)
        answer = {"subject": letter.subject, "text": letter.text, "html": letter.html}
    except TemplateError as error:
        answer = {"problems": [vars(each) for each in error.problems if each.severity == "error"]}
    except RenderError as error:
        answer = {"problems": [vars(error.problem)]}
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    print(json.dumps(answer), flush=True)
"""
VALUE_BODY = (
    "{{ προσφώνηση }}\n\n**{{ όνομα }}** και [{{ όνομα }}](https://a.example)[[, {{ όνομα }}]]\n\n- {{ όνομα|upper }}"
)

Case = tuple[str, str, dict[str, object]]  # subject, body, values
CASES: dict[str, list[Case]] = {
    "refused": [("α", body, STAMATIS) for body in (*ESCAPES, *ENDLESS, *MISPLACED)]
    + [(subject, "α", STAMATIS) for subject in SUBJECTS_REFUSED],
    "harmless": [("α", f"{body}\n\n{{{{ first_name }}}}", {**STAMATIS, "first_name": BARRED}) for body in MARKUP]
    + [(subject, "α", STAMATIS) for subject in SUBJECTS_HARMLESS]
    + [("{{ όνομα }}", VALUE_BODY, {**STAMATIS, "first_name": value, "salutation": value}) for value in VALUES],
    "accepted": [("α", body, STAMATIS) for body, _text in ACCEPTED],
}


def limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


@pytest.fixture(scope="module")
def answers() -> dict[str, list[dict | None]]:
    """What became of each case, None for those that were never answered."""
    found = {}
    for expected, cases in CASES.items():
        run = subprocess.run(
            [sys.executable, "-c", ANSWERS],
            input=json.dumps([[subject, body, NAMES, values] for subject, body, values in cases]).encode(),
            capture_output=True,
            timeout=300,
            check=False,
            preexec_fn=limit,
        )
        answered = [json.loads(line) for line in run.stdout.splitlines()]
        found[expected] = answered + [None] * (len(cases) - len(answered))
    return found


def numbered(expected: str) -> pytest.MarkDecorator:
    cases = CASES[expected]
    names = [
        f"{number}: {(body if subject == 'α' else subject)[:60]!a}" for number, (subject, body, _) in enumerate(cases)
    ]
    return pytest.mark.parametrize("number", range(len(cases)), ids=names)


@numbered("refused")
def test_it_is_refused_in_words(answers, number: int) -> None:
    answer = answers["refused"][number]

    assert answer is not None and "problems" in answer, answer
    assert answer["problems"]
    for problem in answer["problems"]:
        for language in ("el", "en"):
            with translation.override(language):
                sentence = problem_sentence(Problem(**problem))
            assert sentence.rstrip(".;?!»”") and "%(" not in sentence and len(sentence) < 600


@numbered("harmless")
def test_nothing_active_is_left_of_it(answers, number: int) -> None:
    answer = answers["harmless"][number]

    assert answer is not None
    if "problems" in answer:  # refusing is harmless too
        assert {problem["code"] for problem in answer["problems"]} <= {
            "link_address", "budget_spent", "letter_too_long", "unexpected_tag",
        }  # fmt: skip
        return
    assert active(answer["html"]) == []
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]", answer["html"] + answer["text"])
    assert len(answer["subject"].splitlines()) == 1 and not re.search(r"[\x00-\x1f\x7f-\x9f]", answer["subject"])
    assert all(len(answer[part].encode()) <= 1_000_000 for part in ("subject", "text", "html"))


@pytest.mark.browser
def test_a_browser_with_scripts_on_finds_nothing_to_do_in_any_of_them(answers, browser) -> None:
    frame = build_frame(house="α", postal_address="β", why="γ", unsubscribe_label="δ", language="el")
    page = browser.new_page()
    done: list[str] = []
    page.on("request", lambda request: done.append(request.url))
    page.on("dialog", lambda dialog: (done.append(dialog.message), dialog.dismiss()))

    for answer in answers["harmless"]:
        if "html" in answer:
            page.set_content(frame.around(answer["text"], answer["html"], link="https://a.example/")[1])

    assert done == []
    page.close()


@numbered("accepted")
def test_ordinary_jinja_and_markdown_work(answers, number: int) -> None:
    assert answers["accepted"][number]["text"] == ACCEPTED[number][1]


def test_what_calls_itself_inactive_is_seen_by_the_look_out() -> None:
    assert active("<p>α</p><ul><li>β</li></ul><a href='https://a.example'>γ</a><ol start='2'></ol>") == []
    for html in ("<script>", "<p onclick='x'>", "<a href='javascript:x'>", "<a href='//a'>", "<p style='x'>", "<img>"):
        assert len(active(html)) == 1


class _LookOut(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        words = ("p", "br", "strong", "em", "a", "ul", "ol", "li", "h1", "h2", "h3", "blockquote", "hr")
        for name, value in attrs:
            link = tag == "a" and name == "href" and re.match(r"https://|mailto:", value or "")
            if not link and not (tag == "ol" and name == "start"):
                self.found.append(f"{tag} {name}={value}")
        if tag not in words:
            self.found.append(tag)

    def handle_comment(self, data: str) -> None:
        self.found.append(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def active(html: str) -> list[str]:
    """Return every tag, attribute or address in `html` that could do more than show words."""
    look_out = _LookOut()
    look_out.feed(html)
    look_out.close()
    return look_out.found
