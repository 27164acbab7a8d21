"""A campaign through the real hand-over and a mail provider: nobody twice, nobody lost, and its identifier kept."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest

from campaigns.dispatch.provider import ResendTransport
from campaigns.dispatch.work import work_lane
from campaigns.models import Message
from campaigns.running import settle_uncertain
from tests.builders import NOW, make_campaign, make_letter, make_user
from tests.transport.provider_server import KEY, Answer, Provider, running_provider

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider() -> Iterator[Provider]:
    with running_provider() as provider:
        yield provider


def work(campaign, provider: Provider, *, now=NOW):
    transport = ResendTransport(KEY, api_url=provider.url, answer_timeout=0.3, repeat_pauses=(0, 0.05))
    turn = work_lane(campaign_id=campaign.pk, lane=0, transport=transport, clock=lambda: now, seconds=60)
    transport.close()
    return turn


def test_every_fault_of_a_provider_ends_in_one_letter_or_a_reason(provider):
    campaign = make_campaign(state="sending")
    letters = [make_letter(campaign) for _number in range(7)]
    provider.plan(
        "accept",
        "drop-kept", "accept",
        "fault-kept", "silent-read", "accept",
        Answer(422, "validation_error", "Invalid `to` field."),
        "drop-kept", "fault", "unreadable",
        "unreadable", "accept",
    )  # fmt: skip

    work(campaign, provider)

    for letter in letters:
        letter.refresh_from_db()
    assert [letter.state for letter in letters] == ["sent", "sent", "sent", "failed", "uncertain", "sent", "sent"]
    per_person = Counter(kept["to"][0] for kept in provider.letters)
    assert set(per_person.values()) == {1} and len(per_person) == 6
    known = {kept["headers"]["Message-ID"]: kept["id"] for kept in provider.letters}
    assert all(letter.provider_id == known[letter.header_id] for letter in letters if letter.state == "sent")


def test_a_letter_sent_again_by_a_person_is_still_one_letter(provider):
    campaign = make_campaign(state="sending")
    letter = make_letter(campaign)
    provider.plan(*["silent-kept"] * 3)
    work(campaign, provider)
    letter.refresh_from_db()
    assert letter.state == "uncertain"

    settle_uncertain(letter.pk, went=False, by=make_user(role="manager"), now=NOW)
    work(campaign, provider, now=NOW + timedelta(minutes=5))

    letter.refresh_from_db()
    assert (letter.state, letter.provider_id) == (Message.State.SENT, provider.letters[0]["id"])
    assert len(provider.letters) == 1
