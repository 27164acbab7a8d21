"""SQL that the ORM writes once and that runs thousands of times with other values.

Writing the claim takes the ORM several milliseconds, a hundred times what the database needs for it. Here its SQL is
kept; only the values change. The conditions still stand in one place, as a queryset. PostgreSQL, which would plan it
anew each time, keeps its plan as well.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from hashlib import blake2b
from typing import Any
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import QuerySet
from django.db.models.sql import UpdateQuery

_SQL_TYPES = {int: "bigint", str: "text", datetime: "timestamptz", date: "date"}
_DAYS_AND_MOMENTS = ("timestamptz", "date")
# Which statements a connection to PostgreSQL has prepared; a new connection has none.
_prepared: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


@dataclass(frozen=True)
class _Slot:
    name: str


class _Kept:
    """SQL with the values it always has and slots for those that change; `types` names the slots, for PostgreSQL."""

    def __init__(self, sql: str, values: Sequence[Any], types: Mapping[str, str]) -> None:
        self.sql, self.values, self.types = sql, values, types
        self.slots = [value.name for value in values if isinstance(value, _Slot)]

    @cached_property
    def plain(self) -> str:
        """The SQL for SQLite, with question marks for the slots alone.

        A value it always has is written out: SQLite uses a partial index only where the statement says its condition
        in so many words, and plans anew whenever a value is bound that such an index might depend on, which takes five
        times as long as running the claim.
        """
        return self.written(lambda slot: "?", _sqlite_literal)

    @cached_property
    def _places(self) -> list[tuple[str, bool]]:
        """The slots in order, and whether a day or a moment goes there."""
        return [(name, self.types[name] in _DAYS_AND_MOMENTS) for name in self.slots]

    def parameters(self, db: BaseDatabaseWrapper, values: Mapping[str, Any]) -> list[Any]:
        """The values for `plain`, as this database takes them."""
        return [_moment(db.vendor, values[name]) if dated else values[name] for name, dated in self._places]

    def written(self, slot: Callable[[_Slot], str], literal: Callable[[Any], str]) -> str:
        values = iter(self.values)

        def place(found: re.Match) -> str:
            if found[0] == "%%":
                return "%"
            value = next(values)
            return slot(value) if isinstance(value, _Slot) else literal(value)

        return re.sub("%[s%]", place, self.sql)


def _slotted(sql: str, values: Sequence[Any], marks: Mapping[str, Any]) -> tuple[str, list[Any], dict[str, str]]:
    """Put a slot wherever a mark stands. Raise ValueError when one cannot be found: it would stand there for ever."""
    db = connections[DEFAULT_DB_ALIAS]
    names = {_moment(db.vendor, mark) if isinstance(mark, date) else mark: name for name, mark in marks.items()}
    slotted = [_Slot(names[each]) if isinstance(each, str | int | date) and each in names else each for each in values]
    lost = set(marks) - {each.name for each in slotted if isinstance(each, _Slot)}
    if lost:
        raise ValueError(f"these values do not stand in the statement: {sorted(lost)}")
    return sql, slotted, {name: _SQL_TYPES[type(mark)] for name, mark in marks.items()}


class Reading(_Kept):
    """A SELECT. Rows come as the database gives them: no field converts its value."""

    @classmethod
    def from_queryset(cls, write: Callable[..., QuerySet], marks: Mapping[str, Any]) -> "Reading":
        """`write(**marks)` returns a queryset of `values_list`; `marks` as for a Statement."""
        db = connections[DEFAULT_DB_ALIAS]
        return cls(*_slotted(*write(**marks).query.get_compiler(connection=db).as_sql(), marks))

    def rows(self, **values: Any) -> list[tuple]:
        """Return all rows for these values. Raise Django's database errors."""
        db = connections[DEFAULT_DB_ALIAS]
        db.ensure_connection()
        with db.wrap_database_errors:
            if db.vendor != "postgresql":
                return db.connection.execute(self.plain, self.parameters(db, values)).fetchall()
            with db.connection.cursor() as cursor:
                filled = [values[each.name] if isinstance(each, _Slot) else each for each in self.values]
                cursor.execute(self.sql, filled)
                return cursor.fetchall()


class Statement(_Kept):
    """An UPDATE."""

    def __init__(self, sql: str, values: Sequence[Any], types: Mapping[str, str]) -> None:
        super().__init__(sql, values, types)
        self._name = "kept_" + blake2b(repr((sql, values)).encode(), digest_size=8).hexdigest()

    @classmethod
    def from_queryset(
        cls, write: Callable[..., tuple[QuerySet, Mapping[str, Any]]], marks: Mapping[str, Any]
    ) -> "Statement":
        """`write(**marks)` returns (queryset, columns) of an UPDATE; `marks` are values that occur nowhere else.

        Where a mark stands in the SQL's values, the value of that name is put at each run. Raise ValueError when a
        mark cannot be found again.
        """
        queryset, columns = write(**marks)
        query = queryset.query.chain(UpdateQuery)
        query.add_update_values(columns)
        compiler = query.get_compiler(connection=connections[DEFAULT_DB_ALIAS])
        return cls(*_slotted(*compiler.as_sql(), marks))

    def run(self, **values: Any) -> int:
        """Execute with these values and return how many rows changed. Raise Django's database errors."""
        db = connections[DEFAULT_DB_ALIAS]
        db.ensure_connection()
        with db.wrap_database_errors:
            return self.change(db, values)

    def change(self, db: BaseDatabaseWrapper, values: Mapping[str, Any]) -> int:
        """As `run`, on an open connection and with its own errors."""
        if db.vendor == "postgresql":
            return self._run_prepared(db.connection, values)
        return db.connection.execute(self.plain, self.parameters(db, values)).rowcount

    def _run_prepared(self, connection: Any, values: Mapping[str, Any]) -> int:
        known = _prepared.setdefault(connection, set())
        with connection.cursor() as cursor:
            if self._name not in known:
                # One plan for all values: the values differ, the way to the row does not. Only PREPARE heeds it.
                cursor.execute("SET plan_cache_mode = force_generic_plan")
                cursor.execute(self._preparation(cursor))
                known.add(self._name)
            places = ", ".join(["%s"] * len(self.types))
            cursor.execute(f"EXECUTE {self._name} ({places})", [values[each] for each in self.types])
            return cursor.rowcount

    def _preparation(self, cursor: Any) -> str:
        """PREPARE with numbered places for the slots; every other value is written out."""
        numbers = {name: number for number, name in enumerate(self.types, 1)}
        sql = self.written(lambda slot: f"${numbers[slot.name]}", lambda value: cursor.mogrify("%s", [value]).decode())
        return f"PREPARE {self._name} ({', '.join(self.types.values())}) AS {sql}"


class Pair:
    """Two UPDATEs of different rows in one transaction of their own. Slots of one name are one.

    On PostgreSQL one statement, so one round trip: both see the rows as they were before either.
    """

    def __init__(self, first: Statement, second: Statement) -> None:
        self._first, self._second = first, second
        self.sql = f"WITH first AS ({first.sql} RETURNING 1) {second.sql}"
        self._as_one = Statement(self.sql, [*first.values, *second.values], {**first.types, **second.types})

    def run_on(self, db: BaseDatabaseWrapper, values: Mapping[str, Any]) -> int:
        """Execute both, outside of any transaction, and return how many rows the second changed; both or neither.

        Raise Django's database errors.
        """
        db.ensure_connection()
        with db.wrap_database_errors:
            if db.vendor == "postgresql":
                return self._as_one.change(db, values)
            return self._run_in_turn(db, values)

    def _run_in_turn(self, db: BaseDatabaseWrapper, values: Mapping[str, Any]) -> int:
        first, second = self._first.parameters(db, values), self._second.parameters(db, values)
        execute = db.connection.execute
        execute("BEGIN IMMEDIATE")
        try:
            execute(self._first.plain, first)
            changed = execute(self._second.plain, second).rowcount
            execute("COMMIT")
        except BaseException:
            if db.connection.in_transaction:
                execute("ROLLBACK")
            raise
        return changed


def _sqlite_literal(value: Any) -> str:
    """A value of ours as SQLite writes it: never one that came from outside, those are slots."""
    if value is None:
        return "NULL"
    if isinstance(value, bool | int):
        return str(int(value))
    return "'" + str(value).replace("'", "''") + "'"


@lru_cache(maxsize=64)
def _moment(vendor: str, value: date) -> Any:
    """A day or a moment as this database takes it; the record and the claim of one instant share theirs."""
    db = connections[DEFAULT_DB_ALIAS]
    if isinstance(value, datetime):
        if vendor == "sqlite" and value.tzinfo is db.timezone:
            return str(value)[: -len("+00:00")]  # as Django writes it, which asks for the zone of the value first
        return db.ops.adapt_datetimefield_value(value)
    return db.ops.adapt_datefield_value(value)
