"""Every page of the house, and who may open it. A new page fails here until somebody has said so."""

from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from customers.models import Contact
from tests.builders import make_contact, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.once]

PUBLIC, MEMBER, STAFF, MANAGER, ADMIN = range(5)  # MEMBER: whoever has logged in, even without a role
PAGES = {
    "login": PUBLIC,
    "set_language": PUBLIC,
    "health": PUBLIC,
    "campaigns:unsubscribe": PUBLIC,
    "logout": MEMBER,
    "password_change": MEMBER,
    "password_change_done": MEMBER,
    "today": STAFF,
    "customers:person-list": STAFF,
    "customers:acquaint": STAFF,
    "customers:product-list": STAFF,
    "customers:product-said": STAFF,
    "customers:product-edit": STAFF,
    "customers:person-add": STAFF,
    "customers:person-detail": STAFF,
    "customers:person-edit": STAFF,
    "customers:person-register": STAFF,
    "customers:person-name-day": STAFF,
    "customers:person-settle": STAFF,
    "customers:note-add": STAFF,
    "customers:letters-stop": STAFF,
    "customers:letters-allow": STAFF,
    "campaigns:campaign-list": STAFF,
    "campaigns:campaign-create": STAFF,
    "campaigns:campaign-detail": STAFF,
    "campaigns:campaign-progress": STAFF,
    "campaigns:campaign-write": STAFF,
    "campaigns:campaign-draft": STAFF,
    "campaigns:campaign-reader": STAFF,
    "campaigns:campaign-find": STAFF,
    "campaigns:campaign-check": STAFF,
    "campaigns:campaign-preview": STAFF,
    "campaigns:campaign-try": STAFF,
    "campaigns:campaign-audience": STAFF,
    "campaigns:audience-rows": STAFF,
    "campaigns:audience-count": STAFF,
    "campaigns:audience-save": STAFF,
    "campaigns:audience-names": STAFF,
    "campaigns:segment-list": STAFF,
    "campaigns:segment-edit": STAFF,
    "campaigns:segment-delete": STAFF,
    "campaigns:version-list": STAFF,
    "campaigns:version-detail": STAFF,
    "campaigns:version-restore": STAFF,
    "campaigns:campaign-prepare": STAFF,
    "campaigns:campaign-pause": STAFF,
    "campaigns:letter-edit": STAFF,
    "campaigns:letter-edit-preview": STAFF,
    "campaigns:letter-edit-clear": STAFF,
    "campaigns:letter-edit-settle": STAFF,
    "campaigns:letter-confirm": STAFF,
    "campaigns:hand-edit-list": STAFF,
    "campaigns:hand-edit-agree": STAFF,
    "campaigns:test-letter-send": STAFF,
    "campaigns:test-letter-lines": STAFF,
    "campaigns:test-group-list": STAFF,
    "campaigns:test-group-add": STAFF,
    "campaigns:test-group-edit": STAFF,
    "campaigns:test-group-delete": STAFF,
    "campaigns:message-detail": STAFF,
    "campaigns:message-html": STAFF,
    "campaigns:by-hand-list": STAFF,
    "campaigns:by-hand-sheet": STAFF,
    "campaigns:by-hand-without-email": STAFF,
    "campaigns:letter-by-hand": STAFF,
    "campaigns:by-hand-done": STAFF,
    "campaigns:by-hand-back": STAFF,
    "campaigns:held-list": STAFF,
    "campaigns:held-give": STAFF,
    "campaigns:held-neutral": STAFF,
    "campaigns:held-neutral-letter": STAFF,
    "campaigns:review-room": STAFF,
    "campaigns:review-undo": STAFF,
    "campaigns:review-new-words": STAFF,
    "campaigns:review-letter": STAFF,
    "campaigns:letter-read": STAFF,
    "campaigns:letter-tick": STAFF,
    "campaigns:letter-tick-alike": STAFF,
    "campaigns:letter-aside": STAFF,
    "campaigns:letter-back": STAFF,
    "campaigns:letter-name": STAFF,
    "campaigns:letter-new-words": STAFF,
    "campaigns:notice-seen": STAFF,
    "campaigns:mailbox-list": STAFF,
    "campaigns:mailbox-detail": STAFF,
    "campaigns:mailbox-html": STAFF,
    "campaigns:campaign-signing": STAFF,
    "campaigns:campaign-ask": STAFF,
    "campaigns:campaign-comment": STAFF,
    "campaigns:campaign-approve": MANAGER,
    "campaigns:campaign-house": MANAGER,
    "campaigns:campaign-return": MANAGER,
    "campaigns:campaign-letters": STAFF,
    "campaigns:campaign-schedule": MANAGER,
    "campaigns:campaign-send": MANAGER,
    "campaigns:campaign-resume": MANAGER,
    "campaigns:campaign-cancel": MANAGER,
    "campaigns:message-settle": MANAGER,
}
# The admin has its own door and the same lock for all of its pages.
ADMIN_DOOR = {"admin:login", "admin:logout"}
ROLES = {"staff": STAFF, "manager": MANAGER, "admin": ADMIN}


def named_pages(patterns=None, space: str = "") -> Iterator[tuple[str, list[str]]]:
    """Yield each URL name with the names of its arguments."""
    for entry in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(entry, URLResolver):
            yield from named_pages(entry.url_patterns, f"{entry.namespace}:" if entry.namespace else space)
        elif isinstance(entry, URLPattern) and entry.name:
            yield f"{space}{entry.name}", list(entry.pattern.regex.groupindex)


def address(name: str, arguments: list[str]) -> str:
    text = {"token": "x", "letter_id": "x", "code": "in", "app_label": "customers"}
    return reverse(name, kwargs={argument: text.get(argument, 1) for argument in arguments})


ALL = dict(named_pages())
OURS = [name for name in ALL if not name.startswith("admin:")]
ADMINS = [name for name in ALL if name.startswith("admin:") and name not in ADMIN_DOOR]


def answers(client, name: str) -> list:
    """What GET and POST give; a page that does not take one of them answers 405, after the lock."""
    place = address(name, ALL[name])
    return [client.get(place), client.post(place)]


def is_refused(response) -> bool:
    return response.status_code == 403 or (response.status_code == 302 and "/login/?next=" in response["Location"])


def test_every_page_is_in_the_matrix():
    assert set(OURS) == set(PAGES)


@pytest.mark.parametrize("name", sorted(set(OURS) & set(PAGES)))
def test_strangers_open_only_public_pages(client, name):
    for response in answers(client, name):
        assert is_refused(response) == (PAGES[name] > PUBLIC)


@pytest.mark.parametrize("name", sorted(set(OURS) & set(PAGES)))
def test_somebody_without_a_role_sees_nobody(client, name):
    user = make_user(role="staff")
    user.groups.clear()
    client.force_login(user)

    for response in answers(client, name):
        assert is_refused(response) == (PAGES[name] > MEMBER)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", sorted(set(OURS) & set(PAGES)))
def test_each_role_opens_what_it_may(client, name, role):
    client.force_login(make_user(role=role))

    for response in answers(client, name):
        assert is_refused(response) == (ROLES[role] < PAGES[name])


@pytest.mark.parametrize("role", [None, "staff", "manager"])
def test_the_admin_is_closed_to_everybody_below_an_admin(client, role):
    if role:
        client.force_login(make_user(role=role))

    open_to_them = [name for name in ADMINS if not all(is_refused(response) for response in answers(client, name))]

    assert open_to_them == []


def test_an_admin_opens_every_list_of_the_admin(client):
    client.force_login(make_user(role="admin"))
    lists = [name for name in ADMINS if name.endswith(("_changelist", "_import")) or name == "admin:index"]

    closed = [name for name in lists if client.get(address(name, [])).status_code != 200]

    assert len(lists) > 8
    assert closed == []


@pytest.mark.parametrize("name", ["admin:customers_contact_export", "admin:customers_purchase_export"])
def test_an_admin_exports_the_people_and_the_purchases(client, name):
    client.force_login(make_user(role="admin"))

    assert client.get(address(name, ALL[name])).headers["Content-Type"].startswith("text/csv")


def test_a_page_that_stops_letters_does_nothing_on_a_mere_look(client):
    contact = make_contact()
    client.force_login(make_user(role="admin"))

    client.get(reverse("customers:letters-stop", args=[contact.pk]))

    assert Contact.objects.get(pk=contact.pk).stopped_reason == ""
