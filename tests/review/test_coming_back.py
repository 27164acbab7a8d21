"""A letter that comes back from aside, from a hand or from a stop leaves only if it may leave as it stands."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from campaigns.dispatch.sweep import begin_scheduled
from campaigns.hooks import put_letters_back, skip_waiting_letters
from campaigns.models import Campaign, GreetingVariant, HandEdit, LetterReview, Message, MessageBody
from campaigns.review import release
from campaigns.review.approval.to_the_house import give_unread_to_house
from campaigns.review.by_hand.giving import give_to_hand, take_back_by_hand
from campaigns.review.held import give_neutral, give_new_words, look_at_neutral
from campaigns.review.release import ask_release, new_words, release_next_chunk, take_new_words
from campaigns.review.rewriting import Rewritten, rewrite_letter
from campaigns.review.room.deciding import set_aside, take_up
from campaigns.review.steps import Step
from campaigns.review.today import mark_of_today
from campaigns.review.undoing import undo
from campaigns.running import schedule_campaign
from customers.addresses import address_fields
from customers.models import Contact
from tests.builders import ELENI, NOW, STAMATIS, make_campaign, make_contact, make_letter, make_user
from tests.letters.conftest import client_of
from tests.review.edits import make_greeting, the_letter, type_in
from tests.review.piles import in_review, letter_on
from tests.review.preparing import approve, letter_to, prepare
from tests.review.test_preparing_piles import codes_of, town_campaign

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("before_christmas")]
UNSURE = {"name_confidence": 0.5, "name_reason": "ambiguous_accent"}
FINDING = {"code": "leftover", "facts": {"found": "{{"}, "confirmable": False}


@pytest.fixture
def anna():
    return make_user("anna", first_name="Άννα")


@pytest.fixture
def eleni():
    return make_user("eleni", role="manager", first_name="Ελένη")


def now_of(letter: Message) -> Message:
    return Message.objects.select_related("review", "campaign", "contact").get(pk=letter.pk)


def standing(letter: Message) -> tuple[str, str]:
    letter = now_of(letter)
    return letter.state, letter.reason_code


def held_by_guard() -> Message:
    facts = {"code": FINDING["code"], **FINDING["facts"]}
    return letter_on(in_review(), state="held", reason_code="guard", reason_facts=facts, guard=[FINDING])


# --- Aside and back ---


def test_what_the_guard_holds_does_not_leave_by_way_of_aside(anna):
    letter = held_by_guard()
    set_aside(letter.pk, why="", by=anna, now=NOW)

    take_up(letter.pk, by=anna, now=NOW)

    assert standing(letter) == ("held", "guard")


def test_an_unsure_name_does_not_leave_by_way_of_aside(anna):
    unsure = make_contact(STAMATIS, **UNSURE)
    prepare(make_campaign())
    letter = letter_to(unsure)
    set_aside(letter.pk, why="", by=anna, now=NOW)

    take_up(letter.pk, by=anna, now=NOW)

    assert standing(letter) == ("held", "name_unsure")
    assert now_of(letter).review.pile == "look"


def test_a_letter_without_words_does_not_leave_by_way_of_aside(anna):
    stranger = make_contact(ELENI, language="en")
    prepare(make_campaign())
    letter = letter_to(stranger)
    set_aside(letter.pk, why="", by=anna, now=NOW)

    take_up(letter.pk, by=anna, now=NOW)

    assert standing(letter) == ("held", "no_variant")


def test_words_typed_while_it_lay_aside_are_judged_when_the_step_is_taken_back(anna):
    stamatis = make_contact(STAMATIS)
    letter = the_letter(make_greeting(stamatis), stamatis)
    step = set_aside(letter.pk, why="", by=anna, now=NOW)
    type_in(letter, "Γεια.", "Τηλέφωνό μας: 210 9999999.", by=anna)

    undo(Step(**step.as_dict()), by=anna, now=NOW)

    assert standing(letter) == ("held", "guard")


def test_words_typed_while_a_hand_had_it_are_judged_when_it_comes_back(anna):
    stamatis = make_contact(STAMATIS)
    letter = the_letter(make_greeting(stamatis), stamatis)
    give_to_hand(letter.pk, channel="call", by=anna, now=NOW)
    type_in(letter, "Γεια.", "Τηλέφωνό μας: 210 9999999.", by=anna)

    take_back_by_hand(letter.pk, by=anna, now=NOW)

    assert standing(letter) == ("held", "guard")


def test_nothing_that_may_leave_is_held_when_it_comes_back(anna):
    stamatis = make_contact(STAMATIS)
    letter = the_letter(make_greeting(stamatis), stamatis)
    for _round in range(2):
        set_aside(letter.pk, why="", by=anna, now=NOW)
        take_up(letter.pk, by=anna, now=NOW)
        give_to_hand(letter.pk, channel="call", by=anna, now=NOW)
        take_back_by_hand(letter.pk, by=anna, now=NOW)

    assert standing(letter) == ("draft", "")
    assert now_of(letter).address_digest == stamatis.address_digest


# --- Written anew while in a hand ---


def test_a_call_stays_a_call_when_its_letter_is_written_anew(anna):
    unsure = make_contact(STAMATIS, **UNSURE)
    prepare(make_campaign())
    letter = letter_to(unsure)
    give_to_hand(letter.pk, channel="call", by=anna, now=NOW)
    facts = now_of(letter).reason_facts

    assert rewrite_letter(letter.pk, by=anna, now=NOW).code == "by_call"

    letter = now_of(letter)
    assert (letter.state, letter.channel, letter.reason_facts) == ("held", "call", facts)
    assert (letter.address_digest, letter.review.pile) == ("", "")


def test_a_call_to_somebody_whose_address_another_has_by_now_is_prepared_again(anna):
    first, second = make_contact(STAMATIS), make_contact(ELENI)
    campaign = prepare(make_campaign())
    for each in (letter_to(second), letter_to(first)):
        give_to_hand(each.pk, channel="call", by=anna, now=NOW)
    Contact.objects.filter(pk=second.pk).update(**address_fields(STAMATIS["email"]))

    campaign = prepare(campaign)

    assert campaign.state == "in_review"
    assert {standing(letter_to(each)) for each in (first, second)} == {("held", "by_call")}


@pytest.mark.parametrize("channel", ["call", ""])
def test_the_second_at_one_address_does_not_stop_a_preparation(anna, channel):
    first, second = make_contact(STAMATIS), make_contact(ELENI)
    campaign = prepare(make_campaign())
    if channel:
        give_to_hand(letter_to(second).pk, channel=channel, by=anna, now=NOW)
    else:
        set_aside(letter_to(second).pk, why="", by=anna, now=NOW)
    Contact.objects.filter(pk=second.pk).update(**address_fields(STAMATIS["email"]))

    campaign = prepare(campaign)

    assert campaign.state == "in_review"
    assert standing(letter_to(first)) == ("draft", "")
    assert standing(letter_to(second)) == (("held", "by_call") if channel else ("skipped", "same_address"))


# --- A campaign on its way ---


@pytest.mark.parametrize("state", ["sending", "paused", "finished"])
def test_a_change_that_comes_too_late_does_not_stop_a_campaign_on_its_way(anna, state):
    unsure = make_contact(STAMATIS, **UNSURE)
    campaign = approve(prepare(make_campaign()))
    Campaign.objects.update(state=state)
    Contact.objects.update(name_confidence=1.0, name_reason="typed")

    assert rewrite_letter(letter_to(unsure).pk, by=anna, now=NOW) == Rewritten(False, "state")

    after = Campaign.objects.get()
    assert (after.state, after.revision) == (state, campaign.revision)


# --- Stopped and put back ---


def stop(letter: Message) -> list:
    return skip_waiting_letters([letter.contact_id], "", "by_staff")


def an_approved(state: str = "approved") -> Message:
    stamatis = make_contact(STAMATIS, city="Βόλος")
    approve(prepare(town_campaign()))
    Campaign.objects.update(state=state, started_at=NOW if state == "sending" else None)
    return letter_to(stamatis)


@pytest.mark.parametrize(("state", "after"), [("approved", "draft"), ("sending", "ready")])
def test_a_letter_that_was_approved_and_comes_back_leaves(state, after):
    letter = an_approved(state)
    traces = stop(letter)

    put_letters_back(traces)

    assert standing(letter) == (after, "")


@pytest.mark.parametrize("state", ["approved", "scheduled", "sending", "paused"])
def test_a_letter_that_comes_back_after_an_approval_without_it_is_held(state):
    stamatis = make_contact(STAMATIS)
    campaign = prepare(make_campaign())
    traces = stop(letter_to(stamatis))
    approve(campaign)
    Campaign.objects.update(state=state)

    put_letters_back(traces)

    assert standing(letter_to(stamatis)) == ("held", "not_approved")


def test_a_letter_that_comes_back_in_review_is_not_approved_by_a_page_without_it():
    stamatis = make_contact(STAMATIS)
    campaign = prepare(make_campaign())
    traces = stop(letter_to(stamatis))

    put_letters_back(traces)

    assert standing(letter_to(stamatis)) == ("draft", "")
    assert Campaign.objects.get().revision == campaign.revision + 1


def test_a_letter_that_comes_back_behind_the_comparing_is_compared(monkeypatch, eleni):
    monkeypatch.setattr(release, "AT_ONCE", 1)
    people = [make_contact(person, city="Βόλος") for person in (STAMATIS, ELENI)]
    campaign = approve(prepare(town_campaign()))
    traces = stop(letter_to(people[0]))
    Message.objects.filter(contact=make_contact(city="Βόλος")).delete()
    monkeypatch.setattr(release, "AT_ONCE", 0)
    ask_release(campaign.pk, by=eleni, now=NOW)
    assert release_next_chunk(campaign.pk, now=NOW)
    Contact.objects.filter(pk=people[0].pk).update(city="Πάτρα")

    put_letters_back(traces)
    while release_next_chunk(campaign.pk, now=NOW):
        pass

    assert Campaign.objects.get().state == "sending"
    assert standing(letter_to(people[0])) == ("held", "facts_changed")
    assert standing(letter_to(people[1])) == ("ready", "")


def test_whoever_presses_after_another_approval_is_not_told_of_a_comparing_that_is_over(monkeypatch, eleni):
    monkeypatch.setattr(release, "AT_ONCE", 0)
    stamatis = make_contact(STAMATIS, city="Βόλος")
    campaign = approve(prepare(town_campaign()))
    ask_release(campaign.pk, by=eleni, now=NOW)
    Contact.objects.update(city="Πάτρα")
    rewrite_letter(letter_to(stamatis).pk, by=eleni, now=NOW)
    approve(Campaign.objects.get())

    ask_release(campaign.pk, by=eleni, now=NOW)
    while release_next_chunk(campaign.pk, now=NOW):
        pass

    assert standing(letter_to(stamatis)) == ("ready", "")


# --- What leaves by one click after the approval ---


def an_unsure(state: str = "approved", **fields) -> Message:
    unsure = make_contact(STAMATIS, **UNSURE, **fields)
    approve(prepare(make_campaign()))
    Campaign.objects.update(state=state)
    return letter_to(unsure)


def test_words_of_whoever_clicks_do_not_leave_by_their_own_click(eleni):
    letter = an_unsure()
    same = {"base_subject": "", "base_text": "", "base_html": "", "subject": "", "text": "", "html": ""}
    HandEdit.objects.create(campaign=letter.campaign, contact=letter.contact, edited_by=eleni, edited_at=NOW, **same)

    assert give_neutral(letter.campaign_id, [letter.pk], by=eleni, now=NOW) == 0
    assert standing(letter) == ("held", "name_unsure")


def test_what_its_signer_has_not_read_leaves_in_the_name_of_the_house(eleni):
    nikos = make_user(signs_as="Νίκος", email="nikos@shop.example")
    letter = an_unsure(owner=nikos)
    assert letter.review.signer == nikos

    look = look_at_neutral(letter.campaign, [letter.pk], by=eleni, now=NOW)
    shown = (look.letter.pk, look.mark)
    assert look.by_house and "Νίκος" not in look.words.text
    assert give_neutral(letter.campaign_id, [letter.pk], by=eleni, now=NOW, shown=shown) == 1

    letter = now_of(letter)
    assert (letter.state, letter.from_name, letter.review.signer) == ("draft", "", None)
    assert "Νίκος" not in letter.body.text


# --- The words of today, after the start ---


def one_behind(state: str = "sending") -> Message:
    """A letter that stayed behind because its reader has moved to Patras since."""
    stamatis = make_contact(STAMATIS, city="Βόλος")
    approve(prepare(town_campaign()))
    Contact.objects.update(city="Πάτρα")
    Message.objects.update(state="held", reason_code="facts_changed")
    LetterReview.objects.update(look_codes=[{"code": "facts_changed", "facts": {}}], pile="look")
    Campaign.objects.update(state=state)
    return letter_to(stamatis)


def digest_of_today(letter: Message) -> str:
    return mark_of_today(letter, new_words(letter, now=NOW))


def test_a_letter_that_stayed_behind_leaves_with_the_words_that_were_read(eleni):
    letter = one_behind()
    campaign = Campaign.objects.get()

    assert give_new_words(campaign.pk, seen={letter.pk: digest_of_today(letter)}, by=eleni, now=NOW) == 1

    assert standing(letter) == ("ready", "")
    assert "Πάτρα" in MessageBody.objects.get().text
    after = Campaign.objects.get()
    assert (after.state, after.revision) == ("sending", campaign.revision)


def test_words_that_nobody_read_do_not_leave(eleni):
    letter = one_behind()
    seen = digest_of_today(letter)
    Contact.objects.update(city="Λάρισα")

    assert give_new_words(letter.campaign_id, seen={letter.pk: seen}, by=eleni, now=NOW) == 0

    assert standing(letter) == ("held", "facts_changed")
    assert "Βόλο" in MessageBody.objects.get().text


def test_a_letter_not_approved_leaves_by_the_click_of_a_manager(eleni):
    stamatis = make_contact(STAMATIS)
    campaign = prepare(make_campaign())
    traces = stop(letter_to(stamatis))
    approve(campaign)
    put_letters_back(traces)
    letter = letter_to(stamatis)

    assert give_new_words(campaign.pk, seen={letter.pk: digest_of_today(letter)}, by=eleni, now=NOW) == 1
    assert standing(letter) == ("draft", "")


def of_today(letter: Message) -> str:
    return f"{letter.pk}:{digest_of_today(letter)}"


def held_page(letter: Message, user):
    client = client_of(user)
    page = client.get(reverse("campaigns:held-list", args=[letter.campaign_id]))
    return client, " ".join(page.content.decode().split())


def test_the_held_page_shows_the_words_of_today_and_lets_them_leave(eleni):
    letter = one_behind()
    client, page = held_page(letter, eleni)

    assert "<del>(taken out: Βόλος)</del><ins>(put in: Πάτρα)</ins>" in re.sub(r"</?span[^>]*>", "", page)
    assert f'name="seen" value="{of_today(letter)}"' in page
    give = reverse("campaigns:held-give", args=[letter.campaign_id])
    answer = client.post(give, {"give": "words", "letter": letter.pk, "seen": of_today(letter)}, follow=True)

    assert "1 letter leaves with the words of today." in answer.content.decode()
    assert standing(letter) == ("ready", "")


def test_the_held_page_offers_staff_no_words_after_the_approval(anna):
    letter = one_behind()
    client, page = held_page(letter, anna)

    assert 'value="words"' not in page and "may let them leave with the words of today" in page
    give = reverse("campaigns:held-give", args=[letter.campaign_id])
    client.post(give, {"give": "words", "seen": of_today(letter)})

    assert standing(letter) == ("held", "facts_changed")


@pytest.mark.parametrize("seen", ["", "x", "1:" + "0" * 64, "1:zz", "9" * 40 + ":" + "0" * 64])
def test_a_crafted_mark_lets_nothing_leave(eleni, seen):
    letter = one_behind()

    answer = client_of(eleni).post(
        reverse("campaigns:held-give", args=[letter.campaign_id]), {"give": "words", "seen": seen}, follow=True
    )

    assert answer.status_code == 200
    assert standing(letter) == ("held", "facts_changed")


def test_a_mark_of_another_campaign_lets_nothing_leave(eleni):
    letter = one_behind()
    other = make_campaign(state="sending", occasion_key="easter-2027")

    client_of(eleni).post(reverse("campaigns:held-give", args=[other.pk]), {"give": "words", "seen": of_today(letter)})

    assert standing(letter) == ("held", "facts_changed")


def test_the_words_of_many_held_letters_cost_the_same_statements(eleni, django_assert_max_num_queries):
    for _number in range(12):
        make_contact(city="Βόλος")
    letter = one_behind()

    with django_assert_max_num_queries(60):
        _client, page = held_page(letter, eleni)

    assert page.count('name="seen"') == 2 * 13


@pytest.mark.parametrize(("language", "gone", "come"), [("en", "taken out:", "put in:"), ("el", "βγήκε:", "μπήκε:")])
@pytest.mark.parametrize("where", ["held-list", "review-letter"])
def test_a_difference_is_told_to_who_hears_it(eleni, where, language, gone, come):
    letter = one_behind("in_review")
    numbers = [letter.campaign_id] if where == "held-list" else [letter.campaign_id, letter.pk]
    client = client_of(eleni)
    client.cookies["django_language"] = language

    page = " ".join(client.get(reverse(f"campaigns:{where}", args=numbers)).content.decode().split())

    hidden = f'<span class="visually-hidden" lang="{language}">({{}} </span>'
    assert f"<del>{hidden.format(gone)}Βόλο" in page
    assert f"<ins>{hidden.format(come)}Πάτρα" in page


def test_in_the_room_the_words_of_today_are_taken_for_all_at_once(anna):
    make_contact(ELENI, city="Βόλος")
    letter = one_behind(state="approved")
    client = client_of(anna)
    page = client.get(reverse("campaigns:review-letter", args=[letter.campaign_id, letter.pk])).content.decode()

    assert "In all 2 letters whose facts changed" in page
    client.post(reverse("campaigns:review-new-words", args=[letter.campaign_id]), {"pile": "look"})

    assert set(Message.objects.values_list("state", "reviewed_at")) == {("draft", None)}
    assert Campaign.objects.get().state == "in_review"


@pytest.mark.parametrize("state", ["sending", "finished"])
def test_the_room_takes_no_words_of_a_campaign_on_its_way(anna, state):
    letter = one_behind(state=state)

    client_of(anna).post(reverse("campaigns:review-new-words", args=[letter.campaign_id]))

    assert standing(letter) == ("held", "facts_changed")
    assert take_new_words(letter.campaign_id, by=anna, now=NOW) == 0
    assert Campaign.objects.get().state == state


# --- At the approval ---


def test_a_letter_given_to_the_house_by_an_approval_says_nothing_that_nobody_read(eleni):
    nikos = make_user(signs_as="Νίκος", email="nikos@shop.example")
    moved, same = (make_contact(each, city="Βόλος", owner=nikos) for each in (STAMATIS, ELENI))
    campaign = prepare(town_campaign())
    Contact.objects.filter(pk=moved.pk).update(city="Πάτρα")

    give_unread_to_house(campaign.pk, besides=(), revision=campaign.revision, by=eleni, now=NOW)

    assert standing(letter_to(moved)) == ("held", "facts_changed")
    assert "Πάτρα" not in letter_to(moved).body.text
    assert (letter_to(same).state, letter_to(same).from_name) == ("draft", "")


# --- By its own hour ---


def test_what_one_campaign_stumbles_over_keeps_no_other_from_its_hour(eleni, caplog):
    make_contact(STAMATIS)
    broken = approve(prepare(make_campaign()))
    whole = make_campaign(state="approved", occasion_key="other-2026")
    for campaign in (broken, whole):
        schedule_campaign(campaign.pk, by=eleni, at=NOW + timedelta(days=4), now=NOW)
    GreetingVariant.objects.filter(version=broken.version).update(body="{{ never closed")

    begin_scheduled(now=NOW + timedelta(days=4, minutes=1))

    assert dict(Campaign.objects.values_list("pk", "state")) == {broken.pk: "scheduled", whole.pk: "sending"}
    assert f"Campaign {broken.pk} could not begin" in caplog.text


# --- What a letter was found to be like ---


def last_year(contact: Contact, text: str) -> None:
    campaign = make_campaign(state="finished", occasion_key="christmas-2025")
    letter = make_letter(campaign, contact, state="sent", sent_at=NOW, address_digest="")
    MessageBody.objects.filter(pk=letter.pk).update(text=text)


def test_a_letter_written_anew_knows_how_like_the_last_one_it_is(anna):
    stamatis = make_contact(STAMATIS, city="Βόλος")
    campaign = prepare(town_campaign())
    last_year(stamatis, letter_to(stamatis).body.text.replace("Βόλο", "Πάτρα"))
    Contact.objects.update(city="Πάτρα")

    rewrite_letter(campaign.messages.get().pk, by=anna, now=NOW)

    review = campaign.reviews.get()
    assert review.likeness >= 80
    assert [each["code"] for each in review.look_codes] == ["as_last_year"]


def test_a_letter_that_says_the_same_keeps_what_was_found_of_it(anna):
    stamatis = make_contact(STAMATIS, city="Βόλος")
    prepare(town_campaign())
    found = {"code": "as_last_year", "facts": {"percent": 91}}
    LetterReview.objects.update(likeness=91, look_codes=[found])

    rewrite_letter(letter_to(stamatis).pk, by=anna, now=NOW)

    review = letter_to(stamatis).review
    assert (review.likeness, review.look_codes) == (91, [found])


def test_another_is_read_for_all_when_the_one_that_was_says_something_else(anna):
    people = [make_contact(person) for person in (STAMATIS, ELENI, {})]
    prepare(town_campaign())
    (read,) = LetterReview.objects.filter(pile="look").select_related("message")
    Contact.objects.filter(pk=read.message.contact_id).update(city="Πάτρα")

    rewrite_letter(read.pk, by=anna, now=NOW)

    others = [letter_to(each).review for each in people if each.pk != read.message.contact_id]
    assert sorted(each.pile for each in others) == ["look", "rest"]


def test_the_one_that_is_read_for_all_stays_it_when_only_its_name_is_mended(anna):
    for person in (STAMATIS, ELENI, {}):
        make_contact(person)
    prepare(town_campaign())
    (read,) = LetterReview.objects.filter(pile="look").select_related("message")
    Contact.objects.filter(pk=read.message.contact_id).update(last_name="Παπάς")

    rewrite_letter(read.pk, by=anna, now=NOW)

    assert [each.pk for each in LetterReview.objects.filter(pile="look")] == [read.pk]


# --- The neutral opening ---


def test_the_neutral_opening_is_kept_when_letters_are_prepared_again(anna):
    unsure = make_contact(STAMATIS, city="Βόλος", **UNSURE)
    campaign = prepare(town_campaign())
    rewrite_letter(letter_to(unsure).pk, by=anna, now=NOW, neutral=True)
    said = letter_to(unsure).body.text

    prepare(campaign)

    letter = letter_to(unsure)
    assert (letter.state, letter.body.text, codes_of(letter)) == ("draft", said, ["neutral"])


def test_a_tick_of_a_neutral_letter_is_kept_with_it(anna):
    unsure = make_contact(STAMATIS, city="Βόλος", **UNSURE)
    campaign = prepare(town_campaign())
    rewrite_letter(letter_to(unsure).pk, by=anna, now=NOW, neutral=True)
    Message.objects.update(reviewed_at=NOW, reviewed_by=anna)
    LetterReview.objects.update(pile="", ticked_alike=True)

    prepare(campaign)

    letter = letter_to(unsure)
    assert (letter.reviewed_at, letter.review.ticked_alike, codes_of(letter)) == (NOW, True, ["neutral"])


@pytest.mark.parametrize("how", ["rewrite", "prepare"])
def test_a_name_that_was_settled_since_is_used_again(anna, how):
    unsure = make_contact(STAMATIS, city="Βόλος", **UNSURE)
    campaign = prepare(town_campaign())
    rewrite_letter(letter_to(unsure).pk, by=anna, now=NOW, neutral=True)
    Contact.objects.update(name_confidence=1.0, name_reason="typed")

    if how == "prepare":
        prepare(campaign)
    else:
        rewrite_letter(letter_to(unsure).pk, by=anna, now=NOW)

    letter = letter_to(unsure)
    assert letter.body.text.startswith("Αγαπητέ κύριε Παπαδόπουλε,")
    assert codes_of(letter) == []
