"""Which column of a list means what: guessed from its name, or from its values without a header row."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from customers.imports.errors import ListError, shown
from customers.imports.headers import (
    NAME_FIELDS,
    REACH_FIELDS,
    SEVERAL_ALLOWED,
    header_key,
    known_headers,
    looked_for,
)

_LOOKS_LIKE = (
    ("email", re.compile(r"^\S+@\S+\.\w+$")),
    ("birthday", re.compile(r"^(\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d{2}-\d{2})$")),
    ("phone", re.compile(r"^\+?[\d ()-]{10,18}$")),
    ("name", re.compile(r"^[^\W\d_]{2,}[ .-]+[^\d@;]{2,}$")),
)
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
            if index < len(row) and row[index] and not row[index].isspace():
                found.append((self.headers[index], row[index]))
        return found

    def cell(self, row: Sequence[str], field: str) -> str:
        """Return the first filled cell of `field`, or ""."""
        for index in self.fields.get(field, ()):
            if index < len(row) and row[index] and not row[index].isspace():
                return row[index]
        return ""

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


def header_score(row: Sequence[str], list_kind: str) -> int:
    """Return how many different fields the cells of this row name; 0 means it is no header row."""
    known = known_headers(list_kind)
    return len({known[key] for key in map(header_key, row) if key in known})


def columns_by_name(headers: Sequence[str], *, list_kind: str, wanted: Mapping[str, str] | None = None) -> Columns:
    """Return what each column of a header row means. `wanted` ({column name: field or ""}) decides before
    our guess.

    Raise `ListError` "mapping_unknown_field" when `wanted` names a field or a column that does not exist.
    """
    known = known_headers(list_kind)
    chosen = _chosen_by_hand(headers, wanted or {}, known)
    fields: dict[str, list[int]] = {}
    unknown = []
    for index, header in enumerate(headers):
        field = chosen[index] if index in chosen else known.get(header_key(header), "")
        if field and (field not in fields or field in SEVERAL_ALLOWED):
            fields.setdefault(field, []).append(index)
        elif header.strip():
            unknown.append(header)

    # "ΟΝΟΜΑ" alone is the whole name; beside "ΕΠΩΝΥΜΟ" it is the first name.
    if "first_name" in fields and "last_name" not in fields and "name" not in fields and not chosen:
        fields["name"] = fields.pop("first_name")
    return Columns(tuple(headers), {field: tuple(indexes) for field, indexes in fields.items()}, tuple(unknown))


def _chosen_by_hand(headers: Sequence[str], wanted: Mapping[str, str], known: Mapping[str, str]) -> dict[int, str]:
    by_key = {header_key(header): index for index, header in enumerate(headers)}
    chosen = {}
    for name, field in wanted.items():
        # As it is written first: "EMAIL 2" beside "EMAIL" is a column of its own.
        places = [index for index, header in enumerate(headers) if header == name]
        if not places and header_key(name) in by_key:
            places = [by_key[header_key(name)]]
        if not places or (field and field not in known.values()):
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
