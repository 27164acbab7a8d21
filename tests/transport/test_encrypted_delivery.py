"""STARTTLS and TLS from the first byte, with a certificate that is checked."""

import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from campaigns.dispatch.transport import SmtpTransport
from tests.receiver.ledger import letters_by_recipient, of_kind
from tests.receiver.process import CERTIFICATE, running_receiver
from tests.transport.letters import a_letter

Connect = Callable[..., SmtpTransport]
TRUSTED = ssl.create_default_context(cafile=CERTIFICATE)


@pytest.mark.parametrize(("security", "options"), [("starttls", []), ("tls", ["--implicit-tls"])])
def test_letters_go_encrypted_and_faults_are_sorted_as_ever(
    tmp_path: Path, connect: Connect, security: str, options: list[str]
) -> None:
    with running_receiver(tmp_path, "--certificate", str(CERTIFICATE), *options, users={"house": "secret"}) as receiver:
        transport = connect(
            receiver,
            security=security,
            tls_context=TRUSTED,
            username="house",
            password="secret",
            dot_timeout=0.5,
        )
        addresses = ["one", "refuse", "drop-data", "drop-kept", "hang-dot", "two"]
        outcomes = [transport.deliver(a_letter(f"{name}@shop.example")) for name in addresses]

        assert [outcome.state for outcome in outcomes] == [
            "sent",
            "failed",
            "retry",
            "uncertain",
            "uncertain",
            "sent",
        ]
        assert len(of_kind(receiver.events(), "encrypted")) == (4 if security == "starttls" else 0)
        assert letters_by_recipient(receiver.events()).keys() == {
            "one@shop.example",
            "drop-kept@shop.example",
            "two@shop.example",
        }


@pytest.mark.parametrize(("security", "options"), [("starttls", []), ("tls", ["--implicit-tls"])])
def test_a_certificate_nobody_vouches_for_gets_no_letter(
    tmp_path: Path, connect: Connect, security: str, options: list[str]
) -> None:
    with running_receiver(tmp_path, "--certificate", str(CERTIFICATE), *options) as receiver:
        outcome = connect(receiver, security=security).deliver(a_letter())

        assert (outcome.state, outcome.code) == ("retry", "tls_failed")
        assert not of_kind(receiver.events(), "mail")


def test_a_server_that_offers_no_encryption_gets_no_letter_in_the_clear(tmp_path: Path, connect: Connect) -> None:
    with running_receiver(tmp_path) as receiver:
        outcome = connect(receiver, security="starttls").deliver(a_letter())

        assert (outcome.state, outcome.code, outcome.pause_campaign) == ("retry", "tls_failed", True)
        assert not of_kind(receiver.events(), "mail")


def test_words_slipped_in_before_the_encryption_end_the_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def slip_in() -> None:
            peer, _ = server.accept()
            with peer, suppress(OSError):
                peer.sendall(b"220 here\r\n")
                peer.recv(1024)
                peer.sendall(b"250-here\r\n250 STARTTLS\r\n")
                peer.recv(1024)
                peer.sendall(b"220 go ahead\r\n250 a lie\r\n")
                peer.settimeout(5)
                peer.recv(1024)

        liar = threading.Thread(target=slip_in)
        liar.start()
        outcome = SmtpTransport("127.0.0.1", server.getsockname()[1], security="starttls").deliver(a_letter())
        liar.join()

    assert (outcome.state, outcome.code) == ("retry", "unreadable_reply")
