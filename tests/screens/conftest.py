import pytest

from tests.builders import make_user


@pytest.fixture
def anna(db):
    """A colleague of the shop floor."""
    return make_user("anna", role="staff", first_name="Άννα")


@pytest.fixture
def nikos(db):
    """The admin of the house."""
    return make_user("nikos", role="admin", first_name="Νίκος")


@pytest.fixture
def desk(client, anna):
    """Anna's browser, with English screens so that a test reads like its page."""
    client.force_login(anna)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def office(client, nikos):
    """The admin's browser, with English screens."""
    client.force_login(nikos)
    client.cookies["django_language"] = "en"
    return client
