import pytest

from customers import tasks
from customers.models import Contact, ImportBatch
from tests.imports.lists import customer
from tests.imports.steps import let_in, rehearse

pytestmark = pytest.mark.django_db
ROW = customer("1", "ΒΛΑΧΟΥ ΕΛΕΝΗ")


def test_the_task_lets_a_list_in_and_may_run_twice():
    batch = rehearse(ROW)

    tasks.apply_import(batch_id=batch.pk)
    tasks.apply_import(batch_id=batch.pk)

    assert Contact.objects.count() == 1


def test_the_task_takes_a_list_back():
    batch = let_in(ROW)

    tasks.undo_import(batch_id=batch.pk)

    assert not Contact.objects.exists()


def test_a_task_that_comes_for_nothing_does_no_harm(caplog):
    batch = rehearse(ROW)

    tasks.undo_import(batch_id=batch.pk)

    assert "not_rehearsed" in caplog.text
    assert ImportBatch.objects.get().state == ImportBatch.State.REHEARSED


def test_an_import_whose_worker_died_is_rung_for_with_the_work_it_was_at(monkeypatch):
    rung = []
    monkeypatch.setattr(tasks.apply_import, "apply_async", lambda **told: rung.append(("apply", told["kwargs"])))
    monkeypatch.setattr(tasks.undo_import, "apply_async", lambda **told: rung.append(("undo", told["kwargs"])))
    batch = rehearse(ROW)
    ImportBatch.objects.update(
        state="applying", lease_until="2026-01-01T00:00Z", understood=batch.understood | {"undoing": True}
    )

    tasks.ring_unfinished_imports()

    assert rung == [("undo", {"batch_id": batch.pk})]
