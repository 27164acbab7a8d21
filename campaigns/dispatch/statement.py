"""An UPDATE that the ORM writes once and that runs thousands of times with other values.

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

from django.db import connection
from django.db.models import QuerySet
from django.db.models.sql import UpdateQuery

_SQL_TYPES = {int: "bigint", str: "text", datetime: "timestamptz", date: "date"}
# Which statements a connection to PostgreSQL has prepared; a new connection has none.
_prepared: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


@dataclass(frozen=True)
class _Slot:
    name: str


class Statement:
    """SQL with the values it always has and slots for those that change; `types` names the slots, for PostgreSQL."""

    def __init__(self, sql: str, values: Sequence[Any], types: Mapping[str, str]) -> None:
        self.sql, self._values, self._types = sql, values, types
        self._slots = [value.name for value in values if isinstance(value, _Slot)]
        self._name = "kept_" + blake2b(repr((sql, values)).encode(), digest_size=8).hexdigest()

    @classmethod
    def from_queryset(
        cls, write: Callable[..., tuple[QuerySet, Mapping[str, Any]]], marks: Mapping[str, Any]
    ) -> "Statement":
        """`write(**marks)` returns (queryset, columns) of an UPDATE; `marks` are values that occur nowhere else.

        Where a mark stands in the SQL's values, the value of that name is put at each run. Raise ValueError when a
        mark cannot be found again: the statement would run with the mark itself.
        """
        queryset, columns = write(**marks)
        query = queryset.query.chain(UpdateQuery)
        query.add_update_values(columns)
        sql, values = query.get_compiler(connection=connection).as_sql()
        names = {_adapted(mark): name for name, mark in marks.items()}
        slotted = [_Slot(names[each]) if _is_mark(each, names) else each for each in values]
        lost = set(marks) - {each.name for each in slotted if isinstance(each, _Slot)}
        if lost:
            raise ValueError(f"these values do not stand in the statement: {sorted(lost)}")
        return cls(sql, slotted, {name: _SQL_TYPES[type(mark)] for name, mark in marks.items()})

    def after(self, first: "Statement") -> "Statement":
        """Return one statement that runs `first` and then this one (PostgreSQL); its row count is this one's.

        Both see the rows as they were before either: they must not change the same row. Slots of one name are one.
        """
        sql = f"WITH first AS ({first.sql} RETURNING 1) {self.sql}"
        return Statement(sql, [*first._values, *self._values], first._types | self._types)

    def run(self, **values: Any) -> int:
        """Execute with these values and return how many rows changed. Raise Django's database errors."""
        connection.ensure_connection()
        with connection.wrap_database_errors:
            if connection.vendor == "postgresql":
                return self._run_prepared(values)
            adapted = {name: _adapted(value) for name, value in values.items()}
            parameters = [adapted[name] for name in self._slots]
            return connection.connection.execute(self._plain, parameters).rowcount

    def _run_prepared(self, values: Mapping[str, Any]) -> int:
        known = _prepared.setdefault(connection.connection, set())
        with connection.connection.cursor() as cursor:
            if self._name not in known:
                # One plan for all values: the values differ, the way to the row does not. Only PREPARE heeds it.
                cursor.execute("SET plan_cache_mode = force_generic_plan")
                cursor.execute(self._preparation(cursor))
                known.add(self._name)
            places = ", ".join(["%s"] * len(self._types))
            cursor.execute(f"EXECUTE {self._name} ({places})", [values[each] for each in self._types])
            return cursor.rowcount

    @cached_property
    def _plain(self) -> str:
        """The SQL for SQLite, with question marks for the slots alone.

        A value it always has is written out: SQLite plans a statement anew whenever a value is bound that a partial
        index might depend on, and planning the claim takes five times as long as running it.
        """
        return self._written(lambda slot: "?", _sqlite_literal)

    def _preparation(self, cursor: Any) -> str:
        """PREPARE with numbered places for the slots; every other value is written out."""
        numbers = {name: number for number, name in enumerate(self._types, 1)}
        sql = self._written(lambda slot: f"${numbers[slot.name]}", lambda value: cursor.mogrify("%s", [value]).decode())
        return f"PREPARE {self._name} ({', '.join(self._types.values())}) AS {sql}"

    def _written(self, slot: Callable[[_Slot], str], literal: Callable[[Any], str]) -> str:
        values = iter(self._values)

        def written(place: re.Match) -> str:
            if place[0] == "%%":
                return "%"
            value = next(values)
            return slot(value) if isinstance(value, _Slot) else literal(value)

        return re.sub("%[s%]", written, self.sql)


def _sqlite_literal(value: Any) -> str:
    """A value of ours as SQLite writes it: never one that came from outside, those are slots."""
    if value is None:
        return "NULL"
    if isinstance(value, bool | int):
        return str(int(value))
    return "'" + str(value).replace("'", "''") + "'"


def _is_mark(value: Any, names: Mapping[Any, str]) -> bool:
    return isinstance(value, str | int | date) and value in names


def _adapted(value: Any) -> Any:
    """A value as this database takes it."""
    return _moment(connection.vendor, value) if isinstance(value, date) else value


@lru_cache(maxsize=64)
def _moment(vendor: str, value: date) -> Any:
    """A day or a moment as this database takes it; the record and the claim of one instant share theirs."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return connection.ops.adapt_datefield_value(value)
