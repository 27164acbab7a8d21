"""«Γνωριμία» in a real Chromium: one key each under any layout, a hundred people without waiting, sound for axe."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from customers.models import AuditEntry, Contact, PassedOn, PurchaseSummary
from tests.browsing import sit_down
from tests.builders import ELENI, GIORGOS, NOW, STAMATIS, make_contact, make_user

pytestmark = pytest.mark.browser
PAGE = "/people/acquaint/"
UNSURE = {"name_confidence": 0.6, "name_reason": "ambiguous_accent", "name_choices": ["Παππάς", "Πάππας"]}


@pytest.fixture
def house(transactional_db, live_server) -> str:
    """Three people, the best customer first, and two colleagues."""
    make_user("anna", first_name="Άννα")
    make_user("eleni", role="manager", first_name="Ελένη")
    pappas = {"first_name": "Γεώργιος", "last_name": "Παππάς"} | UNSURE
    for total, contact in ((900, make_contact(pappas)), (300, make_contact(STAMATIS)), (200, make_contact(ELENI))):
        PurchaseSummary.objects.create(
            contact=contact, purchase_count=1, total=total, first_on=NOW.date(), last_on=NOW.date()
        )
    return live_server.url


def strike(page: Page, code: str, letter: str = "") -> None:
    """Press the key at the place `code`, which writes `letter` under the layout in force."""
    page.evaluate(
        "([code, key]) => document.activeElement.dispatchEvent("
        "new KeyboardEvent('keydown', {code, key, bubbles: true, cancelable: true}))",
        [code, letter],
    )


def test_every_answer_has_its_key_under_a_greek_layout(browser, house):
    page, complaints = sit_down(browser, house, "anna", PAGE, locale="el-GR")
    name, told = page.locator("#who"), page.locator("#acquaint-said")

    strike(page, "Digit5", "5")
    expect(name).to_have_text("Γεώργιος Πάππας")
    strike(page, "KeyK", "κ")
    expect(page.locator(".manner .said").first).to_have_text("Αγαπητέ Γιώργο,")
    strike(page, "KeyY", "υ")
    expect(page.locator("button[value=mine]")).to_have_count(0)
    strike(page, "Numpad1", "1")
    expect(name).to_have_text("Σταμάτης Παπαδόπουλος")
    expect(told).to_contain_text("Γεώργιος Πάππας")
    strike(page, "ArrowRight", "ArrowRight")
    expect(name).to_have_text("Ελένη Βλάχου")
    strike(page, "Digit3", "3")
    expect(name).to_have_text("Σταμάτης Παπαδόπουλος")
    strike(page, "Digit2", "2")
    expect(name).not_to_have_text("Σταμάτης Παπαδόπουλος")
    strike(page, "KeyZ", "ζ")
    expect(name).to_have_text("Σταμάτης Παπαδόπουλος")

    pappas = Contact.objects.get(last_name="Πάππας")
    assert (pappas.known_as, pappas.register, pappas.owner.username) == ("Γιώργος", "informal", "anna")
    assert PassedOn.objects.get().contact.first_name == "Ελένη"
    assert Contact.objects.get(first_name="Σταμάτης").typed_fields == []
    assert complaints == []


def test_a_hundred_people_are_answered_by_keys_with_one_press_each(browser, house):
    for number in range(97):
        make_contact(GIORGOS, sort_key=f"{number:03}")
    page, complaints = sit_down(browser, house, "anna", PAGE)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))

    for number in range(100):
        expect(page.locator("progress")).to_have_attribute("value", str(number))
        page.keyboard.press("2" if number % 3 else "1")
    expect(page.locator("#who")).to_have_text("Everybody has an answer.")

    assert AuditEntry.objects.filter(verb="decide_register").count() == 100
    assert Contact.objects.filter(register="informal").count() == 34
    assert len(requests) <= 210  # an answer and the next person, twice a hundred; no style or script again
    assert complaints == []


def test_keys_struck_before_the_next_person_is_there_answer_for_nobody_unseen(browser, house):
    page, _complaints = sit_down(browser, house, "anna", PAGE)

    page.evaluate(
        "for (let i = 0; i < 3; i++) document.body.dispatchEvent("
        "new KeyboardEvent('keydown', {code: 'Digit1', key: '1', bubbles: true, cancelable: true}))"
    )

    expect(page.locator("#who")).to_have_text("Σταμάτης Παπαδόπουλος")
    assert list(Contact.objects.filter(acquaintance="decided").values_list("last_name", flat=True)) == ["Παππάς"]


def test_keys_are_quiet_in_a_field_with_a_modifier_and_when_switched_off(browser, house):
    page, _complaints = sit_down(browser, house, "anna", PAGE)
    switch = page.get_by_role("button", name="Keys: on")

    page.locator("select[name=asked_of]").focus()
    page.keyboard.press("1")
    page.locator("#who").focus()
    page.keyboard.press("Control+1")
    switch.click()
    page.locator("#who").focus()
    page.keyboard.press("1")
    page.reload()
    page.keyboard.press("1")

    expect(page.get_by_role("button", name="Keys: off")).to_be_visible()
    expect(page.locator("kbd").first).to_be_hidden()
    expect(page.locator("#who")).to_have_text("Γεώργιος Παππάς")
    assert not AuditEntry.objects.exclude(verb="log_in").exists()


def test_after_an_answer_the_focus_is_on_the_name_of_the_next_person(browser, house):
    page, _complaints = sit_down(browser, house, "anna", PAGE)

    page.locator("button[value=formal]").press("Enter")

    expect(page.locator("#who")).to_have_text("Σταμάτης Παπαδόπουλος")
    expect(page.locator("#who")).to_be_focused()


def test_whoever_was_logged_out_meanwhile_gets_the_door(browser, house):
    page, _complaints = sit_down(browser, house, "anna", PAGE)
    page.context.clear_cookies(name="sessionid")

    page.keyboard.press("1")

    page.wait_for_url("**/login/**")
    assert not AuditEntry.objects.exclude(verb="log_in").exists()


def test_without_a_script_the_buttons_do_the_same_and_no_key_is_promised(browser, house):
    page, _complaints = sit_down(browser, house, "anna", PAGE, java_script_enabled=False)
    expect(page.locator("kbd").first).to_be_hidden()

    page.locator("button[value=informal]").click()
    page.get_by_role("button", name="Take back").click()

    assert page.locator("#who").inner_text() == "Γεώργιος Παππάς"
    assert [each.verb for each in AuditEntry.objects.order_by("pk")][-2:] == ["decide_register", "undo_acquaintance"]


@pytest.mark.parametrize(("width", "scheme", "locale"), [(1280, "light", "el-GR"), (360, "dark", "en-GB")])
def test_every_state_of_the_page_is_sound_for_axe_and_no_wider_than_the_screen(browser, house, width, scheme, locale):
    options = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme, "bypass_csp": True}
    page, _complaints = sit_down(browser, house, "anna", PAGE, locale=locale, **options)
    found = []

    for state in ("unsure name", "next person", "asked", "done"):
        violations = Axe().run(page).response["violations"]
        found += [(state, each["id"]) for each in violations if each["impact"] in ("serious", "critical")]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append((state, "wider than the screen"))
        if page.locator("button[value=pass]").count():
            before = page.locator("#who").inner_text()
            page.locator("button[value=pass]").click()
            expect(page.locator("#who")).not_to_have_text(before)

    assert page.locator(".blank").is_visible()
    assert found == []
