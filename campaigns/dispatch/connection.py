"""One kept SMTP connection that knows how far a letter has come and never waits longer than it was told.

Built on `smtplib.SMTP` for its greeting, STARTTLS and login; reading answers and writing the letter are our
own, because two things matter here that smtplib hides: whether the final dot went out, and a time limit
that holds for the whole answer (smtplib's holds for one packet, so a server that drips bytes could keep a
worker for ever).
"""

import select
import smtplib
import socket
import ssl

from campaigns.dispatch.outcome import Outcome, Stage, classify_reply
from campaigns.dispatch.patience import Patience, uptime

MAX_REPLY_BYTES = 65_536
MAX_LINE_BYTES = 8_192
# A wait is cut into slices so that a SIGTERM handler, which cannot wake a blocked read, is heeded soon.
SLICE_SECONDS = 0.25
QUIT_SECONDS = 2.0


class ReplyTimeout(TimeoutError):
    """The server did not answer within its time."""


class UnreadableReply(smtplib.SMTPException):
    """The answer was too long or had no three-digit code."""


class Refused(Exception):
    """The server answered, and its answer ends this letter with `outcome`."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.code)
        self.outcome = outcome


class Connection(smtplib.SMTP):
    """A connection to one server. `stage` says which step of the present letter is under way; letters are
    counted.
    """

    def __init__(self, *, patience: Patience, local_hostname: str | None, tls: ssl.SSLContext | None) -> None:
        # A host name given here keeps smtplib from asking the DNS for ours, which may block for seconds.
        super().__init__(local_hostname=local_hostname or "[127.0.0.1]")
        self.patience = patience
        self.stage: Stage = "connect"
        self.letters = 0
        self.needs_reset = False
        # What the server said of itself in its answer to EHLO.
        self.takes_utf8 = self._takes_several = False
        self.size_limit: int | None = None
        self._wants_literal = local_hostname is None
        self._implicit_tls = tls
        self._pending = b""
        self._poller: select.poll | None = None

    def open(self, host: str, port: int) -> None:
        """Connect and greet. Raise `Refused` for an answer, `OSError` or `SMTPException` for a fault."""
        self._host = host
        code, words = self.connect(host, port)
        if code != 220:
            raise Refused(classify_reply("connect", code, words))
        if self._wants_literal:
            # An address literal is a lawful name for a machine without one (RFC 5321 4.1.3), and needs no
            # look-up.
            own = self.sock.getsockname()[0]
            self.local_hostname = f"[IPv6:{own}]" if ":" in own else f"[{own}]"
        self.hello()

    def hello(self) -> None:
        """Greet with EHLO, with HELO where EHLO is unknown. Raise `Refused` when both are refused."""
        self.stage = "hello"
        code, words = self.ehlo()
        if 500 <= code < 503:
            code, words = self.helo()
        if not 200 <= code < 300:
            raise Refused(classify_reply("hello", code, words))
        self.takes_utf8, self._takes_several = self.has_extn("smtputf8"), self.has_extn("pipelining")
        limit = self.esmtp_features.get("size")
        self.size_limit = None if limit is None else int(limit) if limit.isdecimal() else 0

    def encrypt(self, context: ssl.SSLContext) -> None:
        """Turn the connection into TLS and greet again. Raise `Refused` when the server will not."""
        if not self.has_extn("starttls"):
            raise Refused(Outcome("retry", "tls_failed", pause_campaign=True))
        self.stage = "starttls"
        code, words = self.docmd("STARTTLS")
        if code != 220:
            raise Refused(classify_reply("starttls", code, words))
        if self._pending:
            # Bytes that came before the encryption are not the server's word (the STARTTLS injection of
            # 2011).
            raise UnreadableReply("bytes before the encryption")
        now = uptime()
        self.sock.settimeout(max(self.patience.until(now, "starttls") - now, 0.001))
        self.sock = context.wrap_socket(self.sock, server_hostname=self._host)
        # What was said in the clear counts no more (RFC 3207 4.2).
        self.helo_resp = self.ehlo_resp = None
        self.esmtp_features = {}
        self.does_esmtp = False
        self.hello()

    def sign_in(self, username: str, password: str) -> None:
        """Log in. Raise `Refused` when the server does not accept it or offers no method we know."""
        self.stage = "login"
        try:
            self.login(username, password)
        except smtplib.SMTPAuthenticationError as refusal:
            raise Refused(classify_reply("login", refusal.smtp_code, refusal.smtp_error)) from refusal
        except (smtplib.SMTPServerDisconnected, UnreadableReply):
            raise
        except (smtplib.SMTPException, UnicodeError) as impossible:
            # No method in common, or a password outside ASCII: nobody gets in until a person changes the
            # settings.
            raise Refused(Outcome("retry", "login_refused", pause_campaign=True)) from impossible

    def hand_over(self, sender: str, recipient: str, data: bytes, *, smtputf8: bool) -> Outcome:
        """Give the server one letter and return the outcome of its last answer.

        `data` as `wire.build_bytes` makes it. Raise `Refused` for a refusal on the way, `OSError` or
        `SMTPException` for a fault; `stage` then says where, and is "dot" exactly when a byte of the final
        dot may have left.
        """
        self._envelope(sender, recipient, len(data), smtputf8)
        self.stage = "body"
        if b"\n." in data:
            data = data.replace(b"\n.", b"\n..")
        self.send(data)
        self._heed_early_answer()
        self._write_dot()
        outcome = classify_reply("dot", *self.getreply())
        self.letters += 1
        return outcome

    def leave(self) -> None:
        """Say QUIT, wait at most two seconds for the answer, close."""
        try:
            if self.sock:
                self.sock.settimeout(QUIT_SECONDS)
                self.sock.sendall(b"QUIT\r\n")
                self.sock.recv(MAX_LINE_BYTES)
        except OSError:
            pass  # the farewell is a courtesy: every letter before it has its answer
        finally:
            self.close()

    def close(self) -> None:
        super().close()
        self._pending = b""
        self._poller = None

    def getreply(self) -> tuple[int, bytes]:
        """Read one answer, all its lines, within the time of the present stage: (code, text).

        Raise `ReplyTimeout`, `UnreadableReply`, or `SMTPServerDisconnected`; each closes the connection.
        """
        started, earlier, read_bytes = None, b"", 0
        while True:
            line, newline, rest = self._pending.partition(b"\n")
            if not newline:
                started = started or uptime()
                self._receive(started)
                continue
            self._pending = rest
            read_bytes += len(line)
            code = line[:3]
            if not code.isdigit() or read_bytes > MAX_REPLY_BYTES:
                self.close()
                raise UnreadableReply("an answer without a code")
            words = earlier + line[4:].strip()
            if line[3:4] != b"-":
                return int(code), words
            earlier = words + b"\n"

    def send(self, s: bytes | str) -> None:
        """Write all of `s` within the time of the present stage. Raise `SMTPServerDisconnected` or
        `ReplyTimeout`.
        """
        if not self.sock:
            raise smtplib.SMTPServerDisconnected("the connection is closed")
        rest = s.encode(self.command_encoding) if isinstance(s, str) else s
        started = uptime()
        while rest:
            self._wait_a_slice(started, self.stage, "the server stopped reading")
            try:
                rest = rest[self.sock.send(rest) :]
            except TimeoutError:
                continue
            except OSError as broken:
                self.close()
                raise smtplib.SMTPServerDisconnected("the connection broke") from broken

    def _wait_a_slice(self, started: float, stage: Stage, too_late: str) -> None:
        """Bound the next read or write by a slice of what is left of a stage since `started`; raise `ReplyTimeout`,
        with these words, when nothing is."""
        left = self.patience.until(started, stage) - uptime()
        if left <= 0:
            self.close()
            raise ReplyTimeout(too_late)
        seconds = min(left, SLICE_SECONDS)
        # Nearly all have the same bound, and setting it anew is a call to the kernel.
        if self.sock.gettimeout() != seconds:
            self.sock.settimeout(seconds)

    def _envelope(self, sender: str, recipient: str, size: int, smtputf8: bool) -> None:
        """Say RSET if owed, MAIL, RCPT and DATA, in one write where the server allows it (PIPELINING, RFC
        2920).
        """
        self.stage = "mail"
        self.command_encoding = "utf-8" if smtputf8 else "ascii"
        options = f" SIZE={size}" if self.size_limit is not None else ""
        if smtputf8:
            options += " SMTPUTF8"
        steps: list[tuple[Stage, str]] = [
            ("mail", f"MAIL FROM:<{sender}>{options}\r\n"),
            ("rcpt", f"RCPT TO:<{recipient}>\r\n"),
            ("data", "DATA\r\n"),
        ]
        if self.needs_reset:
            steps.insert(0, ("mail", "RSET\r\n"))
        together = self._takes_several
        if together:
            self.send("".join([command for _, command in steps]))
        for position, (stage, command) in enumerate(steps):
            self.stage = stage
            if not together:
                self.send(command)
            code, words = self.getreply()
            if code == 354 if stage == "data" else 200 <= code < 300:
                continue
            refusal = classify_reply(stage, code, words)
            self.needs_reset = True
            if code == 421:
                self.close()  # the server hangs up after it
            elif together:
                self._skip_answers(steps[position + 1 :])
            self.stage = stage
            raise Refused(refusal)
        self.needs_reset = False

    def _skip_answers(self, steps: list[tuple[Stage, str]]) -> None:
        """Read the answers to what went along with a refused command; on a fault only the connection is lost.

        A server may answer 354 to DATA although nobody is left to receive: it gets an empty letter, which
        it keeps for nobody.
        """
        try:
            for stage, _ in steps:
                code, _ = self.getreply()
                if stage == "data" and code == 354:
                    self.send(b".\r\n")
                    self.getreply()
        except (OSError, smtplib.SMTPException):
            self.close()

    def _heed_early_answer(self) -> None:
        """Raise if the server already hung up or answered while the letter was being written: the dot stays
        here.

        This sorts most drops in mid letter as certainly not sent. Not with TLS: there a waiting byte may be a
        session ticket.
        """
        if isinstance(self.sock, ssl.SSLSocket):
            return
        if self._poller is None:
            self._poller = select.poll()
            self._poller.register(self.sock, select.POLLIN)
        if self._pending or self._poller.poll(0):
            code, words = self.getreply()
            self.close()
            raise Refused(classify_reply("body", code, words))

    def _write_dot(self) -> None:
        """Write the final dot as a write of its own, after everything else is with the kernel.

        `stage` turns to "dot" before the write, so that whatever interrupts it leaves the careful answer,
        and back only when the first send itself failed: then no byte of the dot (with TLS: no whole record)
        has left.
        """
        if not self.sock:
            raise smtplib.SMTPServerDisconnected("the connection is closed")
        started, written = uptime(), 0
        while not written:
            self._wait_a_slice(started, "body", "the time for this letter ended before the dot")
            self.stage = "dot"
            try:
                written = self.sock.send(b".\r\n")
            except TimeoutError:
                self.stage = "body"  # the server does not read just now
            except OSError as broken:
                self.stage = "body"
                self.close()
                raise smtplib.SMTPServerDisconnected("the connection broke before the dot") from broken
        if written < 3:
            self.send(b".\r\n"[written:])

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        """Connect within the time for connecting; smtplib calls this, as its own SMTP_SSL does."""
        now = uptime()
        left = max(self.patience.until(now, "connect") - now, 0.001)
        sock = socket.create_connection((host, port), left)
        try:
            # Without it the dot, a small write after a large one, waits up to 40 ms for the server's
            # acknowledgement.
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._implicit_tls:
                sock = self._implicit_tls.wrap_socket(sock, server_hostname=host)
        except OSError:
            sock.close()
            raise
        self.stage = "hello"  # connected: from here the time for a command holds
        return sock

    def _receive(self, started: float) -> None:
        """Wait for more of an answer that is awaited since `started`, for a slice of time at most."""
        if not self.sock:
            raise smtplib.SMTPServerDisconnected("the connection is closed")
        if len(self._pending) > MAX_LINE_BYTES:
            self.close()
            raise UnreadableReply("an endless line")
        self._wait_a_slice(started, self.stage, "no answer in time")
        try:
            received = self.sock.recv(MAX_LINE_BYTES)
        except TimeoutError:
            return
        except OSError as broken:
            self.close()
            raise smtplib.SMTPServerDisconnected("the connection broke") from broken
        if not received:
            self.close()
            raise smtplib.SMTPServerDisconnected("the server hung up")
        self._pending += received
