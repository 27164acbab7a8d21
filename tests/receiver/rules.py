"""How the receiver behaves, as one JSON file that may be rewritten while it runs.

The file is read again whenever its size or time of change differs, before each greeting and each command.
All keys are optional; an empty object accepts everything.

    {
      "rules": [
        {"recipient": "refused@*", "at": "rcpt", "reply": "550 5.1.1 No such user"},
        {"recipient": "grey@*", "at": "rcpt", "reply": "451 4.7.1 Greylisted", "times": 2},
        {"sender": "*", "at": "mail", "do": "drop", "times": 1},
        {"recipient": "slow@*", "at": "dot", "do": "delay", "ms": 500}
      ],
      "delays_ms": {"mail": 0, "rcpt": 0, "data": 0, "dot": 20},
      "letters_per_connection": 10,
      "connections": 2,
      "offers": ["PIPELINING", "8BITMIME", "SMTPUTF8", "SIZE 1000000"],
      "users": {"house": "secret"}
    }

A rule meets a step (`at`) of a letter whose `recipient` (or `sender`) fits the pattern, capitals ignored;
the first that meets counts. Rules at "connect", "hello" and "mail" cannot know a recipient: they match by
sender or by nothing.

at: connect, hello, mail, rcpt, data (in place of the 354), body (as soon as the first bytes of the letter
    are read), dot (the whole letter is read, nothing kept), kept (it is kept, the answer not given yet).
do: reply (the default when `reply` is given), drop (close at once with a reset), hang (never answer), delay
    (`ms`, then go on as usual). A reply at "body" is given early and the connection closed.
times: how often the rule holds, counted for each address on its own; `total`: how often altogether.

Beside the file, the local part alone is enough for the usual faults (`BY_LOCAL_PART`), up to a "+": so
refuse+anna@shop.example is refused like refuse@shop.example.
"""

import json
from collections import Counter
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

STAGES = ("connect", "hello", "mail", "rcpt", "data", "body", "dot", "kept")
DEFAULT_OFFERS = ("PIPELINING", "8BITMIME", "SMTPUTF8", "SIZE 10000000")

BY_LOCAL_PART: dict[str, dict[str, Any]] = {
    "refuse": {"at": "rcpt", "reply": "550 5.1.1 No such user here"},
    "full": {"at": "dot", "reply": "552 5.2.2 Mailbox full"},
    "spam": {"at": "dot", "reply": "554 5.7.1 Refused by policy"},
    "grey1": {"at": "rcpt", "reply": "451 4.7.1 Greylisted, try again later", "times": 1},
    "grey2": {"at": "rcpt", "reply": "451 4.7.1 Greylisted, try again later", "times": 2},
    "busy1": {"at": "dot", "reply": "450 4.3.2 Busy", "times": 1},
    "hang-rcpt": {"at": "rcpt", "do": "hang"},
    "hang-dot": {"at": "dot", "do": "hang"},
    "drop-rcpt": {"at": "rcpt", "do": "drop"},
    "drop-rcpt1": {"at": "rcpt", "do": "drop", "times": 1},
    "drop-data": {"at": "data", "do": "drop"},
    "drop-body": {"at": "body", "do": "drop"},
    "drop-dot": {"at": "dot", "do": "drop"},
    "drop-kept": {"at": "kept", "do": "drop"},
    "slow": {"at": "kept", "do": "delay", "ms": 300},
}


@dataclass
class Rules:
    """The rules in force. `path` None means the built-in ones alone."""

    path: Path | None = None
    _seen: tuple[int, int] | None = None
    _data: dict[str, Any] = field(default_factory=dict)
    _used: Counter[tuple[str, str]] = field(default_factory=Counter)

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

    def rule(self, stage: str, *, sender: str = "", recipient: str = "") -> dict[str, Any] | None:
        """Return the rule that holds at this step now, counted as used, or None to go on as usual."""
        for rule in self._candidates(recipient):
            if rule["at"] != stage:
                continue
            if "sender" in rule and not fnmatchcase(sender.lower(), rule["sender"].lower()):
                continue
            if "recipient" in rule and not fnmatchcase(recipient.lower(), rule["recipient"].lower()):
                continue
            identity = json.dumps(rule, sort_keys=True)
            mine = (identity, recipient or sender)
            if self._used[mine] >= rule.get("times", 1 << 60):
                continue
            if self._used[(identity, "*")] >= rule.get("total", 1 << 60):
                continue
            self._used[mine] += 1
            self._used[(identity, "*")] += 1
            return rule
        return None

    def delay_seconds(self, stage: str) -> float:
        return self._data.get("delays_ms", {}).get(stage, 0) / 1000

    @property
    def letters_per_connection(self) -> int:
        return self._data.get("letters_per_connection", 1 << 60)

    @property
    def connections(self) -> int:
        return self._data.get("connections", 1 << 60)

    @property
    def offers(self) -> list[str]:
        return list(self._data.get("offers", DEFAULT_OFFERS))

    @property
    def users(self) -> dict[str, str]:
        return self._data.get("users", {})

    def _candidates(self, recipient: str) -> list[dict[str, Any]]:
        written = self._data.get("rules", [])
        known = BY_LOCAL_PART.get(recipient.partition("@")[0].partition("+")[0].lower())
        return [*written, known] if known else written
