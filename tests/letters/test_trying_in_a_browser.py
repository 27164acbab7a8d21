"""Trying the words on everybody in a real Chromium: it walks by itself, stops when told, and leads to the person."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from campaigns.models import Campaign
from campaigns.views import trying
from tests.browsing import sit_down
from tests.builders import make_campaign, make_contact, make_user, make_words

pytestmark = pytest.mark.browser
BODY = "{{ προσφώνηση }}\n\nσε εσάς, {{ πόλη }}, χρόνια πολλά. [[ {{ λόγια }} ]]\n\n{{ υπογραφή }}"
PEOPLE = 40


@pytest.fixture
def house(transactional_db, live_server, monkeypatch) -> str:
    """A draft for forty people, one of them with a slip in the town; two letters to a step."""
    monkeypatch.setattr(trying, "STEP", 2)
    anna = make_user("anna", role="staff")
    for number in range(PEOPLE):
        make_contact(first_name=f"Παύλος{'' if number else 'ς'}", city="Βόλος" if number else "Λάρισα,")
    make_campaign(author=anna, template=make_words(by=anna, body=BODY))
    return live_server.url


def desk(browser: Browser, address: str, **options) -> tuple[Page, list[str]]:
    return sit_down(browser, address, "anna", f"/greetings/{Campaign.objects.get().pk}/write/", **options)


def test_a_trial_walks_over_everybody_by_itself_and_keeps_the_keyboard_where_it_was(browser, house):
    page, errors = desk(browser, house)
    page.locator("#trial-button").focus()

    page.keyboard.press("Enter")

    expect(page.locator("#trial-step")).to_contain_text(
        f"All {PEOPLE} letters tried. 1 thing to look at.", timeout=30_000
    )
    expect(page.locator("#trial-said")).to_have_text(f"All {PEOPLE} letters tried. 1 thing to look at.")
    expect(page.locator("#trial-button")).to_be_focused()
    expect(page.locator("#trial-button")).to_have_text("Try it again")
    assert page.locator("#trial-step .flags li").count() == 2  # and a hint: the optional sentence nobody reads
    page.locator("#trial-step .quiet-link").first.click()
    expect(page.locator("#switcher .name")).to_contain_text("Μελάς")
    violations = Axe().run(page, context="#trial").response["violations"]
    assert [each["id"] for each in violations if each["impact"] in ("serious", "critical")] == []
    assert errors == []


def test_a_trial_stops_when_told_and_goes_on_from_there(browser, house):
    page, errors = desk(browser, house)
    page.locator("#trial-button").click()
    expect(page.locator("#trial-button")).to_have_text("Stop")

    page.locator("#trial-button").click()

    expect(page.locator("#trial-step")).to_contain_text("Stopped after")
    said = page.locator("#trial-step").inner_text()
    page.wait_for_timeout(400)
    assert page.locator("#trial-step").inner_text() == said
    page.get_by_role("button", name="Go on").click()
    expect(page.locator("#trial-step")).to_contain_text(f"All {PEOPLE} letters tried.", timeout=30_000)
    # When the press of Stop meets a step on its way, htmx writes in the console that it broke it off.
    broken_off = ("htmx:afterRequest", "htmx:sendAbort")
    assert [each for each in errors if not each.startswith(broken_off)] == []


def test_without_a_script_each_step_is_a_page(browser, house, monkeypatch):
    monkeypatch.setattr(trying, "STEP", 25)
    page, _errors = desk(browser, house, java_script_enabled=False)
    page.locator("#body").fill(BODY.replace("χρόνια πολλά", "πολλές ευχές"))

    page.get_by_role("button", name="Try it on everybody").click()
    expect(page.locator("#trial-step")).to_contain_text(f"25 of {PEOPLE} letters tried.")
    page.get_by_role("button", name="Go on").click()
    expect(page.locator("#trial-step")).to_contain_text(f"All {PEOPLE} letters tried.")
    page.get_by_role("button", name="Back to the letter").click()

    expect(page.locator("#body")).to_have_value(BODY.replace("χρόνια πολλά", "πολλές ευχές"))
