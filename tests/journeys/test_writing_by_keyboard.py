"""Somebody who knows no Jinja writes a name-day greeting without a mouse: an optional sentence, three readers, a mended
slip, a test letter in their own mailbox. Once with Greek keys on a Greek screen, once in English.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from django.conf import settings as house_settings
from django.utils import timezone, translation
from django.utils.translation import gettext
from playwright.sync_api import Page, expect

from campaigns.models import Campaign, TestLetter
from customers.models import Contact, PurchaseSummary
from tests.browsing import hear_complaints
from tests.builders import ELENI, PASSWORD, STAMATIS, make_contact, make_user
from tests.journeys.keyboard import GreekKeyboard, Keyboard
from tests.receiver.process import RunningReceiver, running_receiver
from tests.workers import house_environment, start_worker, wait_until

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once,
    pytest.mark.django_db(transaction=True),
]


@dataclass(frozen=True)
class Story:
    """What one person writes: `slip` becomes `mended`; `years` is what the optional sentence says of a regular."""

    language: str
    locale: str
    keys: Callable[[Page], Keyboard]
    variant: tuple[str, str]
    fact_salutation: str
    fact_years: str
    fact_signature: str
    greeting: str
    subject: str
    slip: str
    mended: str
    optional: tuple[str, str]
    years: str
    openings: list[str]
    marked: str

    def word(self, msgid: str) -> str:
        """What a button or field is called on this person's screen."""
        with translation.override(self.language):
            return gettext(msgid)


GREEK = Story(
    language="el",
    locale="el-GR",
    keys=GreekKeyboard,
    variant=("el", "formal"),
    fact_salutation="προσφώνηση",
    fact_years="τόσα χρόνια",
    fact_signature="υπογραφή",
    greeting="Γιορτή του Αγίου Νικολάου",
    subject="Χρόνια πολλά",
    slip="σας ευχόμαστε χρόνια πολλά για την γιορτή σας, με υγεία.",
    mended="σας ευχόμαστε χρόνια πολλά για τη γιορτή σας, με υγεία.",
    optional=("Είστε μαζί μας ", " και το χαιρόμαστε."),
    years="Είστε μαζί μας επτά χρόνια και το χαιρόμαστε.",
    openings=["Αγαπητέ κύριε Παπαδόπουλε,", "Αγαπητή κυρία Βλάχου,", "Αγαπητέ κύριε Μελά,"],
    marked="στον Παύλο Μελά] Χρόνια πολλά",
)
ENGLISH = Story(
    language="en",
    locale="en-GB",
    keys=Keyboard,
    variant=("en", "formal"),
    fact_salutation="opening",
    fact_years="years with us",
    fact_signature="signature",
    greeting="Saint Nicholas",
    subject="Happy name day",
    slip="We wish you a happy  name day, in good health.",
    mended="We wish you a happy name day, in good health.",
    optional=("You have been with us for ", " and we are glad of it."),
    years="You have been with us for seven years and we are glad of it.",
    openings=["Dear Mr Papadopoulos,", "Dear Ms Vlachou,", "Dear Mr Melas,"],
    marked="Pavlos Melas] Happy name day",
)


@pytest.fixture
def receiver(tmp_path):
    with running_receiver(tmp_path / "receiver", "--no-sync") as running:
        yield running


@pytest.fixture
def worker(receiver, live_server, var_dir, tmp_path):
    """A real worker on the broker of the live server, sending to the receiver."""
    environment = house_environment(
        var_dir,
        EMAIL_URL=receiver.url,
        SITE_URL=live_server.url,
        CELERY_BROKER_URL=house_settings.CELERY_BROKER_URL,
    )
    running = start_worker(environment, tmp_path / "worker.log")
    yield running
    running.kill()


def three_readers(language: str) -> list[Contact]:
    """A regular of seven years, somebody who has bought nothing, and a third."""
    names = (
        (STAMATIS, {}),
        (ELENI, {}),
        (None, {"email": "pavlos@shop.example"}),
    )
    in_english = (
        {"first_name": "Stamatis", "last_name": "Papadopoulos"},
        {"first_name": "Eleni", "last_name": "Vlachou"},
        {"first_name": "Pavlos", "last_name": "Melas"},
    )
    # All three celebrate on the day that is typed: a greeting for a name day begins with those whose day it is.
    rule = f"{day_read_either_way():%m-%d}"
    people = [
        make_contact(person, language=language, name_day_choice=rule, **fields | (written if language == "en" else {}))
        for (person, fields), written in zip(names, in_english, strict=True)
    ]
    began = timezone.localdate() - timedelta(days=7 * 365 + 90)
    PurchaseSummary.objects.create(
        contact=people[0], purchase_count=40, total=900, first_on=began, last_on=timezone.localdate()
    )
    return people


class WritingDesk:
    """The desk as somebody without a mouse uses it; reading what it shows is looking, not touching."""

    def __init__(self, page: Page, story: Story) -> None:
        self.page, self.story = page, story
        self.keys = story.keys(page)

    def go_to(self, role: str, msgid: str, *, back: bool = False) -> str:
        return self.keys.tab_to(role, self.story.word(msgid).partition("%")[0].rstrip(": "), back=back)

    def press(self, role: str, msgid: str, *, back: bool = False) -> None:
        self.go_to(role, msgid, back=back)
        self.keys.press("Enter")

    def insert_fact(self, said: str) -> None:
        """Control with the space bar, a word of what one means, Enter."""
        self.keys.press("Control+Space")
        wait_until(lambda: self.keys.focused()[0] == "combobox", what="the list of facts")
        self.keys.type(said)
        self.keys.press("Enter")
        wait_until(lambda: self.keys.focused()[0] == "textbox", what="the text again")

    def letter(self) -> str:
        """The letter as it lies there now."""
        return self.page.frame_locator(".letter-frame iframe:not(.coming)").locator("body").inner_text()

    def expect_letter(self, *parts: str, without: str = "") -> None:
        def is_there() -> bool:
            letter = self.letter()
            return all(part in letter for part in parts) and not (without and without in letter)

        wait_until(is_there, seconds=15, what=lambda: f"a letter with {parts}, without «{without}»: {self.letter()}")


def log_in(page: Page, keys: Keyboard, base: str, name: str, word: Callable[[str], str]) -> None:
    page.goto(base + "/login/")
    assert keys.focused() == ("textbox", word("User name")), "one can begin to type"
    Keyboard(page).type(name)
    keys.press("Tab")
    Keyboard(page).type(PASSWORD)
    keys.press("Enter")
    page.wait_for_url(base + "/")


def day_read_either_way() -> date:
    """The next day whose number is that of its month: a browser asks for the two in the order of its own country."""
    tomorrow = timezone.localdate() + timedelta(days=1)
    return next(day for day in (tomorrow + timedelta(days=n) for n in range(400)) if day.day == day.month)


def begin_name_day(page: Page, desk: WritingDesk, base: str) -> Campaign:
    """From the first page through the menu to the desk."""
    desk.press("link", "Greetings")
    page.wait_for_url(base + "/greetings/")
    desk.go_to("radio", "Another occasion")
    desk.keys.arrow_to(desk.story.word("Name day"))
    desk.go_to("textbox", "What we call it")
    desk.keys.type(desk.story.greeting)
    desk.go_to("Date", "On which day")
    desk.keys.type(f"{day_read_either_way():%d%m%Y}")
    desk.keys.press("Enter")
    page.wait_for_url("**/write/")
    campaign = Campaign.objects.get()
    assert campaign.occasion == "name_day"
    return campaign


def write_the_letter(desk: WritingDesk) -> None:
    story, keys = desk.story, desk.keys
    desk.go_to("textbox", "Subject")
    keys.shortcut("KeyA")
    keys.press("Delete")
    keys.type(story.subject)
    desk.go_to("textbox", "Text of the letter")
    keys.shortcut("KeyA")
    keys.press("Delete")
    desk.insert_fact(story.fact_salutation)
    keys.type(f"\n\n{story.slip}\n\n{story.optional[0]}")
    desk.insert_fact(story.fact_years)
    keys.type(story.optional[1])
    desk.press("button", "Optional sentence", back=True)
    keys.press("End")
    keys.type("\n\n")
    desk.insert_fact(story.fact_signature)


def mend_the_slip(desk: WritingDesk) -> None:
    page = desk.page
    button = page.locator("#checks button[data-mend]:visible")
    expect(button).to_have_count(1)
    desk.press("button", "Mend: %(words)s")
    expect(page.locator("#body")).to_have_value(re.compile(re.escape(desk.story.mended)))
    expect(button).to_have_count(0)


def meet_three_readers(desk: WritingDesk) -> None:
    story = desk.story
    desk.expect_letter(story.openings[0], story.mended, story.years)
    desk.press("button", "Next")
    desk.expect_letter(story.openings[1], story.mended, without=story.optional[0].strip())
    assert desk.keys.focused() == ("button", story.word("Next")), "the next press meets the next reader"
    desk.keys.press("Enter")
    desk.expect_letter(story.openings[2], story.mended, without=story.optional[0].strip())


def letter_at(receiver: RunningReceiver) -> EmailMessage:
    letters = wait_until(receiver.letters, seconds=20, what="the test letter")
    assert len(letters) == 1
    return message_from_bytes(letters[0], policy=policy.default)


@pytest.mark.parametrize("story", [GREEK, ENGLISH], ids=["Greek", "English"])
def test_a_name_day_greeting_is_written_by_keyboard_alone(browser, live_server, receiver, worker, story):
    make_user("anna", role="staff", first_name="Άννα", email="anna@kafekopteio.example")
    three_readers(story.language)
    context = browser.new_context(locale=story.locale, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(10_000)
    page = context.new_page()
    errors: list[str] = []
    hear_complaints(page, errors)
    desk = WritingDesk(page, story)
    log_in(page, desk.keys, live_server.url, "anna", story.word)

    campaign = begin_name_day(page, desk, live_server.url)
    write_the_letter(desk)
    mend_the_slip(desk)
    meet_three_readers(desk)
    desk.keys.shortcut("KeyS")
    wait_until(lambda: campaign.template.versions.count() == 2, what="the words saved by Control and S")
    expect(page.locator("#saved")).to_contain_text(story.word("Saved at %(saved_at)s").partition("%")[0])
    desk.press("button", "Test to me")

    letter = letter_at(receiver)
    assert letter["To"].addresses[0].addr_spec == "anna@kafekopteio.example"
    assert letter["Subject"].endswith(story.marked)
    text = letter.get_body(("plain",)).get_content()
    assert text.startswith(story.openings[2]) and story.mended in text and story.optional[0] not in text
    assert "[[" not in text and "{{" not in text
    wait_until(lambda: TestLetter.objects.get().state == "sent", what="the row of the test letter")
    expect(page.locator("#test-letter .state-sent")).to_contain_text("anna@kafekopteio.example")
    assert desk.keys.focused() == ("button", story.word("Test to me")), "the answer came without taking the focus away"
    saved = campaign.template.versions.latest("number").variants.get(language=story.variant[0], manner=story.variant[1])
    assert saved.subject == story.subject and f"[[ {story.optional[0]}" in saved.body
    assert errors == []
    context.close()
