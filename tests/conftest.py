import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Browser, sync_playwright
from whitenoise.middleware import WhiteNoiseMiddleware

from tests.builders import NOW

# Without these a browser looks up hosts of its maker at every start.
QUIET = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--no-first-run", "--disable-quic"]  # fmt: skip
# Playwright's loop is not ours: Django must not take our thread for an asynchronous one.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
ON_A_DATABASE = frozenset({"db", "transactional_db", "live_server"})


@pytest.fixture(autouse=True)
def nothing_kept_from_the_test_before() -> None:
    """Rolled-back rows come again with the same ids: what was counted of them must not."""
    cache.clear()


@pytest.fixture
def before_christmas(monkeypatch) -> None:
    """Pages look at the clock by themselves: for them, too, it is the hour that the letters of a test are made in."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture(scope="session", autouse=True)
def static_files_found_once() -> Iterator[None]:
    """Each client of a test is a server of its own, which would go through all static files again."""
    look, found = WhiteNoiseMiddleware.add_files_from_finders, {}

    def look_once(self: WhiteNoiseMiddleware) -> None:
        if not found:
            look(self)
            found.update(self.files)
        self.files.update(found)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", look_once)
        yield


@pytest.fixture
def browser(chromium: Browser) -> Iterator[Browser]:
    """The browser, with no page left open behind the test: an open one would go on asking the server."""
    yield chromium
    for context in chromium.contexts:
        context.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not path:
        pytest.skip("no browser: set CHROMIUM or install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield started
        started.close()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """A part of the run that begins with a mark (`-m "browser and …"`) reads only the files in which some test has it:
    reading all of them takes each process ten seconds."""
    mark = config.option.markexpr.partition(" ")[0]
    if mark not in ("faults", "browser") or not collection_path.name.startswith("test_"):
        return None
    return f"mark.{mark}" not in collection_path.read_text(encoding="utf-8") or None


def pytest_itemcollected(item: pytest.Item) -> None:
    """Whatever touches no database says the same beside each: it runs once."""
    if not item.get_closest_marker("django_db") and ON_A_DATABASE.isdisjoint(getattr(item, "fixturenames", ())):
        item.add_marker("once")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests of PostgreSQL alone have nothing to say on SQLite: they are not part of that run, rather than skipped."""
    if connection.vendor == "postgresql":
        return
    foreign = [item for item in items if item.get_closest_marker("postgres")]
    if foreign:
        items[:] = [item for item in items if item not in foreign]
        config.hook.pytest_deselected(items=foreign)


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """A copy of the template is kept as it was made; it goes with its folder."""
    return connection.vendor == "sqlite" and "TEST_TEMPLATE" in os.environ


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None, django_db_keepdb: bool) -> None:
    """Copy the database that the run has migrated once for all; PostgreSQL does so by itself."""
    if django_db_keepdb:
        shutil.copyfile(os.environ["TEST_TEMPLATE"], connection.settings_dict["TEST"]["NAME"])


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> None:
    """SQLite empties the tables after a test with real commits by DELETE, which the trail refuses otherwise."""
    if connection.vendor == "sqlite":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER customers_auditentry_no_delete")
