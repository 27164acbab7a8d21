"""The people of a greeting in a real Chromium: rows counted while they are filled in, and all without a script."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from campaigns.models import Campaign, Segment
from tests.browsing import hear_complaints, log_in
from tests.builders import ELENI, GIORGOS, STAMATIS, make_campaign, make_contact, make_user
from tests.screens.test_in_a_browser import DESKTOP, PHONE

pytestmark = pytest.mark.browser


@pytest.fixture
def campaign(transactional_db) -> Campaign:
    anna = make_user("anna", first_name="Άννα")
    make_contact(STAMATIS, city="Βόλος")
    make_contact(ELENI, city="Βόλος", is_partner=True)
    make_contact(GIORGOS, city="Βόλος")
    make_contact(city="Χανιά")
    Segment.objects.create(name="Οι συνεργάτες", rule={"choose": "role", "role": "partner"}, created_by=anna)
    return make_campaign(author=anna)


def address(live_server, campaign: Campaign, more: str = "") -> str:
    return f"{live_server.url}/greetings/{campaign.pk}/people/{more}"


@pytest.mark.parametrize(("viewport", "scheme", "language"), [(DESKTOP, "light", "el-GR"), (PHONE, "dark", "en-GB")])
def test_the_people_are_accessible_and_as_wide_as_the_screen(
    browser, live_server, campaign, viewport, scheme, language
):
    page = browser.new_context(viewport=viewport, color_scheme=scheme, locale=language, bypass_csp=True).new_page()
    log_in(page, live_server.url, "anna")

    faults = []
    for path in (
        address(live_server, campaign),
        address(live_server, campaign, "no_email/"),
        f"{live_server.url}/greetings/saved-people/",
    ):
        page.goto(path)
        if page.locator("#other-rule").count():
            page.locator("#other-rule > summary").click()
            page.locator("#row-0-rule").select_option("spent")
            page.locator("#row-0-at_least").wait_for()
        found = Axe().run(page).response["violations"]
        faults += [(path, each["id"]) for each in found if each["impact"] in ("serious", "critical")]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            faults.append((path, "wider than the screen"))

    assert faults == []


def test_rows_are_counted_while_they_are_filled_in_and_chosen(browser, live_server, campaign):
    page = browser.new_page(viewport=DESKTOP, locale="en-GB")
    complaints = []
    hear_complaints(page, complaints)
    log_in(page, live_server.url, "anna")
    page.goto(address(live_server, campaign))
    numbers = page.locator("#numbers")

    page.get_by_label("Partners and suppliers").check()
    expect(numbers).to_contain_text("Of 1 chosen 1 gets a letter.")
    page.locator("#other-rule > summary").click()
    page.locator("#row-0-rule").select_option("city")
    page.locator("#row-0-city").fill("Βόλος")
    expect(numbers).to_contain_text("Of 3 chosen 2 get a letter.")
    expect(numbers).to_contain_text("no e-mail")
    page.get_by_role("button", name="One more row").click()
    expect(page.locator("#row-1-rule")).to_be_focused()
    page.locator("#row-1-rule").select_option("role")
    page.locator("[name=row-1-says]").select_option("not")
    page.locator("#row-1-role").select_option("partner")
    expect(numbers).to_contain_text("Of 2 chosen 1 gets a letter.")
    page.get_by_role("button", name="Choose these people").click()
    page.wait_for_url("**/write/")

    campaign.refresh_from_db()
    assert campaign.audience == {
        "all": [{"choose": "city", "city": "Βόλος"}, {"not": {"choose": "role", "role": "partner"}}]
    }
    assert complaints == []


def test_rows_are_filled_in_counted_and_kept_without_a_script(browser, live_server, campaign):
    page = browser.new_page(viewport=PHONE, locale="en-GB", java_script_enabled=False)
    log_in(page, live_server.url, "anna")
    page.goto(address(live_server, campaign))

    page.locator("#other-rule > summary").click()
    page.get_by_label("By what these rows say").check()
    page.locator("#row-0-rule").select_option("city")
    page.get_by_role("button", name="Show the fields").click()
    page.locator("#row-0-city").fill("Βόλος")
    page.get_by_role("button", name="Count first").click()
    expect(page.locator("#numbers")).to_contain_text("Of 3 chosen 2 get a letter.")
    page.locator(".keep-rule > summary").click()
    page.get_by_label("Name", exact=True).fill("Βόλος")
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_label("Βόλος", exact=False).first).to_be_checked()
    page.get_by_role("button", name="Choose these people").click()

    campaign.refresh_from_db()
    assert campaign.audience == {"choose": "city", "city": "Βόλος"}
    assert Segment.objects.get(name="Βόλος").rule == campaign.audience
