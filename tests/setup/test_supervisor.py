"""The supervisor with real processes: nothing it started outlives it, and what dies comes back."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from greetings_crm import supervisor
from greetings_crm.supervisor import AlreadyRunning, hold_lock

# A child that has a child of its own in its group, as gunicorn has; both write their process ids down.
PARENT_OF_ONE = """
import os, signal, subprocess, sys, time
grandchild = subprocess.Popen([sys.executable, "-c", sys.argv[2]])
with open(sys.argv[1], "a") as pids:
    pids.write(f"{os.getpid()} {grandchild.pid}\\n")
time.sleep(60)
"""
PATIENT = "import time; time.sleep(60)"
# Takes no notice of TERM: only KILL ends it.
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
PATIENCE_SECONDS = 20


def wait_for(true: Callable[[], object], seconds: float = PATIENCE_SECONDS) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if true():
            return True
        time.sleep(0.02)
    return False


def is_running(pid: int) -> bool:
    """Say whether the process does something still: one that waits for its parent to take note is gone."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


class House:
    """A supervisor in a process of its own, with the programs of one test."""

    def __init__(self, folder: Path, programs: list[list[str]], grace_seconds: float = 1.0) -> None:
        self.pids_file = folder / "pids"
        self.lock = folder / "serve.lock"
        self.pids_file.touch()
        script = textwrap.dedent(f"""
            import sys
            from pathlib import Path
            from greetings_crm.supervisor import Program, Supervisor, hold_lock
            programs = [Program(f"program {{n}}", command) for n, command in enumerate({programs!r})]
            house = Supervisor(
                programs,
                lock=hold_lock(path=Path({str(self.lock)!r})),
                say=lambda line: print(line, flush=True),
                grace_seconds={grace_seconds},
                backoff_seconds=0.05,
            )
            sys.exit(house.run())
        """)
        # Its own group, so that a test may kill it with everybody beside it.
        self.process = subprocess.Popen(
            [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, start_new_session=True
        )

    def pids(self) -> list[int]:
        return [int(pid) for pid in self.pids_file.read_text().split()]

    def everybody(self) -> list[int]:
        """Return our programs, their children and whatever else the supervisor started (its guard)."""
        return self.pids() + [child.pid for child in psutil.Process(self.process.pid).children()]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Callable[..., House]]:
    begun: list[House] = []

    def begin(*programs: list[str], **options: float) -> House:
        begun.append(House(tmp_path, list(programs), **options))
        return begun[-1]

    yield begin
    for each in begun:
        each.process.kill()
        each.process.communicate()
        for pid in each.pids():
            if is_running(pid):
                os.kill(pid, signal.SIGKILL)


def parent_of(tmp_path: Path, grandchild: str) -> list[str]:
    return [sys.executable, "-c", PARENT_OF_ONE, str(tmp_path / "pids"), grandchild]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_stopping_ends_programs_and_their_children(house, tmp_path, number):
    two = house(parent_of(tmp_path, PATIENT), parent_of(tmp_path, PATIENT))
    assert wait_for(lambda: len(two.pids()) == 4)

    two.process.send_signal(number)

    assert two.process.wait(timeout=PATIENCE_SECONDS) == 0
    assert not [pid for pid in two.pids() if is_running(pid)]


def test_a_program_that_ignores_the_stop_is_killed_after_the_grace(house, tmp_path):
    stubborn = house(parent_of(tmp_path, STUBBORN))
    assert wait_for(lambda: len(stubborn.pids()) == 2)

    stubborn.process.terminate()

    assert stubborn.process.wait(timeout=PATIENCE_SECONDS) == 0
    assert not [pid for pid in stubborn.pids() if is_running(pid)]


@pytest.mark.parametrize("grandchild", [PATIENT, STUBBORN], ids=["patient", "stubborn"])
def test_kill_9_of_the_supervisor_leaves_nobody(house, tmp_path, grandchild):
    killed = house(parent_of(tmp_path, grandchild))
    assert wait_for(lambda: len(killed.pids()) == 2)
    everybody = killed.everybody()
    assert len(everybody) >= 3

    killed.process.kill()

    assert wait_for(lambda: not [pid for pid in everybody if is_running(pid)])


def test_kill_9_of_the_supervisors_whole_group_leaves_nobody(house, tmp_path):
    killed = house(parent_of(tmp_path, PATIENT))
    assert wait_for(lambda: len(killed.pids()) == 2)
    everybody = killed.everybody()

    os.killpg(killed.process.pid, signal.SIGKILL)

    assert wait_for(lambda: not [pid for pid in everybody if is_running(pid)])


def test_a_program_that_dies_is_started_again_and_its_children_are_not_left(house, tmp_path):
    one = house(parent_of(tmp_path, PATIENT))
    assert wait_for(lambda: len(one.pids()) == 2)
    program, child = one.pids()

    os.kill(program, signal.SIGKILL)

    assert wait_for(lambda: len(one.pids()) == 4)
    assert not is_running(child)
    assert one.process.poll() is None


def test_a_guard_that_dies_is_replaced_and_still_guards(house, tmp_path):
    one = house(parent_of(tmp_path, PATIENT))
    assert wait_for(lambda: len(one.pids()) == 2)
    (guard,) = [pid for pid in one.everybody() if pid not in one.pids()]

    os.kill(guard, signal.SIGKILL)
    assert wait_for(lambda: [pid for pid in one.everybody() if pid not in [*one.pids(), guard]])
    everybody = one.everybody()
    one.process.kill()

    assert wait_for(lambda: not [pid for pid in everybody if is_running(pid)])


def test_a_program_that_keeps_dying_stops_everything_with_a_clear_line(house, tmp_path):
    broken = house([sys.executable, "-c", "raise SystemExit(3)"], parent_of(tmp_path, PATIENT))

    said, _ = broken.process.communicate(timeout=PATIENCE_SECONDS)

    assert broken.process.returncode == 1
    assert "program 0 ended (code 3); it starts again" in said
    assert "program 0 ended 4 times within a minute (last with code 3)" in said
    assert not [pid for pid in broken.pids() if is_running(pid)]


def test_a_second_house_on_the_same_folder_is_refused_with_the_first_ones_process(house, tmp_path):
    first = house(parent_of(tmp_path, PATIENT))
    assert wait_for(lambda: len(first.pids()) == 2)

    with pytest.raises(AlreadyRunning) as refusal:
        hold_lock(path=first.lock, wait_seconds=PATIENCE_SECONDS)

    assert refusal.value.holder == first.process.pid


def test_the_lock_of_a_killed_house_is_free_only_when_its_children_are_gone(house, tmp_path):
    killed = house(parent_of(tmp_path, STUBBORN))
    assert wait_for(lambda: len(killed.pids()) == 2)
    killed.process.kill()
    killed.process.wait()

    with hold_lock(path=killed.lock, wait_seconds=PATIENCE_SECONDS):
        assert not [pid for pid in killed.pids() if is_running(pid)]


def test_a_command_that_holds_a_lock_refuses_a_second_one_until_it_ends(tmp_path):
    hold = [sys.executable, "-P", supervisor.__file__, "hold", str(tmp_path / "beat.lock")]
    with subprocess.Popen([*hold, sys.executable, "-c", "print('up', flush=True); input()"],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as first:  # fmt: skip
        assert first.stdout.readline() == "up\n"

        second = subprocess.run([*hold, "true"], capture_output=True, text=True)
        first.communicate("\n")

    assert second.returncode == supervisor.EXIT_LOCKED
    assert f"held by process {first.pid}" in second.stderr
    assert subprocess.run([*hold, "true"]).returncode == 0
