"""What processes take: CPU time and memory of a process with everything below it."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

import psutil
from django.db import connection

EVERY_SECONDS = 0.2


def tree(pids: Iterable[int]) -> Iterator[psutil.Process]:
    """The processes and all their living descendants."""
    for pid in pids:
        with suppress(psutil.NoSuchProcess):
            process = psutil.Process(pid)
            yield process
            yield from process.children(recursive=True)


def cpu_seconds(pids: Iterable[int]) -> float:
    """CPU time of the trees so far, with that of descendants that have ended and were waited for."""
    spent = 0.0
    for process in tree(pids):
        with suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            spent += times.user + times.system + times.children_user + times.children_system
    return spent


def memory_mb(pids: Iterable[int]) -> float:
    """Resident memory of the trees; pages that processes share are counted for each of them."""
    taken = 0
    for process in tree(pids):
        with suppress(psutil.NoSuchProcess):
            taken += process.memory_info().rss
    return taken / 2**20


def database_server() -> list[int]:
    """The process id of the PostgreSQL server, if it runs on this machine; none for SQLite."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        own = cursor.fetchone()[0]
    with suppress(psutil.NoSuchProcess):
        server = psutil.Process(own)
        if server.name().startswith("postgres"):
            return [server.ppid()]
    return []


@contextmanager
def watched_memory(pids: list[int]) -> Iterator[list[float]]:
    """Note the memory of the trees every `EVERY_SECONDS` while the block runs."""
    seen = [memory_mb(pids)]
    over = threading.Event()

    def watch() -> None:
        while not over.wait(EVERY_SECONDS):
            seen.append(memory_mb(pids))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield seen
    finally:
        over.set()
        watcher.join()
        seen.append(memory_mb(pids))


def peaks_of_thirds(seen: list[float]) -> list[int]:
    """The most in the first, the middle and the last third of a run, in MB."""
    third = max(1, len(seen) // 3)
    parts = (seen[:third], seen[third:-third] or seen[third:] or seen, seen[-third:])
    return [round(max(part)) for part in parts]
