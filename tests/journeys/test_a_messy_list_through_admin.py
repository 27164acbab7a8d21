"""An admin brings a shop's messy list, in Greek: understood, corrected, rehearsed, let in, its rejects, taken back."""

import csv
import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from customers.imports.rehearsing import stage_contacts
from customers.models import Contact, ContactCode, ImportBatch, ServiceCase
from tests.builders import make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LIST = """\
Βιβλίο πελατών 2026;;;;;;;;;
Εκτύπωση 21/11/2026;;;;;;;;;

ΚΩΔΙΚΟΣ;ΠΩΣ ΤΟΝ ΛΕΜΕ;ΑΦΜ;EMAIL;ΤΗΛΕΦΩΝΟ;ΠΟΛΗ;ΗΜ/ΝΙΑ ΓΕΝΝΗΣΗΣ;ΠΑΡΑΤΗΡΗΣΕΙΣ;ΚΑΤΑΣΤΗΜΑ
3001;ΠΑΠΑΔΟΠΟΥΛΟΣ ΣΤΑΜΑΤΗΣ;100000001;stamatis@mail.example;2310111111;ΘΕΣΣΑΛΟΝΙΚΗ;30/09/1965;;ΚΕΝΤΡΟ
3002;ΒΛΑΧΟΥ ΕΛΕΝΗ;100000002;eleni @shop.example;;ΒΟΛΟΣ;;;ΚΕΝΤΡΟ
3003;ΔΗΜΗΤΡΙΟΥ ΓΙΩΡΓΟΣ;100000003;;2310111113;ΑΘΗΝΑ;12/31/1980;;ΛΙΜΑΝΙ
3004;ΜΑΡΙΝΟΠΟΥΛΟΥ ΣΟΦΙΑ;100000004;sofia@mail.example;;ΠΑΤΡΑ;;ΠΕΝΘΟΣ ΑΠΟ ΣΕΠΤΕΜΒΡΙΟ;ΛΙΜΑΝΙ
3005;ΘΕΟΔΩΡΙΔΟΥ ΑΝΝΑ;100000005;anna@post.example;;ΒΟΛΟΣ;;;ΚΕΝΤΡΟ
3006;ΘΕΟΔΩΡΙΔΟΥ ΑΝΝΑ;100000005;ANNA@POST.EXAMPLE;;ΒΟΛΟΣ;;;ΚΕΝΤΡΟ
3007;ΔΑΣΚΑΛΑΚΗΣ ΑΝΤΩΝΗΣ;100000007;antonis@mail.example;;ΧΑΝΙΑ;;ΠΑΡΑΠΟΝΟ ΓΙΑ ΚΑΘΥΣΤΕΡΗΣΗ;ΚΕΝΤΡΟ
;ΡΙΖΟΥ ΚΑΤΕΡΙΝΑ;;;;;1/2/1990;;ΚΕΝΤΡΟ
"""


@pytest.fixture
def messy_list(tmp_path: Path) -> Path:
    path = tmp_path / "πελάτες.csv"
    path.write_bytes(LIST.replace("\n", "\r\n").encode("cp1253"))
    return path


def serious_faults(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    grave = [fault for fault in found if fault["impact"] in ("serious", "critical")]
    return [f"{fault['id']}: {fault['nodes'][0]['html']}" for fault in grave]


def column(page: Page, name: str) -> Locator:
    """The field that says what a column becomes."""
    return page.get_by_label(re.compile(f"“{name}”|«{name}»")).first


def choose(field: Locator, value: str) -> None:
    """Choose a value that changes how the page reads, and wait until it does."""
    field.select_option(value)
    expect(field.page.locator(".htmx-request")).to_have_count(0)


def rows_shown(page: Page) -> list[str]:
    return page.locator("#rows tbody tr .raw").all_inner_texts()


def test_a_messy_greek_list_is_corrected_rehearsed_filtered_brought_in_and_taken_back(open_desk, messy_list):
    make_user("nikos", role="admin", first_name="Νίκος")
    desk = open_desk("nikos")
    page = desk.open("/admin/customers/contact/import/")
    assert page.locator("html").get_attribute("lang") == "el"
    page.set_input_files("[type=file]", str(messy_list))
    page.click("form.import-step input[type=submit]")

    # What we understood: letters, separator and the titles above the names are right; one column is not.
    page.wait_for_url("**/columns/")
    assert serious_faults(page) == []
    expect(page.locator("[name=encoding]")).to_have_value("cp1253")
    expect(page.locator("[name=header_row]")).to_have_value("4")
    expect(page.locator("tr.title").first).to_contain_text("Βιβλίο πελατών 2026")
    expect(column(page, "ΑΦΜ")).to_have_value("tax_number")
    expect(column(page, "ΠΩΣ ΤΟΝ ΛΕΜΕ")).to_have_value("")
    assert not ImportBatch.objects.get().rows.exists()
    choose(column(page, "ΠΩΣ ΤΟΝ ΛΕΜΕ"), "name")
    expect(page.get_by_label(re.compile("ΠΩΣ ΤΟΝ ΛΕΜΕ"))).to_have_count(2)  # and whether it is written over
    choose(column(page, "ΚΑΤΑΣΤΗΜΑ"), "extra")
    choose(page.locator("[name=header_row]"), "5")  # a slip, taken back at once: what was chosen is still there
    expect(page.locator("tr.header")).to_contain_text("ΠΑΠΑΔΟΠΟΥΛΟΣ ΣΤΑΜΑΤΗΣ")
    choose(page.locator("[name=header_row]"), "4")
    expect(column(page, "ΠΩΣ ΤΟΝ ΛΕΜΕ")).to_have_value("name")
    expect(column(page, "ΚΑΤΑΣΤΗΜΑ")).to_have_value("extra")
    page.click("#understood input[type=submit]")

    # The rehearsal: everybody accounted for, and found by reason and by name.
    page.wait_for_url("**/change/")
    assert serious_faults(page) == []
    expect(page.locator(".outcome").first).to_contain_text("Τίποτε δεν γράφτηκε ακόμη.")
    batch = ImportBatch.objects.get()
    assert {name: batch.counts[name] for name in ("rows", "new", "joined", "refused")} == {
        "rows": 8, "new": 6, "joined": 1, "refused": 1,
    }  # fmt: skip
    assert batch.mapping["ΚΑΤΑΣΤΗΜΑ"] == "extra"
    page.locator("[name=reason]").select_option("mourning")
    page.click(".finding button")
    page.wait_for_url("**reason=mourning**")
    assert rows_shown(page) == ["ΜΑΡΙΝΟΠΟΥΛΟΥ ΣΟΦΙΑ"]
    page.locator("[name=reason]").select_option("")
    page.fill("[name=text]", "θεοδωρίδου")
    page.click(".finding button")
    page.wait_for_url("**text=**")
    assert rows_shown(page) == ["ΘΕΟΔΩΡΙΔΟΥ ΑΝΝΑ", "ΘΕΟΔΩΡΙΔΟΥ ΑΝΝΑ"]
    assert not Contact.objects.exists()

    # The import and its result.
    page.click("form.submit-row input[type=submit]")
    page.wait_for_selector("a[href*='/undo/']")
    assert serious_faults(page) == []
    assert Contact.objects.count() == 6
    assert ContactCode.objects.count() == 7, "a joined pair keeps both codes"
    sofia = Contact.objects.get(last_name="Μαρινοπούλου")
    assert (sofia.stopped_reason, sofia.extra) == ("mourning", {"ΚΑΤΑΣΤΗΜΑ": "ΛΙΜΑΝΙ"})
    assert ServiceCase.objects.get().contact.last_name == "Δασκαλάκης"
    assert not batch.file_parts.exists()

    with page.expect_download() as download:
        page.click("a[href*='show=refused'][href*='/file/']")
    rejects = list(csv.reader(io.StringIO(download.value.path().read_text("utf-8-sig")), delimiter=";"))
    assert rejects[1][1] == "ΡΙΖΟΥ ΚΑΤΕΡΙΝΑ"
    assert rejects[1][-1].startswith("Ούτε e-mail")

    # And back: as if it had never been.
    page.click("a[href*='/undo/']")
    page.click("form.import-step input[type=submit]")
    page.wait_for_url("**/change/**")
    expect(page.locator(".outcome").first).to_contain_text("πελάτες.csv")
    assert not Contact.objects.exists()
    assert ImportBatch.objects.get().state == ImportBatch.State.UNDONE
    assert desk.errors == []


@pytest.mark.parametrize("width", [390, 1280])
def test_every_page_of_an_import_stays_within_the_window(open_desk, messy_list, width):
    make_user("nikos", role="admin", first_name="Νίκος")
    page = open_desk("nikos", width=width).open("/admin/customers/contact/import/")
    page.set_input_files("[type=file]", str(messy_list))
    page.click("form.import-step input[type=submit]")
    page.wait_for_url("**/columns/")
    column(page, "ΠΩΣ ΤΟΝ ΛΕΜΕ").select_option("name")
    expect(page.get_by_label(re.compile("ΠΩΣ ΤΟΝ ΛΕΜΕ"))).to_have_count(2)
    assert_fits(page, width)

    page.click("#understood input[type=submit]")
    page.wait_for_url("**/change/")
    assert_fits(page, width)


@pytest.mark.parametrize(("language", "width"), [("el", 390), ("en", 1280)])
def test_pages_of_an_import_that_waits_runs_or_was_stopped_are_sound(open_desk, messy_list, language, width):
    make_user("nikos", role="admin", first_name="Νίκος")
    desk = open_desk("nikos", language=language, width=width)
    data, mapping = messy_list.read_bytes(), {"ΠΩΣ ΤΟΝ ΛΕΜΕ": "name"}
    batch = stage_contacts(data=data, file_name="p.csv", by=None, now=timezone.now(), mapping=mapping)
    later = timezone.now() + timedelta(minutes=10)
    states = (
        {"state": "staging", "holder": "", "lease_until": later},
        {"state": "staging", "holder": "other", "lease_until": later, "rows_done": 3},
        {"state": "applying", "holder": "other", "lease_until": later, "rows_done": 3},
        {"state": "stopped", "holder": "", "lease_until": None, "rows_done": 3},
        {"state": "undone", "rows_done": 0},
    )
    for state in states:
        ImportBatch.objects.filter(pk=batch.pk).update(**state)
        assert_fits(desk.open(f"/admin/customers/importbatch/{batch.pk}/change/"), width)
    problem = batch.understood | {"problem": {"code": "list_quote_open", "facts": {"row": 9}}}
    ImportBatch.objects.filter(pk=batch.pk).update(state="received", understood=problem)
    assert_fits(desk.open(f"/admin/customers/importbatch/{batch.pk}/columns/"), width)
    assert desk.errors == []


def assert_fits(page: Page, width: int) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert serious_faults(page) == []
