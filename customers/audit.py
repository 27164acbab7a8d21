"""The trail: who did what when. Written beside the change, in its transaction; never changed afterwards."""

from datetime import datetime

from django.db import models

from customers.models import AuditDetail, AuditEntry, Contact, User


def record(
    verb: str,
    *,
    actor: User | None,
    now: datetime,
    obj: models.Model | None = None,
    contact: Contact | None = None,
    facts: dict | None = None,
    text: str = "",
) -> AuditEntry:
    """Write one entry. `facts` are ids and codes; `text` holds readable words and may be erased with the person."""
    about = obj if obj is not None else contact
    entry = AuditEntry.objects.create(
        at=now,
        actor_id=actor.pk if actor else None,
        actor_name=str(actor) if actor else "",
        verb=verb,
        object_kind=about._meta.model_name if about is not None else "",
        object_id=about.pk if about is not None else None,
        person_key=contact.person_key if contact is not None else None,
        facts=facts or {},
    )
    if text:
        AuditDetail.objects.create(entry=entry, text=text)
    return entry


def record_each(verb: str, *, actor: User | None, now: datetime, entries: list[tuple[Contact, dict]]) -> None:
    """Write one entry for each contact with its facts, in a few statements; for work on many people at once."""
    AuditEntry.objects.bulk_create(
        [
            AuditEntry(
                at=now,
                actor_id=actor.pk if actor else None,
                actor_name=str(actor) if actor else "",
                verb=verb,
                object_kind=contact._meta.model_name,
                object_id=contact.pk,
                person_key=contact.person_key,
                facts=facts,
            )
            for contact, facts in entries
        ],
        batch_size=500,
    )
