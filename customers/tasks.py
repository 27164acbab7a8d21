"""Celery tasks of the people: ids in, one call into the domain. Each may run twice, late or never without
harm."""

import logging
from collections.abc import Callable

from celery import shared_task
from django.utils import timezone

from customers.imports.applying import ApplyError, apply_batch, asker_of, due_imports
from customers.imports.errors import ListError
from customers.imports.files import forget_finished
from customers.imports.rehearsing import due_rehearsals, rehearse
from customers.imports.undoing import undo_batch
from customers.models import ImportBatch
from customers.ringing import bell

logger = logging.getLogger(__name__)


@shared_task
def rehearse_import(*, batch_id: int) -> None:
    """Rehearse a received list; begin anew where a killed worker left off."""
    try:
        rehearse(batch_id=batch_id)
    except (ListError, ApplyError) as error:  # its page says the same in words
        logger.warning("Import %s was not rehearsed: %s", batch_id, error.code)


@shared_task
def apply_import(*, batch_id: int) -> None:
    """Let a rehearsed list in; go on where a killed worker left off."""
    _work(apply_batch, batch_id, undoing=False)


@shared_task
def undo_import(*, batch_id: int) -> None:
    """Take a list back; go on where a killed worker left off."""
    _work(undo_batch, batch_id, undoing=True)


def _work(work: Callable[..., ImportBatch], batch_id: int, *, undoing: bool) -> None:
    batch = ImportBatch.objects.select_related("created_by").get(pk=batch_id)
    try:
        work(batch_id=batch_id, by=asker_of(batch, undoing=undoing))
    except ApplyError as error:
        logger.warning("Import %s was left alone: %s", batch_id, error.code)


def ring_import(*, batch_id: int, undoing: bool = False) -> None:
    """Ring for one import. When the ring is lost, its page goes on offering the button."""
    bell.ring(undo_import if undoing else apply_import, batch_id=batch_id)


def ring_rehearsal(*, batch_id: int) -> None:
    """Ring for one rehearsal. When the ring is lost, the sweep rings again."""
    bell.ring(rehearse_import, batch_id=batch_id)


def ring_unfinished_imports() -> None:
    """Ring for rehearsals and imports whose worker is gone, and let go of files nobody needs; called by the sweep."""
    now = timezone.now()
    for batch_id in due_rehearsals(now=now):
        ring_rehearsal(batch_id=batch_id)
    for batch_id, undoing in due_imports(now=now):
        ring_import(batch_id=batch_id, undoing=undoing)
    forget_finished(now=now)
