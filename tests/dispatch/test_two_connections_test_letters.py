"""Two real PostgreSQL connections on test letters: one press is one letter, one letter leaves once."""

from datetime import timedelta

import pytest

from campaigns.dispatch.outcome import Outcome
from campaigns.dispatch.test_letters import (
    TESTS,
    WORDS_KEPT_FOR,
    forget_test_words,
    send_due_test_letters,
    settle_lost_test_letters,
)
from campaigns.models import Campaign, TestGroup, TestLetter
from campaigns.writing.previewing import preview
from campaigns.writing.test_letters import PRESSES, CannotTest, NameTaken, ask_test_letters, new_click, save_test_group
from tests.builders import BODY, NOW, STAMATIS, make_campaign, make_contact, make_user
from tests.connections import held_between
from tests.dispatch.hands import SENT, holder_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
LATER = NOW + timedelta(hours=1)


class Server:
    """A mail server that takes everything, and keeps what it was given."""

    def __init__(self) -> None:
        self.letters = []

    def deliver(self, letter) -> Outcome:
        self.letters.append(letter)
        return SENT


@pytest.fixture
def anna():
    return make_user("anna", email="anna@kafekopteio.example")


@pytest.fixture
def letter(anna):
    make_campaign(author=anna)
    return preview(
        make_contact(STAMATIS),
        subject="Χρόνια πολλά",
        body=BODY,
        manner="formal",
        campaign=Campaign.objects.get(),
        today=NOW.date(),
    )


def ask(letter, anna, click: str) -> list[TestLetter]:
    campaign = Campaign.objects.get()
    return ask_test_letters(letter, campaign=campaign, to=[anna], click=click, by=anna, now=NOW)


def in_hand(letter, anna) -> TestLetter:
    """A test letter that a worker on another machine is just sending."""
    ask(letter, anna, new_click())
    TestLetter.objects.update(state="sending", holder=holder_of("a"), attempt=1, lease_until=NOW)
    return TestLetter.objects.get()


def test_two_presses_of_one_button_are_one_letter(letter, anna):
    click = new_click()

    mine, other = held_between(lambda: ask(letter, anna, click), lambda: ask(letter, anna, click))

    assert mine == other.result
    assert TestLetter.objects.count() == 1


def test_two_presses_at_once_do_not_pass_the_limit(letter, anna):
    for _press in range(PRESSES - 1):
        ask(letter, anna, new_click())

    _mine, other = held_between(
        lambda: ask(letter, anna, new_click()), lambda: ask(letter, anna, new_click()), refusals=(CannotTest,)
    )

    assert (other.refusal.code, TestLetter.objects.count()) == ("too_often", PRESSES)


def test_two_workers_take_one_test_letter_and_one_sends_it(letter, anna):
    ask(letter, anna, new_click())
    first, second = Server(), Server()

    mine, other = held_between(
        lambda: send_due_test_letters(transport=first, clock=lambda: NOW),
        lambda: send_due_test_letters(transport=second, clock=lambda: NOW),
    )

    assert (mine, other.result) == (1, 0)
    assert (len(first.letters), len(second.letters)) == (1, 0)


@pytest.mark.parametrize("sweep_first", [True, False], ids=["the sweep first", "the holder first"])
def test_a_holder_slower_than_its_lease_has_the_last_word_about_its_test_letter(letter, anna, sweep_first):
    row = in_hand(letter, anna)
    steps = [lambda: settle_lost_test_letters(now=LATER), lambda: TESTS.record(row, SENT, now=NOW)]

    held_between(*(steps if sweep_first else reversed(steps)))

    kept = TestLetter.objects.get()
    assert (kept.state, kept.reason_code) == ("sent", "")


def test_two_sweeps_call_the_test_letter_of_a_dead_worker_uncertain_once(letter, anna):
    in_hand(letter, anna)

    mine, other = held_between(lambda: settle_lost_test_letters(now=LATER), lambda: settle_lost_test_letters(now=LATER))

    assert (mine, other.result) == (1, 0)


def test_words_that_are_forgotten_do_not_leave_half(letter, anna):
    ask(letter, anna, new_click())
    old = NOW + WORDS_KEPT_FOR + timedelta(minutes=1)
    server = Server()

    held_between(lambda: forget_test_words(now=old), lambda: send_due_test_letters(transport=server, clock=lambda: old))

    assert server.letters == []
    assert TestLetter.objects.get().reason_code == "words_gone"


def test_two_colleagues_give_a_name_to_one_group(anna):
    def save() -> TestGroup:
        return save_test_group(name="Μαγαζί", members=[anna], by=anna, now=NOW)

    mine, other = held_between(save, save, refusals=(NameTaken,))

    assert isinstance(other.refusal, NameTaken)
    assert list(TestGroup.objects.all()) == [mine]
