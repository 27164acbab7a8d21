import pytest
from django.contrib.auth.models import Group
from django.db import connection

from customers.roles import ROLES


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests of PostgreSQL alone have nothing to say on SQLite: they are not part of that run, rather than skipped."""
    if connection.vendor == "postgresql":
        return
    foreign = [item for item in items if item.get_closest_marker("postgres")]
    if foreign:
        items[:] = [item for item in items if item not in foreign]
        config.hook.pytest_deselected(items=foreign)


@pytest.fixture
def _groups_after_flush(transactional_db) -> None:
    """A test with real commits begins on a flushed database: the groups of the migration are put back."""
    for role in ROLES:
        Group.objects.get_or_create(name=role)
