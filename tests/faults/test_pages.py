"""With the mail server and the broker hanging, the pages answer within a second and nothing is lost."""

import http.cookiejar
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.utils import timezone

from campaigns.models import Campaign
from customers.models import User
from tests.builders import PASSWORD, make_campaign, make_contact, make_letter, make_user
from tests.postgres import free_port
from tests.workers import ROOT, house_environment, wait_until

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]
A_SECOND = 1.0


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A server that takes every connection and never says a word."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        yield listener.getsockname()[1]


class Browser:
    """A colleague's browser, as far as pages without script need one. Notes how long each answer took."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.slowest = ("", 0.0)
        self._jar = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._jar))

    def get(self, path: str) -> str:
        return self._ask(path, None)

    def post(self, path: str, **fields: str) -> str:
        token = next(cookie.value for cookie in self._jar if cookie.name == "csrftoken")
        return self._ask(path, urllib.parse.urlencode({"csrfmiddlewaretoken": token, **fields}).encode())

    def _ask(self, path: str, data: bytes | None) -> str:
        begun = time.monotonic()
        with self._opener.open(self.base + path, data, timeout=20) as answer:
            text = answer.read().decode()
        took = time.monotonic() - begun
        self.slowest = max(self.slowest, (path, took), key=lambda each: each[1])
        return text


@pytest.fixture
def web(tmp_path, silent_port) -> Iterator[Browser]:
    """A real web process whose mail server and broker hang."""
    port = free_port()
    environment = house_environment(
        tmp_path / "var",
        SITE_URL=f"http://127.0.0.1:{port}",
        EMAIL_URL=f"smtp://127.0.0.1:{silent_port}",
        CELERY_BROKER_URL=f"redis://127.0.0.1:{silent_port}/0",
    )
    command = [sys.executable, "-m", "gunicorn", "greetings_crm.wsgi:application", "--bind", f"127.0.0.1:{port}"]
    with open(tmp_path / "web.log", "ab") as log:
        process = subprocess.Popen(
            [*command, "--worker-class", "gthread", "--threads", "4"],
            cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    try:
        browser = Browser(f"http://127.0.0.1:{port}")
        wait_until(lambda: _answers(browser), seconds=30, what="the web process")
        yield browser
    finally:
        process.terminate()
        process.wait(20)


def _answers(browser: Browser) -> bool:
    try:
        return bool(browser.get("/login/"))
    except OSError:
        return False


def test_pages_answer_and_the_step_is_kept_while_mail_and_broker_hang(web):
    eleni = make_user("eleni", role="manager")
    # The web process knows the real hashers, not the quick one of the tests.
    User.objects.filter(pk=eleni.pk).update(password=PBKDF2PasswordHasher().encode(PASSWORD, "salt"))
    campaign = make_campaign(state="approved", give_up_at=timezone.now() + timedelta(days=2))
    for _number in range(20):
        make_letter(campaign, make_contact(), state="draft", due_at=None)
    Campaign.objects.filter(pk=campaign.pk).update(chosen_count=20)
    web.get("/login/")
    web.post("/login/", username="eleni", password=PASSWORD)
    web.slowest = ("", 0.0)  # the first pages of a process load its templates

    page = web.post(f"/greetings/{campaign.pk}/send/")
    for path in ("/", "/people/", "/greetings/", f"/greetings/{campaign.pk}/"):
        web.get(path)
    web.post(f"/greetings/{campaign.pk}/pause/")

    assert "Χριστούγεννα 2026</h1>" in page
    assert web.slowest[1] < A_SECOND, web.slowest
    campaign.refresh_from_db()
    assert campaign.state == "paused" and campaign.messages.filter(state="ready").count() == 20
