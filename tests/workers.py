"""Real Celery workers for tests: processes of their own on the test database, to be killed where the test says."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent
# Every wait of the house in seconds, so that a fault and its cure fit into a test.
QUICK_WAITS = {
    "SMTP_CONNECT_TIMEOUT": "1",
    "SMTP_COMMAND_TIMEOUT": "2",
    "SMTP_LETTER_TIMEOUT": "4",
    "SMTP_DOT_TIMEOUT": "3",
    "DISPATCH_LEASE_SECONDS": "8",
    "DISPATCH_TURN_SECONDS": "3",
    "DISPATCH_RETRY_WAITS": "1,1,2",
    "SWEEP_SECONDS": "1",
}


def database_url() -> str:
    """The test database as a process outside sees it."""
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}"
    login = quote(values["USER"]) + (f":{quote(values['PASSWORD'])}" if values["PASSWORD"] else "")
    return f"postgres://{login}@{values['HOST']}:{values['PORT']}/{values['NAME']}"


def house_environment(folder: Path, **extra: str) -> dict[str, str]:
    """The environment of a house in `folder` on the test database, with quick waits; `extra` wins."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "TMPDIR", "HOME")}
    return (
        kept
        | QUICK_WAITS
        | {
            "VAR_DIR": str(folder),
            "LINK_KEY": settings.LINK_KEY,
            "ADDRESS_KEY": settings.ADDRESS_KEY,
            "DATABASE_URL": database_url(),
            "SITE_URL": "http://127.0.0.1:8000",
            "SENDER_ADDRESS": "house@kafekopteio.example",
            "DJANGO_SETTINGS_MODULE": "greetings_crm.settings",
            "PYTHONUNBUFFERED": "1",
        }
        | extra
    )


@dataclass
class Running:
    """A process group of the house: worker or beat."""

    process: subprocess.Popen
    log: Path

    def kill(self) -> None:
        """kill -9 of the whole group: nothing of it gets a chance to tidy up."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    def stop(self, seconds: float = 30) -> int:
        """SIGTERM, as a deploy does; return the exit code."""
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(seconds)

    def freeze(self) -> None:
        os.killpg(self.process.pid, signal.SIGSTOP)


def _start(command: list[str], environment: dict[str, str], log: Path) -> Running:
    with open(log, "ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "greetings_crm", *command],
            cwd=ROOT, env=environment, stdout=output, stderr=output, start_new_session=True,
        )  # fmt: skip
    return Running(process, log)


def start_worker(environment: dict[str, str], log: Path, *, threads: int = 2) -> Running:
    return _start(
        ["worker", "--pool", "threads", "--concurrency", str(threads), "--without-gossip", "--without-mingle",
         "--loglevel", "info"], environment, log,
    )  # fmt: skip


def start_beat(environment: dict[str, str], log: Path) -> Running:
    schedule = str(Path(environment["VAR_DIR"]) / "beat-schedule")
    return _start(["beat", "--pidfile=", "--schedule", schedule, "--loglevel", "info"], environment, log)


def wait_until(true: Callable[[], object], *, seconds: float = 30, what: str = "it") -> object:
    """Return what `true()` answers as soon as it is true; fail after `seconds` with `what` never happened."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answer := true():
            return answer
        time.sleep(0.05)
    raise AssertionError(f"{what} did not happen within {seconds} s")
