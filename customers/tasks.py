"""Celery tasks of the people: ids in, one call into the domain. Each may run twice, late or never without
harm."""

import logging

from celery import shared_task
from django.utils import timezone

from customers.imports.applying import ApplyError, apply_batch, due_imports
from customers.models import ImportBatch
from customers.ringing import bell

logger = logging.getLogger(__name__)


@shared_task
def apply_import(*, batch_id: int) -> None:
    """Let a rehearsed list in; go on where a killed worker left off."""
    try:
        apply_batch(batch_id=batch_id, by=ImportBatch.objects.get(pk=batch_id).created_by)
    except ApplyError as error:
        logger.warning("Import %s was not applied: %s", batch_id, error.code)


def ring_import(*, batch_id: int) -> None:
    """Ring for one import. A lost ring costs one sweep; until then the page says that the list is not yet in."""
    bell.ring(apply_import, batch_id=batch_id)


def ring_unfinished_imports() -> None:
    """Ring for imports whose worker is gone; called by the sweep."""
    for batch_id in due_imports(now=timezone.now()):
        ring_import(batch_id=batch_id)
