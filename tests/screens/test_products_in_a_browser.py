"""The page of products in a real Chromium: a correction in its row by keyboard, and everything without a script."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from customers.models import Product
from tests.browsing import hear_complaints, log_in
from tests.builders import make_user
from tests.customers.test_products import make_product
from tests.screens.test_in_a_browser import DESKTOP, PHONE

pytestmark = pytest.mark.browser
PAGE = "/people/products/"


@pytest.fixture
def espresso(transactional_db):
    make_user("anna", first_name="Άννα")
    for name in ("ΚΑΦΕΤΙΕΡΑ DELUXE", "ΓΚΑΤΖΕΤΑΚΙ", "ΔΩΡΟΚΑΛΑΘΟ", "NEOMIX"):
        make_product(name)
    return make_product("ΚΑΦΕΣ ΕΣΠΡΕΣΣΟ 1KG")


@pytest.mark.parametrize(("viewport", "scheme", "language"), [(DESKTOP, "light", "el-GR"), (PHONE, "dark", "en-GB")])
def test_the_products_are_accessible_and_as_wide_as_the_screen(
    browser, live_server, espresso, viewport, scheme, language
):
    context = browser.new_context(viewport=viewport, color_scheme=scheme, locale=language, bypass_csp=True)
    page = context.new_page()
    log_in(page, live_server.url, "anna")

    faults = []
    for path in (PAGE, f"{PAGE}?q=zzz", f"{PAGE}{espresso.pk}/"):
        page.goto(live_server.url + path)
        if path == PAGE:
            page.locator(f"#product-{espresso.pk} a").click()
            page.locator(".product-open").wait_for()
        found = Axe().run(page).response["violations"]
        faults += [(path, each["id"]) for each in found if each["impact"] in ("serious", "critical")]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            faults.append((path, "wider than the screen"))

    assert faults == []


def test_a_name_is_corrected_in_its_row_by_keyboard(browser, live_server, espresso):
    page = browser.new_page(viewport=DESKTOP, locale="en-GB")
    complaints = []
    hear_complaints(page, complaints)
    log_in(page, live_server.url, "anna")
    page.goto(live_server.url + PAGE)

    page.locator(f"#product-{espresso.pk}").get_by_role("link", name="Correction").focus()
    page.keyboard.press("Enter")
    page.locator(".product-open input[name=name]:focus").wait_for()
    page.keyboard.press("Control+A")
    page.keyboard.type("φραπέ")
    page.get_by_text("του φραπέ σου").wait_for()
    page.keyboard.press("Enter")
    page.get_by_text("looked at by Άννα").wait_for()
    page.locator(f"#product-{espresso.pk} a:focus").wait_for()

    espresso.refresh_from_db()
    assert (espresso.name, espresso.gender) == ("φραπέ", "m")
    assert complaints == []


def test_a_guess_is_taken_and_taken_back_without_a_script(browser, live_server, espresso):
    page = browser.new_page(viewport=PHONE, locale="en-GB", java_script_enabled=False)
    log_in(page, live_server.url, "anna")
    page.goto(live_server.url + PAGE)

    page.locator(f"#product-{espresso.pk}").get_by_role("button", name="Right so").click()
    assert page.get_by_text("Letters may say").is_visible()
    assert Product.objects.get(pk=espresso.pk).name == "εσπρέσο"

    page.get_by_role("button", name="Take back the last one").click()
    assert page.locator(f"#product-{espresso.pk}").is_visible()
    assert Product.objects.get(pk=espresso.pk).seen_at is None
