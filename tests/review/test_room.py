"""The review room without a script: the way through a pile, what stands beside a letter, what is said after a step."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Campaign, LetterReview, Message, ReviewPlace
from campaigns.preparing import prepare_next_chunk, start_preparing
from campaigns.review.approval.approving import approve_campaign
from campaigns.review.room.deciding import set_aside
from campaigns.review.room.pile import claim
from customers.models import Contact, FollowUp, Interaction, PurchaseSummary, ServiceCase
from tests.builders import ELENI, NOW, STAMATIS, make_campaign, make_contact, make_letter, make_user, make_words
from tests.review.piles import ALIKE, PLAIN, UNHAPPY, in_review, letter_on, three_to_look_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    return make_user("anna", first_name="Άννα")


@pytest.fixture
def eleni():
    return make_user("eleni", first_name="Ελένη")


@pytest.fixture
def desk(client, anna):
    client.force_login(anna)
    client.cookies["django_language"] = "en"
    return client


def room(campaign: Campaign, **query) -> str:
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    return reverse("campaigns:review-room", args=[campaign.pk]) + (f"?{asked}" if asked else "")


def page_of(letter: Message, pile: str = "look") -> str:
    return reverse("campaigns:review-letter", args=[letter.campaign_id, letter.pk]) + f"?pile={pile}"


def press(desk, letter: Message, step: str, **fields):
    """Press a button of a letter's page, as a browser without a script does, and return the page that follows."""
    fields = {"pile": "look"} | fields
    return desk.post(reverse(f"campaigns:{step}", args=[letter.pk]), fields, follow=True)


def undo(desk, campaign: Campaign):
    return desk.post(reverse("campaigns:review-undo", args=[campaign.pk]), {"pile": "look"}, follow=True)


def shown(response) -> str:
    """The name on the page of a letter."""
    found = re.search(r'id="who"[^>]*>([^<]+)<', response.content.decode())
    return found[1] if found else ""


def said(response) -> str:
    return re.search(r'id="review-said"[^>]*>([^<]*)<', response.content.decode())[1]


def words_of(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


# --- The way through the pile ---


def test_a_tick_brings_the_next_letter_and_says_so(desk):
    campaign = in_review()
    first, _second, _third = three_to_look_at(campaign)

    response = press(desk, first, "letter-tick")

    assert shown(response) == "Ελένη Βλάχου"
    assert said(response) == "Ticked: Σταμάτης Παπαδόπουλος."
    assert "Letter 2 of 3 · 2 left" in words_of(response)


def test_one_goes_on_where_one_stopped_after_logging_in_again(desk, anna):
    campaign = in_review()
    _first, second, _third = three_to_look_at(campaign)
    desk.get(page_of(second))
    desk.logout()
    desk.force_login(anna)

    assert shown(desk.get(room(campaign), follow=True)) == "Ελένη Βλάχου"


def test_a_place_whose_letter_a_colleague_ticked_is_gone_on_behind(desk, anna):
    campaign = in_review()
    _first, second, third = three_to_look_at(campaign)
    desk.get(page_of(second))
    LetterReview.objects.filter(pk=second.pk).update(pile="")

    response = desk.get(room(campaign), follow=True)

    assert response.redirect_chain[-1][0] == page_of(third)


def test_the_way_back_goes_to_what_one_looked_at_even_when_it_was_ticked(desk):
    campaign = in_review()
    first, second, _third = three_to_look_at(campaign)
    desk.get(page_of(first))
    press(desk, first, "letter-tick")

    response = desk.get(room(campaign, pile="look", before=second.pk), follow=True)

    assert shown(response) == "Σταμάτης Παπαδόπουλος"
    assert "Ticked by Άννα" in words_of(response)


def test_a_new_colleague_begins_with_the_pile_that_wants_a_look(desk):
    campaign = in_review()
    letter_on(campaign, "rest", person=ELENI)
    letter_on(campaign, "look", person=STAMATIS)

    assert shown(desk.get(room(campaign), follow=True)) == "Σταμάτης Παπαδόπουλος"
    assert ReviewPlace.objects.get().pile == "look"


def test_a_letter_on_a_colleague_s_desk_says_whose_and_offers_the_next(desk, eleni):
    campaign = in_review()
    first, _second, _third = three_to_look_at(campaign)
    claim(first.pk, by=eleni, now=timezone.now())

    response = desk.get(page_of(first))

    assert "Ελένη is reading this letter just now." in words_of(response)
    assert "letter-tick" not in response.content.decode() and "/tick/" not in response.content.decode()
    following = desk.get(room(campaign, pile="look", after=first.pk), follow=True)
    assert shown(following) == "Ελένη Βλάχου"


def test_turning_the_page_puts_the_letter_back_for_the_colleagues(desk, eleni):
    campaign = in_review()
    first, second, _third = three_to_look_at(campaign)
    desk.get(page_of(first))

    desk.get(page_of(second))

    assert claim(first.pk, by=eleni, now=timezone.now())
    assert not claim(second.pk, by=eleni, now=timezone.now())


def test_the_end_of_a_pile_says_what_comes_next(desk):
    campaign = in_review()
    letter, rest = letter_on(campaign, person=STAMATIS), letter_on(campaign, "rest")

    end = words_of(press(desk, letter, "letter-tick"))
    assert "This pile is read." in end and "The rest 1" in end
    assert "Ask for the approval" not in end

    last = words_of(press(desk, rest, "letter-tick", pile="rest"))
    assert "Every letter of this greeting has been in front of a person." in last
    assert "Ask for the approval" in last


def test_what_is_left_on_other_desks_is_said_by_name(desk, eleni):
    campaign = in_review()
    mine, theirs = letter_on(campaign), letter_on(campaign)
    claim(theirs.pk, by=eleni, now=timezone.now())

    end = words_of(press(desk, mine, "letter-tick"))

    assert "What is left lies on other desks." in end and "Reading just now: Ελένη." in end


@pytest.mark.parametrize("pile", ["look", "rest", "mine", "edited", "aside"])
def test_an_empty_pile_says_that_it_is_empty_and_why(desk, pile):
    campaign = in_review()

    response = desk.get(room(campaign, pile=pile))

    assert response.status_code == 200
    assert "Nothing lies on this pile." in words_of(response)


@pytest.mark.parametrize("state", ["draft", "sending", "finished", "cancelled"])
def test_letters_that_are_not_in_review_are_not_read_here(desk, state):
    campaign = make_campaign(state=state)
    letter = make_letter(campaign, review={"pile": "look"})

    for address in (room(campaign), page_of(letter)):
        assert desk.get(address)["Location"] == reverse("campaigns:campaign-detail", args=[campaign.pk])


def test_a_letter_made_anew_meanwhile_is_not_there_any_more(desk):
    campaign = in_review()
    letter = letter_on(campaign, person=STAMATIS)
    address = page_of(letter)
    Message.objects.filter(pk=letter.pk).delete()

    response = desk.get(address, follow=True)

    assert "the letters were prepared anew" in words_of(response)


def test_a_letter_left_out_meanwhile_says_so_and_offers_no_tick(desk):
    campaign = in_review()
    letter = letter_on(campaign, "", state="skipped", reason_code="mourning")

    response = desk.get(page_of(letter))

    assert "Mourning." in words_of(response)
    assert "/tick/" not in response.content.decode()


# --- Decisions ---


def test_what_changed_since_the_page_was_shown_is_said_and_nothing_is_written(desk, eleni):
    campaign = in_review()
    letter = letter_on(campaign, person=STAMATIS)
    seen = re.search(r'name="seen" value="([^"]+)"', desk.get(page_of(letter)).content.decode())[1]
    Message.objects.filter(pk=letter.pk).update(reviewed_at=NOW, reviewed_by=eleni)

    response = press(desk, letter, "letter-aside", seen=seen, kind="wait")

    assert said(response) == "Ελένη has ticked it meanwhile. Nothing was written: Σταμάτης Παπαδόπουλος."
    assert Message.objects.get(pk=letter.pk).state == "draft"


def test_a_letter_is_set_aside_with_a_reason_and_comes_back_by_one_press(desk):
    campaign = in_review()
    letter = letter_on(campaign, person=STAMATIS)

    press(desk, letter, "letter-aside", kind="wait", why="έρχεται ο καφές")
    page = desk.get(page_of(letter, "aside"))
    assert "Set aside by Άννα: we wait for something first · έρχεται ο καφές." in words_of(page)

    press(desk, letter, "letter-back", pile="aside")
    assert Message.objects.get(pk=letter.pk).state == "draft"


def test_a_reason_with_a_nul_in_it_is_kept_without(desk):
    letter = letter_on(in_review())

    assert press(desk, letter, "letter-aside", kind="other", why="έρχεται\x00 ο καφές").status_code == 200
    assert Message.objects.get(pk=letter.pk).reason_facts["why"] == "έρχεται ο καφές"


def test_the_last_twenty_steps_are_taken_back_one_by_one(desk):
    campaign = in_review()
    letters = [letter_on(campaign) for _number in range(22)]
    for letter in letters:
        press(desk, letter, "letter-tick")

    for _number in range(20):
        assert said(undo(desk, campaign)).startswith("Taken back:")

    assert said(undo(desk, campaign)) == "There is nothing to take back in this sitting."
    still_ticked = set(Message.objects.exclude(reviewed_at=None).values_list("pk", flat=True))
    assert still_ticked == {letters[0].pk, letters[1].pk}


def test_the_undo_shows_the_letter_it_is_about(desk):
    campaign = in_review()
    first, _second, _third = three_to_look_at(campaign)
    press(desk, first, "letter-tick")

    response = undo(desk, campaign)

    assert shown(response) == "Σταμάτης Παπαδόπουλος"
    assert LetterReview.objects.get(pk=first.pk).pile == "look"


def test_a_step_that_a_colleague_has_written_over_is_not_taken_back(desk, eleni):
    campaign = in_review()
    letter = letter_on(campaign, person=STAMATIS)
    press(desk, letter, "letter-tick")
    Message.objects.filter(pk=letter.pk).update(reviewed_by=eleni)

    response = undo(desk, campaign)

    assert "Nothing was written" in said(response)
    assert Message.objects.get(pk=letter.pk).reviewed_by == eleni


def test_all_that_say_the_same_are_ticked_by_one_press_that_names_their_number(desk):
    campaign = in_review()
    read = letter_on(campaign, person=STAMATIS, look_codes=[PLAIN, ALIKE], same_class="a" * 32)
    for _number in range(3):
        letter_on(campaign, "rest", look_codes=[PLAIN], same_class="a" * 32)

    assert "3 more letters say the same." in words_of(desk.get(page_of(read)))
    response = press(desk, read, "letter-tick-alike")

    assert said(response) == "Ticked, and with it 3 that say the same: Σταμάτης Παπαδόπουλος."
    assert not Message.objects.filter(reviewed_at=None).exists()
    undo(desk, campaign)
    assert not Message.objects.exclude(reviewed_at=None).exists()


def test_a_pile_ticked_by_one_letter_is_not_said_to_be_read_letter_by_letter(desk):
    campaign = in_review()
    read, _other = (letter_on(campaign, "rest", look_codes=[PLAIN], same_class="a" * 32) for _number in range(2))

    end = words_of(press(desk, read, "letter-tick-alike", pile="rest"))

    assert "2 letters, and somebody has looked at each or at one that says the same." in end
    assert "Every letter of this greeting, or one that says the same, has been in front of a person." in end


def test_a_signer_reads_their_own_people_and_may_pull_a_letter(desk, anna):
    campaign = in_review()
    first, second = (letter_on(campaign, "rest", signer=anna) for _number in range(2))
    letter_on(campaign, "rest")

    assert "It bears your name." in words_of(desk.get(room(campaign, pile="mine"), follow=True))
    press(desk, first, "letter-tick", pile="mine")
    end = press(desk, second, "letter-aside", pile="mine", kind="spoken")

    assert LetterReview.objects.get(pk=first.pk).signer_read_at is not None
    assert Message.objects.get(pk=second.pk).state == "held"
    assert "This pile is read." in words_of(end)


# --- The name, once for good ---


@pytest.fixture
def prepared(anna):
    """A prepared greeting to a man whose accent is not sure, and to Σταμάτης."""
    author = make_user("nikos", role="manager")
    unsure = {"name_confidence": 0.6, "name_reason": "ambiguous_accent", "name_choices": ["Παππάς", "Πάππας"]}
    make_contact({"first_name": "Γεώργιος", "last_name": "Παππάς", "raw_name": "ΠΑΠΠΑΣ ΓΕΩΡΓΙΟΣ"} | unsure)
    make_contact(STAMATIS)
    campaign = make_campaign(author=author, template=make_words(by=author), give_up_at=None, version=None)
    start_preparing(campaign, by=author, now=NOW)
    while prepare_next_chunk(campaign.pk, now=NOW):
        pass
    campaign.refresh_from_db()
    return campaign


def test_a_name_is_settled_for_good_and_the_letter_written_anew(desk, prepared):
    letter = Message.objects.get(reason_code="name_unsure")

    response = press(desk, letter, "letter-name", choice="Πάππας")

    letter.refresh_from_db()
    contact = letter.contact
    assert (letter.state, letter.reason_code) == ("draft", "")
    assert "Πάππα," in letter.body.text
    assert (contact.last_name, contact.name_confidence) == ("Πάππας", 1.0)
    assert "last_name" in contact.typed_fields
    assert said(response).startswith("The name is settled for good, and the letter written anew")
    assert shown(response) == "Γεώργιος Πάππας"


def test_a_settled_name_is_taken_back_on_the_card_and_in_the_letter(desk, prepared):
    letter = Message.objects.get(reason_code="name_unsure")
    before = letter.body.text
    press(desk, letter, "letter-name", choice="Πάππας")

    undo(desk, prepared)

    again = Message.objects.get(pk=letter.pk)
    assert (again.state, again.reason_code, again.body.text) == ("held", "name_unsure", before)
    assert again.contact.last_name == "Παππάς" and "last_name" not in again.contact.typed_fields


def test_an_opening_typed_in_the_room_stands_on_the_card_and_opens_the_letter(desk, prepared):
    letter = Message.objects.get(contact__first_name="Σταμάτης")
    contact = letter.contact
    fields = {"first_name": "Σταμάτης", "last_name": "Παπαδόπουλος", "known_as": "", "gender": "m",
              "register": "formal", "salutation_typed": "Αγαπητέ μας Σταμάτη,"}  # fmt: skip

    press(desk, letter, "letter-name", **fields)

    contact.refresh_from_db()
    letter.refresh_from_db()
    assert contact.salutation_typed == "Αγαπητέ μας Σταμάτη,"
    assert letter.body.text.startswith("Αγαπητέ μας Σταμάτη,")


def test_a_name_that_cannot_be_kept_is_said_where_it_was_typed(desk, prepared):
    letter = Message.objects.get(contact__first_name="Σταμάτης")

    response = press(desk, letter, "letter-name", first_name="Σταμάτης", register="loud", gender="m")

    assert response.status_code == 422
    assert "loud is not one of the available choices" in words_of(response)
    assert Contact.objects.get(pk=letter.contact_id).register == "formal"


def test_a_name_a_colleague_settled_meanwhile_is_not_settled_again(desk, prepared):
    letter = Message.objects.get(reason_code="name_unsure")
    press(desk, letter, "letter-name", choice="Πάππας")

    response = press(desk, letter, "letter-name", choice="Παππάς")

    assert "The card has changed meanwhile" in said(response)
    assert Contact.objects.get(pk=letter.contact_id).last_name == "Πάππας"


# --- The margin, and the letter with its numbers ---


def test_the_margin_says_who_they_are_what_we_wrote_and_what_is_open(desk, anna):
    campaign = in_review()
    stamatis = make_contact(STAMATIS, city="Πάτρα")
    letter = letter_on(campaign, contact=stamatis, look_codes=[UNHAPPY], likeness=24, personal_share=31)
    letter.body.facts_used = ["salutation"]
    letter.body.save()
    last_year = make_campaign(state="finished", occasion_key="christmas-2025", name="Χριστούγεννα 2025")
    sent = make_letter(last_year, stamatis, state="sent", sent_at=timezone.now() - timedelta(days=340))
    sent.body.text = "Αγαπητέ Σταμάτη,\n\nη πρώτη χρονιά χωρίς τον παππού.\n\nΆννα"
    sent.body.save()
    Interaction.objects.create(
        contact=stamatis, kind="email_in", happened_at=sent.sent_at + timedelta(hours=5),
        private_text="Να ’στε καλά, το χρειαζόμουν.",
    )  # fmt: skip
    PurchaseSummary.objects.create(
        contact=stamatis, purchase_count=1, total=12, first_on=NOW.date(), last_on=NOW.date()
    )
    FollowUp.objects.create(contact=stamatis, text="να του πούμε για τον Αιθιοπίας", due_on=NOW.date(), owner=anna)
    ServiceCase.objects.create(contact=stamatis, what_happened="Χάλασε ο μύλος", opened_at=NOW)

    said_beside = words_of(desk.get(page_of(letter)))

    for words in (
        "They told us 4 out of 10",
        "From: Πάτρα.",
        "η πρώτη χρονιά χωρίς τον παππού.",
        "24 % like this one",
        "Να ’στε καλά, το χρειαζόμουν.",
        "να του πούμε για τον Αιθιοπίας",
        "Χάλασε ο μύλος",
        "31 % of its words are about this person alone.",
    ):
        assert words in said_beside


def test_the_letter_in_its_frame_carries_the_numbers_of_its_facts_and_nothing_that_leaves_does(desk, prepared):
    letter = Message.objects.get(contact__first_name="Σταμάτης")

    framed = desk.get(reverse("campaigns:letter-read", args=[letter.pk]))

    html = framed.content.decode()
    assert '<span class="crm-fact">Αγαπητέ κύριε Παπαδόπουλε,</span><sup class="crm-mark">1</sup>' in html
    assert "sandbox" in framed["Content-Security-Policy"]
    assert "crm-fact" not in letter.body.html
    assert "crm-fact" not in desk.get(reverse("campaigns:message-html", args=[letter.pk])).content.decode()


def test_the_page_of_a_greeting_leads_into_the_room(desk):
    campaign = in_review()
    letter_on(campaign)

    page = desk.get(reverse("campaigns:campaign-detail", args=[campaign.pk])).content.decode()

    assert room(campaign) in page
    assert room(campaign, pile="look") in page


# --- An approval that falls ---


@pytest.fixture
def approved(eleni):
    """A greeting of three letters that Ελένη has approved."""
    campaign = in_review()
    letters = three_to_look_at(campaign)
    Campaign.objects.filter(pk=campaign.pk).update(
        state="approved", approved_by=eleni, approved_at=NOW, approved_revision=1
    )
    return letters


NOTHING_LEAVES = "The approval no longer holds: nothing leaves until it is given anew."


def test_whoever_takes_an_approval_back_is_told_at_once_and_once(desk, approved):
    first, second, _third = approved
    desk.get(page_of(first))

    after = press(desk, first, "letter-aside", kind="spoken")

    assert said(after) == f"Set aside: Σταμάτης Παπαδόπουλος.\n{NOTHING_LEAVES} Ask for it when you are done."
    assert said(press(desk, second, "letter-tick")) == "Ticked: Ελένη Βλάχου."


def test_where_it_had_been_asked_for_they_are_told_who_is_asked_again(desk, approved, anna):
    Campaign.objects.update(approval_asked_at=NOW, approval_asked_by=anna)
    desk.get(page_of(approved[0]))

    after = press(desk, approved[0], "letter-aside", kind="spoken")

    assert said(after).endswith(f"{NOTHING_LEAVES} Told and asked again: Ελένη.")


def test_an_approver_hears_that_it_was_their_own(client, approved, eleni):
    client.force_login(eleni)
    client.cookies["django_language"] = "en"
    client.get(page_of(approved[0]))

    after = press(client, approved[0], "letter-aside", kind="spoken")

    assert said(after).endswith("Your approval no longer holds: nothing leaves until you have given it anew.")


def test_a_tick_in_an_approved_greeting_says_nothing_of_it(desk, approved):
    desk.get(page_of(approved[0]))

    assert said(press(desk, approved[0], "letter-tick")) == "Ticked: Σταμάτης Παπαδόπουλος."


def test_words_typed_on_a_page_of_their_own_say_it_too(desk, anna, eleni):
    make_contact(STAMATIS)
    campaign = make_campaign(author=anna, template=make_words(by=anna))
    start_preparing(campaign, by=anna, now=NOW)
    while prepare_next_chunk(campaign.pk, now=NOW):
        pass
    campaign.refresh_from_db()
    approve_campaign(
        campaign.pk, by=make_user(role="manager", first_name="Θάλεια"), revision=campaign.revision, now=NOW
    )
    letter = campaign.messages.select_related("body").get()
    desk.get(reverse("campaigns:letter-edit", args=[letter.pk]))

    after = press(
        desk, letter, "letter-edit", seen=letter.body.digest, subject="Καλά να περάσετε", text=letter.body.text
    )

    assert NOTHING_LEAVES in said(after)


def test_a_page_turned_after_a_colleague_took_it_back_says_so(desk, approved, eleni):
    first, second, third = approved
    desk.get(page_of(first))
    set_aside(third.pk, why="", by=eleni, now=NOW)

    assert said(desk.get(page_of(second))).startswith(NOTHING_LEAVES)
