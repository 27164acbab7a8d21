"""Pages for when something is not as it should be: plain, in the look of the house, and with a way on."""

import logging
import re

import pytest
from django.test import Client
from django.urls import reverse

from customers import timeline
from customers.models import User
from tests.builders import STAMATIS, make_contact

pytestmark = pytest.mark.django_db


def test_a_page_that_does_not_exist_says_so(desk):
    response = desk.get("/nothing/")

    assert response.status_code == 404
    assert "There is no such page." in response.content.decode()


def test_a_stranger_is_told_the_same_without_the_menu(client):
    page = client.get("/nothing/", headers={"accept-language": "en"})

    assert page.status_code == 404
    assert 'id="menu"' not in page.content.decode()


def test_a_page_for_another_role_says_so(client):
    client.force_login(User.objects.create(username="guest"))

    response = client.get(reverse("customers:person-list"), headers={"accept-language": "en"})

    assert response.status_code == 403
    assert "Your role does not reach this page." in response.content.decode()


def test_a_form_that_grew_old_is_explained(anna):
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(anna)

    response = careful.post(reverse("logout"), headers={"accept-language": "en"})

    assert response.status_code == 403
    assert "The page had grown old." in response.content.decode()


def test_our_own_fault_has_a_number_that_stands_in_the_log(desk, monkeypatch, caplog):
    def breaks_down(contact, limit):
        raise RuntimeError("broken on purpose")

    contact = make_contact(STAMATIS)
    monkeypatch.setattr(timeline, "_sources", [])
    timeline.register(breaks_down)
    desk.raise_request_exception = False

    with caplog.at_level(logging.ERROR):
        response = desk.get(reverse("customers:person-detail", args=[contact.pk]))

    page = response.content.decode()
    number = re.search(r'<span class="num">([0-9A-F]{8})</span>', page)[1]
    assert response.status_code == 500
    assert number in caplog.text
    assert "broken on purpose" not in page
    assert "default-src 'none'" in response["Content-Security-Policy"]
