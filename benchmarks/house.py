"""A house for benchmarks: a database of its own, campaigns with people or letters, real Celery workers that send."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import islice
from pathlib import Path

import jinja2
from django.conf import settings
from django.core.management.color import no_style
from django.db import connection
from django.test.utils import setup_databases, teardown_databases
from django.utils import timezone

from benchmarks.greeting import BODY, HTML_FOOT, HTML_HEAD, PARAGRAPHS, SUBJECT, TEXT_FOOT, Reader, readers
from campaigns.letters import make_frame, new_header_id, new_token
from campaigns.models import Campaign, LetterFrame, Message, MessageBody
from campaigns.preparing import start_preparing
from campaigns.rendering.frame import UNSUBSCRIBE_MARK
from campaigns.running import start_sending
from campaigns.tasks import ring_campaign, sweep
from customers.addresses import address_fields
from customers.models import AuditDetail, AuditEntry, Contact
from customers.ringing import bell
from tests.builders import make_campaign, make_user, make_words
from tests.workers import QUICK_WAITS, ROOT, Running, house_environment, start_beat, wait_until

CHUNK = 1_000
START_SECONDS = 60


@contextmanager
def test_database() -> Iterator[str]:
    """Make the tables in a database of their own; yield its vendor."""
    made = setup_databases(verbosity=0, interactive=False)
    try:
        yield connection.vendor
    finally:
        teardown_databases(made, verbosity=0)


def empty_house() -> None:
    """Forget everybody of the runs before, so that each finds tables as empty; the audit trail forgets nobody."""
    trail = {AuditEntry._meta.db_table, AuditDetail._meta.db_table}
    tables = set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - trail
    connection.ops.execute_sql_flush(connection.ops.sql_flush(no_style(), sorted(tables)))


def make_people(count: int, group: str) -> Iterator[list[tuple[Contact, Reader]]]:
    """Put the people of a run on the list, a thousand at a time; each as a contact whose name is sure."""
    everybody = readers(count, group)
    while chunk := list(islice(everybody, CHUNK)):
        contacts = Contact.objects.bulk_create(
            Contact(
                first_name=reader.first_name, last_name=reader.last_name, gender=reader.gender, city=reader.city,
                raw_name=f"{reader.last_name} {reader.first_name}".upper(), name_confidence=1.0, name_reason="typed",
                **address_fields(reader.address),
            )
            for reader in chunk
        )  # fmt: skip
        yield list(zip(contacts, chunk, strict=True))


def campaign_to_prepare(count: int, group: str) -> Campaign:
    """A campaign to `count` people whose letters are still to be written."""
    empty_house()
    for _chunk in make_people(count, group):
        pass
    author = make_user()
    campaign = make_campaign(author=author, template=make_words(by=author, subject=SUBJECT, body=BODY))
    start_preparing(campaign, by=author, now=timezone.now())
    _look_at_tables()
    return campaign


def campaign_to_send(count: int, group: str, *, card: bool = False) -> Campaign:
    """An approved campaign with `count` letters written, none of which may leave yet.

    The frame around the words is as short as that of the scripts; with `card` it is the card of the product.
    """
    empty_house()
    now = timezone.now()
    campaign = make_campaign(state="approved", give_up_at=now + timedelta(days=1), chosen_count=count)
    _make_frame(campaign, card=card)
    for chunk in make_people(count, group):
        _make_letters(campaign, chunk)
    _look_at_tables()
    return campaign


def _make_frame(campaign: Campaign, *, card: bool) -> None:
    if card:
        frame = make_frame(language="el", manner="formal")
        parts = {"html_head": frame.html_head, "html_foot": frame.html_foot, "text_foot": frame.text_foot}
    else:
        parts = {"html_head": HTML_HEAD, "html_foot": HTML_FOOT, "text_foot": TEXT_FOOT}
        parts = {name: part.replace("{{ link }}", UNSUBSCRIBE_MARK) for name, part in parts.items()}
    LetterFrame.objects.create(campaign=campaign, language="el", manner="formal", **parts)


_plain, _escaping = jinja2.Environment(), jinja2.Environment(autoescape=True)
_subject, _text = _plain.from_string(SUBJECT), _plain.from_string(BODY)
_html = _escaping.from_string("\n".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS))


def _make_letters(campaign: Campaign, people: list[tuple[Contact, Reader]]) -> None:
    """The letters of these people as preparing leaves them."""
    tokens = [new_token() for _person in people]
    messages = Message.objects.bulk_create(
        Message(
            campaign=campaign, contact=contact, occasion_key=campaign.occasion_key, to_name=contact.name,
            to_address=contact.email, address_digest=contact.address_digest, salutation_confidence=1.0,
            lane=contact.pk % settings.DISPATCH_LANES, give_up_at=campaign.give_up_at, token=token,
            header_id=new_header_id(token),
        )
        for (contact, _reader), token in zip(people, tokens, strict=True)
    )  # fmt: skip
    MessageBody.objects.bulk_create(
        MessageBody(
            message=message, subject=_subject.render(reader.fields), text=_text.render(reader.fields),
            html=_html.render(reader.fields), facts_used=sorted(reader.fields), digest="0" * 64,
        )
        for message, (_contact, reader) in zip(messages, people, strict=True)
    )  # fmt: skip


def _look_at_tables() -> None:
    """What the server itself does within a minute of such an insert; nobody does it for SQLite."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def unfinished_count(campaign: Campaign) -> int:
    """How many letters have no outcome in the database yet."""
    open_states = (*Message.WAITING, Message.State.SENDING)
    return Message.objects.filter(campaign=campaign, state__in=open_states).count()


def unsent(campaign: Campaign) -> dict[str, int]:
    """The letters whose last word is not “sent”, by state."""
    states: dict[str, int] = {}
    for state in Message.objects.filter(campaign=campaign).exclude(state="sent").values_list("state", flat=True):
        states[state] = states.get(state, 0) + 1
    return states


class Workers:
    """Celery workers of the house, ready when this returns; they send when `begin` rings for them.

    Every wait and limit is as the product comes; `threads` 0 means the pool "solo": one letter at a time.
    """

    def __init__(self, campaign: Campaign, *, port: int, processes: int, threads: int, folder: Path) -> None:
        self._campaign = campaign
        # The receiver is as near as a mail server can be: nothing but its address differs from the defaults.
        environment = house_environment(
            settings.VAR_DIR,
            EMAIL_URL=f"smtp://127.0.0.1:{port}",
            DISPATCH_LANES=str(settings.DISPATCH_LANES),
            CELERY_BROKER_URL=settings.CELERY_BROKER_URL,
        )
        self._environment = {name: value for name, value in environment.items() if name not in QUICK_WAITS}
        pool = ["--pool", "threads", "--concurrency", str(threads)] if threads else ["--pool", "solo"]
        self._running = [self._start(number, pool, folder) for number in range(processes)]
        # Its ring every half minute finds what another ring missed. Nothing of it is counted: it sends nothing.
        self._beat = start_beat(self._environment, folder / f"beat-{campaign.pk}.log")
        try:
            for running in (*self._running, self._beat):
                wait_until(lambda of=running: _ready(of), seconds=START_SECONDS, what="the start of a worker")
            # The first ring of a process waits for its broker's modules, the first task of a worker for much else.
            wait_until(lambda: bell.ring(sweep), seconds=START_SECONDS, what="a first ring")
            wait_until(lambda: " succeeded in " in self.words(), seconds=START_SECONDS, what="a first task")
        except BaseException:
            self.end()
            raise

    @property
    def pids(self) -> list[int]:
        return [worker.process.pid for worker in self._running]

    def begin(self) -> None:
        """Send the campaign as its page does: the letters become due, and a ring for each lane follows."""
        start_sending(self._campaign.pk, by=self._campaign.approved_by, now=timezone.now())
        ring_campaign(self._campaign.pk)

    def is_alive(self) -> bool:
        return all(worker.process.poll() is None for worker in self._running)

    def words(self) -> str:
        """The last lines of every worker's log."""
        return "\n".join(worker.log.read_text(errors="replace")[-2_000:] for worker in self._running)

    def end(self) -> None:
        for running in (self._beat, *self._running):
            try:
                running.stop()
            except subprocess.TimeoutExpired:
                running.kill()

    def _start(self, number: int, pool: list[str], folder: Path) -> Running:
        log = folder / f"worker-{self._campaign.pk}-{number}.log"
        command = ["worker", *pool, "--hostname", f"house{number}@%h", "--loglevel", "info"]
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "greetings_crm", *command],
                cwd=ROOT, env=self._environment, stdout=output, stderr=output, start_new_session=True,
            )  # fmt: skip
        return Running(process, log)


def _ready(running: Running) -> bool:
    words = running.log.read_text(errors="replace")
    if running.process.poll() is not None:
        raise RuntimeError(f"a worker or the beat ended with {running.process.returncode}: {words[-2_000:]}")
    return " ready." in words or "beat: Starting" in words
