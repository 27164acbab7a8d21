"""Letters through a mail provider's API: Resend, by django-anymail's backend, over one kept HTTPS connection.

Resend keeps the idempotency key of a letter for 24 hours: the same request with the same key is answered as the first
one was, and nothing is sent again (resend.com/docs/dashboard/emails/idempotency-keys, read in November 2026; up to 256
characters). Our key is the Message-ID, fixed when the letter was made. So where a connection breaks or falls silent
after the request was written, the very same request is asked again, a few times, within the time a letter may stay in
doubt: minutes, where the key lives for a day. Only when no answer comes at all is the letter uncertain. It is not left
for a later attempt ("retry"): until then nobody else, such as a second greeting of the same occasion, would see that
it may have left, and a campaign may be paused for longer than a key lives.

What Resend does not offer: an envelope sender of ours, a Message-ID of ours at the receiver's (it is replaced further
on; Resend's own identifier comes back as `provider_id`), the part before the @ in other than ASCII, and switching the
tracking of opens and clicks off per letter: it is off for a domain until somebody turns it on (docs/configuration.md).
"""

import re
import ssl
from collections.abc import Sequence
from dataclasses import replace
from email.headerregistry import Address
from email.parser import HeaderParser

import requests
from anymail.backends.resend import EmailBackend, ResendPayload
from anymail.exceptions import AnymailError, AnymailRequestsAPIError
from django.core.mail import EmailMultiAlternatives
from urllib3.exceptions import HTTPError

from campaigns.dispatch.addresses import LetterUnwritable, ascii_domain, wire_address
from campaigns.dispatch.outcome import Outcome, lost_connection, system_words, timed_out, trimmed_reply, unwritable
from campaigns.dispatch.patience import Patience
from campaigns.dispatch.provider_connection import PatientAdapter, Progress
from campaigns.dispatch.provider_outcome import REPEATABLE, accepted, classify_answer
from campaigns.dispatch.wire import Letter, build_bytes

API_URL = "https://api.resend.com/"
KEY_LENGTH = 256
# Seconds before the same request is asked again: at once for a connection that was closed while it lay idle, then
# longer, for a provider that is starting anew.
REPEAT_PAUSES = (0.0, 2.0, 10.0, 30.0)
# A rate limit says how long to wait. Longer than this, other letters may as well wait too.
LONGEST_RATE_WAIT, RATE_WAITS = 5.0, 3
PROVIDER_ID_LENGTH = 200

_API_KEY = re.compile(r"[!-~]+")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
# Taken from the letter as it would leave over SMTP, in ASCII; the rest has fields of its own in the API.
_HEADERS = ("Message-ID", "List-Unsubscribe", "List-Unsubscribe-Post", "Auto-Submitted", "Feedback-ID")


class ResendTransport:
    """Letters to the API of Resend, one request each. All times in seconds.

    The lease of a letter must outlast `letter_timeout + doubt_timeout`: the first bounds everything up to the first
    request written in full, the second all answers and repeats from there. `answer_timeout` is for one answer.
    `authority` names a file of certificates instead of the usual ones. Raise `ValueError` for a key that cannot stand
    in a request.
    """

    def __init__(
        self,
        api_key: str,
        *,
        api_url: str = API_URL,
        connect_timeout: float = 10,
        answer_timeout: float = 60,
        letter_timeout: float = 100,
        doubt_timeout: float = 600,
        repeat_pauses: Sequence[float] = REPEAT_PAUSES,
        authority: str = "",
    ) -> None:
        if not _API_KEY.fullmatch(api_key):
            raise ValueError("The mail provider's key is missing or no key at all. Write resend://:key@api.resend.com.")
        self.api_url = api_url
        self._patience = Patience(
            connect=connect_timeout, command=answer_timeout, dot=answer_timeout, before_dot=letter_timeout
        )
        self._progress = Progress(self._patience, doubt_timeout=doubt_timeout)
        self._repeat_pauses = repeat_pauses
        self._backend = _Backend(self._progress, authority=authority, api_key=api_key, api_url=api_url)
        self._asked_to_wait = 0.0

    # The pool of the requests' session sees to its own lines.
    connected = True

    def deliver(self, letter: Letter) -> Outcome:
        """Hand over one letter; see `Transport`. What an answer leaves open is asked again with the same key."""
        try:
            message = _message(letter)
        except LetterUnwritable as refusal:
            return unwritable(refusal)
        self._progress.begin_letter()
        outcome = self._attempt(message)
        if outcome.code == "dropped_before_dot" and self._progress.kept:
            # Idle servers hang up: nothing of this letter was given yet.
            outcome = self._attempt(message)
        outcome = self._at_their_rate(message, outcome)
        return self._ask_again(message, outcome) if outcome.code in REPEATABLE else outcome

    def settle_quickly(self, seconds: float) -> None:
        self._patience.settle_quickly(seconds)

    def close(self) -> None:
        self._backend.close()

    def _at_their_rate(self, message: EmailMultiAlternatives, outcome: Outcome) -> Outcome:
        """Wait as the provider asks for where too many letters came in one second: none of them was taken."""
        for _ in range(RATE_WAITS):
            short = 0 < self._asked_to_wait <= LONGEST_RATE_WAIT
            if outcome.code != "server_busy" or not short or not self._progress.rest(self._asked_to_wait):
                break
            outcome = self._attempt(message)
        return outcome

    def _ask_again(self, message: EmailMultiAlternatives, doubt: Outcome) -> Outcome:
        """Repeat a request that may have been taken until an answer tells; else return `doubt`.

        A repeat that certainly was not taken (no connection, a limit) says nothing of the first: the doubt stays.
        """
        for pause in self._repeat_pauses:
            if not self._progress.rest(pause):
                break
            again = self._attempt(message)
            if again.pause_campaign:
                return replace(doubt, reply=again.reply, smtp_code=again.smtp_code, pause_campaign=True)
            if again.state != "retry" and again.code not in REPEATABLE:
                return again
            doubt = again if again.state == "uncertain" else doubt
        return doubt

    def _attempt(self, message: EmailMultiAlternatives) -> Outcome:
        """One request. Every fault of network and provider becomes an outcome."""
        self._progress.begin_request()
        self._asked_to_wait = 0.0
        try:
            self._backend.open()
            self._backend.send_messages([message])
        except AnymailError as error:
            if error.response is not None:
                return self._answered(error.response)
            if isinstance(error, requests.RequestException):
                return self._broken(error)
            return Outcome("failed", "unwritable")  # anymail met a value it cannot hand on; nothing was asked
        except (OSError, HTTPError) as fault:  # what anymail and requests let through as it is
            return self._broken(fault)
        answer = message.anymail_status
        status = answer.esp_response.status_code
        if not isinstance(answer.message_id, str) or not answer.message_id:
            return classify_answer(status, "", "an answer without the letter's identifier")
        return accepted(answer.message_id[:PROVIDER_ID_LENGTH], status)

    def _answered(self, response: requests.Response) -> Outcome:
        wait = response.headers.get("retry-after", "")
        self._asked_to_wait = float(wait) if wait.isascii() and wait.isdigit() else 0.0
        try:
            body = response.json()
        except (ValueError, RecursionError):
            body = {}
        if not isinstance(body, dict):
            body = {}
        words = str(body.get("message") or response.reason or "")
        return classify_answer(response.status_code, str(body.get("name") or ""), words)

    def _broken(self, fault: Exception) -> Outcome:
        stage = self._progress.stage
        origin = _origin(fault)
        if stage == "connect" and isinstance(origin, ssl.SSLError):
            return Outcome("retry", "tls_failed", trimmed_reply(str(origin.reason or "")), unreachable=True)
        silent = self._progress.timed_out or isinstance(fault, requests.Timeout)
        outcome = timed_out(stage) if silent else lost_connection(stage, system_words(origin))
        return replace(outcome, unreachable=True) if stage == "connect" else outcome


class _Payload(ResendPayload):
    """Anymail's request for a letter, with the idempotency key."""

    def __init__(self, message: EmailMultiAlternatives, defaults: dict, backend: EmailBackend) -> None:
        key = message.extra_headers["Message-ID"].strip("<>")
        super().__init__(message, defaults, backend, headers={"Idempotency-Key": key})

    def get_request_params(self, api_url: str) -> dict:
        # Whoever answers from elsewhere is not the provider: neither key nor letter follows him.
        return super().get_request_params(api_url) | {"allow_redirects": False}


class _Backend(EmailBackend):
    """Anymail's backend over a connection of ours."""

    def __init__(self, progress: Progress, *, authority: str, api_key: str, api_url: str) -> None:
        self._progress, self._authority = progress, authority
        # Everything anymail would look up in the settings is said here; the time limits are the connection's.
        super().__init__(
            api_key=api_key,
            api_url=api_url,
            timeout=None,
            debug_api_requests=False,
            ignore_unsupported_features=False,
            idna_encoder=ascii_domain,
        )

    def create_session(self) -> requests.Session:
        session = super().create_session()
        # Proxies and passwords lying about in the environment are not for letters: a .netrc would replace the key.
        session.trust_env = False
        session.verify = self._authority or True
        session.headers["Accept-Encoding"] = "identity"
        for scheme in ("https://", "http://"):
            session.mount(scheme, PatientAdapter(self._progress))
        return session

    def parse_recipient_status(
        self, response: requests.Response, payload: _Payload, message: EmailMultiAlternatives
    ) -> dict:
        try:
            return super().parse_recipient_status(response, payload, message)
        except (TypeError, AttributeError, RecursionError) as oddity:
            # JSON of a shape that anymail does not expect is an answer nobody can read, as no JSON is.
            raise AnymailRequestsAPIError("an unreadable answer", response=response, backend=self) from oddity

    def build_message_payload(self, message: EmailMultiAlternatives, defaults: dict) -> _Payload:
        return _Payload(message, defaults, self)


def _message(letter: Letter) -> EmailMultiAlternatives:
    """Return the letter as anymail takes it. Raise `LetterUnwritable` for what has no lawful form on the wire."""
    head = build_bytes(letter).partition(b"\r\n\r\n")[0].decode("ascii")
    written = HeaderParser().parsestr(head)
    headers = {name: written[name].replace("\r\n", "").strip() for name in _HEADERS if name in written}
    if len(headers["Message-ID"]) - 2 > KEY_LENGTH:
        raise LetterUnwritable("message_id", "it is longer than the provider's key may be")
    message = EmailMultiAlternatives(
        subject=_one_line(letter.subject),
        body=_sound(letter.text),
        from_email=_mailbox("From", letter.from_name, letter.from_address),
        to=[_mailbox("To", letter.to_name, letter.to_address)],
        reply_to=[_mailbox("Reply-To", "", letter.reply_to)] if letter.reply_to else [],
        headers=headers,
    )
    if letter.html:
        message.attach_alternative(_sound(letter.html), "text/html")
    return message


def _mailbox(field: str, name: str, address: str) -> str:
    return str(Address(display_name=_one_line(name), addr_spec=wire_address(address, field=field)))


def _one_line(value: str) -> str:
    return " ".join(_sound(_CONTROLS.sub(" ", value)).split())


def _sound(value: str) -> str:
    """The text with every lone surrogate, which no encoding can carry, as "?"."""
    return value.encode("utf-8", "replace").decode()


def _origin(fault: BaseException) -> BaseException:
    """The first of a chain of faults: what the system said, under what the libraries made of it."""
    while deeper := fault.__cause__ or fault.__context__:
        fault = deeper
    return fault
