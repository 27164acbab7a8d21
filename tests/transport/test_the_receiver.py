"""The receiver the fault tests lean on: spoken to by the standard library, so that it is checked by
somebody else.
"""

import os
import signal
import smtplib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.receiver.ledger import LedgerTimeout, lost, message_ids, of_kind, read_ledger, strangers, twice
from tests.receiver.process import CERTIFICATE, ROOT, RunningReceiver, running_receiver

LETTER = b"Message-ID: <%d@house.example>\r\nSubject: x\r\n\r\n.dot\r\n..\r\nend\r\n"


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[RunningReceiver]:
    with running_receiver(tmp_path) as receiver:
        yield receiver


def test_kept_letters_are_counted_by_recipient_from_outside(receiver: RunningReceiver) -> None:
    with smtplib.SMTP(receiver.host, receiver.port) as client:
        for number, who in enumerate(["anna", "Anna", "eleni"]):
            client.sendmail("house@house.example", f"{who}@shop.example", LETTER % number)

    events = receiver.events()
    assert twice(events) == {"anna@shop.example": 2}
    assert lost(events, ["anna@shop.example", "petros@shop.example"]) == {"petros@shop.example"}
    assert strangers(events, ["anna@shop.example"]) == {"eleni@shop.example"}
    assert message_ids(events) == {f"{number}@house.example": 1 for number in range(3)}
    assert receiver.letters() == [LETTER % number for number in range(3)]


def test_events_are_numbered_without_a_gap_and_stand_in_the_order_they_happened(
    receiver: RunningReceiver,
) -> None:
    with smtplib.SMTP(receiver.host, receiver.port) as client:
        client.sendmail("house@house.example", "anna@shop.example", LETTER % 1)

    events = receiver.wait_for(lambda events: events if of_kind(events, "closed") else None)
    assert [event["n"] for event in events] == list(range(1, len(events) + 1))
    assert [event["event"] for event in events if event["event"] != "answered"] == [
        "listening",
        "connect",
        "hello",
        "mail",
        "rcpt",
        "data_begun",
        "dot_received",
        "kept",
        "quit",
        "closed",
    ]


def test_an_answer_is_in_the_ledger_before_the_peer_reads_it(receiver: RunningReceiver) -> None:
    with smtplib.SMTP(receiver.host, receiver.port) as client:
        for number in range(20):
            client.sendmail("house@house.example", "anna@shop.example", LETTER % number)
            assert len(of_kind(receiver.events(), "kept")) == number + 1
            assert receiver.events()[-1]["reply"] == "250 2.0.0 Kept"


def test_rules_change_while_it_runs(receiver: RunningReceiver) -> None:
    with smtplib.SMTP(receiver.host, receiver.port) as client:
        receiver.set_rules(rules=[{"recipient": "anna@*", "at": "rcpt", "reply": "550 5.1.1 Gone", "times": 1}])
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            client.sendmail("house@house.example", "anna@shop.example", LETTER % 1)
        client.sendmail("house@house.example", "anna@shop.example", LETTER % 2)
        receiver.set_rules(rules=[{"sender": "house@*", "at": "mail", "reply": "451 4.3.0 Later"}])
        with pytest.raises(smtplib.SMTPSenderRefused):
            client.sendmail("house@house.example", "anna@shop.example", LETTER % 3)

    assert message_ids(receiver.events()) == {"2@house.example": 1}


def test_it_speaks_tls_and_asks_for_a_password(tmp_path: Path) -> None:
    with running_receiver(tmp_path, "--certificate", str(CERTIFICATE), users={"house": "secret"}) as receiver:
        with smtplib.SMTP(receiver.host, receiver.port) as client:
            client.starttls()
            with pytest.raises(smtplib.SMTPSenderRefused):
                client.sendmail("house@house.example", "anna@shop.example", LETTER % 1)
            with pytest.raises(smtplib.SMTPAuthenticationError):
                client.login("house", "guess")
            client.login("house", "secret")
            client.sendmail("house@house.example", "anna@shop.example", LETTER % 2)

        assert message_ids(receiver.events()) == {"2@house.example": 1}


def test_it_works_where_the_quicker_event_loop_is_not_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "uvloop.py").write_text("raise ImportError('not on this system')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    with running_receiver(tmp_path, "--certificate", str(CERTIFICATE)) as receiver:
        with smtplib.SMTP(receiver.host, receiver.port) as client:
            client.starttls()
            client.sendmail("house@house.example", "anna@shop.example", LETTER % 1)

        assert message_ids(receiver.events()) == {"1@house.example": 1}


def test_a_second_receiver_in_the_folder_goes_on_where_the_first_ended(tmp_path: Path) -> None:
    for number in (1, 2):
        with running_receiver(tmp_path) as receiver, smtplib.SMTP(receiver.host, receiver.port) as client:
            client.sendmail("house@house.example", "anna@shop.example", LETTER % number)

    assert receiver.letters() == [LETTER % 1, LETTER % 2]
    assert [event["n"] for event in receiver.events()] == list(range(1, len(receiver.events()) + 1))


def test_waiting_in_vain_says_how_the_ledger_ends(receiver: RunningReceiver) -> None:
    with pytest.raises(LedgerTimeout, match="listening#0"):
        receiver.wait_for(lambda events: of_kind(events, "kept"), timeout=0.05)


def test_it_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    program = (
        "import os, signal, sys; from pathlib import Path\n"
        "from tests.receiver.process import start_receiver\n"
        "print(start_receiver(Path(sys.argv[1])).process.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as parent:
        receiver_pid = int(parent.stdout.readline())
        # The receiver inherited the pipe: it reads as closed only when the receiver is gone as well.
        assert parent.stdout.read() == ""
        assert parent.wait(20) == -signal.SIGKILL

    assert receiver_pid != os.getpid()
    assert of_kind(read_ledger(tmp_path / "ledger.jsonl"), "listening")
