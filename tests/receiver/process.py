"""The receiver as a process of its own, for tests: what it has kept survives whatever happens to the
sender.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.receiver import ledger
from tests.receiver.ledger import Event
from tests.receiver.rules import check_rules

ROOT = Path(__file__).resolve().parents[2]
# Key and certificate for 127.0.0.1 and localhost, made for these tests, trusted by nobody else, valid until
# 2126.
CERTIFICATE = Path(__file__).with_name("loopback.pem")


@dataclass
class RunningReceiver:
    """A receiver that is listening. Rules may be replaced at any moment; the next command already obeys
    them.
    """

    host: str
    port: int
    folder: Path
    process: subprocess.Popen[str]

    @property
    def url(self) -> str:
        return f"smtp://{self.host}:{self.port}"

    @property
    def ledger_path(self) -> Path:
        return self.folder / "ledger.jsonl"

    @property
    def kept_folder(self) -> Path:
        return self.folder / "kept"

    def set_rules(self, **rules: Any) -> None:
        """Replace all rules: `rules=[…]`, `delays_ms={…}`, `letters_per_connection=…` as in
        `tests.receiver.rules`.
        """
        write_rules(self.folder / "rules.json", rules)

    def events(self) -> list[Event]:
        return ledger.read_ledger(self.ledger_path)

    def wait_for(self, predicate: Callable[[list[Event]], Any], timeout: float = 10.0) -> Any:
        return ledger.wait_for(self.ledger_path, predicate, timeout)

    def letters(self) -> list[bytes]:
        """Return the letters kept so far, in order, as they came."""
        kept = ledger.of_kind(self.events(), "kept")
        return [(self.kept_folder / event["file"]).read_bytes() for event in kept]

    def stop(self) -> None:
        """End the receiver; its connections break. Its port is free afterwards."""
        self.process.stdin.close()
        self.process.terminate()
        self.process.wait(10)
        self.process.stdout.close()


def write_rules(path: Path, rules: dict[str, Any]) -> None:
    """Write rules so that the receiver never reads half of them. Raise `ValueError` for words it does not know."""
    check_rules(rules)
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(rules), encoding="utf-8")
    os.replace(fresh, path)


def start_receiver(folder: Path, *options: str, port: int = 0, store: bool = True, **rules: Any) -> RunningReceiver:
    """Start a receiver whose ledger, rules and letters are in `folder`, and wait until it listens.

    `options` go to the command line (`--no-sync`, `--counts-only`, `--implicit-tls`). Without `store` the
    letters themselves are not written, only counted. The caller stops it; should the caller die, the receiver
    ends by itself. A second one in the same folder goes on with the same ledger and letters.
    """
    folder.mkdir(parents=True, exist_ok=True)
    write_rules(folder / "rules.json", rules)
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.receiver",
            "--port",
            str(port),
            "--ledger",
            str(folder / "ledger.jsonl"),
            "--rules",
            str(folder / "rules.json"),
            *(["--kept", str(folder / "kept")] if store else []),
            "--until-stdin-closes",
            *options,
        ],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    line = process.stdout.readline()
    if not line:
        process.stdin.close()
        process.stdout.close()
        raise RuntimeError(f"the receiver ended with {process.wait(10)} before it listened")
    return RunningReceiver("127.0.0.1", json.loads(line)["port"], folder, process)


@contextmanager
def running_receiver(folder: Path, *options: str, store: bool = True, **rules: Any) -> Iterator[RunningReceiver]:
    """A receiver for the length of a `with` block."""
    receiver = start_receiver(folder, *options, store=store, **rules)
    try:
        yield receiver
    finally:
        receiver.stop()
