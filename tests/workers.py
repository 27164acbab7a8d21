"""Real Celery workers for tests: processes of their own on the test database, to be killed where the test says."""

import os
import resource
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
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

    @property
    def lives(self) -> bool:
        return self.process.poll() is None

    def limit_file_size(self, number_of_bytes: int) -> None:
        """Let no process of the group write to a file beyond `number_of_bytes` from now on; -1: as before (Linux)."""
        for pid in processes_of(self.process.pid):
            _soft, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (number_of_bytes, hard))

    def words(self) -> str:
        """What it has written to its log so far, with whoever else writes there."""
        return self.log.read_text(errors="replace")


def start_module(name: str, *arguments: str, environment: dict[str, str], log: Path) -> Running:
    """Run a Python module in a process group of its own."""
    with open(log, "ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", name, *arguments],
            cwd=ROOT, env=environment, stdout=output, stderr=output, start_new_session=True,
        )  # fmt: skip
    return Running(process, log)


def start_worker(environment: dict[str, str], log: Path, *, threads: int = 2, pool: str = "threads") -> Running:
    """A worker with `threads` threads, or as many child processes with the pool "prefork"."""
    options = ["--pool", pool, "--concurrency", str(threads), "--without-gossip", "--without-mingle"]
    return _start_celery("worker", *options, environment=environment, log=log)


def start_beat(environment: dict[str, str], log: Path) -> Running:
    # A file of its own: two beats may run at once.
    schedule = str(Path(environment["VAR_DIR"]) / f"beat-schedule-{secrets.token_hex(4)}")
    return _start_celery("beat", "--pidfile=", "--schedule", schedule, environment=environment, log=log)


def _start_celery(command: str, *options: str, environment: dict[str, str], log: Path) -> Running:
    arguments = ("-A", "greetings_crm", command, *options, "--loglevel", "info")
    return start_module("celery", *arguments, environment=environment, log=log)


def freeze_process(pid: int) -> bool:
    """Stop a process where it stands, and return once it does; False when it is gone already."""
    try:
        os.kill(pid, signal.SIGSTOP)
    except ProcessLookupError:
        return False
    while (state := process_state(pid)) not in ("T", "Z", ""):
        time.sleep(0.002)
    return state == "T"


def processes_of(group: int) -> list[int]:
    """The processes of a group, those that are frozen too."""
    said = subprocess.run(["ps", "-A", "-o", "pid=,pgid="], capture_output=True, text=True, check=True)
    pairs = (map(int, line.split()) for line in said.stdout.splitlines())
    return [pid for pid, of in pairs if of == group]


def process_state(pid: int) -> str:
    """One letter, as `ps` says it: R, S, T (frozen), Z (dead, not yet buried); "" when there is none."""
    said = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return said.stdout.strip()[:1]


def wait_until(true: Callable[[], object], *, seconds: float = 30, what: str | Callable[[], str] = "it") -> Any:
    """Return what `true()` answers as soon as it is true; fail after `seconds` with `what` never happened."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answer := true():
            return answer
        time.sleep(0.05)
    raise AssertionError(f"{what() if callable(what) else what} did not happen within {seconds} s")
