"""Test letters in a real Chromium: by keyboard, with words that are not saved, and on a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from campaigns.dispatch.outcome import Outcome
from campaigns.dispatch.test_letters import send_due_test_letters
from campaigns.models import Campaign, GreetingVersion, TestGroup, TestLetter
from tests.browsing import sit_down
from tests.builders import STAMATIS, make_campaign, make_contact, make_user

pytestmark = pytest.mark.browser
SERIOUS = ("serious", "critical")


class Server:
    """A mail server that takes everything."""

    def deliver(self, letter) -> Outcome:
        return Outcome("sent", "accepted")


@pytest.fixture
def house(transactional_db, live_server) -> str:
    anna = make_user("anna", email="anna@kafekopteio.example")
    make_contact(STAMATIS)
    make_campaign(author=anna)
    TestGroup.objects.create(name="Μαγαζί", created_by=anna).members.set([anna])
    return live_server.url


def test_words_that_are_not_saved_are_sent_by_one_key_and_stay_in_the_editor(browser, house):
    page, errors = sit_down(browser, house, "anna")
    page.goto(f"{house}/greetings/{Campaign.objects.get().pk}/write/")
    page.locator("#body").press("Control+End")
    page.keyboard.type(" Και του χρόνου.")
    page.locator("#test-to-me").focus()

    page.keyboard.press("Enter")

    expect(page.locator("#test-letter-lines")).to_contain_text("On its way to anna@kafekopteio.example.")
    assert page.evaluate("document.activeElement.id") == "test-to-me"
    assert page.locator("#body").input_value().endswith("Και του χρόνου.")
    assert "Και του χρόνου." in TestLetter.objects.get().text
    assert GreetingVersion.objects.count() == 1
    send_due_test_letters(transport=Server(), clock=timezone.now)
    expect(page.locator("#test-letter-lines")).to_contain_text("for anna@kafekopteio.example")
    expect(page.locator("#test-letter-lines .state-sent")).to_have_count(1)
    assert errors == []


def test_without_a_script_one_test_letter_leaves_and_the_words_wait(browser, house):
    page, _errors = sit_down(browser, house, "anna", java_script_enabled=False)
    page.goto(f"{house}/greetings/{Campaign.objects.get().pk}/write/")
    page.locator("#subject").fill("Χωρίς σενάριο")

    page.locator("#test-to-me").click()

    assert page.locator("#subject").input_value() == "Χωρίς σενάριο"
    expect(page.locator("#test-letter-lines")).to_contain_text("On its way")
    page.reload()
    assert TestLetter.objects.count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_of_groups_are_sound_for_axe_and_no_wider_than_a_phone(browser, house, scheme):
    page, errors = sit_down(browser, house, "anna", viewport={"width": 360, "height": 740}, color_scheme=scheme)
    group = TestGroup.objects.get().pk
    found = []
    for path in ("", "new/", f"{group}/", f"{group}/delete/"):
        page.goto(f"{house}/greetings/test-groups/{path}")
        found += [(path, each["id"]) for each in Axe().run(page).response["violations"] if each["impact"] in SERIOUS]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append((path, "wider than the phone"))

    assert found == []
    assert errors == []
