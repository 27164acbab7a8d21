"""What an answer means for the letters behind it."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from campaigns.dispatch.outcome import Outcome
from campaigns.dispatch.wire import Letter
from campaigns.dispatch.work import work_lane
from campaigns.models import Campaign, Message
from tests.builders import NOW, make_campaign, make_letter

pytestmark = pytest.mark.django_db
SENT = Outcome("sent", "accepted")
REFUSED = Outcome("failed", "refused_address", "no such user", 550, hard=True)
DOUBT = Outcome("uncertain", "dropped_after_dot")
POLICY = Outcome("retry", "policy", "5.7.1 not today", 554, pause_campaign=True)
AWAY = Outcome("retry", "no_connection", unreachable=True)


@dataclass
class Server:
    """A mail server that answers as it was told: by address, else letter after letter."""

    answers: list[Outcome] = field(default_factory=list)
    by_address: dict[str, Outcome] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    connected = True

    def deliver(self, letter: Letter) -> Outcome:
        self.asked.append(letter.to_address)
        if letter.to_address in self.by_address:
            return self.by_address[letter.to_address]
        return self.answers.pop(0) if self.answers else SENT

    def settle_quickly(self, seconds: float) -> None: ...

    def close(self) -> None: ...


def work(campaign: Campaign, server: Server, *, now=NOW) -> None:
    work_lane(campaign_id=campaign.pk, lane=0, transport=server, clock=lambda: now, seconds=60)
    campaign.refresh_from_db()


def states(campaign: Campaign) -> dict[str, int]:
    found = list(campaign.messages.values_list("state", flat=True))
    return {state: found.count(state) for state in sorted(set(found))}


@pytest.fixture
def campaign() -> Campaign:
    return make_campaign(state="sending")


def letters(campaign: Campaign, count: int) -> list[Message]:
    return [make_letter(campaign) for _number in range(count)]


def test_many_refusals_in_a_row_pause_the_campaign_once(campaign, settings):
    settings.DISPATCH_ERRORS_IN_A_ROW = 5
    letters(campaign, 12)

    work(campaign, Server([REFUSED] * 12))

    assert (campaign.state, campaign.paused_code, campaign.paused_facts["count"]) == ("paused", "many_errors", 5)
    assert states(campaign) == {"failed": 5, "ready": 7}
    assert campaign.errors_in_a_row == 0, "who goes on begins a new row"


def test_the_row_goes_on_over_turns_and_a_letter_that_goes_ends_it(campaign, settings):
    settings.DISPATCH_ERRORS_IN_A_ROW = 5
    letters(campaign, 3)
    work(campaign, Server([REFUSED] * 3))
    assert campaign.errors_in_a_row == 3

    letters(campaign, 5)
    work(campaign, Server([REFUSED, SENT, REFUSED, REFUSED, SENT]))

    assert (campaign.state, campaign.errors_in_a_row) == ("sending", 0)
    assert states(campaign) == {"failed": 6, "sent": 2}


def test_letters_that_cannot_be_written_are_a_row_too(campaign, settings):
    settings.DISPATCH_ERRORS_IN_A_ROW = 3
    letters(campaign, 6)

    work(campaign, Server([Outcome("held", "unwritable")] * 6))

    assert campaign.state == "paused"
    assert states(campaign) == {"held": 3, "ready": 3}


def test_letters_too_large_for_their_servers_are_no_row(campaign, settings):
    settings.DISPATCH_ERRORS_IN_A_ROW = 3
    letters(campaign, 6)

    work(campaign, Server([Outcome("failed", "too_large")] * 6))

    assert campaign.state == "sending"
    assert states(campaign) == {"failed": 6}


def test_three_doubts_in_a_row_pause_before_more_people_have_to_be_asked(campaign):
    letters(campaign, 8)

    work(campaign, Server([DOUBT, DOUBT, DOUBT]))

    assert (campaign.state, campaign.paused_code) == ("paused", "many_doubts")
    assert states(campaign) == {"ready": 5, "uncertain": 3}


def test_doubts_apart_from_each_other_do_not_pause(campaign):
    letters(campaign, 5)
    later = NOW + timedelta(minutes=1)

    work(campaign, Server([DOUBT, DOUBT, SENT]), now=NOW)
    letters(campaign, 2)
    work(campaign, Server([DOUBT]), now=later)

    assert campaign.state == "sending"


def test_a_policy_refusal_pauses_and_the_letter_in_hand_waits_with_the_others(campaign):
    first, *_others = letters(campaign, 4)

    work(campaign, Server([POLICY]))

    first.refresh_from_db()
    assert (campaign.state, campaign.paused_code) == ("paused", "policy")
    assert (first.state, first.reason_code) == ("retry", "policy")
    assert states(campaign) == {"ready": 3, "retry": 1}


def test_a_policy_refusal_that_meets_one_letter_alone_fails_it_alone(campaign):
    strict, *_others = letters(campaign, 4)
    server = Server(by_address={strict.to_address: POLICY})
    work(campaign, server)
    Campaign.objects.filter(pk=campaign.pk).update(state="sending", paused_code="", paused_facts={})
    work(campaign, server, now=NOW + timedelta(seconds=30))

    work(campaign, server, now=NOW + timedelta(hours=1))

    strict.refresh_from_db()
    assert (strict.state, strict.reason_code) == ("failed", "policy")
    assert campaign.state == "sending"
    assert states(campaign) == {"failed": 1, "sent": 3}


def test_without_a_connection_one_letter_waits_and_the_rest_are_not_touched(campaign):
    letters(campaign, 5)
    server = Server([AWAY] * 5)

    work(campaign, server)

    assert len(server.asked) == 1
    assert campaign.state == "sending"
    assert states(campaign) == {"ready": 4, "retry": 1}
