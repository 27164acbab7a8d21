"""Rings through a folder of files: whole or not there, and one that cannot be read is lost, not the end of a worker."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection

from greetings_crm import broker

RINGS = 400


@pytest.fixture
def folder(tmp_path) -> Path:
    for name in ("queue", "control"):
        (tmp_path / name).mkdir()
    return tmp_path


# Queues have names of their own: kombu remembers a binding for the life of the process, whatever the folder.
def connected(folder: Path) -> Connection:
    broker.use()
    queue = str(folder / "queue")
    options = {"data_folder_in": queue, "data_folder_out": queue, "control_folder": str(folder / "control")}
    return Connection("filesystem://localhost//", transport_options=options)


@pytest.fixture
def bell(folder) -> Iterator:
    with connected(folder) as connection, connection.SimpleQueue(folder.name) as queue:
        yield queue


def test_a_ring_is_taken_by_whoever_listens(bell):
    bell.put({"campaign": 12})

    assert bell.get(block=False).payload == {"campaign": 12}
    with pytest.raises(Empty):
        bell.get(block=False)


def test_rings_are_taken_in_the_order_in_which_they_came(bell, monkeypatch):
    """Also where a number of the clock since the boot would have gained a digit."""
    for instant in (9_999_999, 10_000_001):
        monkeypatch.setattr(broker, "time_ns", lambda now=instant: 1_790_000_000 * 10**9 + now)
        bell.put({"number": instant})

    assert [bell.get(block=False).payload["number"] for _ in range(2)] == [9_999_999, 10_000_001]


def test_a_ring_that_was_cut_short_is_passed_over(folder, bell):
    (folder / "queue" / f"0_cut.{folder.name}.msg").write_bytes(b"")
    bell.put({"campaign": 12})

    with pytest.raises(Empty):
        bell.get(block=False)
    assert bell.get(block=False).payload == {"campaign": 12}


def test_a_listener_never_meets_half_a_ring(folder, bell):
    def ring() -> None:
        with connected(folder) as connection, connection.SimpleQueue(folder.name) as queue:
            for number in range(RINGS):
                queue.put({"number": number, "filler": "ώ" * 2_000})

    ringer, heard = threading.Thread(target=ring), []
    ringer.start()
    while ringer.is_alive() or any((folder / "queue").iterdir()):
        try:
            message = bell.get(block=False)
        except Empty:
            continue
        heard.append(message.payload["number"])
        message.ack()
    ringer.join()

    assert sorted(heard) == list(range(RINGS))


def test_a_disk_that_takes_no_ring_says_so(folder, bell, monkeypatch):
    def full(self: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)

    with pytest.raises(broker.ChannelError, match="directory"):
        bell.put({"campaign": 12})
    assert json.dumps([each.name for each in (folder / "queue").iterdir()]) == "[]"
