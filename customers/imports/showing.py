"""Rows and counts of an import as its page shows them: plain values, sentences made in the reader's
language."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from customers.imports.finding import Wish, changed_fields, reasons
from customers.imports.merging import NAME_FIELDS, new_contact
from customers.imports.planning import FLAGS
from customers.imports.reason_kinds import kind_name
from customers.imports.rejects import FILE_NAMES, can_be_mended
from customers.imports.report import SHOWS, number_of, other_names, row_sentences
from customers.imports.understanding import ENCODING_NAMES
from customers.imports.words import field_name
from customers.models import Contact, ImportBatch, ImportRow, User
from customers.person_words import Opening, opening

BAR_WIDTH = 1000
_GAP = 3


@dataclass(frozen=True)
class ShownRow:
    """One row on the page. `tone` is "out", "ask" or ""."""

    number: int
    written: str
    becomes: str
    opening: Opening | None
    contact_id: int | None
    changes: list[tuple[str, str, str]]
    sentences: list[str]
    tone: str
    purchase: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Filter:
    """One class of rows with how many there are. `query` asks for it."""

    query: str
    label: str
    number: int
    current: bool


@dataclass(frozen=True)
class Choice:
    """One thing to choose rows by."""

    value: str
    label: str
    current: bool


def filters(batch: ImportBatch, wish: Wish) -> list[Filter]:
    """Return the classes that have rows, and the one that is shown."""
    # In the plural: of rows, where `ImportRow.Action` speaks of one.
    labels = {
        "all": _("all"),
        "new": pgettext("rows", "new"),
        "joined": pgettext("rows", "joined to others"),
        "changed": pgettext("rows", "changed"),
        "unchanged": pgettext("rows", "unchanged"),
        "refused": pgettext("rows", "left out"),
        "ask": _("to ask"),
        "kept": _("not taken back"),
    }
    found = [Filter(wish.but(show=show), labels[show], number_of(batch, show), show == wish.show) for show in SHOWS]
    return [each for each in found if each.number or each.current]


def field_choices(batch: ImportBatch, wish: Wish) -> list[Choice]:
    """Return the fields that the list changes, with how many rows do."""
    return [
        Choice(field, f"{field_name(field)} ({number_format(number, force_grouping=True)})", field == wish.field)
        for field, number in changed_fields(batch)
    ]


def reason_choices(batch: ImportBatch, wish: Wish) -> list[Choice]:
    """Return the kinds of reasons that rows of the list have, with how many do."""
    return [
        Choice(kind, f"{kind_name(kind)} ({number_format(number, force_grouping=True)})", kind == wish.reason)
        for kind, number in reasons(batch)
    ]


def about_typed(batch: ImportBatch) -> list[str]:
    """Return how many values that a colleague typed stay, and how many the list writes over."""
    typed = batch.understood.get("typed", {})
    kept, written = typed.get("typed_kept", 0), typed.get("typed_written", 0)
    sentences = []
    if kept:
        stay = ngettext(
            "%(number)s value that a colleague typed stays as it is.",
            "%(number)s values that a colleague typed stay as they are.",
            kept,
        )
        sentences.append(stay % {"number": number_format(kept, force_grouping=True)})
    if written:
        over = ngettext(
            "%(number)s value that a colleague typed is written over.",
            "%(number)s values that a colleague typed are written over.",
            written,
        )
        sentences.append(over % {"number": number_format(written, force_grouping=True)})
    return sentences


def files(batch: ImportBatch) -> list[str]:
    """Return the classes of rows that can be had as a file to mend, of those that have rows."""
    ready = batch.state != ImportBatch.State.STAGING and can_be_mended(batch)
    return [show for show in FILE_NAMES if ready and number_of(batch, show)]


def said_of_all(batch: ImportBatch) -> list[str]:
    """Return what was said of everybody in the list and of its categories, and of which categories there was nobody."""
    said = batch.understood.get("manners", {})
    sentences = said_in_words(said)
    for key in batch.understood.get("unmet_categories", []):
        name = said["categories"][key]
        sentences.append(_("No row of the list is of the category “%(category)s”.") % {"category": name})
    return sentences


def as_last_time(batch: ImportBatch) -> list[str]:
    """Return that the columns are those of an earlier list, and what was said of everybody in it and is not now."""
    sentences = []
    if day := batch.understood.get("as_last_time"):
        words = {"day": date_format(timezone.localdate(dt.datetime.fromisoformat(day)), "j E Y")}
        sentences.append(_("The columns are as last time, on %(day)s.") % words)
    said = said_last_time(batch)
    return [*sentences, " ".join([_("Last time you also said:"), *said])] if said else sentences


def said_last_time(batch: ImportBatch) -> list[str]:
    """Return what was said of everybody in the last such list, when nothing is said of this one."""
    if batch.understood.get("manners"):
        return []
    return said_in_words(batch.understood.get("said_last_time", {}))


def said_in_words(said: Mapping[str, Any]) -> list[str]:
    """Return what is said of everybody in a list, and of its categories (facts of `Manners`), in sentences."""
    names = said.get("categories", {})
    in_words = partial(_manners_in_words, owners=_owner_names(said))
    sentences = []
    if words := in_words(said.get("register"), said.get("owner_id")):
        sentences.append(_("For everybody: %(said)s.") % {"said": words})
    for key, name in sorted(names.items()):
        words = in_words(said.get("registers", {}).get(key), said.get("owners", {}).get(key))
        sentences.append(_("Category “%(category)s”: %(said)s.") % {"category": name, "said": words})
    return sentences


def _manners_in_words(register: str | None, owner_id: int | None, *, owners: dict[int, str]) -> str:
    words = (str(Contact.Register(register).label) if register else "", owners.get(owner_id, ""))
    return ", ".join(filter(None, words))


def _owner_names(said: Mapping[str, Any]) -> dict[int, str]:
    ids = {said.get("owner_id"), *said.get("owners", {}).values()} - {None}
    return {user.pk: str(user) for user in User.objects.filter(pk__in=ids)} if ids else {}


def shown_rows(batch: ImportBatch, rows: list[ImportRow]) -> list[ShownRow]:
    """Return the rows of one page, in a fixed number of queries."""
    names = other_names(rows)
    owners = _owners_in(rows)
    joined_to = {row.joined_to_row for row in rows if row.contact is None} - {None}
    targets = {row.row_number: row for row in batch.rows.filter(row_number__in=joined_to).select_related("contact")}
    return [_shown(batch, row, targets.get(row.joined_to_row, row), row_sentences(row, names), owners) for row in rows]


def _owners_in(rows: list[ImportRow]) -> dict[int, str]:
    """Return {id: name} of the colleagues whom changes of these rows speak of, in one query."""
    ids = {pk for row in rows for pk in row.values.get("changes", {}).get("owner_id", [])} - {None}
    return {user.pk: str(user) for user in User.objects.filter(pk__in=ids)} if ids else {}


def _shown(
    batch: ImportBatch, row: ImportRow, target: ImportRow, sentences: list[str], owners: dict[int, str]
) -> ShownRow:
    """`target` is the row that this one joins, while neither is in yet; else the row itself."""
    contact = _contact_of(target) if batch.kind == ImportBatch.Kind.CONTACTS else None
    if contact and contact.pk and batch.state == ImportBatch.State.REHEARSED:
        _as_it_becomes(contact, row)
    return ShownRow(
        number=row.row_number,
        written=row.values.get("as_written", ""),
        becomes=contact.name if contact and (contact.pk or contact.raw_name) else "",
        opening=opening(contact) if contact else None,
        contact_id=row.contact_id,
        changes=_changes(row, owners),
        sentences=sentences,
        tone="out" if row.action == ImportRow.Action.REFUSED else "ask" if row.asks else "",
        purchase=_purchase(row) if batch.kind == ImportBatch.Kind.PURCHASES else {},
    )


def _contact_of(row: ImportRow) -> Contact | None:
    """Return who the row is about: the contact, or the one it would become."""
    if row.contact is not None:
        return row.contact
    if row.action != ImportRow.Action.NEW:
        return None
    return new_contact(row.values, row.contact_id)


def _as_it_becomes(contact: Contact, row: ImportRow) -> None:
    """Put what the row would change of their name and register on a contact that nobody saves."""
    changes = row.values.get("changes", {})
    for name in ("register", *NAME_FIELDS):
        if name in changes:
            setattr(contact, name, changes[name][1])


def _changes(row: ImportRow, owners: dict[int, str]) -> list[tuple[str, str, str]]:
    """Return (field, old, new) in words; codes and ids are no words."""
    words: dict[str, dict[Any, str]] = {"register": dict(Contact.Register.choices), "owner_id": owners}
    found = []
    for name, (old, new) in row.values.get("changes", {}).items():
        of_field = words.get(name, {})
        if label := field_name(name.removesuffix("_id")):
            found.append((label, str(of_field.get(old, old) or "–"), str(of_field.get(new, new))))
    return found


def _purchase(row: ImportRow) -> dict[str, str]:
    values = row.values
    day = values["purchased_on"]
    return {
        "document": values["document"],
        "day": date_format(dt.date.fromisoformat(day), "j/n/Y") if day else "",
        "customer": values["customer"],
        "item": values["item"],
        "amount": "–" if row.reason_code.startswith("number_") else _amount(values["amount"]),
    }


def _amount(number: str) -> str:
    return number_format(Decimal(number), decimal_pos=2, use_l10n=True, force_grouping=True)


def bar(batch: ImportBatch) -> list[dict[str, Any]]:
    """Return the parts of the bar over all rows: class, x and width, out of 1000."""
    counts = batch.counts
    known = counts["joined"] + counts["changed"] + counts["unchanged"]
    parts = [("f-now", counts["new"]), ("f-soft", known), ("f-wax", counts["refused"])]
    parts = [(name, number) for name, number in parts if number]
    room = BAR_WIDTH - _GAP * (len(parts) - 1)
    x, found = 0, []
    for name, number in parts:
        width = max(2, round(room * number / counts["rows"]))
        found.append({"name": name, "x": str(x), "width": str(width)})
        x += width + _GAP
    return found


def columns(batch: ImportBatch) -> list[dict[str, str]]:
    """Return the columns of the file with a first value, what each becomes ("" when it stays out) and a
    note."""
    return [
        {
            "header": column["header"],
            "first": column["first"],
            "becomes": field_name(column["field"]),
            "note": _about_remarks(batch) if column["field"] == "remarks" else "",
        }
        for column in batch.understood.get("columns", [])
    ]


def _about_remarks(batch: ImportBatch) -> str:
    notes = batch.counts.get("notes", {})
    stopping = sum(notes.get(flag, 0) for flag in FLAGS)
    left_out = notes.get("remark_left_out", 0)
    sentences = []
    if stopping:
        sentences.append(
            ngettext(
                "%(number)s stops the wishes until somebody has looked.",
                "%(number)s stop the wishes until somebody has looked.",
                stopping,
            )
            % {"number": stopping}
        )
    if left_out:
        sentences.append(
            ngettext(
                "%(number)s on money or character stays out.",
                "%(number)s on money or character stay out.",
                left_out,
            )
            % {"number": left_out}
        )
    return " ".join(sentences)


def how_read(batch: ImportBatch) -> str:
    """Return one sentence on how the file was read."""
    if batch.sheet:
        return _("Workbook, sheet “%(sheet)s”.") % {"sheet": batch.sheet}
    facts = {"encoding": ENCODING_NAMES.get(batch.encoding, batch.encoding), "delimiter": batch.delimiter}
    if batch.delimiter == "\t":
        return _("%(encoding)s, columns separated by tabs.") % facts
    return _("%(encoding)s, columns separated by “%(delimiter)s”.") % facts
