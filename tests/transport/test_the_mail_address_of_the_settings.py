"""One address in the settings names the way letters leave."""

from pathlib import Path

import pytest

from campaigns.dispatch.mailbox import count_letters
from campaigns.dispatch.transport import MailboxTransport, SmtpTransport, transport_from_url
from tests.receiver.ledger import letters_by_recipient, of_kind
from tests.receiver.process import CERTIFICATE, running_receiver
from tests.transport.letters import a_letter


def test_the_mailbox_is_in_its_usual_folder_or_in_the_one_named(tmp_path: Path) -> None:
    for url in ("mailbox:", f"mailbox://{tmp_path}/a%20named%20one"):
        transport = transport_from_url(url, mailbox_folder=tmp_path / "usual")
        assert isinstance(transport, MailboxTransport)
        transport.deliver(a_letter())

    assert count_letters(tmp_path / "usual") == count_letters(tmp_path / "a named one") == 1


def test_an_smtp_address_sends_with_its_user_password_and_encryption(tmp_path: Path) -> None:
    with running_receiver(tmp_path, "--certificate", str(CERTIFICATE), users={"house@x": "p/w:1"}) as receiver:
        transport = transport_from_url(
            f"smtp://house%40x:p%2Fw%3A1@127.0.0.1:{receiver.port}?tls=starttls&ca={CERTIFICATE}",
            mailbox_folder=tmp_path,
            local_hostname="house.example",
        )
        outcome = transport.deliver(a_letter("eleni@shop.example"))
        transport.close()

        assert outcome.state == "sent"
        assert of_kind(receiver.events(), "encrypted") and of_kind(receiver.events(), "login", accepted=True)
        assert letters_by_recipient(receiver.events()) == {"eleni@shop.example": 1}


@pytest.mark.parametrize(
    ("url", "port", "security"),
    [
        ("smtp://mail.example", 25, "none"),
        ("smtp://mail.example?tls=0", 25, "none"),
        ("smtp://mail.example/?tls=1", 587, "starttls"),
        ("smtp://mail.example:2525?tls=STARTTLS", 2525, "starttls"),
        ("smtps://mail.example", 465, "tls"),
    ],
)
def test_ports_and_encryption_have_their_usual_defaults(url: str, port: int, security: str) -> None:
    transport = transport_from_url(url, mailbox_folder="unused")

    assert isinstance(transport, SmtpTransport)
    assert (transport.port, transport.security) == (port, security)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mail.example",
        "http://mail.example",
        "smtp://",
        "smtp://u:hush@mail.example:port",
        "smtp://u:hush@mail.example:99999",
        "smtp://u:hush@mail.example/path",
        "smtp://u:hush@mail.example?tls=maybe",
        "smtp://u:hush@mail.example?timeout=3",
        "smtp://u:hush@mail.example?ca=/nowhere/hush.pem",
        "mailbox://folder",
        "mailbox:?x=1",
        "smtp://u:hush@[mail.example",
    ],
)
def test_a_bad_address_is_refused_in_a_sentence_that_tells_no_password(url: str) -> None:
    with pytest.raises(ValueError) as refusal:
        transport_from_url(url, mailbox_folder="unused")

    sentence = str(refusal.value)
    assert sentence[0].isupper() and sentence.endswith(".") and "hush" not in sentence
