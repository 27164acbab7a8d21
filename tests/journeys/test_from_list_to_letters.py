"""Three people, one real day: admin brings the shop's list, staff writes, manager approves, the worker sends."""

from collections import Counter
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.conf import settings as house_settings

from campaigns.coverage import CLASSES, adds_up, coverage_of, not_chosen_count
from campaigns.models import Campaign, Message
from customers.models import Contact, ContactCode, ImportBatch, Purchase, ServiceCase, Suppression
from customers.naming import salutation
from tests.builders import make_user
from tests.journeys.lists import list_files, row_count
from tests.receiver.ledger import letters_by_recipient, strangers, twice
from tests.receiver.process import RunningReceiver, running_receiver
from tests.workers import house_environment, start_beat, start_worker, wait_until

pytestmark = [
    pytest.mark.browser,
    pytest.mark.redis,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def receiver(tmp_path):
    with running_receiver(tmp_path / "receiver", "--no-sync") as running:
        yield running


@pytest.fixture
def workers(receiver, live_server, var_dir, tmp_path):
    """A real worker and a real beat on the broker of the live server, sending to the receiver."""
    environment = house_environment(
        var_dir,
        EMAIL_URL=receiver.url,
        SITE_URL=live_server.url,
        CELERY_BROKER_URL=house_settings.CELERY_BROKER_URL,
    )
    running = [
        start_worker(environment, tmp_path / "worker.log"),
        start_beat(environment | {"VAR_DIR": str(var_dir)}, tmp_path / "beat.log"),
    ]
    yield running
    for process in running:
        process.kill()


def bring_in(desk, what: str, path: Path) -> ImportBatch:
    """Upload, look at the rehearsal, import; return the batch."""
    page = desk.open(f"/admin/customers/{what}/")
    page.click(f"a[href$='/admin/customers/{what}/import/']")
    page.set_input_files("[type=file]", str(path))
    page.click("form.import-step input[type=submit]")
    page.wait_for_url("**/columns/")
    page.click("#understood input[type=submit]")
    page.wait_for_url("**/change/")
    before = ImportBatch.objects.latest("pk")
    assert before.state == ImportBatch.State.REHEARSED
    page.click("form.submit-row input[type=submit]")
    page.wait_for_selector("a[href*='/undo/']")
    before.refresh_from_db()
    assert before.state == ImportBatch.State.APPLIED
    return before


def letters_kept(receiver: RunningReceiver) -> list[EmailMessage]:
    return [message_from_bytes(raw, policy=policy.default) for raw in receiver.letters()]


def test_from_the_shops_list_to_delivered_letters(open_desk, receiver, workers, tmp_path):
    make_user("nikos", role="admin", first_name="Νίκος")
    make_user("anna", role="staff", first_name="Άννα")
    make_user("eleni", role="manager", first_name="Ελένη")
    customers, invoices = list_files(tmp_path)

    admin = open_desk("nikos")
    batch = bring_in(admin, "contact", customers)
    actions = Counter(batch.rows.values_list("action", flat=True))
    assert sum(actions.values()) == batch.row_count == row_count(customers)
    assert Contact.objects.count() == actions["new"]
    assert ContactCode.objects.count() == batch.row_count - actions["refused"], "a joined pair keeps both codes"
    assert all(row.reason_code for row in batch.rows.filter(action__in=["joined", "refused"]))
    lines = bring_in(admin, "purchase", invoices)
    assert lines.rows.count() == row_count(invoices)
    assert Purchase.objects.exists()

    staff = open_desk("anna")
    page = staff.open("/")
    page.click("form[action='/greetings/new/'] button >> nth=0")
    page.wait_for_url("**/write/**")
    campaign = Campaign.objects.get()
    assert campaign.occasion_key.startswith("christmas-")
    letter = page.frame_locator("iframe:not(.coming)").locator("body")
    wait_until(lambda: "Αγαπητ" in letter.inner_text(), what="the real letter")
    first_reader = letter.inner_text()
    page.click("#reader-next")
    page.wait_for_load_state()
    wait_until(
        lambda: letter.inner_text() not in ("", first_reader),
        what="the letter of the next person",
    )
    page.click("button[name=then][value=prepare]")
    page.wait_for_url(f"**/greetings/{campaign.pk}/**")
    wait_until(lambda: Campaign.objects.get().state == "in_review", what="the letters prepared by the worker")
    assert staff.page.request.get(f"{staff.base}/greetings/{campaign.pk}/approve/").status == 403

    manager = open_desk("eleni")
    page = manager.open(f"/greetings/{campaign.pk}/approve/")
    page.click("main form[method=post] button.btn-primary")
    page.wait_for_url(f"**/greetings/{campaign.pk}/**")
    page.click(f"form[action='/greetings/{campaign.pk}/send/'] button")
    wait_until(lambda: Campaign.objects.get().state == "finished", seconds=90, what="the end of the campaign")

    campaign.refresh_from_db()
    assert_everybody_is_accounted_for(manager.open(f"/greetings/{campaign.pk}/"), campaign)
    assert_each_letter_is_right(receiver, campaign)
    assert [desk.errors for desk in (admin, staff, manager)] == [[], [], []]
    leave_by_one_press(manager, receiver)


def assert_everybody_is_accounted_for(page, campaign: Campaign) -> None:
    """The seven classes add up to every contact, on the page and in the database."""
    coverage = coverage_of(campaign)
    assert adds_up(campaign)
    assert coverage.chosen + not_chosen_count(campaign, coverage) == Contact.objects.count()
    assert set(coverage.classes) == set(CLASSES)
    numbers = [int(text.replace(".", "")) for text in page.locator("table.sums tbody td.num").all_inner_texts()]
    assert sum(numbers) == coverage.chosen
    left_out = Message.objects.filter(campaign=campaign).exclude(state="sent")
    assert not left_out.filter(reason_code="").exists(), "everybody without a letter has a reason"


def assert_each_letter_is_right(receiver: RunningReceiver, campaign: Campaign) -> None:
    """Counted by what the receiver kept: one recipient, the right name, two parts, a way out; nobody twice."""
    events = receiver.events()
    sent = {message.to_address: message for message in campaign.messages.filter(state="sent").select_related("contact")}
    assert sent and twice(events) == {}
    assert set(letters_by_recipient(events)) == {address.lower() for address in sent}
    assert strangers(events, sent) == set()
    by_header = {message.header_id: message for message in sent.values()}
    for letter in letters_kept(receiver):
        message = by_header[letter["Message-ID"]]
        assert len(letter["To"].addresses) == 1 and letter["Cc"] is None
        assert letter["To"].addresses[0].addr_spec.lower() == message.to_address.lower()
        opening = salutation(message.contact, occasion=campaign.occasion).text
        text = letter.get_body(("plain",)).get_content()
        html = letter.get_body(("html",)).get_content()
        assert text.startswith(opening) and opening in html
        assert "List-Unsubscribe" in letter and letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert house_settings.HOUSE_POSTAL_ADDRESS in text
    assert not campaign.messages.filter(state="sent", contact__stopped_reason__gt="").exists()
    assert not campaign.messages.filter(state="sent", contact__cases__isnull=False).exists()
    assert not campaign.messages.filter(state="sent", contact__kind__in=Contact.NEVER_GREETED).exists()


def leave_by_one_press(desk, receiver: RunningReceiver) -> None:
    """A mail program presses the link of a letter, without cookie or login; pressing twice is one leave."""
    letter = letters_kept(receiver)[0]
    link = letter["List-Unsubscribe"].partition("<")[2].partition(">")[0]
    stranger = desk.context.browser.new_context()

    answers = [stranger.request.post(link, form={"List-Unsubscribe": "One-Click"}).status for _press in range(2)]

    assert answers == [200, 200]
    assert Suppression.objects.filter(reason="unsubscribed").count() == 1
    stranger.close()


def test_words_of_the_small_list_name_each_person_rightly(open_desk, tmp_path):
    """The openings of the small list, by hand: what the long journey only compares with the page."""
    make_user("nikos", role="admin")
    customers, _invoices = list_files(tmp_path)
    if "2001;ΠΑΠΑΔΟΠΟΥΛΟΣ" not in customers.read_text(encoding="cp1253"):
        return

    bring_in(open_desk("nikos"), "contact", customers)

    openings = {code.code: salutation(code.contact).text for code in ContactCode.objects.select_related("contact")}
    assert openings["2001"] == "Αγαπητέ κύριε Παπαδόπουλε,"
    assert openings["2002"] == "Αγαπητή κυρία Βλάχου,"
    assert openings["2004"] == "Αγαπητή κυρία Αντωνίου,"
    assert openings["2005"] == "Αγαπητέ κύριε Ιωαννίδη,"
    assert openings["2006"] == "Αγαπητή κυρία Σταύρου,"
    assert openings["2007"] == openings["2008"] == "Αγαπητοί συνεργάτες,"
    assert openings["2013"] == openings["2014"] == "Αγαπητή κυρία Θεοδωρίδου,"
    stops = dict(Contact.objects.exclude(stopped_reason="").values_list("last_name", "stopped_reason"))
    assert stops == {"Μαρινοπούλου": "mourning", "Κωνσταντινίδης": "no_letters"}
    assert ServiceCase.objects.get().contact.last_name == "Δασκαλάκης"
    asked = Contact.objects.filter(name_confidence__lt=0.9, kind="person")
    assert [contact.last_name for contact in asked] == ["Παππάς"]
