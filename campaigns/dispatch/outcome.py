"""What a server's answer means for the letter, for the person and for the campaign.

Pure: no clock, no settings, no network, no Django. A reason is a code of `CODES`; the words are made where
they are shown. Sources: RFC 5321 4.2 and 4.5.3.2, RFC 3463 and the registry of enhanced status codes, RFC
1047 (the gap between the final dot and its answer).
"""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Literal

from campaigns.dispatch.addresses import LetterUnwritable, NeedsSmtpUtf8

State = Literal["sent", "retry", "failed", "uncertain", "held"]
# The steps of one letter, in order. Up to "body" nothing can have been accepted; from "dot" on only the
# answer tells.
Stage = Literal["connect", "hello", "starttls", "login", "mail", "rcpt", "data", "body", "dot"]
STAGES: tuple[Stage, ...] = ("connect", "hello", "starttls", "login", "mail", "rcpt", "data", "body", "dot")

CODES = {
    "accepted": "the server took the letter",
    "refused_address": "the address does not exist or no longer takes mail",
    "unknown_domain": "no mail server stands behind the domain",
    "mailbox_full": "the mailbox is full",
    "greylisted": "the server asks to come back later, as it does with every stranger",
    "server_busy": "the server is busy or asks to come back later",
    "no_connection": "the server cannot be reached",
    "tls_failed": "no encrypted connection could be made, or the certificate is not the server's",
    "dropped_before_dot": "the connection broke before the letter was handed over",
    "timeout_before_dot": "the server fell silent before the letter was handed over",
    "dropped_after_dot": "the connection broke after the letter was handed over, before the answer",
    "timeout_after_dot": "the server did not answer after the letter was handed over",
    "unreadable_reply": "the answer was not one of SMTP",
    "policy": "the server refuses letters of ours (reputation, authentication, content)",
    "sender_refused": "the server refuses our sender address",
    "login_refused": "the server refuses our user name or password",
    "encryption_required": "the server wants an encrypted connection",
    "needs_smtputf8": "the address needs SMTPUTF8, which the server does not offer",
    "too_large": "the letter is larger than the server takes",
    "refused_message": "the server refused the letter",
    "unwritable": "a value of the letter cannot stand in a letter",
    "mailbox_not_writable": "the built-in mailbox could not be written",
    "quota_used": "the provider takes no more letters in this period",
    "provider_fault": "the provider had a fault of its own, and may have taken the letter",
    "earlier_try_open": "the provider is still at work on an earlier try of the letter",
    "earlier_try_taken": "the provider knows the letter from an earlier try, with other words",
}

_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_ADDRESS = re.compile(r"<?[^\s<>@]+@[^\s<>@,;]+>?")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
REPLY_LENGTH = 300

# Words in answers without an enhanced code. Servers write English here even when their users do not.
_OURS_TO_MEND = re.compile(
    r"spam|blocked|block ?list|black ?list|policy|reputation|\bspf\b|\bdkim\b|\bdmarc\b|relay|not permitted|"
    r"authenticat|denied by|content reject|listed (?:at|by|in)",
    re.IGNORECASE,
)
_NOBODY_THERE = re.compile(
    r"unknown|no such|does ?n[o']t exist|not found|invalid (?:recipient|mailbox|address|user)|no mailbox|"
    r"disabled|unrouteable|inactive|recipient rejected|user rejected|no longer",
    re.IGNORECASE,
)
_FULL = re.compile(r"quota|mailbox.{0,20}full|over ?limit|storage", re.IGNORECASE)
_LATER = re.compile(r"gr[ae]y-?list|try again later|come back", re.IGNORECASE)
_NO_TLS = re.compile(r"starttls|encrypt|\btls\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of one attempt.

    `state`: what becomes of the letter. `code`: a key of `CODES`. `reply`: the server's words, one line, at
    most 300 characters, addresses taken out. `enhanced`: the code of RFC 3463 or "". `pause_campaign`: the
    fault is ours and the next letter would meet it too. `hard`: the address itself is dead, so it may be
    suppressed. `unreachable`: no letter at all can be given at present. `smtp_code`: the number of the answer,
    HTTP's where a mail provider gave it. `provider_id`: the identifier a mail provider put in place of our
    Message-ID.
    """

    state: State
    code: str
    reply: str = ""
    smtp_code: int | None = None
    enhanced: str = ""
    pause_campaign: bool = False
    hard: bool = False
    unreachable: bool = False
    provider_id: str = ""


def classify_reply(stage: Stage, code: int, text: str | bytes) -> Outcome:
    """Return the outcome of the answer `code text` to the step `stage` of one letter.

    A 2xx counts only after the dot. Before a recipient was named (up to MAIL) a 5xx is about us: the letter
    waits and the campaign pauses. An answer that is none of SMTP is `retry` before the dot and `uncertain`
    after it.
    """
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    # A server repeats the address it refuses: info@relaypack.gr says nothing of relaying, nor antispam.gr of spam.
    words = _without_addresses(words)
    reply = trimmed_reply(words)
    found = _ENHANCED.search(words)
    # An enhanced code of another class than the answer is a server's slip: the three digits decide (RFC
    # 2034).
    subject = (int(found[2]), int(found[3])) if found and found[1] == str(code)[:1] else None
    enhanced = found[0] if found and subject else ""

    def outcome(state: State, reason: str, *, pause: bool = False, hard: bool = False) -> Outcome:
        return Outcome(state, reason, reply, code, enhanced, pause, hard)

    if stage == "dot" and 200 <= code < 300:
        return outcome("sent", "accepted")
    if 400 <= code < 500:
        return outcome("retry", _reason_to_wait(stage, code, subject, words))
    if not 500 <= code < 600:
        return Outcome("uncertain" if stage == "dot" else "retry", "unreadable_reply", reply)
    if stage == "login" or code in (534, 535) or subject == (7, 8):
        return outcome("retry", "login_refused", pause=True)
    if code in (530, 538):
        reason = "encryption_required" if _NO_TLS.search(words) else "login_refused"
        return outcome("retry", reason, pause=True)
    if stage in ("connect", "hello", "starttls", "mail"):
        return outcome("retry", _reason_about_us(stage, subject), pause=True)
    reason, pause, hard = _refusal(stage, code, subject, words)
    # What is refused because of us is not the person's fault: their letter waits with the campaign.
    state = "held" if reason == "needs_smtputf8" else "retry" if pause else "failed"
    return outcome(state, reason, pause=pause, hard=hard)


def lost_connection(stage: Stage, words: str = "") -> Outcome:
    """Return the outcome of a connection that broke at `stage`: `uncertain` once the dot went out, else
    `retry`.
    """
    if stage == "dot":
        return Outcome("uncertain", "dropped_after_dot", trimmed_reply(words))
    code = "no_connection" if stage == "connect" else "dropped_before_dot"
    return Outcome("retry", code, trimmed_reply(words))


def timed_out(stage: Stage) -> Outcome:
    """Return the outcome of silence at `stage`: `uncertain` once the dot went out, else `retry`."""
    if stage == "dot":
        return Outcome("uncertain", "timeout_after_dot")
    return Outcome("retry", "no_connection" if stage == "connect" else "timeout_before_dot")


def unwritable(refusal: LetterUnwritable) -> Outcome:
    """Return the outcome of a letter that has no lawful form; held where another server could carry it."""
    if isinstance(refusal, NeedsSmtpUtf8):
        return Outcome("held", "needs_smtputf8")
    return Outcome("failed", "unwritable", str(refusal))


def system_words(fault: BaseException) -> str:
    """The system's own short words for a fault (such as "Connection refused"), never a path or an address."""
    number = getattr(fault, "errno", None) or getattr(fault.__cause__, "errno", None)
    return os.strerror(number) if isinstance(number, int) and number > 0 else ""


def trimmed_reply(words: str) -> str:
    """Return the server's words as one line of at most 300 characters, every address replaced by "…"."""
    line = " ".join((words if words.isprintable() else _CONTROLS.sub(" ", words)).split())
    line = _without_addresses(line)
    return line if len(line) <= REPLY_LENGTH else line[: REPLY_LENGTH - 1] + "…"


def _without_addresses(words: str) -> str:
    return _ADDRESS.sub("…", words) if "@" in words else words


def retry_at(
    now: datetime,
    attempt: int,
    *,
    give_up_at: datetime | None,
    waits: Sequence[float] = (60, 300, 900, 3600),
    jitter: float = 0.2,
    random: Random | None = None,
) -> datetime | None:
    """Return when to try again after the `attempt`-th try (from 1) failed, or None when that is past
    `give_up_at`.

    `waits` in seconds, the last one for every later try. `jitter` lengthens a wait by up to that share,
    never shortens it: letters refused together come back apart, and none before the server asked. `random`
    makes tests repeatable.
    """
    if attempt < 1:
        raise ValueError("attempts are counted from 1")
    wait = waits[min(attempt, len(waits)) - 1]
    stretch = (random or _RANDOM).random() * jitter
    due = now + timedelta(seconds=wait * (1 + stretch))
    return due if give_up_at is None or due < give_up_at else None


_RANDOM = Random()


def _reason_to_wait(stage: Stage, code: int, subject: tuple[int, int] | None, words: str) -> str:
    if subject == (2, 2):
        return "mailbox_full"
    if code == 421 or stage != "rcpt":
        return "server_busy"
    if subject == (7, 1) or _LATER.search(words):
        return "greylisted"
    if subject is None and _FULL.search(words) and code == 452:
        return "mailbox_full"
    return "server_busy"


def _reason_about_us(stage: Stage, subject: tuple[int, int] | None) -> str:
    if stage == "starttls":
        return "tls_failed"
    if stage == "mail" and (subject is None or subject[0] != 7):
        return "sender_refused"
    return "policy"


# What an enhanced code says of a refusal at RCPT or later: (reason, pause the campaign, the address is dead).
_BY_SUBJECT: dict[tuple[int, int], tuple[str, bool, bool]] = {
    (1, 2): ("unknown_domain", False, True),
    (1, 7): ("sender_refused", True, False),
    (1, 8): ("sender_refused", True, False),
    (1, 10): ("unknown_domain", False, True),
    (2, 1): ("refused_address", False, True),
    (2, 2): ("mailbox_full", False, False),
    (2, 3): ("too_large", False, False),
    (3, 4): ("too_large", False, False),
    (4, 4): ("unknown_domain", False, True),
    (6, 7): ("needs_smtputf8", False, False),
}


def _refusal(stage: Stage, code: int, subject: tuple[int, int] | None, words: str) -> tuple[str, bool, bool]:
    """Sort a 5xx at RCPT, DATA or the dot: (reason, pause the campaign, the address is dead)."""
    if subject in _BY_SUBJECT:
        return _BY_SUBJECT[subject]
    if subject is not None and subject[0] == 1:
        return "refused_address", False, True
    if subject is not None and subject[0] == 7:
        return "policy", True, False
    if subject is None:
        if _OURS_TO_MEND.search(words):
            return "policy", True, False
        if _NOBODY_THERE.search(words):
            return "refused_address", False, True
        if code == 552:
            too_large = stage == "dot" and not _FULL.search(words)
            return ("too_large" if too_large else "mailbox_full"), False, False
        if stage == "rcpt" and code in (550, 551, 553):
            return "refused_address", False, True
    return "refused_message", False, False
