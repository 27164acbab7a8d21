from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from campaigns.coverage import Coverage, adds_up, coverage_of
from campaigns.models import Campaign, Message
from tests.builders import make_campaign, make_contact, make_letter
from tests.receiver.ledger import lost, strangers, twice
from tests.receiver.process import RunningReceiver, start_receiver
from tests.workers import Running, house_environment, start_beat, start_worker, wait_until


@dataclass
class House:
    """A house with letters ready to leave, a receiver, and workers that tests start and kill."""

    folder: Path
    receiver: RunningReceiver
    campaign: Campaign
    people: list[str]
    environment: dict[str, str]
    running: list[Running] = field(default_factory=list)

    def start_worker(self, *, threads: int = 2) -> Running:
        worker = start_worker(self.environment, self.folder / "worker.log", threads=threads)
        self.running.append(worker)
        return worker

    def start_beat(self) -> Running:
        beat = start_beat(self.environment, self.folder / "beat.log")
        self.running.append(beat)
        return beat

    def coverage(self) -> Coverage:
        return coverage_of(self.campaign)

    def wait_until_nothing_waits(self, *, seconds: float = 40) -> Coverage:
        """Wait until no letter is ready, in hand or to be tried again; the sums hold at every look."""

        def done() -> bool:
            assert adds_up(self.campaign)
            return not self.coverage().classes["waiting"]

        wait_until(done, seconds=seconds, what="the campaign did not come to its end: " + str(self.coverage()))
        return self.coverage()

    def uncertain(self) -> list[str]:
        letters = Message.objects.filter(campaign=self.campaign, state="uncertain")
        return list(letters.values_list("to_address", flat=True))

    def assert_nobody_twice_and_nobody_lost(self) -> None:
        """Counted from outside, by what the receiver kept: whoever is not named as uncertain has one letter."""
        events = self.receiver.events()
        assert twice(events) == {}
        assert lost(events, self.people) <= set(self.uncertain())
        assert strangers(events, self.people) == set()


@pytest.fixture
def make_house(tmp_path, transactional_db) -> Iterator[Callable[..., House]]:
    made: list[House] = []

    def make(*, people: int | list[str] = 60, broker: str = "", port: int | None = None, **rules) -> House:
        receiver = start_receiver(tmp_path / "receiver", **rules)
        addresses = people if isinstance(people, list) else [f"person{n}@shop.example" for n in range(people)]
        now = timezone.now()
        campaign = make_campaign(state="sending", give_up_at=now + timedelta(days=2))
        for number, address in enumerate(addresses):
            make_letter(campaign, make_contact(email=address), due_at=now, lane=number % 2)
        Campaign.objects.filter(pk=campaign.pk).update(chosen_count=len(addresses))
        campaign.refresh_from_db()
        extra = {"EMAIL_URL": f"smtp://127.0.0.1:{port or receiver.port}"}
        if broker:
            extra["CELERY_BROKER_URL"] = broker
        house = House(tmp_path, receiver, campaign, addresses, house_environment(tmp_path / "var", **extra))
        made.append(house)
        return house

    yield make
    for house in made:
        for running in house.running:
            if running.process.poll() is None:
                running.kill()
        house.receiver.stop()
