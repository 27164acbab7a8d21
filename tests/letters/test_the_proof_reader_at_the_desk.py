"""Remarks on the language: at the desk and on the command line, always as warnings."""

import json

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import translation

from campaigns.personalisation import FACT_NAMES
from campaigns.proofreading import MOST_REMARKS, check_words
from campaigns.rendering import Problem
from campaigns.starters import STARTERS
from campaigns.template_problems import problem_sentence
from etiquette.proofreading import CODES
from tests.builders import STAMATIS, make_campaign, make_contact

pytestmark = pytest.mark.django_db
WRONG = "{{ προσφώνηση }}\n\nσας περιμένουμε στο κατάστημα μας.\n\n{{ υπογραφή }}"


def check(body: str, *, subject: str = "Χρόνια πολλά", language: str = "el", manner: str = "formal"):
    return check_words(subject=subject, body=body, language=language, manner=manner)


def test_a_remark_has_its_line_and_column_and_what_to_write():
    (problem,) = check(WRONG)

    assert (problem.code, problem.severity, problem.where) == ("second_accent_missing", "warning", "body")
    assert (problem.line, problem.column) == (3, 21)
    with translation.override("en"):
        sentence = problem_sentence(problem)
    assert sentence == "Line 3, character 21: “κατάστημα μας” takes a second accent: “κατάστημά μας”."


def test_the_subject_is_read_too():
    (problem,) = check("{{ προσφώνηση }}", subject="Καλημερα")

    assert (problem.where, problem.code, problem.line, problem.column) == ("subject", "accent_missing", 1, 1)


def test_the_register_is_that_of_the_variant():
    singular, plural = "να είσαι καλά.", "να είστε καλά."

    assert [problem.code for problem in check(singular)] == ["singular_in_plural"]
    assert [problem.code for problem in check(plural, manner="informal")] == ["plural_in_singular"]
    assert check(plural) == check(plural, manner="company") == check(singular, manner="informal") == ()


def test_a_name_in_the_vocative_after_a_preposition_is_remarked_by_either_of_its_names():
    for name in ("όνομα", "first_name", "πελάτης.όνομα"):
        (problem,) = check(f"Ένα δώρο [[για {{{{ {name} }}}}]] από εμάς.")
        assert (problem.code, problem.severity) == ("fact_not_accusative", "warning")
    assert check("Ένα δώρο από το {{ κατάστημα }} [[και για {{ το_συνηθισμένο }}]].") == ()


def test_english_letters_are_not_read_as_greek():
    assert check("Dear {{ first_name }}, a gift for {{ first_name }} from us.", language="en") == ()


def test_no_starter_gives_a_warning():
    for starter in STARTERS:
        words = {"subject": starter.subject, "body": starter.body}
        assert check_words(**words, language=starter.language, manner=starter.register) == (), starter.code


def test_a_text_full_of_slips_gives_no_more_remarks_than_can_be_mended():
    assert len(check("καλημερα " * 500)) == MOST_REMARKS


def test_errors_stand_beside_remarks():
    found = {problem.code: problem.severity for problem in check("{{ υπογρφή }} και το κατάστημα μας.")}

    assert found == {"unknown_placeholder": "error", "second_accent_missing": "warning"}


@pytest.mark.parametrize("suggestion", ["άλλο", ""])
@pytest.mark.parametrize("code", sorted(CODES))
def test_every_remark_has_words(code, suggestion):
    codes = {
        "mixed_register": ("plural_in_singular", "singular_in_plural"),
        "bare_nominative": ("bare_nominative", "fact_not_accusative"),
    }.get(code, (code,))
    if not suggestion and code in ("final_nu", "look_alike", "second_accent_missing"):
        return  # these always know what to write
    for each in codes:
        with translation.override("en"):
            sentence = problem_sentence(Problem(each, 2, 5, {"found": "αυτό", "suggestion": suggestion}))
        assert sentence.startswith("Line 2, character 5: ") and "αυτό" in sentence


def test_the_desk_tells_a_remark_and_saves_the_words_all_the_same(staff, as_staff):
    campaign = make_campaign(author=staff)
    make_contact(STAMATIS)
    form = {"language": "el", "manner": "formal", "subject": "Χ", "body": WRONG, "from_version": 1, "contact": ""}

    told = as_staff.post(reverse("campaigns:campaign-check", args=[campaign.pk]), form).content.decode()
    saved = as_staff.post(reverse("campaigns:campaign-write", args=[campaign.pk]), form)
    desk = as_staff.get(saved.url).content.decode()

    assert saved.status_code == 302
    for page in (told, desk):
        assert "“κατάστημα μας” takes a second accent: “κατάστημά μας”." in page
        assert "flag-warn" in page and "flag-error" not in page


def test_check_template_warns_and_still_writes_the_letter(capsys, tmp_path):
    file = tmp_path / "wish.txt"
    file.write_text(f"Χρόνια πολλά\n\n{WRONG}\n", encoding="utf-8")

    call_command("check_template", str(file), "--contact", str(make_contact(STAMATIS).pk), "--json")

    told = json.loads(capsys.readouterr().out)
    assert [(each["code"], each["severity"]) for each in told["problems"]] == [("second_accent_missing", "warning")]
    assert "στο κατάστημα μας" in told["letter"]["text"]


def test_every_name_of_a_fact_is_a_word_the_proof_reader_steps_over():
    body = " ".join(f"[[{{{{ {name} }}}}]]" for name in FACT_NAMES)

    assert [problem for problem in check(f"Χαιρετίσματα. {body}") if problem.severity == "warning"] == []
