"""Requests that nobody makes by accident: too large, with NUL in them, with numbers as long as a page."""

import pytest
from django.test import Client
from django.urls import reverse, reverse_lazy

from campaigns.occasions import feast_of_key
from customers.imports.reading import MAX_BYTES
from greetings_crm.uploads import longest_body
from tests.builders import make_campaign, make_letter, make_user

pytestmark = pytest.mark.django_db
MB = 2**20
PERSON = reverse_lazy("customers:person-add")
UPLOAD = "/admin/customers/contact/import/"
BOUNDARY = "multipart/form-data; boundary=here"


def announce(client: Client, place: str, size: int):
    """Send the head of a form with a file of `size` bytes, and next to nothing of its body."""
    return client.generic("POST", place, b"--here--\r\n", content_type=BOUNDARY, CONTENT_LENGTH=str(size))


def send(client: Client, place: str, size: int):
    """Send a form with a file, `size` bytes together."""
    head = b'--here\r\nContent-Disposition: form-data; name="list_file"; filename="list.csv"\r\n\r\n'
    foot = b"\r\n--here--\r\n"
    body = head + b"x" * (size - len(head) - len(foot)) + foot
    return client.generic("POST", place, body, content_type=BOUNDARY)


@pytest.fixture
def browsers() -> dict[str, Client]:
    """As real browsers are: the form's token is looked for, so the body is read before anybody must log in."""
    found = {}
    for role in ("", "staff", "admin"):
        found[role] = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
        if role:
            found[role].force_login(make_user(role=role))
        found[role].cookies["csrftoken"] = "t" * 32
    return found


@pytest.mark.parametrize("place", ["/login/", "/admin/login/", UPLOAD, "/admin/customers/purchase/import/", PERSON])
def test_a_stranger_cannot_make_us_read_a_large_body(browsers, place):
    response = announce(browsers[""], place, MB + 1)

    assert response.status_code == 413
    assert "That is more than this page takes." in response.content.decode()


def test_only_an_admin_sends_a_list_and_not_a_larger_one(browsers):
    assert announce(browsers["staff"], UPLOAD, 10 * MB).status_code == 413
    assert send(browsers["admin"], UPLOAD, 2 * MB).status_code == 403  # read, and found without its token
    assert announce(browsers["admin"], UPLOAD, MAX_BYTES + MB + 1).status_code == 413
    assert announce(browsers["admin"], PERSON, 10 * MB).status_code == 413


def test_a_body_within_the_limit_is_read(browsers):
    assert send(browsers[""], "/login/", MB).status_code == 403


def test_a_list_just_over_its_limit_is_still_told_beside_the_field(rf):
    request = rf.post(UPLOAD)
    request.user = make_user(role="admin")

    assert longest_body(request) > MAX_BYTES


def test_a_large_form_without_files_is_refused_too(browsers):
    response = browsers[""].post("/login/", b"a=" + b"x" * (MB + 1), content_type="application/x-www-form-urlencoded")

    assert response.status_code == 413


@pytest.fixture
def desk(client):
    client.force_login(make_user(role="manager"))
    return client


@pytest.mark.parametrize("query", ["?reason=%00", "?class=held%00&reason=a%00b", "?%00=1", "?page=%00"])
def test_nul_in_the_address_of_a_campaign_is_no_fault_of_ours(desk, query):
    campaign = make_campaign(state="sending")
    make_letter(campaign)

    assert desk.get(reverse("campaigns:campaign-detail", args=[campaign.pk]) + query).status_code == 200


def test_nul_is_taken_out_of_names_and_values_alike(desk):
    campaign = make_campaign(state="sending")

    page = desk.get(reverse("campaigns:campaign-detail", args=[campaign.pk]) + "?rea%00son=a%00b&class=held%00")

    assert (page.context["reason"], page.context["opened"]) == ("ab", "held")


@pytest.mark.parametrize("query", ["?q=%00", "?q=a%00b", "?kind=%00", "?kind__exact=person%00", "?city=%00"])
def test_nul_in_a_search_or_filter_of_the_admin_is_no_fault_of_ours(client, query):
    client.force_login(make_user(role="admin"))

    for model in ("contact", "product", "purchase"):
        assert client.get(reverse(f"admin:customers_{model}_changelist") + query).status_code < 500


def test_nul_in_a_search_finds_what_is_left_without_it(desk):
    assert desk.get(reverse("customers:person-list") + "?q=a%00b").context["query"] == "ab"


@pytest.mark.parametrize("revision", ["9" * 5_000, "9" * 30, "²", "-1", ""])
def test_a_revision_that_is_none_approves_nothing(desk, revision):
    campaign = make_campaign(state="in_review")

    response = desk.post(reverse("campaigns:campaign-approve", args=[campaign.pk]), {"revision": revision})

    campaign.refresh_from_db()
    assert (response.status_code, campaign.state) == (302, "in_review")


YEARS = ("99999", "1899", "2200", "0000", "²⁰²⁶", "٢٠٢٦", "9" * 5_000, "")


@pytest.mark.parametrize("code", ["christmas", "easter", "western_easter"])
@pytest.mark.parametrize("year", YEARS)
def test_a_feast_of_a_year_without_a_calendar_is_not_found(desk, code, year):
    assert desk.post(reverse("campaigns:campaign-create"), {"feast": f"{code}-{year}"}).status_code == 404


def test_the_key_of_a_feast_leads_to_its_day():
    assert str(feast_of_key("easter-2027").on) == "2027-05-02"
    assert feast_of_key("easter-2200") is None


# --- Nothing is kept by a browser ---


@pytest.mark.parametrize("page", ["today", "customers:person-list", "password_change"])
def test_pages_of_a_colleague_are_kept_nowhere(desk, page):
    kept = desk.get(reverse(page))["Cache-Control"]

    assert "no-store" in kept
    assert "private" in kept
