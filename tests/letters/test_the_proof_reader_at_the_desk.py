"""Remarks on the language: at the desk and on the command line, always as warnings."""

import json

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import translation

from campaigns.personalisation.facts import FACT_NAMES
from campaigns.rendering import Problem
from campaigns.writing.proofreading import MOST_REMARKS, check_words
from campaigns.writing.reader_towns import reader_towns, with_readers
from campaigns.writing.starters import STARTERS
from campaigns.writing.template_problems import problem_sentence
from etiquette.proofreading import CODES
from tests.builders import STAMATIS, make_campaign, make_contact

pytestmark = [pytest.mark.django_db, pytest.mark.once]
WRONG = "{{ προσφώνηση }}\n\nσας σκεφτόμαστε στο κατάστημα μας.\n\n{{ υπογραφή }}"


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
        (problem,) = check(f"Ένα χαμόγελο [[για {{{{ {name} }}}}]] από εμάς.")
        assert (problem.code, problem.severity) == ("fact_not_accusative", "warning")
    assert check("Ένα χαμόγελο από το {{ κατάστημα }} [[και για {{ το_συνηθισμένο }}]].") == ()


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
    assert [each["code"] for each in told["warnings"]] == ["second_accent_missing"]
    assert "στο κατάστημα μας" in told["text"]


def test_every_name_of_a_fact_is_a_word_the_proof_reader_steps_over():
    body = " ".join(f"[[{{{{ {name} }}}}]]" for name in FACT_NAMES)

    assert [problem for problem in check(f"Χαιρετίσματα. {body}") if problem.severity == "warning"] == []


# --- Selling, promises, slips ---


def check_wish(body: str, *, occasion: str = "christmas", reason: str = "", subject: str = "Χρόνια πολλά"):
    found = check_words(
        subject=subject, body=body, language="el", manner="formal", occasion=occasion, selling_reason=reason
    )
    return [(problem.code, problem.severity) for problem in found]


def test_a_wish_that_sells_is_asked_why_and_with_a_reason_it_is_only_said():
    body = "Καλά Χριστούγεννα. Έκπτωση ως το Σάββατο."

    assert check_wish(body) == [("selling", "warning")]
    assert check_wish(body, occasion="") == [("selling", "warning")]
    assert check_wish(body, reason="Το ζήτησαν οι ίδιοι.") == [("selling", "hint")]
    assert check_wish(body, occasion="other") == []


def test_the_reason_for_selling_is_quoted_to_whoever_reads_the_checks():
    (problem,) = check_words(
        subject="Χρόνια πολλά",
        body="Έκπτωση ως το Σάββατο.",
        language="el",
        manner="formal",
        occasion="christmas",
        selling_reason="Το ζήτησαν",
    )

    with translation.override("en"):
        sentence = problem_sentence(problem)

    assert sentence == "Line 1, character 1: “Έκπτωση” sells something. You say why: “Το ζήτησαν”"


def test_selling_in_the_subject_stands_in_the_subject():
    (problem,) = check("Καλά Χριστούγεννα.", subject="Εκπτώσεις για εσάς")

    assert (problem.code, problem.where) == ("selling", "subject")


def test_an_invitation_is_a_hint_with_its_place():
    (problem,) = check("{{ προσφώνηση }}\n\nχρόνια πολλά. Ο καφές είναι από εμάς.")

    assert (problem.code, problem.severity, problem.line, problem.column) == ("invitation", "hint", 3, 15)


def test_a_slip_of_the_keys_says_what_to_write_and_that_a_button_can():
    (problem,) = check("Καλή  χρονιά.")

    assert (problem.code, problem.column) == ("double_blank", 5)
    assert problem.facts == {"found": "  ", "suggestion": " ", "mend": True}


def test_a_remark_over_markup_is_told_but_left_to_the_writer():
    (problem,) = check("Στο **κατάστημα** μας.")

    assert (problem.facts["found"], "mend" in problem.facts) == ("κατάστημα μας", False)


def test_a_slip_already_told_by_the_language_is_not_told_twice():
    assert len(check("Στο κατάστημα μας , γεια.")) == 2
    assert len(check("Στο κατάστημα μας.")) == 1


def test_a_subject_is_measured_with_its_facts_in():
    long = "Χρόνια πολλά και καλή χρονιά από όλους εμάς, {{ όνομα }}"

    (problem,) = check("Γεια σας.", subject=f"{long}, και {{{{ πόλη }}}}")

    assert (problem.code, problem.severity, problem.where) == ("subject_long_with_facts", "warning", "subject")
    assert problem.facts["length"] > 60
    assert check("Γεια σας.", subject=long) == ()


def test_a_subject_too_long_without_a_fact_is_told_with_its_length():
    (problem,) = check("Γεια σας.", subject="ω" * 61)

    assert (problem.code, problem.facts["length"]) == ("subject_long", 61)


def test_the_house_that_wishes_somebody_takes_its_second_accent():
    (problem,) = check("το κατάστημα μας σου εύχεται υγεία.", manner="informal")

    assert problem.facts["suggestion"] == "κατάστημά μας"


@pytest.mark.parametrize(
    "code",
    [
        "double_blank",
        "blank_before",
        "blank_missing",
        "blank_misplaced",
        "sign_repeated",
        "word_twice",
        "latin_question",
        "lonely_quote",
        "capital_after_opening",
        "capital_missing",
        "stop_missing",
        "leftover_here",
        "price_like",
        "selling",
        "subject_long_with_facts",
    ],
)
@pytest.mark.parametrize("suggestion", ["άλλο", ""])
def test_every_slip_has_words_in_both_languages(code, suggestion):
    facts = {"found": "αυτό", "suggestion": suggestion, "length": 70, "limit": 60}
    if not suggestion and code not in ("lonely_quote", "leftover_here", "price_like", "selling"):
        facts["suggestion"] = "άλλο"

    for language in ("en", "el"):
        with translation.override(language):
            assert problem_sentence(Problem(code, 2, 5, facts))


# --- Who reads an invitation ---


def towns(campaign, **more):
    return reader_towns(campaign, language="el", manner="formal", **more)


def test_an_invitation_says_how_many_read_it_and_how_many_live_in_another_town(settings):
    settings.HOUSE_CITY = "Θεσσαλονίκη"
    for city in ("Θεσσαλονίκη", "ΘΕΣΣΑΛΟΝΙΚΗ", "Θεσ/νίκη", "Thessaloniki", "Βόλος", "ΒΟΛΟΣ", "Λάρισα", "", "-"):
        make_contact(city=city)
    make_contact(city="Βόλος", register="informal")
    campaign = make_campaign()

    read = towns(campaign)
    (problem,) = with_readers(check("Ο καφές είναι από εμάς."), campaign=campaign, language="el", manner="formal")
    with translation.override("en"):
        sentence = problem_sentence(problem)

    assert (read.total, read.elsewhere, read.unknown, read.towns) == (9, 3, 2, (("Βόλος", 2), ("Λάρισα", 1)))
    assert sentence == (
        "Line 1, character 1: “Ο καφές είναι από εμάς.” invites or promises. 9 people read it. "
        "3 live in another town (Βόλος 2, Λάρισα 1). Of 2 we do not know the town."
    )


def test_a_house_without_a_town_has_nobody_living_elsewhere(settings):
    settings.HOUSE_CITY = ""
    make_contact(city="Βόλος")

    assert (towns(make_campaign()).total, towns(make_campaign(occasion_key="x")).elsewhere) == (1, 0)


def test_words_without_an_invitation_count_nobody(django_assert_num_queries):
    campaign = make_campaign()

    with django_assert_num_queries(0):
        assert with_readers(check("Γεια σας."), campaign=campaign, language="el", manner="formal") == ()
