"""What a server's answer means for the letter, the person and the campaign."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from campaigns.dispatch.outcome import (
    CODES,
    STAGES,
    classify_reply,
    lost_connection,
    retry_at,
    timed_out,
    trimmed_reply,
)

NOW = datetime(2026, 12, 20, 9, 0, tzinfo=UTC)
EVENING = datetime(2026, 12, 20, 21, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("stage", "code", "words", "state", "reason"),
    [
        ("dot", 250, "2.0.0 Ok: queued as 4F1", "sent", "accepted"),
        ("dot", 250, "", "sent", "accepted"),
        ("connect", 421, "4.3.2 Shutting down", "retry", "server_busy"),
        ("mail", 421, "4.7.0 Too many letters", "retry", "server_busy"),
        ("mail", 452, "4.3.1 Insufficient storage", "retry", "server_busy"),
        ("rcpt", 450, "4.2.0 Greylisted, see later", "retry", "greylisted"),
        ("rcpt", 451, "4.7.1 Please try again", "retry", "greylisted"),
        ("rcpt", 451, "Temporary local problem, please try again later", "retry", "greylisted"),
        ("rcpt", 452, "4.2.2 Over quota", "retry", "mailbox_full"),
        ("rcpt", 452, "Mailbox is full", "retry", "mailbox_full"),
        ("rcpt", 450, "Mailbox busy", "retry", "server_busy"),
        ("dot", 451, "4.3.0 Local error", "retry", "server_busy"),
        ("login", 454, "4.7.0 Temporary authentication failure", "retry", "server_busy"),
        ("rcpt", 550, "5.2.2 Mailbox full", "failed", "mailbox_full"),
        ("rcpt", 552, "Quota exceeded", "failed", "mailbox_full"),
        ("dot", 552, "5.2.2 Over quota", "failed", "mailbox_full"),
        ("dot", 552, "5.3.4 Too big", "failed", "too_large"),
        ("dot", 552, "Message exceeds fixed size", "failed", "too_large"),
        ("dot", 554, "Transaction failed", "failed", "refused_message"),
        ("rcpt", 554, "5.5.1 No", "failed", "refused_message"),
        ("rcpt", 553, "5.6.7 Address needs SMTPUTF8", "held", "needs_smtputf8"),
        ("mail", 250, "what?", "retry", "unreadable_reply"),
        ("data", 250, "what?", "retry", "unreadable_reply"),
        ("dot", 354, "go on", "uncertain", "unreadable_reply"),
    ],
)
def test_an_answer_decides_the_state_of_the_letter(stage: str, code: int, words: str, state: str, reason: str) -> None:
    outcome = classify_reply(stage, code, words)

    assert (outcome.state, outcome.code) == (state, reason)
    assert not outcome.hard and not outcome.pause_campaign


@pytest.mark.parametrize(
    ("code", "words", "reason"),
    [
        (550, "5.1.1 <eleni@shop.example>: Recipient address rejected: User unknown", "refused_address"),
        (550, "No such user here", "refused_address"),
        (550, "nope", "refused_address"),
        (553, "mailbox name not allowed", "refused_address"),
        (551, "5.1.6 Moved away", "refused_address"),
        (550, "5.2.1 Account disabled", "refused_address"),
        (554, "Recipient does not exist", "refused_address"),
        (550, "5.1.2 Bad destination domain", "unknown_domain"),
        (550, "5.4.4 No mail server", "unknown_domain"),
        (556, "5.1.10 Null MX", "unknown_domain"),
    ],
)
def test_a_dead_address_fails_hard_and_does_not_stop_the_others(code: int, words: str, reason: str) -> None:
    outcome = classify_reply("rcpt", code, words)

    assert (outcome.state, outcome.code, outcome.hard, outcome.pause_campaign) == (
        "failed",
        reason,
        True,
        False,
    )


@pytest.mark.parametrize(
    "words",
    [
        "<info@relaypack.gr>: Recipient address rejected: User unknown in virtual mailbox table",
        "<maria@antispam-shop.gr> no such user",
        "policy@insurance.gr: unknown user",
        "info@selfstorage.gr: rejected",
    ],
)
def test_the_address_a_server_repeats_is_no_word_of_its_answer(words: str) -> None:
    outcome = classify_reply("rcpt", 550, words)

    assert (outcome.state, outcome.code, outcome.hard, outcome.pause_campaign) == (
        "failed",
        "refused_address",
        True,
        False,
    )


@pytest.mark.parametrize(
    ("stage", "code", "words"),
    [
        ("rcpt", 550, "5.7.1 Blocked"),
        ("rcpt", 554, "5.7.1 Relay access denied"),
        ("rcpt", 550, "relay not permitted"),
        ("rcpt", 550, "Your address is listed by a block list"),
        ("dot", 550, "5.7.26 Unauthenticated mail"),
        ("dot", 554, "Message looks like spam"),
    ],
)
def test_a_refusal_of_us_pauses_the_campaign_and_blames_nobodys_address(stage: str, code: int, words: str) -> None:
    outcome = classify_reply(stage, code, words)

    assert (outcome.state, outcome.code, outcome.pause_campaign, outcome.hard) == (
        "retry",
        "policy",
        True,
        False,
    )


@pytest.mark.parametrize(
    ("stage", "code", "words", "reason"),
    [
        ("login", 535, "5.7.8 Wrong password", "login_refused"),
        ("login", 504, "Unrecognized", "login_refused"),
        ("mail", 530, "5.7.0 Authentication required", "login_refused"),
        ("mail", 530, "5.7.0 Must issue a STARTTLS command first", "encryption_required"),
        ("rcpt", 550, "5.7.8 Please log in", "login_refused"),
        ("connect", 554, "No SMTP service here", "policy"),
        ("hello", 550, "5.7.1 Go away", "policy"),
        ("starttls", 554, "No", "tls_failed"),
        ("mail", 550, "5.1.8 Sender domain does not exist", "sender_refused"),
        ("mail", 553, "Sender refused", "sender_refused"),
        ("mail", 550, "5.7.1 Sender not allowed", "policy"),
    ],
)
def test_a_refusal_before_anybody_was_named_keeps_the_letter_and_pauses(
    stage: str, code: int, words: str, reason: str
) -> None:
    outcome = classify_reply(stage, code, words)

    assert (outcome.state, outcome.code, outcome.pause_campaign, outcome.hard) == (
        "retry",
        reason,
        True,
        False,
    )


def test_the_three_digits_win_over_an_enhanced_code_of_another_class() -> None:
    outcome = classify_reply("rcpt", 450, "5.1.1 Unknown, but only for now")

    assert (outcome.state, outcome.enhanced, outcome.smtp_code) == ("retry", "", 450)


@pytest.mark.parametrize("stage", [stage for stage in STAGES if stage != "dot"])
def test_silence_or_a_drop_before_the_dot_is_tried_again(stage: str) -> None:
    assert lost_connection(stage).state == timed_out(stage).state == "retry"


def test_silence_or_a_drop_after_the_dot_is_uncertain() -> None:
    assert (lost_connection("dot").state, lost_connection("dot").code) == ("uncertain", "dropped_after_dot")
    assert (timed_out("dot").state, timed_out("dot").code) == ("uncertain", "timeout_after_dot")


@pytest.mark.parametrize("stage", STAGES)
def test_every_answer_at_every_step_has_a_known_reason(stage: str) -> None:
    for code in range(200, 600):
        for words in ("", "5.1.1 x", "4.2.2 x", "5.9.9 x", "2.0.0"):
            outcome = classify_reply(stage, code, words)
            assert outcome.code in CODES
            assert (outcome.state == "sent") == (stage == "dot" and code < 300)
            if stage != "dot":
                assert outcome.state != "uncertain"


def test_the_servers_words_are_kept_short_and_without_addresses() -> None:
    outcome = classify_reply("rcpt", 550, "5.1.1 <eleni@shop.example> and x@y.example\r\nunknown " + "z" * 400)

    assert "@" not in outcome.reply and "\n" not in outcome.reply and len(outcome.reply) == 300
    assert outcome.reply.startswith("5.1.1 … and … unknown zz")
    assert trimmed_reply("χρήστης@ανθη.example: no") == "… no"


def test_bytes_that_are_no_text_are_read_all_the_same() -> None:
    assert classify_reply("rcpt", 550, b"5.1.1 \xff\xfe unknown").code == "refused_address"


def test_waits_grow_and_then_stay_hourly() -> None:
    waits = [retry_at(NOW, attempt, give_up_at=EVENING, jitter=0) - NOW for attempt in range(1, 8)]

    assert [wait.total_seconds() / 60 for wait in waits] == [1, 5, 15, 60, 60, 60, 60]


def test_jitter_only_ever_lengthens_a_wait() -> None:
    waits = {retry_at(NOW, 1, give_up_at=EVENING, jitter=0.5, random=Random(seed)) - NOW for seed in range(50)}

    assert len(waits) == 50
    assert timedelta(seconds=60) <= min(waits) and max(waits) <= timedelta(seconds=90)


def test_nobody_is_tried_again_after_the_last_sensible_hour() -> None:
    assert retry_at(NOW, 2, give_up_at=NOW + timedelta(seconds=301), jitter=0) == NOW + timedelta(seconds=300)
    assert retry_at(NOW, 2, give_up_at=NOW + timedelta(seconds=300), jitter=0) is None


def test_attempts_are_counted_from_one() -> None:
    with pytest.raises(ValueError):
        retry_at(NOW, 0, give_up_at=EVENING)
