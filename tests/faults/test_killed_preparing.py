"""kill -9 of the workers that write a campaign's letters: everybody has exactly one letter, and the campaign ends."""

import pytest
from django.utils import timezone

from campaigns.models import Campaign, LetterReview, Message, MessageBody
from campaigns.preparing import lanes_of, start_preparing
from customers.addresses import address_fields
from customers.models import Contact
from tests.builders import make_campaign
from tests.workers import house_environment, start_beat, start_worker, wait_until

pytestmark = pytest.mark.faults
PEOPLE = 4_400


@pytest.fixture
def campaign(transactional_db) -> Campaign:
    Contact.objects.bulk_create(
        Contact(
            first_name="Σταμάτης", last_name="Βλάχος", gender="m", raw_name=f"ΒΛΑΧΟΣ ΣΤΑΜΑΤΗΣ {number}",
            name_confidence=1.0, name_reason="typed", **address_fields(f"person{number}@shop.example"),
        )
        for number in range(PEOPLE)
    )  # fmt: skip
    made = make_campaign()
    start_preparing(made, by=made.author, now=timezone.now())
    return made


def test_two_workers_killed_while_they_write_leave_one_letter_for_everybody(campaign, tmp_path):
    environment = house_environment(tmp_path / "var", EMAIL_URL="mailbox:")
    running = [start_worker(environment, tmp_path / f"worker{number}.log", threads=1) for number in range(2)]
    running.append(start_beat(environment, tmp_path / "beat.log"))
    try:
        wait_until(Message.objects.exists, seconds=60, what="the first thousand letters")
        for process in running[:2]:
            process.kill()
        written = Message.objects.count()
        assert len(lanes_of(campaign.pk)) == 2, "the kill came after a lane had ended"
        assert 0 < written < PEOPLE

        running.append(start_worker(environment, tmp_path / "third.log", threads=2))
        over = Campaign.objects.filter(pk=campaign.pk, state=Campaign.State.IN_REVIEW)
        wait_until(over.exists, seconds=90, what="the end of preparing")
    finally:
        for process in running:
            if process.lives:
                process.kill()

    everybody = list(Message.objects.order_by("contact").values_list("contact", flat=True))
    assert everybody == list(Contact.objects.order_by("pk").values_list("pk", flat=True))
    assert MessageBody.objects.count() == LetterReview.objects.count() == PEOPLE
    campaign.refresh_from_db()
    assert campaign.prepared_count == campaign.chosen_count == PEOPLE
