"""A call is no letter: the sentence of a greeting counts as its table does, on its page and in the list."""

import pytest
from django.core.cache import cache
from django.utils import translation

from campaigns.coverage import coverage_of, reached_by
from campaigns.models import Campaign
from campaigns.selectors import campaign_lines
from campaigns.sentences import campaign_sentence
from tests.builders import NOW, make_campaign, make_letter

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_kept():
    cache.clear()


def ended(*ways: str, **fields) -> Campaign:
    """A finished greeting: a letter or a hand by each of these ways."""
    campaign = make_campaign(state="finished", **fields)
    for way in ways:
        make_letter(campaign, state="sent", sent_at=NOW, channel=way)
    return campaign


def stands(campaign: Campaign) -> str:
    """How it stands in the list of greetings and on its own page, which say the same."""
    (line,) = campaign_lines([campaign])
    with translation.override("en"):
        listed = campaign_sentence(campaign, line.classes, now=NOW, reached_by=line.reached_by)
        counted = coverage_of(campaign)
        shown = campaign_sentence(campaign, counted.classes, now=NOW, reached_by=reached_by(campaign, counted))
    assert listed == shown
    return listed


@pytest.mark.parametrize(
    ("ways", "sentence"),
    [
        (("mail", "mail"), "All 2 have gone. Nobody twice, nobody forgotten."),
        (("mail", "mail", "call"), "All 2 letters have gone. By hand: 1 call. Nobody twice, nobody forgotten."),
        (
            ("mail", "card", "text"),
            "The one letter has gone. By hand: 1 card, 1 message. Nobody twice, nobody forgotten.",
        ),
        (("call", "call"), "By hand: 2 calls. Nobody twice, nobody forgotten."),
    ],
)
def test_the_sentence_of_a_greeting_counts_calls_beside_letters_as_its_table_does(ways, sentence):
    assert stands(ended(*ways)) == sentence


def test_where_some_have_not_gone_the_hand_stands_between_the_numbers():
    campaign = ended("mail", "call")
    make_letter(campaign, state="failed", reason_code="refused_address")

    assert stands(campaign) == "1 of 2 letters have gone. By hand: 1 call. 1 came back."


def test_a_list_of_greetings_asks_for_the_hands_of_all_at_once_and_keeps_them(django_assert_num_queries):
    campaigns = [ended("mail", "card"), ended("mail", occasion_key="")]

    with django_assert_num_queries(2):
        lines = campaign_lines(campaigns)
    with django_assert_num_queries(0):
        campaign_lines(campaigns)

    assert [line.reached_by["card"] for line in lines] == [1, 0]


def test_a_call_that_is_ticked_after_the_last_letter_stands_in_the_list_at_once():
    campaign = ended("mail")
    campaign_lines([campaign])
    make_letter(campaign, state="sent", sent_at=NOW, channel="call")
    cache.delete(f"coverage:{campaign.pk}:finished")  # two seconds later

    assert campaign_lines([campaign])[0].reached_by["call"] == 1
