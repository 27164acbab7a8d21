import os
import signal
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from campaigns.coverage import Coverage, coverage_of
from campaigns.models import Campaign, Message, StaffNotice
from tests.builders import make_campaign, make_contact, make_letter
from tests.receiver.ledger import lost, of_kind, strangers, twice
from tests.receiver.process import RunningReceiver, start_receiver
from tests.redis_server import installed_redis, running_redis
from tests.workers import Running, freeze_process, house_environment, start_beat, start_module, start_worker, wait_until


@dataclass
class House:
    """A house with letters ready to leave, a receiver, and workers that tests start and kill."""

    folder: Path
    receiver: RunningReceiver
    campaign: Campaign
    people: list[str]
    environment: dict[str, str]
    running: list[Running] = field(default_factory=list)
    killed: set[int] = field(default_factory=set)

    def start_worker(self, *, threads: int = 2, pool: str = "threads") -> Running:
        worker = start_worker(self.environment, self.worker_log, threads=threads, pool=pool)
        self.running.append(worker)
        return worker

    def start_beat(self) -> Running:
        beat = start_beat(self.environment, self.folder / "beat.log")
        self.running.append(beat)
        return beat

    def start_worker_with_a_wrong_clock(self, hours: int) -> Running:
        arguments = (str(hours), str(self.campaign.pk))
        log = self.folder / f"shifted{hours}.log"
        shifted = start_module("tests.faults.shifted_worker", *arguments, environment=self.environment, log=log)
        self.running.append(shifted)
        return shifted

    @property
    def worker_log(self) -> Path:
        return self.folder / "worker.log"

    def coverage(self) -> Coverage:
        return coverage_of(self.campaign)

    def looked_at(self) -> Coverage:
        """How everybody stands now; the sums hold at every look."""
        coverage = self.coverage()
        assert coverage.chosen == len(self.people), coverage
        return coverage

    def wait_until_nothing_waits(self, *, seconds: float = 40) -> Coverage:
        """Wait until no letter is ready, in hand or to be tried again."""

        def over() -> Coverage | None:
            coverage = self.looked_at()
            return None if coverage.classes["waiting"] else coverage

        return wait_until(over, seconds=seconds, what=lambda: f"the end of the campaign ({self.coverage()})")

    def wait_until_everybody_is_reached(self) -> None:
        """Wait until each letter is known to have gone. Until then a living holder may be taken for a dead one."""

        def reached() -> bool:
            return self.looked_at().classes["reached"] == len(self.people)

        wait_until(reached, seconds=60, what=lambda: f"a letter for everybody ({self.coverage()})")

    def wait_until_paused(self) -> Campaign:
        def paused() -> bool:
            self.looked_at()
            self.campaign.refresh_from_db()
            return self.campaign.state == Campaign.State.PAUSED

        wait_until(paused, what="the pause")
        wait_until(lambda: not self.looked_at().in_hand, what="the last answers of the letters in hand")
        return self.campaign

    def assert_pause_holds(self) -> None:
        """Sweeps go by, and no letter is taken in hand."""
        before = sum(self.attempts())
        self.start_beat()
        self.wait_for_sweeps(2)
        assert sum(self.attempts()) == before, "a letter left a campaign that waits for a person"

    def attempts(self) -> list[int]:
        return list(Message.objects.filter(campaign=self.campaign).values_list("attempt", flat=True))

    def wait_until_kept(self, count: int, *, seconds: float = 30) -> None:
        self.receiver.wait_for(lambda events: len(of_kind(events, "kept")) >= count, timeout=seconds)

    def wait_for_sweeps(self, count: int) -> None:
        """Wait until so many sweeps more have come to their end."""
        begun = self.done("campaigns.tasks.sweep")
        wait_until(lambda: self.done("campaigns.tasks.sweep") >= begun + count, what=f"{count} sweeps")

    def done(self, task: str) -> int:
        """How often the workers have brought a task to its end."""
        lines = self.worker_log.read_text(errors="replace").splitlines()
        return sum(f"Task {task}[" in line and " succeeded in " in line for line in lines)

    def hands(self) -> list[tuple[int, str]]:
        """Who has a letter in hand, as the database knows it: (number of the process, address of the letter)."""
        letters = Message.objects.filter(campaign=self.campaign, state="sending").values_list("holder", "to_address")
        return [(int(holder.split("|")[1]), address) for holder, address in letters]

    def kill_a_process_with_a_letter_in_hand(self) -> set[str]:
        """Aim by the database: freeze a process that holds a letter, see that it still does, kill -9. Return its
        letters.
        """

        def frozen() -> tuple[int, set[str]] | None:
            for pid, _address in self.hands():
                if pid in self.killed or not freeze_process(pid):
                    continue
                if held := {address for holder, address in self.hands() if holder == pid}:
                    return pid, held
                os.kill(pid, signal.SIGCONT)
            return None

        pid, held = wait_until(frozen, what="a letter in the hand of a process")
        os.kill(pid, signal.SIGKILL)
        self.killed.add(pid)
        return held

    def letter(self, address: str) -> Message:
        return Message.objects.get(campaign=self.campaign, to_address=address)

    def by_state(self, state: str) -> set[str]:
        return set(Message.objects.filter(campaign=self.campaign, state=state).values_list("to_address", flat=True))

    def uncertain(self) -> list[str]:
        return sorted(self.by_state("uncertain"))

    def kept(self) -> set[str]:
        """Who has a letter, counted from outside."""
        return {recipient for event in of_kind(self.receiver.events(), "kept") for recipient in event["recipients"]}

    def assert_one_alarm(self, code: str) -> None:
        """Each colleague who is to know has been told, and nobody twice."""
        notices = StaffNotice.objects.filter(campaign=self.campaign)
        told = list(notices.values_list("to_id", flat=True))
        assert sorted(told) == sorted({self.campaign.author_id, self.campaign.approved_by_id})
        assert {notice.code for notice in notices} == {code}

    def assert_nobody_twice_and_nobody_lost(self) -> None:
        """Counted from outside, by what the receiver kept: whoever is not named as uncertain has one letter."""
        events = self.receiver.events()
        assert twice(events) == {}
        assert lost(events, self.people) <= set(self.uncertain())
        assert strangers(events, self.people) == set()


def fine_people(count: int) -> list[str]:
    """Addresses that the receiver has nothing against."""
    return [f"fine{number}@shop.example" for number in range(count)]


def make_letters(campaign: Campaign, addresses: Collection[str], *, lanes: int) -> None:
    """Letters of one campaign, due since an hour; not yet ready where the campaign has not begun."""
    due_at = timezone.now() - timedelta(hours=1)
    ready = campaign.state in (Campaign.State.SENDING, Campaign.State.PAUSED)
    fields = {"due_at": due_at} if ready else {"state": "draft", "due_at": None, "give_up_at": None}
    with transaction.atomic():
        for number, address in enumerate(addresses):
            make_letter(campaign, make_contact(email=address), lane=number % lanes, **fields)
        Campaign.objects.filter(pk=campaign.pk).update(chosen_count=len(addresses))
    campaign.refresh_from_db()


@pytest.fixture
def make_house(tmp_path, transactional_db) -> Iterator[Callable[..., House]]:
    made: list[House] = []

    def make(
        *,
        people: int | list[str] = 60,
        broker: str = "",
        port: int | None = None,
        lanes: int = 2,
        login: str = "",
        campaign: dict[str, Any] | None = None,
        environment: dict[str, str] | None = None,
        **rules,
    ) -> House:
        """`login`: name and password for the mail server, as a URL has them; `campaign`: fields of it, which is
        sending unless they say otherwise; `rules` are the receiver's.
        """
        receiver = start_receiver(tmp_path / "receiver", **rules)
        addresses = people if isinstance(people, list) else [f"person{n}@shop.example" for n in range(people)]
        usual = {"state": "sending", "give_up_at": timezone.now() + timedelta(days=2)}
        made_campaign = make_campaign(**usual | (campaign or {}))
        make_letters(made_campaign, addresses, lanes=lanes)
        extra = {"EMAIL_URL": f"smtp://{login}127.0.0.1:{port or receiver.port}"} | (environment or {})
        if broker:
            extra["CELERY_BROKER_URL"] = broker
        house = House(tmp_path, receiver, made_campaign, addresses, house_environment(tmp_path / "var", **extra))
        made.append(house)
        return house

    yield make
    for house in made:
        for running in house.running:
            if running.lives:
                running.kill()
        house.receiver.stop()


@pytest.fixture
def redis_url() -> Iterator[str]:
    """A Redis of the test's own."""
    with running_redis(installed_redis()) as url:
        yield url
