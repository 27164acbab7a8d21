from datetime import date, timedelta
from urllib.parse import unquote

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import translation

from campaigns.coverage import adds_up, coverage_of, reached_by
from campaigns.models import Campaign, LetterReview, Message
from campaigns.preparing import prepare_next_chunk, start_preparing
from campaigns.review.by_hand.giving import (
    AlreadyWished,
    done_by_hand,
    give_all_to_hand,
    give_to_hand,
    owner_of,
    take_back_by_hand,
    undo_by_hand,
)
from campaigns.review.by_hand.listing import hand_letters, hand_rows, hand_work_of
from campaigns.review.by_hand.sentences import hand_work_words, refused_words
from campaigns.review.by_hand.words import short_words, sms_link, tel_link
from campaigns.review.steps import DecisionRefused
from campaigns.running import cancel_campaign
from customers.consent import stop_letters
from customers.models import FollowUp, ServiceCase
from tests.builders import (
    ELENI,
    GIORGOS,
    NOW,
    STAMATIS,
    make_campaign,
    make_contact,
    make_letter,
    make_user,
    make_words,
)
from tests.connections import held_between
from tests.letters.conftest import client_of

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


def letter_in(state: str = "in_review", contact=None, *, letter_state: str = "draft", **fields) -> Message:
    """A letter with its review in a campaign of that state."""
    letter = make_letter(make_campaign(state=state), contact, state=letter_state, **fields)
    LetterReview.objects.get_or_create(message=letter, campaign=letter.campaign, defaults={"pile": "rest"})
    return letter


def left_out(state: str = "in_review", reason: str = "no_email", contact=None) -> Message:
    """Somebody whom the campaign left out: no words were written for them."""
    letter = make_letter(
        make_campaign(state=state), contact or make_contact(GIORGOS), state="skipped", reason_code=reason
    )
    letter.body.delete()
    return letter


def standing(letter: Message) -> tuple[str, str, str]:
    letter.refresh_from_db()
    return letter.state, letter.channel, letter.reason_code


@pytest.fixture
def anna(db):
    return make_user("anna", first_name="Άννα")


# --- Given ---


@pytest.mark.parametrize(("channel", "code"), [("call", "by_call"), ("card", "by_card"), ("text", "by_text")])
def test_a_letter_becomes_a_call_a_card_or_a_message(anna, channel, code):
    letter = letter_in()

    give_to_hand(letter.pk, channel=channel, by=anna, now=NOW)

    assert standing(letter) == ("held", channel, code)
    assert letter.review.pile == ""


def test_a_draft_taken_out_of_the_mail_voids_the_approval(anna):
    letter = letter_in("approved")

    give_to_hand(letter.pk, channel="call", by=anna, now=NOW)

    campaign = Campaign.objects.get(pk=letter.campaign_id)
    assert (campaign.state, campaign.approved_by, campaign.revision) == ("in_review", None, 2)


def test_a_held_letter_given_to_a_hand_leaves_the_approval_as_it_is(anna):
    letter = letter_in("approved", letter_state="held", reason_code="name_unsure")

    give_to_hand(letter.pk, channel="card", by=anna, now=NOW)

    assert Campaign.objects.get(pk=letter.campaign_id).state == "approved"


def test_it_belongs_to_the_colleague_of_the_person_or_who_stands_in_for_them(anna):
    nikos = make_user("nikos", away_until=NOW.date(), stand_in=anna)
    theirs = letter_in(contact=make_contact(STAMATIS, owner=nikos))
    nobodys = letter_in(contact=make_contact(ELENI))

    assert owner_of(theirs.contact, theirs.campaign, today=NOW.date()) == anna
    assert owner_of(theirs.contact, theirs.campaign, today=NOW.date() + timedelta(days=1)) == nikos
    assert owner_of(nobodys.contact, nobodys.campaign, today=NOW.date()) == nobodys.campaign.author


def test_whoever_has_no_email_is_called_after_the_others_got_their_letters(anna):
    letter = left_out("finished")

    give_to_hand(letter.pk, channel="call", by=anna, now=NOW)
    done_by_hand(letter.pk, by=anna, now=LATER)

    assert standing(letter) == ("sent", "call", "by_call")
    assert (letter.sent_at, letter.settled_by) == (LATER, anna)


@pytest.mark.parametrize("reason", ["mourning", "no_letters", "suppressed", "same_address", "already_wished"])
def test_who_is_left_out_for_another_reason_is_not_written_to_by_hand(anna, reason):
    letter = left_out(reason=reason)

    with pytest.raises(DecisionRefused):
        give_to_hand(letter.pk, channel="card", by=anna, now=NOW)

    assert standing(letter)[0] == "skipped"


def test_whose_complaint_was_put_right_may_get_a_card_and_not_before(anna):
    contact = make_contact(STAMATIS)
    case = ServiceCase.objects.create(contact=contact, opened_at=NOW)
    letter = left_out(reason="complaint", contact=contact)

    with pytest.raises(DecisionRefused):
        give_to_hand(letter.pk, channel="card", by=anna, now=NOW)
    ServiceCase.objects.filter(pk=case.pk).update(state="solved", solved_at=NOW)
    give_to_hand(letter.pk, channel="card", by=anna, now=NOW)

    assert standing(letter) == ("held", "card", "by_card")


@pytest.mark.parametrize(
    ("campaign_state", "letter_state"),
    [("sending", "ready"), ("finished", "sent"), ("cancelled", "held"), ("preparing", "draft"), ("sending", "sending")],
)
def test_what_leaves_or_is_over_is_given_to_nobody(anna, campaign_state, letter_state):
    more = {"held": {"reason_code": "name_unsure"}, "sent": {"sent_at": NOW}}.get(letter_state, {})
    more |= {"holder": "a", "lease_until": NOW} if letter_state == "sending" else {}
    letter = letter_in(campaign_state, letter_state=letter_state, **more)

    with pytest.raises(DecisionRefused):
        give_to_hand(letter.pk, channel="call", by=anna, now=NOW)


def test_two_who_share_an_address_are_each_wished(anna):
    wife = make_contact(ELENI)
    husband = make_contact(STAMATIS | {"email": ELENI["email"]})
    campaign = make_campaign(state="sending")
    make_letter(campaign, wife, state="sent", sent_at=NOW)
    letter = make_letter(campaign, husband, state="skipped", reason_code="complaint")

    give_to_hand(letter.pk, channel="call", by=anna, now=NOW)
    done_by_hand(letter.pk, by=anna, now=NOW)

    assert standing(letter)[0] == "sent"


def test_a_hundred_are_given_in_a_few_statements(anna, django_assert_max_num_queries):
    campaign = make_campaign(state="finished")
    ids = [
        make_letter(campaign, make_contact(GIORGOS), state="skipped", reason_code="no_email").pk for _each in range(30)
    ]
    waiting = make_letter(campaign, state="ready")

    with django_assert_max_num_queries(15):
        given = give_all_to_hand(campaign.pk, [*ids, waiting.pk], channel="card", by=anna, now=NOW)

    assert given == ids
    assert set(Message.objects.filter(pk__in=ids).values_list("state", "channel")) == {("held", "card")}
    take_back_by_hand(ids[0], by=anna, now=NOW)
    assert standing(Message.objects.get(pk=ids[0])) == ("skipped", "mail", "no_email")


# --- Done, once ---


def test_a_call_made_counts_as_reached_and_everybody_still_adds_up(anna):
    letter = letter_in("finished", letter_state="held", reason_code="too_late")
    make_letter(letter.campaign, state="sent", sent_at=NOW)
    Campaign.objects.filter(pk=letter.campaign_id).update(chosen_count=2)
    letter.campaign.refresh_from_db()

    give_to_hand(letter.pk, channel="call", by=anna, now=NOW)
    assert coverage_of(letter.campaign).classes["held"] == 1
    done_by_hand(letter.pk, by=anna, now=LATER)

    coverage = coverage_of(letter.campaign)
    assert coverage.classes["reached"] == 2
    assert reached_by(letter.campaign, coverage) == {"letter": 1, "card": 0, "call": 1, "text": 0}
    assert adds_up(letter.campaign)


def test_the_command_says_how_people_were_reached(anna, capsys):
    letter = letter_in("finished", letter_state="held", reason_code="too_late")
    give_to_hand(letter.pk, channel="card", by=anna, now=NOW)
    done_by_hand(letter.pk, by=anna, now=NOW)

    call_command("campaign_status", str(letter.campaign_id), "--json")

    assert '"reached_by_letter": 0, "reached_by_card": 1' in capsys.readouterr().out


def test_what_was_noted_already_is_refused_with_who_was_first(anna):
    letter = letter_in(letter_state="held", reason_code="name_unsure")
    give_to_hand(letter.pk, channel="call", by=anna, now=NOW)
    done_by_hand(letter.pk, by=anna, now=NOW)

    with pytest.raises(DecisionRefused) as refused, translation.override("en"):
        done_by_hand(letter.pk, by=make_user("nikos"), now=LATER)

    with translation.override("en"):
        assert refused_words(refused.value).startswith("Άννα has noted it already, on 21 December, 10:00")
    letter.refresh_from_db()
    assert (letter.settled_by, letter.sent_at) == (anna, NOW)


def test_nobody_is_wished_twice_by_hand(anna):
    letter = letter_in(contact=make_contact(STAMATIS))
    make_letter(make_campaign(state="finished"), letter.contact, state="sent", sent_at=NOW)
    give_to_hand(letter.pk, channel="call", by=anna, now=NOW)

    with pytest.raises(AlreadyWished) as refused:
        done_by_hand(letter.pk, by=anna, now=LATER)

    with translation.override("en"):
        assert "They had this wish on 21 December, 10:00: Σταμάτης Παπαδόπουλος" in refused_words(refused.value)
    assert standing(letter)[0] == "held"


def test_a_call_asked_for_because_of_a_case_is_done_with_it_and_undone_with_it(anna):
    letter = letter_in(letter_state="held", reason_code="name_unsure")
    call = FollowUp.objects.create(
        contact=letter.contact, kind="call", text="x", due_on=NOW.date(), occasion_key="christmas-2026"
    )
    give_to_hand(letter.pk, channel="call", by=anna, now=NOW)

    done_by_hand(letter.pk, by=anna, now=LATER)
    call.refresh_from_db()
    assert (call.done_at, call.done_by) == (LATER, anna)

    take_back_by_hand(letter.pk, by=anna, now=LATER)
    call.refresh_from_db()
    assert call.done_at is None


def test_who_died_before_the_call_is_no_longer_to_be_called(anna):
    letter = letter_in()
    give_to_hand(letter.pk, channel="call", by=anna, now=NOW)

    stop_letters(letter.contact, by=anna, now=NOW, reason="deceased")

    with pytest.raises(DecisionRefused):
        done_by_hand(letter.pk, by=anna, now=LATER)
    assert standing(letter)[0] == "skipped"


def test_what_is_called_off_is_not_done_by_hand(anna):
    letter = letter_in()
    give_to_hand(letter.pk, channel="call", by=anna, now=NOW)
    cancel_campaign(letter.campaign_id, by=anna, now=NOW)

    with pytest.raises(DecisionRefused):
        done_by_hand(letter.pk, by=anna, now=LATER)

    assert standing(letter)[0] == "cancelled"


# --- Taken back ---


def test_each_step_goes_back_to_where_it_came_from(anna):
    letter = letter_in()
    digest = letter.address_digest
    give_to_hand(letter.pk, channel="card", by=anna, now=NOW)
    give_to_hand(letter.pk, channel="call", by=anna, now=NOW)
    done_by_hand(letter.pk, by=anna, now=NOW)

    take_back_by_hand(letter.pk, by=anna, now=NOW)
    assert standing(letter) == ("held", "call", "by_call")
    assert (letter.sent_at, letter.settled_by) == (None, None)
    take_back_by_hand(letter.pk, by=anna, now=NOW)

    assert standing(letter) == ("draft", "mail", "")
    assert letter.address_digest == digest
    assert LetterReview.objects.get(pk=letter.pk).pile == "rest"


def test_a_letter_does_not_slip_back_among_those_that_leave(anna):
    letter = letter_in()
    give_to_hand(letter.pk, channel="call", by=anna, now=NOW)
    approved = {"approved_by": make_user(role="manager"), "approved_at": NOW, "approved_revision": 2}
    Campaign.objects.filter(pk=letter.campaign_id).update(state="sending", **approved)

    with pytest.raises(DecisionRefused) as refused:
        take_back_by_hand(letter.pk, by=anna, now=NOW)

    assert refused.value.code == "campaign"
    assert standing(letter)[0] == "held"


def test_a_step_is_not_undone_when_a_colleague_has_decided_otherwise_since(anna):
    letter = letter_in()
    step = give_to_hand(letter.pk, channel="call", by=anna, now=NOW)
    done_by_hand(letter.pk, by=anna, now=NOW)

    with pytest.raises(DecisionRefused) as refused:
        undo_by_hand(step, by=anna, now=NOW)

    assert refused.value.code == "moved"


def test_a_step_of_the_review_room_is_undone(anna):
    letter = letter_in()

    undo_by_hand(give_to_hand(letter.pk, channel="text", by=anna, now=NOW), by=anna, now=NOW)

    assert standing(letter) == ("draft", "mail", "")


# --- Two at once ---


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_a_call_noted_by_two_at_once_counts_once():
    anna, nikos = make_user("anna"), make_user("nikos")
    letter = letter_in("finished", letter_state="held", reason_code="too_late")
    give_to_hand(letter.pk, channel="call", by=anna, now=NOW)

    step, other = held_between(
        lambda: done_by_hand(letter.pk, by=anna, now=NOW),
        lambda: done_by_hand(letter.pk, by=nikos, now=LATER),
        refusals=(DecisionRefused,),
    )

    assert step.after["state"] == "sent" and other.refusal.code == "letter"
    letter.refresh_from_db()
    assert (letter.settled_by, letter.sent_at) == (anna, NOW)
    assert reached_by(letter.campaign, coverage_of(letter.campaign))["call"] == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_two_campaigns_wish_one_person_by_hand_and_one_is_refused():
    anna = make_user("anna")
    contact = make_contact(STAMATIS)
    letters = [letter_in("finished", contact, letter_state="held", reason_code="too_late") for _each in range(2)]
    for letter in letters:
        give_to_hand(letter.pk, channel="call", by=anna, now=NOW)

    _step, other = held_between(
        lambda: done_by_hand(letters[0].pk, by=anna, now=NOW),
        lambda: done_by_hand(letters[1].pk, by=anna, now=NOW),
        refusals=(DecisionRefused,),
    )

    assert other.refusal.code == "wished"
    assert Message.objects.filter(contact=contact, state="sent").count() == 1


# --- Words to copy ---


LONG = (
    "Αγαπητέ Σταμάτη,\n\nσου ευχόμαστε καλά Χριστούγεννα. "
    + "Χαρήκαμε πολύ που πέρασες φέτος τόσες φορές από το μαγαζί μας. " * 5
    + "\n\nΤην παραμονή είμαστε ανοιχτά.\n\nΆννα\nΚαφεκοπτείο της Πλατείας"
)


def test_a_short_letter_is_a_message_as_it_stands():
    assert short_words("Αγαπητέ Σταμάτη,\n\nκαλά Χριστούγεννα.\n\nΆννα") == (
        "Αγαπητέ Σταμάτη,\n\nκαλά Χριστούγεννα.\n\nΆννα"
    )


def test_a_long_letter_keeps_opening_whole_sentences_and_signature():
    words = short_words(LONG)

    assert len(words) <= 320
    assert words.startswith("Αγαπητέ Σταμάτη,\n\nσου ευχόμαστε καλά Χριστούγεννα. Χαρήκαμε")
    assert words.endswith("μαγαζί μας.\n\nΆννα Καφεκοπτείο της Πλατείας")


@pytest.mark.parametrize("limit", [60, 100, 150, 320, 1000])
def test_a_message_is_never_longer_than_it_may_be(limit):
    assert len(short_words(LONG, limit=limit)) <= limit


def test_nothing_is_said_of_no_words():
    assert short_words(" \n\n ") == ""


def test_a_message_opens_with_number_and_words():
    link = sms_link("+30 6944 000 112", "Καλά Χριστούγεννα & χρόνια πολλά\n#1; 100 %?")

    assert link.startswith("sms:+306944000112?body=%CE%9A")
    assert link.count("?") == link.count("+") == 1 and "&" not in link and "#" not in link and " " not in link
    assert unquote(link.partition("body=")[2]) == "Καλά Χριστούγεννα & χρόνια πολλά\r\n#1; 100 %?"


def test_a_number_is_dialled_without_what_people_write_between():
    assert tel_link("(0030) 2310-123 456") == "tel:00302310123456"
    assert tel_link("ρωτήστε τον Γιώργο") == sms_link("", "x") == ""


# --- The list ---


def test_who_was_left_out_has_words_to_say_although_no_letter_was_written(anna):
    letter = left_out(contact=make_contact(GIORGOS, mobile="6944 000 113", owner=anna))
    give_to_hand(letter.pk, channel="call", by=anna, now=NOW)

    (row,) = hand_rows(hand_letters(letter.campaign), now=NOW)

    assert row.owner == anna
    assert "καλά Χριστούγεννα" in row.words.short and "Δημητρίου" in row.words.short
    assert row.words.tel == "tel:6944000113"


def test_today_tells_the_owner_what_waits_in_their_hand(anna):
    campaign = make_campaign(author=anna, state="in_review", give_up_at=NOW + timedelta(days=9))
    for channel in ("call", "call", "card"):
        letter = make_letter(campaign, state="draft")
        LetterReview.objects.create(message=letter, campaign=campaign)
        give_to_hand(letter.pk, channel=channel, by=anna, now=NOW)

    (work,) = hand_work_of(anna, now=NOW)

    with translation.override("en"):
        assert hand_work_words(work) == "Before Christmas: 2 calls, 1 card"
    assert hand_work_of(make_user(), now=NOW) == []
    assert hand_work_of(anna, now=NOW + timedelta(days=9)) == []


def test_whoever_stands_in_finds_the_calls_of_who_is_away(anna):
    letter = letter_in(contact=make_contact(STAMATIS, owner=anna))
    give_to_hand(letter.pk, channel="call", by=anna, now=NOW)
    nikos = make_user("nikos")
    anna.away_until, anna.stand_in = date(2026, 12, 27), nikos
    anna.save()

    assert [work.counts["call"] for work in hand_work_of(nikos, now=NOW)] == [1]


# --- The pages ---


def test_the_list_tells_whose_the_number_and_the_words_and_takes_the_tick(anna):
    letter = letter_in(contact=make_contact(STAMATIS, mobile="6944 000 112", owner=anna))
    give_to_hand(letter.pk, channel="call", by=anna, now=NOW)
    client = client_of(anna)
    place = reverse("campaigns:by-hand-list", args=[letter.campaign_id])

    page = client.get(place).content.decode()
    answer = client.post(reverse("campaigns:by-hand-done", args=[letter.pk]), follow=True).content.decode()

    assert "Waiting: <b>1</b> call." in page and 'href="tel:6944000112"' in page and "whose: Άννα" in page
    assert "Αγαπητέ Σταμάτη," in page
    assert "Called: Σταμάτης Παπαδόπουλος. It counts as reached." in answer
    assert standing(letter)[0] == "sent"

    client.post(reverse("campaigns:by-hand-back", args=[letter.pk]))
    assert standing(letter)[0] == "held"


def test_everybody_without_email_gets_a_card_at_one_click_and_a_sheet_to_print(anna):
    letter = left_out("approved", contact=make_contact(GIORGOS, street="Τσιμισκή 40", city="Θεσσαλονίκη"))
    client = client_of(anna)

    client.post(reverse("campaigns:by-hand-without-email", args=[letter.campaign_id]), {"channel": "card"})
    sheet = client.get(reverse("campaigns:by-hand-sheet", args=[letter.campaign_id])).content.decode()

    assert standing(letter) == ("held", "card", "by_card")
    assert "Γιώργος Δημητρίου" in sheet and "Τσιμισκή 40" in sheet and "καλά Χριστούγεννα" in sheet


def test_a_choice_that_is_none_gives_nothing(anna):
    letter = letter_in()

    client_of(anna).post(reverse("campaigns:letter-by-hand", args=[letter.pk]), {"channel": "pigeon"})

    assert standing(letter)[0] == "draft"


def test_the_page_of_a_person_tells_of_the_call(anna):
    letter = letter_in("finished", letter_state="held", reason_code="too_late")
    give_to_hand(letter.pk, channel="call", by=anna, now=NOW)
    done_by_hand(letter.pk, by=anna, now=NOW)

    page = client_of(anna).get(reverse("customers:person-detail", args=[letter.contact_id])).content.decode()

    assert "A call: Χριστούγεννα 2026" in page


def test_the_campaign_says_how_people_were_reached(anna):
    letter = letter_in("finished", letter_state="held", reason_code="too_late")
    make_letter(letter.campaign, state="sent", sent_at=NOW)
    give_to_hand(letter.pk, channel="call", by=anna, now=NOW)
    done_by_hand(letter.pk, by=anna, now=NOW)

    page = client_of(anna).get(reverse("campaigns:campaign-detail", args=[letter.campaign_id])).content.decode()

    assert "1 letter; by hand: 1 call." in page


# --- In the review room, and when letters are prepared again ---


def test_in_the_review_room_the_step_is_kept_and_taken_back_there(anna):
    letter = letter_in(contact=make_contact(STAMATIS, mobile="6944 000 112"))
    client = client_of(anna)
    room = reverse("campaigns:review-letter", args=[letter.campaign_id, letter.pk])

    page = client.get(room, {"pile": "rest"}).content.decode()
    answer = client.post(reverse("campaigns:letter-by-hand", args=[letter.pk]), {"channel": "text", "pile": "rest"})

    assert 'value="text"' in page and "sms:6944000112?body=" in page
    assert answer.url.startswith(reverse("campaigns:review-room", args=[letter.campaign_id]))
    assert standing(letter) == ("held", "text", "by_text")

    client.post(reverse("campaigns:review-undo", args=[letter.campaign_id]), {"pile": "rest"})
    assert standing(letter) == ("draft", "mail", "")


def test_letters_prepared_again_keep_what_was_done_and_what_is_in_hand(anna):
    people = [make_contact(person) for person in (STAMATIS, ELENI, GIORGOS)]
    campaign = make_campaign(author=anna, template=make_words(by=anna))
    prepare(campaign, anna)
    called, in_hand, without_email = (campaign.messages.get(contact=contact) for contact in people)
    for letter in (called, in_hand, without_email):
        give_to_hand(letter.pk, channel="call", by=anna, now=NOW)
    done_by_hand(called.pk, by=anna, now=NOW)

    prepare(campaign, anna)

    states = dict(campaign.messages.values_list("contact", "state"))
    assert states == {people[0].pk: "sent", people[1].pk: "held", people[2].pk: "held"}
    assert set(campaign.messages.filter(state="held").values_list("channel", "reason_code")) == {("call", "by_call")}
    assert adds_up(Campaign.objects.get(pk=campaign.pk))

    again = campaign.messages.get(contact=people[1])
    take_back_by_hand(again.pk, by=anna, now=NOW)
    assert standing(again) == ("draft", "mail", "")
    assert again.address_digest == people[1].address_digest


def prepare(campaign: Campaign, anna) -> None:
    start_preparing(campaign, by=anna, now=NOW)
    while prepare_next_chunk(campaign.pk, now=NOW):
        pass
