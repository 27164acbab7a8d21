"""Which column of a list means what: guessed from its name, or from its values without a header row."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import etiquette
from customers.imports.errors import ListError, shown
from customers.imports.headers import (
    NAME_FIELDS,
    REACH_FIELDS,
    SEVERAL_ALLOWED,
    field_called,
    fields_of,
    header_key,
    is_plain_name,
    looked_for,
)

_LOOKS_LIKE = (
    ("email", re.compile(r"^\S+@\S+\.\w+$")),
    ("birthday", re.compile(r"^(\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d{2}-\d{2})$")),
    ("phone", re.compile(r"^\+?[\d ()-]{10,18}$")),
    ("name", re.compile(r"^[^\W\d_]{2,}[ .-]+[^\d@;]{2,}$")),
)
# What stands in a row of people and never among the names of columns: an address, a phone. Not a date or a year,
# which a column of balances may be called by.
_OF_A_PERSON = re.compile(r"\s*(?:\S+@\S+\.\w+|\+?\d[\d ()-]{8,17})\s*")
# Half of the filled cells: lists without a header row are ragged, and a wrong guess is seen in the rehearsal.
_ENOUGH = 0.5


@dataclass(frozen=True)
class Columns:
    """`fields`: field -> column indexes in file order. `headers`: the names as written ("" where there is
    none). `unknown`: names of the columns that are left out."""

    headers: tuple[str, ...]
    fields: Mapping[str, tuple[int, ...]]
    unknown: tuple[str, ...]

    def cells(self, row: Sequence[str], field: str) -> list[tuple[str, str]]:
        """Return (column name, cell) for each filled column of `field`."""
        found = []
        for index in self.fields.get(field, ()):
            if index < len(row) and (cell := row[index]) and not cell.isspace():
                found.append((self.headers[index], cell))
        return found

    def cell(self, row: Sequence[str], field: str) -> str:
        """Return the first filled cell of `field`, or ""."""
        for index in self.fields.get(field, ()):
            if index < len(row) and (cell := row[index]) and not cell.isspace():
                return cell
        return ""

    def reader(self, field: str) -> Callable[[Sequence[str]], str]:
        """Return what `cell` does for this field, as a function of the row alone: for a list of many rows."""
        indexes = self.fields.get(field, ())
        if not indexes:
            return _nothing
        if len(indexes) > 1:
            return lambda row: self.cell(row, field)
        index = indexes[0]

        def one(row: Sequence[str]) -> str:
            try:
                cell = row[index]
            except IndexError:
                return ""
            return "" if cell.isspace() else cell

        return one

    def header_of(self, field: str) -> str:
        """Return the name of the first column of `field`, or ""."""
        indexes = self.fields.get(field, ())
        return self.headers[indexes[0]] if indexes else ""

    def as_json(self) -> dict[str, str]:
        """Return {column name: field or ""}: the form a saved mapping and `--mapping FILE` have."""
        field_of = {index: field for field, indexes in self.fields.items() for index in indexes}
        found: dict[str, str] = {}
        for index, name in enumerate(self.headers):
            if name:
                # Of two columns with one name the first counts, unless only the other became something.
                found[name] = found.get(name) or field_of.get(index, "")
        return found


def _nothing(row: Sequence[str]) -> str:
    return ""


def header_score(row: Sequence[str], list_kind: str) -> int:
    """Return how many different fields the cells of this row name; 0 means it is no header row."""
    fields = {field_called(cell, list_kind) for cell in row} - {""}
    return 0 if _is_of_a_person(row) else len(fields)


def _is_of_a_person(row: Sequence[str]) -> bool:
    return any(map(_OF_A_PERSON.fullmatch, row))


def find_header(first: Sequence[Sequence[str]], list_kind: str) -> int:
    """Return the number of the header row among the first rows, 0 when there is none: the one that names most fields.

    Of a header in two rows it is the lower one.
    """
    scores = [
        0 if _is_of_a_person(cells) else header_score(header_names(first, number, list_kind), list_kind)
        for number, cells in enumerate(first, start=1)
    ]
    best = max(scores, default=0)
    place = scores.index(best) if best else -1
    if best == 1 and _is_a_value(first, place, list_kind):
        return 0
    return place + 1


def _is_a_value(first: Sequence[Sequence[str]], place: int, list_kind: str) -> bool:
    """Return whether the one cell that could name a column is a word of the list: ΠΕΛΑΤΗΣ, ΕΤΑΙΡΕΙΑ as a category."""
    if any(map(_is_of_a_person, first[:place])):
        return True
    index = next(at for at, cell in enumerate(first[place]) if field_called(cell, list_kind))
    word = etiquette.fold(first[place][index].strip())
    below = [row for row in first[place + 1 :] if row != first[place] and index < len(row)]
    return any(etiquette.fold(row[index].strip()) == word for row in below)


def header_names(first: Sequence[Sequence[str]], number: int, list_kind: str) -> list[str]:
    """Return the names of the columns in row `number`. Where it is empty, the name in the row above holds: the upper
    of two header rows names what is not divided (ΤΗΛΕΦΩΝΑ over ΣΤΑΘΕΡΟ and ΚΙΝΗΤΟ, beside ΕΠΩΝΥΜΙΑ)."""
    names = list(first[number - 1])
    above = first[number - 2] if number > 1 else ()
    names += [""] * (len(above) - len(names))
    for index, name in enumerate(above):
        if not names[index].strip() and field_called(name, list_kind):
            names[index] = name
    return names


def columns_by_name(headers: Sequence[str], *, list_kind: str, wanted: Mapping[str, str] | None = None) -> Columns:
    """Return what each column of a header row means. `wanted` ({column name: field or ""}) decides before
    our guess.

    Raise `ListError` "mapping_unknown_field" when `wanted` names a field or a column that does not exist.
    """
    chosen = _chosen_by_hand(headers, wanted or {}, fields_of(list_kind))
    fields: dict[str, list[int]] = {}
    unknown = []
    for index, header in enumerate(headers):
        field = chosen[index] if index in chosen else field_called(header, list_kind)
        if field and (field not in fields or field in SEVERAL_ALLOWED):
            fields.setdefault(field, []).append(index)
        elif header.strip():
            unknown.append(header)

    # "ΟΝΟΜΑ" alone is the whole name; beside "ΕΠΩΝΥΜΟ" it is the first name.
    if "first_name" in fields and "last_name" not in fields and "name" not in fields and not chosen:
        fields["name"] = fields.pop("first_name")
    if (
        fields.keys() >= {"name", "last_name"}
        and "first_name" not in fields
        and not chosen
        and is_plain_name(headers[fields["name"][0]])
    ):
        fields["first_name"] = fields.pop("name")
    return Columns(tuple(headers), {field: tuple(indexes) for field, indexes in fields.items()}, tuple(unknown))


def _chosen_by_hand(headers: Sequence[str], wanted: Mapping[str, str], fields: Collection[str]) -> dict[int, str]:
    by_key = {header_key(header): index for index, header in enumerate(headers)}
    chosen = {}
    for name, field in wanted.items():
        # As it is written first: "EMAIL 2" beside "EMAIL" is a column of its own.
        places = [index for index, header in enumerate(headers) if header == name]
        if not places and header_key(name) in by_key:
            places = [by_key[header_key(name)]]
        if not places or (field and field not in fields):
            raise ListError("mapping_unknown_field", column=shown(name), field=shown(field))
        chosen |= dict.fromkeys(places, field)
    return chosen


def columns_by_value(rows: Iterable[Sequence[str]]) -> Columns:
    """Return a guess for a list of contacts without a header row, from some of its rows.

    It is a guess: only e-mails, phones, dates and whole names are recognised, other columns stay out.
    """
    table = [list(row) for row in rows]
    width = max((len(row) for row in table), default=0)
    fields: dict[str, list[int]] = {}
    for index in range(width):
        cells = [row[index].strip() for row in table if index < len(row) and row[index].strip()]
        for field, pattern in _LOOKS_LIKE:
            enough = cells and sum(bool(pattern.match(cell)) for cell in cells) >= _ENOUGH * len(cells)
            if enough and (field not in fields or field in SEVERAL_ALLOWED):
                fields.setdefault(field, []).append(index)
                break
    return Columns(("",) * width, {field: tuple(indexes) for field, indexes in fields.items()}, ())


def require_contact_columns(columns: Columns) -> None:
    """Raise `ListError` when the list names nobody, or has nothing to reach or recognise them by."""
    found = ", ".join(shown(header) for header in columns.headers if header.strip())
    if not any(field in columns.fields for field in REACH_FIELDS):
        raise ListError("list_nothing_to_reach", looked_for=looked_for("contacts", REACH_FIELDS), found=found)
    if not any(field in columns.fields for field in (*NAME_FIELDS, "email")):
        raise ListError("list_no_names", looked_for=looked_for("contacts", NAME_FIELDS), found=found)


def require_purchase_columns(columns: Columns) -> None:
    """Raise `ListError` when a list of purchases lacks its document number, day, customer or amount."""
    found = ", ".join(shown(header) for header in columns.headers if header.strip())
    missing = [field for field in ("document", "date", "amount") if field not in columns.fields]
    if "customer_code" not in columns.fields and "customer_email" not in columns.fields:
        missing.append("customer_code")
    if missing:
        raise ListError("purchases_columns_missing", looked_for=looked_for("purchases", tuple(missing)), found=found)
