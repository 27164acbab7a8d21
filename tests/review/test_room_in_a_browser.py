"""The review room in a real Chromium: a decision by one key under any layout, never while one writes, sound for axe."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from campaigns.models import LetterReview, Message
from tests import browsing
from tests.builders import ELENI, STAMATIS, make_contact, make_user
from tests.journeys.keyboard import GreekKeyboard, Keyboard
from tests.review.piles import ALIKE, PLAIN, in_review, letter_on

pytestmark = pytest.mark.browser


@pytest.fixture
def house(transactional_db, live_server) -> str:
    """Three letters that want a look, and three behind them that say the same as the last."""
    make_user("anna", first_name="Άννα")
    campaign = in_review()
    for person in (STAMATIS, ELENI):
        letter_on(campaign, person=person)
    pavlos = make_contact({"first_name": "Παύλος", "last_name": "Μελάς"})
    letter_on(campaign, contact=pavlos, look_codes=[PLAIN, ALIKE], same_class="a" * 32)
    for _number in range(3):
        letter_on(campaign, "rest", look_codes=[PLAIN], same_class="a" * 32)
    return f"{live_server.url}/greetings/{campaign.pk}/review/"


def sit_down(browser: Browser, room: str, **options) -> tuple[Page, list[str]]:
    """Log in as Anna and open the room; the list fills with whatever the browser complains of."""
    address, path = room.split("/greetings/")
    page, complaints = browsing.sit_down(browser, address, "anna", f"/greetings/{path}", **options)
    expect(page.locator("#who")).to_be_visible()
    if options.get("java_script_enabled", True):
        expect(page.locator("[data-keys-switch]:not([hidden])")).to_have_count(1)  # the room hears keys from here on
    return page, complaints


def test_a_pile_is_read_by_greek_keys_and_every_key_is_taken_back(browser, house):
    page, complaints = sit_down(browser, house, locale="el-GR")
    keys, name, told = GreekKeyboard(page), page.locator("#who"), page.locator("#review-said")
    expect(name).to_have_text("Σταμάτης Παπαδόπουλος")

    keys.type("ε")
    expect(name).to_have_text("Ελένη Βλάχου")
    expect(told).to_contain_text("Σταμάτης Παπαδόπουλος")
    keys.type("α")
    expect(page.locator("#panel-aside")).to_have_attribute("open", "")
    page.keyboard.press("Enter")
    expect(name).to_have_text("Παύλος Μελάς")
    keys.type("ι")
    expect(page.locator(".blank h1")).to_be_visible()
    assert not Message.objects.filter(state="draft", reviewed_at=None).exists()

    for back in ("Παύλος Μελάς", "Ελένη Βλάχου", "Σταμάτης Παπαδόπουλος"):
        keys.shortcut("KeyZ")
        expect(name).to_have_text(back)

    assert not Message.objects.exclude(reviewed_at=None).exists()
    assert not Message.objects.filter(state="held").exists()
    assert sorted(LetterReview.objects.values_list("pile", flat=True)) == ["look"] * 3 + ["rest"] * 3
    assert complaints == []


def test_english_screens_have_english_letters_and_arrows_turn_the_page(browser, house):
    page, complaints = sit_down(browser, house)
    keys, name = Keyboard(page), page.locator("#who")

    keys.press("ArrowRight")
    expect(name).to_have_text("Ελένη Βλάχου")
    keys.press("ArrowLeft")
    expect(name).to_have_text("Σταμάτης Παπαδόπουλος")
    keys.press("t")
    expect(name).to_have_text("Ελένη Βλάχου")
    keys.press("Enter")
    expect(name).to_have_text("Παύλος Μελάς")

    assert Message.objects.exclude(reviewed_at=None).count() == 2
    page.go_back()
    expect(name).not_to_have_text("Παύλος Μελάς")
    assert complaints == []


def test_no_key_is_a_decision_while_one_writes(browser, house):
    page, _complaints = sit_down(browser, house)
    keys, name = Keyboard(page), page.locator("#who")

    keys.press("s")
    page.locator("#why").focus()
    keys.type("test")
    keys.press("ArrowRight")
    expect(name).to_have_text("Σταμάτης Παπαδόπουλος")
    assert page.locator("#why").input_value() == "test"
    keys.press("Escape")
    expect(page.locator("#panel-aside")).not_to_have_attribute("open", "")

    assert not Message.objects.exclude(reviewed_at=None).exists()


def test_letters_are_switched_off_and_stay_off_while_arrows_and_enter_work(browser, house):
    page, _complaints = sit_down(browser, house)
    keys, name = Keyboard(page), page.locator("#who")

    page.click("[data-keys-switch]")
    page.locator("#who").focus()
    keys.press("t")
    page.reload()
    keys.press("t")
    expect(name).to_have_text("Σταμάτης Παπαδόπουλος")
    keys.press("Enter")
    expect(name).to_have_text("Ελένη Βλάχου")
    keys.press("ArrowRight")
    expect(name).to_have_text("Παύλος Μελάς")


def test_the_help_opens_by_its_key_and_no_key_decides_under_it(browser, house):
    page, _complaints = sit_down(browser, house)
    page.keyboard.press("Shift+Slash")

    expect(page.locator("#review-help")).to_be_visible()
    page.keyboard.press("t")
    expect(page.locator("#who")).to_have_text("Σταμάτης Παπαδόπουλος")
    page.keyboard.press("Escape")
    expect(page.locator("#review-help")).to_be_hidden()


def test_the_room_works_without_a_script(browser, house):
    page, _complaints = sit_down(browser, house, java_script_enabled=False)

    page.locator(".keys button.btn-primary").click()
    expect(page.locator("#who")).to_have_text("Ελένη Βλάχου")
    page.locator("#panel-aside > summary").click()
    page.locator("#panel-aside button[type=submit]").click()

    expect(page.locator("#who")).to_have_text("Παύλος Μελάς")
    assert Message.objects.get(state="held").contact.first_name == "Ελένη"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_in_the_room_and_nothing_runs_over_its_edge(browser, house, scheme, width):
    page, complaints = sit_down(browser, house, color_scheme=scheme, viewport={"width": width, "height": 900})
    if width > 600:
        page.keyboard.press("s")

    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})

    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert complaints == []
