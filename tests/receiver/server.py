"""The receiver itself: one asyncio task per connection, speaking SMTP the way a rule tells it to.

It reads bytes, not lines, so that the ledger can tell a letter whose final dot never came from one whose
dot did.
"""

import asyncio
import base64
import hashlib
import os
import re
import socket
import ssl
import struct
from pathlib import Path
from typing import Any

from tests.receiver.ledger import LedgerWriter
from tests.receiver.rules import Rules

_PATH = re.compile(r"^(?:FROM|TO):\s*<([^>]*)>(.*)$", re.IGNORECASE)
_MESSAGE_ID = re.compile(rb"^message-id:\s*<([^>]*)>", re.IGNORECASE | re.MULTILINE)
# The longest line and letter taken: far above ours, so that only a runaway test meets them.
MAX_LINE, MAX_LETTER = 8_192, 20_000_000


class Gone(Exception):
    """The peer left, or a rule says that we do."""


class Receiver:
    """What all connections share: rules, ledger, the folder of kept letters."""

    def __init__(
        self, *, ledger: LedgerWriter, rules: Rules, kept: Path | None, sync: bool, tls: ssl.SSLContext | None
    ) -> None:
        self.ledger, self.rules, self.kept, self.sync, self.tls = ledger, rules, kept, sync, tls
        self.open_connections = 0
        self._connections = 0
        self._letters = 0
        if kept:
            kept.mkdir(parents=True, exist_ok=True)

    async def serve_connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections += 1
        self.open_connections += 1
        session = Session(self, self._connections, reader, writer)
        try:
            await session.converse()
        except (Gone, ConnectionError, asyncio.IncompleteReadError, ssl.SSLError, TimeoutError):
            pass
        finally:
            self.open_connections -= 1
            session.send_answers()
            self.ledger.write("closed", session.number, stage=session.stage, body_bytes=session.body_bytes)
            self.ledger.flush()
            writer.close()

    def keep(self, letter: bytes, *, connection: int, sender: str, recipients: list[str]) -> None:
        """Put a letter into the folder, then into the ledger: a letter the ledger names is there to read."""
        self._letters += 1
        name = f"{self._letters:06d}.eml"
        if self.kept:
            with open(self.kept / name, "wb") as file:
                file.write(letter)
                file.flush()
                if self.sync:
                    os.fsync(file.fileno())
        found = _MESSAGE_ID.search(letter.partition(b"\r\n\r\n")[0] + b"\r\n")
        self.ledger.write(
            "kept",
            connection,
            recipients=recipients,
            sender=sender,
            message_id=found[1].decode("utf-8", "replace") if found else "",
            digest=hashlib.sha256(letter).hexdigest(),
            size=len(letter),
            file=name if self.kept else "",
        )


class Session:
    """One connection. `stage` is the step under way, as in `rules.STAGES`."""

    def __init__(
        self, receiver: Receiver, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.receiver, self.rules, self.ledger = receiver, receiver.rules, receiver.ledger
        self.number, self.reader, self.writer = number, reader, writer
        self.stage = "connect"
        self.body_bytes = 0
        self.sender = ""
        self.recipients: list[str] = []
        self._pending = bytearray()
        self._answers: list[str] = []
        self._letters = 0
        self._encrypted = writer.get_extra_info("ssl_object") is not None
        self._signed_in = False

    async def converse(self) -> None:
        self.rules.refresh()
        self.ledger.write("connect", self.number, peer=str(self.writer.get_extra_info("peername")))
        if self.receiver.open_connections > self.rules.connections:
            self._answer("421 4.7.0 Too many connections")
            return
        if not await self._obey("connect"):
            self._answer("220 receiver.example ESMTP")
        while True:
            line = (await self._line()).decode("utf-8", "replace")
            self.rules.refresh()
            verb, _, rest = line.partition(" ")
            handler = self._HANDLERS.get(verb.upper())
            if handler is None:
                self._answer("500 5.5.1 Unknown command")
            elif await handler(self, rest.strip()) is False:
                return

    async def _hello(self, rest: str) -> None:
        self.stage = "hello"
        self.ledger.write("hello", self.number, name=rest)
        self._forget()
        if await self._obey("hello"):
            return
        offers = self.rules.offers
        if self.receiver.tls and not self._encrypted:
            offers.append("STARTTLS")
        if self.rules.users:
            offers.append("AUTH PLAIN LOGIN")
        lines = ["receiver.example", *offers]
        self._answer("\r\n".join([f"250-{word}" for word in lines[:-1]] + [f"250 {lines[-1]}"]))

    async def _helo(self, rest: str) -> None:
        self.stage = "hello"
        self._forget()
        self._answer("250 receiver.example")

    async def _starttls(self, rest: str) -> None:
        if not self.receiver.tls or self._encrypted:
            self._answer("502 5.5.1 Not offered")
            return
        self._answer("220 2.0.0 Go ahead")
        self.send_answers()
        self._pending.clear()
        await self.writer.start_tls(self.receiver.tls)
        self._encrypted = True
        self.ledger.write("encrypted", self.number)

    async def _auth(self, rest: str) -> None:
        method, _, initial = rest.partition(" ")
        if method.upper() == "PLAIN":
            secret = initial or await self._challenge("")
            user, password = [*base64.b64decode(secret).decode().split("\0"), "", ""][1:3]
        else:
            user = base64.b64decode(initial or await self._challenge("VXNlcm5hbWU6")).decode()
            password = base64.b64decode(await self._challenge("UGFzc3dvcmQ6")).decode()
        self._signed_in = self.rules.users.get(user) == password
        self.ledger.write("login", self.number, accepted=self._signed_in)
        self._answer("235 2.7.0 Welcome" if self._signed_in else "535 5.7.8 Wrong user or password")

    async def _challenge(self, words: str) -> str:
        self._answer(f"334 {words}")
        return (await self._line()).decode()

    async def _mail(self, rest: str) -> bool | None:
        self.stage = "mail"
        found = _PATH.match(rest)
        if self._letters >= self.rules.letters_per_connection:
            self._answer("421 4.7.0 Enough letters on this connection")
            return False
        if self.rules.users and not self._signed_in:
            self._answer("530 5.7.0 Authentication required")
        elif not found:
            self._answer("501 5.5.4 MAIL FROM:<address>")
        else:
            self._forget()
            self.ledger.write("mail", self.number, sender=found[1], options=found[2].strip())
            if not await self._obey("mail", sender=found[1]):
                self.sender = found[1]
                self._answer("250 2.1.0 Sender fine")
        return None

    async def _rcpt(self, rest: str) -> None:
        found = _PATH.match(rest)
        if not found or not self.sender:
            self._answer("503 5.5.1 MAIL comes first" if found else "501 5.5.4 RCPT TO:<address>")
            return
        self.stage = "rcpt"
        self.ledger.write("rcpt", self.number, recipient=found[1])
        if not await self._obey("rcpt", sender=self.sender, recipient=found[1]):
            self.recipients.append(found[1])
            self._answer("250 2.1.5 Recipient fine")

    async def _data(self, rest: str) -> bool | None:
        if not self.recipients:
            self._answer("503 5.5.1 RCPT comes first")
            return None
        self.stage = "data"
        if await self._obey("data", sender=self.sender, recipient=self.recipients[0]):
            return None
        self.ledger.write("data_begun", self.number, recipients=self.recipients)
        self._answer("354 End with a dot")
        self.stage = "body"
        letter = await self._letter()
        self.stage = "dot"
        self.ledger.write("dot_received", self.number, recipients=self.recipients, size=len(letter))
        self.body_bytes = 0
        self._letters += 1
        facts = {"sender": self.sender, "recipient": self.recipients[0]}
        if not await self._obey("dot", **facts):
            self.receiver.keep(letter, connection=self.number, sender=self.sender, recipients=list(self.recipients))
            self.stage = "kept"
            if not await self._obey("kept", **facts):
                self._answer("250 2.0.0 Kept")
        self._forget()
        self.stage = "idle"
        return None

    async def _rset(self, rest: str) -> None:
        self._forget()
        self._answer("250 2.0.0 Forgotten")

    async def _noop(self, rest: str) -> None:
        self._answer("250 2.0.0 Still here")

    async def _quit(self, rest: str) -> bool:
        self.ledger.write("quit", self.number)
        self._answer("221 2.0.0 Farewell")
        return False

    _HANDLERS = {
        "EHLO": _hello,
        "HELO": _helo,
        "STARTTLS": _starttls,
        "AUTH": _auth,
        "MAIL": _mail,
        "RCPT": _rcpt,
        "DATA": _data,
        "RSET": _rset,
        "NOOP": _noop,
        "QUIT": _quit,
    }

    async def _obey(self, stage: str, *, sender: str = "", recipient: str = "") -> bool:
        """Do what a rule says of this step; return whether that already was the answer. Raise `Gone` after
        a drop.
        """
        rule = self.rules.rule(stage, sender=sender, recipient=recipient)
        # The delay named "dot" is that of the answer to the dot, which is given once the letter is kept.
        if stage != "dot" and (delay := self.rules.delay_seconds("dot" if stage == "kept" else stage)):
            self.send_answers()
            await asyncio.sleep(delay)
        if rule is None:
            return False
        deed = rule.get("do", "reply")
        self.send_answers()
        if deed == "delay":
            await asyncio.sleep(rule["ms"] / 1000)
            return False
        if deed == "drop":
            self._drop(stage, recipient)
        if deed == "hang":
            self.ledger.write("hanging", self.number, stage=stage, recipient=recipient)
            self.ledger.flush()
            while await self.reader.read(65_536):
                pass
            raise Gone
        self._answer(rule["reply"])
        if rule["reply"].startswith("421"):
            raise Gone
        return True

    def _drop(self, stage: str, recipient: str) -> None:
        """Close with a reset: the peer learns of it at once, also in the midst of writing."""
        self.ledger.write("dropped", self.number, stage=stage, recipient=recipient)
        self.ledger.flush()
        raw: Any = self.writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()
        raise Gone

    async def _letter(self) -> bytes:
        """Read up to the final dot and return the letter without it, dot-stuffing undone."""
        if not self._pending:
            await self._read_more(MAX_LETTER)
        self.body_bytes = len(self._pending)
        if await self._obey("body", sender=self.sender, recipient=self.recipients[0]):
            raise Gone
        searched = 0
        # The line end that closed DATA counts as the one before the dot of an empty letter.
        while not self._pending.startswith(b".\r\n"):
            found = self._pending.find(b"\r\n.\r\n", max(0, searched - 4))
            if found >= 0:
                letter = bytes(self._pending[: found + 2])
                del self._pending[: found + 5]
                return letter.removeprefix(b".").replace(b"\n.", b"\n")
            searched = len(self._pending)
            await self._read_more(MAX_LETTER)
            self.body_bytes = len(self._pending)
        del self._pending[:3]
        return b""

    async def _line(self) -> bytes:
        while (end := self._pending.find(b"\r\n")) < 0:
            await self._read_more(MAX_LINE)
        line = bytes(self._pending[:end])
        del self._pending[: end + 2]
        return line

    async def _read_more(self, limit: int) -> None:
        if len(self._pending) > limit:
            raise Gone
        self.send_answers()
        received = await self.reader.read(65_536)
        if not received:
            raise Gone
        self._pending += received

    def _answer(self, reply: str) -> None:
        """Note the answer. Answers to commands that came together leave together, before anything is
        awaited.
        """
        self.ledger.write("answered", self.number, stage=self.stage, reply=reply.replace("\r\n", " / "))
        self._answers.append(reply)

    def send_answers(self) -> None:
        """Bring the ledger to disk, then let the answers go."""
        self.ledger.flush()
        if self._answers and not self.writer.is_closing():
            self.writer.write("\r\n".join([*self._answers, ""]).encode())
        self._answers.clear()

    def _forget(self) -> None:
        self.sender, self.recipients, self.body_bytes = "", [], 0
