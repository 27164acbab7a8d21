"""The final dot is a write of its own, so that a death or a drop before it is certainly a letter unsent.

The sender runs as a process of its own and is killed for good; the receiver's ledger says what had come by
then.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from campaigns.dispatch.wire import build_bytes
from tests.receiver.ledger import letters_by_recipient, of_kind
from tests.receiver.process import ROOT, RunningReceiver, running_receiver
from tests.transport.letters import a_letter

# Delivers one letter and dies by its own hand in the moment between the letter and its dot.
DIES_BEFORE_THE_DOT = """
import os, signal, sys
from campaigns.dispatch import transport
from campaigns.dispatch.connection import Connection
from tests.transport.letters import a_letter

class Mortal(Connection):
    def _write_dot(self):
        os.kill(os.getpid(), signal.SIGKILL)

transport.Connection = Mortal
transport.SmtpTransport("127.0.0.1", int(sys.argv[1])).deliver(a_letter(sys.argv[2]))
"""
DELIVERS = """
import sys
from campaigns.dispatch.transport import SmtpTransport
from tests.transport.letters import a_letter

print(SmtpTransport("127.0.0.1", int(sys.argv[1])).deliver(a_letter(sys.argv[2])).state)
"""
STOPS_IN_ORDER = """
import signal, sys
from campaigns.dispatch.transport import SmtpTransport
from tests.transport.letters import a_letter

transport = SmtpTransport("127.0.0.1", int(sys.argv[1]))
signal.signal(signal.SIGTERM, lambda number, frame: transport.settle_quickly(0.1))
print(transport.deliver(a_letter(sys.argv[2])).code)
"""


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[RunningReceiver]:
    with running_receiver(tmp_path) as receiver:
        yield receiver


def sender(program: str, receiver: RunningReceiver, address: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", program, str(receiver.port), address]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_a_sender_killed_before_the_dot_has_sent_every_byte_but_the_dot(receiver: RunningReceiver) -> None:
    with sender(DIES_BEFORE_THE_DOT, receiver, "before@shop.example") as process:
        assert process.wait(20) == -signal.SIGKILL

    closed = receiver.wait_for(lambda events: of_kind(events, "closed"))[0]
    assert closed["stage"] == "body"
    assert closed["body_bytes"] == len(build_bytes(a_letter("before@shop.example")))
    assert not of_kind(receiver.events(), "dot_received") and not letters_by_recipient(receiver.events())


def test_a_sender_killed_after_the_dot_has_sent_the_letter_once(receiver: RunningReceiver) -> None:
    receiver.set_rules(rules=[{"at": "kept", "do": "hang"}])
    with sender(DELIVERS, receiver, "after@shop.example") as process:
        receiver.wait_for(lambda events: of_kind(events, "hanging", recipient="after@shop.example"))
        os.kill(process.pid, signal.SIGKILL)
        assert process.wait(20) == -signal.SIGKILL
        assert process.stdout.read() == ""

    assert letters_by_recipient(receiver.events()) == {"after@shop.example": 1}
    assert not of_kind(receiver.events(), "answered", stage="kept")


@pytest.mark.parametrize(
    ("stage", "code"), [("rcpt", "timeout_before_dot"), ("dot", "timeout_after_dot")], ids=["before", "after"]
)
def test_an_orderly_stop_ends_the_wait_and_knows_the_side_of_the_dot(
    receiver: RunningReceiver, stage: str, code: str
) -> None:
    address = f"hang-{stage}@shop.example"
    with sender(STOPS_IN_ORDER, receiver, address) as process:
        receiver.wait_for(lambda events: of_kind(events, "hanging", recipient=address))
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        assert process.stdout.read() == f"{code}\n"
