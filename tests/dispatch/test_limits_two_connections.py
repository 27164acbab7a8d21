"""Two real PostgreSQL connections on the row of one window: each of its conditional UPDATEs has one winner."""

from datetime import UTC, datetime, timedelta

import pytest

from campaigns.dispatch.limit_rules import parsed_limits
from campaigns.dispatch.limits import Allowance, Wait, forget_past_windows
from campaigns.models import SendingWindow
from tests.connections import held_between

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
NOW = datetime(2026, 12, 21, 8, 30, tzinfo=UTC)
HOUR_BEGINS, HOUR_ENDS = datetime(2026, 12, 21, 8, tzinfo=UTC), datetime(2026, 12, 21, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def two_an_hour(settings):
    settings.SENDING_LIMITS = parsed_limits("2/hour")


def make_window(*, begins_at: datetime = HOUR_BEGINS, taken: int = 0) -> None:
    SendingWindow.objects.create(scope="sender", seconds=3600, begins_at=begins_at, taken=taken)


def take(*, now: datetime = NOW) -> Wait | None:
    return Allowance().take("shop.example", now=now)


def test_two_workers_take_the_last_letter_of_a_window_and_one_wins():
    make_window(taken=1)

    mine, other = held_between(take, take)

    assert (mine, other.result) == (None, Wait("sender", HOUR_ENDS))
    assert SendingWindow.objects.get().taken == 2


def test_two_workers_open_the_first_window_and_share_it():
    mine, other = held_between(take, take)

    assert (mine, other.result) == (None, None)
    assert take() == Wait("sender", HOUR_ENDS)
    assert SendingWindow.objects.get().taken == 2


def test_two_workers_roll_a_window_over_and_it_begins_once():
    make_window(begins_at=NOW - timedelta(hours=5), taken=2)

    mine, other = held_between(take, take)

    assert (mine, other.result) == (None, None)
    assert take() == Wait("sender", HOUR_ENDS)
    assert SendingWindow.objects.get().taken == 2


def test_a_window_that_rolled_over_meanwhile_takes_nothing_back():
    make_window(taken=0)
    slow = Allowance()
    slow.take("shop.example", now=NOW)
    slow.put_back()

    _mine, _other = held_between(lambda: take(now=HOUR_ENDS), lambda: slow.give_back(now=NOW))

    window = SendingWindow.objects.get()
    assert (window.begins_at, window.taken) == (HOUR_ENDS, 1)


def test_what_is_given_back_meanwhile_is_counted_once():
    make_window(taken=0)
    first, second = Allowance(), Allowance()
    for allowance in (first, second):
        allowance.take("shop.example", now=NOW)
        allowance.put_back()

    held_between(lambda: first.give_back(now=NOW), lambda: second.give_back(now=NOW))

    assert SendingWindow.objects.get().taken == 0


def test_a_window_that_is_rolled_over_meanwhile_is_not_forgotten():
    make_window(begins_at=NOW - timedelta(days=5), taken=2)

    mine, other = held_between(take, lambda: forget_past_windows(now=NOW))

    assert (mine, other.result) == (None, 0)
    assert SendingWindow.objects.get().taken == 1


def test_a_window_that_is_forgotten_meanwhile_is_opened_again():
    make_window(begins_at=NOW - timedelta(days=5), taken=2)

    forgotten, other = held_between(lambda: forget_past_windows(now=NOW), take)

    assert (forgotten, other.result) == (1, None)
    assert SendingWindow.objects.get().taken == 1
