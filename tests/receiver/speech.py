"""How a session speaks and listens: answers in the manner a rule asks for, lines and bytes as they come.

Generators that know no event loop: they yield `MORE` when they need bytes, `TLS` when the connection is to be
encrypted, and a number of seconds when they wait. `server.Line` feeds them and obeys.
"""

from collections.abc import Generator
from typing import Any, Protocol

from tests.receiver.ledger import LedgerWriter
from tests.receiver.rules import Manner, Rule, Rules

# The longest line taken: far above ours, so that only a runaway test meets it.
MAX_LINE = 8_192
MORE, TLS = "more", "tls"
PLAIN = Manner()

Step = Generator[str | float, None, Any]


class Gone(Exception):
    """The peer left, or a rule says that we do."""


class Wire(Protocol):
    """What a session needs of the connection under it."""

    encrypted: bool
    peer: str

    @property
    def closed(self) -> bool: ...

    def write(self, data: bytes) -> None: ...

    def reset(self) -> None:
        """Close at once: the peer learns of it also in the midst of writing."""

    def stop_reading(self) -> None: ...


class House(Protocol):
    """What a session needs of the receiver it belongs to."""

    ledger: LedgerWriter
    rules: Rules
    offers_tls: bool
    open_connections: int

    def keep(self, letter: bytes, *, connection: int, sender: str, recipients: list[str]) -> None: ...


class Speech:
    """One connection as something to speak and listen on. `stage` is the step under way, as in
    `rules.STAGES`; `pending` the bytes not yet read.
    """

    def __init__(self, house: House, number: int, wire: Wire) -> None:
        self.house, self.rules, self.ledger = house, house.rules, house.ledger
        self.number, self.wire = number, wire
        self.stage = "connect"
        self.pending = bytearray()
        self.sequel = ""  # what follows the answers: "", "close" or "drop"
        self._answers: list[str] = []
        self._drips: dict[int, float] = {}  # position of an answer: seconds between its bytes
        self._manner = PLAIN  # of the next answer
        self._place = ("connect", "")  # (stage, recipient) of the rule obeyed last

    def answer(self, reply: str) -> None:
        """Note the answer, in the manner a rule asks for. Answers to commands that came together leave
        together, before anything is awaited.
        """
        self.ledger.write("answered", self.number, stage=self.stage, reply=reply.replace("\r\n", " / "))
        manner, self._manner = self._manner, PLAIN
        if manner is not PLAIN:
            first = reply.partition("\r\n")[0]
            reply = f"{first[:3]}-{first[4:]}\r\n" * (manner.lines - 1) + reply
            if manner.drip_ms:
                self._drips[len(self._answers)] = manner.drip_ms / 1000
            if manner.then != "read_on":
                self.sequel = manner.then or self.sequel
        if reply.startswith("421"):
            self.sequel = self.sequel or "close"
        self._answers.append(reply)

    def send(self) -> Step:
        """Bring the ledger to disk, then let the answers go."""
        self.ledger.flush()
        answers, drips = self._answers, self._drips
        if not answers:
            return
        self._answers, self._drips = [], {}
        if not drips:
            self.wire.write("\r\n".join([*answers, ""]).encode())
            return
        for position, answer in enumerate(answers):
            if position not in drips:
                self.wire.write(f"{answer}\r\n".encode())
                continue
            for byte in f"{answer}\r\n".encode():
                if self.wire.closed:
                    return
                self.wire.write(bytes((byte,)))
                yield drips[position]

    def obey(self, stage: str, *, sender: str = "", recipient: str = "") -> Step:
        """Do what the rules say of this step; return whether that already was the answer. Raise `Gone` after
        a drop.
        """
        rule = self.rules.rule(stage, sender=sender, recipient=recipient)
        # The delay named "dot" is that of the answer to the dot, which is given once the letter is kept.
        if stage != "dot" and (delay := self.rules.delay_seconds("dot" if stage == "kept" else stage)):
            yield from self.send()
            yield delay
        return rule is not None and (yield from self.carry_out(rule, stage, recipient))

    def carry_out(self, rule: Rule, stage: str, recipient: str) -> Step:
        """Do what this rule says; return as `obey` does."""
        self._manner, self._place = rule.manner, (stage, recipient)
        if rule.reply and rule.deed == "reply":
            self.answer(rule.reply)
            return True
        if rule.deed != "answer":
            yield from self.send()
        if rule.deed == "delay":
            yield rule.ms / 1000
        elif rule.deed == "drop":
            self.drop()
        elif rule.deed in ("hang", "stall"):
            yield from self._hang(rule.deed)
        return False

    def drop(self) -> None:
        """Break the connection where a rule said so. Always raise `Gone`."""
        self._note("dropped")
        self.wire.reset()
        raise Gone

    def _hang(self, deed: str) -> Step:
        """Say nothing more until the peer leaves."""
        self._note("hanging")
        if deed == "stall":
            self.wire.stop_reading()
        while True:
            self.pending.clear()
            yield MORE

    def _note(self, event: str) -> None:
        stage, recipient = self._place
        self.ledger.write(event, self.number, stage=stage, recipient=recipient)
        self.ledger.flush()

    def line(self) -> Step:
        while (end := self.pending.find(b"\r\n")) < 0:
            yield from self.read_more(MAX_LINE)
        line = bytes(self.pending[:end])
        del self.pending[: end + 2]
        return line

    def read_more(self, limit: int) -> Step:
        if len(self.pending) > limit:
            raise Gone
        known = len(self.pending)
        yield from self.send()
        if len(self.pending) == known:  # the peer may have spoken while an answer went byte by byte
            yield MORE
