"""An UPDATE that the ORM writes once and that runs thousands of times with other values.

Writing the claim takes the ORM several milliseconds, a hundred times what the database needs for it. Here its SQL is
kept; only the values change. The conditions still stand in one place, as a queryset.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.sql import UpdateQuery


@dataclass(frozen=True)
class _Slot:
    name: str


class Statement:
    """`write(**marks)` returns (queryset, columns) of an UPDATE; `marks` are values that occur nowhere else.

    Where a mark stands in the SQL's values, the value of that name is put at each run. Raise ValueError when a mark
    cannot be found again: the statement would run with the mark itself.
    """

    def __init__(self, write: Callable[..., tuple[QuerySet, Mapping[str, Any]]], marks: Mapping[str, Any]) -> None:
        queryset, columns = write(**marks)
        query = queryset.query.chain(UpdateQuery)
        query.add_update_values(columns)
        self.sql, values = query.get_compiler(connection=connection).as_sql()
        names = {_adapted(mark): name for name, mark in marks.items()}
        self._values = [_Slot(names[each]) if _is_mark(each, names) else each for each in values]
        lost = set(marks) - {each.name for each in self._values if isinstance(each, _Slot)}
        if lost:
            raise ValueError(f"these values do not stand in the statement: {sorted(lost)}")

    def run(self, **values: Any) -> int:
        """Execute with these values and return how many rows changed."""
        adapted = {name: _adapted(value) for name, value in values.items()}
        parameters = [adapted[each.name] if isinstance(each, _Slot) else each for each in self._values]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, parameters)
            return cursor.rowcount


def _is_mark(value: Any, names: Mapping[Any, str]) -> bool:
    return isinstance(value, str | int | date) and value in names


def _adapted(value: Any) -> Any:
    """A value as this database takes it."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    return value
