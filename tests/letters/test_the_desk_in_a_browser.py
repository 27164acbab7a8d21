"""The writing desk in a real Chromium: the letter follows the typing, and nothing needs a script."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from campaigns.models import Campaign
from tests.browsing import sit_down
from tests.builders import ELENI, GIORGOS, NOW, STAMATIS, make_campaign, make_contact, make_letter, make_user

pytestmark = pytest.mark.browser
SERIOUS = ("serious", "critical")


@pytest.fixture
def house(transactional_db, live_server) -> str:
    """A draft, a campaign at work with every class of letter, one in review."""
    anna = make_user("anna", role="staff")
    make_user("eleni", role="manager")
    people = [make_contact(STAMATIS, city="Βόλος"), make_contact(ELENI), make_contact(GIORGOS)]
    make_campaign(author=anna)
    at_work = make_campaign(author=anna, state="sending", occasion_key="x")
    make_letter(at_work, people[0], state="sent", sent_at=NOW)
    make_letter(at_work, people[1], state="uncertain", reason_code="holder_died")
    make_letter(at_work, people[2], state="skipped", reason_code="no_email", address_digest="")
    make_letter(at_work, state="held", reason_code="name_unsure")
    make_letter(at_work, state="ready")
    make_letter(make_campaign(author=anna, state="in_review", occasion_key="y"), people[0], state="draft")
    return live_server.url


def draft() -> int:
    return Campaign.objects.get(state="draft").pk


def test_the_letter_follows_the_typing_and_a_fact_is_put_in_by_a_button(browser, house):
    page, errors = sit_down(browser, house, "anna")
    page.goto(f"{house}/greetings/{draft()}/write/")
    page.locator("#body").press("Control+End")
    page.keyboard.type("\n\nΧαιρετίσματα: ")

    page.locator("#group-who > summary").click()
    page.locator("[data-insert*='city']").first.click()

    letter = page.frame_locator(".letter-frame iframe:not(.coming)")
    expect(letter.locator("body")).to_contain_text("Χαιρετίσματα: Βόλος")
    assert page.locator("#body").input_value().endswith("Χαιρετίσματα: {{city}}")
    expect(page.locator(".editor .under mark").last).to_have_text(re.compile("city"))
    assert page.locator(".letter-frame iframe").count() == 1
    assert errors == []


def test_a_mistake_shows_under_the_editor_and_in_the_frame_while_one_writes(browser, house):
    page, errors = sit_down(browser, house, "anna")
    page.goto(f"{house}/greetings/{draft()}/write/")

    page.locator("#body").fill("{{ προσφώνηση }}\n\n{{ υπογρφή }}")

    expect(page.locator("#checks")).to_contain_text("Line 3, character 4")
    expect(page.frame_locator(".letter-frame iframe:not(.coming)").locator("body")).to_contain_text("No letter yet")
    assert errors == []


def test_without_a_script_the_same_desk_works(browser, house):
    page, _errors = sit_down(browser, house, "anna", java_script_enabled=False)
    page.goto(f"{house}/greetings/{draft()}/write/")
    page.locator("#subject").fill("Χωρίς σενάριο")

    page.get_by_role("button", name="Look at the letter").click()
    page.frame_locator("iframe").get_by_text("Χωρίς σενάριο").wait_for()
    page.get_by_role("button", name="Save", exact=True).click()

    assert page.locator("#subject").input_value() == "Χωρίς σενάριο"
    assert not page.locator(".toolbar").is_visible()


def test_the_numbers_of_a_campaign_move_by_themselves(browser, house):
    page, errors = sit_down(browser, house, "eleni")
    campaign = Campaign.objects.get(state="sending")
    page.goto(f"{house}/greetings/{campaign.pk}/")
    before = page.locator("#progress .lede").inner_text()

    campaign.messages.filter(state="ready").update(state="sent", sent_at=NOW, due_at=None)

    expect(page.locator("#progress .lede")).to_have_text("2 of 3 letters have gone.")
    assert before.startswith("1 of 3 letters have gone.")
    assert errors == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_of_greetings_is_sound_for_axe_and_no_wider_than_a_phone(browser, house, scheme):
    page, errors = sit_down(browser, house, "eleni", viewport={"width": 360, "height": 740}, color_scheme=scheme)
    ids = {campaign.state: campaign.pk for campaign in Campaign.objects.all()}
    letter = Campaign.objects.get(state="sending").messages.get(state="sent").pk
    pages = (
        "/",
        "/greetings/",
        f"/greetings/{ids['draft']}/write/",
        f"/greetings/{ids['draft']}/people/",
        f"/greetings/{ids['sending']}/",
        f"/greetings/{ids['sending']}/?class=left_out",
        f"/greetings/{ids['in_review']}/approve/",
        f"/greetings/{ids['in_review']}/cancel/",
        f"/letters/{letter}/",
        "/mailbox/",
        "/u/x/",
    )
    found = []
    for path in pages:
        page.goto(house + path)
        found += [(path, each["id"]) for each in Axe().run(page).response["violations"] if each["impact"] in SERIOUS]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append((path, "wider than the phone"))

    assert found == []
    assert [error for error in errors if "404" not in error] == []
