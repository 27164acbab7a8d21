"""The receiver itself: the connections under the sessions, the letters they keep.

As quick as an SMTP server in Python can be, so that a benchmark measures the sender: a protocol with a buffer of
its own rather than streams and tasks, and answers that belong together in one write.
"""

import asyncio
import hashlib
import os
import re
import socket
import ssl
import struct
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.receiver.ledger import LedgerWriter
from tests.receiver.rules import Rules
from tests.receiver.session import Session
from tests.receiver.speech import MORE, TLS, Gone

_MESSAGE_ID = re.compile(rb"^message-id:\s*<([^>]*)>", re.IGNORECASE | re.MULTILINE)


class Receiver:
    """What all connections share: rules, ledger, the folder of kept letters."""

    def __init__(
        self, *, ledger: LedgerWriter, rules: Rules, kept: Path | None, sync: bool, tls: ssl.SSLContext | None
    ) -> None:
        self.ledger, self.rules, self.kept, self.sync, self.tls = ledger, rules, kept, sync, tls
        self.lines: set[Line] = set()
        self._connections = 0
        self._letters = 0
        if kept:
            kept.mkdir(parents=True, exist_ok=True)
            self._letters = len(list(kept.iterdir()))  # a receiver before this one may have begun

    @property
    def offers_tls(self) -> bool:
        return self.tls is not None

    @property
    def open_connections(self) -> int:
        return len(self.lines)

    async def listen(self, host: str, port: int, *, implicit_tls: bool = False) -> asyncio.Server:
        """Listen from now on, with TLS from the first byte if asked."""
        return await asyncio.get_running_loop().create_server(
            lambda: Line(self), host, port, ssl=self.tls if implicit_tls else None
        )

    def next_connection(self) -> int:
        self._connections += 1
        return self._connections

    def keep(self, letter: bytes, *, connection: int, sender: str, recipients: list[str]) -> None:
        """Put a letter into the folder, then into the ledger: a letter the ledger names is there to read."""
        self._letters += 1
        found = _MESSAGE_ID.search(letter, 0, letter.find(b"\r\n\r\n") + 2)
        facts: dict[str, Any] = {
            "recipients": recipients,
            "message_id": found[1].decode("utf-8", "replace") if found else "",
            "size": len(letter),
        }
        if not self.ledger.counts_only:
            facts |= {"sender": sender, "digest": hashlib.sha256(letter).hexdigest(), "file": self._store(letter)}
        self.ledger.write("kept", connection, **facts)

    def _store(self, letter: bytes) -> str:
        """Write the letter into the folder and return its name there, "" without a folder."""
        if not self.kept:
            return ""
        name = f"{self._letters:06d}.eml"
        with open(self.kept / name, "wb") as file:
            file.write(letter)
            file.flush()
            if self.sync:
                os.fsync(file.fileno())
        return name

    def hang_up(self) -> None:
        """Break all connections that are open: the receiver ends."""
        for line in list(self.lines):
            line.end()


class Line(asyncio.Protocol):
    """One connection: feeds its session with bytes and does what it asks for."""

    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver
        self._transport: asyncio.Transport | None = None
        self._awaits_bytes = False
        self._peer_left = False
        self._handshake: asyncio.Future[None] | None = None  # kept, or it might be collected under way

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._receiver.lines.add(self)
        self.peer = str(transport.get_extra_info("peername"))
        self.encrypted = transport.get_extra_info("ssl_object") is not None
        self._session = Session(self._receiver, self._receiver.next_connection(), self)
        self._conversation = self._session.converse()
        self._go_on()

    def data_received(self, data: bytes) -> None:
        self._session.pending += data
        if self._awaits_bytes:
            self._go_on()

    def eof_received(self) -> bool:
        self._peer_is_gone()
        # Half closed stays open until our answers are given; TLS knows no such thing.
        return not self.encrypted

    def connection_lost(self, fault: Exception | None) -> None:
        self._peer_is_gone()

    def write(self, data: bytes) -> None:
        if not self.closed:
            self._transport.write(data)

    def reset(self) -> None:
        # On a copy of the descriptor, because the event loop lends none of its own sockets for this.
        with socket.socket(fileno=os.dup(self._transport.get_extra_info("socket").fileno())) as same:
            same.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._transport.abort()

    @property
    def closed(self) -> bool:
        return self._transport.is_closing()

    def stop_reading(self) -> None:
        self._transport.pause_reading()

    def end(self) -> None:
        """Leave without waiting for anything."""
        with suppress(Gone, StopIteration):
            self._conversation.throw(Gone())
        self._receiver.lines.discard(self)
        self._transport.abort()

    def _peer_is_gone(self) -> None:
        """Let what was received be dealt with; a wait for more is over. A wait by rule goes on to its end: a
        server, too, keeps the letter whose sender did not stay for the answer.
        """
        self._peer_left = True
        if self._awaits_bytes:
            self._go_on()

    def _go_on(self) -> None:
        """Let the session speak until it waits for something."""
        if self not in self._receiver.lines:
            return
        self._awaits_bytes = False
        self._receiver.rules.refresh()
        try:
            wish = next(self._conversation)
            if self._peer_left and wish in (MORE, TLS):
                wish = self._conversation.throw(Gone())
        except StopIteration:
            self._receiver.lines.discard(self)
            self._transport.close()
            return
        except Exception:
            self.end()  # a fault of ours must not pass for a server that hangs
            raise
        if wish == MORE:
            self._awaits_bytes = True
        elif wish == TLS:
            self._transport.pause_reading()  # what follows belongs to the handshake
            self._handshake = asyncio.ensure_future(self._encrypt())
        else:
            asyncio.get_running_loop().call_later(wish, self._go_on)

    async def _encrypt(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            self._transport = await loop.start_tls(self._transport, self, self._receiver.tls, server_side=True)
        except OSError:
            self.end()
            return
        self.encrypted = True
        self._go_on()
