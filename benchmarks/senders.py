"""Everybody who sends the greeting of the benchmarks, each as a `Sender` that is ready and waits for its turn."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from benchmarks.greeting import readers
from benchmarks.house import Workers, campaign_to_prepare, campaign_to_send, unfinished_count, unsent
from benchmarks.imports import PostgresServer, SqliteServer
from benchmarks.measuring import LettersAstray, Sender, measured
from benchmarks.process_tree import cpu_seconds, database_server
from benchmarks.turns import Helper
from campaigns.models import Campaign, Message
from tests.receiver.process import RunningReceiver
from tests.workers import database_url, house_environment, wait_until

SETTLE_SECONDS = 30
POST_OFFICE = "post_office_benchmark"


class HelperSender(Helper):
    """A contender in a process of its own."""

    def settle(self) -> None:
        self.wait()

    def words(self) -> str:
        return "see standard error"


class OurSender(Workers):
    """Our workers; they have finished when every letter has its outcome in the database."""

    def __init__(self, campaign: Campaign, **how) -> None:
        super().__init__(campaign, **how)
        self._letters = campaign

    def settle(self) -> None:
        wait_until(lambda: not unfinished_count(self._letters), seconds=SETTLE_SECONDS, what="the last record")
        if others := unsent(self._letters):
            raise LettersAstray(f"letters that are not called sent: {others}\n{self.words()}")


@dataclass(frozen=True)
class Scene:
    """What all runs share: the receiver, the folder for logs, and the house that django-post_office sends for."""

    receiver: RunningReceiver
    folder: Path
    post_office_url: str
    card: bool

    def script(self, way: str, letters: int, group: str) -> dict:
        arguments = ("--port", self.receiver.port, "--letters", letters, "--group", group)
        return self._run(
            HelperSender("benchmarks.dispatch_contenders", way, *arguments, environment=plain()), letters, group
        )

    def ours(self, letters: int, group: str, *, processes: int, threads: int) -> dict:
        campaign = campaign_to_send(letters, group, card=self.card)
        how = {"port": self.receiver.port, "processes": processes, "threads": threads, "folder": self.folder}
        return self._run(OurSender(campaign, **how), letters, group)

    def post_office(self, letters: int, group: str) -> dict:
        """Its sending, and beside it what its queue cost before."""
        queue = post_office_helper(self, "queue", "--letters", letters, "--group", group)
        queued = turn(queue, letters)
        sender = post_office_helper(self, "send", "--lock", self.folder / "post_office")
        found = self._run(sender, letters, group)
        return found | {"queue": queued} | together(found, queued)

    def preparing(self, letters: int, group: str) -> dict:
        """What writing and freezing our letters takes."""
        campaign = campaign_to_prepare(letters, group)
        environment = house_environment(self.folder / "preparing", DATABASE_URL=database_url())
        found = turn(Helper("benchmarks.preparing_contender", campaign.pk, environment=environment), letters)
        written = Message.objects.filter(campaign=campaign, state="draft").exclude(body=None).count()
        if written != letters:
            raise LettersAstray(f"{written} of {letters} letters were prepared")
        return found

    def _run(self, sender: Sender, letters: int, group: str) -> dict:
        try:
            return measured(sender, self.receiver, [reader.address for reader in readers(letters, group)])
        finally:
            sender.end()


def turn(helper: Helper, letters: int) -> dict:
    """Let a helper do something for so many letters that sends none of them."""
    try:
        server = database_server()
        before, server_before = cpu_seconds(helper.pids), cpu_seconds(server)
        helper.begin()
        seconds = helper.wait()
        spent, server_spent = cpu_seconds(helper.pids) - before, cpu_seconds(server) - server_before
    finally:
        helper.end()
    return {
        "per_second": letters / seconds,
        "cpu_ms": 1000 * spent / letters,
        "database_cpu_ms": 1000 * server_spent / letters,
    }


def together(sending: dict, before: dict) -> dict:
    """End to end: a letter that costs one time here and one there."""
    return {
        "end_to_end_per_second": 1 / (1 / sending["per_second"] + 1 / before["per_second"]),
        "end_to_end_cpu_ms": sending["cpu_ms"] + before["cpu_ms"],
    }


def plain() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "HOME", "TMPDIR")}


def post_office_helper(scene: Scene, way: str, *arguments: object) -> HelperSender:
    environment = plain() | {"DATABASE_URL": scene.post_office_url, "SMTP_PORT": str(scene.receiver.port)}
    return HelperSender("benchmarks.post_office_contender", way, *arguments, environment=environment)


@contextmanager
def scene(receiver: RunningReceiver, *, card: bool, post_office: bool) -> Iterator[Scene]:
    """Make a database for django-post_office beside ours, of the same kind, where it takes part."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server = PostgresServer(database_url()) if connection.vendor == "postgresql" else SqliteServer(folder)
        made = Scene(receiver, folder, server.url(POST_OFFICE), card)
        if not post_office:
            yield made
            return
        server.create(POST_OFFICE)
        try:
            turn(post_office_helper(made, "tables"), 1)
            yield made
        finally:
            server.drop(POST_OFFICE)
