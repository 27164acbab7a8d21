"""Imports in processes of their own, to be killed at random moments; and a second database to compare with."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from django.db import connection, connections
from django.db.models import QuerySet
from django.utils import timezone

from customers.imports.applying import due_imports, progress
from customers.imports.files import forget_finished
from customers.imports.rehearsing import due_rehearsals
from customers.models import ImportBatch
from tests.workers import ROOT, Running, house_environment, start_beat, start_worker

# What a worker does with a task, without a broker: the very function. And what a page does that rings for one.
_CALL = "import django; django.setup(); from customers import tasks; tasks.{call}"
_CALLS = {
    "rehearse_import": "rehearse_import(batch_id={pk})",
    "apply_import": "apply_import(batch_id={pk})",
    "undo_import": "undo_import(batch_id={pk})",
    "ring_import": "ring_import(batch_id={pk})",
    "ring_undo": "ring_import(batch_id={pk}, undoing=True)",
}
LONGEST = 120  # seconds a process of these tests may take
State = ImportBatch.State
AT_WORK = (State.STAGING, State.APPLYING)


@dataclass(frozen=True)
class Pace:
    """What an unbroken run takes, in seconds: to read a list, and to let a chunk of it in."""

    reading: float
    chunk: float


@contextmanager
def second_database(folder: Path) -> Iterator[None]:
    """Inside, the test database is a copy of itself as it stands now; afterwards it is itself again."""
    first = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        second = str(folder / "second.sqlite3")
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [second])
    else:
        second = f"{first}_second"
        _where_nobody_is(f'DROP DATABASE IF EXISTS "{second}"')
        _where_nobody_is(f'CREATE DATABASE "{second}" TEMPLATE "{first}"')
    connections.close_all()
    connection.settings_dict["NAME"] = second
    try:
        yield
    finally:
        connections.close_all()
        connection.settings_dict["NAME"] = first
        if connection.vendor == "postgresql":
            _where_nobody_is(f'DROP DATABASE "{second}"')


def _where_nobody_is(statement: str) -> None:
    """PostgreSQL copies or drops a database only while nobody is in it."""
    connections.close_all()
    with connection._nodb_cursor() as cursor:
        cursor.execute(statement)


@dataclass
class ImportHouse:
    """Imports on the test database, each in a process group of its own."""

    folder: Path
    running: list[subprocess.Popen] = field(default_factory=list)

    @property
    def log(self) -> Path:
        return self.folder / "imports.log"

    def command(self, name: str, *arguments: str | int) -> subprocess.Popen:
        return self._start("manage.py", name, *map(str, arguments))

    def task(self, name: str, batch_id: int) -> subprocess.Popen:
        return self._start("-c", _CALL.format(call=_CALLS[name].format(pk=batch_id)))

    def start_worker(self) -> Running:
        return self._running(start_worker(house_environment(self.folder / "var"), self.folder / "worker.log"))

    def start_beat(self) -> Running:
        return self._running(start_beat(house_environment(self.folder / "var"), self.folder / "beat.log"))

    def _running(self, running: Running) -> Running:
        self.running.append(running.process)
        return running

    def _start(self, *arguments: str) -> subprocess.Popen:
        with open(self.log, "ab") as log:
            process = subprocess.Popen(
                [sys.executable, *arguments], cwd=ROOT, env=house_environment(self.folder / "var"),
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self.running.append(process)
        return process

    def end(self, process: subprocess.Popen) -> None:
        """Wait until it is done; fail with its own words when it did not end well."""
        code = process.wait(LONGEST)
        assert code == 0, f"exit code {code}: {self.words()}"

    def words(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")[-3_000:]

    def kill_all(self) -> None:
        for process in self.running:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(10)


@dataclass
class Killer:
    """Kills processes at random moments; `draw` says which."""

    house: ImportHouse
    draw: random.Random
    kills: int = 0
    inside: int = 0  # of them: some chunks were done and some were not

    def strike(
        self,
        process: subprocess.Popen,
        ours: QuerySet[ImportBatch],
        *,
        begun: Callable[[], object],
        within: float,
    ) -> None:
        """kill -9 at a moment within so many seconds after `begun()`, or as soon as a chunk is done: so that however
        fast the machine is, some are left to be killed in."""
        while not begun() and process.poll() is None:
            time.sleep(0.005)
        rows_done = ours.values_list("rows_done", flat=True)
        before, until = rows_done.first(), time.monotonic() + self.draw.uniform(0, within)
        while time.monotonic() < until and rows_done.first() == before and process.poll() is None:
            time.sleep(0.005)
        if process.poll() is not None:
            self.house.end(process)
            return
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)
        self.kills += 1
        if batch := ImportBatch.objects.filter(state__in=AT_WORK, row_count__gt=0).first():
            done, rows = progress(batch)
            self.inside += 0 < done < rows

    def bring_in(self, command: str, path: Path, *, pace: Pace, reading: int, applying: int) -> ImportBatch:
        """Bring a list in, killed so often while it is read and while it comes in; return it when it is in."""
        left = {"reading": reading, "applying": applying}
        ours = ImportBatch.objects.filter(file_name=path.name)
        while (batch := next_step(ours)) is None or batch.state != State.APPLIED:
            work = "applying" if batch and batch.state in (State.REHEARSED, State.APPLYING) else "reading"
            if batch is None:
                process, begun = self.house.command(command, path), ours
            else:
                process = self.house.task("apply_import" if work == "applying" else "rehearse_import", batch.pk)
                begun = ours.filter(lease_until__gt=timezone.now())
            if left[work]:
                left[work] -= 1
                self.strike(process, ours, begun=begun.exists, within=pace.reading if work == "reading" else pace.chunk)
            else:
                self.house.end(process)
        return batch

    def take_back(self, batch: ImportBatch, *, pace: Pace, times: int) -> None:
        """Take a list back, killed so often meanwhile."""
        ours = ImportBatch.objects.filter(pk=batch.pk)
        for _time in range(times):
            if next_step(ours).state == State.UNDONE:
                return
            begun = ours.filter(lease_until__gt=timezone.now())
            self.strike(self.house.task("undo_import", batch.pk), ours, begun=begun.exists, within=pace.chunk)
        next_step(ours)
        self.house.end(self.house.task("undo_import", batch.pk))
        assert ours.get().state == State.UNDONE, self.house.words()


def next_step(ours: QuerySet[ImportBatch]) -> ImportBatch | None:
    """Let the time pass that a sweep waits, let go of what it lets go, and return the list, if there is one."""
    end_lease()
    forget_finished(now=timezone.now() + timedelta(hours=2))
    due = [pk for pk, _undoing in due_imports(now=timezone.now())] + due_rehearsals(now=timezone.now())
    batch = ours.first()
    if batch and batch.state in AT_WORK:
        assert batch.pk in due, f"no sweep finds the list again: {batch.state}, {batch.lease_until}"
    return batch


def end_lease() -> None:
    """As if its time had passed since the kill."""
    held = ImportBatch.objects.filter(state__in=AT_WORK).exclude(lease_until=None)
    held.update(lease_until=timezone.now() - timedelta(seconds=1))


def timed(house: ImportHouse, process: subprocess.Popen, *, working: Callable[[], object]) -> tuple[float, float]:
    """Return the seconds until `working()` was first true, and from then to the end of the process."""
    begun = time.monotonic()
    worked = None
    while process.poll() is None:
        if worked is None and working():
            worked = time.monotonic()
        time.sleep(0.005)
    house.end(process)
    ended = time.monotonic()
    return (worked or ended) - begun, ended - (worked or ended)
