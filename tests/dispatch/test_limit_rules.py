"""SENDING_LIMITS is read once into rules, a bad one stops the start, and windows follow the clock."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from campaigns.dispatch.limit_rules import DAY, HOUR, SECOND, BadLimit, Limit, limits_for, parsed_limits, window_at

ROOT = Path(__file__).resolve().parent.parent.parent
ATHENS = ZoneInfo("Europe/Athens")
NOW = datetime(2026, 12, 21, 8, 30, 15, 250_000, tzinfo=UTC)
HOUR_BEGINS, HOUR_ENDS = datetime(2026, 12, 21, 8, tzinfo=UTC), datetime(2026, 12, 21, 9, tzinfo=UTC)


# --- What a rule says ------------------------------------------------------------------------------------------


def test_rules_are_read_once_into_scope_window_and_count():
    limits = parsed_limits("10/second, 2000/day, gmail.com:500/hour, *:100/hour")

    assert limits == (
        Limit("sender", SECOND, 10),
        Limit("sender", DAY, 2000),
        Limit("domain:gmail.com", HOUR, 500),
        Limit("domain:*", HOUR, 100),
    )


@pytest.mark.parametrize("text", ["", "  ", ",", " , ,"])
def test_no_rule_is_no_limit(text):
    assert parsed_limits(text) == ()


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        (" 10 / Second ", Limit("sender", SECOND, 10)),
        ("Gmail.COM : 5/HOUR,", Limit("domain:gmail.com", HOUR, 5)),
        ("καφές.gr:5/day", Limit("domain:xn--ixah0a8as.gr", DAY, 5)),
        ("ΚΑΦΈς.gr:5/day", Limit("domain:xn--ixah0a8as.gr", DAY, 5)),
        ("XN--IXAH0A8AS.gr:5/day", Limit("domain:xn--ixah0a8as.gr", DAY, 5)),
    ],
)
def test_blanks_case_and_script_of_a_rule_do_not_matter(text, limit):
    assert parsed_limits(text) == (limit,)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("ten/second", "“ten/second” is not a limit"),
        ("10", "“10” is not a limit"),
        ("2,000/day", "“2” is not a limit"),
        ("-5/day", "“-5/day” is not a limit"),
        ("1.5/second", "“1.5/second” is not a limit"),
        ("٣/day", "“٣/day” is not a limit"),
        ("9999999999/day", "is not a limit"),
        (":5/day", "“:5/day” is not a limit"),
        ("10/minute", "names no window we count in"),
        ("0/day", "would let no letter leave"),
        ("me@gmail.com:5/day", "“me@gmail.com” is not a domain"),
        ("*.gr:5/day", "“*.gr” is not a domain"),
        ("gmail..com:5/day", "is not a domain"),
        (f"{'a.' * 130}gr:5/day", "is not a domain"),
        ("10/second, 20/second", "“20/second” limits a window that has a limit already"),
        ("gmail.com:10/day, GMAIL.com:20/day", "has a limit already"),
        ("*:10/day, *:10/day", "has a limit already"),
    ],
)
def test_a_rule_that_cannot_be_read_is_named(text, says):
    with pytest.raises(BadLimit, match=r".+") as refusal:
        parsed_limits(text)

    assert says in str(refusal.value)


def start(folder: Path, limits: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "TMPDIR", "HOME")}
    environment |= {"VAR_DIR": str(folder), "SENDING_LIMITS": limits, "PYTHONPATH": str(ROOT)}
    program = "from greetings_crm import settings; print(settings.SENDING_LIMITS)"
    command = [sys.executable, "-c", program]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd=folder)


def test_a_bad_rule_stops_the_start_with_a_sentence_that_names_the_variable(tmp_path):
    refused, started = start(tmp_path, "10/minute"), start(tmp_path, "10/hour")

    assert refused.returncode == 1
    assert "ImproperlyConfigured: SENDING_LIMITS: “10/minute” names no window" in refused.stderr
    assert started.stdout.strip() == "(Limit(scope_pattern='sender', seconds=3600, count=10),)"


@pytest.mark.parametrize(("count", "portion"), [(1, 1), (9, 1), (10, 1), (99, 9), (100, 10), (250, 25), (10_000, 25)])
def test_a_worker_takes_a_tenth_at_a_time_and_at_most_25(count, portion):
    assert Limit("sender", DAY, count).portion == portion


def test_a_domain_with_a_rule_of_its_own_keeps_that_alone():
    limits = parsed_limits("*:1/second, *:100/hour, gmail.com:500/hour, 10/second, 2000/day")

    assert limits_for("gmail.com", limits) == [
        ("sender", limits[4]),
        ("sender", limits[3]),
        ("domain:gmail.com", limits[2]),
    ]
    assert [scope for scope, _limit in limits_for("shop.example", limits)] == ["sender"] * 2 + [
        "domain:shop.example"
    ] * 2


# --- Windows follow the clock ----------------------------------------------------------------------------------


def test_seconds_and_hours_are_those_of_utc():
    assert window_at(SECOND, NOW, zone=ATHENS) == (NOW.replace(microsecond=0), NOW.replace(second=16, microsecond=0))
    assert window_at(HOUR, NOW, zone=ATHENS) == (HOUR_BEGINS, HOUR_ENDS)
    half_past = datetime(2026, 12, 21, 14, 0, tzinfo=ZoneInfo("Asia/Kolkata"))
    assert window_at(HOUR, half_past, zone=ZoneInfo("Asia/Kolkata")) == (HOUR_BEGINS, HOUR_ENDS)


@pytest.mark.parametrize(
    ("day", "begins_at", "hours"),
    [
        ("2026-12-21", datetime(2026, 12, 20, 22, tzinfo=UTC), 24),
        ("2026-03-29", datetime(2026, 3, 28, 22, tzinfo=UTC), 23),
        ("2026-10-25", datetime(2026, 10, 24, 21, tzinfo=UTC), 25),
    ],
)
def test_a_day_is_one_of_the_business_however_long(day, begins_at, hours):
    ends_at = begins_at + timedelta(hours=hours)

    inside = [begins_at + timedelta(minutes=minute) for minute in range(0, hours * 60, 15)]

    assert {window_at(DAY, moment, zone=ATHENS) for moment in inside} == {(begins_at, ends_at)}
    assert begins_at.astimezone(ATHENS).isoformat().startswith(f"{day}T00:00")
    assert window_at(DAY, ends_at, zone=ATHENS)[0] == ends_at
    assert window_at(DAY, begins_at - timedelta(seconds=1), zone=ATHENS)[1] == begins_at


@pytest.mark.parametrize(
    ("zone", "begins_at", "hours"),
    [
        # In Cairo the clocks go from midnight to one in April, and from midnight back to eleven in October.
        ("Africa/Cairo", datetime(2026, 4, 23, 22, tzinfo=UTC), 23),
        ("Africa/Cairo", datetime(2026, 10, 28, 21, tzinfo=UTC), 25),
        # In Havana one o'clock goes back to midnight: the day begins at the first of the two.
        ("America/Havana", datetime(2026, 11, 1, 4, tzinfo=UTC), 25),
    ],
)
def test_a_day_whose_midnight_is_missing_or_double_has_one_window(zone, begins_at, hours):
    ends_at = begins_at + timedelta(hours=hours)

    windows = [window_at(DAY, begins_at + timedelta(minutes=15 * n), zone=ZoneInfo(zone)) for n in range(4 * hours)]

    assert set(windows) == {(begins_at, ends_at)}
    assert window_at(DAY, ends_at, zone=ZoneInfo(zone))[0] == ends_at
