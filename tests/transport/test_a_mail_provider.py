"""Letters through a mail provider's API: what arrives, and every fault sorted, over real connections."""

import os
import socket
import threading
from collections.abc import Callable, Iterator
from time import monotonic
from typing import Any

import pytest

from campaigns.dispatch.outcome import CODES, Outcome
from campaigns.dispatch.patience import Patience
from campaigns.dispatch.provider import ResendTransport
from campaigns.dispatch.provider_connection import PatientSocket, Progress
from campaigns.dispatch.provider_outcome import REPEATABLE, classify_answer
from campaigns.dispatch.transport import SmtpTransport, transport_from_url
from tests.receiver.process import CERTIFICATE
from tests.transport.letters import a_letter
from tests.transport.provider_server import KEY, Answer, Provider, running_provider

Connect = Callable[..., ResendTransport]
# Waits fit for a test; one repeat at once and one soon after.
WAITS = {"connect_timeout": 5, "answer_timeout": 5, "repeat_pauses": (0, 0.05)}


@pytest.fixture
def provider() -> Iterator[Provider]:
    with running_provider() as provider:
        yield provider


@pytest.fixture
def connect() -> Iterator[Connect]:
    made: list[ResendTransport] = []

    def make(provider: Provider, **options: Any) -> ResendTransport:
        made.append(ResendTransport(KEY, **{"api_url": provider.url} | WAITS | options))
        return made[-1]

    yield make
    for transport in made:
        transport.close()


def unused_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


# --- What arrives ---


def test_a_letter_reaches_the_provider_whole(provider: Provider, connect: Connect) -> None:
    outcome = connect(provider).deliver(a_letter(auto_submitted=True, feedback_id="christmas-2026:house"))

    assert outcome == Outcome("sent", "accepted", smtp_code=200, provider_id="0000-1")
    letter = a_letter()
    assert provider.letters == [
        {
            "from": "Ανθοπωλείο Γιασεμί <house@house.example>",
            "to": ["Σταμάτης Παπαδόπουλος <stamatis@shop.example>"],
            "reply_to": ["maria@house.example"],
            "subject": "Καλά Χριστούγεννα",
            "text": letter.text,
            "html": letter.html,
            "headers": {
                "Message-ID": letter.message_id,
                "List-Unsubscribe": f"<{letter.unsubscribe_url}>, <mailto:no-more@house.example>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                "Auto-Submitted": "auto-generated",
                "Feedback-ID": "christmas-2026:house",
            },
            "id": "0000-1",
            "key": letter.message_id.strip("<>"),
        }
    ]


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ('Σταμάτης "ο Μάγος", υιός', '"Σταμάτης \\"ο Μάγος\\", υιός" <stamatis@shop.example>'),
        ("O'Neil \\ Sons", '"O\'Neil \\\\ Sons" <stamatis@shop.example>'),
        ("Eleni\r\nBcc: all@shop.example", '"Eleni Bcc: all@shop.example" <stamatis@shop.example>'),
        ("Έλενα 👩‍🌾 (καφές)", '"Έλενα 👩‍🌾 (καφές)" <stamatis@shop.example>'),
        ("broken \ud83d half", "broken ? half <stamatis@shop.example>"),
        ("", "stamatis@shop.example"),
    ],
)
def test_a_name_stays_one_name_of_one_person(provider: Provider, connect: Connect, name: str, header: str) -> None:
    assert connect(provider).deliver(a_letter(to_name=name)).state == "sent"
    assert provider.letters[0]["to"] == [header]


def test_an_international_domain_is_written_in_ascii(provider: Provider, connect: Connect) -> None:
    connect(provider).deliver(a_letter("stamatis@παράδειγμα.example", html=""))

    assert provider.letters[0]["to"] == ["Σταμάτης Παπαδόπουλος <stamatis@xn--hxajbheg2az3al.example>"]
    assert "html" not in provider.letters[0]


def test_letters_share_one_connection(provider: Provider, connect: Connect) -> None:
    transport = connect(provider)

    outcomes = [transport.deliver(a_letter(f"person{number}@shop.example")) for number in range(5)]

    assert [outcome.provider_id for outcome in outcomes] == [f"0000-{number}" for number in range(1, 6)]
    assert provider.connections == 1


def test_a_connection_closed_while_idle_is_replaced(provider: Provider, connect: Connect) -> None:
    transport = connect(provider)
    provider.plan("leave", "accept")

    assert [transport.deliver(a_letter(f"{name}@shop.example")).state for name in ("eleni", "giorgos")] == ["sent"] * 2
    assert (len(provider.letters), provider.connections) == (2, 2)


def test_an_answer_that_ends_the_connection_is_read_whole(provider: Provider, connect: Connect) -> None:
    transport = connect(provider)
    provider.plan("farewell")

    outcomes = [transport.deliver(a_letter(f"{name}@shop.example")) for name in ("eleni", "giorgos")]

    assert [outcome.provider_id for outcome in outcomes] == ["0000-1", "0000-2"]
    assert (len(provider.requests), provider.connections) == (2, 2)


def test_a_connection_let_go_of_before_its_answer_is_read_ends_with_the_reading() -> None:
    progress = Progress(Patience(connect=5, command=5, dot=5, before_dot=5), doubt_timeout=5)
    ours, theirs = socket.socketpair()
    with theirs:
        kept = PatientSocket(ours, progress)
        reader = kept.makefile("rb")
        kept.close()
        theirs.sendall(b"still\n")

        assert reader.readline() == b"still\n"
        reader.close()
        assert ours.fileno() == -1 and theirs.recv(1) == b""


def test_nothing_in_the_environment_changes_the_way_or_the_key(
    provider: Provider, connect: Connect, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login somebody password else\n")
    for name, value in {"NETRC": str(tmp_path / "netrc"), "HTTP_PROXY": "http://127.0.0.1:1", "NO_PROXY": ""}.items():
        monkeypatch.setenv(name, value)

    assert connect(provider).deliver(a_letter()).state == "sent"


# --- What the letter itself forbids ---


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"to_address": "χρήστης@shop.example"}, ("held", "needs_smtputf8")),
        ({"to_address": "nobody"}, ("failed", "unwritable")),
        ({"message_id": "<no at sign>"}, ("failed", "unwritable")),
        ({"message_id": f"<{'x' * 260}@house.example>"}, ("failed", "unwritable")),
    ],
)
def test_a_letter_without_a_lawful_form_is_not_asked_about(
    provider: Provider, connect: Connect, values: dict, expected: tuple
) -> None:
    outcome = connect(provider).deliver(a_letter(**values))

    assert (outcome.state, outcome.code) == expected
    assert provider.requests == []


# --- Answers ---

REFUSALS = [
    # status, name, words, the outcome: state, code, pause, hard
    (422, "validation_error", "Invalid `to` field. The address is malformed.", ("failed", "refused_address", 0, 0)),
    (422, "validation_error", "Recipient suppressed: it bounced before.", ("failed", "refused_address", 0, 1)),
    (422, "validation_error", "Invalid `from` field.", ("retry", "sender_refused", 1, 0)),
    (403, "validation_error", "The house.example domain is not verified.", ("retry", "sender_refused", 1, 0)),
    (403, "validation_error", "You can only send testing emails to yourself.", ("retry", "sender_refused", 1, 0)),
    (422, "missing_required_field", "Missing `html` or `text` field.", ("failed", "refused_message", 0, 0)),
    (400, "validation_error", "We found an error.", ("failed", "refused_message", 0, 0)),
    (401, "missing_api_key", "Missing API key.", ("retry", "login_refused", 1, 0)),
    (401, "restricted_api_key", "This API key is restricted.", ("retry", "login_refused", 1, 0)),
    (403, "invalid_api_Key", "API key is invalid.", ("retry", "login_refused", 1, 0)),
    (403, "", "Forbidden", ("retry", "login_refused", 1, 0)),
    (402, "", "Payment required", ("retry", "quota_used", 1, 0)),
    (404, "not_found", "The requested endpoint does not exist.", ("retry", "policy", 1, 0)),
    (408, "", "Request Timeout", ("retry", "timeout_before_dot", 0, 0)),
    (413, "", "Payload Too Large", ("failed", "too_large", 0, 0)),
    (429, "daily_quota_exceeded", "You have reached your daily quota.", ("retry", "quota_used", 0, 0)),
    (429, "monthly_quota_exceeded", "You have reached your monthly quota.", ("retry", "quota_used", 1, 0)),
    (429, "rate_limit_exceeded", "Too many requests.", ("retry", "server_busy", 0, 0)),
    (451, "security_error", "We may have found a security issue.", ("retry", "policy", 1, 0)),
    (418, "", "", ("failed", "refused_message", 0, 0)),
]


@pytest.mark.parametrize(("status", "name", "words", "expected"), REFUSALS)
def test_a_refusal_has_its_outcome_and_spares_the_next_letter(
    provider: Provider, connect: Connect, status: int, name: str, words: str, expected: tuple
) -> None:
    transport = connect(provider)
    provider.plan(Answer(status, name, words))

    refused = transport.deliver(a_letter("eleni@shop.example"))
    next_one = transport.deliver(a_letter("giorgos@shop.example"))

    state, code, pause, hard = expected
    assert (refused.state, refused.code, refused.pause_campaign, refused.hard) == (state, code, bool(pause), bool(hard))
    assert (refused.smtp_code, refused.code in CODES) == (status, True)
    assert words in refused.reply
    assert next_one.state == "sent" and len(provider.letters) == 1


def test_an_answer_is_kept_without_addresses_and_without_the_key(provider: Provider, connect: Connect) -> None:
    provider.plan(Answer(422, "validation_error", "Invalid `to` field: eleni@shop.example"))

    outcome = connect(provider).deliver(a_letter("eleni@shop.example"))

    assert outcome.reply == "validation_error: Invalid `to` field: …"
    assert KEY not in repr(outcome)


def test_a_wrong_key_pauses_the_campaign(provider: Provider) -> None:
    transport = ResendTransport("re_another", api_url=provider.url)

    outcome = transport.deliver(a_letter())
    transport.close()

    assert (outcome.state, outcome.code, outcome.pause_campaign) == ("retry", "login_refused", True)
    assert provider.letters == []


def test_a_rate_limit_that_says_how_long_is_waited_for(provider: Provider, connect: Connect) -> None:
    provider.plan(Answer(429, "rate_limit_exceeded", "Too many requests.", {"retry-after": "1"}))

    started = monotonic()
    outcome = connect(provider).deliver(a_letter())

    assert outcome.state == "sent" and len(provider.requests) == 2
    assert monotonic() - started >= 1


@pytest.mark.parametrize("wait", ["3600", "soon", "0", "²"])
def test_a_rate_limit_without_a_short_wait_ends_the_turn(provider: Provider, connect: Connect, wait: str) -> None:
    wait_in_latin_1 = wait.encode().decode("latin-1")
    provider.plan(Answer(429, "rate_limit_exceeded", "Too many requests.", {"retry-after": wait_in_latin_1}))

    outcome = connect(provider).deliver(a_letter())

    assert (outcome.state, outcome.code, outcome.unreachable) == ("retry", "server_busy", True)
    assert len(provider.requests) == 1


def test_whoever_answers_from_elsewhere_gets_neither_key_nor_letter(provider: Provider, connect: Connect) -> None:
    with running_provider() as elsewhere:
        provider.plan(*[Answer(307, headers={"Location": elsewhere.url + "emails"})] * 3)

        outcome = connect(provider).deliver(a_letter())

        assert (outcome.state, outcome.code, outcome.smtp_code) == ("uncertain", "unreadable_reply", 307)
        assert elsewhere.requests == []


# --- Doubt, and the key that settles it ---

STEPS_IN_DOUBT = ["drop-unread", "drop-read", "drop-kept", "fault", "fault-kept", "unreadable", "bottomless"]


@pytest.mark.parametrize("step", STEPS_IN_DOUBT)
@pytest.mark.parametrize("kept_connection", [False, True])
def test_a_doubt_is_asked_about_with_the_same_key_and_one_letter_goes(
    provider: Provider, connect: Connect, step: str, kept_connection: bool
) -> None:
    transport = connect(provider)
    if kept_connection:
        transport.deliver(a_letter("before@shop.example"))
    provider.plan(step)

    outcome = transport.deliver(a_letter("eleni@shop.example"))

    sent = [letter for letter in provider.letters if "eleni" in letter["to"][0]]
    assert (outcome.state, len(sent)) == ("sent", 1)
    assert outcome.provider_id == sent[0]["id"]
    assert [request["idempotency-key"] for request in provider.requests[-2:]] == [sent[0]["key"]] * 2


@pytest.mark.parametrize("identifier", [None, "", 7, ["a"], {"id": "a"}])
def test_an_acceptance_without_an_identifier_is_asked_about(
    provider: Provider, connect: Connect, identifier: object
) -> None:
    provider.plan(Answer(200, extra={"id": identifier}))

    outcome = connect(provider).deliver(a_letter())

    assert (outcome.state, outcome.provider_id, len(provider.requests)) == ("sent", "0000-1", 2)


@pytest.mark.parametrize("step", ["silent-read", "silent-kept", "trickle", "endless"])
def test_an_answer_that_does_not_end_is_asked_for_again(provider: Provider, connect: Connect, step: str) -> None:
    provider.plan(step)

    outcome = connect(provider, answer_timeout=0.4).deliver(a_letter())

    assert outcome.state == "sent" and len(provider.letters) == 1
    assert provider.requests[0]["accept-encoding"] == "identity"  # or its length would say nothing


@pytest.mark.parametrize(
    ("step", "code"),
    [
        ("drop-unread", "dropped_after_dot"),
        ("drop-kept", "dropped_after_dot"),
        ("silent-kept", "timeout_after_dot"),
        ("trickle", "timeout_after_dot"),
        ("endless", "dropped_after_dot"),
        ("fault", "provider_fault"),
        ("unreadable", "unreadable_reply"),
        (Answer(409, "concurrent_idempotent_requests", "Still in progress."), "earlier_try_open"),
        (Answer(502, "", "Bad Gateway"), "provider_fault"),
    ],
)
def test_a_doubt_that_no_answer_settles_is_uncertain(
    provider: Provider, connect: Connect, step: str | Answer, code: str
) -> None:
    provider.plan(*[step] * 3)

    outcome = connect(provider, answer_timeout=0.3).deliver(a_letter())

    assert (outcome.state, outcome.code) == ("uncertain", code)
    assert len(provider.requests) == 3 and len(provider.letters) <= 1


def test_a_repeat_has_the_time_of_a_letter_anew(provider: Provider, connect: Connect) -> None:
    provider.plan("fault")

    outcome = connect(provider, letter_timeout=0.5, repeat_pauses=(0.6,)).deliver(a_letter())

    assert outcome.state == "sent"


def test_a_repeat_that_was_not_taken_does_not_lift_the_doubt(provider: Provider, connect: Connect) -> None:
    provider.plan("drop-kept", *[Answer(429, "rate_limit_exceeded", "Too many requests.")] * 2)

    outcome = connect(provider).deliver(a_letter())

    assert (outcome.state, outcome.code) == ("uncertain", "dropped_after_dot")


def test_a_key_withdrawn_while_a_letter_is_in_doubt_leaves_the_doubt_and_pauses(
    provider: Provider, connect: Connect
) -> None:
    provider.plan("drop-kept", Answer(403, "invalid_api_key", "API key is invalid"))

    outcome = connect(provider).deliver(a_letter())

    assert (outcome.state, outcome.code, outcome.pause_campaign) == ("uncertain", "dropped_after_dot", True)


def test_the_same_letter_again_is_one_letter_at_the_provider(provider: Provider, connect: Connect) -> None:
    first, second = (connect(provider).deliver(a_letter()) for _ in range(2))

    assert first == second
    assert len(provider.letters) == 1


def test_a_letter_whose_words_changed_after_it_was_taken_is_for_a_person(provider: Provider, connect: Connect) -> None:
    transport = connect(provider)
    transport.deliver(a_letter())

    outcome = transport.deliver(a_letter(from_name="Ανθοπωλείο Γιασεμί & Υιοί"))

    assert (outcome.state, outcome.code) == ("uncertain", "earlier_try_taken")
    assert len(provider.requests) == 2 and len(provider.letters) == 1


# --- Before the request ---


def test_a_refused_connection_is_tried_later(connect: Connect, provider: Provider) -> None:
    outcome = connect(provider, api_url=f"http://127.0.0.1:{unused_port()}/").deliver(a_letter())

    assert outcome == Outcome("retry", "no_connection", os.strerror(111), unreachable=True)


def test_a_host_that_cannot_exist_is_tried_later(connect: Connect, provider: Provider) -> None:
    outcome = connect(provider, api_url=f"http://{'x' * 64}.example/").deliver(a_letter())

    assert (outcome.state, outcome.code, outcome.unreachable) == ("retry", "no_connection", True)


def test_a_certificate_that_is_not_the_providers_is_tried_later(connect: Connect) -> None:
    with running_provider(CERTIFICATE) as provider:
        outcome = connect(provider, api_url=provider.url.replace("http:", "https:")).deliver(a_letter())

        assert (outcome.state, outcome.code, outcome.unreachable) == ("retry", "tls_failed", True)
        assert "CERTIFICATE" in outcome.reply and provider.requests == []


def test_a_connection_that_breaks_while_the_letter_is_written_has_not_taken_it(
    provider: Provider, connect: Connect
) -> None:
    provider.plan("drop-unread")

    outcome = connect(provider).deliver(a_letter(text="x" * 20_000_000))

    assert (outcome.state, outcome.code) == ("retry", "dropped_before_dot")
    assert provider.letters == [] and len(provider.requests) == 1


def test_a_kept_connection_that_breaks_while_the_letter_is_written_is_replaced_at_once(
    provider: Provider, connect: Connect
) -> None:
    transport = connect(provider)
    transport.deliver(a_letter("before@shop.example"))
    provider.plan("drop-unread")

    outcome = transport.deliver(a_letter(text="x" * 20_000_000))

    assert outcome.state == "sent"
    assert (len(provider.letters), provider.connections) == (2, 2)


def test_a_server_that_stops_reading_has_not_taken_the_letter(provider: Provider, connect: Connect) -> None:
    provider.plan("silent-unread")

    outcome = connect(provider, answer_timeout=0.3).deliver(a_letter(text="x" * 20_000_000))

    assert (outcome.state, outcome.code) == ("retry", "timeout_before_dot")
    assert provider.letters == [] and len(provider.requests) == 1


# --- The end ---


def test_an_orderly_stop_cuts_the_wait_for_an_answer(provider: Provider, connect: Connect) -> None:
    transport = connect(provider, answer_timeout=60, repeat_pauses=(0, 60))
    provider.plan("silent-kept", "silent-read")
    stop = threading.Timer(0.2, transport.settle_quickly, [0.4])
    stop.start()

    started = monotonic()
    outcome = transport.deliver(a_letter())
    stop.join()

    assert (outcome.state, outcome.code) == ("uncertain", "timeout_after_dot")
    assert monotonic() - started < 5


def test_an_orderly_stop_cuts_the_pause_between_two_requests(provider: Provider, connect: Connect) -> None:
    transport = connect(provider, repeat_pauses=(60,))
    provider.plan("fault")
    stop = threading.Timer(0.2, transport.settle_quickly, [0.4])
    stop.start()

    started = monotonic()
    outcome = transport.deliver(a_letter())
    stop.join()

    assert (outcome.state, outcome.code) == ("uncertain", "provider_fault")
    assert monotonic() - started < 5


def test_the_doubt_has_one_time_for_all_repeats_together(provider: Provider, connect: Connect) -> None:
    provider.plan(*["silent-read"] * 20)

    started = monotonic()
    outcome = connect(provider, answer_timeout=0.4, doubt_timeout=1, repeat_pauses=(0,) * 20).deliver(a_letter())

    assert outcome.state == "uncertain"
    assert monotonic() - started < 5 and len(provider.requests) < 6


def test_a_closed_transport_connects_anew(provider: Provider, connect: Connect) -> None:
    transport = connect(provider)
    transport.deliver(a_letter("eleni@shop.example"))
    transport.close()

    assert transport.deliver(a_letter("giorgos@shop.example")).state == "sent"
    assert provider.connections == 2


# --- The address in the settings ---


def test_the_address_names_the_provider_and_its_key(provider: Provider) -> None:
    transport = transport_from_url(
        f"resend://:{KEY.replace('_', '%5F')}@127.0.0.1:{provider.server_port}?tls=none", mailbox_folder="unused"
    )

    assert transport.deliver(a_letter()).state == "sent"
    transport.close()


def test_the_address_leads_to_the_provider_by_tls() -> None:
    transport = transport_from_url("resend://:re_1@api.resend.com", mailbox_folder="unused")

    assert isinstance(transport, ResendTransport) and not isinstance(transport, SmtpTransport)
    assert transport.api_url == "https://api.resend.com/"


def test_a_certificate_authority_of_ones_own_is_trusted(connect: Connect) -> None:
    with running_provider(CERTIFICATE) as provider:
        transport = transport_from_url(
            f"resend://:{KEY}@127.0.0.1:{provider.server_port}?ca={CERTIFICATE}", mailbox_folder="unused"
        )
        outcomes = [transport.deliver(a_letter(f"{name}@shop.example")).state for name in ("eleni", "giorgos")]
        transport.close()

        assert outcomes == ["sent", "sent"] and provider.connections == 1


@pytest.mark.parametrize(
    "url",
    [
        "resend://",
        "resend://api.resend.com",
        "resend://hush@api.resend.com",
        "resend://:hu%0Dsh@api.resend.com",
        "resend://:hush@api.resend.com/v2",
        "resend://:hush@api.resend.com?tls=none",
        "resend://:hush@127.0.0.1?tls=starttls",
        "resend://:hush@api.resend.com?region=eu",
        "resend://:hush@api.resend.com:port",
    ],
)
def test_a_bad_address_is_refused_in_a_sentence_that_tells_no_key(url: str) -> None:
    with pytest.raises(ValueError) as refusal:
        transport_from_url(url, mailbox_folder="unused")

    sentence = str(refusal.value)
    assert sentence[0].isupper() and sentence.endswith(".") and "hush" not in sentence


def test_every_doubt_that_may_be_asked_about_is_a_known_code() -> None:
    assert set(CODES) >= REPEATABLE
    for status in range(300, 600):
        outcome = classify_answer(status, "", "")
        assert outcome.code in CODES
        assert outcome.state in ("retry", "failed", "uncertain")
        assert status < 500 or outcome.state == "uncertain"
