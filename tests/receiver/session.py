"""What is said on one connection: SMTP the way a rule tells it to, as one story from greeting to farewell.

It reads bytes, not lines, so that the ledger can tell a letter whose final dot never came from one whose dot did.
"""

import base64
import binascii
import re
from contextlib import suppress

from tests.receiver.speech import TLS, Gone, House, Speech, Step, Wire

_PATH = re.compile(r"^(?:FROM|TO):\s*<([^>]*)>(.*)$", re.IGNORECASE)
# The longest letter taken: far above ours, so that only a runaway test meets it.
MAX_LETTER = 20_000_000


class Session(Speech):
    """One connection from greeting to farewell."""

    def __init__(self, house: House, number: int, wire: Wire) -> None:
        super().__init__(house, number, wire)
        self.body_bytes = 0
        self.sender = ""
        self.recipients: list[str] = []
        self._offered: dict[str, str] = {}
        self._mail_given = False
        self._utf8 = False
        self._letters = 0
        self._signed_in = False

    def converse(self) -> Step:
        """The whole conversation. Ends by itself; after `Gone` was thrown in, it asks for no more bytes."""
        with suppress(Gone):
            yield from self._talk()
        yield from self.send()
        self.ledger.write("closed", self.number, stage=self.stage, body_bytes=self.body_bytes)
        self.ledger.flush()

    def _talk(self) -> Step:
        self.ledger.write("connect", self.number, peer=self.wire.peer)
        if self.house.open_connections > self.rules.connections:
            self.answer("421 4.7.0 Too many connections")
        elif not (yield from self.obey("connect")):
            self.answer("220 receiver.example ESMTP")
        while not self.sequel:
            line = (yield from self.line()).decode("utf-8", "replace")
            verb, _, rest = line.partition(" ")
            handler = self._HANDLERS.get(verb.upper())
            if self.pending and "PIPELINING" not in self._offered:
                self.answer("554 5.5.0 Wait for the answer, PIPELINING was not offered")
                self.sequel = "close"
            elif handler is None:
                self.answer("500 5.5.1 Unknown command")
            else:
                yield from handler(self, rest.strip())
        if self.sequel == "drop":
            yield from self.send()
            self.drop()

    def _hello(self, rest: str) -> Step:
        self.stage = "hello"
        self.ledger.write("hello", self.number, name=rest)
        self._forget()
        self._offered = {}
        if (yield from self.obey("hello")):
            return
        offers = self.rules.offers
        self._offered = {word.partition(" ")[0].upper(): word.partition(" ")[2] for word in offers}
        if self.house.offers_tls and not self.wire.encrypted:
            offers.append("STARTTLS")
        if self.rules.users:
            offers.append("AUTH PLAIN LOGIN")
        lines = ["receiver.example", *offers]
        self.answer("\r\n".join([f"250-{word}" for word in lines[:-1]] + [f"250 {lines[-1]}"]))

    def _helo(self, rest: str) -> Step:
        self.stage = "hello"
        self._forget()
        self._offered = {}
        self.answer("250 receiver.example")
        yield from ()

    def _starttls(self, rest: str) -> Step:
        self.stage = "starttls"
        if not self.house.offers_tls or self.wire.encrypted:
            self.answer("502 5.5.1 Not offered")
        elif not (yield from self.obey("starttls")):
            self.answer("220 2.0.0 Go ahead")
            yield from self.send()
            self.pending.clear()
            yield TLS
            self._offered = {}
            self.ledger.write("encrypted", self.number)

    def _auth(self, rest: str) -> Step:
        self.stage = "login"
        method, _, initial = rest.partition(" ")
        try:
            if method.upper() == "PLAIN":
                secret = initial or (yield from self._challenge(""))
                user, password = [*base64.b64decode(secret).decode().split("\0"), "", ""][1:3]
            else:
                user = base64.b64decode(initial or (yield from self._challenge("VXNlcm5hbWU6"))).decode()
                password = base64.b64decode((yield from self._challenge("UGFzc3dvcmQ6"))).decode()
        except (binascii.Error, UnicodeDecodeError):
            self.answer("501 5.5.2 Not base64")
            return
        fits = self.rules.users.get(user) == password
        if not fits or not (yield from self.obey("login", sender=user)):
            self._signed_in = fits
            self.answer("235 2.7.0 Welcome" if fits else "535 5.7.8 Wrong user or password")
        self.ledger.write("login", self.number, accepted=self._signed_in)

    def _challenge(self, words: str) -> Step:
        self.answer(f"334 {words}")
        return (yield from self.line()).decode()

    def _mail(self, rest: str) -> Step:
        self.stage = "mail"
        found = _PATH.match(rest)
        if self._letters >= self.rules.letters_per_connection:
            self.answer("421 4.7.0 Enough letters on this connection")
        elif self.rules.users and not self._signed_in:
            self.answer("530 5.7.0 Authentication required")
        elif not found:
            self.answer("501 5.5.4 MAIL FROM:<address>")
        else:
            self._forget()
            self.ledger.write("mail", self.number, sender=found[1], options=found[2].strip())
            if refusal := self._refusal_of(found[2].upper().split(), found[1]):
                self.answer(refusal)
            elif not (yield from self.obey("mail", sender=found[1])):
                self.sender, self._mail_given, self._utf8 = found[1], True, "SMTPUTF8" in found[2].upper()
                self.answer("250 2.1.0 Sender fine")

    def _refusal_of(self, options: list[str], sender: str) -> str:
        """The answer to a MAIL that asks for what was not offered, or ""."""
        for option in options:
            keyword, _, value = option.partition("=")
            offered = "8BITMIME" if keyword == "BODY" else keyword
            if offered not in self._offered:
                return f"555 5.5.4 {keyword} was not offered"
            if keyword == "SIZE" and value.isdigit() and int(value) > self._largest_letter:
                return "552 5.3.4 Too large"
        if not sender.isascii() and "SMTPUTF8" not in options:
            return "553 5.6.7 SMTPUTF8 was not asked for"
        return ""

    @property
    def _largest_letter(self) -> int:
        limit = self._offered.get("SIZE", "")
        return int(limit) if limit.isdigit() and int(limit) else MAX_LETTER

    def _rcpt(self, rest: str) -> Step:
        found = _PATH.match(rest)
        if not found or not self._mail_given:
            self.answer("503 5.5.1 MAIL comes first" if found else "501 5.5.4 RCPT TO:<address>")
            return
        self.stage = "rcpt"
        recipient = found[1]
        self.ledger.write("rcpt", self.number, recipient=recipient)
        if not recipient.isascii() and not self._utf8:
            self.answer("553 5.6.7 SMTPUTF8 was not asked for")
        elif not (yield from self.obey("rcpt", sender=self.sender, recipient=recipient)):
            self.recipients.append(recipient)
            self.answer("250 2.1.5 Recipient fine")

    def _data(self, rest: str) -> Step:
        if not self.recipients:
            if self.rules.asks_for_nobodys_letter:
                yield from self._nobodys_letter()
            else:
                self.answer("503 5.5.1 RCPT comes first")
            return
        self.stage = "data"
        facts = {"sender": self.sender, "recipient": self.recipients[0]}
        if (yield from self.obey("data", **facts)):
            return
        self.ledger.write("data_begun", self.number, recipients=self.recipients)
        self.answer("354 End with a dot")
        self.stage = "354"
        if self.sequel or (yield from self.obey("354", **facts)):
            self.sequel = self.sequel or "close"
            return
        letter = yield from self._letter(facts)
        if letter is not None and not (yield from self.obey("dot", **facts)):
            if len(letter) > self._largest_letter:
                self.answer("552 5.3.4 Too large")
            else:
                self.house.keep(letter, connection=self.number, sender=self.sender, recipients=list(self.recipients))
                self.stage = "kept"
                if not (yield from self.obey("kept", **facts)):
                    self.answer("250 2.0.0 Kept")
        self._forget()
        self.stage = "idle"

    def _nobodys_letter(self) -> Step:
        """Ask for a letter whose every recipient was refused, and keep it for nobody."""
        self.stage = "data"
        self.ledger.write("data_begun", self.number, recipients=[])
        self.answer("354 End with a dot")
        yield from self._letter({})
        self.answer("554 5.5.1 No valid recipients")
        self._forget()
        self.stage = "idle"

    def _letter(self, facts: dict[str, str]) -> Step:
        """Read up to the final dot and return the letter without it, dot-stuffing undone; None when it was
        answered before its dot.
        """
        self.stage = "body"
        pending, searched, met, answered = self.pending, 0, not facts, False
        if not pending:
            yield from self.read_more(MAX_LETTER)
        if delay := self.rules.delay_seconds("body"):
            yield from self.send()
            yield delay
        while True:
            self.body_bytes = len(pending)
            if not met and (rule := self.rules.rule("body", **facts, read_bytes=len(pending))):
                met, answered = True, (yield from self.carry_out(rule, "body", facts["recipient"]))
                if answered and rule.manner.then != "read_on":
                    self.sequel = self.sequel or "close"
                    return None
            # The line end that closed DATA counts as the one before the dot of an empty letter.
            if pending.startswith(b".\r\n"):
                found = -2
                break
            found = pending.find(b"\r\n.\r\n", max(0, searched - 4))
            if found >= 0:
                break
            searched = len(pending)
            yield from self.read_more(MAX_LETTER)
        letter = bytes(pending[: found + 2])
        del pending[: found + 5]
        self.stage, self.body_bytes = "dot", 0
        self._letters += 1
        letter = letter.removeprefix(b".").replace(b"\r\n.", b"\r\n")
        self.ledger.write("dot_received", self.number, recipients=self.recipients, size=len(letter))
        return None if answered else letter

    def _rset(self, rest: str) -> Step:
        if not (yield from self.obey("rset")):
            self._forget()
            self.answer("250 2.0.0 Forgotten")

    def _noop(self, rest: str) -> Step:
        if not (yield from self.obey("noop")):
            self.answer("250 2.0.0 Still here")

    def _quit(self, rest: str) -> Step:
        self.ledger.write("quit", self.number)
        if not (yield from self.obey("quit")):
            self.answer("221 2.0.0 Farewell")
        self.sequel = self.sequel or "close"

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

    def _forget(self) -> None:
        self.sender, self.recipients, self.body_bytes = "", [], 0
        self._mail_given = self._utf8 = False
