"""Signs of life: workers are seen while they live, take their leave in order, and a queue nobody works is noticed."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from campaigns.dispatch.holder import this_process
from campaigns.heartbeat import Heart, beat, forget_old_beats, health, take_leave
from campaigns.models import WorkerHeartbeat
from greetings_crm.today import today_page
from tests.builders import NOW, make_campaign, make_contact, make_letter, make_user
from tests.workers import house_environment, start_worker, wait_until

pytestmark = pytest.mark.django_db


def seen(holder: str, *, ago: timedelta) -> None:
    WorkerHeartbeat.objects.create(holder=holder, started_at=NOW - timedelta(hours=2), seen_at=NOW - ago)


def test_beats_of_one_process_are_one_row_that_keeps_its_start():
    beat(now=NOW)
    beat(now=NOW + timedelta(seconds=10))

    row = WorkerHeartbeat.objects.get()
    assert (row.holder, row.started_at, row.seen_at) == (this_process(), NOW, NOW + timedelta(seconds=10))


def test_a_process_that_takes_its_leave_is_no_longer_counted():
    beat(now=NOW)
    seen("another|1|1", ago=timedelta(seconds=5))

    take_leave()

    assert [row.holder for row in WorkerHeartbeat.objects.all()] == ["another|1|1"]


def test_workers_seen_within_a_minute_are_counted():
    seen("a|1|1", ago=timedelta(seconds=60))
    seen("b|1|1", ago=timedelta(seconds=5))
    seen("c|1|1", ago=timedelta(seconds=61))

    now = health(now=NOW)

    assert (now.worker_count, now.seen_at) == (2, NOW - timedelta(seconds=5))


def test_rows_of_workers_not_seen_for_a_day_are_forgotten():
    seen("a|1|1", ago=timedelta(days=1, seconds=1))
    seen("b|1|1", ago=timedelta(hours=23))

    assert forget_old_beats(now=NOW) == 1
    assert WorkerHeartbeat.objects.get().holder == "b|1|1"


def test_the_queue_is_as_old_as_the_first_letter_due_of_a_campaign_under_way():
    sending, paused = make_campaign(state="sending"), make_campaign(state="paused", occasion_key="x")
    make_letter(sending, due_at=NOW - timedelta(minutes=3))
    make_letter(sending, state="retry", reason_code="server_busy", due_at=NOW - timedelta(minutes=2))
    make_letter(sending, due_at=NOW + timedelta(minutes=2))
    make_letter(sending, state="sent", sent_at=NOW, due_at=NOW - timedelta(days=1))
    make_letter(paused, due_at=NOW - timedelta(days=1))

    now = health(now=NOW)

    assert (now.due_count, now.oldest_due_at) == (2, NOW - timedelta(minutes=3))


def test_a_house_with_nothing_to_send_has_no_queue():
    now = health(now=NOW)

    assert (now.worker_count, now.seen_at, now.oldest_due_at, now.due_count) == (0, None, None, 0)
    assert not now.nobody_works


@pytest.mark.parametrize(
    ("waits", "seen_ago", "nobody"),
    [
        (timedelta(minutes=6), None, True),
        (timedelta(minutes=6), timedelta(minutes=6), True),
        (timedelta(minutes=6), timedelta(minutes=4), False),
        (timedelta(minutes=4), None, False),
    ],
)
def test_letters_that_nobody_carries_are_noticed_after_five_minutes(waits, seen_ago, nobody):
    make_letter(make_campaign(state="sending"), due_at=NOW - waits)
    if seen_ago:
        seen("a|1|1", ago=seen_ago)

    assert health(now=NOW).nobody_works == nobody


@pytest.mark.parametrize(("give_up_after", "nobody"), [(timedelta(days=1), True), (timedelta(minutes=-1), False)])
def test_a_scheduled_campaign_that_nobody_begins_is_noticed_until_it_waits_for_a_person(give_up_after, nobody):
    make_campaign(state="scheduled", scheduled_at=NOW - timedelta(minutes=6), give_up_at=NOW + give_up_after)

    assert health(now=NOW).nobody_works == nobody


def test_health_is_three_statements_and_finds_the_letters_by_an_index_of_their_state():
    make_letter(make_campaign(state="sending"))

    with CaptureQueriesContext(connection) as queries:
        health(now=NOW)
    explain = "EXPLAIN QUERY PLAN"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            explain = "EXPLAIN"
            cursor.execute("SET LOCAL enable_seqscan = off")  # with one letter reading them all is the cheaper way
        cursor.execute(f"{explain} {queries[-1]['sql']}")
        plan = str(cursor.fetchall())

    assert len(queries) == 3
    assert "message_due" in plan or "message_by_state" in plan


def test_today_says_first_that_nothing_sends_the_letters():
    staff = make_user()
    contact = make_contact()
    make_letter(make_campaign(state="sending"), contact, due_at=NOW - timedelta(minutes=6))

    first = today_page(user=staff, now=NOW)["alarms"][0]

    assert first.tone == "danger" and first.notice is None


def test_the_health_page_says_how_many_work_and_how_long_the_queue_has_waited(client):
    make_letter(make_campaign(state="sending"), due_at=timezone.now() - timedelta(seconds=90))
    beat(now=timezone.now())
    cache.clear()

    answer = client.get(reverse("health")).json()

    assert answer["worker_count"] == 1
    assert 90 <= answer["queue_age_seconds"] < 120


@pytest.mark.django_db(transaction=True)
def test_a_heart_beats_beside_the_work_and_takes_its_leave():
    heart = Heart(seconds=0.1)

    heart.start()
    first = wait_until(lambda: WorkerHeartbeat.objects.values_list("seen_at", flat=True).first(), what="a first beat")
    wait_until(lambda: WorkerHeartbeat.objects.get().seen_at > first, what="a second beat")
    heart.stop()

    assert heart.join(10)
    assert not WorkerHeartbeat.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_heart_outlives_a_table_it_cannot_write():
    heart = Heart(seconds=0.1)
    with connection.schema_editor() as editor:
        editor.alter_db_table(WorkerHeartbeat, "campaigns_workerheartbeat", "elsewhere")
    try:
        heart.start()
        assert not heart.join(1)
    finally:
        with connection.schema_editor() as editor:
            editor.alter_db_table(WorkerHeartbeat, "elsewhere", "campaigns_workerheartbeat")

    wait_until(WorkerHeartbeat.objects.exists, what="a beat after the fault")
    heart.stop()
    assert heart.join(10)


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_a_real_worker_is_seen_while_it_runs_and_gone_when_it_was_stopped(tmp_path):
    worker = start_worker(house_environment(tmp_path), tmp_path / "worker.log")
    try:
        wait_until(lambda: health(now=timezone.now()).worker_count == 1, what="a sign of life")
        worker.stop()
    finally:
        if worker.process.poll() is None:
            worker.kill()

    assert not WorkerHeartbeat.objects.exists()
    assert "sign of life was not written" not in worker.log.read_text()
