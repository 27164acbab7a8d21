"""An author, a signer and a manager bring a greeting from its letters to the hour it leaves, without a mouse.

Anna reads twenty letters, changes three, sets two aside and settles a name; Nikos reads those that bear his name; Eleni
approves. A change of Anna's voids that, she approves again and schedules. Once with Greek keys, once in English.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.utils import timezone, translation
from django.utils.translation import gettext
from playwright.sync_api import Browser, Page, expect

from campaigns.models import Campaign, GreetingVariant, HandEdit, Message, StaffNotice
from campaigns.preparing import prepare_next_chunk, start_preparing
from customers.models import Contact, User
from tests.browsing import hear_complaints
from tests.builders import make_campaign, make_contact, make_user, make_words
from tests.journeys.keyboard import GreekKeyboard, Keyboard
from tests.journeys.test_writing_by_keyboard import day_read_either_way, log_in
from tests.workers import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]

PEOPLE = 22
OF_NIKOS = 4


@dataclass(frozen=True)
class Story:
    """What one language says and which keys its letters stand on: tick, edit, aside, name."""

    language: str
    locale: str
    keys: Callable[[Page], Keyboard]
    codes: dict[str, str]
    first_names: list[str]
    surname: str
    unsure: list[str]
    body: str
    added: str
    why: str
    opening: str

    def word(self, msgid: str) -> str:
        with translation.override(self.language):
            return gettext(msgid)


GREEK = Story(
    language="el",
    locale="el-GR",
    keys=GreekKeyboard,
    codes={"tick": "ε", "edit": "δ", "aside": "α", "name": "ο"},
    first_names=["Σταμάτης", "Γιώργος", "Παύλος", "Νικόλας"],
    surname="Παπαδόπουλος",
    unsure=["Παππάς", "Πάππας"],
    body="{{ προσφώνηση }}\n\nσας ευχόμαστε υγεία και χαρά.\n\n{{ υπογραφή }}",
    added="Μας λείπουν οι ιστορίες σας.",
    why="Θα του γράψω η ίδια",
    opening="Αγαπητέ κύριε Παππά,",
)
ENGLISH = Story(
    language="en",
    locale="en-GB",
    keys=Keyboard,
    codes={"tick": "t", "edit": "e", "aside": "s", "name": "n"},
    first_names=["John", "Peter", "George", "Paul"],
    surname="Miller",
    unsure=["Pappas", "Pappás"],
    body="{{ salutation }}\n\nWe wish you health and joy.\n\n{{ signature }}",
    added="We miss your stories.",
    why="I shall write to him myself",
    opening="Dear Mr Pappas,",
)


@dataclass
class House:
    """The three colleagues, the greeting, and whose letters it holds."""

    anna: User
    nikos: User
    eleni: User
    campaign: Campaign
    people: list[Contact] = field(default_factory=list)


def a_house(story: Story) -> House:
    """A greeting in review to twenty-two people, four of them Nikos's own; of one the surname is not sure."""
    anna = make_user("anna", role="staff", signs_as="Άννα", reply_address="anna@house.example", language=story.language)
    nikos = make_user(
        "nikos", role="staff", signs_as="Νίκος", reply_address="nikos@house.example", language=story.language
    )
    eleni = make_user(
        "eleni", role="manager", signs_as="Ελένη", reply_address="eleni@house.example", language=story.language
    )
    template = make_words(by=anna, subject="Καλή χρονιά", body=story.body)
    GreetingVariant.objects.filter(version__template=template).update(language=story.language)
    people = [_person(story, number, owner=nikos if number <= OF_NIKOS else None) for number in range(1, PEOPLE + 1)]
    campaign = make_campaign(
        author=anna,
        template=template,
        name="Γιορτή",
        occasion="other",
        occasion_key="own-feast",
        wish_on=day_read_either_way() + timedelta(days=5),
    )
    start_preparing(campaign, by=anna, now=timezone.now())
    while prepare_next_chunk(campaign.pk, now=timezone.now()):
        pass
    campaign.refresh_from_db()
    return House(anna, nikos, eleni, campaign, people)


def _person(story: Story, number: int, *, owner: User | None) -> Contact:
    first = story.first_names[number % len(story.first_names)]
    values = {"first_name": first, "last_name": story.surname, "gender": "m", "language": story.language}
    if number == PEOPLE:
        values |= {"last_name": story.unsure[0], "name_confidence": 0.6, "name_reason": "ambiguous_accent"}
        values |= {"name_choices": story.unsure}
    return make_contact(email=f"person{number}@shop.example", owner=owner, **values)


class Desk:
    """One colleague before a page, by keyboard alone; reading what it shows is looking, not touching."""

    def __init__(self, page: Page, story: Story, base: str) -> None:
        self.page, self.story, self.base = page, story, base
        self.keys = story.keys(page)

    def go_to(self, role: str, msgid: str, *, back: bool = False) -> str:
        return self.keys.tab_to(role, self.story.word(msgid), back=back)

    def press(self, role: str, msgid: str, *, back: bool = False) -> None:
        self.go_to(role, msgid, back=back)
        self.keys.press("Enter")

    def key(self, name: str) -> None:
        """The letter key of an action, as this layout sends it."""
        self.keys.type(self.story.codes[name])

    def wait_for_keys(self) -> None:
        """Wait until the room hears keys: its script shows the switch that turns them off."""
        expect(self.page.locator("[data-keys-switch]")).to_be_visible()

    def said(self, msgid: str) -> None:
        """Wait until the room says this of the letter just decided about."""
        begins = self.story.word(msgid).partition("%")[0].strip()
        expect(self.page.locator("#review-said")).to_contain_text(begins)

    def name(self) -> str:
        return self.page.locator("#who").inner_text()

    def letter(self) -> str:
        return self.page.frame_locator("iframe[name=the-letter]").locator("body").inner_text()

    def expect_letter(self, words: str) -> None:
        wait_until(lambda: words in self.letter(), seconds=15, what=lambda: f"«{words}» in {self.letter()}")

    def tick(self) -> None:
        """Tick, and wait for the next page: its address is another one, or the pile is at its end."""
        before = self.page.url
        self.key("tick")
        self.page.wait_for_url(lambda url: url != before)
        self.said("Ticked: %(name)s.")

    def add_words(self) -> None:
        """Write a sentence into the letter before its signature."""
        self.key("edit")
        wait_until(lambda: self.keys.focused()[0] == "textbox", what="the words of the letter")
        self.keys.press("Control+Home", "ArrowDown", "ArrowDown", "End")
        self.keys.type(f" {self.story.added}")
        self.press("button", "Keep these words")
        self.said("Your words are in the letter: %(name)s.")

    def set_aside(self) -> None:
        before = self.page.url
        self.key("aside")
        wait_until(lambda: self.keys.focused()[0] == "radio", what="the reasons")
        self.go_to("textbox", "In your words")
        self.keys.type(self.story.why)
        self.keys.press("Enter")
        self.page.wait_for_url(lambda url: url != before)
        self.said("Set aside: %(name)s.")


@pytest.fixture
def desks(browser: Browser, live_server):
    """Opens the house for a colleague in a browser of their own; whatever a console complains of fails the test."""
    complaints: list[str] = []
    contexts = []

    def opened(story: Story, user: User) -> Desk:
        context = browser.new_context(locale=story.locale, viewport={"width": 1280, "height": 900})
        contexts.append(context)
        page = context.new_page()
        hear_complaints(page, complaints)
        desk = Desk(page, story, live_server.url)
        log_in(page, desk.keys, live_server.url, user.username, story.word)
        return desk

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def read_and_mend(desk: Desk, house: House) -> None:
    """Anna's part: the unsure name, three letters in her own words, two aside, the rest ticked."""
    room(desk, house)
    while house.campaign.messages.filter(state__in=["draft", "held"], reviewed_at=None, review__pile="look").exists():
        if desk.story.unsure[0] in desk.name():
            desk.key("name")
            desk.press("button", desk.story.unsure[0])
            desk.said("The name is settled for good, and the letter written anew: %(name)s.")
            desk.expect_letter(desk.story.opening)
        desk.tick()
    desk.page.goto(f"{desk.base}/greetings/{house.campaign.pk}/review/?pile=rest")
    desk.wait_for_keys()
    for _letter in range(3):
        desk.add_words()
        desk.expect_letter(desk.story.added)
        desk.tick()
    for _letter in range(2):
        desk.set_aside()
    while unread(house.campaign):
        desk.tick()


def room(desk: Desk, house: House) -> None:
    desk.page.goto(f"{desk.base}/greetings/{house.campaign.pk}/")
    desk.press("link", "Read the letters")
    desk.wait_for_keys()


def unread(campaign: Campaign) -> int:
    return campaign.messages.exclude(review__pile="").count()


def ask(desk: Desk, house: House) -> None:
    """Anna's question, with the reason for which letters with nothing personal may leave."""
    desk.press("button", "Ask for the approval")
    desk.page.wait_for_url(f"{desk.base}/greetings/{house.campaign.pk}/ask/")
    desk.go_to("textbox", "Why it may stay as it is")
    desk.keys.type(desk.story.why)
    desk.press("button", "Ask for the approval")


def approve(desk: Desk, house: House) -> None:
    """Eleni's part: from the campaign to the deed, and her name under it."""
    desk.page.goto(f"{desk.base}/greetings/{house.campaign.pk}/")
    desk.press("link", "Read and approve")
    desk.keys.tab_to("button", approve_word(desk.story))
    desk.keys.press("Enter")
    desk.page.wait_for_url(f"{desk.base}/greetings/{house.campaign.pk}/")
    house.campaign.refresh_from_db()
    assert (house.campaign.state, house.campaign.approved_by) == ("approved", house.eleni)


def approve_word(story: Story) -> str:
    """How the button begins that signs."""
    return {"el": "Έγκριση", "en": "Approve"}[story.language]


@pytest.mark.parametrize("story", [GREEK, ENGLISH], ids=["greek", "english"])
def test_a_greeting_is_read_mended_approved_voided_approved_again_and_scheduled(story, desks):
    house = a_house(story)
    anna, nikos, eleni = desks(story, house.anna), desks(story, house.nikos), desks(story, house.eleni)

    read_and_mend(anna, house)

    letters = house.campaign.messages
    assert letters.filter(state="held", reason_code="set_aside").count() == 2
    assert letters.filter(state="draft", reviewed_by=house.anna).count() == PEOPLE - 2
    assert HandEdit.objects.filter(campaign=house.campaign, edited_by=house.anna).count() == 3
    assert Contact.objects.get(last_name=story.unsure[0]).name_confidence == 1.0

    anna.page.goto(f"{anna.base}/greetings/{house.campaign.pk}/")
    ask(anna, house)
    asked = StaffNotice.objects.filter(to=house.eleni, code="to_approve")
    wait_until(asked.exists, what="a notice to who approves")

    nikos.page.goto(f"{nikos.base}/greetings/{house.campaign.pk}/review/?pile=mine")
    nikos.wait_for_keys()
    bear_his_name = letters.filter(review__signer=house.nikos, review__signer_read_at=None, state="draft")
    while bear_his_name.exists():
        nikos.tick()
    assert letters.filter(review__signer=house.nikos, review__signer_read_at__isnull=False).exists()

    approve(eleni, house)

    edited = HandEdit.objects.filter(campaign=house.campaign).first()
    letter = Message.objects.get(campaign=house.campaign, contact=edited.contact)
    anna.page.goto(f"{anna.base}/greetings/{house.campaign.pk}/review/{letter.pk}/?pile=edited")
    anna.wait_for_keys()
    anna.add_words()
    house.campaign.refresh_from_db()
    assert (house.campaign.state, house.campaign.approved_by) == ("in_review", None)
    assert StaffNotice.objects.filter(to=house.eleni, code="approval_void").exists()

    # Nikos has not read the new words over his name: they leave in the name of the house.
    approve(eleni, house)
    assert not bear_his_name.exists()
    mended = letters.get(pk=letter.pk)
    assert (mended.from_name, mended.reply_to, mended.review.signer) == ("", "", None)
    assert story.added in mended.body.text
    schedule(eleni, house)

    house.campaign.refresh_from_db()
    assert house.campaign.approved_revision == house.campaign.revision


def schedule(desk: Desk, house: House) -> None:
    """The hour is typed as its browser asks for it: day and month, year, hour, and half of the day where it has two."""
    desk.keys.tab_to("DisclosureTriangle", desk.story.word("At a later hour"))
    desk.keys.press("Enter", "Tab")
    desk.page.keyboard.type(f"{day_read_either_way():%d%m%Y}")
    desk.keys.press("Tab")
    desk.page.keyboard.type("0930A")
    desk.press("button", "Schedule")
    scheduled = Campaign.objects.filter(pk=house.campaign.pk, state=Campaign.State.SCHEDULED)
    wait_until(scheduled.exists, what=lambda: f"an hour kept: {desk.page.locator('main').inner_text()[:600]}")
