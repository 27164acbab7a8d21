"""Two real PostgreSQL connections: what is written of a person and what is decided about their letter do not wait for
each other in a ring."""

import pytest
from django.db import transaction

from campaigns.hooks import put_letters_back, skip_waiting_letters
from campaigns.models import Campaign, HandEdit, LetterReview, Message, ReviewPlace
from campaigns.preparing import start_preparing
from campaigns.review.approval.approving import approve_campaign
from campaigns.review.approval.to_the_house import give_unread_to_house
from campaigns.review.by_hand.giving import give_all_to_hand, give_to_hand, take_back_by_hand
from campaigns.review.held import give_new_words
from campaigns.review.release import new_words
from campaigns.review.rewriting import rewrite_letter
from campaigns.review.room.pile import claim, keep_place
from campaigns.review.steps import DecisionRefused
from campaigns.review.today import mark_of_today
from customers.models import Contact
from customers.services.contacts import edit_contact
from tests.builders import NOW, STAMATIS, make_contact, make_user
from tests.connections import held_between
from tests.review.edits import make_greeting, the_letter, type_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


@pytest.fixture
def stamatis() -> Contact:
    return make_contact(STAMATIS)


@pytest.fixture
def anna():
    return make_user("anna", first_name="Άννα")


@pytest.fixture
def letter(stamatis) -> Message:
    return the_letter(make_greeting(stamatis), stamatis)


def moves(stamatis: Contact, by) -> None:
    """A colleague types another address, and the letter to the former one is held."""
    edit_contact(stamatis, changes={"email": "neos@shop.example"}, by=by, now=NOW)


def test_a_letter_is_typed_into_while_its_reader_gets_another_address(letter, stamatis, anna):
    held_between(
        lambda: type_in(letter, "Γεια.", "Γεια σας.", by=anna), lambda: moves(stamatis, letter.campaign.author)
    )

    assert HandEdit.objects.count() == 1
    assert Message.objects.get().reason_code == "address_changed"


def test_letters_are_prepared_again_while_a_reader_gets_another_address(letter, stamatis, anna):
    campaign = letter.campaign
    Message.objects.update(reviewed_at=NOW, reviewed_by=anna)

    held_between(lambda: start_preparing(campaign, by=anna, now=NOW), lambda: moves(stamatis, anna))

    assert Campaign.objects.get().state == "preparing"
    assert Contact.objects.get().email == "neos@shop.example"


def test_a_letter_is_opened_for_the_first_time_while_it_is_written_anew(letter, anna):
    def opens() -> None:
        assert claim(letter.pk, by=anna, now=NOW)
        keep_place(letter, pile="look", by=anna, now=NOW)

    held_between(opens, lambda: rewrite_letter(letter.pk, by=letter.campaign.author, now=NOW))

    assert ReviewPlace.objects.get().user == anna
    assert LetterReview.objects.get().reader == anna


# --- Beside an approval, and beside another hand ---


def in_review_without(letter: Message) -> tuple[Campaign, list]:
    """The campaign in review, and what put its letter out of the way."""
    with transaction.atomic():
        traces = skip_waiting_letters([letter.contact_id], "", "by_staff")
    return Campaign.objects.get(), traces


@transaction.atomic
def put_back(traces: list) -> None:
    put_letters_back(traces)


def test_an_approval_that_waits_for_a_letter_put_back_did_not_see_it(letter, anna):
    campaign, traces = in_review_without(letter)
    eleni = make_user("eleni", role="manager")

    _none, other = held_between(
        lambda: put_back(traces),
        lambda: approve_campaign(campaign.pk, by=eleni, revision=campaign.revision, now=NOW),
    )

    assert other.refusal.code == "revision"
    assert (Campaign.objects.get().state, Message.objects.get().state) == ("in_review", "draft")


def test_a_letter_put_back_while_it_is_approved_without_it_is_held(letter, anna):
    campaign, traces = in_review_without(letter)
    eleni = make_user("eleni", role="manager")

    held_between(
        lambda: approve_campaign(campaign.pk, by=eleni, revision=campaign.revision, now=NOW),
        lambda: put_back(traces),
    )

    assert Message.objects.get().reason_code == "not_approved"


def test_a_letter_a_colleague_has_just_taken_in_hand_is_not_given_to_another(letter, anna):
    Message.objects.update(state="held", reason_code="name_unsure")
    campaign_id = letter.campaign_id

    _step, other = held_between(
        lambda: give_to_hand(letter.pk, channel="call", by=anna, now=NOW),
        lambda: give_all_to_hand(campaign_id, [letter.pk], channel="card", by=letter.campaign.author, now=NOW),
    )

    assert other.result == []
    assert Message.objects.get().reason_code == "by_call"


def test_a_letter_comes_back_from_a_hand_once(letter, anna):
    give_to_hand(letter.pk, channel="call", by=anna, now=NOW)

    _letter, other = held_between(
        lambda: take_back_by_hand(letter.pk, by=anna, now=NOW),
        lambda: take_back_by_hand(letter.pk, by=anna, now=NOW),
        refusals=(DecisionRefused,),
    )

    assert other.refusal.code == "letter"
    assert Message.objects.get().state == "draft"


def test_a_page_from_before_a_change_gives_nothing_to_the_house(letter, anna):
    LetterReview.objects.update(signer=anna)
    campaign = Campaign.objects.get()
    by = make_user("eleni", role="manager")

    held_between(
        lambda: type_in(letter, "Γεια.", "Γεια σας.", by=anna),
        lambda: give_unread_to_house(campaign.pk, besides=(), revision=campaign.revision, by=by, now=NOW),
    )

    assert LetterReview.objects.get().signer == anna


def test_the_words_of_today_leave_once(letter, anna):
    Message.objects.update(state="held", reason_code="facts_changed")
    seen = {letter.pk: mark_of_today(letter, new_words(letter, now=NOW))}
    campaign_id = letter.campaign_id

    given, other = held_between(
        lambda: give_new_words(campaign_id, seen=seen, by=anna, now=NOW),
        lambda: give_new_words(campaign_id, seen=seen, by=letter.campaign.author, now=NOW),
    )

    assert (given, other.result) == (1, 0)
    assert Message.objects.get().state == "draft"
