"""The door: one sentence for every wrong try, few tries, a fresh session, no way to another house."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.login_limit import (
    ACCOUNT_WINDOW,
    TRIES_PER_ACCOUNT,
    TRIES_PER_ACCOUNT_AND_ADDRESS,
    TRIES_PER_ADDRESS,
    may_try_login,
    note_failed_login,
    note_login,
)
from customers.models import LoginAttempt, User
from greetings_crm.accounts import EXAMPLE_PASSWORD
from tests.builders import NOW, PASSWORD, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def knock(client, username="anna", password="wrong", **more):
    return client.post(reverse("login"), {"username": username, "password": password, **more})


@pytest.fixture
def english(client):
    client.cookies["django_language"] = "en"
    return client


def test_the_right_password_leads_to_the_page_one_wanted(english, anna):
    response = knock(english, password=PASSWORD, next="/people/")

    assert response["Location"] == "/people/"


@pytest.mark.parametrize("elsewhere", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_a_login_never_leads_out_of_the_house(english, anna, elsewhere):
    response = knock(english, password=PASSWORD, next=elsewhere)

    assert response["Location"] == "/"


def test_an_unknown_name_and_a_wrong_password_get_the_same_answer(english, anna):
    def shown(response):
        return [str(error) for error in response.context["form"].non_field_errors()]

    unknown, wrong = shown(knock(english, username="nobody")), shown(knock(english))
    assert unknown == wrong == ["The name or the password is not right."]


def test_a_closed_account_gets_the_same_answer_too(english):
    make_user("former", is_active=False)

    response = knock(english, username="former", password=PASSWORD)

    assert "The name or the password is not right." in response.content.decode()


def test_too_many_wrong_tries_close_the_door_even_to_the_right_password(english, anna):
    for _try in range(TRIES_PER_ACCOUNT_AND_ADDRESS):
        knock(english)

    response = knock(english, password=PASSWORD)

    assert response.status_code == 200
    assert "Too many tries. Try again in 15 minutes." in response.content.decode()


def test_a_door_closed_for_one_account_is_open_for_another(english, anna):
    make_user("nikos")
    for _try in range(TRIES_PER_ACCOUNT_AND_ADDRESS):
        knock(english)

    assert knock(english, username="nikos", password=PASSWORD).status_code == 302


def test_capitals_and_blanks_are_no_new_account(db):
    for _try in range(TRIES_PER_ACCOUNT_AND_ADDRESS):
        note_failed_login(username="anna", address="10.0.0.1", now=NOW)

    assert not may_try_login(username=" ANNA ", address="10.0.0.1", now=NOW)


def test_the_door_opens_again_after_the_window(db):
    for _try in range(TRIES_PER_ACCOUNT_AND_ADDRESS):
        note_failed_login(username="anna", address="10.0.0.1", now=NOW)

    assert not may_try_login(username="anna", address="10.0.0.1", now=NOW + timedelta(minutes=14))
    assert may_try_login(username="anna", address="10.0.0.1", now=NOW + timedelta(minutes=15))


def test_one_address_that_tries_many_accounts_is_stopped(db):
    for number in range(TRIES_PER_ADDRESS):
        note_failed_login(username=f"guess{number}", address="10.0.0.1", now=NOW)

    assert not may_try_login(username="anna", address="10.0.0.1", now=NOW)
    assert may_try_login(username="anna", address="10.0.0.2", now=NOW)


def test_the_right_password_clears_earlier_slips(english, anna):
    for _try in range(TRIES_PER_ACCOUNT_AND_ADDRESS - 1):
        knock(english)
    knock(english, password=PASSWORD)
    english.logout()
    knock(english)

    assert knock(english, password=PASSWORD).status_code == 302


def test_an_empty_password_clears_nothing(english, anna):
    for _try in range(TRIES_PER_ACCOUNT_AND_ADDRESS):
        knock(english)
        knock(english, password="")

    assert knock(english, password=PASSWORD).status_code == 200


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.7", "192.0.2.7", True),
        ("::ffff:192.0.2.7", "::ffff:192.0.2.8", False),
    ],
)
def test_one_home_has_one_count_however_many_addresses_it_owns(db, first, second, same):
    for _try in range(TRIES_PER_ACCOUNT_AND_ADDRESS):
        note_failed_login(username="anna", address=first, now=NOW)

    assert may_try_login(username="anna", address=second, now=NOW) is not same


def tried_from_everywhere(now=NOW) -> None:
    for number in range(TRIES_PER_ACCOUNT):
        note_failed_login(username="anna", address=f"10.0.{number}.1", now=now)


def test_many_addresses_that_try_one_account_are_stopped_for_an_hour(db):
    tried_from_everywhere()

    assert not may_try_login(username="anna", address="192.0.2.7", now=NOW + timedelta(minutes=59))
    assert may_try_login(username="anna", address="192.0.2.7", now=NOW + timedelta(minutes=60))
    assert may_try_login(username="eleni", address="192.0.2.7", now=NOW)


def test_the_owner_still_comes_in_from_where_they_came_in_before(db):
    note_login(username="anna", address="192.0.2.7", now=NOW - timedelta(days=90))

    tried_from_everywhere()

    assert may_try_login(username="anna", address="192.0.2.7", now=NOW)
    assert not may_try_login(username="anna", address="192.0.2.8", now=NOW)


def test_a_good_login_is_remembered_when_failures_are_cleared_away(english, anna):
    knock(english, password=PASSWORD)

    tried_from_everywhere(now=timezone.now())

    assert may_try_login(username="anna", address="127.0.0.1", now=timezone.now())


def test_a_stopped_account_is_told_how_long(english, anna):
    tried_from_everywhere(now=timezone.now())

    assert "Try again in 60 minutes." in knock(english, password=PASSWORD).content.decode()


def test_the_door_of_the_admin_counts_with_the_same_lock(english, nikos):
    door = reverse("admin:login")
    for _try in range(TRIES_PER_ACCOUNT_AND_ADDRESS):
        english.post(door, {"username": "nikos", "password": "wrong"})

    at_the_admin = english.post(door, {"username": "nikos", "password": PASSWORD})
    at_the_house = knock(english, username="nikos", password=PASSWORD)

    for response in (at_the_admin, at_the_house):
        assert "Too many tries. Try again in 15 minutes." in response.content.decode()


def test_the_door_of_the_admin_lets_admins_in_and_nobody_else(english, anna, nikos):
    door = reverse("admin:login")

    refused = english.post(door, {"username": "anna", "password": PASSWORD})

    assert refused.context["form"].non_field_errors() == ["The name or the password is not right."]
    assert english.post(door, {"username": "nikos", "password": PASSWORD}).status_code == 302


@pytest.mark.parametrize("door", ["login", "admin:login"])
@pytest.mark.parametrize("username", ["nikos", "nobody"])
def test_the_password_of_the_example_house_opens_nothing_in_public(english, nikos, settings, door, username):
    nikos.set_password(EXAMPLE_PASSWORD)
    nikos.save()
    settings.SITE_URL = "https://wishes.shop.gr"

    response = english.post(reverse(door), {"username": username, "password": EXAMPLE_PASSWORD})

    assert "Everybody knows this password" in response.content.decode()


def test_the_password_of_the_example_house_opens_it_on_ones_own_machine(english, nikos):
    nikos.set_password(EXAMPLE_PASSWORD)
    nikos.save()

    assert knock(english, username="nikos", password=EXAMPLE_PASSWORD).status_code == 302


def test_the_table_of_tries_says_nothing_about_who_tried(db):
    note_failed_login(username="anna", address="10.0.0.1", now=NOW)

    kept = str(list(LoginAttempt.objects.values_list()))
    assert "anna" not in kept
    assert "10.0.0.1" not in kept


def test_old_tries_are_cleared_away(db):
    note_failed_login(username="anna", address="10.0.0.1", now=NOW)

    note_failed_login(username="eleni", address="10.0.0.2", now=NOW + ACCOUNT_WINDOW)

    assert not LoginAttempt.objects.filter(since=NOW).exists()


def test_behind_our_proxy_the_address_is_the_one_the_proxy_saw(english, anna, settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    for number in range(TRIES_PER_ACCOUNT_AND_ADDRESS):
        english.post(
            reverse("login"),
            {"username": "anna", "password": "wrong"},
            headers={"X-Forwarded-For": f"6.6.6.{number}, 192.0.2.7"},
        )

    assert not may_try_login(username="anna", address="192.0.2.7", now=LoginAttempt.objects.first().since)


def test_the_session_gets_a_new_key_at_login(english, anna):
    english.get(reverse("login"))
    session = english.session
    session["seen"] = True
    session.save()
    before = session.session_key

    knock(english, password=PASSWORD)

    assert english.session.session_key != before


def test_logging_out_needs_a_post(desk):
    assert desk.get(reverse("logout")).status_code == 405
    assert desk.post(reverse("logout"))["Location"] == reverse("login")
    assert desk.get("/people/")["Location"].startswith(reverse("login"))


def test_a_colleague_changes_their_own_password(desk, anna):
    new = "tria-poulakia-kathontan"

    response = desk.post(
        reverse("password_change"), {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    )

    assert response["Location"] == reverse("password_change_done")
    assert "Your password is new." in desk.get(response["Location"]).content.decode()
    assert User.objects.get(pk=anna.pk).check_password(new)


def test_a_weak_password_is_refused_with_a_reason(desk):
    response = desk.post(
        reverse("password_change"), {"old_password": PASSWORD, "new_password1": "1234567", "new_password2": "1234567"}
    )

    assert response.status_code == 200
    assert response.context["form"].errors["new_password2"]
