"""Limits hold over all workers together: never more letters in a window than its rule says, and few fewer."""

import random
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connections

from campaigns.dispatch.limit_rules import DAY, HOUR, SECOND, parsed_limits, window_at
from campaigns.dispatch.limits import Allowance, Wait, exhausted, forget_past_windows
from campaigns.models import SendingWindow

ATHENS = ZoneInfo("Europe/Athens")
NOW = datetime(2026, 12, 21, 8, 30, 15, 250_000, tzinfo=UTC)
HOUR_ENDS = datetime(2026, 12, 21, 9, tzinfo=UTC)
MIDNIGHT = datetime(2026, 12, 21, 22, tzinfo=UTC)  # in Athens


@pytest.fixture
def rules(settings):
    def set_rules(text: str) -> None:
        settings.SENDING_LIMITS = parsed_limits(text)

    return set_rules


def taken(scope: str = "sender", seconds: int = HOUR) -> int:
    return SendingWindow.objects.get(scope=scope, seconds=seconds).taken


def letters_until_refused(allowance: Allowance, domain: str = "shop.example", *, now: datetime = NOW) -> int:
    """How many letters leave before the first refusal."""
    count = 0
    while allowance.take(domain, now=now) is None:
        count += 1
        assert count < 10_000
    return count


# --- One turn of work ------------------------------------------------------------------------------------------


def test_without_limits_nothing_is_asked_of_the_database(rules, db, django_assert_num_queries):
    rules("")

    with django_assert_num_queries(0):
        allowance = Allowance()
        allowance.take("shop.example", now=NOW)
        allowance.put_back()
        allowance.give_back(now=NOW)
        waits = exhausted(now=NOW)

    assert waits == []


@pytest.mark.parametrize("count", [1, 2, 9, 10, 37, 260])
def test_as_many_letters_leave_as_the_rule_says_then_the_window_is_waited_for(rules, db, count):
    rules(f"{count}/hour")
    allowance = Allowance()

    assert letters_until_refused(allowance) == count
    assert allowance.take("shop.example", now=NOW) == Wait("sender", HOUR_ENDS)
    assert taken() == count


def test_a_portion_costs_one_update(rules, db, django_assert_num_queries):
    rules("200/hour")
    allowance = Allowance()
    letters = [allowance.take("shop.example", now=NOW) for _letter in range(20)]

    with django_assert_num_queries(1):
        letters += [allowance.take("shop.example", now=NOW) for _letter in range(20)]

    assert letters == [None] * 40
    assert taken() == 40


def test_a_window_that_is_used_up_is_not_asked_again(rules, db, django_assert_num_queries):
    rules("gmail.com:1/hour")
    allowance = Allowance()
    letters_until_refused(allowance, "gmail.com")

    with django_assert_num_queries(0):
        waits = {allowance.take("gmail.com", now=NOW) for _letter in range(50)}

    assert waits == {Wait("domain:gmail.com", HOUR_ENDS)}


def test_the_next_window_begins_at_nothing(rules, db):
    rules("3/hour")
    allowance = Allowance()
    letters_until_refused(allowance)

    assert allowance.take("shop.example", now=HOUR_ENDS - timedelta(microseconds=1)) is not None
    assert letters_until_refused(allowance, now=HOUR_ENDS) == 3
    assert SendingWindow.objects.get().begins_at == HOUR_ENDS


def test_what_is_in_hand_is_not_carried_into_the_next_window(rules, db):
    rules("50/hour")
    early, late = Allowance(), Allowance()
    early.take("shop.example", now=NOW)

    assert letters_until_refused(early, now=HOUR_ENDS) + letters_until_refused(late, now=HOUR_ENDS) == 50


@pytest.mark.parametrize("long_day", [(2026, 10, 25, 25), (2026, 3, 29, 23), (2026, 12, 21, 24)])
def test_a_day_lets_its_letters_out_once_even_when_the_clocks_change(rules, db, long_day):
    year, month, day, hours = long_day
    midnight = datetime(year, month, day, tzinfo=ATHENS).astimezone(UTC)
    rules("20/day")

    per_hour = [letters_until_refused(Allowance(), now=midnight + timedelta(hours=hour)) for hour in range(hours + 1)]

    assert per_hour == [20] + [0] * (hours - 1) + [20]


def test_all_windows_of_a_letter_must_grant_or_none_is_used_up(rules, db):
    rules("10/hour, gmail.com:2/hour")
    allowance = Allowance()

    assert letters_until_refused(allowance, "gmail.com") == 2
    assert letters_until_refused(allowance, "shop.example") == 8


def test_the_house_is_named_before_the_domain_and_the_longer_wait_before_the_shorter(rules, db):
    rules("1/second, 1/day, gmail.com:1/hour")
    allowance = Allowance()

    letters_until_refused(allowance, "gmail.com")

    assert allowance.take("gmail.com", now=NOW) == Wait("sender", MIDNIGHT)


def test_a_domain_that_waits_stops_no_other(rules, db):
    rules("gmail.com:1/hour")
    allowance = Allowance()
    letters_until_refused(allowance, "gmail.com")

    assert allowance.take("shop.example", now=NOW) is None


def test_each_domain_without_a_rule_of_its_own_has_a_count_of_its_own(rules, db):
    rules("*:2/hour, gmail.com:3/hour")
    allowance = Allowance()

    counts = [letters_until_refused(allowance, domain) for domain in ("a.example", "b.example", "gmail.com")]

    assert counts == [2, 2, 3]
    assert allowance.take("a.example", now=NOW) == Wait("domain:a.example", HOUR_ENDS)


@pytest.mark.parametrize(
    ("rule", "domains"),
    [
        ("gmail.com:3/hour", ["Gmail.COM", "GMAIL.com ", "gmail.com"]),
        ("*:3/hour", ["καφές.gr", "ΚΑΦΈς.gr", "xn--ixah0a8as.gr", "XN--IXAH0A8AS.GR"]),
    ],
)
def test_one_domain_in_all_its_spellings_is_one_count(rules, db, rule, domains):
    rules(rule)

    assert sum(letters_until_refused(Allowance(), domain) for domain in domains) == 3
    assert SendingWindow.objects.count() == 1


@pytest.mark.parametrize("domain", ["", "a b", "x" * 300, "kafe\x00.gr", "[192.0.2.1]", "b..gr"])
def test_what_is_no_domain_has_limits_too_and_stops_nobody(rules, db, domain):
    rules("*:2/hour")

    assert letters_until_refused(Allowance(), domain) == 2
    assert letters_until_refused(Allowance(), "shop.example") == 2


# --- Several workers, one after the other ----------------------------------------------------------------------


def test_what_was_not_used_is_given_back_for_others(rules, db):
    rules("100/hour, *:50/hour")
    first, second = Allowance(), Allowance()
    first.take("shop.example", now=NOW)

    first.give_back(now=NOW)

    assert (taken(), taken("domain:shop.example")) == (1, 1)
    assert letters_until_refused(second) == 49


def test_giving_back_twice_gives_back_once(rules, db):
    rules("100/hour")
    allowance = Allowance()
    allowance.take("shop.example", now=NOW)

    allowance.give_back(now=NOW)
    allowance.give_back(now=NOW)

    assert taken() == 1


def test_nothing_is_given_back_to_a_later_window(rules, db):
    rules("100/hour")
    slow, other = Allowance(), Allowance()
    slow.take("shop.example", now=NOW)
    letters_until_refused(other, now=HOUR_ENDS)

    slow.give_back(now=HOUR_ENDS - timedelta(seconds=1))  # the clock of the slow one is behind

    assert taken() == 100


def test_a_letter_that_did_not_leave_lets_the_next_one_leave_instead(rules, db):
    rules("3/hour, *:3/hour")
    allowance = Allowance()
    allowance.take("shop.example", now=NOW)

    allowance.put_back()
    allowance.put_back()

    assert letters_until_refused(allowance) == 3


def test_a_refused_letter_has_nothing_to_put_back(rules, db):
    rules("3/hour")
    allowance = Allowance()
    letters_until_refused(allowance)

    allowance.put_back()

    assert letters_until_refused(allowance) == 0


def test_a_killed_worker_costs_its_window_at_most_one_portion(rules, db):
    rules("100/hour")
    killed = Allowance()
    killed.take("shop.example", now=NOW)
    del killed

    assert letters_until_refused(Allowance()) == 90


def test_a_rule_made_stricter_in_mid_window_counts_what_has_left_already(rules, db):
    rules("100/hour")
    letters = Allowance()
    for _letter in range(40):
        letters.take("shop.example", now=NOW)
    letters.give_back(now=NOW)

    rules("30/hour")

    assert letters_until_refused(Allowance()) == 0
    assert exhausted(now=NOW) == [Wait("sender", HOUR_ENDS)]


@pytest.mark.parametrize("behind", [timedelta(seconds=2), timedelta(hours=1), timedelta(hours=25)])
def test_machines_whose_clocks_differ_share_one_window(rules, db, behind):
    rules("20/hour, 15/second")
    ahead, late = Allowance(), Allowance()
    leaving = [ahead.take("shop.example", now=NOW) for _letter in range(3)]

    leaving += [late.take("shop.example", now=NOW - behind) for _letter in range(20)]

    assert leaving.count(None) == 15
    # The one behind tries again by its own clock: the one ahead may be gone for good.
    assert leaving[-1].until <= NOW - behind + timedelta(seconds=1)


def test_a_clock_set_right_by_days_does_not_stop_the_house(rules, db):
    rules("20/day")
    letters_until_refused(Allowance(), now=NOW + timedelta(days=3650))

    assert exhausted(now=NOW) == []
    assert letters_until_refused(Allowance()) == 20


@pytest.mark.parametrize("seed", range(5))
def test_no_window_ever_lets_out_more_than_its_rule_says_whatever_workers_do(rules, db, seed):
    rules("4/second, 30/hour, 70/day, a.example:15/hour, *:9/hour")
    limits = {("sender", SECOND): 4, ("sender", HOUR): 30, ("sender", DAY): 70,
              ("a.example", HOUR): 15, ("b.example", HOUR): 9}  # fmt: skip
    dice, now = random.Random(seed), datetime(2026, 10, 25, 20, 50, tzinfo=UTC)
    workers, left = [Allowance() for _worker in range(3)], Counter()

    for _step in range(600):
        now += timedelta(seconds=dice.choice([0, 0, 0, 0.2, 1, 1, 300]))
        number, domain = dice.randrange(3), dice.choice(["a.example", "b.example"])
        what = dice.choices(["letter", "letter not there", "end of turn", "killed"], [20, 2, 2, 1])[0]
        if what == "killed":
            workers[number] = Allowance()
        elif what == "end of turn":
            workers[number].give_back(now=now)
        elif workers[number].take(domain, now=now) is None:
            if what == "letter not there":
                workers[number].put_back()
                continue
            for scope, seconds in limits:
                if scope in ("sender", domain):
                    left[scope, seconds, window_at(seconds, now, zone=ATHENS)[0]] += 1

    assert {window: n for window, n in left.items() if n > limits[window[0], window[1]]} == {}
    for (scope, seconds), limit in limits.items():
        best = max(n for window, n in left.items() if window[:2] == (scope, seconds))
        assert best > limit / 2, f"{scope} per {seconds} s was never put to the test"


# --- Several workers at once -----------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("first", ["a window that is there", "no window yet", "a window that is over"])
def test_workers_that_take_at_once_never_take_more_than_there_is(rules, first):
    rules("120/hour, *:90/hour, b.example:40/hour")
    if first != "no window yet":
        before = NOW if first == "a window that is there" else NOW - timedelta(hours=3)
        allowance = Allowance()
        letters_until_refused(allowance, now=before - timedelta(hours=1))
        if before == NOW:
            allowance.take("a.example", now=NOW)
            allowance.give_back(now=NOW)
    already = 1 if first == "a window that is there" else 0
    begin, counts, errors = threading.Barrier(4), Counter(), []

    def work() -> None:
        allowance = Allowance()
        own = Counter()
        try:
            begin.wait(10)
            for domain in ("b.example", "a.example"):
                own[domain] = letters_until_refused(allowance, domain)
                allowance.give_back(now=NOW)
            counts.update(own)
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert errors == []
    assert counts["b.example"] == 40
    # Whoever was refused while another held a portion has gone: what that one gave back may be left over.
    assert 80 - already - 3 * 12 <= counts["a.example"] <= 80 - already
    assert taken() == already + sum(counts.values())


# --- For the page, and for tidiness ----------------------------------------------------------------------------


def test_the_page_sees_in_one_query_what_is_used_up_now(rules, db, django_assert_num_queries):
    rules("5/hour, 100/day, gmail.com:3/hour, *:2/hour, *:50/day")
    allowance = Allowance()
    for domain in ("b.example", "gmail.com", "a.example"):
        letters_until_refused(allowance, domain)

    with django_assert_num_queries(1):
        waits = exhausted(now=NOW)

    assert waits == [
        Wait("sender", HOUR_ENDS),
        Wait("domain:b.example", HOUR_ENDS),
        Wait("domain:gmail.com", HOUR_ENDS),
    ]
    assert exhausted(now=HOUR_ENDS) == []


def test_a_window_that_no_rule_speaks_of_any_more_is_not_shown(rules, db):
    rules("2/hour, a.example:1/hour")
    for domain in ("a.example", "b.example"):
        letters_until_refused(Allowance(), domain)

    rules("b.example:1/hour")

    assert exhausted(now=NOW) == []


def test_windows_that_are_long_over_are_forgotten(rules, db):
    rules("5/day, *:2/hour")
    Allowance().take("gone.example", now=NOW - timedelta(days=4))
    Allowance().take("shop.example", now=NOW)

    forgotten = forget_past_windows(now=NOW)

    assert forgotten == 1
    assert set(SendingWindow.objects.values_list("scope", flat=True)) == {"sender", "domain:shop.example"}
