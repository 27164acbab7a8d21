"""The ways a letter leaves: a kept SMTP connection, a mail provider's API, or the built-in mailbox.

`deliver` answers with an `Outcome` for everything a server, a network or a disk can do, and raises for none
of it; the caller's transaction is never left hanging on somebody else's fault. No settings here: values
come in. A transport is used by one thread at a time and must be made after a fork.
"""

import smtplib
import ssl
from dataclasses import replace
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from campaigns.dispatch.addresses import LetterUnwritable
from campaigns.dispatch.connection import Connection, Refused, ReplyTimeout, UnreadableReply
from campaigns.dispatch.mailbox import store_letter
from campaigns.dispatch.outcome import Outcome, lost_connection, system_words, timed_out, trimmed_reply, unwritable
from campaigns.dispatch.patience import Patience
from campaigns.dispatch.provider import ResendTransport
from campaigns.dispatch.wire import Letter, build_bytes, envelope

SECURITY = ("none", "starttls", "tls")
LOOPBACK = ("127.0.0.1", "localhost", "::1")
BEFORE_ANY_LETTER = ("connect", "hello", "starttls", "login")


class Transport(Protocol):
    """What the dispatcher needs of a way to send."""

    @property
    def connected(self) -> bool:
        """Whether a line is open, so that the next letter need not ask for one."""
        ...

    def deliver(self, letter: Letter) -> Outcome:
        """Hand over one letter and return what came of it. Never raises for a fault outside this process."""
        ...

    def settle_quickly(self, seconds: float) -> None:
        """Cut all waits, also one under way: a letter before its dot gets half of `seconds`, after it 1.5
        of them.
        """
        ...

    def close(self) -> None:
        """Take leave of the server. The transport may be used again: it then connects anew."""
        ...


class SmtpTransport:
    """Letters over one kept SMTP connection, one at a time.

    The lease of a letter must outlast `letter_timeout + dot_timeout`, in seconds: the first bounds everything
    before the dot together, connecting and logging in included. `tls_context` replaces the system's
    certificate store.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        username: str = "",
        password: str = "",
        security: str = "none",
        connect_timeout: float = 10,
        command_timeout: float = 60,
        dot_timeout: float = 600,
        letter_timeout: float = 100,
        letters_per_connection: int = 100,
        local_hostname: str | None = None,
        tls_context: ssl.SSLContext | None = None,
    ) -> None:
        if security not in SECURITY:
            raise ValueError(f"The security of the mail connection is one of {', '.join(SECURITY)}.")
        self.host, self.port = host, port
        self._username, self._password = username, password
        self.security = security
        self._tls = (tls_context or ssl.create_default_context()) if security != "none" else None
        self._letters_per_connection = letters_per_connection
        self._local_hostname = local_hostname
        self._patience = Patience(
            connect=connect_timeout, command=command_timeout, dot=dot_timeout, before_dot=letter_timeout
        )
        self._connection: Connection | None = None

    @property
    def connected(self) -> bool:
        return self._connection is not None

    def deliver(self, letter: Letter) -> Outcome:
        """Hand over one letter; see `Transport`. A kept connection found dead at MAIL is replaced once, at
        once.
        """
        self._patience.begin_letter()
        if self._connection and self._connection.letters >= self._letters_per_connection:
            self.close()
        reused = self._connection is not None
        outcome, stage = self._attempt(letter)
        stale = outcome.code == "dropped_before_dot" or outcome.smtp_code == 421
        if reused and stage == "mail" and stale:
            # Idle servers hang up and some say 421 after so many letters: nothing of this letter was given
            # yet.
            outcome, _ = self._attempt(letter)
        return outcome

    def settle_quickly(self, seconds: float) -> None:
        self._patience.settle_quickly(seconds)

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection:
            connection.leave()

    def _attempt(self, letter: Letter) -> tuple[Outcome, str]:
        """Try once: (outcome, the stage it ended at). A connection not fit for the next letter is let go."""
        connection = self._connection or Connection(
            patience=self._patience,
            local_hostname=self._local_hostname,
            tls=self._tls if self.security == "tls" else None,
        )
        # Taken away while in use: whatever interrupts us, a connection in an unknown state is never used
        # again.
        was_open, self._connection = self._connection is not None, None
        keep = False
        try:
            if not was_open:
                self._open(connection)
            outcome = self._hand_over(connection, letter)
            keep = True
        except Refused as refused:
            outcome = refused.outcome
            # An answer that does not fit its step is one of another step: nothing after it can be believed.
            in_step = outcome.code != "unreadable_reply"
            keep = in_step and connection.stage in ("mail", "rcpt", "data")
        except ReplyTimeout:
            outcome = timed_out(connection.stage)
        except UnreadableReply:
            outcome = Outcome("uncertain" if connection.stage == "dot" else "retry", "unreadable_reply")
        except ssl.SSLError as fault:
            outcome = Outcome("retry", "tls_failed", trimmed_reply(str(fault.reason or "")))
        except TimeoutError:
            outcome = timed_out(connection.stage)
        except (OSError, smtplib.SMTPException, UnicodeError) as fault:
            outcome = lost_connection(connection.stage, system_words(fault))
        finally:
            if keep and connection.sock and outcome.smtp_code != 421:
                self._connection = connection
            else:
                connection.close()
        if connection.stage in BEFORE_ANY_LETTER:
            outcome = replace(outcome, unreachable=True)
        return outcome, connection.stage

    def _open(self, connection: Connection) -> None:
        connection.open(self.host, self.port)
        if self.security == "starttls":
            connection.encrypt(self._tls)
        if self._username:
            connection.sign_in(self._username, self._password)

    def _hand_over(self, connection: Connection, letter: Letter) -> Outcome:
        connection.stage = "mail"  # a kept connection still says "dot" of the letter before
        smtputf8 = connection.takes_utf8
        try:
            data = build_bytes(letter, smtputf8=smtputf8)
            sender, recipient = envelope(letter, smtputf8=smtputf8)
        except LetterUnwritable as refusal:
            return unwritable(refusal)
        if connection.size_limit and connection.size_limit < len(data):
            return Outcome("failed", "too_large")
        needs_utf8 = smtputf8 and not (sender.isascii() and recipient.isascii() and data.isascii())
        return connection.hand_over(sender, recipient, data, smtputf8=needs_utf8)


class MailboxTransport:
    """Letters into the built-in mailbox: a folder with one file per letter, exactly as it would have left."""

    connected = True

    def __init__(self, folder: Path | str) -> None:
        self._folder = Path(folder)

    def deliver(self, letter: Letter) -> Outcome:
        try:
            data = build_bytes(letter, smtputf8=True)
            sender, recipient = envelope(letter, smtputf8=True)
        except LetterUnwritable as refusal:
            return unwritable(refusal)
        try:
            store_letter(
                self._folder,
                data=data,
                envelope_from=sender,
                envelope_to=recipient,
                subject=letter.subject,
                to_name=letter.to_name,
            )
        except OSError as fault:
            return Outcome("retry", "mailbox_not_writable", system_words(fault), pause_campaign=True)
        return Outcome("sent", "accepted")

    def settle_quickly(self, seconds: float) -> None:
        """Nothing to cut: the mailbox never waits."""

    def close(self) -> None:
        """Nothing to close: every letter is a file of its own."""


def transport_from_url(
    url: str,
    *,
    mailbox_folder: Path | str,
    connect_timeout: float = 10,
    command_timeout: float = 60,
    dot_timeout: float = 600,
    letter_timeout: float = 100,
    letters_per_connection: int = 100,
    local_hostname: str | None = None,
) -> Transport:
    """Return the transport an address of the settings names; times in seconds.

    `mailbox:` (in `mailbox_folder`), `mailbox:///folder`, `smtp://user:password@host:port` with
    `?tls=starttls` (or 1) for STARTTLS, `smtps://…` for TLS from the first byte, `resend://:key@api.resend.com`
    for that provider's API, and `ca=/file.pem` for a certificate authority of one's own. User, password and key
    are percent-encoded. Raise `ValueError` with a sentence that never repeats the address: it may hold a password.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError("The mail address has a port that is not a number from 1 to 65535.") from None
    if parts.scheme == "mailbox":
        if parts.netloc or parts.query:
            raise ValueError("Write mailbox: alone, or mailbox:///folder with three slashes.")
        return MailboxTransport(unquote(parts.path) or mailbox_folder)
    if parts.scheme not in ("smtp", "smtps", "resend"):
        raise ValueError("The mail address begins with smtp://, smtps://, resend:// or mailbox: and nothing else.")
    if not parts.hostname:
        raise ValueError("The mail address names no server. Write smtp://user:password@server:587?tls=starttls.")
    if parts.path not in ("", "/"):
        raise ValueError("Nothing may follow the server and port of the mail address but ?tls=… and ca=….")
    security, authority = _protection(parts)
    if parts.scheme == "resend":
        return ResendTransport(
            unquote(parts.password or ""),
            api_url=f"{'http' if security == 'none' else 'https'}://{parts.netloc.rpartition('@')[2]}/",
            connect_timeout=connect_timeout,
            answer_timeout=command_timeout,
            letter_timeout=letter_timeout,
            doubt_timeout=dot_timeout,
            authority=authority,
        )
    return SmtpTransport(
        parts.hostname,
        port or {"tls": 465, "starttls": 587, "none": 25}[security],
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        security=security,
        connect_timeout=connect_timeout,
        command_timeout=command_timeout,
        dot_timeout=dot_timeout,
        letter_timeout=letter_timeout,
        letters_per_connection=letters_per_connection,
        local_hostname=local_hostname,
        tls_context=ssl.create_default_context(cafile=authority) if authority else None,
    )


def _protection(parts: SplitResult) -> tuple[str, str]:
    """(security, file of the certificate authority or "") as the options of the address ask for."""
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    wish, authority = options.pop("tls", "").lower(), options.pop("ca", "")
    if options:
        raise ValueError(f"The mail address has an option nobody knows: {', '.join(sorted(options))}.")
    try:
        if authority:
            ssl.create_default_context(cafile=authority)
    except OSError:
        raise ValueError("The file named by ca= in the mail address holds no certificates.") from None
    if parts.scheme == "resend" and wish:
        if wish not in ("0", "none") or parts.hostname not in LOOPBACK:
            raise ValueError("A provider's key travels by TLS alone: leave out the option tls of the mail address.")
        return "none", authority
    if parts.scheme in ("smtps", "resend"):
        return "tls", authority
    choices = {"": "none", "0": "none", "none": "none", "1": "starttls", "starttls": "starttls"}
    if wish not in choices:
        raise ValueError("The option tls of the mail address is starttls (or 1) or none (or 0).")
    return choices[wish], authority
