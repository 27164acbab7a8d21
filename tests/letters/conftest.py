import json

import pytest
from django.test import Client

from campaigns.dispatch.kept import _idle
from tests.builders import make_user


@pytest.fixture
def staff(db):
    return make_user("anna", role="staff", first_name="Άννα")


@pytest.fixture
def manager(db):
    return make_user("eleni", role="manager", first_name="Ελένη")


def client_of(user) -> Client:
    """A browser in which this colleague is logged in, reading English."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


@pytest.fixture
def as_staff(staff):
    return client_of(staff)


@pytest.fixture
def as_manager(manager):
    return client_of(manager)


@pytest.fixture
def rung(settings):
    """Reads what lies at the (real, embedded) broker for a worker to take: [(task, ids)]."""
    queue = settings.BROKER_DIR / "queue"
    for file in queue.iterdir():
        file.unlink()

    def calls() -> list[tuple[str, str]]:
        headers = [json.loads(file.read_text())["headers"] for file in sorted(queue.iterdir())]
        return [(each["task"], each["kwargsrepr"]) for each in headers]

    return calls


@pytest.fixture
def fresh_transport():
    """The kept connections are made anew from this test's settings, and forgotten after it."""
    _idle.clear()
    yield
    _idle.clear()
