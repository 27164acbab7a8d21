import datetime as dt

import pytest
from django.utils import timezone

from customers import admin_imports, tasks
from customers.imports import applying, undoing
from customers.imports.applying import ApplyError, apply_batch, stop_batch
from customers.imports.undoing import undo_batch
from customers.models import AuditEntry, Contact, ImportBatch, PurchaseSummary
from tests.builders import make_user
from tests.imports.lists import customer
from tests.imports.steps import let_in, let_in_invoices, rehearse, rehearse_invoices, whole_database

pytestmark = pytest.mark.django_db
State = ImportBatch.State
PEOPLE = tuple(customer(str(number), f"ΒΛΑΧΟΥ ΕΛΕΝΗ{number}") for number in range(1, 6))
LONG_AGO = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@pytest.fixture
def nikos():
    return make_user("nikos", role="admin")


@pytest.fixture
def office(client, nikos):
    client.force_login(nikos)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def stopped_after(monkeypatch, chunks: int, batch: ImportBatch, by) -> None:
    """Chunks of one row, and somebody who presses stop behind so many of them, between two transactions."""
    calls = []

    def press(since: float) -> float:
        calls.append(since)
        if len(calls) == chunks + 1:
            stop_batch(batch_id=batch.pk, by=by)
        return since

    monkeypatch.setattr(applying, "CHUNK", 1)
    monkeypatch.setattr(undoing, "CHUNK", 1)
    monkeypatch.setattr(applying, "let_others_write", press)


def half_way(monkeypatch, by=None) -> ImportBatch:
    batch = rehearse(*PEOPLE)
    stopped_after(monkeypatch, 2, batch, by)
    with pytest.raises(ApplyError) as stopped:
        apply_batch(batch_id=batch.pk, by=by)
    assert stopped.value.code == "stopped"
    monkeypatch.undo()
    batch.refresh_from_db()
    return batch


def page(batch: ImportBatch, verb: str = "change") -> str:
    return f"/admin/customers/importbatch/{batch.pk}/{verb}/"


def test_a_list_that_is_stopped_goes_no_further_than_its_chunk(monkeypatch, nikos):
    batch = half_way(monkeypatch, nikos)

    assert (batch.state, batch.holder, batch.rows_done) == (State.STOPPED, "", 2)
    assert Contact.objects.count() == 2
    entry = AuditEntry.objects.get(verb="stop_list")
    assert (entry.actor_id, entry.facts) == (nikos.pk, {"rows": 2})


def test_a_stopped_list_goes_on_to_its_end(monkeypatch):
    batch = half_way(monkeypatch)

    apply_batch(batch_id=batch.pk, by=None)

    assert Contact.objects.count() == 5


def test_a_stopped_list_is_taken_back(monkeypatch):
    before = whole_database()
    batch = half_way(monkeypatch)

    undo_batch(batch_id=batch.pk, by=None)

    assert whole_database() == before


def test_an_undoing_that_is_stopped_can_go_on(monkeypatch):
    batch = let_in(*PEOPLE)
    stopped_after(monkeypatch, 2, batch, None)
    with pytest.raises(ApplyError):
        undo_batch(batch_id=batch.pk, by=None)
    monkeypatch.undo()
    assert Contact.objects.count() == 3

    undo_batch(batch_id=batch.pk, by=None)

    assert not Contact.objects.exists()


def test_nothing_is_stopped_that_does_not_run():
    for batch in (rehearse(*PEOPLE), let_in(*PEOPLE)):
        with pytest.raises(ApplyError) as refused:
            stop_batch(batch_id=batch.pk, by=None)
        assert refused.value.code == "not_running"


def test_a_list_whose_process_died_is_stopped_and_its_summaries_are_right(monkeypatch):
    let_in(customer("7", "ΒΛΑΧΟΣ ΓΙΩΡΓΟΣ"))
    let_in_invoices("Α-1;1/11/2025;7;ΚΑΦΕΣ;1;5,00")
    batch = rehearse_invoices("Α-2;1/11/2025;7;ΚΑΦΕΣ;1;5,00", "Α-3;1/11/2025;7;ΚΑΦΕΣ;1;5,00")
    apply_batch(batch_id=batch.pk, by=None)
    # As a process leaves it that is killed behind its last row and before the summaries.
    PurchaseSummary.objects.update(purchase_count=1)
    ImportBatch.objects.filter(pk=batch.pk).update(state=State.APPLYING, holder="gone", lease_until=LONG_AGO)

    stop_batch(batch_id=batch.pk, by=None)

    assert PurchaseSummary.objects.get().purchase_count == 3


def running(batch: ImportBatch, *, undoing: bool = False) -> None:
    ImportBatch.objects.filter(pk=batch.pk).update(
        state=State.APPLYING,
        holder="other",
        lease_until=timezone.now() + dt.timedelta(minutes=1),
        understood=batch.understood | {"undoing": undoing},
    )


def test_the_button_stops_a_list_and_takes_back_what_is_in(monkeypatch, office, nikos):
    batch = half_way(monkeypatch)
    running(batch)
    shown = office.get(page(batch)).text
    assert page(batch, "stop") in shown
    assert "2 of 5 rows so far." in shown

    answer = office.post(page(batch, "stop"), follow=True)

    assert "has been taken back" in answer.text
    assert not Contact.objects.exists()
    verbs = list(AuditEntry.objects.filter(actor_id=nikos.pk).order_by("pk").values_list("verb", flat=True))
    assert verbs[-2:] == ["stop_list", "undo_list"]


def test_the_worker_takes_back_what_was_stopped_of_a_long_list(
    monkeypatch, office, nikos, django_capture_on_commit_callbacks
):
    batch = half_way(monkeypatch)
    running(batch)
    rung = []
    monkeypatch.setattr(admin_imports, "AT_ONCE", 2)
    monkeypatch.setattr(admin_imports, "ring_import", lambda **told: rung.append(told))

    with django_capture_on_commit_callbacks(execute=True):
        office.post(page(batch, "stop"))

    assert rung == [{"batch_id": batch.pk, "undoing": True}]
    tasks.undo_import(batch_id=batch.pk)
    assert not Contact.objects.exists()
    assert AuditEntry.objects.get(verb="undo_list").actor_id == nikos.pk


def test_the_button_of_an_undoing_only_stops_it(monkeypatch, office):
    batch = half_way(monkeypatch)
    running(batch, undoing=True)
    assert "is being taken back" in office.get(page(batch)).text

    stopped = office.post(page(batch, "stop"), follow=True).text

    assert Contact.objects.count() == 2
    assert "Undo of the rest" in stopped
    office.post(page(batch, "undo"))
    assert not Contact.objects.exists()


def test_the_page_of_a_stopped_list_offers_to_go_on_or_to_take_it_back(monkeypatch, office):
    batch = half_way(monkeypatch)

    shown = office.get(page(batch)).text

    assert "2 of its 5 rows are in." in shown
    assert "Import of the rest" in shown
    assert page(batch, "undo") in shown


def test_stopping_what_is_over_says_so(office):
    batch = let_in(*PEOPLE)

    assert "There was nothing to stop" in office.post(page(batch, "stop"), follow=True).text
    assert Contact.objects.count() == 5
