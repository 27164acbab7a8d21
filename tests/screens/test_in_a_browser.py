"""The screens in a real Chromium: nothing serious for axe, nothing wider than a phone, everything without a script."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from customers.models import FollowUp, Interaction, ServiceCase
from customers.search import index_contacts
from tests.browsing import hear_complaints, log_in
from tests.builders import ELENI, GIORGOS, NOW, STAMATIS, make_contact, make_user

pytestmark = pytest.mark.browser
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
PAGES = (
    "/",
    "/people/",
    "/people/?q=papadop",
    "/people/?q=Σταμτης",
    "/people/new/",
    "/people/{id}/",
    "/people/{id}/edit/",
    "/people/{id}/stop/",
    "/people/{id}/allow/",
    "/password/",
    "/nothing/",
)


@pytest.fixture
def stamatis(transactional_db):
    """A house with a few people, and one of them with everything a page may show."""
    anna = make_user("anna", role="staff", first_name="Άννα")
    people = [make_contact(STAMATIS, city="Θεσσαλονίκη", needs_look=True), make_contact(ELENI), make_contact(GIORGOS)]
    index_contacts(contact.pk for contact in people)
    words = {"private_text": "Ήρθε με την κόρη του.", "quotable": "Χαρήκαμε που σας είδαμε."}
    Interaction.objects.create(contact=people[0], happened_at=NOW, author=anna, **words)
    ServiceCase.objects.create(contact=people[0], opened_at=NOW, what_happened="Ψιλοαλεσμένος καφές.")
    FollowUp.objects.create(contact=people[0], text="Να του πούμε για τον μύλο", due_on=NOW.date())
    return people[0]


@pytest.mark.parametrize(("viewport", "scheme", "language"), [(DESKTOP, "light", "el-GR"), (PHONE, "dark", "en-GB")])
def test_every_page_is_accessible_and_as_wide_as_the_screen(browser, live_server, stamatis, viewport, scheme, language):
    # The check itself is a script of its own; the policy that keeps it out is tested elsewhere.
    context = browser.new_context(viewport=viewport, color_scheme=scheme, locale=language, bypass_csp=True)
    page = context.new_page()
    log_in(page, live_server.url, "anna")

    faults = []
    for path in PAGES:
        page.goto(live_server.url + path.format(id=stamatis.pk))
        found = Axe().run(page).response["violations"]
        faults += [(path, each["id"]) for each in found if each["impact"] in ("serious", "critical")]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            faults.append((path, "wider than the screen"))

    assert faults == []


def test_the_admin_is_accessible_too(browser, live_server, stamatis):
    nikos = make_user("nikos", role="admin")
    context = browser.new_context(viewport=DESKTOP, locale="el-GR", bypass_csp=True)
    page = context.new_page()
    log_in(page, live_server.url, "nikos")

    faults = []
    for path in ("", "contact/", f"contact/{stamatis.pk}/change/", f"user/{nikos.pk}/change/", "contact/import/"):
        page.goto(f"{live_server.url}/admin/{f'customers/{path}' if path else ''}")
        found = Axe().run(page).response["violations"]
        faults += [(path, each["id"]) for each in found if each["impact"] in ("serious", "critical")]

    assert faults == []


def test_the_browser_keeps_to_the_policy_without_a_complaint(browser, live_server, stamatis):
    page = browser.new_page(viewport=DESKTOP, locale="el-GR")
    complaints = []
    hear_complaints(page, complaints)
    log_in(page, live_server.url, "anna")

    for path in PAGES[:-1]:
        page.goto(live_server.url + path.format(id=stamatis.pk))

    assert complaints == []


def test_letters_are_stopped_in_two_clicks_without_a_script(browser, live_server, stamatis):
    page = browser.new_page(viewport=PHONE, locale="en-GB", java_script_enabled=False)
    log_in(page, live_server.url, "anna")
    page.goto(f"{live_server.url}/people/{stamatis.pk}/")

    page.get_by_role("link", name="Stop letters").click()
    page.get_by_role("button", name="Stop letters").click()

    assert page.get_by_text("The letters have stopped: Σταμάτης Παπαδόπουλος.").is_visible()
    stamatis.refresh_from_db()
    assert stamatis.stopped_reason == "by_staff"


def test_the_menu_of_a_phone_opens_without_a_script(browser, live_server, stamatis):
    page = browser.new_page(viewport=PHONE, locale="en-GB", java_script_enabled=False)
    log_in(page, live_server.url, "anna")
    greetings = page.get_by_role("link", name="Greetings", exact=True)
    assert not greetings.is_visible()

    page.get_by_role("button", name="Menu").click()

    assert greetings.is_visible()


def test_the_slash_key_leads_to_the_search(browser, live_server, stamatis):
    page = browser.new_page(viewport=DESKTOP, locale="en-GB")
    log_in(page, live_server.url, "anna")
    page.goto(f"{live_server.url}/people/")

    page.keyboard.press("/")
    page.keyboard.type("eleni")
    page.keyboard.press("Enter")

    page.get_by_role("link", name="Ελένη Βλάχου").wait_for()
    assert page.get_by_role("link", name="Σταμάτης Παπαδόπουλος").count() == 0
