"""Many hands at once on one campaign: begun once, paused and gone on with exactly, and never sent otherwise than
approved."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path

import pytest
from django.contrib.messages import get_messages
from django.db import connections
from django.test import Client
from django.urls import reverse

from campaigns.coverage import adds_up
from campaigns.dispatch.transport import transport_from_url
from campaigns.dispatch.work import work_lane
from campaigns.models import Campaign, Message
from campaigns.preparing import CannotPrepare, start_preparing
from campaigns.running import StepRefused, change_campaign, pause_campaign, resume_campaign, start_sending
from campaigns.writing.composing import Words, save_words, set_audience
from customers.models import AuditEntry, User
from tests.builders import BODY, NOW, make_campaign, make_contact, make_letter, make_user
from tests.dispatch.hands import claim
from tests.receiver import ledger
from tests.receiver.process import RunningReceiver, running_receiver

pytestmark = pytest.mark.django_db(transaction=True)
POSTS = 20
LETTERS, LANES, PAUSES = 60, 2, 5


# --- Send, pressed twenty times ---


@contextmanager
def own_connection() -> Iterator[None]:
    """A thread's own connection to the database, closed with it."""
    try:
        yield
    finally:
        connections.close_all()


def pressing(user: User, campaign: Campaign, step: str, together: threading.Barrier) -> Callable[[], list[str]]:
    """A browser of `user` that presses a button together with others, and reads what it is told."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)

    def press() -> list[str]:
        with own_connection():
            together.wait(30)
            response = client.post(reverse(f"campaigns:{step}", args=[campaign.pk]))
            assert response.status_code == 302
            return [str(message) for message in get_messages(response.wsgi_request)]

    return press


def pressed_together(campaign: Campaign, step: str, users: list[User]) -> list[str]:
    together = threading.Barrier(POSTS)
    presses = [
        pressing(user, campaign, step, together) for user, _number in zip(cycle(users), range(POSTS), strict=False)
    ]
    with ThreadPoolExecutor(POSTS) as threads:
        told = [future.result(60) for future in [threads.submit(press) for press in presses]]
    assert all(len(each) == 1 for each in told)
    return [sentence for each in told for sentence in each]


@pytest.fixture
def managers() -> list[User]:
    names = {"anna": "Anna Manou", "eleni": "Eleni Vlachou"}
    people = {username: name.split() for username, name in names.items()}
    return [
        make_user(username, role="manager", first_name=first, last_name=last)
        for username, (first, last) in people.items()
    ]


def test_twenty_who_press_send_together_begin_once_and_nineteen_are_told_by_whom(managers):
    campaign = make_campaign(state="approved", give_up_at=None)
    for _person in range(3):
        make_letter(campaign, state="draft", due_at=None, give_up_at=None)

    told = pressed_together(campaign, "campaign-send", managers)

    campaign.refresh_from_db()
    entry = AuditEntry.objects.get(verb="start_sending")
    assert (campaign.state, entry.actor_id) == ("sending", campaign.started_by_id)
    assert told.count("The letters are leaving.") == 1
    already = f"It has already begun: {campaign.started_by} sent it off on "
    assert sum(sentence.startswith(already) for sentence in told) == POSTS - 1
    assert set(Message.objects.values_list("state", flat=True)) == {"ready"}


def test_twenty_who_press_pause_together_pause_once(managers):
    campaign = make_campaign(state="sending")

    told = pressed_together(campaign, "campaign-pause", managers)

    assert AuditEntry.objects.filter(verb="pause_campaign").count() == 1
    assert sum(sentence.startswith("Paused.") for sentence in told) == 1


# --- Paused and gone on with, five times, while letters leave ---


class Workers:
    """One thread on each lane that works as Celery would ring it: again and again until nothing is left."""

    def __init__(self, campaign: Campaign, receiver: RunningReceiver, folder: Path) -> None:
        self._campaign, self._receiver, self._folder = campaign, receiver, folder
        self._over = threading.Event()
        self._threads = ThreadPoolExecutor(LANES)
        self._turns = [self._threads.submit(self._work, lane) for lane in range(LANES)]

    def _work(self, lane: int) -> int:
        tried_count = 0
        with own_connection():
            transport = transport_from_url(self._receiver.url, mailbox_folder=self._folder)
            while not self._over.is_set():
                turn = work_lane(
                    campaign_id=self._campaign.pk, lane=lane, transport=transport, clock=lambda: NOW, seconds=60
                )
                tried_count += turn.tried_count
                time.sleep(0.005)
            transport.close()
        return tried_count

    def end(self) -> int:
        """Stop ringing; return how many letters were tried."""
        self._over.set()
        tried_count = sum(turn.result(60) for turn in self._turns)
        self._threads.shutdown()
        return tried_count


def kept_count(receiver: RunningReceiver) -> int:
    return len(ledger.of_kind(receiver.events(), "kept"))


def nothing_in_hand(campaign: Campaign) -> bool:
    return not Message.objects.filter(campaign=campaign, state="sending").exists()


def eventually(true: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline, f"{what} did not happen"
        time.sleep(0.005)


def test_five_pauses_in_mid_sending_lose_nobody_and_write_to_nobody_twice(tmp_path):
    campaign, anna = make_campaign(state="sending", chosen_count=LETTERS), make_user("anna", role="manager")
    everybody = [make_letter(campaign, lane=number % LANES).to_address for number in range(LETTERS)]

    with running_receiver(tmp_path, "--no-sync", store=False, delays_ms={"dot": 5}) as receiver:
        workers = Workers(campaign, receiver, tmp_path / "mailbox")
        for pause in range(1, PAUSES + 1):
            eventually(lambda at=pause * LETTERS // (PAUSES + 2): kept_count(receiver) >= at, "sending")
            assert pause_campaign(campaign.pk, by=anna, now=NOW)
            seen = kept_count(receiver)
            eventually(lambda: nothing_in_hand(campaign), "the end of the letters in hand")
            left = kept_count(receiver)
            # Within one letter for each worker, and then none at all.
            assert left <= seen + LANES
            assert left == Message.objects.filter(state="sent").count() < LETTERS
            assert adds_up(Campaign.objects.get(pk=campaign.pk))
            resume_campaign(campaign.pk, by=anna, now=NOW)
        eventually(lambda: Message.objects.filter(state="sent").count() == LETTERS, "the last letter")
        tried_count = workers.end()

        assert (ledger.lost(receiver.events(), everybody), ledger.twice(receiver.events())) == (set(), {})
    assert tried_count == LETTERS
    assert AuditEntry.objects.filter(verb__in=["pause_campaign", "resume_campaign"]).count() == 2 * PAUSES


# --- What goes out is what was approved ---


def prepared_anew(campaign: Campaign, by: User) -> None:
    start_preparing(Campaign.objects.get(pk=campaign.pk), by=by, now=NOW)


def other_words(campaign: Campaign, by: User) -> None:
    words = Words(language="el", manner="formal", subject="Χρόνια πολλά", body=BODY, from_version=1)
    assert save_words(campaign.pk, words, by=by, now=NOW)


def words_in_another_language(campaign: Campaign, by: User) -> None:
    words = Words(language="en", manner="formal", subject="Season's greetings", body=BODY, from_version=1)
    assert save_words(campaign.pk, words, by=by, now=NOW)


def other_people(campaign: Campaign, by: User) -> None:
    assert set_audience(campaign.pk, {"choose": "city", "city": "Ξάνθη"}, by=by, now=NOW)


def any_change(campaign: Campaign, by: User) -> None:
    change_campaign(Campaign.objects.get(pk=campaign.pk), by=by, now=NOW, what="letter")


CHANGES = (other_words, words_in_another_language, other_people, any_change)


@pytest.mark.parametrize(
    ("state", "change"),
    [(state, change) for state in ("approved", "scheduled") for change in CHANGES] + [("approved", prepared_anew)],
)
def test_every_change_after_the_approval_raises_the_revision_and_nothing_is_sent(state, change):
    campaign = make_campaign(state=state, scheduled_at=NOW if state == "scheduled" else None)
    letter = make_letter(campaign, make_contact(), state="draft", due_at=None)

    change(campaign, campaign.author)

    campaign.refresh_from_db()
    assert campaign.revision > 1
    assert (campaign.approved_revision, campaign.approved_by, campaign.scheduled_at) == (None, None, None)
    with pytest.raises(StepRefused):
        start_sending(campaign.pk, by=make_user(role="manager"), now=NOW)
    left = Message.objects.filter(pk=letter.pk).first()
    assert left is None or (left.state == "draft" and not claim(left))


def test_letters_that_have_their_hour_are_not_prepared_anew_behind_its_back():
    campaign = make_campaign(state="scheduled", scheduled_at=NOW)

    with pytest.raises(CannotPrepare):
        prepared_anew(campaign, campaign.author)

    assert Campaign.objects.get().approved_revision == campaign.revision


def test_a_change_while_letters_leave_stops_them_and_they_do_not_go_on():
    campaign, anna = make_campaign(state="sending"), make_user("anna", role="manager")
    letters = [make_letter(campaign) for _person in range(2)]
    assert claim(letters[0])

    change_campaign(campaign, by=anna, now=NOW, what="letter")

    assert not claim(letters[1])
    with pytest.raises(StepRefused):
        resume_campaign(campaign.pk, by=anna, now=NOW)


def test_a_campaign_whose_approval_is_of_an_older_revision_hands_nothing_over():
    campaign = make_campaign(state="sending", revision=2)
    letter = make_letter(campaign)

    assert campaign.approved_revision == 1
    assert not claim(letter)
