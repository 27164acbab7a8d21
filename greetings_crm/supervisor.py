"""Runs web, worker and beat as children of one process, and sees to it that none of them outlives it.

Plain Python, no Django. Three things hold the children: the supervisor itself (INT, TERM and HUP stop them in
order); the kernel, which on Linux sends each child TERM when the supervisor dies (PR_SET_PDEATHSIG); and a
guard, a small process in a session of its own, which reads a pipe from the supervisor and ends all groups
when the pipe closes. The guard is what reaches grandchildren, and what works on systems without PDEATHSIG:
no kill, not even -9, keeps a pipe open.

As a script: `supervisor.py hold LOCK COMMAND…` runs COMMAND while holding LOCK, and `supervisor.py guard
PIPE GRACE` is the guard.
"""

import ctypes
import errno
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

# Nothing may be left after 15 s: children get 11 to end a letter, the rest is for the kill.
GRACE_SECONDS = 11.0
RESTARTS_PER_MINUTE = 3
PR_SET_PDEATHSIG = 1
EXIT_LOCKED = 75  # EX_TEMPFAIL of sysexits.h: somebody else is doing this already


class AlreadyRunning(Exception):
    """Another process holds the lock; `holder` is its process id, or None when it did not write one."""

    def __init__(self, path: Path, holder: int | None) -> None:
        super().__init__(f"{path} is held by process {holder or 'unknown'}")
        self.holder = holder


@dataclass(frozen=True, slots=True)
class Program:
    """One child: the name people read, its command (no shell), and how long it lets the others go first."""

    name: str
    command: Sequence[str]
    start_after_seconds: float = 0.0


@dataclass(slots=True)
class _Child:
    program: Program
    process: subprocess.Popen[bytes] | None = None
    deaths: deque[float] = field(default_factory=deque)
    start_at: float = 0.0


def hold_lock(*, path: Path, wait_seconds: float = 0.0) -> IO[str]:
    """Return the open, exclusively locked file at `path`; the lock lives while any copy of it stays open.

    Waits up to `wait_seconds` for a holder whose process is gone and whose children are still ending. Raise
    `AlreadyRunning` when a living process holds it, or when the wait was not enough.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    file = open(path, "a+")  # noqa: SIM115 (the caller keeps it open)
    until = time.monotonic() + wait_seconds
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            file.seek(0)
            holder = int(text) if (text := file.read().strip()).isdigit() else None
            if time.monotonic() >= until or (holder and _is_alive(holder)):
                file.close()
                raise AlreadyRunning(path, holder) from None
            time.sleep(0.1)
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def die_with(parent: int, by: int = signal.SIGTERM) -> Callable[[], None]:
    """Return what a child calls between fork and exec so that the kernel sends it `by` when `parent` dies.

    Does nothing on systems other than Linux. Use it from the parent's main thread: the kernel watches the
    thread.
    """
    if not sys.platform.startswith("linux"):
        return lambda: None
    prctl = ctypes.CDLL(None, use_errno=True).prctl  # loaded before the fork: loading after it is not safe

    def in_child() -> None:
        prctl(PR_SET_PDEATHSIG, by, 0, 0, 0)
        # The parent may have died before the line above; then nobody would tell us.
        if os.getppid() != parent:
            os._exit(1)

    return in_child


def group_is_gone(group: int) -> bool:
    """Say whether no process of the process group is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def signal_group(group: int, number: int) -> None:
    """Send a signal to a whole process group, if there is still somebody in it."""
    try:
        os.killpg(group, number)
    except OSError as error:
        # macOS answers EPERM for a group in which only zombies are left.
        if error.errno not in (errno.ESRCH, errno.EPERM):
            raise


def end_groups(groups: Sequence[int], *, grace_seconds: float, reap: Callable[[], object] = lambda: None) -> None:
    """End process groups: TERM, up to `grace_seconds` of patience, KILL. `reap` is called while waiting."""
    for group in groups:
        signal_group(group, signal.SIGTERM)
    until = time.monotonic() + grace_seconds
    while time.monotonic() < until:
        reap()
        if all(group_is_gone(group) for group in groups):
            return
        time.sleep(0.05)
    for group in groups:
        signal_group(group, signal.SIGKILL)
    reap()


class Supervisor:
    """Starts programs, restarts one that dies, and stops all. Use `run()` from the main thread.

    `say` receives the lines meant for people. `lock` is an open lock file shared with the guard, so that
    the lock of a killed supervisor stays held until its last child is gone.
    """

    def __init__(
        self,
        programs: Sequence[Program],
        *,
        environment: Mapping[str, str] | None = None,
        lock: IO[str] | None = None,
        say: Callable[[str], None] = print,
        grace_seconds: float = GRACE_SECONDS,
        backoff_seconds: float = 1.0,
    ) -> None:
        now = time.monotonic()
        self.children = [_Child(each, start_at=now + each.start_after_seconds) for each in programs]
        self.environment = dict(os.environ if environment is None else environment)
        self.lock = lock
        self.say = say
        self.grace_seconds = grace_seconds
        self.backoff_seconds = backoff_seconds
        self.stopping = False
        self.impatient = False
        self._guard: subprocess.Popen[bytes] | None = None
        self._guard_pipe = -1

    def run(self, *, when_started: Callable[[], bool] = lambda: True) -> int:
        """Start everything and stay. Return 0 when a person stopped it, 1 when a program kept dying.

        `when_started` is asked after each look at the children until it answers True (it prints the address).
        """
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop_was_asked)
        try:
            self._start_guard()
            told = False
            while not self.stopping:
                if not self._look_after_children():
                    return 1
                told = told or when_started()
                time.sleep(0.1)
            return 0
        finally:
            self._end_everything()

    def _stop_was_asked(self, number: int, frame: object) -> None:
        # Ctrl-C a second time means "now"; a closing terminal may well send both HUP and TERM.
        self.impatient = self.stopping and number == signal.SIGINT
        self.stopping = True

    def _start_guard(self) -> None:
        reading, self._guard_pipe = os.pipe()
        kept = (reading, self.lock.fileno()) if self.lock else (reading,)
        command = [sys.executable, "-P", __file__, "guard", str(reading), str(self.grace_seconds)]
        # Told before it exists: there is no moment at which it guards nobody.
        for child in self.children:
            if child.process:
                self._tell_guard("+", child.process.pid)
        # A session of its own: a kill of our whole group, or a closed terminal, must not take it along.
        self._guard = subprocess.Popen(command, pass_fds=kept, start_new_session=True, stdin=subprocess.DEVNULL)
        os.close(reading)

    def _tell_guard(self, sign: str, group: int) -> None:
        # When the guard has died, the next look starts another one and tells it everything.
        with suppress(BrokenPipeError):
            os.write(self._guard_pipe, f"{sign}{group}\n".encode())

    def _look_after_children(self) -> bool:
        """Start what is due, take note of what died. False when something died too often."""
        if self._guard and self._guard.poll() is not None:
            os.close(self._guard_pipe)
            self._start_guard()
        now = time.monotonic()
        for child in self.children:
            if child.process is None:
                if now >= child.start_at:
                    self._start(child)
            elif (code := child.process.poll()) is not None and not self._note_death(child, code, now):
                return False
        return True

    def _start(self, child: _Child) -> None:
        child.process = subprocess.Popen(
            list(child.program.command),
            env=self.environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=die_with(os.getpid()),
        )
        self._tell_guard("+", child.process.pid)

    def _note_death(self, child: _Child, code: int, now: float) -> bool:
        group = child.process.pid
        # Its own children may still hold the port or a letter: no second worker beside them.
        signal_group(group, signal.SIGKILL)
        self._tell_guard("-", group)
        child.process = None
        child.deaths.append(now)
        while child.deaths[0] < now - 60:
            child.deaths.popleft()
        how = f"signal {-code}" if code < 0 else f"code {code}"
        if len(child.deaths) > RESTARTS_PER_MINUTE:
            self.say(
                f"{child.program.name} ended {len(child.deaths)} times within a minute (last with {how}). "
                "Everything is being stopped; the lines above say why it ended."
            )
            return False
        wait = self.backoff_seconds * 2 ** (len(child.deaths) - 1)
        child.start_at = now + wait
        self.say(f"{child.program.name} ended ({how}); it starts again in {wait:.0f} s.")
        return True

    def _end_everything(self) -> None:
        self.stopping = True
        running = [child.process for child in self.children if child.process]

        def reap() -> None:
            for process in running:
                process.poll()
            if self.impatient:
                for process in running:
                    signal_group(process.pid, signal.SIGKILL)

        end_groups([process.pid for process in running], grace_seconds=self.grace_seconds, reap=reap)
        for process in running:
            process.wait()
            self._tell_guard("-", process.pid)
        if self._guard:
            os.close(self._guard_pipe)
            self._guard.wait()


def guard(pipe: int, grace_seconds: float) -> None:
    """Read the groups of the children from `pipe`; when its other end is gone, end those that are left."""
    # Whoever stops the house stops the supervisor; the guard goes last, when the pipe closes.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: set[int] = set()
    with os.fdopen(pipe, "r") as lines:
        for line in lines:
            group = int(line[1:])
            groups.add(group) if line[0] == "+" else groups.discard(group)
    end_groups(sorted(groups), grace_seconds=grace_seconds)


def main(arguments: Sequence[str]) -> int:
    """Run as a script: see the top of this file. Exit code 75 when the lock is held by somebody else."""
    if arguments[:1] == ["guard"] and len(arguments) == 3:
        guard(int(arguments[1]), float(arguments[2]))
        return 0
    if arguments[:1] == ["hold"] and len(arguments) >= 3:
        try:
            lock = hold_lock(path=Path(arguments[1]))
        except AlreadyRunning as error:
            print(f"Not started: {error}.", file=sys.stderr)
            return EXIT_LOCKED
        os.set_inheritable(lock.fileno(), True)  # the command keeps the lock for as long as it lives
        os.execvp(arguments[2], arguments[2:])
    print("Usage: supervisor.py hold LOCK COMMAND… | supervisor.py guard PIPE GRACE", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
