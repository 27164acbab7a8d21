"""Before an approval, in a real Chromium: a reason for each warning, and letters seen before they are given."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from campaigns.models import Campaign, Message
from tests.browsing import sit_down
from tests.builders import ELENI, make_campaign, make_contact, make_letter, make_user, make_words
from tests.review.preparing import approve, prepare
from tests.review.test_held import UNSURE

pytestmark = pytest.mark.browser
LOOKS = [
    {"color_scheme": "light"},
    {"color_scheme": "dark", "locale": "el-GR"},
    {"viewport": {"width": 360, "height": 740}, "locale": "el-GR"},
]


@pytest.fixture
def anna(transactional_db):
    make_user("eleni", role="manager", first_name="Ελένη")
    return make_user("anna", first_name="Άννα")


def sound(page: Page) -> None:
    """Nothing scrolls sideways, and axe finds nothing."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
    assert found.response["violations"] == []


# --- The reasons ---


@pytest.fixture
def warned(anna, live_server) -> tuple[str, Campaign]:
    campaign = make_campaign(author=anna, state="in_review", give_up_at=timezone.now() + timedelta(days=9))
    make_letter(campaign, make_contact(ELENI), state="draft", review={"personal_share": 0})
    return live_server.url, campaign


def test_an_author_says_why_and_the_approver_reads_it_beside_the_warning(browser, warned):
    address, campaign = warned
    page, _complaints = sit_down(browser, address, "anna", f"/greetings/{campaign.pk}/")

    page.get_by_role("button", name="Ask for the approval").click()
    page.get_by_role("button", name="Ask for the approval").click()
    expect(page.get_by_role("alert")).to_contain_text("One reason is missing.")
    page.get_by_label("Why it may stay as it is").fill("Ήρθαν μία μόνο φορά.")
    page.get_by_role("button", name="Ask for the approval").click()
    expect(page.locator("main")).to_contain_text("Your colleagues are asked for the approval.")

    deed, complaints = sit_down(browser, address, "eleni", f"/greetings/{campaign.pk}/approve/")
    beside = deed.locator(".flags li", has_text="nothing personal")
    expect(beside.locator(".reason")).to_have_text("Άννα: Ήρθαν μία μόνο φορά.")
    assert complaints == []


@pytest.mark.parametrize("look", LOOKS)
def test_the_page_that_asks_is_sound(browser, warned, look):
    address, campaign = warned
    page, complaints = sit_down(browser, address, "anna", f"/greetings/{campaign.pk}/ask/", **look)

    sound(page)
    page.locator(".ask-reasons button[type=submit]").click()
    page.wait_for_selector(".is-invalid")

    sound(page)
    assert [each for each in complaints if "422" not in each] == []


# --- The neutral opening ---


@pytest.fixture
def held(anna, live_server) -> tuple[str, Campaign]:
    """An approved greeting with two letters that are held for their names."""
    make_contact(UNSURE), make_contact(UNSURE)
    campaign = prepare(make_campaign(author=anna, template=make_words(by=anna)))
    approve(campaign)
    Campaign.objects.update(give_up_at=timezone.now() + timedelta(days=9))
    return live_server.url, campaign


def test_a_manager_sees_the_opening_and_a_whole_letter_and_then_says_yes(browser, held):
    address, campaign = held
    page, complaints = sit_down(browser, address, "eleni", f"/greetings/{campaign.pk}/held/")

    page.get_by_role("link", name="See the neutral opening, 2 letters").click()
    expect(page.locator(".entries .said")).to_have_count(1)
    letter = page.frame_locator("iframe")
    expect(letter.locator("body")).to_contain_text("καλά Χριστούγεννα")
    opening = page.locator(".entries .said").inner_text()
    expect(letter.locator("body")).to_contain_text(opening)
    assert not Message.objects.filter(state="draft").exists()

    page.get_by_role("button", name="Yes, give it to 2 letters").click()
    expect(page.locator("main")).to_contain_text("2 letters leave with a neutral opening.")
    assert Message.objects.filter(state="draft").count() == 2
    assert complaints == []


@pytest.mark.parametrize("look", LOOKS)
def test_the_look_at_the_neutral_opening_is_sound(browser, held, look):
    address, campaign = held
    page, complaints = sit_down(browser, address, "eleni", f"/greetings/{campaign.pk}/held/neutral/", **look)

    sound(page)
    page.goto(f"{address}/greetings/{campaign.pk}/held/")
    sound(page)
    assert complaints == []
