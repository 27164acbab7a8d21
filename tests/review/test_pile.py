"""The piles of the review room: who reads which letter, how far a pile has come, where somebody stopped."""

from datetime import timedelta

import pytest

from campaigns.models import HandEdit, LetterReview, Message
from campaigns.review import looking
from campaigns.review.looking import ASKING_CODES
from campaigns.review.room.pile import (
    LEASE,
    back_on_pile,
    claim,
    keep_place,
    leave,
    next_letter,
    on_desks,
    pile_counts,
    place_of,
    take_off_pile,
)
from customers.models import Suppression
from customers.services.contacts import edit_contact
from tests.builders import NOW, make_campaign, make_contact, make_letter, make_user
from tests.review.piles import ALIKE, PLAIN, UNHAPPY, in_review, letter_on, three_to_look_at
from tests.review.preparing import prepare

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    return make_user("anna", first_name="Άννα")


@pytest.fixture
def eleni():
    return make_user("eleni", first_name="Ελένη")


def test_letters_come_one_after_the_other_and_begin_again_at_the_end(anna):
    campaign = in_review()
    first, second, third = three_to_look_at(campaign)

    came = [
        next_letter(campaign, "look", by=anna, after=after, now=NOW) for after in (0, first.pk, second.pk, third.pk)
    ]

    assert came == [first.pk, second.pk, third.pk, first.pk]


def test_the_way_back_ends_at_the_other_end(anna):
    campaign = in_review()
    first, _second, third = three_to_look_at(campaign)

    assert next_letter(campaign, "look", by=anna, after=first.pk, backwards=True, now=NOW) == third.pk


def test_a_colleague_gets_the_letter_behind_the_one_that_is_read(anna, eleni):
    campaign = in_review()
    first, second, _third = three_to_look_at(campaign)

    assert next_letter(campaign, "look", by=anna, now=NOW) == first.pk
    assert next_letter(campaign, "look", by=eleni, now=NOW) == second.pk
    assert on_desks(campaign, "look", besides=eleni, now=NOW) == [anna]


def test_a_letter_left_without_a_word_is_free_after_ten_minutes(anna, eleni):
    letter = letter_on(in_review())
    claim(letter.pk, by=anna, now=NOW)

    assert not claim(letter.pk, by=eleni, now=NOW + LEASE - timedelta(seconds=1))
    assert claim(letter.pk, by=eleni, now=NOW + LEASE)


def test_a_letter_that_was_put_back_is_free_at_once(anna, eleni):
    letter = letter_on(in_review())
    claim(letter.pk, by=anna, now=NOW)

    leave(letter.pk, by=eleni)
    assert not claim(letter.pk, by=eleni, now=NOW)

    leave(letter.pk, by=anna)
    assert claim(letter.pk, by=eleni, now=NOW)


def test_nothing_comes_when_all_that_is_left_lies_on_other_desks(anna, eleni):
    campaign = in_review()
    claim(letter_on(campaign).pk, by=anna, now=NOW)

    assert next_letter(campaign, "look", by=eleni, now=NOW) is None


def test_a_pile_counts_what_was_read_of_it(anna):
    campaign = in_review()
    three_to_look_at(campaign)
    letter_on(campaign, "", look_codes=[UNHAPPY])
    letter_on(campaign, "", look_codes=[PLAIN])
    letter_on(campaign, "rest", look_codes=[PLAIN])

    look, rest = (pile_counts(campaign, pile, anna) for pile in ("look", "rest"))

    assert (look.total, look.left, look.done) == (4, 3, 1)
    assert (rest.total, rest.left, rest.done) == (2, 1, 1)


def test_a_pile_of_letters_that_a_worker_wrote_counts_what_was_read_of_it(anna):
    for _number in range(4):
        make_contact()
    campaign = prepare(make_campaign(author=anna))
    letters = list(Message.objects.order_by("pk"))
    Message.objects.filter(pk=letters[2].pk).update(reviewed_at=NOW, reviewed_by=anna)
    LetterReview.objects.filter(pk=letters[2].pk).update(pile="")

    look, rest = (pile_counts(campaign, pile, anna) for pile in ("look", "rest"))

    assert (look.total, look.left) == (1, 1)
    assert (rest.total, rest.left) == (3, 2)


def test_a_letter_like_the_last_one_is_counted_where_it_lay(anna):
    campaign = in_review()
    letter_on(campaign, "", look_codes=[PLAIN, {"code": "as_last_year", "facts": {"percent": 85}}])

    assert pile_counts(campaign, "look", anna).total == 0
    assert pile_counts(campaign, "rest", anna).total == 1


def test_every_code_either_asks_for_a_look_or_for_nothing():
    for code in (*ASKING_CODES, *looking._ASK_FOR_NOTHING):
        asked = looking.pile_of(Message(state="draft"), [{"code": code, "facts": {}}])
        assert (asked == "look") == (code in ASKING_CODES)


def test_letters_out_of_the_way_are_nobody_s_reading(anna):
    campaign = in_review()
    letter_on(campaign, "", look_codes=[UNHAPPY], state="skipped", reason_code="no_email")

    assert pile_counts(campaign, "look", anna).total == 0


def test_the_pile_of_a_signer_holds_what_bears_their_name_and_they_have_not_read(anna, eleni):
    campaign = in_review()
    ticked = letter_on(campaign, "", signer=anna)
    letter_on(campaign, "look", signer=eleni)
    letter_on(campaign, "rest", signer=anna, signer_read_at=NOW)
    letter_on(campaign, "", signer=anna, state="held", reason_code="set_aside")

    assert next_letter(campaign, "mine", by=anna, now=NOW) == ticked.pk
    counts = pile_counts(campaign, "mine", anna)
    assert (counts.total, counts.left) == (3, 1)


def test_letters_written_by_hand_and_set_aside_have_piles_that_end(anna):
    campaign = in_review()
    edited, aside = letter_on(campaign), letter_on(campaign, "", state="held", reason_code="set_aside")
    words = {"subject": "Γεια", "text": "Γεια", "html": "<p>Γεια</p>"}
    HandEdit.objects.create(
        campaign=campaign, contact=edited.contact, edited_by=anna, edited_at=NOW,
        base_subject="Α", base_text="Α", base_html="Α", **words,
    )  # fmt: skip

    assert next_letter(campaign, "edited", by=anna, now=NOW) == edited.pk
    assert next_letter(campaign, "aside", by=anna, now=NOW) == aside.pk
    assert next_letter(campaign, "edited", by=anna, after=edited.pk, now=NOW) is None
    assert next_letter(campaign, "aside", by=anna, after=aside.pk, now=NOW) is None


def test_the_place_one_left_is_kept_once_per_colleague(anna, eleni):
    campaign = in_review()
    first, second, _third = three_to_look_at(campaign)

    keep_place(first, pile="look", by=anna, now=NOW)
    keep_place(second, pile="rest", by=anna, now=NOW)
    keep_place(first, pile="look", by=eleni, now=NOW)

    assert place_of(campaign, by=anna) == ("rest", second.pk)
    assert place_of(campaign, by=eleni) == ("look", first.pk)


def test_a_place_outlives_the_letter_it_was_at(anna):
    campaign = in_review()
    letter = letter_on(campaign)
    keep_place(letter, pile="look", by=anna, now=NOW)
    contact = letter.contact
    Message.objects.filter(pk=letter.pk).delete()

    assert place_of(campaign, by=anna) == ("look", 0)

    again = make_letter(campaign, contact, state="draft", review={})
    assert place_of(campaign, by=anna) == ("look", again.pk)


def test_whoever_is_stopped_leaves_the_pile_and_whoever_comes_back_lies_where_they_lay(anna):
    campaign = in_review()
    looked_at, plain = letter_on(campaign), letter_on(campaign, "rest", look_codes=[PLAIN])
    ticked = letter_on(campaign, "", reviewed_at=NOW, reviewed_by=anna)
    ids = [looked_at.pk, plain.pk, ticked.pk]

    take_off_pile(ids)
    assert set(LetterReview.objects.values_list("pile", flat=True)) == {""}

    back_on_pile(ids)
    piles = dict(LetterReview.objects.values_list("pk", "pile"))
    assert piles == {looked_at.pk: "look", plain.pk: "rest", ticked.pk: ""}


def test_a_stop_takes_the_letter_off_the_desk_and_its_end_brings_it_back(anna):
    campaign = in_review()
    letter = letter_on(campaign)
    claim(letter.pk, by=anna, now=NOW)

    edit_contact(letter.contact, changes={"deceased": True}, by=anna, now=NOW)

    review = LetterReview.objects.get(pk=letter.pk)
    assert (review.pile, review.reader) == ("", None)
    assert Message.objects.get(pk=letter.pk).state == "skipped"
    assert not Suppression.objects.exists()


def test_what_was_set_aside_by_a_person_comes_back_by_a_person_alone():
    campaign = in_review()
    aside = letter_on(campaign, "", state="held", reason_code="set_aside", look_codes=[ALIKE])

    back_on_pile([aside.pk])

    assert LetterReview.objects.get(pk=aside.pk).pile == ""
