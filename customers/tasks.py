"""Celery tasks of the people: ids in, one call into the domain. Each may run twice, late or never without
harm."""

import logging
from collections.abc import Callable

from celery import shared_task
from django.utils import timezone

from customers.imports.applying import ApplyError, apply_batch, asker_of, due_imports
from customers.imports.undoing import undo_batch
from customers.models import ImportBatch
from customers.ringing import bell

logger = logging.getLogger(__name__)


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


def ring_unfinished_imports() -> None:
    """Ring for imports whose worker is gone; called by the sweep."""
    for batch_id, undoing in due_imports(now=timezone.now()):
        ring_import(batch_id=batch_id, undoing=undoing)
