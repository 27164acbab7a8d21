"""Sentences put together from parts: one stop after a company's name, Greek signs in Greek, work by hand by itself."""

import pytest
from django.urls import reverse
from django.utils import translation

from campaigns.review.room.decision_words import said
from campaigns.segments import rule_label
from tests.builders import ELENI, STAMATIS, make_contact, make_user
from tests.review.piles import in_review, letter_on


@pytest.mark.parametrize("code", ["tick", "tick_alike", "by_call"])
def test_a_company_whose_name_ends_with_a_stop_ends_the_sentence_with_it(db, code):
    company = make_contact({"kind": "company", "company_name": "ΑΦΟΙ ΙΩΑΝΝΙΔΗΣ Ο.Ε."})
    letter = letter_on(in_review(), contact=company)

    assert said(code, {"count": 2}, letter=letter).endswith(" Ο.Ε.")


@pytest.mark.parametrize(("language", "sign"), [("el", "·"), ("en", ";")])
def test_the_parts_of_a_rule_stand_apart_by_the_sign_of_the_language(language, sign):
    rule = {"any": [{"choose": "has_email"}, {"choose": "open_case"}]}

    with translation.override(language):
        label = rule_label(rule)

    assert [each for each in ";·" if each in label] == [sign]


def test_a_call_that_is_to_be_made_is_not_among_those_nobody_has_decided_about(client, db):
    campaign = in_review()
    letter_on(campaign)
    letter_on(campaign, "", person=STAMATIS, state="held", reason_code="set_aside")
    letter_on(campaign, "", person=ELENI, state="held", reason_code="by_call")
    client.force_login(make_user("eleni", role="manager"))
    client.cookies["django_language"] = "en"

    page = client.get(reverse("campaigns:campaign-approve", args=[campaign.pk]))

    assert page.context["held_count"] == 1
    assert [each["contact"].first_name for each in page.context["held_letters"]] == [STAMATIS["first_name"]]
    assert page.context["by_hand"] == "1 call"
