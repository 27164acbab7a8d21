"""A real web process, and a colleague's browser in front of it."""

import http.cookiejar
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.contrib.auth.hashers import PBKDF2PasswordHasher

from customers.models import User
from tests.builders import PASSWORD, make_user
from tests.postgres import free_port
from tests.workers import ROOT, Running, wait_until


class Web:
    """The pages as far as a browser without script needs them. Notes how long each answer took and what it was."""

    def __init__(self, base: str, running: Running) -> None:
        self.base, self.running = base, running
        self.slowest = ("", 0.0)
        self.answers: dict[str, int] = {}
        self._jar = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._jar))

    def log_in_as_manager(self) -> User:
        eleni = make_user("eleni", role="manager")
        # The web process knows the real hashers, not the quick one of the tests.
        User.objects.filter(pk=eleni.pk).update(password=PBKDF2PasswordHasher().encode(PASSWORD, "salt"))
        self.get("/login/")
        self.post("/login/", username="eleni", password=PASSWORD)
        self.answers.clear()
        return eleni

    def get(self, path: str) -> str:
        return self._ask(path, None)

    def post(self, path: str, **fields: str) -> str:
        token = next(cookie.value for cookie in self._jar if cookie.name == "csrftoken")
        return self._ask(path, urllib.parse.urlencode({"csrfmiddlewaretoken": token, **fields}).encode())

    def _ask(self, path: str, data: bytes | None) -> str:
        begun = time.monotonic()
        try:
            with self._opener.open(self.base + path, data, timeout=20) as answer:
                status, text = answer.status, answer.read().decode()
        except urllib.error.HTTPError as failed:
            with failed:
                status, text = failed.code, failed.read().decode()
        took = time.monotonic() - begun
        self.slowest = max(self.slowest, (path, took), key=lambda each: each[1])
        self.answers[path] = status
        return text


@contextmanager
def running_web(environment: dict[str, str], log: Path) -> Iterator[Web]:
    """The web process of a house; its log goes to `log`."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "greetings_crm.wsgi:application", "--bind", f"127.0.0.1:{port}"]
    base = f"http://127.0.0.1:{port}"
    with open(log, "ab") as output:
        process = subprocess.Popen(
            [*command, "--worker-class", "gthread", "--threads", "4"],
            cwd=ROOT, env=environment | {"SITE_URL": base}, stdout=output, stderr=output, start_new_session=True,
        )  # fmt: skip
    try:
        web = Web(base, Running(process, log))
        wait_until(lambda: _answers(web), seconds=30, what="the web process")
        yield web
    finally:
        process.terminate()
        process.wait(20)


def _answers(web: Web) -> bool:
    try:
        return bool(web.get("/login/"))
    except OSError:
        return False
