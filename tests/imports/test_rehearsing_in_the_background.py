import datetime as dt
import io
import logging

import pytest
from django.utils import timezone

from customers import tasks
from customers.imports import files, rehearsing
from customers.imports.applying import ApplyError, apply_batch
from customers.imports.errors import ListError
from customers.imports.receiving import correct, receive_list
from customers.imports.rehearsing import ask_for_rehearsal, due_rehearsals, rehearse, stop_rehearsal
from customers.models import AuditEntry, Contact, ImportBatch, ImportFilePart, ImportRow
from tests.builders import NOW, make_user
from tests.imports.lists import customer, customers, text
from tests.imports.steps import rehearse as rehearse_rows
from tests.imports.steps import rows_of, take_back

pytestmark = pytest.mark.django_db
State = ImportBatch.State
PEOPLE = (customer("1", "ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ"), customer("2", "ΒΛΑΧΟΥ ΕΛΕΝΗ"))
LONG_AGO = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def receive(data: bytes | None = None, **more) -> ImportBatch:
    file = io.BytesIO(customers(*PEOPLE) if data is None else data)
    return receive_list(file=file, file_name="people.csv", kind="contacts", by=None, now=NOW, **more)


def renewed(batch: ImportBatch) -> ImportBatch:
    batch.refresh_from_db()
    return batch


def killed_in_the_middle(batch: ImportBatch) -> None:
    """As a process leaves it that dies while it stages: some rows, and a hold that ends."""
    ImportRow.objects.create(batch=batch, row_number=999, action="new")
    ImportBatch.objects.filter(pk=batch.pk).update(state=State.STAGING, holder="gone", lease_until=LONG_AGO)


def test_a_list_of_several_pieces_comes_back_byte_by_byte():
    data = text("CODE;NAME", *[f"{n};{n * n:x}" for n in range(150_000)])
    batch = receive(data)

    assert ImportFilePart.objects.count() > 1
    with files.opened(batch) as file:
        assert file.read() == data


def test_a_received_list_is_rehearsed_as_the_command_line_does_it():
    batch = rehearse(batch_id=receive().pk, now=NOW)
    at_once = rehearse_rows(*PEOPLE)

    assert batch.state == State.REHEARSED
    same = ("counts", "mapping", "encoding", "delimiter", "row_count", "file_digest", "understood")
    assert [getattr(batch, name) for name in same] == [getattr(at_once, name) for name in same]


def test_a_rehearsal_whose_process_died_is_due_and_begins_anew():
    batch = receive()
    killed_in_the_middle(batch)
    assert due_rehearsals(now=timezone.now()) == [batch.pk]

    tasks.rehearse_import(batch_id=batch.pk)

    assert renewed(batch).state == State.REHEARSED
    assert list(rows_of(batch)) == [2, 3]
    assert due_rehearsals(now=timezone.now()) == []


def test_a_rehearsal_that_lives_is_left_alone():
    batch = receive()
    lease = timezone.now() + dt.timedelta(minutes=1)
    ImportBatch.objects.update(state=State.STAGING, holder="other", lease_until=lease)

    assert due_rehearsals(now=timezone.now()) == []
    with pytest.raises(ApplyError) as refused:
        rehearse(batch_id=batch.pk)
    assert refused.value.code == "not_received"


def test_a_rehearsal_that_was_asked_for_waits_for_whoever_comes_first(monkeypatch):
    rung = []
    monkeypatch.setattr(tasks.rehearse_import, "apply_async", lambda **told: rung.append(told["kwargs"]))
    batch = receive()
    ask_for_rehearsal(batch_id=batch.pk, now=timezone.now())

    tasks.ring_unfinished_imports()

    assert rung == [{"batch_id": batch.pk}]


def test_somebody_stops_a_rehearsal_and_its_process_goes_no_further(monkeypatch):
    batch, nikos = receive(), make_user("nikos", role="admin")
    planned = rehearsing.planned_contacts

    def stopped_meanwhile(*args):
        for chunk in planned(*args):
            stop_rehearsal(batch_id=batch.pk, by=nikos, now=NOW)
            yield chunk

    monkeypatch.setattr(rehearsing, "planned_contacts", stopped_meanwhile)
    with pytest.raises(ApplyError) as stopped:
        rehearse(batch_id=batch.pk)

    assert stopped.value.code == "rehearsal_stopped"
    assert renewed(batch).state == State.RECEIVED
    assert not batch.rows.exists()
    assert AuditEntry.objects.get(verb="stop_rehearsal").actor_id == nikos.pk
    monkeypatch.undo()
    assert rehearse(batch_id=batch.pk).counts["new"] == 2


def test_a_rehearsal_that_is_over_cannot_be_stopped():
    batch = rehearse(batch_id=receive().pk)

    with pytest.raises(ApplyError):
        stop_rehearsal(batch_id=batch.pk, by=None, now=NOW)
    assert renewed(batch).state == State.REHEARSED


def test_a_file_that_breaks_in_the_middle_is_kept_with_the_reason(caplog):
    data = text("email;name", *[f"p{n}@x.example;ΒΛΑΧΟΥ ΕΛΕΝΗ" for n in range(2_100)], '"' + "x" * 50_000)
    batch = receive(data)

    with caplog.at_level(logging.WARNING):
        tasks.rehearse_import(batch_id=batch.pk)

    assert renewed(batch).state == State.RECEIVED
    assert batch.understood["problem"] == {"code": "list_quote_open", "facts": {"row": 2102}}
    assert files.is_kept(batch)
    assert "list_quote_open" in caplog.text


def test_the_page_tells_why_a_file_could_not_be_rehearsed(client):
    client.force_login(make_user(role="admin"))
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    batch = receive(customers())

    tasks.rehearse_import(batch_id=batch.pk)

    assert "no rows below them" in client.get(f"/admin/customers/importbatch/{batch.pk}/columns/").text


def test_a_fault_of_ours_leaves_the_list_received_with_a_sentence(monkeypatch):
    batch = receive()

    def broken(*args):
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(rehearsing, "planned_contacts", broken)
    with pytest.raises(RuntimeError):
        rehearse(batch_id=batch.pk)

    assert renewed(batch).state == State.RECEIVED
    assert batch.understood["problem"]["code"] == "rehearsal_failed"


def test_a_second_rehearsal_takes_the_place_of_the_first():
    batch = rehearse(batch_id=receive().pk)
    correct(batch_id=batch.pk, wanted={"mapping": {"ΠΟΛΗ": ""}})

    batch = rehearse(batch_id=batch.pk)

    assert batch.mapping["ΠΟΛΗ"] == ""
    assert (batch.row_count, len(rows_of(batch))) == (2, 2)


def test_while_a_list_is_rehearsed_again_nothing_is_shown_of_the_first_time(client):
    client.force_login(make_user(role="admin"))
    batch = rehearse(batch_id=receive().pk)
    ask_for_rehearsal(batch_id=batch.pk, now=timezone.now())

    page = client.get(f"/admin/customers/importbatch/{batch.pk}/change/")

    assert "ΒΛΑΧΟΣ" not in page.text
    assert renewed(batch).counts == {}


def test_a_list_that_is_in_is_not_rehearsed_or_corrected_any_more():
    batch = apply_batch(batch_id=rehearse(batch_id=receive().pk, now=NOW).pk, by=None, clock=lambda: NOW)

    for refused in (lambda: rehearse(batch_id=batch.pk), lambda: correct(batch_id=batch.pk, wanted={})):
        with pytest.raises(ApplyError):
            refused()


def test_a_list_that_was_not_rehearsed_is_not_let_in():
    with pytest.raises(ApplyError) as refused:
        apply_batch(batch_id=receive().pk, by=None)

    assert refused.value.code == "not_rehearsed"
    assert not Contact.objects.exists()


# --- How long a file is kept ---


def test_the_file_goes_when_the_list_is_in():
    batch = rehearse(batch_id=receive().pk, now=NOW)
    assert files.is_kept(batch)

    batch = apply_batch(batch_id=batch.pk, by=None, clock=lambda: NOW)

    assert not ImportFilePart.objects.exists()
    take_back(batch)


def test_the_first_rows_of_a_workbook_go_with_its_file():
    batch = receive()
    batch.understood["heads"] = {"Λίστα": [["ΑΡΓΕΙ ΝΑ ΠΛΗΡΩΣΕΙ"]]}
    batch.save()

    files.forget(batch)

    assert "heads" not in renewed(batch).understood


@pytest.mark.parametrize(("days", "kept"), [(29, True), (31, False)])
def test_a_list_that_nobody_went_on_with_goes_after_some_days(settings, days, kept):
    settings.IMPORT_FILE_DAYS = 30
    received, rehearsed = receive(), rehearse(batch_id=receive().pk, now=NOW)
    ImportBatch.objects.update(created_at=NOW)

    files.forget_finished(now=NOW + dt.timedelta(days=days))

    assert ImportBatch.objects.filter(pk=received.pk).exists() == kept
    assert files.is_kept(rehearsed) == kept
    assert rehearsed.rows.count() == 2, "what was rehearsed can still come in"


def test_an_old_list_that_was_rehearsed_lately_keeps_its_file():
    batch = rehearse(batch_id=receive().pk, now=NOW)
    ImportBatch.objects.update(created_at=NOW - dt.timedelta(days=40))

    files.forget_finished(now=NOW + dt.timedelta(days=20))

    assert files.is_kept(batch)


def test_an_upload_that_broke_off_goes():
    batch = receive()
    ImportBatch.objects.update(state=State.STAGING, created_at=NOW)

    files.forget_finished(now=NOW + dt.timedelta(minutes=30))
    assert ImportBatch.objects.filter(pk=batch.pk).exists()
    files.forget_finished(now=NOW + dt.timedelta(hours=2))
    assert not ImportBatch.objects.exists()


def test_a_file_that_is_gone_is_told():
    batch = receive()
    files.forget(batch)

    with pytest.raises(ListError) as gone:
        rehearse(batch_id=batch.pk)

    assert gone.value.code == "file_gone"
