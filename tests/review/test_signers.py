"""Each letter comes from whoever the reader knows, and what bears a person's name has been in front of them."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from campaigns.letters import stationery_of
from campaigns.models import Campaign, LetterReview, Message, StaffNotice
from campaigns.notice_words import notice_page, notice_words
from campaigns.notices import SIGNER_LIST
from campaigns.personalisation import personalise, with_facts
from campaigns.personalisation.signers import from_name_of, signer_of
from campaigns.preparing import prepare_next_chunk, start_preparing
from campaigns.review.approval.signing import letters_to_sign, signer_lines, tell_signers, unread_by_signers
from campaigns.review.approval.to_the_house import give_to_house
from campaigns.running import StepRefused
from campaigns.tasks import give_letters_to_house
from campaigns.writing.composing import CannotChange, set_signing
from customers.models import AuditEntry, Contact, User
from tests.builders import ELENI, NOW, STAMATIS, as_due, make_campaign, make_contact, make_letter, make_user
from tests.letters.conftest import client_of

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
HOUSE = "Καφεκοπτείο της Πλατείας"


@pytest.fixture
def anna() -> User:
    return make_user("anna", signs_as="Άννα", email="anna@house.example")


@pytest.fixture
def nikos() -> User:
    return make_user("nikos", signs_as="Νίκος", email="nikos@house.example")


def of(owner: User | None) -> Contact:
    contact = make_contact(owner=owner)
    return with_facts(Contact.objects.filter(pk=contact.pk)).get()


def values(contact: Contact, *, signing: str = "owner") -> dict[str, str]:
    (person,) = personalise([contact], occasion="christmas", wish_on=TODAY, today=TODAY, signing=signing)
    return person.values


def prepared(**fields) -> Campaign:
    campaign = make_campaign(**fields)
    start_preparing(campaign, by=campaign.author, now=NOW)
    while prepare_next_chunk(campaign.pk, now=NOW):
        pass
    campaign.refresh_from_db()
    return campaign


# --- Who signs ---


def test_the_letter_is_signed_by_the_colleague_whose_person_it_is(anna):
    found = values(of(anna))

    assert (found["signature"], found["signer"], found["house"]) == (f"Άννα\n{HOUSE}", "Άννα", HOUSE)


@pytest.mark.parametrize("signing", ["house", "owner"])
def test_the_house_signs_by_policy_and_for_whoever_is_nobodys_person(anna, signing):
    contact = of(anna if signing == "house" else None)

    assert values(contact, signing=signing)["signature"] == HOUSE


def test_an_english_letter_writes_the_name_in_latin_letters(anna):
    contact = of(anna)
    contact.language = "en"

    assert values(contact)["signer"] == "Anna"
    assert from_name_of(anna, "en") == f"Anna, {HOUSE}"


@pytest.mark.parametrize(
    ("anna_is", "signs"),
    [
        ({}, "Άννα"),
        ({"away_until": TODAY}, "Νίκος"),
        ({"away_until": TODAY - timedelta(days=1)}, "Άννα"),
        ({"is_active": False}, None),
        ({"email": ""}, None),
        ({"email": "anna@no domain"}, None),
        ({"email": "", "reply_address": "grafeio@house.example"}, "Άννα"),
        ({"signs_as": ""}, None),
        ({"signs_as": "", "first_name": "Άννα"}, "Άννα"),
    ],
    ids=["there", "away", "back", "left", "no address", "no real one", "a reply address", "a login name", "a name"],
)
def test_whoever_cannot_sign_is_signed_for(anna, nikos, anna_is, signs):
    User.objects.filter(pk=anna.pk).update(stand_in=nikos, **anna_is)
    contact = of(User.objects.get(pk=anna.pk))

    signer = signer_of(contact, signing="owner", today=TODAY)

    assert (str(signer) if signer else None) == signs


def test_a_prepared_letter_says_in_name_address_and_signature_who_signs(anna):
    make_contact(STAMATIS, owner=anna)
    make_contact(ELENI)

    campaign = prepared()

    theirs = campaign.messages.select_related("body", "review").get(to_name__contains="Σταμάτης")
    assert (theirs.from_name, theirs.reply_to) == (f"Άννα, {HOUSE}", "anna@house.example")
    assert theirs.review.signer == anna
    assert theirs.body.text.endswith(f"Άννα\n{HOUSE}")
    of_house = campaign.messages.select_related("body", "review").get(to_name__contains="Ελένη")
    assert (of_house.from_name, of_house.reply_to, of_house.review.signer) == ("", "", None)
    assert of_house.body.text.endswith(f"\n{HOUSE}")


def test_what_a_mail_program_shows_as_sender_is_the_signer(anna, settings):
    settings.HOUSE_NAME = HOUSE
    campaign = make_campaign(state="sending")
    mine = make_letter(campaign, from_name=f"Άννα, {HOUSE}", reply_to="anna@house.example")
    of_house = make_letter(campaign)
    paper = stationery_of(campaign, language="el", manner="formal")

    first, second = (paper.letter(as_due(letter), now=NOW) for letter in (mine, of_house))

    assert (first.from_name, first.reply_to) == (f"Άννα, {HOUSE}", "anna@house.example")
    assert second.from_name == HOUSE
    assert first.from_address == second.from_address


def test_the_frame_of_a_letter_shows_who_it_comes_from(anna):
    letter = make_letter(make_campaign(state="in_review"), from_name=f"Άννα, {HOUSE}")

    page = client_of(anna).get(reverse("campaigns:message-html", args=[letter.pk])).content.decode()

    assert f"<dd>Άννα, {HOUSE}</dd>" in page


# --- Chosen on the desk ---


def test_who_signs_is_chosen_on_the_desk_and_is_a_change(anna):
    campaign = make_campaign(author=anna, state="approved")
    desk = reverse("campaigns:campaign-write", args=[campaign.pk])
    browser = client_of(anna)
    assert "Signed by whoever each of them knows" in browser.get(desk).content.decode()

    answer = browser.post(reverse("campaigns:campaign-signing", args=[campaign.pk]), {"signing": "house"})

    assert answer.url == desk
    assert "Signed by the house" in browser.get(desk).content.decode()
    campaign.refresh_from_db()
    assert (campaign.signing, campaign.state, campaign.approved_by, campaign.revision) == ("house", "draft", None, 2)


def test_the_same_choice_again_changes_nothing(anna):
    campaign = make_campaign(author=anna, state="in_review")

    assert not set_signing(campaign.pk, "owner", by=anna, now=NOW)
    campaign.refresh_from_db()
    assert (campaign.state, campaign.revision) == ("in_review", 1)


def test_who_signs_no_longer_changes_once_letters_leave(anna):
    with pytest.raises(CannotChange):
        set_signing(make_campaign(state="sending").pk, "house", by=anna, now=NOW)


def test_a_policy_that_is_none_is_refused_in_words(anna):
    campaign = make_campaign(author=anna)
    browser = client_of(anna)

    answer = browser.post(reverse("campaigns:campaign-signing", args=[campaign.pk]), {"signing": "anybody"})

    assert "Choose who signs the letters." in browser.get(answer.url).content.decode()


# --- What they have read ---


@pytest.fixture
def to_sign(anna, nikos):
    """Three letters in the name of Νίκος, of which he has read one; one of Άννα, one of the house, one held."""
    campaign = make_campaign(author=anna, state="in_review")
    make_letter(campaign, state="draft", review={"signer": nikos, "signer_read_at": NOW})
    for _each in range(2):
        make_letter(campaign, state="draft", review={"signer": nikos})
    make_letter(campaign, state="draft", review={"signer": anna, "signer_read_at": NOW})
    make_letter(campaign, state="draft", review={})
    make_letter(campaign, state="held", reason_code="name_unsure", review={"signer": nikos})
    return campaign


def test_each_signer_is_counted_with_what_they_have_read(to_sign, anna, nikos):
    lines = [(line.signer, line.count, line.read, line.unread) for line in signer_lines(to_sign.pk)]

    assert lines == [(nikos, 3, 1, 2), (anna, 1, 1, 0)]
    assert unread_by_signers(to_sign.pk) == {nikos.pk: 2}


def test_today_says_whose_letters_wait_for_their_eyes(to_sign, anna, nikos):
    assert letters_to_sign(nikos) == [(to_sign, 2)]
    assert letters_to_sign(anna) == []

    Campaign.objects.filter(pk=to_sign.pk).update(state="cancelled")
    assert letters_to_sign(nikos) == []


def test_what_a_signer_has_not_read_is_given_to_the_house(anna, nikos):
    make_contact(STAMATIS, owner=nikos), make_contact(ELENI, owner=nikos)
    campaign = prepared(author=anna)
    first, second = campaign.messages.order_by("pk")
    LetterReview.objects.filter(pk=first.pk).update(signer_read_at=NOW)

    given = give_to_house(campaign.pk, nikos.pk, by=anna, now=NOW)

    assert (given.done, given.left) == (1, 0)
    second = Message.objects.select_related("body", "review").get(pk=second.pk)
    assert (second.from_name, second.reply_to, second.review.signer, second.state) == ("", "", None, "draft")
    assert second.body.text.endswith(HOUSE) and "Νίκος" not in second.body.text
    assert Message.objects.get(pk=first.pk).from_name == f"Νίκος, {HOUSE}"
    entry = AuditEntry.objects.get(verb="give_to_house")
    assert (entry.actor_id, entry.facts) == (anna.pk, {"signer": nikos.pk, "count": 1})
    before, campaign = campaign.revision, Campaign.objects.get(pk=campaign.pk)
    assert campaign.revision > before


def test_many_letters_are_given_to_the_house_by_a_worker_step_by_step(anna, nikos):
    for _each in range(3):
        make_contact(owner=nikos)
    campaign = prepared(author=anna)

    given = give_to_house(campaign.pk, nikos.pk, by=anna, now=NOW, limit=1)
    assert (given.done, given.left) == (1, 2)
    give_letters_to_house(campaign_id=campaign.pk, signer_id=nikos.pk, by_id=anna.pk)

    assert unread_by_signers(campaign.pk) == {}


def test_after_the_approval_no_letter_is_given_to_the_house(to_sign, anna, nikos):
    Campaign.objects.filter(pk=to_sign.pk).update(
        state="approved", approved_by=nikos, approved_at=NOW, approved_revision=1
    )

    with pytest.raises(StepRefused):
        give_to_house(to_sign.pk, nikos.pk, by=anna, now=NOW)
    give_letters_to_house(campaign_id=to_sign.pk, signer_id=nikos.pk, by_id=anna.pk)  # a late ring does no harm

    assert unread_by_signers(to_sign.pk) == {nikos.pk: 2}


# --- Their list of the day before ---


def told() -> list[tuple[str, dict]]:
    return [(each.to.username, each.facts) for each in StaffNotice.objects.filter(code=SIGNER_LIST).order_by("to_id")]


LISTS = [("anna", {"count": 1, "unread": 0}), ("nikos", {"count": 3, "unread": 2})]


def set_state(campaign: Campaign, state: str, **fields) -> None:
    if state != "in_review":
        fields |= {"approved_by": make_user(role="manager"), "approved_at": NOW, "approved_revision": 1}
    Campaign.objects.filter(pk=campaign.pk).update(state=state, **fields)


def test_each_signer_is_told_once_the_day_before_the_letters_leave(to_sign):
    set_state(to_sign, "scheduled", scheduled_at=NOW + timedelta(hours=30))

    assert tell_signers(now=NOW) == 0
    assert tell_signers(now=NOW + timedelta(hours=7)) == 2
    assert tell_signers(now=NOW + timedelta(hours=8)) == 0

    assert told() == LISTS


@pytest.mark.parametrize(
    ("state", "fields"),
    [
        ("approved", {}),
        ("scheduled", {"scheduled_at": NOW + timedelta(hours=1)}),
        ("in_review", {"wish_on": TODAY + timedelta(days=1)}),
    ],
    ids=["approved, leaves at any moment", "less than a day ahead", "nobody has approved, and the wish is tomorrow"],
)
def test_where_less_than_a_day_is_left_they_are_told_at_once(to_sign, state, fields):
    set_state(to_sign, state, **fields)

    tell_signers(now=NOW)

    assert told() == LISTS


@pytest.mark.parametrize(
    ("state", "fields"),
    [
        ("in_review", {"wish_on": date(2027, 1, 6)}),
        ("approved", {"give_up_at": NOW}),
        ("approved", {"signing": "house"}),
        ("sending", {}),
    ],
    ids=["weeks ahead", "too late anyway", "the house signs", "on their way"],
)
def test_nobody_is_told_too_early_or_for_nothing(to_sign, state, fields):
    set_state(to_sign, state, **fields)

    tell_signers(now=NOW)

    assert told() == []


@pytest.mark.parametrize("language", ["el", "en"])
def test_the_list_says_how_many_and_leads_to_them(to_sign, nikos, language):
    set_state(to_sign, "approved")
    tell_signers(now=NOW)
    notice = StaffNotice.objects.get(to=nikos)

    with translation.override(language):
        words = notice_words(notice)
    assert "3" in words.heading and "2" in words.sentence
    assert notice_page(notice) == reverse("campaigns:review-room", args=[to_sign.pk]) + "?pile=mine"

    LetterReview.objects.filter(signer=nikos).update(signer_read_at=NOW)
    with translation.override("en"):
        assert notice_words(notice).sentence == "You have read them all."
