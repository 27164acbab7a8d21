"""May we write to this person now, and if not, why?

One table of stop signs answers for a page, for preparing and for the hand-over: each sign is a code and a condition
on Contact. Nobody else decides. A service here that stops somebody also calls the registered hooks in its own
transaction, so that letters already waiting are skipped: a NOT EXISTS alone would keep its old snapshot while it
waits for a row lock.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone

from customers import audit
from customers.addresses import digests_of
from customers.models import Contact, ServiceCase, Suppression, User


@dataclass(frozen=True)
class StopSign:
    """`code` names the reason; `condition(today)` is true of a Contact that must not be written to."""

    code: str
    condition: Callable[[date], Q]


def _stopped_because(reason: str) -> StopSign:
    return StopSign(reason, lambda today: Q(stopped_reason=reason))


# The first sign that holds is the reason that is told: the gravest first.
STOP_SIGNS = (
    StopSign("erased", lambda today: Q(erased_at__isnull=False)),
    StopSign("not_greeted", lambda today: Q(kind__in=Contact.NEVER_GREETED)),
    StopSign("deceased", lambda today: Q(deceased=True) | Q(stopped_reason=Contact.Stop.DECEASED)),
    StopSign("mourning", lambda today: Q(mourning_until__gte=today) | Q(stopped_reason=Contact.Stop.MOURNING)),
    StopSign(
        "suppressed",
        lambda today: (
            ~Q(address_digest="") & Q(Exists(Suppression.objects.filter(address_digest=OuterRef("address_digest"))))
        ),
    ),
    _stopped_because(Contact.Stop.NO_LETTERS),
    _stopped_because(Contact.Stop.BY_STAFF),
    StopSign(
        "complaint",
        lambda today: (
            Q(stopped_reason=Contact.Stop.COMPLAINT)
            | Q(Exists(ServiceCase.objects.filter(contact=OuterRef("pk")).exclude(state=ServiceCase.State.SOLVED)))
        ),
    ),
)


@dataclass(frozen=True)
class Verdict:
    """`allowed`, or the `code` of the stop sign with its facts."""

    allowed: bool
    code: str = ""
    facts: dict = field(default_factory=dict)


def any_stop(today: date) -> Q:
    """The condition on Contact that is true when any stop sign holds."""
    condition = Q(pk__in=[])
    for sign in STOP_SIGNS:
        condition |= sign.condition(today)
    return condition


def with_stop_code(contacts: QuerySet, *, today: date) -> QuerySet:
    """Annotate each contact with `stop_code`: the first sign that holds, or ""."""
    cases = [When(sign.condition(today), then=Value(sign.code)) for sign in STOP_SIGNS]
    return contacts.annotate(stop_code=Case(*cases, default=Value(""), output_field=CharField()))


def stop_facts(contact: Contact, code: str) -> dict:
    """What the sentence about a stop may say beside its code: ISO days, never an address."""
    if code == "mourning" and contact.mourning_until:
        return {"until": contact.mourning_until.isoformat()}
    if contact.stopped_at and contact.stopped_reason == code:
        return {"since": timezone.localdate(contact.stopped_at).isoformat()}
    return {}


def may_write_to(contact: Contact, *, now: datetime) -> Verdict:
    """Answer for one contact, as the hand-over would at `now`."""
    today = timezone.localdate(now)
    current = with_stop_code(Contact.objects.filter(pk=contact.pk), today=today).get()
    if not current.stop_code:
        return Verdict(True)
    return Verdict(False, current.stop_code, stop_facts(current, current.stop_code))


# No stop sign: the person may be written to, but not where the letters that wait would go.
ADDRESS_CHANGED = "address_changed"
# What a stop did to one thing of one person, as JSON: {"contact": id, …}, enough to put it back.
Trace = dict[str, Any]
StopHook = Callable[[list[int], str, str], list[Trace] | None]
PutBackHook = Callable[[list[Trace]], None]
_stop_hooks: list[tuple[StopHook, PutBackHook]] = []


def register_stop_hook(hook: StopHook, put_back: PutBackHook = lambda traces: None) -> None:
    """`hook(contact_ids, digest, code)` runs inside the transaction of whatever stops those people or that address.

    `put_back(traces)` undoes what it did, where nobody has decided otherwise since.
    """
    if (hook, put_back) not in _stop_hooks:
        _stop_hooks.append((hook, put_back))


def tell_stopped(contact_ids: Iterable[int], code: str, *, digest: str = "") -> list[Trace]:
    """Tell the apps above that these people were just stopped, or have another address (`ADDRESS_CHANGED`), and return
    what that did.

    Call it in the transaction of the change.
    """
    ids = list(contact_ids)
    return [trace for hook, _put_back in _stop_hooks for trace in hook(ids, digest, code) or ()]


def put_back(traces: list[Trace]) -> None:
    """Undo what a stop did that should not have been, in the transaction that takes the stop back."""
    for _hook, undo in _stop_hooks:
        undo(traces)


@transaction.atomic
def stop_letters(contact: Contact, *, by: User | None, now: datetime, reason: str = Contact.Stop.BY_STAFF) -> None:
    """Stop every letter to this person until somebody allows them again."""
    contact.stopped_reason, contact.stopped_at, contact.stopped_by = reason, now, by
    contact.save(update_fields=["stopped_reason", "stopped_at", "stopped_by", "updated_at"])
    audit.record("stop_letters", actor=by, now=now, contact=contact, facts={"reason": str(reason)})
    tell_stopped([contact.pk], str(reason))


@transaction.atomic
def allow_letters(contact: Contact, *, by: User, now: datetime) -> Verdict:
    """Take back a stop that people of the house set, and say what still stands in the way (a suppression stays).

    Only the stop that stands on `contact` as it was read: one that a colleague has set since stays.
    """
    fresh = Contact.objects.select_for_update(no_key=True).get(pk=contact.pk)
    if (fresh.stopped_reason, fresh.stopped_at) == (contact.stopped_reason, contact.stopped_at):
        fresh.stopped_reason, fresh.stopped_at, fresh.stopped_by = "", None, None
        fresh.save(update_fields=["stopped_reason", "stopped_at", "stopped_by", "updated_at"])
        audit.record("allow_letters", actor=by, now=now, contact=contact, facts={"was": contact.stopped_reason})
    contact.refresh_from_db()
    return may_write_to(contact, now=now)


@transaction.atomic
def suppress_address(digest: str, *, reason: str, now: datetime, by: User | None = None) -> bool:
    """Write no more to this address. Return True when it is new; the first reason stays.

    Works from the digest alone, so that a link in a letter works years later, for an erased person too.
    """
    row, created = Suppression.objects.get_or_create(
        address_digest=digest, defaults={"reason": reason, "since": now, "by": by}
    )
    contacts = list(Contact.objects.filter(address_digest=digest))
    if created:
        for contact in contacts or [None]:
            audit.record("suppress_address", actor=by, now=now, obj=row, contact=contact, facts={"reason": reason})
    tell_stopped([contact.pk for contact in contacts], "suppressed", digest=digest)
    return created


# An address that does not exist says nothing of its owner; every other reason is their own word, or ours of them.
WHO_LEFT = frozenset(Suppression.Reason.values) - {Suppression.Reason.HARD_BOUNCE.value}


def left_under(digests: Collection[str]) -> set[str]:
    """Return those of the addresses under which somebody left: no list may lead letters to another one of theirs."""
    left = Suppression.objects.filter(address_digest__in=set(digests) - {""}, reason__in=WHO_LEFT)
    return set(left.values_list("address_digest", flat=True))


def suppressions_of(contact: Contact) -> QuerySet:
    """The suppressions that hit this person, whichever of their addresses they are for."""
    return Suppression.objects.filter(address_digest__in=digests_of(contact))
