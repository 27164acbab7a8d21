"""The page of a campaign at work in a real Chromium: numbers change in place, and nothing else does."""

import pytest
from playwright.sync_api import Browser, Response, expect

from campaigns.dispatch.holder import new_holder
from campaigns.models import Message
from tests.browsing import sit_down
from tests.builders import NOW, STAMATIS, make_campaign, make_contact, make_letter, make_user

pytestmark = pytest.mark.browser


def said_nothing_new(response: Response) -> bool:
    return "/progress/" in response.url and response.status == 204


def test_numbers_change_in_place_and_only_when_they_changed(browser: Browser, transactional_db, live_server):
    anna = make_user("anna", role="staff")
    campaign = make_campaign(author=anna, state="sending", started_at=NOW, started_by=anna)
    make_letter(campaign, make_contact(STAMATIS), state="sent", sent_at=NOW)
    waiting = make_letter(campaign, state="sending", holder=new_holder(), lease_until=NOW)
    page, errors = sit_down(browser, live_server.url, "anna")

    page.goto(f"{live_server.url}/greetings/{campaign.pk}/")
    page.evaluate("document.querySelector('#progress').dataset.old = 'yes'")
    page.evaluate("document.querySelector('#list').dataset.old = 'yes'")
    with page.expect_response(said_nothing_new):
        page.locator("#class-waiting").focus()
    untouched = page.locator("#progress").get_attribute("data-old")
    Message.objects.filter(pk=waiting.pk).update(state="sent", sent_at=NOW)

    expect(page.locator("#progress .lede")).to_contain_text("2 of 2 letters have gone.")
    assert untouched == "yes"
    assert page.locator("#progress").get_attribute("data-old") is None
    assert page.locator("#list").get_attribute("data-old") == "yes"
    assert page.evaluate("document.activeElement.id") == "class-waiting"
    assert errors == []


def test_a_letter_that_becomes_uncertain_appears_without_taking_the_focus_away(
    browser: Browser, transactional_db, live_server
):
    anna = make_user("anna", role="staff")
    campaign = make_campaign(author=anna, state="sending", started_at=NOW, started_by=anna)
    letter = make_letter(campaign, make_contact(STAMATIS), state="sending", holder=new_holder(), lease_until=NOW)
    page, errors = sit_down(browser, live_server.url, "anna")
    page.goto(f"{live_server.url}/greetings/{campaign.pk}/")
    pause = page.get_by_role("button", name="Pause")
    pause.focus()

    Message.objects.filter(pk=letter.pk).update(state="uncertain", reason_code="dropped_after_dot")

    expect(page.locator("#doubts")).to_contain_text("One letter is uncertain: Σταμάτης", timeout=20_000)
    expect(pause).to_be_focused()
    expect(page.locator("#doubts")).to_have_count(1)
    assert errors == []


def test_a_pause_by_a_colleague_is_seen_by_who_watches(browser: Browser, transactional_db, live_server):
    anna = make_user("anna", role="staff")
    campaign = make_campaign(author=anna, state="sending", started_at=NOW, started_by=anna)
    make_letter(campaign, make_contact(STAMATIS))
    page, errors = sit_down(browser, live_server.url, "anna")
    page.goto(f"{live_server.url}/greetings/{campaign.pk}/")
    colleague = page.context.new_page()
    colleague.goto(f"{live_server.url}/greetings/{campaign.pk}/")

    colleague.get_by_role("button", name="Pause").click()

    expect(page.locator(".paused")).to_contain_text("The letters are paused", timeout=20_000)
    expect(page.locator("#progress[hx-trigger]")).to_have_count(0)
    assert errors == []
