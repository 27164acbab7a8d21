"""Decisions about one letter, and how each is taken back."""

from datetime import timedelta

import pytest

from campaigns.models import Campaign, LetterReview, Message
from campaigns.preparing import prepare_next_chunk, start_preparing
from campaigns.review.approval.approving import approve_campaign
from campaigns.review.approval.changes import void_of
from campaigns.review.approval.to_the_house import give_unread_to_house
from campaigns.review.room.deciding import seen_mark, set_aside, take_up, tick, tick_alike
from campaigns.review.steps import DecisionRefused, Step
from campaigns.review.undoing import undo
from customers.models import AuditEntry
from tests.builders import NOW, STAMATIS, make_campaign, make_contact, make_user
from tests.review.piles import ALIKE, PLAIN, UNHAPPY, in_review, letter_on

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=3)


@pytest.fixture
def anna():
    return make_user("anna", first_name="Άννα")


@pytest.fixture
def eleni():
    return make_user("eleni", first_name="Ελένη")


def now_of(letter: Message) -> Message:
    return Message.objects.select_related("review", "campaign").get(pk=letter.pk)


def approved() -> Campaign:
    campaign = in_review()
    Campaign.objects.filter(pk=campaign.pk).update(
        state="approved", approved_by=make_user(role="manager"), approved_at=NOW, approved_revision=1
    )
    campaign.refresh_from_db()
    return campaign


def test_a_tick_says_who_read_the_letter_and_takes_it_off_its_pile(anna):
    letter = letter_on(in_review())

    tick(letter.pk, by=anna, now=NOW)

    read = now_of(letter)
    assert (read.reviewed_by, read.reviewed_at, read.review.pile) == (anna, NOW, "")
    assert AuditEntry.objects.filter(verb="tick_letter", actor_id=anna.pk, object_id=letter.pk).exists()


def test_a_tick_is_no_change_of_the_greeting(anna):
    letter = letter_on(approved())

    tick(letter.pk, by=anna, now=NOW)

    assert now_of(letter).campaign.state == "approved"


def test_the_tick_of_the_signer_says_that_they_read_what_they_sign(anna, eleni):
    letter = letter_on(in_review(), signer=anna)

    tick(letter.pk, by=eleni, now=NOW)
    assert now_of(letter).review.signer_read_at is None

    tick(letter.pk, by=anna, now=LATER)
    read = now_of(letter)
    assert (read.reviewed_by, read.review.signer_read_at) == (eleni, LATER)


def test_a_letter_ticked_twice_stays_with_who_was_first(anna, eleni):
    letter = letter_on(in_review())
    tick(letter.pk, by=anna, now=NOW)

    step = tick(letter.pk, by=eleni, now=LATER)

    assert now_of(letter).reviewed_by == anna
    assert (step.before, step.after) == ({}, {})


def test_a_tick_is_taken_back(anna):
    letter = letter_on(in_review(), signer=anna)
    step = tick(letter.pk, by=anna, now=NOW)

    undo(Step(**step.as_dict()), by=anna, now=LATER)

    read = now_of(letter)
    assert (read.reviewed_at, read.reviewed_by, read.review.pile) == (None, None, "look")
    assert read.review.signer_read_at is None


def test_a_held_letter_is_not_ticked(anna):
    letter = letter_on(in_review(), state="held", reason_code="name_unsure")

    with pytest.raises(DecisionRefused) as refusal:
        tick(letter.pk, by=anna, now=NOW)

    assert refusal.value.code == "letter"
    assert now_of(letter).reviewed_at is None


def test_words_that_changed_under_the_eyes_of_the_reader_are_not_ticked(anna):
    letter = letter_on(in_review())
    seen = seen_mark(letter)
    letter.body.digest = "1" * 64
    letter.body.save()

    with pytest.raises(DecisionRefused) as refusal:
        tick(letter.pk, by=anna, now=NOW, seen=seen)

    assert refusal.value.code == "moved"
    assert now_of(letter).reviewed_at is None


def test_a_letter_ticked_meanwhile_is_not_set_aside_unseen(anna, eleni):
    letter = letter_on(in_review())
    seen = seen_mark(letter)
    tick(letter.pk, by=eleni, now=NOW)

    with pytest.raises(DecisionRefused) as refusal:
        set_aside(letter.pk, why="", by=anna, now=LATER, seen=seen)

    assert (refusal.value.code, refusal.value.letter.reviewed_by) == ("moved", eleni)
    assert now_of(letter).state == "draft"


def test_a_letter_set_aside_does_not_leave_and_says_why_and_by_whom(anna):
    letter = letter_on(in_review())

    set_aside(letter.pk, why="  περιμένουμε τον γιατρό ", kind="wait", by=anna, now=NOW)

    aside = now_of(letter)
    assert (aside.state, aside.reason_code, aside.review.pile) == ("held", "set_aside", "")
    assert aside.reason_facts == {"kind": "wait", "why": "περιμένουμε τον γιατρό", "by": "Άννα"}


def test_setting_a_letter_aside_takes_an_approval_back_and_so_does_its_undo(anna):
    campaign = approved()
    letter = letter_on(campaign)

    step = set_aside(letter.pk, why="", by=anna, now=NOW)
    aside = now_of(letter)
    assert (aside.campaign.state, aside.campaign.approved_revision, aside.campaign.revision) == ("in_review", None, 2)

    undo(step, by=anna, now=LATER)
    again = now_of(letter)
    assert (again.state, again.reason_code, again.review.pile, again.campaign.revision) == ("draft", "", "look", 3)


def test_a_letter_set_aside_is_taken_up_again_where_it_lay(anna):
    letter = letter_on(in_review(), "rest")
    set_aside(letter.pk, why="", by=anna, now=NOW)

    take_up(letter.pk, by=anna, now=LATER)

    again = now_of(letter)
    assert (again.state, again.reason_code, again.review.pile) == ("draft", "", "rest")


def test_a_letter_held_for_another_reason_is_not_taken_up(anna):
    letter = letter_on(in_review(), state="held", reason_code="guard")

    with pytest.raises(DecisionRefused):
        take_up(letter.pk, by=anna, now=NOW)

    assert now_of(letter).state == "held"


@pytest.mark.parametrize("decision", [tick, take_up, lambda pk, **who: set_aside(pk, why="", **who)])
def test_nothing_is_decided_once_letters_leave(anna, decision):
    campaign = in_review()
    letter = letter_on(campaign)
    Campaign.objects.filter(pk=campaign.pk).update(state="cancelled")

    with pytest.raises(DecisionRefused) as refusal:
        decision(letter.pk, by=anna, now=NOW)

    assert refusal.value.code == "campaign"


def test_a_letter_of_an_earlier_preparation_is_gone(anna):
    letter = letter_on(in_review())
    Message.objects.filter(pk=letter.pk).delete()

    with pytest.raises(DecisionRefused) as refusal:
        tick(letter.pk, by=anna, now=NOW)

    assert (refusal.value.code, refusal.value.letter) == ("gone", None)


# --- All that say the same ---


def alike(count: int = 3, **review) -> tuple[Message, list[Message]]:
    """One letter to read, and others of its class behind it."""
    campaign = in_review()
    read = letter_on(campaign, look_codes=[PLAIN, ALIKE], same_class="a" * 32)
    others = [
        letter_on(campaign, "rest", look_codes=[PLAIN], same_class="a" * 32, **review) for _number in range(count)
    ]
    return read, others


def test_all_that_say_the_same_are_ticked_with_the_one_that_was_read(anna):
    read, others = alike()
    another = letter_on(read.campaign, "rest", same_class="b" * 32)

    done = tick_alike(read.pk, by=anna, now=NOW)

    assert done.count == 3
    assert {now_of(letter).reviewed_by for letter in (read, *others)} == {anna}
    assert [now_of(letter).review.ticked_alike for letter in (read, *others)] == [False, True, True, True]
    assert now_of(another).reviewed_at is None


def test_one_of_a_kind_that_wants_a_look_for_itself_is_not_ticked_with_the_others(anna):
    read, _others = alike()
    unhappy = letter_on(read.campaign, look_codes=[UNHAPPY, PLAIN], same_class="a" * 32)

    tick_alike(read.pk, by=anna, now=NOW)

    left = now_of(unhappy)
    assert (left.reviewed_at, left.review.pile) == (None, "look")


def test_a_class_is_untied_again_whole(anna):
    read, others = alike()
    step = tick_alike(read.pk, by=anna, now=NOW).step

    undo(Step(**step.as_dict()), by=anna, now=LATER)

    assert {now_of(letter).reviewed_at for letter in (read, *others)} == {None}
    assert now_of(read).review.pile == "look"
    assert {now_of(letter).review.pile for letter in others} == {"rest"}
    assert not LetterReview.objects.filter(ticked_alike=True).exists()


def test_one_of_a_class_that_a_colleague_has_read_since_stays_ticked(anna, eleni):
    read, others = alike()
    step = tick_alike(read.pk, by=anna, now=NOW).step
    tick(others[0].pk, by=eleni, now=LATER)

    undo(step, by=anna, now=LATER)

    assert now_of(others[0]).reviewed_by == eleni
    assert now_of(others[1]).reviewed_at is None


def test_reading_one_that_was_ticked_alike_makes_the_tick_ones_own(anna, eleni):
    read, others = alike()
    tick_alike(read.pk, by=anna, now=NOW)

    tick(others[0].pk, by=eleni, now=LATER)

    own = now_of(others[0])
    assert (own.reviewed_by, own.review.ticked_alike) == (eleni, False)


def test_one_of_a_class_that_was_set_aside_since_stays_off_its_pile(anna, eleni):
    read, others = alike()
    step = tick_alike(read.pk, by=anna, now=NOW).step
    set_aside(others[0].pk, why="", by=eleni, now=LATER)

    undo(step, by=anna, now=LATER)

    aside = now_of(others[0])
    assert (aside.state, aside.reason_code, aside.review.pile) == ("held", "set_aside", "")
    assert now_of(others[1]).review.pile == "rest"


# --- What its signer has not seen does not leave in their name ---


def signed(state: str, signer, **review) -> Message:
    """A letter in the name of `signer`, who has not read it; in a campaign that is approved or in review."""
    campaign = approved() if state == "approved" else in_review()
    return letter_on(campaign, "rest", signer=signer, **review)


def test_a_signer_who_has_not_read_it_after_all_takes_the_approval_back(anna):
    letter = signed("approved", anna)
    step = tick(letter.pk, by=anna, now=NOW)
    assert now_of(letter).campaign.state == "approved"

    undo(step, by=anna, now=LATER)

    unread = now_of(letter)
    assert (unread.campaign.state, unread.campaign.approved_revision) == ("in_review", None)
    assert unread.review.signer_read_at is None
    assert void_of(unread.campaign).what == "take_back_reading"


def test_so_does_a_signer_who_ticked_all_that_say_the_same(anna):
    letter = signed("approved", anna, same_class="a" * 32)
    step = tick_alike(letter.pk, by=anna, now=NOW).step

    undo(step, by=anna, now=LATER)

    assert now_of(letter).campaign.state == "in_review"


def test_before_the_approval_it_is_no_change(anna):
    letter = signed("in_review", anna)
    step = tick(letter.pk, by=anna, now=NOW)

    undo(step, by=anna, now=LATER)

    assert now_of(letter).campaign.revision == 1


def test_a_tick_of_somebody_else_is_taken_back_without_a_word(anna, eleni):
    letter = signed("approved", eleni)
    step = tick(letter.pk, by=anna, now=NOW)

    undo(step, by=anna, now=LATER)

    assert now_of(letter).campaign.state == "approved"


def test_the_next_approval_gives_what_was_not_read_after_all_to_the_house():
    eleni = make_user("eleni", signs_as="Ελένη", email="eleni@house.example")
    make_contact(STAMATIS, owner=eleni)
    campaign = make_greeting_of(eleni)
    letter = campaign.messages.get()
    step = tick(letter.pk, by=eleni, now=NOW)
    manager = make_user(role="manager")
    approve_campaign(campaign.pk, by=manager, revision=campaign.revision, now=NOW)
    undo(step, by=eleni, now=LATER)
    revision = now_of(letter).campaign.revision

    revision = give_unread_to_house(campaign.pk, besides=[], revision=revision, by=manager, now=LATER)
    approve_campaign(campaign.pk, by=manager, revision=revision, now=LATER)

    house = now_of(letter)
    assert (house.campaign.state, house.from_name, house.review.signer) == ("approved", "", None)


def make_greeting_of(owner) -> Campaign:
    """A prepared greeting whose one letter comes from `owner`."""
    campaign = make_campaign(author=make_user(), signing="owner")
    start_preparing(campaign, by=campaign.author, now=NOW)
    while prepare_next_chunk(campaign.pk, now=NOW):
        pass
    campaign.refresh_from_db()
    assert campaign.messages.get().review.signer == owner
    return campaign
