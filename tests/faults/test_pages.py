"""With the mail server and the broker hanging, the pages answer within a second and nothing is lost."""

import socket
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.models import Campaign
from tests.builders import make_campaign, make_contact, make_letter
from tests.faults.web import Web, running_web
from tests.workers import house_environment

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]
A_SECOND = 1.0


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A server that takes every connection and never says a word."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        yield listener.getsockname()[1]


@pytest.fixture
def web(tmp_path, silent_port) -> Iterator[Web]:
    """A real web process whose mail server and broker hang."""
    environment = house_environment(
        tmp_path / "var",
        EMAIL_URL=f"smtp://127.0.0.1:{silent_port}",
        CELERY_BROKER_URL=f"redis://127.0.0.1:{silent_port}/0",
    )
    with running_web(environment, tmp_path / "web.log") as web:
        yield web


def test_pages_answer_and_the_step_is_kept_while_mail_and_broker_hang(web):
    campaign = make_campaign(state="approved", give_up_at=timezone.now() + timedelta(days=2))
    for _number in range(20):
        make_letter(campaign, make_contact(), state="draft", due_at=None)
    Campaign.objects.filter(pk=campaign.pk).update(chosen_count=20)
    pages = ("/", "/people/", "/greetings/", f"/greetings/{campaign.pk}/")
    web.log_in_as_manager()
    for path in pages:
        web.get(path)
    web.slowest = ("", 0.0)  # the first pages of a process load its templates

    page = web.post(f"/greetings/{campaign.pk}/send/")
    for path in pages:
        web.get(path)
    web.post(f"/greetings/{campaign.pk}/pause/")

    assert "Χριστούγεννα 2026</h1>" in page
    assert web.slowest[1] < A_SECOND, web.slowest
    campaign.refresh_from_db()
    assert campaign.state == "paused" and campaign.messages.filter(state="ready").count() == 20
