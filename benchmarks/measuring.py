"""One run of one sender against the receiver: how quick, at what cost, and whether everybody got exactly one letter.

The clock is the receiver's, from the first letter it kept to the last, the same for every sender: nobody's start is
counted, nobody's end is left out.
"""

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from benchmarks.process_tree import cpu_seconds, database_server, peaks_of_thirds, watched_memory
from tests.receiver.ledger import Event, lost, strangers, twice
from tests.receiver.process import RunningReceiver

LOOK_SECONDS = 0.1
PATIENCE_SECONDS = 60.0  # without a single new letter


class LettersAstray(AssertionError):
    """Somebody got no letter, or two, or one not meant for them: a figure from such a run would mean nothing."""


class Sender(Protocol):
    """A process, or several, ready to send."""

    pids: list[int]

    def begin(self) -> None: ...

    def settle(self) -> None:
        """Wait until the sender itself has finished, its bookkeeping too. Raise when it has not sent everything."""
        ...

    def is_alive(self) -> bool: ...

    def words(self) -> str:
        """What it said, for whoever must find out why it stopped."""
        ...


class KeptLetters:
    """The letters the receiver kept since this was made, read from its ledger as it grows."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = path.stat().st_size

    def count(self) -> int:
        """A look that costs next to nothing: no line is understood, only counted."""
        return self._new().count(b'"event": "kept"')

    def events(self) -> list[Event]:
        lines = self._new().rpartition(b"\n")[0].splitlines()
        return [event for event in map(json.loads, lines) if event["event"] == "kept"]

    def _new(self) -> bytes:
        with self._path.open("rb") as ledger:
            ledger.seek(self._offset)
            return ledger.read()


@dataclass(frozen=True)
class Bystanders:
    """Who works for the sender on the same machine: the receiver, and the PostgreSQL server where there is one."""

    receiver: list[int]
    database: list[int]

    @classmethod
    def of(cls, receiver: RunningReceiver) -> "Bystanders":
        return cls([receiver.process.pid], database_server())

    def cpu(self) -> tuple[float, float]:
        return cpu_seconds(self.receiver), cpu_seconds(self.database)


def measured(sender: Sender, receiver: RunningReceiver, expected: list[str]) -> dict:
    """Let a sender write to everybody `expected`; return rate, CPU, memory, connections and size on the wire.

    Raise `LettersAstray` unless everybody got exactly one letter.
    """
    kept, bystanders = KeptLetters(receiver.ledger_path), Bystanders.of(receiver)
    before, others_before = cpu_seconds(sender.pids), bystanders.cpu()
    with watched_memory(sender.pids) as memory:
        sender.begin()
        wait_for_letters(kept, len(expected), sender)
        sender.settle()
        spent, others = cpu_seconds(sender.pids) - before, bystanders.cpu()
    events = kept.events()
    mistakes = checked(events, expected)
    count, seconds = len(expected), events[-1]["at"] - events[0]["at"]
    return {
        "per_second": (count - 1) / seconds,
        "cpu_ms": 1000 * spent / count,
        "receiver_cpu_ms": 1000 * (others[0] - others_before[0]) / count,
        "database_cpu_ms": 1000 * (others[1] - others_before[1]) / count,
        "memory_mb_start_middle_end": peaks_of_thirds(memory),
        "peak_memory_mb": round(max(memory)),
        "connections": len({event["connection"] for event in events}),
        "bytes_on_the_wire": round(sum(event["size"] for event in events) / count),
        **mistakes,
    }


def wait_for_letters(kept: KeptLetters, count: int, sender: Sender) -> None:
    """Wait until `count` letters are kept. Raise `LettersAstray` when the sender is gone, or still, before that."""
    seen, since = -1, time.monotonic()
    while seen < count:
        now_seen = kept.count()
        if now_seen != seen:
            seen, since = now_seen, time.monotonic()
        elif not sender.is_alive() or time.monotonic() - since > PATIENCE_SECONDS:
            raise LettersAstray(f"{seen} of {count} letters came, then none. The sender:\n{sender.words()}")
        time.sleep(LOOK_SECONDS)


def checked(events: list[Event], expected: list[str]) -> dict[str, int]:
    """Return how many got two letters and how many none: nobody, or `LettersAstray` is raised."""
    found = {"twice": len(twice(events)), "lost": len(lost(events, expected))}
    if any(found.values()) or strangers(events, expected):
        raise LettersAstray(f"{found}, to strangers {len(strangers(events, expected))}")
    return found
