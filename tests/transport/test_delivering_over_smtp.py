"""Every fault a server can have, over real sockets, sorted by the final dot; and what it does to the next
letter.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from campaigns.dispatch.outcome import Outcome
from campaigns.dispatch.transport import SmtpTransport
from campaigns.dispatch.wire import build_bytes
from tests.receiver.ledger import letters_by_recipient, of_kind
from tests.receiver.process import RunningReceiver, running_receiver, start_receiver
from tests.transport.letters import a_letter

Connect = Callable[..., SmtpTransport]


def kept_for(receiver: RunningReceiver, address: str) -> int:
    return letters_by_recipient(receiver.events())[address]


def connections_of(receiver: RunningReceiver, *addresses: str) -> set[int]:
    return {e["connection"] for e in receiver.events() if e["event"] == "rcpt" and e["recipient"] in addresses}


def test_a_letter_arrives_as_the_very_bytes_it_was_written(receiver: RunningReceiver, connect: Connect) -> None:
    letter = a_letter(
        "bytes@shop.example", text="Dear all,\n.\n..two dots\nthe end.\n", return_path="b-1@house.example"
    )

    outcome = connect(receiver).deliver(letter)

    assert outcome == Outcome("sent", "accepted", "2.0.0 Kept", 250, "2.0.0")
    assert receiver.letters()[-1] == build_bytes(letter)
    kept = of_kind(receiver.events(), "kept")[-1]
    assert (kept["sender"], kept["recipients"]) == ("b-1@house.example", ["bytes@shop.example"])
    assert f"<{kept['message_id']}>" == letter.message_id


FAULTS = [
    # local part, options of the transport, the outcome, whether the receiver kept the letter
    ("refuse", {}, ("failed", "refused_address"), 0),
    ("full", {}, ("failed", "mailbox_full"), 0),
    ("spam", {}, ("retry", "policy"), 0),
    ("grey1", {}, ("retry", "greylisted"), 0),
    ("busy1", {}, ("retry", "server_busy"), 0),
    ("drop-rcpt", {}, ("retry", "dropped_before_dot"), 0),
    ("drop-data", {}, ("retry", "dropped_before_dot"), 0),
    ("hang-rcpt", {"command_timeout": 0.3}, ("retry", "timeout_before_dot"), 0),
    ("drop-dot", {}, ("uncertain", "dropped_after_dot"), 0),
    ("drop-kept", {}, ("uncertain", "dropped_after_dot"), 1),
    ("hang-dot", {"dot_timeout": 0.3}, ("uncertain", "timeout_after_dot"), 0),
    ("hang-kept", {"dot_timeout": 0.3}, ("uncertain", "timeout_after_dot"), 1),
    ("bye-rcpt1", {}, ("retry", "server_busy"), 0),
    ("drop-after", {}, ("sent", "accepted"), 1),
    ("drip", {}, ("sent", "accepted"), 1),
    ("many-lines", {}, ("sent", "accepted"), 1),
    ("slow", {"command_timeout": 0.2}, ("sent", "accepted"), 1),
]


@pytest.mark.parametrize("offers", [[], ["PIPELINING", "SIZE 100000"]], ids=["step by step", "pipelined"])
@pytest.mark.parametrize(("fault", "options", "expected", "kept"), FAULTS, ids=[fault[0] for fault in FAULTS])
def test_a_fault_has_its_outcome_and_spares_the_letters_around_it(
    receiver: RunningReceiver,
    connect: Connect,
    fault: str,
    options: dict,
    expected: tuple,
    kept: int,
    offers: list,
) -> None:
    receiver.set_rules(offers=offers)
    tag = f"{fault}.{len(offers)}"
    before, faulty, after = (
        f"before.{tag}@shop.example",
        f"{fault}+{tag}@shop.example",
        f"after.{tag}@shop.example",
    )
    transport = connect(receiver, **options)

    outcomes = [transport.deliver(a_letter(address)) for address in (before, faulty, after)]

    assert [outcome.state for outcome in outcomes] == ["sent", expected[0], "sent"]
    assert outcomes[1].code == expected[1]
    assert [kept_for(receiver, address) for address in (before, faulty, after)] == [1, kept, 1]


@pytest.mark.parametrize("fault", ["refuse", "full", "grey1", "busy1"])
def test_a_refusal_keeps_the_connection(receiver: RunningReceiver, connect: Connect, fault: str) -> None:
    addresses = [f"one.{fault}@shop.example", f"{fault}+kept.line@shop.example", f"two.{fault}@shop.example"]
    transport = connect(receiver)

    for address in addresses:
        transport.deliver(a_letter(address))

    assert len(connections_of(receiver, *addresses)) == 1


def test_a_server_that_asks_for_the_letter_of_nobody_gets_an_empty_one(
    receiver: RunningReceiver, connect: Connect
) -> None:
    receiver.set_rules(asks_for_nobodys_letter=True)
    transport = connect(receiver)

    refused = transport.deliver(a_letter("refuse+nobody@shop.example"))
    after = transport.deliver(a_letter("after.nobody@shop.example"))

    assert (refused.state, refused.code, after.state) == ("failed", "refused_address", "sent")
    assert [event["size"] for event in of_kind(receiver.events(), "dot_received", recipients=[])] == [0]
    assert len(connections_of(receiver, "refuse+nobody@shop.example", "after.nobody@shop.example")) == 1


def test_a_line_dropped_as_the_letter_begins_is_never_called_sent(receiver: RunningReceiver, connect: Connect) -> None:
    outcome = connect(receiver).deliver(a_letter("drop-354+begin@shop.example"))

    # Unsent where we noticed in time; when the dot was out before the drop reached us, only doubt is honest.
    assert outcome.code in ("dropped_before_dot", "dropped_after_dot")
    assert kept_for(receiver, "drop-354+begin@shop.example") == 0


def test_a_server_that_stops_reading_in_mid_letter_is_given_up_before_the_dot(tmp_path: Path, connect: Connect) -> None:
    with running_receiver(tmp_path, rules=[{"at": "body", "do": "stall"}]) as receiver:
        letter = a_letter("stall@shop.example", html="<p>x</p>\n" * 900_000)

        outcome = connect(receiver, command_timeout=0.5).deliver(letter)

        assert (outcome.state, outcome.code) == ("retry", "timeout_before_dot")


def test_a_login_refused_in_mid_campaign_pauses_it(receiver: RunningReceiver, connect: Connect) -> None:
    rule = {"at": "login", "sender": "later", "reply": "535 5.7.8 Locked", "after": 1}
    receiver.set_rules(users={"later": "secret"}, letters_per_connection=1, rules=[rule])
    transport = connect(receiver, username="later", password="secret")

    outcomes = [transport.deliver(a_letter(f"locked.{number}@shop.example")) for number in range(2)]

    assert [outcome.code for outcome in outcomes] == ["accepted", "login_refused"]
    assert outcomes[1].pause_campaign


def test_greylisted_twice_goes_at_the_third_try(receiver: RunningReceiver, connect: Connect) -> None:
    transport, letter = connect(receiver), a_letter("grey2+third@shop.example")

    states = [transport.deliver(letter).state for _ in range(3)]

    assert states == ["retry", "retry", "sent"]
    assert kept_for(receiver, "grey2+third@shop.example") == 1


@pytest.mark.parametrize("stage", ["connect", "hello"])
def test_a_line_dropped_before_mail_is_tried_again(receiver: RunningReceiver, connect: Connect, stage: str) -> None:
    receiver.set_rules(rules=[{"at": stage, "do": "drop", "total": 1}])
    transport, address = connect(receiver), f"early.{stage}@shop.example"

    states = [transport.deliver(a_letter(address)).state for _ in range(2)]

    assert states == ["retry", "sent"]
    assert kept_for(receiver, address) == 1


@pytest.mark.parametrize("deed", [{"do": "drop"}, {"reply": "421 4.4.2 Idle too long"}], ids=["drop", "421"])
def test_a_kept_line_that_died_while_idle_costs_nobody_an_attempt(
    receiver: RunningReceiver, connect: Connect, deed: dict
) -> None:
    transport = connect(receiver)
    transport.deliver(a_letter("awake@shop.example"))
    receiver.set_rules(rules=[{"at": "mail", "total": 1} | deed])
    address = f"asleep.{len(deed['do'] if 'do' in deed else deed['reply'])}@shop.example"

    outcome = transport.deliver(a_letter(address))

    assert outcome.state == "sent"
    assert kept_for(receiver, address) == 1


def test_a_fresh_line_that_dies_at_mail_is_left_for_later(receiver: RunningReceiver, connect: Connect) -> None:
    receiver.set_rules(rules=[{"at": "mail", "do": "drop"}])

    outcome = connect(receiver).deliver(a_letter("fresh@shop.example"))

    assert (outcome.state, outcome.code) == ("retry", "dropped_before_dot")


def test_a_server_that_takes_few_letters_on_a_line_gets_them_all(receiver: RunningReceiver, connect: Connect) -> None:
    receiver.set_rules(letters_per_connection=2)
    transport = connect(receiver)
    addresses = [f"few.{number}@shop.example" for number in range(7)]

    states = {transport.deliver(a_letter(address)).state for address in addresses}

    assert states == {"sent"}
    assert [kept_for(receiver, address) for address in addresses] == [1] * 7
    assert len(connections_of(receiver, *addresses)) == 4


def test_we_say_goodbye_after_our_own_number_of_letters(receiver: RunningReceiver, connect: Connect) -> None:
    transport = connect(receiver, letters_per_connection=2)
    addresses = [f"own.{number}@shop.example" for number in range(5)]
    farewells = len(of_kind(receiver.events(), "quit"))

    for address in addresses:
        transport.deliver(a_letter(address))
    transport.close()

    assert len(connections_of(receiver, *addresses)) == 3
    assert len(of_kind(receiver.events(), "quit")) == farewells + 3


def test_too_many_connections_is_a_wait_not_a_failure(receiver: RunningReceiver, connect: Connect) -> None:
    receiver.set_rules(connections=1)
    first, second = connect(receiver), connect(receiver)
    # Lines of the tests before may still be closing; the first letter waits its turn.
    receiver.wait_for(lambda events: len(of_kind(events, "connect")) == len(of_kind(events, "closed")))
    assert first.deliver(a_letter("line.one@shop.example")).state == "sent"

    refused = second.deliver(a_letter("line.two@shop.example"))
    first.close()
    receiver.wait_for(lambda events: len(of_kind(events, "connect")) == len(of_kind(events, "closed")))
    later = second.deliver(a_letter("line.two@shop.example"))

    assert (refused.state, refused.code, refused.smtp_code) == ("retry", "server_busy", 421)
    assert later.state == "sent"


def test_a_large_letter_cut_off_in_its_midst_is_certainly_unsent(receiver: RunningReceiver, connect: Connect) -> None:
    # Far more than the sockets buffer: the drop is met while writing, the dot is never reached.
    letter = a_letter("drop-body+large@shop.example", html="<p>x</p>\n" * 900_000)

    outcome = connect(receiver).deliver(letter)

    assert (outcome.state, outcome.code) == ("retry", "dropped_before_dot")
    assert kept_for(receiver, "drop-body+large@shop.example") == 0


def test_an_answer_given_before_the_dot_keeps_the_dot_back(receiver: RunningReceiver, connect: Connect) -> None:
    receiver.set_rules(rules=[{"at": "body", "recipient": "early@*", "reply": "451 4.3.0 Enough"}])

    outcome = connect(receiver).deliver(a_letter("early@shop.example", html="<p>x</p>\n" * 900_000))

    assert outcome.state == "retry"
    assert kept_for(receiver, "early@shop.example") == 0


def test_a_greek_address_goes_where_the_server_can_carry_it_and_is_held_elsewhere(
    receiver: RunningReceiver, connect: Connect
) -> None:
    letter = a_letter("χρήστης@ανθη.example")
    sent = connect(receiver).deliver(letter)
    receiver.set_rules(offers=["PIPELINING"])
    transport = connect(receiver)
    held = transport.deliver(letter)
    others = transport.deliver(a_letter("plain@shop.example"))

    assert (sent.state, held.state, held.code, others.state) == ("sent", "held", "needs_smtputf8", "sent")
    assert kept_for(receiver, "χρήστης@xn--mxamct.example") == 1
    assert "SMTPUTF8" in of_kind(receiver.events(), "mail")[-2]["options"]
    assert "SMTPUTF8" not in of_kind(receiver.events(), "mail")[-1]["options"]


def test_a_letter_above_the_servers_size_is_not_even_begun(receiver: RunningReceiver, connect: Connect) -> None:
    receiver.set_rules(offers=["SIZE 3000"])
    transport = connect(receiver)

    outcome = transport.deliver(a_letter("large@shop.example", text="x" * 5000))

    assert (outcome.state, outcome.code) == ("failed", "too_large")
    assert transport.deliver(a_letter("small@shop.example")).state == "sent"
    assert not connections_of(receiver, "large@shop.example")


def test_one_unwritable_letter_of_many_leaves_the_rest_alone(receiver: RunningReceiver, connect: Connect) -> None:
    transport = connect(receiver)
    letters = [a_letter(f"many.{number}@shop.example", to_name="Α\r\nBcc: b@shop.example") for number in range(20)]
    letters[7] = a_letter("a@b@c")

    outcomes = [transport.deliver(letter) for letter in letters]

    assert [outcome.state for outcome in outcomes].count("sent") == 19
    assert (outcomes[7].state, outcomes[7].code) == ("failed", "unwritable")
    assert "a@b" not in outcomes[7].reply


def test_login_opens_the_door_and_a_wrong_password_pauses_the_campaign(
    receiver: RunningReceiver, connect: Connect
) -> None:
    receiver.set_rules(users={"house": "κλειδί", "plain": "secret"})

    outcomes = [
        connect(receiver, username=user, password=password).deliver(a_letter(f"login.{number}@shop.example"))
        for number, (user, password) in enumerate(
            [("plain", "secret"), ("plain", "wrong"), ("house", "κλειδί"), ("", "")]
        )
    ]

    assert [outcome.state for outcome in outcomes] == ["sent", "retry", "retry", "retry"]
    # The third cannot be said in the ASCII that smtplib's login speaks; the fourth did not try.
    assert [outcome.code for outcome in outcomes[1:]] == ["login_refused"] * 3
    assert [outcome.pause_campaign for outcome in outcomes] == [False, True, True, True]


def test_a_login_nobody_asks_for_is_a_setting_to_mend(receiver: RunningReceiver, connect: Connect) -> None:
    outcome = connect(receiver, username="house", password="x").deliver(a_letter("no.auth@shop.example"))

    assert (outcome.state, outcome.code, outcome.pause_campaign) == ("retry", "login_refused", True)


def test_a_server_that_comes_back_is_found_again(tmp_path: Path, connect: Connect) -> None:
    with running_receiver(tmp_path) as first:
        transport = connect(first)
        assert transport.deliver(a_letter("early@shop.example")).state == "sent"
    gone = transport.deliver(a_letter("later@shop.example"))

    second = start_receiver(tmp_path, port=first.port)
    back = transport.deliver(a_letter("later@shop.example"))
    transport.close()
    second.stop()

    assert (gone.state, gone.code, back.state) == ("retry", "no_connection", "sent")
    assert letters_by_recipient(second.events()) == {"early@shop.example": 1, "later@shop.example": 1}


def test_our_name_is_an_address_literal_unless_the_settings_give_one(
    receiver: RunningReceiver, connect: Connect
) -> None:
    receiver.set_rules(rules=[{"at": "hello", "reply": "250 receiver.example"}])

    assert connect(receiver).deliver(a_letter("literal@shop.example")).state == "sent"
    assert connect(receiver, local_hostname="house.example").deliver(a_letter("named@shop.example")).state == "sent"
    said = [event["name"] for event in of_kind(receiver.events(), "hello")]
    assert said[-2:] == ["[127.0.0.1]", "house.example"]


@pytest.mark.parametrize("strays", [1, 2, 3, 4])
def test_a_connection_that_is_out_of_step_is_left(receiver: RunningReceiver, connect: Connect, strays: int) -> None:
    answers = "\r\n".join(["250 ok"] * (1 + strays))
    receiver.set_rules(rules=[{"recipient": f"{strays}.strays@shop.example", "at": "rcpt", "reply": answers}])
    transport = connect(receiver, command_timeout=1)

    outcome = transport.deliver(a_letter(f"{strays}.strays@shop.example"))

    assert (outcome.state, outcome.code) == ("retry", "unreadable_reply")
    # What it still says about the letter before is no answer to the next one.
    assert transport.deliver(a_letter(f"after.{strays}@shop.example")).state == "sent"
