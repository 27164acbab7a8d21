"""A kept HTTP connection that knows how far a request has come and never waits longer than it was told.

requests and urllib3 bound each packet, not the whole answer, and tell a fault before the request from one after it
only by the kind of exception. Here the connection itself notes its stage, as `connection.py` does for SMTP: "connect"
until it is open, "body" while the request is being written, "dot" once all of it is with the system. A server acts on
a request only when it has the whole of it (RFC 9110 6.1, RFC 9112 8), so a fault before "dot" is certainly not sent.
"""

import io
import socket
from time import sleep
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from campaigns.dispatch.outcome import Stage
from campaigns.dispatch.patience import Patience, uptime

# A wait is cut into slices so that a SIGTERM handler, which cannot wake a blocked read, is heeded soon.
SLICE_SECONDS = 0.25
# Answers about one letter have a few hundred bytes.
MAX_ANSWER_BYTES = 1_000_000


class Progress:
    """How far the request under way has come, and until when each of its steps may take.

    `kept`: the connection was there before the letter. `timed_out`: the request ended because its time did. One
    letter may need several requests; `doubt_timeout` bounds them all, in seconds from the first one that was written
    in full.
    """

    def __init__(self, patience: Patience, *, doubt_timeout: float) -> None:
        self.patience = patience
        self._doubt_timeout = doubt_timeout
        self._letter_ends = float("inf")
        self.begin_letter()

    def begin_letter(self) -> None:
        self._letter_ends = float("inf")
        self.patience.begin_letter()
        self.begin_request()

    def begin_request(self) -> None:
        if self._letter_ends < float("inf"):
            # A repeat has the time of a letter anew to be written in, within what is left of the doubt.
            self.patience.begin_letter()
        self.kept, self.timed_out, self.received_bytes = True, False, 0
        self.enter("body")

    def enter(self, stage: Stage) -> None:
        self.stage: Stage = stage
        self._entered = uptime()
        if stage == "dot":
            self._letter_ends = min(self._letter_ends, self._entered + self._doubt_timeout)

    def left(self) -> float:
        """Seconds left for the present stage. Raise `TimeoutError` when there are none."""
        until = min(self.patience.until(self._entered, self.stage), self._letter_ends)
        left = until - uptime()
        if left <= 0:
            self.timed_out = True
            raise TimeoutError("the time for this step is over")
        return left

    def rest(self, seconds: float) -> bool:
        """Wait between two requests of one letter. Return False when that or its time would be over before."""
        until = uptime() + seconds
        while (now := uptime()) < until:
            if until >= min(self._letter_ends, self.patience.until(until, "dot")):
                return False
            sleep(min(until - now, SLICE_SECONDS))
        return now < self._letter_ends


class PatientSocket:
    """A socket, plain or TLS, each of whose reads and writes ends when the time of its stage does."""

    def __init__(self, sock: socket.socket, progress: Progress) -> None:
        self._sock, self._progress = sock, progress
        self._reader_count = 0
        self._is_closed = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)

    def settimeout(self, seconds: float | None) -> None:
        """Ignored: urllib3 sets here what it allows for one packet."""

    def sendall(self, data: bytes) -> None:
        try:
            self._sock.settimeout(self._progress.left())
            self._sock.sendall(data)
        except TimeoutError:
            self._progress.timed_out = True
            raise

    def receive_into(self, buffer: memoryview) -> int:
        """Read into `buffer`. Raise `TimeoutError` when the time for the whole answer is over."""
        while True:
            self._sock.settimeout(min(self._progress.left(), SLICE_SECONDS))
            try:
                count = self._sock.recv_into(buffer)
            except TimeoutError:
                continue
            self._progress.received_bytes += count
            if self._progress.received_bytes > MAX_ANSWER_BYTES:
                raise ConnectionError("an endless answer")
            return count

    def makefile(self, *args: Any, **options: Any) -> io.BufferedReader:
        self._reader_count += 1
        return io.BufferedReader(_Answer(self))

    def close(self) -> None:
        """Close now, or when the last reader does: http.client lets go of a connection before its answer is read."""
        self._is_closed = True
        if not self._reader_count:
            self._sock.close()

    def reader_closed(self) -> None:
        self._reader_count -= 1
        if self._is_closed:
            self.close()


class _Answer(io.RawIOBase):
    """The reading end of a `PatientSocket`."""

    def __init__(self, sock: PatientSocket) -> None:
        self._sock = sock

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:
        return self._sock.receive_into(buffer)

    def close(self) -> None:
        if not self.closed:
            super().close()
            self._sock.reader_closed()


class _Watched:
    """Notes the stage of each request in `progress`."""

    def __init__(self, *args: Any, progress: Progress, **options: Any) -> None:
        super().__init__(*args, **options)
        self._progress = progress

    def connect(self) -> None:
        self._progress.kept = False
        self._progress.enter("connect")
        self.timeout = self._progress.left()
        super().connect()
        self.sock = PatientSocket(self.sock, self._progress)
        self._progress.enter("body")

    def request(self, *args: Any, **options: Any) -> None:
        super().request(*args, **options)
        # Only now: where the writing breaks off, urllib3 still looks for an answer, and no answer means not sent.
        self._progress.enter("dot")


class _PlainConnection(_Watched, HTTPConnection):
    pass


class _TlsConnection(_Watched, HTTPSConnection):
    pass


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


class PatientAdapter(HTTPAdapter):
    """Gives a requests session connections that keep to `progress`; one is kept, and nothing is repeated."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        super().__init__(pool_connections=1, pool_maxsize=1)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _TlsPool}

    def get_connection_with_tls_context(self, *args: Any, **options: Any) -> HTTPConnectionPool:
        pool = super().get_connection_with_tls_context(*args, **options)
        pool.conn_kw["progress"] = self._progress
        return pool
