"""«Γνωριμία»: colleagues say how each person is addressed and who signs. Nothing here is guessed or written over.

Each function locks the contact, looks whether the question still stands, and returns an `Outcome`: a code for the
sentence, and the `Step` that `take_back` can undo. An answer somebody else gave meanwhile is told, never replaced.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.dateparse import parse_datetime

import etiquette
from customers import audit
from customers.models import AuditEntry, Contact, PassedOn, User
from customers.name_decisions import remember_names
from customers.pile import DECISION, TAKEN_BACK, familiar_form
from customers.roles import colleagues
from customers.search import index_contacts
from customers.services.contacts import NAME_FIELDS, edit_contact, settle_look

# Reasons to look that are about the name; others (an address of two people) stay when the name is settled.
NAME_REASON = "name_unsure"
# What an answer may change; a step keeps what each of these was and became.
_WATCHED = (
    "register", "owner_id", "known_as", "salutation_typed", "kind", "first_name", "last_name", "company_name",
    "titles", "gender", "name_confidence", "name_reason", "name_choices", "names_version", "needs_look", "look_reasons",
)  # fmt: skip
# What an answer settles even where it says what stood already: whoever writes one of these later has the last word.
_SETTLED = {
    "register": {"register"},
    "owner": {"owner_id"},
    "known_as": {"known_as"},
    "name": {"kind", "first_name", "last_name", "company_name", "gender"},
    "mend": set(),
}

# Entries of the trail that say who changed what a card shows.
_CHANGES = (DECISION, TAKEN_BACK, "edit_contact", "add_contact", "settle_look")


@dataclass(frozen=True)
class Step:
    """One answer of a colleague, as plain values a session can keep.

    `fields` holds [before, after] of each field the answer settled or changed.

    `earlier_pass` is the "I don't know them" that stood before this one, None when there was none.
    """

    did: str
    contact_id: int
    fields: dict[str, list] = field(default_factory=dict)
    typed: list[str] = field(default_factory=list)
    earlier_pass: dict[str, Any] | None = None

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Outcome:
    """What came of an answer: a code and its facts for the sentence; a step when something was written."""

    code: str
    contact_id: int
    facts: dict[str, Any] = field(default_factory=dict)
    step: Step | None = None


def _locked(contact_id: int) -> Contact | None:
    """Return the contact for writing; None when it is not one whose address is asked about (erased, a company)."""
    contact = Contact.objects.select_for_update(no_key=True).filter(pk=contact_id).first()
    return contact if contact is not None and contact.acquaintance else None


def _kept(contact: Contact) -> dict[str, Any]:
    contact.refresh_from_db()
    return {name: getattr(contact, name) for name in (*_WATCHED, "typed_fields")}


def _step(did: str, contact: Contact, before: dict[str, Any]) -> Step:
    after = _kept(contact)
    fields = {
        name: [before[name], after[name]] for name in _WATCHED if name in _SETTLED[did] or before[name] != after[name]
    }
    typed = sorted(set(after["typed_fields"]) - set(before["typed_fields"]))
    return Step(did, contact.pk, fields=fields, typed=typed)


def _last_hand(contact: Contact, *, besides: User) -> str:
    """The name of whoever changed this contact last, "" when that was `besides` or nobody of the house."""
    entries = AuditEntry.objects.filter(person_key=contact.person_key, verb__in=_CHANGES)
    entry = entries.order_by("-pk").first()
    return entry.actor_name if entry and entry.actor_id != besides.pk else ""


def _already(contact: Contact, *, by: User) -> Outcome:
    facts = {"colleague": _last_hand(contact, besides=by), "register": contact.register}
    return Outcome("already", contact.pk, facts)


@transaction.atomic
def decide_register(contact_id: int, *, register: str, by: User, now: datetime) -> Outcome:
    """Say σου ("informal") or σας ("formal") to this person from now on, as `by` says who knows them.

    Codes: "informal" or "formal"; "already" with the colleague's name when somebody has answered meanwhile, and then
    nothing is written; "gone". Raise `ValueError` for another register.
    """
    chosen = Contact.Register(register)
    contact = _locked(contact_id)
    if contact is None:
        return Outcome("gone", contact_id)
    if contact.acquaintance == Contact.Acquaintance.DECIDED:
        return _already(contact, by=by)
    before = _kept(contact)
    contact.register = chosen.value
    contact.typed_fields = sorted({*contact.typed_fields, "register"})
    contact.save(update_fields=["register", "typed_fields", "updated_at"])
    audit.record(DECISION, actor=by, now=now, contact=contact, facts={"register": chosen.value})
    return Outcome(chosen.value, contact_id, step=_step("register", contact, before))


@transaction.atomic
def pass_on(contact_id: int, *, by: User, now: datetime, asked_of: User | None = None) -> Outcome:
    """`by` does not know this person: ask the others, or `asked_of` alone until they have answered.

    A colleague who has passed too is not asked again. When all have passed, the person stays as they came in: formal,
    and the house signs. Codes: "passed", "asked", "nobody_knows", "already", "gone".
    """
    contact = _locked(contact_id)
    if contact is None:
        return Outcome("gone", contact_id)
    if contact.acquaintance == Contact.Acquaintance.DECIDED:
        return _already(contact, by=by)
    row = PassedOn.objects.filter(contact=contact, colleague=by).first()
    earlier = {"asked_of": row.asked_of_id, "passed_at": row.passed_at.isoformat()} if row else None
    passed = set(PassedOn.objects.filter(contact=contact).values_list("colleague_id", flat=True)) | {by.pk}
    others = colleagues().exclude(pk__in=passed)
    if asked_of is not None and not others.filter(pk=asked_of.pk).exists():
        asked_of = None
    PassedOn.objects.update_or_create(contact=contact, colleague=by, defaults={"asked_of": asked_of, "passed_at": now})
    facts = {"asked_of": asked_of.pk if asked_of else None}
    audit.record("pass_on", actor=by, now=now, contact=contact, facts=facts)
    step = Step("pass", contact.pk, earlier_pass=earlier)
    if asked_of is not None:
        return Outcome("asked", contact_id, {"colleague": str(asked_of)}, step)
    return Outcome("passed" if others.exists() else "nobody_knows", contact_id, step=step)


@transaction.atomic
def take_care(contact_id: int, *, owner: User | None, seen: int | None, by: User, now: datetime) -> Outcome:
    """Let `owner` look after this person and sign to them; None is the house.

    `seen` is the id of the owner that `by` saw on the page: when it is another meanwhile, nothing is written.
    Codes: "owner", "unchanged", "owner_changed", "gone".
    """
    contact = _locked(contact_id)
    if contact is None:
        return Outcome("gone", contact_id)
    if contact.owner_id != seen:
        return Outcome("owner_changed", contact_id, {"colleague": str(contact.owner) if contact.owner else ""})
    before = _kept(contact)
    if not edit_contact(contact, changes={"owner": owner}, by=by, now=now):
        return Outcome("unchanged", contact_id)
    return Outcome("owner", contact_id, {"colleague": str(owner) if owner else ""}, _step("owner", contact, before))


@transaction.atomic
def call_by(contact_id: int, *, known_as: str, by: User, now: datetime) -> Outcome:
    """Take the suggested form as the name their own people use. Only the form suggested now, never any other text.

    Codes: "known_as", "changed" (the name is another meanwhile), "gone".
    """
    contact = _locked(contact_id)
    if contact is None:
        return Outcome("gone", contact_id)
    if not known_as or familiar_form(contact) != known_as:
        return Outcome("changed", contact_id, {"colleague": _last_hand(contact, besides=by)})
    before = _kept(contact)
    edit_contact(contact, changes={"known_as": known_as}, by=by, now=now)
    return Outcome("known_as", contact_id, {"known_as": known_as}, _step("known_as", contact, before))


@transaction.atomic
def choose_name(contact_id: int, *, choice: str, by: User, now: datetime) -> Outcome:
    """Settle an unsure name by one of its readings, or as it stands ("").

    What the list left open besides the name stays open. Codes: "name", "changed" (settled meanwhile), "gone".
    """
    contact = _locked(contact_id)
    if contact is None:
        return Outcome("gone", contact_id)
    if contact.name_confidence >= etiquette.SURE or (choice and choice not in contact.name_choices):
        return Outcome("changed", contact_id, {"colleague": _last_hand(contact, besides=by)})
    before = _kept(contact)
    _settle_name(contact, choice, by=by, now=now)
    return Outcome("name", contact_id, step=_step("name", contact, before))


@transaction.atomic
def mend_name(contact_id: int, *, choice: str | None, changes: Mapping[str, Any], by: User, now: datetime) -> Outcome:
    """Settle a name where a letter to its owner is read: by one of its readings (`choice`, "" as it stands), or by
    what was typed of it (`changes`, checked by a form).

    Unlike the questions of Γνωριμία it may be asked of anybody, and again. Codes: "name"; "unchanged"; "changed" when
    a reading is chosen that is no longer offered; "gone".
    """
    contact = Contact.objects.select_for_update(no_key=True).filter(pk=contact_id, erased_at=None).first()
    if contact is None:
        return Outcome("gone", contact_id)
    if choice is not None:
        settled = contact.name_confidence >= etiquette.SURE and not choice
        if settled or (choice and choice not in contact.name_choices):
            return Outcome("changed", contact_id, {"colleague": _last_hand(contact, besides=by)})
    before = _kept(contact)
    if choice is not None:
        _settle_name(contact, choice, by=by, now=now)
    elif not edit_contact(contact, changes=changes, by=by, now=now):
        return Outcome("unchanged", contact_id)
    return Outcome("name", contact_id, step=_step("mend", contact, before))


def _settle_name(contact: Contact, choice: str, *, by: User, now: datetime) -> None:
    """Settle the name alone: what the list left open besides stays open."""
    others = [reason for reason in contact.look_reasons if reason.get("code") != NAME_REASON]
    settle_look(contact, by=by, now=now, choice=choice)
    if others:
        contact.needs_look, contact.look_reasons = True, others
        contact.save(update_fields=["needs_look", "look_reasons", "updated_at"])


@transaction.atomic
def take_back(step: Step, *, by: User, now: datetime) -> Outcome:
    """Undo one answer of `by`: put back exactly what it changed.

    Codes: "undone"; "changed" with the colleague's name when somebody has written over it since, and then nothing is
    taken back; "gone".
    """
    # Not `_locked`: a name may have been settled as a company's, of whom nothing is asked any more.
    contact = Contact.objects.select_for_update(no_key=True).filter(pk=step.contact_id, erased_at=None).first()
    if contact is None:
        return Outcome("gone", step.contact_id)
    now_kept = _kept(contact)
    as_left = all(now_kept[name] == after for name, (_before, after) in step.fields.items())
    owner_before = step.fields.get("owner_id", [None])[0]
    owner_left = owner_before is not None and not User.objects.filter(pk=owner_before).exists()
    if owner_left or not as_left or not set(step.typed) <= set(now_kept["typed_fields"]):
        return Outcome("changed_since", contact.pk, {"colleague": _last_hand(contact, besides=by)})
    if step.did == "pass":
        if contact.acquaintance != Contact.Acquaintance.OPEN:
            return _already(contact, by=by) if contact.acquaintance else Outcome("gone", contact.pk)
        _put_back_pass(contact, step, by=by)
    else:
        for name, (before, _after) in step.fields.items():
            setattr(contact, name, before)
        contact.typed_fields = sorted(set(now_kept["typed_fields"]) - set(step.typed))
        contact.save(update_fields=[*step.fields, "typed_fields", "updated_at"])
    if NAME_FIELDS.intersection(step.fields):
        index_contacts([contact.pk])
        remember_names(contact, by=by, now=now)
    audit.record(TAKEN_BACK, actor=by, now=now, contact=contact, facts={"did": step.did, "fields": sorted(step.fields)})
    return Outcome("undone", contact.pk)


def _put_back_pass(contact: Contact, step: Step, *, by: User) -> None:
    own = PassedOn.objects.filter(contact=contact, colleague=by)
    if step.earlier_pass is None:
        own.delete()
        return
    asked_of = User.objects.filter(pk=step.earlier_pass["asked_of"]).first()
    own.update(asked_of=asked_of, passed_at=parse_datetime(step.earlier_pass["passed_at"]))
