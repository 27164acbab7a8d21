"""The test runner: what it counts, what it says, and what it lets pass."""

from collections import Counter
from pathlib import Path

import pytest

from tests.run import (
    PARTS,
    Result,
    Services,
    environment_of,
    parts_to_run,
    read_report,
    summary,
    verdict,
)

EVERYTHING = Services(
    postgres="postgres://postgres@127.0.0.1:5432/greetings",
    redis="redis://127.0.0.1:6379/0",
    browser="/usr/bin/chromium",
    words={"PostgreSQL": "DATABASE_URL", "Redis": "REDIS_URL", "browser": "/usr/bin/chromium"},
)
REPORT = """<?xml version="1.0"?><testsuites><testsuite>
<testcase classname="tests.a" name="test_one"/>
<testcase classname="tests.a" name="test_two"><failure message="no"/></testcase>
<testcase classname="tests.a" name="test_three"><error message="no"/></testcase>
<testcase classname="tests.b" name="test_four"><skipped message="no browser"/></testcase>
</testsuite></testsuites>"""


def result(exit_code: int = 0, skipped: int = 0, **counts: int) -> Result:
    reasons = [(f"tests.b::test_{number}", "no browser") for number in range(skipped)]
    return Result(PARTS[0], Counter(counts, skipped=skipped), reasons, 1.0, exit_code)


def test_a_report_is_counted_with_the_reason_of_each_skip(tmp_path):
    path = tmp_path / "report.xml"
    path.write_text(REPORT)

    counts, skipped = read_report(path)

    assert counts == {"passed": 1, "failed": 2, "skipped": 1}
    assert skipped == [("tests.b::test_four", "no browser")]


@pytest.mark.parametrize(
    ("results", "environment", "fault"),
    [
        ([result(passed=3)], {}, None),
        ([result(passed=3)], {"CI": "true"}, None),
        ([result(passed=3, skipped=1)], {}, None),
        ([result(passed=3, skipped=2)], {"CI": "true"}, "2 tests were skipped"),
        ([result(exit_code=1, passed=3, failed=1)], {}, "SQLite: failed"),
        ([result(exit_code=2)], {}, "SQLite: failed"),
        ([result(passed=3), result(exit_code=5)], {}, None),
        ([result(exit_code=5)], {}, "no test ran"),
    ],
)
def test_the_verdict_follows_failures_and_in_ci_skips(results, environment, fault):
    reasons = verdict(results, EVERYTHING, environment)

    assert (fault is None and reasons == []) or fault in reasons[0]


def test_a_missing_service_is_said_and_fails_only_ci():
    nothing = Services(words={"PostgreSQL": "not found: no wheel", "Redis": "not found", "browser": "x"})

    assert [part.name for part in parts_to_run(nothing)] == ["SQLite", "faults, SQLite", "browser, SQLite"]
    assert verdict([result(passed=1)], nothing, {}) == []
    assert verdict([result(passed=1)], nothing, {"CI": "true"}) == [
        "PostgreSQL not found: no wheel",
        "Redis not found",
    ]
    assert "Not run: PostgreSQL" in summary([result(passed=1)], nothing)


def test_the_summary_names_each_part_service_and_skipped_test():
    text = "\n".join(summary([result(passed=7, skipped=2)], EVERYTHING))

    assert "SQLite" in text and "/usr/bin/chromium" in text
    assert "2 x no browser" in text and "tests.b::test_1" in text


def test_each_part_gets_its_database_and_broker_and_a_folder_of_its_own(monkeypatch):
    monkeypatch.setenv("CELERY_BROKER_URL", "redis://elsewhere")
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    folder = Path("/tmp/x")

    fast = environment_of(PARTS[0], EVERYTHING, folder)
    last = environment_of(PARTS[-1], EVERYTHING, folder)

    assert fast["DATABASE_URL"] == "sqlite:////tmp/x/db.sqlite3"
    assert fast["VAR_DIR"] == "/tmp/x/var" and "CELERY_BROKER_URL" not in fast
    assert "PYTHONDONTWRITEBYTECODE" not in fast
    assert last["DATABASE_URL"] == EVERYTHING.postgres
    assert last["CELERY_BROKER_URL"] == last["REDIS_URL"] == EVERYTHING.redis
    assert "CHROMIUM" not in environment_of(PARTS[0], Services(), folder)


def test_each_part_copies_the_template_of_its_own_database(monkeypatch):
    monkeypatch.delenv("TEST_TEMPLATE", raising=False)
    services = Services(postgres=EVERYTHING.postgres, templates={"SQLite": "/tmp/t.sqlite3", "PostgreSQL": "t"})

    templates = {part.database: environment_of(part, services, Path("/tmp/x"))["TEST_TEMPLATE"] for part in PARTS}

    assert templates == services.templates
    assert "TEST_TEMPLATE" not in environment_of(PARTS[0], EVERYTHING, Path("/tmp/x"))


def test_no_test_falls_between_the_parts_and_the_shares_leave_room_for_set_up():
    everywhere = "not faults and not browser"
    by_database = {name: [part.marks for part in PARTS if part.database == name] for name in ("SQLite", "PostgreSQL")}

    assert by_database == {
        "SQLite": [f"{everywhere} and not postgres", "faults and not postgres", "browser"],
        "PostgreSQL": [f"{everywhere} and not once", "faults and not once", "browser and redis"],
    }
    assert sum(part.share_minutes for part in PARTS) + 2 < 25
