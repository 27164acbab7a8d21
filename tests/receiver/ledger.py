"""The ledger: one JSON line for each thing the receiver saw, on disk before the answer it leads to.

Every line has `n` (rising by one), `event`, `connection` (rising from 1) and `at` (seconds, monotonic).
Events:

    listening      port
    connect        peer
    hello          name
    encrypted, login (accepted)
    mail           sender, options
    rcpt           recipient
    data_begun     recipients
    dot_received   recipients, size     the whole letter with its final dot was read
    kept           recipients, sender, message_id, digest, size, file
    answered       stage, reply         written before the reply is: a peer that sees the reply finds the line
    dropped        stage, recipient     by rule; the recipient is "" where none was named yet
    hanging        stage, recipient     by rule
    quit
    closed         stage, body_bytes    where the peer left, and how much of an unfinished letter had come

A letter without its dot is a `closed` with stage "body" and its bytes. Letters are counted from `kept`
alone: that is what people would have in their mailboxes.
"""

import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

Event = dict[str, Any]


class LedgerWriter:
    """Notes events. After `flush` they are on the disk with `sync`, in the kernel without.

    With `counts_only` (for benchmarks) nothing but "listening", "connect" and "kept" is noted, "kept" without
    sender, digest and file; lines are written `BATCH` at a time and by `write_out`, which the receiver calls ten
    times a second, and never forced to disk.
    """

    BATCH = 500
    COUNTED = frozenset({"listening", "connect", "kept"})

    def __init__(self, path: Path, *, sync: bool, counts_only: bool = False) -> None:
        self._file = path.open("ab", buffering=0)  # open until the receiver ends
        self._sync = sync and not counts_only
        self.counts_only = counts_only
        self._number = len(read_ledger(path))
        self._lines: list[str] = []

    def write(self, event: str, connection: int = 0, **facts: Any) -> None:
        if self.counts_only and event not in self.COUNTED:
            return
        self._number += 1
        line = {"n": self._number, "event": event, "connection": connection, "at": time.monotonic(), **facts}
        self._lines.append(json.dumps(line) + "\n")

    def flush(self) -> None:
        if self._lines and (not self.counts_only or len(self._lines) >= self.BATCH):
            self.write_out()

    def write_out(self) -> None:
        """Write what is noted, however little it is."""
        if self._lines:
            self._file.write("".join(self._lines).encode())
            self._lines.clear()
            if self._sync:
                os.fsync(self._file.fileno())

    def close(self) -> None:
        self.write_out()
        self._file.close()


class LedgerTimeout(AssertionError):
    """What a test waited for did not come to pass in time."""


def read_ledger(path: Path) -> list[Event]:
    """Return the events so far; a line still being written is left for the next reading."""
    try:
        whole, _, _ = path.read_bytes().rpartition(b"\n")
    except FileNotFoundError:
        return []
    return [json.loads(line) for line in whole.split(b"\n") if line]


def wait_for(path: Path, predicate: Callable[[list[Event]], Any], timeout: float = 10.0) -> Any:
    """Return what `predicate(events)` answers as soon as that is true.

    Raise `LedgerTimeout` after `timeout` seconds. Looks every 2 ms, and reads only when the file grew.
    """
    until = time.monotonic() + timeout
    size = -1
    while True:
        now_size = path.stat().st_size if path.exists() else 0
        if now_size != size:
            size = now_size
            if answer := predicate(read_ledger(path)):
                return answer
        if time.monotonic() > until:
            tail = [f"{event['event']}#{event['connection']}" for event in read_ledger(path)[-8:]]
            raise LedgerTimeout(f"not within {timeout} s; the ledger ends with {tail}")
        time.sleep(0.002)


def of_kind(events: Iterable[Event], kind: str, **facts: Any) -> list[Event]:
    """Return the events of one kind whose facts are these."""
    wanted = {"event": kind, **facts}
    return [event for event in events if wanted.items() <= {name: event.get(name) for name in wanted}.items()]


def letters_by_recipient(events: Iterable[Event]) -> Counter[str]:
    """Return how many letters each recipient has, addresses in small letters."""
    return Counter(recipient.lower() for e in of_kind(events, "kept") for recipient in e["recipients"])


def twice(events: Iterable[Event]) -> dict[str, int]:
    """Return who has more than one letter, and how many."""
    return {who: count for who, count in letters_by_recipient(events).items() if count > 1}


def lost(events: Iterable[Event], expected: Iterable[str]) -> set[str]:
    """Return who of `expected` has no letter."""
    return {who.lower() for who in expected} - letters_by_recipient(events).keys()


def strangers(events: Iterable[Event], expected: Iterable[str]) -> set[str]:
    """Return who has a letter without being expected to."""
    return letters_by_recipient(events).keys() - {who.lower() for who in expected}


def message_ids(events: Iterable[Event]) -> Counter[str]:
    """Return how often each Message-ID was kept."""
    return Counter(event["message_id"] for event in of_kind(events, "kept"))
