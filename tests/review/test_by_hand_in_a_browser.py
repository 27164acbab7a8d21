"""Calls and cards in a real Chromium: one key notes them as done under any layout, words are copied, sound for axe."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from campaigns.models import Message
from campaigns.review.by_hand.giving import give_to_hand
from tests import browsing
from tests.builders import ELENI, GIORGOS, NOW, STAMATIS, make_campaign, make_contact, make_letter, make_user

pytestmark = pytest.mark.browser


@pytest.fixture
def house(transactional_db, live_server) -> str:
    """Two calls and a card in the hand of Anna, and a letter that is held for its name."""
    anna = make_user("anna", first_name="Άννα")
    campaign = make_campaign(author=anna, state="in_review")
    for person, channel in ((ELENI, "call"), (GIORGOS, "card"), (STAMATIS, "call")):
        contact = make_contact(person, mobile="6944 000 112", street="Τσιμισκή 40", city="Θεσσαλονίκη")
        letter = make_letter(campaign, contact, state="draft", review={})
        give_to_hand(letter.pk, channel=channel, by=anna, now=NOW)
    make_letter(campaign, state="held", reason_code="name_unsure", review={})
    return live_server.url


def sit_down(browser: Browser, address: str, path: str, **options) -> tuple[Page, list[str]]:
    """Log in as Anna and open a page of the campaign; the list fills with whatever the browser complains of."""
    campaign = Message.objects.values_list("campaign", flat=True)[0]
    return browsing.sit_down(browser, address, "anna", f"/greetings/{campaign}/{path}", **options)


def strike(page: Page, code: str, letter: str) -> None:
    """Press the key at the place `code`, which writes `letter` under the layout in force."""
    page.evaluate(
        "([code, key]) => document.activeElement.dispatchEvent("
        "new KeyboardEvent('keydown', {code, key, bubbles: true, cancelable: true}))",
        [code, letter],
    )


def test_one_key_notes_each_as_done_under_a_greek_layout_and_the_next_has_the_focus(browser, house):
    page, complaints = sit_down(browser, house, "by-hand/")
    told, rows = page.locator(".alert-success"), page.locator("[data-hand]")
    names = [row.inner_text() for row in page.locator("[data-hand] .who a").all()]

    strike(page, "KeyD", "δ")
    expect(rows).to_have_count(3)
    page.locator("[data-done]").first.focus()
    strike(page, "ArrowDown", "ArrowDown")
    strike(page, "KeyD", "δ")
    expect(told).to_contain_text(names[1])
    expect(rows).to_have_count(2)
    strike(page, "KeyD", "δ")
    expect(told).to_contain_text(names[2])
    told.get_by_role("button", name="Undo").click()

    expect(rows).to_have_count(2)
    assert Message.objects.filter(state="sent").count() == 1
    assert complaints == []


def test_the_words_are_copied_at_a_click(browser, house):
    page, complaints = sit_down(browser, house, "by-hand/?way=call", permissions=["clipboard-read", "clipboard-write"])
    page.locator("[data-hand] summary").first.click()

    page.locator("[data-copy]").first.click()

    expect(page.get_by_text("Copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "Αγαπητέ Σταμάτη,"
    link = page.locator("a[href^='sms:']").first.get_attribute("href")
    assert link.startswith("sms:6944000112?body=%CE%91")
    assert complaints == []


@pytest.mark.parametrize("path", ["by-hand/", "by-hand/sheet/", "held/"])
@pytest.mark.parametrize("options", [{}, {"color_scheme": "dark", "viewport": {"width": 360, "height": 800}}])
def test_the_pages_are_sound_for_axe_and_fit_a_phone(browser, house, path, options):
    page, complaints = sit_down(browser, house, path, **options)
    for summary in page.locator("main summary").all():
        summary.click()

    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})

    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert complaints == []


def test_the_sheet_prints_names_addresses_and_words_and_no_buttons(browser, house):
    page, _complaints = sit_down(browser, house, "by-hand/sheet/")
    expect(page.get_by_role("button", name="Print")).to_be_visible()

    page.emulate_media(media="print")

    expect(page.get_by_text("Τσιμισκή 40")).to_be_visible()
    expect(page.get_by_role("button", name="Print")).to_be_hidden()
