"""Who holds a letter: host, process and its start, so that a dead holder is known for certain on its own machine."""

import os
import secrets
import socket
import subprocess
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from django.db.models import QuerySet

_SEPARATOR = "|"
_NAMESPACE = Path("/proc/self/ns/pid")


def process_start(pid: int) -> str:
    """Return a mark of when process `pid` began ("" when there is none): a reused number has another mark."""
    stat = Path(f"/proc/{pid}/stat")
    if Path("/proc/self/stat").exists():
        try:
            # The name in brackets may hold blanks; the start time is the 20th field after it (proc(5)).
            after_name = stat.read_text().rpartition(")")[2].split()
        except OSError:
            return ""
        return "" if after_name[0] == "Z" else after_name[19]
    answer = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return answer.stdout.strip()


def process_space() -> str:
    """Return what tells apart the process numbers of two containers that share a host name; "" where there is none.

    Containers on the host's own network bear its name, and each counts its processes from 1.
    """
    return os.readlink(_NAMESPACE) if _NAMESPACE.exists() else ""


@lru_cache(maxsize=4)
def _this_process(pid: int) -> str:
    return _SEPARATOR.join([socket.gethostname(), str(pid), f"{process_start(pid)}@{process_space()}"])


def this_process() -> str:
    """Return host, number and start of this process: what all its holders begin with."""
    return _this_process(os.getpid())


def new_holder() -> str:
    """Return a holder for one turn of work of this process."""
    return _SEPARATOR.join([this_process(), secrets.token_hex(4)])


def certainly_dead(holder: str) -> bool:
    """True when `holder` was a process of this machine that is gone. One elsewhere is never certainly dead, and one
    that we cannot see from within our container is elsewhere.
    """
    host, pid, mark, _turn = holder.split(_SEPARATOR)
    start, _at, space = mark.partition("@")
    if host != socket.gethostname() or space not in ("", process_space()):
        return False
    return process_start(int(pid)) != start


def in_lost_hands(rows: QuerySet, *, now: datetime) -> Iterator[tuple[QuerySet, bool]]:
    """Of `rows` in somebody's hand, yield those of each holder that is gone, or whose lease has ended by `now`.

    With each part: whether its holder is certainly dead. A living holder alone sorts its own.
    """
    for holder in rows.order_by().values_list("holder", flat=True).distinct():
        theirs, dead = rows.filter(holder=holder), certainly_dead(holder)
        yield theirs if dead else theirs.filter(lease_until__lt=now), dead
