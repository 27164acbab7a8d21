"""What the answer of a mail provider's API means for the letter, for the person and for the campaign.

Pure: no clock, no settings, no network, no Django. The names are those of Resend, from its list of errors
(resend.com/docs/api-reference/errors) and the table in its own client (resend-node, src/interfaces.ts), read in
November 2026. A name decides before the status, because Resend uses 403 and 429 for very different things.

An answer says `uncertain` where the letter may have been taken. Whoever holds an idempotency key may then ask again:
see `REPEATABLE` and `provider.py`.
"""

import re

from campaigns.dispatch.outcome import Outcome, State, trimmed_reply

# Doubts that a repeat with the same key can settle.
REPEATABLE = frozenset(
    {"dropped_after_dot", "timeout_after_dot", "unreadable_reply", "provider_fault", "earlier_try_open"}
)

# (state, code, pause the campaign, no other letter would be taken now either)
_Meaning = tuple[State, str, bool, bool]
_OUR_KEY: _Meaning = ("retry", "login_refused", True, False)
_OUR_SENDER: _Meaning = ("retry", "sender_refused", True, False)
_OUR_CONDUCT: _Meaning = ("retry", "policy", True, False)
_OUR_PLAN: _Meaning = ("retry", "quota_used", True, False)
_BUSY: _Meaning = ("retry", "server_busy", False, True)

_BY_NAME: dict[str, _Meaning] = {
    "missing_api_key": _OUR_KEY,
    "invalid_api_key": _OUR_KEY,
    "restricted_api_key": _OUR_KEY,
    "suspended_api_key": _OUR_KEY,
    "invalid_access": _OUR_KEY,
    "invalid_permission": _OUR_KEY,
    "invalid_from_address": _OUR_SENDER,
    "security_error": _OUR_CONDUCT,
    "rate_limit_exceeded": _BUSY,
    # A day's allowance comes back by itself, a month's only when somebody pays for more.
    "daily_quota_exceeded": ("retry", "quota_used", False, True),
    "monthly_quota_exceeded": _OUR_PLAN,
    "concurrent_idempotent_requests": ("uncertain", "earlier_try_open", False, False),
    # The key is known, with other words: an earlier attempt got through before a setting was changed.
    "invalid_idempotent_request": ("uncertain", "earlier_try_taken", False, False),
}
_BY_STATUS: dict[int, _Meaning] = {
    401: _OUR_KEY,
    402: _OUR_PLAN,
    403: _OUR_KEY,
    404: _OUR_CONDUCT,  # the API is not at this address: the words of the answer say so
    405: _OUR_CONDUCT,
    # The server did not receive the whole request (RFC 9110 15.5.9).
    408: ("retry", "timeout_before_dot", False, False),
    409: ("uncertain", "earlier_try_open", False, False),
    413: ("failed", "too_large", False, False),
    425: _BUSY,
    429: _BUSY,
    451: _OUR_CONDUCT,
}

_ABOUT_THE_RECIPIENT = re.compile(r"`to`|\bto field\b|\brecipients?\b", re.IGNORECASE)
_ABOUT_THE_SENDER = re.compile(
    r"`from`|\bfrom (?:field|address)\b|domain is not verified|verify a domain|testing emails", re.IGNORECASE
)
_NOBODY_THERE = re.compile(r"does ?n[o']t exist|suppress|bounced|no longer", re.IGNORECASE)


def accepted(provider_id: str, status: int) -> Outcome:
    """The provider took the letter and calls it `provider_id`; a repeat with the same key gets the same answer."""
    return Outcome("sent", "accepted", smtp_code=status, provider_id=provider_id)


def classify_answer(status: int, name: str, words: str) -> Outcome:
    """Return the outcome of an answer that is not an acceptance: HTTP `status`, the error's `name` and `words`.

    `name` is "" where the body could not be read. A 5xx may come after the letter was taken, as may an answer that
    nobody can read: `uncertain`. `hard` only where the words say that nobody is there; a malformed address may
    be a malformed name.
    """
    reply = trimmed_reply(f"{name}: {words}" if name else words)
    state, code, pause, unreachable = _meaning(status, name.lower(), words)
    hard = code == "refused_address" and bool(_NOBODY_THERE.search(words))
    return Outcome(state, code, reply, status, pause_campaign=pause, hard=hard, unreachable=unreachable)


def _meaning(status: int, name: str, words: str) -> _Meaning:
    if name in _BY_NAME:
        return _BY_NAME[name]
    if status in (400, 403, 422) and _ABOUT_THE_SENDER.search(words):
        return _OUR_SENDER
    if status in (400, 422) and _ABOUT_THE_RECIPIENT.search(words):
        return "failed", "refused_address", False, False
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if 400 <= status < 500:
        return "failed", "refused_message", False, False
    if status >= 500:
        return "uncertain", "provider_fault", False, False
    return "uncertain", "unreadable_reply", False, False
