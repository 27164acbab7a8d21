"""Many rows at once, past the ORM's instances: COPY on PostgreSQL, hundreds in one statement on SQLite.

Plain values in, in the order of the fields. Nobody's `save()`, signals or defaults are called: whoever uses this gives
every column. Inside the caller's transaction, where there is one.
"""

import csv
import datetime as dt
import gc
import io
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from functools import lru_cache
from itertools import chain, islice
from typing import Any

import orjson
from django.db import connection, models, transaction

Model = type[models.Model]
Value = Any

# What PostgreSQL is to read as NULL. Only of columns that may be NULL; in others it is the text it is.
_NULL = "\\N"
_PIECE = 1 << 16
_ROWS = 200  # written at a time, faster than one by one
# So few rows PostgreSQL writes one by one in less time than it makes a temporary table.
_FEW = 5
# Rows in one statement of SQLite: of 50 columns that all differ some 12,000 parameters, of the 32,766 that it takes.
_AT_ONCE = 250


def reserve_ids(model: Model, count: int) -> list[int]:
    """Return `count` ids of `model` that nobody else will get, in rising order. Used or not, they do not come again."""
    if not count:
        return []
    table = model._meta.db_table
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # The sequence is looked up once, not for each number.
            sequence = "(SELECT pg_get_serial_sequence(%s, 'id')::regclass)"
            cursor.execute(f"SELECT nextval({sequence}) FROM generate_series(1, %s)", [f'"{table}"', count])
            return sorted(row[0] for row in cursor.fetchall())
        # An ordinary table that AUTOINCREMENT keeps: https://www.sqlite.org/autoinc.html
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
        last = found[0] if found else 0
        if found:
            cursor.execute("UPDATE sqlite_sequence SET seq = %s WHERE name = %s", [last + count, table])
        else:
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, count])
        return list(range(last + 1, last + count + 1))


def insert_rows(
    model: Model,
    names: Sequence[str],
    rows: Iterable[Sequence[Value]],
    *,
    same: Mapping[str, Value] | None = None,
    ignore_conflicts: bool = False,
    as_text: bool = False,
    prepared: bool = False,
) -> None:
    """Insert `rows`, tuples of values in the order of `names` (attribute names of fields: "contact_id").

    `same` holds {attribute name: value} of further columns that say the same in all rows. Who gives it, if only {},
    knows that the others differ, and saves the look for columns that do not.
    JSON fields take a list, a dict, or its text. With `as_text` JSON, dates and decimals are their texts already, and
    nobody looks at each; `prepared` rows are what `as_prepared` makes of all their values.
    `ignore_conflicts` leaves out what stands there already; on PostgreSQL that takes the way over a temporary table.
    Raise what the database raises.
    """
    fields = _fields(model, (*names, *(same or ())))
    table = model._meta.db_table
    columns = ", ".join(f'"{field.column}"' for field in fields)
    alike: Sequence[Value] = next(_converted(fields[len(names) :], [tuple((same or {}).values())], as_text=as_text))
    ready = iter(rows) if prepared else _converted(fields[: len(names)], rows, as_text=as_text)
    if connection.vendor == "postgresql" and alike:
        ready = ((*row, *alike) for row in ready)
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            if not ignore_conflicts:
                _copy(cursor, f'"{table}"', fields, ready)
                return
            _temporary(cursor, table, columns)
            _copy(cursor, "coming", fields, ready)
            cursor.execute(f'INSERT INTO "{table}" ({columns}) SELECT {columns} FROM coming ON CONFLICT DO NOTHING')
            cursor.execute("DROP TABLE coming")
            return
        verb = "INSERT OR IGNORE" if ignore_conflicts else "INSERT"
        while some := list(islice(ready, _AT_ONCE)):
            _insert_some(cursor, f'{verb} INTO "{table}" ({columns})', some, None if same is None else alike)


def _insert_some(
    cursor: Any, beginning: str, rows: Sequence[Sequence[Value]], alike: Sequence[Value] | None = None
) -> None:
    """Insert a few hundred rows by one statement, which names once what all of them have in common: the values `alike`
    of columns behind theirs; without these, whatever columns say the same.

    One statement for each row takes SQLite two to four times as long, and most columns of a list say the same.
    """
    if alike is None:
        by_column = list(zip(*rows, strict=True))
        width = len(by_column)
        varying = tuple(place for place, values in enumerate(by_column) if values.count(values[0]) != len(rows))
        alike = [values[0] for place, values in enumerate(by_column) if place not in varying]
        rows = list(zip(*(by_column[place] for place in varying), strict=True)) or rows
    else:
        width, varying = len(rows[0]) + len(alike), tuple(range(len(rows[0])))
    # Django would look for each %s and put a ? there, which takes longer than the rows; its log of queries needs them.
    statement = _several_rows(width, varying, len(rows), "%s" if connection.queries_logged else "?")
    cursor.execute(f"{beginning} {statement}", [*alike, *(chain.from_iterable(rows) if varying else ())])


@lru_cache(maxsize=64)
def _several_rows(width: int, varying: tuple[int, ...], number: int, mark: str) -> str:
    """Return the SELECT of `number` rows of `width` columns, of which only those at the places `varying` differ."""
    if not varying:
        return f"SELECT {', '.join([mark] * width)} FROM (VALUES {', '.join(['(0)'] * number)})"
    names = {place: f"column{order}" for order, place in enumerate(varying, start=1)}
    marks = f"({', '.join([mark] * len(varying))})"
    columns = ", ".join(names.get(place, mark) for place in range(width))
    return f"SELECT {columns} FROM (VALUES {', '.join([marks] * number)})"


def as_prepared(model: Model, values: Mapping[str, Value]) -> dict[str, Value]:
    """Return {attribute name: value} as the driver takes it, for rows that are copies of one but for plain values."""
    made = {}
    for field in _fields(model, tuple(values)):
        convert, value = _converter(field, as_text=False), values[field.attname]
        made[field.attname] = convert(value) if convert else value
    return made


def update_rows(model: Model, names: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
    """Write `names` of the rows whose id stands first in each tuple: (id, value, …)."""
    rows = list(rows)
    if not rows:
        return
    fields = _fields(model, ("id", *names))
    table = model._meta.db_table
    written = [f'"{field.column}"' for field in fields[1:]]
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        if connection.vendor == "postgresql" and len(rows) > _FEW:
            _temporary(cursor, table, ", ".join(['"id"', *written]))
            _copy(cursor, "coming", fields, _converted(fields, rows))
            changes = ", ".join(f"{column} = coming.{column}" for column in written)
            cursor.execute(f'UPDATE "{table}" SET {changes} FROM coming WHERE "{table}"."id" = coming."id"')
            cursor.execute("DROP TABLE coming")
            return
        changes = ", ".join(f"{column} = %s" for column in written)
        turned = ((*row[1:], row[0]) for row in _converted(fields, rows, copied=False))
        cursor.executemany(f'UPDATE "{table}" SET {changes} WHERE "id" = %s', turned)


def find_rows(
    model: Model, names: Sequence[str], among: str, values: Collection[str | int], **equal: Value
) -> list[tuple[Value, ...]]:
    """Return the fields `names` of the rows whose `among` is one of `values`, and other fields as `equal` says.

    In the order of their ids. One statement with one parameter for all the values, however many. Texts are never "":
    partial indexes leave that out, and are taken only when the statement says so too.
    """
    if not values:
        return []
    columns = ", ".join(f'"{field.column}"' for field in _fields(model, names))
    (field,) = _fields(model, (among,))
    several = f'"{field.column}" = ANY(%s)'
    wanted: Value = list(values)
    if connection.vendor == "sqlite":
        several, wanted = f'"{field.column}" IN (SELECT value FROM json_each(%s))', as_json(wanted)
    others = zip(_fields(model, tuple(equal)), equal.values(), strict=True)
    if isinstance(field, models.CharField):
        # Word for word as the indexes have it: SQLite does not know that <> is the same.
        several += f""" AND NOT ("{field.column}" = '')"""
    conditions = "".join(f' AND "{each.column}" {"IS NULL" if value is None else "= %s"}' for each, value in others)
    with connection.cursor() as cursor:
        statement = f'SELECT {columns} FROM "{model._meta.db_table}" WHERE {several}{conditions} ORDER BY "id"'
        cursor.execute(statement, [wanted, *(value for value in equal.values() if value is not None)])
        return cursor.fetchall()


@contextmanager
def many_objects() -> Iterator[None]:
    """For work that makes and drops objects by the million, none of them in circles: what was there before is not
    looked through again and again for what could be collected, and what is new not at every 700th. It takes a tenth
    less time."""
    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()


def has_grown(*tables: Model) -> None:
    """Tell PostgreSQL that these tables have grown by many rows: it plans by what it counted when they were small, and
    would sort them whole for each piece. By itself it counts again only now and then. Nothing is looked up by what
    stands inside JSON, which takes longest to count."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for model in tables:
                plain = (each for each in model._meta.concrete_fields if not isinstance(each, models.JSONField))
                columns = ", ".join(f'"{field.column}"' for field in plain)
                cursor.execute(f'ANALYZE "{model._meta.db_table}" ({columns})')


def as_json(value: Value) -> str:
    """Return a list or dict as the text of a JSON column."""
    return orjson.dumps(value).decode()


def _fields(model: Model, names: Sequence[str]) -> list[models.Field]:
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    return [by_name[name] for name in names]


def _temporary(cursor: Any, table: str, columns: str) -> None:
    cursor.execute(f'CREATE TEMPORARY TABLE coming ON COMMIT DROP AS SELECT {columns} FROM "{table}" WITH NO DATA')


def _copy(cursor: Any, table: str, fields: Sequence[models.Field], ready: Iterator[Sequence[Value]]) -> None:
    columns = ", ".join(f'"{field.column}"' for field in fields)
    never_null = ", ".join(f'"{field.column}"' for field in fields if not field.null)
    options = f"FORMAT csv, NULL '{_NULL}'" + (f", FORCE_NOT_NULL ({never_null})" if never_null else "")
    with connection.wrap_database_errors:  # the driver's own call, past Django's errors
        cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN WITH ({options})", _CopyText(ready))


class _CopyText:
    """The rows as CSV, made while the server reads: never all of them in memory."""

    def __init__(self, rows: Iterator[Sequence[Value]]) -> None:
        self._rows = rows
        self._text = io.StringIO(newline="")
        # With "\\n" alone the writer would leave a lone CR bare, which COPY refuses.
        self._writer = csv.writer(self._text, lineterminator="\r\n")
        self._left = b""

    def read(self, size: int = _PIECE) -> bytes:
        while len(self._left) < size and (some := list(islice(self._rows, _ROWS))):
            self._writer.writerows(some)
            self._left += self._text.getvalue().encode()
            self._text.seek(0)
            self._text.truncate()
        piece, self._left = self._left[:size], self._left[size:]
        return piece


def _converted(
    fields: Sequence[models.Field], rows: Iterable[Sequence[Value]], *, as_text: bool = False, copied: bool = True
) -> Iterator[Sequence[Value]]:
    """Return the rows as the driver takes them, on PostgreSQL `copied` or as parameters; only the columns that need it
    are touched."""
    found = (_converter(field, as_text=as_text, copied=copied) for field in fields)
    converters = [(place, convert) for place, convert in enumerate(found) if convert]
    return _each_converted(converters, rows) if converters else iter(rows)


def _each_converted(
    converters: Sequence[tuple[int, Callable[[Value], Value]]], rows: Iterable[Sequence[Value]]
) -> Iterator[Sequence[Value]]:
    for row in rows:
        made = list(row)
        for place, convert in converters:
            made[place] = convert(made[place])
        yield made


def _converter(field: models.Field, *, as_text: bool, copied: bool = True) -> Callable[[Value], Value] | None:
    if isinstance(field, models.JSONField) and not as_text:
        return _json_text
    if connection.vendor == "postgresql":
        # The CSV writer makes the text of every value; only nothing has to be said.
        return _null_text if field.null and copied else None
    if as_text:
        return None
    for kind, convert in (
        (models.DateTimeField, _naive_text),
        (models.DateField, _date_text),
        (models.DecimalField, _decimal_text),
        (models.UUIDField, _hex),
    ):
        if isinstance(field, kind):
            return convert
    return None


def _json_text(value: Value) -> str:
    return value if isinstance(value, str) else as_json(value)


def _null_text(value: Value) -> Value:
    return _NULL if value is None else value


@lru_cache(maxsize=16)  # the rows of a chunk are of one moment
def _naive_text(value: dt.datetime | None) -> str | None:
    """As Django keeps a time on SQLite: UTC without its name."""
    return None if value is None else str(value.astimezone(dt.UTC).replace(tzinfo=None))


def _date_text(value: dt.date | None) -> str | None:
    return None if value is None else value.isoformat()


def _decimal_text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _hex(value: uuid.UUID | None) -> str | None:
    return None if value is None else value.hex
