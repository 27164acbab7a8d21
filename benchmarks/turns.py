"""Processes that take turns: one gets ready, waits to be told, works, and stays until its master has looked at it.

The child calls `take_turn`; the master holds it as a `Helper`. So nobody's start is counted, and CPU time and memory
are read while the process is there.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def take_turn(work: Callable[[], object]) -> None:
    """Say that all is ready, wait for a line, work, tell the seconds it took, wait for the end of standard input."""
    print("ready", flush=True)
    sys.stdin.readline()
    begun = time.perf_counter()
    work()
    print(json.dumps({"seconds": time.perf_counter() - begun}), flush=True)
    sys.stdin.read()


class HelperFailed(RuntimeError):
    """A process ended before its work did; its own words are on standard error."""


class Helper:
    """`python -m MODULE ARGUMENTS` in a process of its own that takes a turn; ready when this returns."""

    def __init__(self, module: str, *arguments: object, environment: dict[str, str]) -> None:
        self._name = module
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *(str(argument) for argument in arguments)],
            cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self._line()

    @property
    def pids(self) -> list[int]:
        return [self._process.pid]

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def begin(self) -> None:
        self._process.stdin.write("go\n")
        self._process.stdin.flush()

    def wait(self) -> float:
        """Wait until the work is done; return its seconds as the process counted them."""
        return json.loads(self._line())["seconds"]

    def end(self) -> None:
        self._process.stdin.close()
        self._process.stdout.close()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _line(self) -> str:
        if line := self._process.stdout.readline():
            return line
        code = self._process.wait(30)
        raise HelperFailed(f"{self._name} ended with {code}")
