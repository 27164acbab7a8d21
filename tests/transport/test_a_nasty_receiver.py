"""Every fault the receiver can play, spoken to by a bare socket or by the standard library: what a peer sees and
what the ledger says of it.
"""

import smtplib
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.receiver.ledger import letters_by_recipient, of_kind
from tests.receiver.process import RunningReceiver, running_receiver, write_rules
from tests.receiver.rules import STAGES

LETTER = b"Message-ID: <%d@house.example>\r\nSubject: x\r\n\r\nend\r\n"
ENVELOPE = b"MAIL FROM:<house@house.example>\r\nRCPT TO:<%s>\r\nDATA\r\n"


@pytest.fixture(scope="module")
def shared_receiver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningReceiver]:
    with running_receiver(tmp_path_factory.mktemp("nasty")) as receiver:
        yield receiver


class Bare:
    """A client that says exactly the bytes it is told to and hears exactly what comes."""

    def __init__(self, receiver: RunningReceiver) -> None:
        self.sock = socket.create_connection((receiver.host, receiver.port), 5)
        self.heard = b""

    def say(self, data: bytes) -> "Bare":
        self.sock.sendall(data)
        return self

    def lines(self, count: int) -> list[bytes]:
        """The next so many lines; fewer when the receiver hangs up before."""
        while self.heard.count(b"\r\n") < count and (received := self.sock.recv(65_536)):
            self.heard += received
        *lines, self.heard = self.heard.split(b"\r\n", count)
        return lines

    def rest(self) -> bytes:
        """All that comes until the end; `b"reset"` stands for a connection that was broken."""
        try:
            while received := self.sock.recv(65_536):
                self.heard += received
        except ConnectionResetError:
            return self.heard + b"reset"
        return self.heard

    def close(self) -> None:
        self.sock.close()


@pytest.fixture
def bare(shared_receiver: RunningReceiver) -> Iterator[Bare]:
    """A connection that has been greeted; the receiver may do what it wants with it from now on."""
    shared_receiver.set_rules()
    with closing(Bare(shared_receiver)) as client:
        client.lines(1)
        client.say(b"EHLO client.example\r\n").lines(5)
        yield client


@pytest.fixture
def receiver(shared_receiver: RunningReceiver) -> RunningReceiver:
    shared_receiver.set_rules()
    return shared_receiver


def last(receiver: RunningReceiver, kind: str) -> dict:
    return receiver.wait_for(lambda events: of_kind(events, kind))[-1]


def kept_for(receiver: RunningReceiver, address: str) -> int:
    return letters_by_recipient(receiver.events())[address]


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data", "354", "body", "dot", "kept"])
@pytest.mark.parametrize("deed", ["drop", "hang", "421"])
def test_it_breaks_off_falls_silent_or_closes_at_any_step_of_a_letter(
    receiver: RunningReceiver, bare: Bare, stage: str, deed: str
) -> None:
    address = f"{deed}.{stage}@shop.example"
    manner = {"reply": "421 4.3.2 Closing"} if deed == "421" else {"do": deed}
    receiver.set_rules(rules=[{"at": stage, "total": 1} | manner])

    bare.say(ENVELOPE % address.encode())
    if stage in ("body", "dot", "kept"):
        bare.lines(3)
        bare.say(LETTER % 1 + b".\r\n")
    if deed == "hang":
        answers_before = {"mail": 0, "rcpt": 1, "data": 2, "354": 3}.get(stage, 0)
        receiver.wait_for(lambda events: of_kind(events, "hanging", stage=stage))
        assert len(bare.lines(answers_before)) == answers_before and not bare.heard
        bare.sock.shutdown(socket.SHUT_WR)
    heard = bare.rest()

    assert heard.endswith({"drop": b"reset", "hang": b"", "421": b"421 4.3.2 Closing\r\n"}[deed])
    assert (b"250 2.0.0 Kept" in heard) is False
    assert kept_for(receiver, address) == (1 if stage == "kept" else 0)
    if deed != "421":
        assert last(receiver, {"drop": "dropped", "hang": "hanging"}[deed])["stage"] == stage


@pytest.mark.parametrize("stage", ["connect", "hello"])
def test_it_breaks_off_before_any_letter(receiver: RunningReceiver, stage: str) -> None:
    receiver.set_rules(rules=[{"at": stage, "do": "drop", "total": 1}])

    try:
        client = Bare(receiver)
    except ConnectionResetError:  # so early that connecting itself was told
        assert stage == "connect"
    else:
        with closing(client):
            if stage == "hello":
                client.lines(1)
                client.say(b"EHLO client.example\r\n")
            assert client.rest() == b"reset"

    assert last(receiver, "dropped")["stage"] == stage


@pytest.mark.parametrize("stage", ["rset", "noop", "quit"])
def test_it_breaks_off_at_the_small_commands_too(receiver: RunningReceiver, bare: Bare, stage: str) -> None:
    receiver.set_rules(rules=[{"at": stage, "do": "drop"}])

    assert bare.say(stage.encode() + b"\r\n").rest() == b"reset"


def test_it_breaks_off_after_so_many_bytes_of_a_letter(receiver: RunningReceiver, bare: Bare) -> None:
    receiver.set_rules(rules=[{"at": "body", "after_bytes": 5000, "do": "drop"}])
    bare.say(ENVELOPE % b"cut@shop.example").lines(3)

    for _ in range(4):
        bare.say(b"x" * 998 + b"\r\n")
    receiver.set_rules(rules=[{"at": "body", "after_bytes": 5000, "do": "drop"}, {"at": "rset", "reply": "250 x"}])
    assert not of_kind(receiver.events(), "dropped", stage="body", recipient="cut@shop.example")
    bare.say(b"x" * 998 + b"\r\n")

    assert bare.rest() == b"reset"
    assert 5000 <= last(receiver, "closed")["body_bytes"] < 5100
    assert kept_for(receiver, "cut@shop.example") == 0


def test_it_breaks_off_once_the_letter_is_kept_and_the_answer_given(receiver: RunningReceiver, bare: Bare) -> None:
    receiver.set_rules(rules=[{"at": "kept", "then": "drop"}])
    bare.say(ENVELOPE % b"kept@shop.example").lines(3)

    bare.say(LETTER % 2 + b".\r\n")

    assert bare.rest() == b"250 2.0.0 Kept\r\nreset"
    assert kept_for(receiver, "kept@shop.example") == 1


def test_it_hangs_up_in_order_after_an_answer(receiver: RunningReceiver, bare: Bare) -> None:
    receiver.set_rules(rules=[{"at": "rcpt", "reply": "451 4.3.0 Later", "then": "close"}])

    assert bare.say(ENVELOPE % b"later@shop.example").rest() == b"250 2.1.0 Sender fine\r\n451 4.3.0 Later\r\n"


def test_it_stops_reading_in_mid_letter_so_that_writing_stops(tmp_path: Path) -> None:
    # Its own receiver: who reads no more does not notice either that the peer is gone.
    rules = [{"at": "body", "do": "stall"}]
    with running_receiver(tmp_path, rules=rules) as receiver, closing(Bare(receiver)) as client:
        client.lines(1)
        client.say(b"EHLO client.example\r\n").lines(5)
        client.say(ENVELOPE % b"stall@shop.example").lines(3)

        client.sock.settimeout(0.3)
        with pytest.raises(TimeoutError):
            for _ in range(1000):
                client.say(b"x" * 65_534 + b"\r\n")

        assert last(receiver, "hanging")["stage"] == "body"


def test_it_greylists_each_address_on_its_own(receiver: RunningReceiver) -> None:
    receiver.set_rules(rules=[{"recipient": "*@grey.example", "at": "rcpt", "reply": "451 4.7.1 Later", "times": 2}])

    with smtplib.SMTP(receiver.host, receiver.port) as client:
        client.ehlo()
        codes = []
        for who in ("anna", "petros", "anna", "anna", "petros", "petros"):
            client.mail("house@house.example")
            codes.append(client.rcpt(f"{who}@grey.example")[0])
            client.rset()

    assert codes == [451, 451, 451, 250, 451, 250]


def test_it_says_421_after_so_many_letters(receiver: RunningReceiver) -> None:
    receiver.set_rules(letters_per_connection=2)

    with smtplib.SMTP(receiver.host, receiver.port) as client:
        for number in range(2):
            client.sendmail("house@house.example", "few@shop.example", LETTER % number)
        with pytest.raises(smtplib.SMTPSenderRefused) as refused:
            client.sendmail("house@house.example", "few@shop.example", LETTER % 3)

    assert refused.value.smtp_code == 421 and kept_for(receiver, "few@shop.example") == 2


def test_it_takes_only_so_many_connections_at_once(receiver: RunningReceiver) -> None:
    receiver.wait_for(lambda events: len(of_kind(events, "connect")) == len(of_kind(events, "closed")))
    receiver.set_rules(connections=1)

    with closing(Bare(receiver)) as first, closing(Bare(receiver)) as second:
        assert first.lines(1)[0].startswith(b"220")
        assert second.rest() == b"421 4.7.0 Too many connections\r\n"


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data", "dot"])
def test_an_answer_may_be_delayed(receiver: RunningReceiver, bare: Bare, stage: str) -> None:
    receiver.set_rules(delays_ms={stage: 150})
    began = time.monotonic()

    bare.say(ENVELOPE % b"slow.answer@shop.example").lines(3)
    bare.say(LETTER % 4 + b".\r\n")

    assert bare.lines(1) == [b"250 2.0.0 Kept"]
    assert time.monotonic() - began >= 0.15


def test_slow_after_the_dot_means_kept_and_not_yet_answered(receiver: RunningReceiver, bare: Bare) -> None:
    receiver.set_rules(rules=[{"at": "kept", "do": "delay", "ms": 400}])
    bare.say(ENVELOPE % b"later.answer@shop.example").lines(3)

    bare.say(LETTER % 5 + b".\r\n")
    receiver.wait_for(lambda events: letters_by_recipient(events)["later.answer@shop.example"])
    bare.sock.setblocking(False)
    with pytest.raises(BlockingIOError):
        bare.sock.recv(1)

    bare.sock.settimeout(5)
    assert bare.lines(1) == [b"250 2.0.0 Kept"]


def test_a_letter_whose_sender_did_not_wait_for_the_slow_answer_is_kept(receiver: RunningReceiver, bare: Bare) -> None:
    receiver.set_rules(rules=[{"at": "dot", "do": "delay", "ms": 150}])
    bare.say(ENVELOPE % b"impatient@shop.example").lines(3)

    bare.say(LETTER % 6 + b".\r\n")
    bare.close()

    receiver.wait_for(lambda events: letters_by_recipient(events)["impatient@shop.example"])


def test_an_answer_may_come_byte_by_byte(receiver: RunningReceiver, bare: Bare) -> None:
    receiver.set_rules(rules=[{"at": "rcpt", "reply": "450 4.2.1 Busy", "drip_ms": 10}])
    bare.say(b"MAIL FROM:<house@house.example>\r\n").lines(1)
    bare.say(b"RCPT TO:<drip@shop.example>\r\n")

    pieces = []
    while not b"".join(pieces).endswith(b"\r\n"):
        pieces.append(bare.sock.recv(100))

    assert b"".join(pieces) == b"450 4.2.1 Busy\r\n"
    assert len(pieces) > 4


def test_an_answer_may_have_many_lines(receiver: RunningReceiver) -> None:
    with smtplib.SMTP(receiver.host, receiver.port) as client:
        client.ehlo()
        client.mail("house@house.example")
        code, words = client.rcpt("many-lines@shop.example")

    assert code == 250 and words == b"\n".join([b"2.1.5 Recipient fine"] * 200)


def test_data_may_be_asked_for_although_every_recipient_was_refused(receiver: RunningReceiver, bare: Bare) -> None:
    receiver.set_rules(asks_for_nobodys_letter=True)

    answers = bare.say(ENVELOPE % b"refuse+nobody@shop.example").lines(3)
    bare.say(b".\r\n")

    assert [answer[:3] for answer in answers] == [b"250", b"550", b"354"]
    assert bare.lines(1) == [b"554 5.5.1 No valid recipients"]
    letter = last(receiver, "dot_received")
    assert (letter["recipients"], letter["size"]) == ([], 0)
    assert kept_for(receiver, "refuse+nobody@shop.example") == 0


@pytest.mark.parametrize("sequel", ["", "read_on"])
def test_an_answer_may_come_in_mid_letter(receiver: RunningReceiver, bare: Bare, sequel: str) -> None:
    rule = {"at": "body", "after_bytes": 100, "reply": "552 5.3.4 Enough"} | ({"then": sequel} if sequel else {})
    receiver.set_rules(rules=[rule])
    bare.say(ENVELOPE % b"early@shop.example").lines(3)

    bare.say(b"x" * 200 + b"\r\n")
    assert bare.lines(1) == [b"552 5.3.4 Enough"]

    if sequel:
        bare.say(b"more\r\n.\r\nNOOP\r\n")
        assert bare.lines(1) == [b"250 2.0.0 Still here"]
    else:
        assert bare.rest() == b""
    assert kept_for(receiver, "early@shop.example") == 0


def test_what_is_not_offered_is_refused(receiver: RunningReceiver) -> None:
    receiver.set_rules(offers=["8BITMIME"])

    with smtplib.SMTP(receiver.host, receiver.port) as client:
        client.ehlo()
        assert not any(client.has_extn(name) for name in ("pipelining", "smtputf8", "size"))
        assert client.docmd("MAIL FROM:<house@house.example> SIZE=10")[0] == 555
        assert client.docmd("MAIL FROM:<house@house.example> SMTPUTF8")[0] == 555
        assert client.docmd("MAIL FROM:<house@house.example> BODY=8BITMIME")[0] == 250
        client.command_encoding = "utf-8"
        assert client.docmd("RCPT TO:<χρήστης@shop.example>")[0] == 553
        client.send("RSET\r\nNOOP\r\n")
        assert client.getreply()[0] == 554


def test_a_letter_above_the_size_offered_is_refused_at_mail_and_after_the_dot(receiver: RunningReceiver) -> None:
    receiver.set_rules(offers=["SIZE 1000"])

    with smtplib.SMTP(receiver.host, receiver.port) as client:
        client.ehlo()
        assert client.docmd("MAIL FROM:<house@house.example> SIZE=1001")[0] == 552
        client.mail("house@house.example")
        client.rcpt("large@shop.example")
        assert client.data(b"x" * 990 + b"\r\n" + b"y" * 990 + b"\r\n")[0] == 552

    assert kept_for(receiver, "large@shop.example") == 0


def test_the_third_login_is_refused(receiver: RunningReceiver) -> None:
    # Twice, because the standard library tries its second method when the first is refused.
    receiver.set_rules(
        users={"house": "secret"}, rules=[{"at": "login", "reply": "535 5.7.8 Not today", "after": 2, "total": 2}]
    )
    codes = []

    for _ in range(4):
        with smtplib.SMTP(receiver.host, receiver.port) as client:
            try:
                codes.append(client.login("house", "secret")[0])
            except smtplib.SMTPAuthenticationError as refused:
                codes.append(refused.smtp_code)

    assert codes == [235, 235, 535, 235]


def test_a_word_of_the_rules_that_nobody_obeys_is_a_fault_of_the_test(tmp_path: Path) -> None:
    for rules in ({"rule": []}, {"rules": [{"at": "recipient"}]}, {"rules": [{"at": "dot", "do": "explode"}]}):
        with pytest.raises(ValueError, match="The receiver knows no"):
            write_rules(tmp_path / "rules.json", rules)

    write_rules(tmp_path / "rules.json", {"rules": [{"at": stage} for stage in STAGES]})


def test_counting_alone_notes_who_got_which_letter_and_nothing_else(tmp_path: Path) -> None:
    with running_receiver(tmp_path, "--counts-only", store=False) as receiver:
        with smtplib.SMTP(receiver.host, receiver.port) as client:
            for number in range(3):
                client.sendmail("house@house.example", f"person{number}@shop.example", LETTER % number)
        events = receiver.wait_for(lambda events: events if len(of_kind(events, "kept")) == 3 else None)

    assert [event["event"] for event in events] == ["listening", "connect", "kept", "kept", "kept"]
    assert [(event["recipients"], event["message_id"]) for event in of_kind(events, "kept")] == [
        ([f"person{number}@shop.example"], f"{number}@house.example") for number in range(3)
    ]


def test_many_talk_at_once_and_each_letter_is_counted_once(receiver: RunningReceiver) -> None:
    def talk(line: int) -> None:
        with smtplib.SMTP(receiver.host, receiver.port) as client:
            for number in range(10):
                client.sendmail("house@house.example", f"crowd.{line}.{number}@shop.example", LETTER % number)

    threads = [threading.Thread(target=talk, args=(line,)) for line in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    crowd = {who: count for who, count in letters_by_recipient(receiver.events()).items() if who.startswith("crowd.")}
    assert len(crowd) == 80 and set(crowd.values()) == {1}
