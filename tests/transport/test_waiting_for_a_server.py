"""No server, however silent, slow or strange, holds a letter longer than the settings allow."""

import signal
import socket
import threading
from collections.abc import Callable
from contextlib import suppress

import pytest

from campaigns.dispatch.outcome import Outcome
from campaigns.dispatch.transport import SmtpTransport
from tests.receiver.ledger import of_kind
from tests.receiver.process import RunningReceiver
from tests.transport.letters import a_letter

Connect = Callable[..., SmtpTransport]


def test_nobody_listening_is_a_reason_to_try_again() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        transport = SmtpTransport("127.0.0.1", nobody.getsockname()[1], connect_timeout=2)

        outcome = transport.deliver(a_letter())

    assert (outcome.state, outcome.code, outcome.reply) == ("retry", "no_connection", "Connection refused")


@pytest.mark.parametrize(
    "speech",
    [b"", b"220-never", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"x" * 20_000, b"220-a\r\n" * 20_000],
    ids=["silence", "half a line", "another protocol", "an endless line", "endless lines"],
)
def test_a_port_that_speaks_no_smtp_never_holds_us(speech: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def speak() -> None:
            peer, _ = server.accept()
            with peer, suppress(OSError):
                peer.sendall(speech)
                peer.settimeout(5)
                peer.recv(1)

        speaker = threading.Thread(target=speak)
        speaker.start()
        transport = SmtpTransport("127.0.0.1", server.getsockname()[1], connect_timeout=2, command_timeout=0.3)
        outcome = transport.deliver(a_letter())
        speaker.join()

    assert outcome.state == "retry"
    assert outcome.code == ("timeout_before_dot" if speech in (b"", b"220-never") else "unreadable_reply")


def test_a_server_that_drips_its_answer_does_not_outlast_the_time_limit() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        stop = threading.Event()

        def drip() -> None:
            peer, _ = server.accept()
            with peer, suppress(OSError):
                while not stop.wait(0.05):
                    peer.sendall(b"2")

        dripper = threading.Thread(target=drip)
        dripper.start()
        transport = SmtpTransport("127.0.0.1", server.getsockname()[1], command_timeout=0.4)
        outcome = transport.deliver(a_letter())
        stop.set()
        dripper.join()

    assert (outcome.state, outcome.code) == ("retry", "timeout_before_dot")


def test_all_steps_before_the_dot_share_one_time_limit(receiver: RunningReceiver, connect: Connect) -> None:
    receiver.set_rules(offers=[], delays_ms={"hello": 200, "mail": 200, "rcpt": 200, "data": 200})

    outcome = connect(receiver, command_timeout=5, letter_timeout=0.5).deliver(a_letter("shared.limit@shop.example"))

    assert (outcome.state, outcome.code) == ("retry", "timeout_before_dot")


def test_settling_quickly_ends_a_long_wait_after_the_dot(receiver: RunningReceiver, connect: Connect) -> None:
    transport, address = connect(receiver, dot_timeout=600), "hang-dot+settle@shop.example"
    outcomes: list[Outcome] = []
    sender = threading.Thread(target=lambda: outcomes.append(transport.deliver(a_letter(address))))
    sender.start()
    receiver.wait_for(lambda events: of_kind(events, "hanging", stage="dot", recipient=address))

    transport.settle_quickly(0.1)
    sender.join(20)

    assert [outcome.code for outcome in outcomes] == ["timeout_after_dot"]


def test_settling_quickly_ends_a_long_wait_before_the_dot_as_unsent(
    receiver: RunningReceiver, connect: Connect
) -> None:
    transport, address = connect(receiver, command_timeout=90), "hang-rcpt+settle@shop.example"
    outcomes: list[Outcome] = []
    sender = threading.Thread(target=lambda: outcomes.append(transport.deliver(a_letter(address))))
    sender.start()
    receiver.wait_for(lambda events: [e for e in of_kind(events, "rcpt") if e["recipient"] == address])

    transport.settle_quickly(0.1)
    sender.join(20)

    assert [outcome.code for outcome in outcomes] == ["timeout_before_dot"]


def test_a_server_that_hung_up_in_mid_letter_is_never_given_the_dot() -> None:
    heard = bytearray()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def hang_up_politely() -> None:
            peer, _ = server.accept()
            with peer:
                for answer in (b"220 here\r\n", b"250 here\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go on\r\n"):
                    peer.sendall(answer)
                    if not answer.startswith(b"354"):
                        peer.recv(4096)
                # Says no more but reads on: nothing fails while the letter is written.
                peer.shutdown(socket.SHUT_WR)
                while received := peer.recv(1 << 20):
                    heard.extend(received)

        listener = threading.Thread(target=hang_up_politely)
        listener.start()
        transport = SmtpTransport("127.0.0.1", server.getsockname()[1])
        outcome = transport.deliver(a_letter(html="<p>x</p>\n" * 100_000))
        listener.join()

    assert (outcome.state, outcome.code) == ("retry", "dropped_before_dot")
    assert len(heard) > 1_000_000 and not heard.endswith(b".\r\n")


class Interrupted(Exception):
    """What a task's time limit raises in the midst of anything."""


def test_an_interruption_from_outside_passes_through_and_leaves_no_line_half_used(
    receiver: RunningReceiver, connect: Connect
) -> None:
    def interrupt(number: int, frame: object) -> None:
        raise Interrupted

    transport = connect(receiver, dot_timeout=60)
    transport.deliver(a_letter("ahead@shop.example"))
    usual = signal.signal(signal.SIGALRM, interrupt)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.3)
        with pytest.raises(Interrupted):
            transport.deliver(a_letter("hang-dot+interrupted@shop.example"))
    finally:
        signal.signal(signal.SIGALRM, usual)

    assert transport.deliver(a_letter("behind@shop.example")).state == "sent"
    lines = {e["recipient"]: e["connection"] for e in of_kind(receiver.events(), "rcpt")}
    assert lines["ahead@shop.example"] == lines["hang-dot+interrupted@shop.example"] != lines["behind@shop.example"]
