"""A stop and a hand-over of the same letter at the same moment, over and over: whoever commits first has the last word.

Two connections are let go together, and the hand-over begins at some moment of the stop, drawn from a fixed seed. The
stop reads the letter as the last thing in its own transaction. Whatever it reads there has to stand in the end: a
letter that was in hand by then was handed over before the stop committed, and one that was not is never handed over
afterwards.
"""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from queue import SimpleQueue

import pytest
from django.db import connections, transaction
from django.db.models import ProtectedError

from campaigns.models import Message
from customers.models import Contact, ServiceCase, Suppression
from tests.builders import NOW, make_campaign, make_contact, make_letter
from tests.dispatch.hands import claim, seen
from tests.dispatch.stops import STOPS

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
ROUNDS = {"one click in a letter": 1_000}
ROUNDS_OF_OTHERS = 40


class Hand:
    """A thread with a connection of its own that does one thing after another."""

    def __init__(self) -> None:
        self._work: SimpleQueue[tuple[Callable[[], object], Future] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        try:
            while (each := self._work.get()) is not None:
                work, future = each
                try:
                    future.set_result(work())
                except Exception as error:
                    future.set_exception(error)
        finally:
            connections.close_all()

    def do(self, work: Callable[[], object]) -> Future:
        future: Future = Future()
        self._work.put((work, future))
        return future

    def end(self) -> None:
        self._work.put(None)
        self._thread.join(10)


@pytest.fixture
def hands() -> Iterator[tuple[Hand, Hand]]:
    both = Hand(), Hand()
    yield both
    for hand in both:
        hand.end()


def begin_anew(letter: Message) -> None:
    """The letter waits again, and nothing keeps it."""
    contact = letter.contact
    for stops in (Suppression.objects.all(), ServiceCase.objects.all()):
        stops._raw_delete("default")
    columns = ("kind", "email", "email_key", "address_digest", "typed_fields")
    Contact.objects.filter(pk=contact.pk).update(
        deceased=False,
        mourning_until=None,
        stopped_reason="",
        stopped_at=None,
        stopped_by=None,
        **{name: getattr(contact, name) for name in columns},
    )
    Message.objects.filter(pk=letter.pk).update(
        state="ready", reason_code="", reason_facts={}, holder="", lease_until=None, attempt=0
    )


def stopped(stop: Callable[[Message], object], letter: Message) -> str:
    """Stop, and return the state of the letter as the stop's own transaction knows it at its end."""
    with transaction.atomic():
        stop(letter)
        return Message.objects.values_list("state", flat=True).get(pk=letter.pk)


@pytest.mark.parametrize("name", STOPS)
def test_no_hand_over_begins_after_the_commit_of_a_stop(name, hands):
    letter = make_letter(make_campaign(state="sending"))
    due, chance, results = seen(letter), random.Random(20261221), Counter()
    stopping, taking = hands
    stop_seconds = 0.01  # how long the last stop took: the hand-over begins somewhere in the next one, or just after it

    for _round in range(ROUNDS.get(name, ROUNDS_OF_OTHERS)):
        begin_anew(letter)
        together, wait = threading.Barrier(2), chance.uniform(0, 1.3) * stop_seconds

        def stop(together=together) -> tuple[str, float]:
            together.wait(10)
            began = time.monotonic()
            return stopped(STOPS[name], letter), time.monotonic() - began

        def take(together=together, wait=wait) -> bool:
            together.wait(10)
            time.sleep(wait)
            return claim(due)

        known, taken = stopping.do(stop), taking.do(take)
        (at_the_end_of_the_stop, stop_seconds), is_taken = known.result(20), taken.result(20)

        in_the_end = Message.objects.values_list("state", flat=True).get(pk=letter.pk)
        assert in_the_end == at_the_end_of_the_stop
        assert is_taken == (in_the_end == "sending")
        assert in_the_end in ("sending", "skipped", "held")
        results[in_the_end] += 1

    # Both have been first, or the rounds would have shown nothing.
    assert len(results) == 2, results


def test_a_person_with_a_letter_is_not_deleted():
    letter = make_letter(make_campaign(state="sending"), make_contact())

    with pytest.raises(ProtectedError), transaction.atomic():
        letter.contact.delete()

    assert claim(letter, now=NOW)
