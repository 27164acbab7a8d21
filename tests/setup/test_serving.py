"""`manage.py serve` as people start it: ready, refused with a reason, stopped, killed, and nothing left."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.postgres import free_port

pytestmark = [pytest.mark.faults, pytest.mark.once]

PROJECT = Path(__file__).resolve().parents[2]
READY_SECONDS = 60
# The promise: 15 s after the stop, or after a kill of the parent, no process is left.
GONE_SECONDS = 15


class Served:
    """One `manage.py serve` in a process of its own, with a folder and a SQLite file of its own."""

    def __init__(self, folder: Path, port: int, *arguments: str, **variables: str) -> None:
        self.folder = folder
        self.port = port
        self.output = folder / f"output-{time.monotonic_ns()}"
        house = {"VAR_DIR": str(folder / "var"), "PORT": str(port)}
        house["DATABASE_URL"] = f"sqlite:///{folder / 'var' / 'db.sqlite3'}"
        theirs = ("CELERY_BROKER_URL", "SITE_URL", "EMAIL_URL", "DEMO", "DJANGO_SETTINGS_MODULE")
        kept = {key: value for key, value in os.environ.items() if key not in theirs}
        with open(self.output, "wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve", *arguments],
                cwd=PROJECT,
                env={**kept, **house, **variables},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def said(self) -> str:
        return self.output.read_text(encoding="utf-8", errors="replace")

    def is_ready(self) -> bool:
        assert self.process.poll() is None, self.said()
        return "greetings_crm is ready" in self.said()

    def wait_until_ready(self) -> None:
        assert wait_for(self.is_ready, READY_SECONDS), self.said()

    def processes(self) -> list[str]:
        """Return the command lines of the living processes that have our folder in their environment."""
        ours = {"VAR_DIR": str(self.folder / "var")}.items()
        found = []
        for process in psutil.process_iter():
            # Other people's processes do not show theirs, and some end while we look.
            with suppress(psutil.Error):
                if process.status() != psutil.STATUS_ZOMBIE and ours <= process.environ().items():
                    found.append(" ".join(process.cmdline()))
        return found


def wait_for(true: Callable[[], object], seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if true():
            return True
        time.sleep(0.1)
    return False


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Served]]:
    begun: list[Served] = []
    port = free_port()

    def begin(*arguments: str, port: int = port, **variables: str) -> Served:
        begun.append(Served(tmp_path, port, *arguments, **variables))
        return begun[-1]

    yield begin
    for each in begun:
        each.process.kill()
        each.process.wait()
    assert all(wait_for(lambda each=each: not each.processes(), GONE_SECONDS) for each in begun)


def test_the_example_house_starts_with_its_accounts_and_stops_without_leaving_anybody(serve):
    house = serve()
    house.wait_until_ready()
    said = house.said()

    with urllib.request.urlopen(f"http://127.0.0.1:{house.port}/", timeout=10) as answer:
        assert answer.status == 200
    everybody = ("gunicorn", "celery", " worker", " beat", " guard ")
    all_run = wait_for(lambda: all(part in " ".join(house.processes()) for part in everybody), READY_SECONDS)
    house.process.terminate()

    assert f"http://127.0.0.1:{house.port}/" in said
    assert all_run
    assert house.process.wait(timeout=GONE_SECONDS) == 0
    assert house.processes() == []


def test_kill_9_of_the_parent_leaves_nobody_and_the_next_start_waits_for_that(serve):
    first = serve()
    first.wait_until_ready()

    first.process.kill()
    first.process.wait()
    second = serve()
    second.wait_until_ready()
    second.process.terminate()

    assert second.process.wait(timeout=GONE_SECONDS) == 0
    assert "Loading the example people" not in second.said()
    assert wait_for(lambda: not second.processes(), 1)


def test_kill_9_of_the_parent_leaves_nobody_within_15_seconds(serve):
    house = serve()
    house.wait_until_ready()

    house.process.kill()
    house.process.wait()

    assert wait_for(lambda: not house.processes(), GONE_SECONDS)


def test_an_empty_house_prints_one_password_once(serve):
    first = serve("--empty")
    first.wait_until_ready()
    password = re.search(r"(?i)password\S*:?\s+(\S+)", first.said())
    first.process.terminate()
    first.process.wait(timeout=GONE_SECONDS)

    second = serve("--empty")
    second.wait_until_ready()

    assert password
    assert password[1] not in second.said()
    assert "Loading the example people" not in first.said()


def test_a_second_house_in_the_same_folder_is_refused_with_the_first_ones_process(serve):
    first = serve("--empty")
    first.wait_until_ready()

    second = serve("--empty", port=free_port())

    assert second.process.wait(timeout=READY_SECONDS) == 1
    assert f"(process {first.process.pid})" in second.said()
    assert "Traceback" not in second.said()


def test_a_port_that_is_taken_is_one_clear_sentence(serve):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        refused = serve(port=port)

        assert refused.process.wait(timeout=READY_SECONDS) == 1
        assert f"Port {port} is taken by another program." in refused.said()
        assert "Traceback" not in refused.said()


@pytest.mark.parametrize("port", ["0", "70000", "eight"])
def test_a_port_that_is_none_is_one_clear_sentence(serve, port):
    refused = serve(PORT=port)

    assert refused.process.wait(timeout=READY_SECONDS) == 1
    assert f"PORT: '{port}' is not a port." in refused.said()


def test_an_embedded_broker_is_emptied_at_every_start(serve, tmp_path):
    old_ring = tmp_path / "var" / "broker" / "queue" / "1_old.celery.msg"
    old_ring.parent.mkdir(parents=True)
    old_ring.write_text("{}")

    serve("--empty").wait_until_ready()

    assert not old_ring.exists()


def test_a_house_that_moved_to_another_machine_starts_there(serve, tmp_path):
    """A copied folder, or a container made anew, which has another host name."""
    marker = tmp_path / "var" / "broker" / "host"
    marker.parent.mkdir(parents=True)
    marker.write_text("another-machine")

    serve("--empty").wait_until_ready()

    assert marker.read_text() == socket.gethostname()
