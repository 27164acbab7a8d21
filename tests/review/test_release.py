"""Before letters leave, one whose facts have changed is set aside with the difference, and the rest leave."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from campaigns.dispatch.sweep import begin_scheduled
from campaigns.models import Campaign, Message, StaffNotice
from campaigns.review import release
from campaigns.review.held import give_new_words
from campaigns.review.release import (
    ask_release,
    compared_count,
    new_words,
    release_next_chunk,
    releases_asked,
    take_new_words,
)
from campaigns.review.rewriting import rewrite_letter
from campaigns.review.today import changes_of_today, mark_of_today
from campaigns.running import StepRefused, cancel_campaign, change_campaign, schedule_campaign
from customers.models import Contact
from tests.builders import ELENI, GIORGOS, NOW, STAMATIS, make_campaign, make_contact, make_letter, make_user
from tests.review.preparing import approve, letter_to, prepare
from tests.review.test_preparing_piles import codes_of, town_campaign

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("before_christmas")]


@pytest.fixture
def people() -> list[Contact]:
    return [make_contact(person, city="Βόλος") for person in (STAMATIS, ELENI, GIORGOS | {"email": "g@shop.example"})]


@pytest.fixture
def campaign(people) -> Campaign:
    return approve(prepare(town_campaign()))


@pytest.fixture
def manager():
    return make_user(role="manager")


def moves(contact: Contact, city: str = "Πάτρα") -> None:
    Contact.objects.filter(pk=contact.pk).update(city=city)


def states() -> dict[int, str]:
    return dict(Message.objects.values_list("contact_id", "state"))


def state_of(campaign: Campaign) -> str:
    return Campaign.objects.get(pk=campaign.pk).state


@pytest.fixture
def many(monkeypatch):
    """As if three letters were too many for the press of a button, and two a chunk."""
    monkeypatch.setattr(release, "AT_ONCE", 1)
    monkeypatch.setattr(release, "CHUNK", 2)


# --- A few, in the press of the button ---


def test_letters_whose_facts_are_as_they_were_leave(campaign, people, manager):
    assert ask_release(campaign.pk, by=manager, now=NOW + timedelta(days=2)) == "begun"

    assert state_of(campaign) == "sending"
    assert set(states().values()) == {"ready"}


def test_a_letter_whose_facts_changed_is_set_aside_and_the_rest_leave(campaign, people, manager):
    stamatis, eleni, giorgos = people
    moves(stamatis)

    ask_release(campaign.pk, by=manager, now=NOW)

    assert states() == {stamatis.pk: "held", eleni.pk: "ready", giorgos.pk: "ready"}
    letter = letter_to(stamatis)
    assert (letter.reason_code, codes_of(letter), letter.review.pile) == ("facts_changed", ["facts_changed"], "look")
    assert "Βόλο" in letter.body.text
    assert "Πάτρα" in new_words(letter, now=NOW).text


def test_a_letter_to_somebody_who_is_called_otherwise_by_now_is_set_aside_with_the_difference(manager):
    stamatis = make_contact(STAMATIS)
    campaign = approve(prepare(make_campaign()))
    Contact.objects.filter(pk=stamatis.pk).update(first_name="Στάμος")
    assert new_words(letter_to(stamatis), now=NOW).text == letter_to(stamatis).body.text

    ask_release(campaign.pk, by=manager, now=NOW)

    letter = letter_to(stamatis)
    assert (letter.state, letter.reason_code, letter.to_name) == ("held", "facts_changed", "Σταμάτης Παπαδόπουλος")
    (line,) = changes_of_today(letter, new_words(letter, now=NOW))
    assert {(piece.kind, piece.text) for piece in line if piece.kind != "same"} == {
        ("gone", "Σταμάτης"),
        ("new", "Στάμος"),
    }


def test_the_name_of_the_addressee_is_mended_with_the_words_of_today(manager):
    stamatis = make_contact(STAMATIS)
    campaign = approve(prepare(make_campaign()))
    Contact.objects.filter(pk=stamatis.pk).update(last_name="Παπαδάκης")
    ask_release(campaign.pk, by=manager, now=NOW)
    letter = letter_to(stamatis)

    mark = mark_of_today(letter, new_words(letter, now=NOW))
    Contact.objects.filter(pk=stamatis.pk).update(last_name="Παπαδάτος")
    assert give_new_words(campaign.pk, seen={letter.pk: mark}, by=manager, now=NOW) == 0  # another name was read
    letter = letter_to(stamatis)
    mark = mark_of_today(letter, new_words(letter, now=NOW))
    assert give_new_words(campaign.pk, seen={letter.pk: mark}, by=manager, now=NOW) == 1

    assert letter_to(stamatis).to_name == "Σταμάτης Παπαδάτος"


def test_a_letter_that_could_not_be_written_any_more_is_set_aside(people, manager):
    stamatis = people[0]
    approve(prepare(town_campaign()))
    Contact.objects.filter(pk=stamatis.pk).update(language="en")

    ask_release(Campaign.objects.get().pk, by=manager, now=NOW)

    assert letter_to(stamatis).reason_code == "facts_changed"
    assert new_words(letter_to(stamatis), now=NOW) is None


def test_a_letter_in_the_name_of_somebody_who_no_longer_knows_its_reader_is_set_aside(manager):
    anna = make_user(signs_as="Άννα", email="anna@shop.example")
    stamatis = make_contact(STAMATIS, owner=anna)
    campaign = approve(prepare(make_campaign()))
    Contact.objects.update(owner=None)

    ask_release(campaign.pk, by=manager, now=NOW)

    assert letter_to(stamatis).reason_code == "facts_changed"


def test_a_letter_of_the_house_leaves_though_a_colleague_came_to_know_its_reader(campaign, people, manager):
    Contact.objects.update(owner=make_user(signs_as="Άννα", email="anna@shop.example"))

    ask_release(campaign.pk, by=manager, now=NOW)

    assert set(states().values()) == {"ready"}


def test_a_letter_with_the_neutral_opening_leaves_with_it(manager):
    unsure = make_contact(STAMATIS, name_confidence=0.5, name_reason="ambiguous_accent")
    campaign = prepare(make_campaign())
    rewrite_letter(letter_to(unsure).pk, by=manager, now=NOW, neutral=True)
    approve(Campaign.objects.get(pk=campaign.pk))

    ask_release(campaign.pk, by=manager, now=NOW)

    assert letter_to(unsure).state == "ready"


def test_letters_from_before_there_were_reviews_leave(manager):
    campaign = make_campaign(state="approved")
    letter = make_letter(campaign, state="draft")

    ask_release(campaign.pk, by=manager, now=NOW)

    letter.refresh_from_db()
    assert letter.state == "ready"


def test_what_is_refused_sets_nothing_aside(campaign, people, manager):
    moves(people[0])
    Campaign.objects.update(give_up_at=NOW)

    with pytest.raises(StepRefused) as refused:
        ask_release(campaign.pk, by=manager, now=NOW)

    assert refused.value.code == "late"
    assert set(states().values()) == {"draft"}


def test_the_new_words_can_be_taken_for_all_before_anything_leaves(campaign, people, manager):
    moves(people[0])
    Message.objects.filter(contact=people[0]).update(state="held", reason_code="facts_changed")

    assert take_new_words(campaign.pk, by=manager, now=NOW) == 1

    letter = letter_to(people[0])
    assert (letter.state, codes_of(letter)) == ("draft", [])
    assert "Πάτρα" in letter.body.text
    assert state_of(campaign) == "in_review"


# --- Many, by a worker ---


def test_many_letters_are_compared_by_a_worker_before_the_first_leaves(campaign, people, manager, many):
    moves(people[2])

    assert ask_release(campaign.pk, by=manager, now=NOW) == "comparing"
    assert (state_of(campaign), releases_asked()) == ("approved", [campaign.pk])
    assert release_next_chunk(campaign.pk, now=NOW)
    assert set(states().values()) == {"draft"}
    assert compared_count(Campaign.objects.get()) == 2
    while release_next_chunk(campaign.pk, now=NOW):
        pass

    assert (state_of(campaign), releases_asked()) == ("sending", [])
    assert Campaign.objects.get().started_by == manager
    assert [states()[person.pk] for person in people] == ["ready", "ready", "held"]


def test_whoever_presses_a_second_time_is_told_that_it_is_under_way(campaign, manager, many):
    ask_release(campaign.pk, by=manager, now=NOW)

    with pytest.raises(StepRefused) as refused:
        ask_release(campaign.pk, by=manager, now=NOW)

    assert refused.value.code == "comparing"


def test_a_change_meanwhile_lets_nothing_leave_also_when_it_is_approved_again(campaign, manager, many):
    ask_release(campaign.pk, by=manager, now=NOW)
    release_next_chunk(campaign.pk, now=NOW)
    change_campaign(campaign, by=manager, now=NOW, what="words")

    assert not release_next_chunk(campaign.pk, now=NOW)
    approve(Campaign.objects.get(), now=NOW + timedelta(minutes=5))
    assert not release_next_chunk(campaign.pk, now=NOW + timedelta(minutes=6))

    assert (state_of(campaign), releases_asked()) == ("approved", [])


def test_another_hour_takes_the_word_back(campaign, manager, many):
    ask_release(campaign.pk, by=manager, now=NOW)
    schedule_campaign(campaign.pk, by=manager, at=NOW + timedelta(days=4), now=NOW)

    assert not release_next_chunk(campaign.pk, now=NOW)
    assert (state_of(campaign), releases_asked()) == ("scheduled", [])


def test_what_was_called_off_meanwhile_does_not_leave(campaign, manager, many):
    ask_release(campaign.pk, by=manager, now=NOW)
    cancel_campaign(campaign.pk, by=manager, now=NOW)

    assert not release_next_chunk(campaign.pk, now=NOW)
    assert (state_of(campaign), releases_asked()) == ("cancelled", [])


def test_what_became_too_late_while_it_was_compared_does_not_leave(campaign, manager, many):
    ask_release(campaign.pk, by=manager, now=NOW)
    Campaign.objects.update(give_up_at=NOW + timedelta(minutes=1))

    while release_next_chunk(campaign.pk, now=NOW + timedelta(minutes=2)):
        pass

    assert (state_of(campaign), releases_asked()) == ("approved", [])
    assert set(states().values()) == {"draft"}


# --- By its own hour ---


def test_scheduled_letters_are_compared_in_their_hour(campaign, people, manager):
    schedule_campaign(campaign.pk, by=manager, at=NOW + timedelta(days=4), now=NOW)
    moves(people[0])

    begin_scheduled(now=NOW + timedelta(days=4, minutes=1))

    assert state_of(campaign) == "sending"
    assert [states()[person.pk] for person in people] == ["held", "ready", "ready"]


def test_many_scheduled_letters_are_left_to_a_worker(campaign, manager, many):
    schedule_campaign(campaign.pk, by=manager, at=NOW + timedelta(days=4), now=NOW)
    hour = NOW + timedelta(days=4, minutes=1)

    begin_scheduled(now=hour)
    begin_scheduled(now=hour)
    assert releases_asked() == [campaign.pk]
    while release_next_chunk(campaign.pk, now=hour):
        pass

    assert (state_of(campaign), Campaign.objects.get().started_by) == ("sending", None)


def test_an_hour_that_is_too_late_is_told_as_before(campaign, manager, many):
    schedule_campaign(campaign.pk, by=manager, at=NOW + timedelta(days=4), now=NOW)
    Campaign.objects.update(give_up_at=NOW + timedelta(days=4))

    begin_scheduled(now=NOW + timedelta(days=5))

    assert StaffNotice.objects.filter(code="late_start").exists()
    assert releases_asked() == []


# --- What the page says ---


@pytest.fixture
def as_manager(client, manager):
    client.force_login(manager)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def test_the_page_says_how_many_stay_behind(campaign, people, as_manager):
    moves(people[0])

    page = as_manager.post(reverse("campaigns:campaign-send", args=[campaign.pk]), follow=True)

    assert "The letters are leaving. 1 stays behind: what it says has changed since." in page.text
    assert "what it says has changed since" in as_manager.get(f"{page.request['PATH_INFO']}?class=held").text


def test_the_page_shows_how_far_the_comparing_is(campaign, as_manager, many):
    Campaign.objects.update(approved_at=timezone.now())
    page = as_manager.post(reverse("campaigns:campaign-send", args=[campaign.pk]), follow=True)
    assert "Each letter is compared with what is true today; then they leave." in page.text

    release_next_chunk(campaign.pk, now=NOW)
    page = reverse("campaigns:campaign-progress", args=[campaign.pk])
    moving = as_manager.get(page, {"state": "approved"}, headers={"HX-Request": "true"})

    assert "is compared with what is true today: 2 of 3." in strip_tags(moving.text)
    assert "hx-get" in moving.text
