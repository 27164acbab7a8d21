"""The frame of every screen: language, security headers, what a page never holds."""

import re

import pytest
from django.urls import reverse

from customers.models import User
from tests.builders import PASSWORD, STAMATIS, make_contact, make_user

pytestmark = pytest.mark.django_db


def test_the_menu_marks_the_page_one_is_on(desk):
    page = desk.get(reverse("customers:person-list")).content.decode()

    assert re.search(r'<a href="/people/" aria-current="page">Customers</a>', page)
    assert page.count('aria-current="page"') == 1


def test_only_an_admin_sees_the_way_into_the_admin(desk):
    assert 'href="/admin/"' not in desk.get("/people/").content.decode()


def test_the_admin_sees_the_way_into_the_admin(office):
    assert 'href="/admin/"' in office.get("/people/").content.decode()


def test_screens_are_greek_unless_somebody_chose_otherwise(client, anna):
    client.force_login(anna)

    page = client.get("/people/").content.decode()

    assert '<html lang="el">' in page


def test_the_language_switch_works_without_a_script_and_is_remembered(desk, anna):
    response = desk.post(reverse("set_language"), {"language": "el", "next": "/people/"})

    assert response["Location"] == "/people/"
    assert '<html lang="el">' in desk.get("/people/").content.decode()
    assert User.objects.get(pk=anna.pk).language == "el"


def test_the_language_is_found_again_at_the_next_login(client):
    make_user("john", language="en")

    client.post(reverse("login"), {"username": "john", "password": PASSWORD})

    assert '<html lang="en">' in client.get("/people/").content.decode()


def test_a_language_we_do_not_speak_changes_nothing(desk, anna):
    desk.post(reverse("set_language"), {"language": "xx", "next": "/people/"})

    assert User.objects.get(pk=anna.pk).language == ""


def test_the_language_switch_leads_to_no_other_house(desk):
    response = desk.post(reverse("set_language"), {"language": "el", "next": "https://elsewhere.example/"})

    assert response["Location"] == "/"


ADDRESSES = ["/", "/people/", "/people/new/", "/password/", "/people/{id}/", "/people/{id}/edit/", "/people/{id}/stop/"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_holds_no_inline_script_or_style_and_nothing_of_others(desk, address):
    contact = make_contact(STAMATIS)

    response = desk.get(address.format(id=contact.pk))
    page = response.content.decode()

    assert response.status_code == 200
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", page)
    assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', page)
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert response["X-Frame-Options"] == "DENY"


def test_health_answers_without_a_login(client):
    response = client.get(reverse("health"))

    assert response.status_code == 200
    assert response.json().items() >= {"status": "ok", "database": "ok"}.items()
    assert set(response.json()) == {"status", "database", "worker_count", "queue_age_seconds"}
