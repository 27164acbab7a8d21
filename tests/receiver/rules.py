"""How the receiver behaves, as one JSON file that may be rewritten while it runs.

The file is read again whenever its size or time of change differs, before each greeting and before the
commands that came together. All keys are optional; an empty object accepts everything.

    {
      "rules": [
        {"recipient": "refused@*", "at": "rcpt", "reply": "550 5.1.1 No such user"},
        {"recipient": "grey@*", "at": "rcpt", "reply": "451 4.7.1 Greylisted", "times": 2},
        {"sender": "*", "at": "mail", "do": "drop", "times": 1},
        {"recipient": "slow@*", "at": "dot", "do": "delay", "ms": 500},
        {"at": "body", "after_bytes": 1000, "do": "drop"},
        {"at": "rcpt", "drip_ms": 20, "lines": 50},
        {"at": "kept", "then": "close"},
        {"at": "login", "reply": "535 5.7.8 Not today", "after": 2}
      ],
      "delays_ms": {"mail": 0, "rcpt": 0, "data": 0, "dot": 20},
      "letters_per_connection": 10,
      "connections": 2,
      "offers": ["PIPELINING", "8BITMIME", "SMTPUTF8", "SIZE 1000000"],
      "users": {"house": "secret"},
      "asks_for_nobodys_letter": false
    }

A rule meets a step (`at`) of a letter whose `recipient` (or `sender`) fits the pattern, capitals ignored;
the first that meets counts. Rules before "rcpt" cannot know a recipient: they match by sender or by
nothing; at "login" the user name stands for the sender.

at: connect, hello, starttls, login, mail, rcpt, data (in place of the 354), 354 (it is sent, no byte of the
    letter is read), body (the first bytes of the letter are read, or `after_bytes` of them; bytes that came
    together count together), dot (the whole letter is read, nothing kept), kept (it is kept, the answer
    not given yet), rset, noop, quit.
do: reply (the default when `reply` is given), drop (close at once with a reset), hang (never answer, read
    on), stall (never answer, read no more: the peer's writing stops), delay (`ms`, then go on as usual).
    A reply at "354" or "body" is given early and the connection closed, unless `then` is "read_on": the rest
    of the letter is read, thrown away and not answered again.
manner of the answer, whether the rule's own or the usual one: `lines` (an answer of so many lines),
    `drip_ms` (byte by byte, with that wait between), `then` (close or drop once it is given). A reply of
    421 closes by itself.
times: how often the rule holds, counted for each address on its own; `total`: how often altogether;
    `after`: it lets so many pass before it begins, for each address on its own.

delays_ms holds back the answer of each step named. The server keeps to what it offers: an option of MAIL, a
size or commands sent together that it did not offer are refused. asks_for_nobodys_letter answers 354 to DATA
also when every recipient was refused; such a letter is kept for nobody.

Beside the file, the local part alone is enough for the usual faults (`BY_LOCAL_PART`), up to a "+": so
refuse+anna@shop.example is refused like refuse@shop.example.
"""

import json
from collections import Counter
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

STAGES = ("connect", "hello", "starttls", "login", "mail", "rcpt", "data", "354", "body", "dot", "kept")
STAGES += ("rset", "noop", "quit")
KEYS = {"rules", "delays_ms", "letters_per_connection", "connections", "offers", "users", "asks_for_nobodys_letter"}
RULE_KEYS = {"at", "sender", "recipient", "do", "ms", "reply", "lines", "drip_ms", "then"}
RULE_KEYS |= {"times", "total", "after", "after_bytes"}
DEEDS = {"reply", "drop", "hang", "stall", "delay"}
SEQUELS = {"", "close", "drop", "read_on"}
DEFAULT_OFFERS = ("PIPELINING", "8BITMIME", "SMTPUTF8", "SIZE 10000000")
ENDLESS = 1 << 60

BY_LOCAL_PART: dict[str, dict[str, Any]] = {
    "refuse": {"at": "rcpt", "reply": "550 5.1.1 No such user here"},
    "full": {"at": "dot", "reply": "552 5.2.2 Mailbox full"},
    "spam": {"at": "dot", "reply": "554 5.7.1 Refused by policy"},
    "grey1": {"at": "rcpt", "reply": "451 4.7.1 Greylisted, try again later", "times": 1},
    "grey2": {"at": "rcpt", "reply": "451 4.7.1 Greylisted, try again later", "times": 2},
    "busy1": {"at": "dot", "reply": "450 4.3.2 Busy", "times": 1},
    "bye-rcpt1": {"at": "rcpt", "reply": "421 4.3.2 Shutting down", "times": 1},
    "hang-rcpt": {"at": "rcpt", "do": "hang"},
    "hang-dot": {"at": "dot", "do": "hang"},
    "hang-kept": {"at": "kept", "do": "hang"},
    "drop-rcpt": {"at": "rcpt", "do": "drop"},
    "drop-rcpt1": {"at": "rcpt", "do": "drop", "times": 1},
    "drop-data": {"at": "data", "do": "drop"},
    "drop-354": {"at": "354", "do": "drop"},
    "drop-body": {"at": "body", "do": "drop"},
    "drop-dot": {"at": "dot", "do": "drop"},
    "drop-kept": {"at": "kept", "do": "drop"},
    "drop-after": {"at": "kept", "then": "drop"},
    "slow": {"at": "kept", "do": "delay", "ms": 300},
    "drip": {"at": "rcpt", "drip_ms": 5},
    "many-lines": {"at": "rcpt", "lines": 200},
}


class Rule:
    """One rule of the file, ready to be compared. Two rules of the same words are the same and are counted
    together, also when the file was written anew.
    """

    __slots__ = ("after", "after_bytes", "deed", "identity", "manner", "ms", "recipient", "reply", "sender", "times",
                 "total")  # fmt: skip

    def __init__(self, written: dict[str, Any]) -> None:
        self.identity = json.dumps(written, sort_keys=True)
        self.sender: str = written.get("sender", "*").lower()
        self.recipient: str = written.get("recipient", "*").lower()
        self.reply: str = written.get("reply", "")
        self.deed: str = written.get("do", "reply" if self.reply else "answer")
        self.ms: float = written.get("ms", 0)
        self.manner = Manner(written.get("lines", 1), written.get("drip_ms", 0), written.get("then", ""))
        self.times: int = written.get("times", ENDLESS)
        self.total: int = written.get("total", ENDLESS)
        self.after: int = written.get("after", 0)
        self.after_bytes: int = written.get("after_bytes", 0)

    def fits(self, sender: str, recipient: str, read_bytes: int) -> bool:
        return (
            read_bytes >= self.after_bytes
            and (self.sender == "*" or fnmatchcase(sender.lower(), self.sender))
            and (self.recipient == "*" or fnmatchcase(recipient.lower(), self.recipient))
        )


@dataclass(frozen=True, slots=True)
class Manner:
    """How an answer is given: in how many lines, with how many milliseconds between its bytes, what follows."""

    lines: int = 1
    drip_ms: float = 0
    then: str = ""


@dataclass
class Rules:
    """The rules in force. `path` None means the built-in ones alone."""

    path: Path | None = None
    _seen: tuple[int, int] | None = None
    _data: dict[str, Any] = field(default_factory=dict)
    _by_stage: dict[str, list[Rule]] = field(default_factory=dict)
    _met: Counter[tuple[str, str]] = field(default_factory=Counter)
    _used: Counter[str] = field(default_factory=Counter)

    def refresh(self) -> None:
        """Read the file again if it changed. A file that is just being written and is no JSON yet keeps the
        old rules.
        """
        if self.path is None:
            return
        try:
            status = self.path.stat()
            if (status.st_mtime_ns, status.st_size) == self._seen:
                return
            self._data = json.loads(self.path.read_text(encoding="utf-8") or "{}")
        except (FileNotFoundError, ValueError):
            return
        self._seen = (status.st_mtime_ns, status.st_size)
        self._by_stage = {}
        for written in self._data.get("rules", []):
            self._by_stage.setdefault(written["at"], []).append(Rule(written))

    def rule(self, stage: str, *, sender: str = "", recipient: str = "", read_bytes: int = ENDLESS) -> Rule | None:
        """Return the rule that holds at this step now, counted as used, or None to go on as usual."""
        for rule in (*self._by_stage.get(stage, ()), *_built_in(recipient, stage)):
            if not rule.fits(sender, recipient, read_bytes) or self._used[rule.identity] >= rule.total:
                continue
            mine = (rule.identity, recipient or sender)
            if self._met[mine] >= rule.after + rule.times:
                continue
            self._met[mine] += 1
            if self._met[mine] > rule.after:
                self._used[rule.identity] += 1
                return rule
        return None

    def delay_seconds(self, stage: str) -> float:
        return self._data.get("delays_ms", {}).get(stage, 0) / 1000

    @property
    def letters_per_connection(self) -> int:
        return self._data.get("letters_per_connection", ENDLESS)

    @property
    def connections(self) -> int:
        return self._data.get("connections", ENDLESS)

    @property
    def offers(self) -> list[str]:
        return list(self._data.get("offers", DEFAULT_OFFERS))

    @property
    def users(self) -> dict[str, str]:
        return self._data.get("users", {})

    @property
    def asks_for_nobodys_letter(self) -> bool:
        return self._data.get("asks_for_nobodys_letter", False)


def check_rules(rules: dict[str, Any]) -> None:
    """Raise `ValueError` for a key or a word nobody obeys: a slip in a test would otherwise be a fault that
    never happens.
    """
    strange = rules.keys() - KEYS
    for rule in rules.get("rules", []):
        strange |= rule.keys() - RULE_KEYS
        strange |= {rule["at"]} - set(STAGES) | {rule.get("do", "reply")} - DEEDS | {rule.get("then", "")} - SEQUELS
    if strange:
        raise ValueError(f"The receiver knows no {', '.join(sorted(map(repr, strange)))}.")


_BUILT_IN = {local_part: (written["at"], Rule(written)) for local_part, written in BY_LOCAL_PART.items()}


def _built_in(recipient: str, stage: str) -> tuple[Rule, ...]:
    at, rule = _BUILT_IN.get(recipient.partition("@")[0].partition("+")[0].lower(), ("", None))
    return (rule,) if at == stage else ()
