"""A mail provider on this machine: a real HTTP server with Resend's request, answers, errors and memory for keys.

It does what is planned for each request in turn, and accepts where nothing is planned. A step is a name below, or an
`Answer` of one's own. `letters` are those it would deliver: a second request with a known key adds none.
"""

import json
import ssl
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import sleep
from typing import Any

KEY = "re_the-key-of-this-house"
# accept; hang up before the request is read, after it, or after keeping the letter; the same with silence; answer with
# a fault of its own, the letter not kept or kept; keep it and answer what nobody can read (two ways), in a
# trickle or without end; hang up after a good answer, without a word or with one.
STEPS = (
    "accept", "drop-unread", "drop-read", "drop-kept", "silent-unread", "silent-read", "silent-kept", "fault",
    "fault-kept", "unreadable", "bottomless", "trickle", "endless", "leave", "farewell",
)  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """An answer in place of the usual one; `headers` and `extra` (of the body) on top of it."""

    status: int
    name: str = ""
    message: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)


class Provider(ThreadingHTTPServer):
    """The server. `requests` counts all that were begun, `connections` all that were opened."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.letters: list[dict[str, Any]] = []
        self.requests: list[dict[str, str]] = []
        self.connections = 0
        self.closing = threading.Event()
        self._plan: deque[str | Answer] = deque()
        self._known: dict[str, tuple[bytes, str]] = {}
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"

    def plan(self, *steps: str | Answer) -> None:
        assert all(isinstance(step, Answer) or step in STEPS for step in steps)
        self._plan.extend(steps)

    def next_step(self) -> str | Answer:
        with self._lock:
            return self._plan.popleft() if self._plan else "accept"

    def take(self, key: str, body: bytes) -> tuple[int, dict[str, Any]]:
        """Keep a letter unless its key is known: (status, answer)."""
        with self._lock:
            known, identifier = self._known.get(key, (body, ""))
            if known != body:
                return 409, _error(409, "invalid_idempotent_request", "Key used with a different payload.")
            if not identifier:
                identifier = f"0000-{len(self.letters) + 1}"
                self.letters.append(json.loads(body) | {"id": identifier, "key": key})
                self._known[key] = (body, identifier)
            return 200, {"id": identifier}


class _Conversation(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body are two writes: the second would wait 40 ms for the client
    server: Provider

    def setup(self) -> None:
        super().setup()
        self.server.connections += 1

    def do_POST(self) -> None:
        step = self.server.next_step()
        self.server.requests.append({name.lower(): value for name, value in self.headers.items()})
        if step == "silent-unread":
            self.server.closing.wait()
        if step in ("drop-unread", "silent-unread"):
            self.close_connection = True
            return
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path != "/emails":
            self._answer(404, _error(404, "not_found", "The requested endpoint does not exist."))
        elif self.headers["Authorization"] != f"Bearer {KEY}":
            self._answer(403, _error(403, "invalid_api_key", "API key is invalid"))
        elif isinstance(step, Answer):
            self._answer(step.status, _error(step.status, step.name, step.message) | step.extra, step.headers)
        else:
            self._take(step, body)

    def _take(self, step: str, body: bytes) -> None:
        status, answer = 0, {}
        if step not in ("drop-read", "silent-read", "fault"):
            status, answer = self.server.take(self.headers["Idempotency-Key"], body)
        if step in ("accept", "leave"):
            self._answer(status, answer)
        elif step.startswith("fault"):
            self._answer(500, _error(500, "application_error", "An unexpected error occurred."))
        elif step == "unreadable":
            self._write(200, b"<p>Welcome</p>")
        elif step == "bottomless":
            self._write(200, b"[" * 200_000)
        elif step == "trickle":
            self._trickle()
        elif step == "farewell":
            self._write(status, json.dumps(answer).encode(), {"Connection": "close"}, pause=0.1)
        elif step == "endless":
            self._without_end()
        elif step.startswith("silent"):
            self.server.closing.wait()
        if step not in ("accept", "fault", "fault-kept", "unreadable", "bottomless"):
            self.close_connection = True

    def _answer(self, status: int, answer: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        self._write(status, json.dumps(answer).encode(), headers or {})

    def _write(self, status: int, body: bytes, headers: dict[str, str] | None = None, pause: float = 0) -> None:
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | (headers or {})).items():
            self.send_header(name, value)
        self.end_headers()
        sleep(pause)
        self.wfile.write(body)

    def _trickle(self) -> None:
        """Never silent for long, and never done: a byte of the head now and then."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while not self.server.closing.is_set():
            self.wfile.write(b"z")
            sleep(0.05)

    def _without_end(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while not self.server.closing.is_set():
            self.wfile.write(b" " * 100_000)

    def log_message(self, *args: Any) -> None:
        """Nothing: a test speaks for itself."""


def _error(status: int, name: str, message: str) -> dict[str, Any]:
    return {"statusCode": status, "name": name, "message": message}


class _Quiet(Provider):
    def handle_error(self, *args: Any) -> None:
        """A client that leaves early is what some tests are about."""


@contextmanager
def running_provider(certificate: Path | None = None) -> Iterator[Provider]:
    provider = _Quiet()
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        provider.socket = context.wrap_socket(provider.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=provider.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield provider
    finally:
        provider.closing.set()
        provider.shutdown()
        provider.server_close()
        thread.join()
