"""Two colleagues at one pile, on two real connections: never the same letter, and the second is told."""

from datetime import timedelta

import pytest
from django.db import transaction

from campaigns.models import LetterReview, Message
from campaigns.review.room.deciding import seen_mark, set_aside, tick, tick_alike
from campaigns.review.room.mending import mend_name
from campaigns.review.room.pile import (
    LEASE,
    back_on_pile,
    claim,
    keep_place,
    leave,
    next_letter,
    place_of,
    take_off_pile,
)
from campaigns.review.steps import DecisionRefused
from campaigns.review.undoing import undo
from customers.models import Contact
from customers.services.contacts import edit_contact
from tests.builders import NOW, make_user
from tests.connections import Second, held_between
from tests.review.piles import ALIKE, PLAIN, in_review, letter_on

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def anna():
    return make_user("anna", first_name="Άννα")


@pytest.fixture
def eleni():
    return make_user("eleni", first_name="Ελένη")


def test_two_colleagues_never_get_the_same_letter(anna, eleni):
    campaign = in_review()
    first, second = letter_on(campaign), letter_on(campaign)

    mine, other = held_between(
        lambda: next_letter(campaign, "look", by=anna, now=NOW),
        lambda: next_letter(campaign, "look", by=eleni, now=NOW),
    )

    assert (mine, other.result) == (first.pk, second.pk)


def test_twelve_letters_read_by_two_at_once_are_each_on_one_desk(anna, eleni):
    campaign = in_review()
    letters = {letter_on(campaign).pk for _number in range(12)}

    def read(by) -> list[int]:
        got, after = [], 0
        while (found := next_letter(campaign, "look", by=by, after=after, now=NOW)) and found not in got:
            got.append(found)
            after = found
        return got

    other = Second(lambda: read(eleni))
    other.start()
    mine = read(anna)
    other.end()

    assert set(mine) | set(other.result) == letters
    assert not set(mine) & set(other.result)
    assert dict(LetterReview.objects.values_list("pk", "reader")) == (
        dict.fromkeys(mine, anna.pk) | dict.fromkeys(other.result, eleni.pk)
    )


def test_a_letter_whose_time_is_over_goes_to_one_of_two(anna, eleni):
    letter = letter_on(in_review())
    claim(letter.pk, by=make_user("nikos2"), now=NOW)

    got, other = held_between(
        lambda: claim(letter.pk, by=anna, now=NOW + LEASE),
        lambda: claim(letter.pk, by=eleni, now=NOW + LEASE),
    )

    assert (got, other.result) == (True, False)


def test_a_letter_put_back_late_stays_with_whoever_took_it(anna, eleni):
    letter = letter_on(in_review())
    claim(letter.pk, by=anna, now=NOW)

    held_between(lambda: claim(letter.pk, by=eleni, now=NOW + LEASE), lambda: leave(letter.pk, by=anna))

    assert LetterReview.objects.get(pk=letter.pk).reader == eleni


def test_a_place_kept_in_two_windows_is_one_place(anna):
    campaign = in_review()
    first, second = letter_on(campaign), letter_on(campaign)

    held_between(
        lambda: keep_place(first, pile="look", by=anna, now=NOW),
        lambda: keep_place(second, pile="rest", by=anna, now=LATER),
    )

    assert place_of(campaign, by=anna) == ("rest", second.pk)


def test_the_first_of_two_ticks_stands_and_the_other_is_told(anna, eleni):
    letter = letter_on(in_review())
    seen = seen_mark(letter)

    _step, other = held_between(
        lambda: tick(letter.pk, by=anna, now=NOW, seen=seen),
        lambda: tick(letter.pk, by=eleni, now=LATER, seen=seen),
        refusals=(DecisionRefused,),
    )

    assert (other.refusal.code, other.refusal.letter.reviewed_by) == ("moved", anna)
    assert Message.objects.get(pk=letter.pk).reviewed_by == anna


def test_a_letter_set_aside_while_a_colleague_ticks_it_is_ticked_by_nobody(anna, eleni):
    letter = letter_on(in_review())

    _step, other = held_between(
        lambda: set_aside(letter.pk, why="", by=anna, now=NOW),
        lambda: tick(letter.pk, by=eleni, now=LATER),
        refusals=(DecisionRefused,),
    )

    assert other.refusal.code == "letter"
    aside = Message.objects.get(pk=letter.pk)
    assert (aside.state, aside.reviewed_at) == ("held", None)


def test_a_class_ticked_by_two_at_once_is_ticked_by_one(anna, eleni):
    campaign = in_review()
    read = letter_on(campaign, look_codes=[PLAIN, ALIKE], same_class="a" * 32)
    others = [letter_on(campaign, "rest", look_codes=[PLAIN], same_class="a" * 32) for _number in range(3)]

    done, other = held_between(
        lambda: tick_alike(read.pk, by=anna, now=NOW),
        lambda: tick_alike(others[0].pk, by=eleni, now=LATER),
        refusals=(DecisionRefused,),
    )

    assert (done.count, other.result.count) == (3, 0)
    # The one that the second read herself is hers; the rest stays with the first.
    by = dict(Message.objects.values_list("pk", "reviewed_by"))
    assert by == {read.pk: anna.pk, others[0].pk: eleni.pk, others[1].pk: anna.pk, others[2].pk: anna.pk}


def test_a_class_untied_while_a_colleague_reads_one_of_it_leaves_theirs(anna, eleni):
    campaign = in_review()
    read = letter_on(campaign, look_codes=[PLAIN, ALIKE], same_class="a" * 32)
    others = [letter_on(campaign, "rest", look_codes=[PLAIN], same_class="a" * 32) for _number in range(2)]
    step = tick_alike(read.pk, by=anna, now=NOW).step

    held_between(lambda: tick(others[0].pk, by=eleni, now=LATER), lambda: undo(step, by=anna, now=LATER))

    assert Message.objects.get(pk=others[0].pk).reviewed_by == eleni
    assert Message.objects.get(pk=others[1].pk).reviewed_at is None


def test_a_letter_stopped_while_it_is_taken_to_a_desk_is_on_no_desk(anna):
    letter = letter_on(in_review())

    held_between(lambda: claim(letter.pk, by=anna, now=NOW), lambda: take_off_pile([letter.pk]))

    review = LetterReview.objects.get(pk=letter.pk)
    assert (review.pile, review.reader) == ("", None)


def test_a_letter_put_back_while_it_is_read_keeps_its_reader(anna):
    letter = letter_on(in_review())
    take_off_pile([letter.pk])

    held_between(lambda: claim(letter.pk, by=anna, now=NOW), lambda: back_on_pile([letter.pk]))

    review = LetterReview.objects.get(pk=letter.pk)
    assert (review.pile, review.reader) == ("look", anna)


def test_a_name_settled_by_two_at_once_is_settled_once(anna, eleni):
    unsure = {"name_confidence": 0.6, "name_reason": "ambiguous_accent", "name_choices": ["Παππάς", "Πάππας"]}
    letter = letter_on(in_review(), person={"first_name": "Γεώργιος", "last_name": "Παππάς"} | unsure)

    mended, other = held_between(
        lambda: mend_name(letter.pk, choice="Πάππας", by=anna, now=NOW),
        lambda: mend_name(letter.pk, choice="Παππάς", by=eleni, now=LATER),
        refusals=(DecisionRefused,),
    )

    assert mended.code in ("name", "name_same")
    assert other.result.code == "changed"
    assert Contact.objects.get(pk=letter.contact_id).last_name == "Πάππας"


def test_a_name_settled_beside_a_tick_never_waits_for_it_in_a_ring(anna, eleni):
    """People are locked before campaigns: the card first, then the letter."""
    letter = letter_on(in_review())

    with transaction.atomic():
        edit_contact(letter.contact, changes={"known_as": "Παυλής"}, by=anna, now=NOW)
        other = Second(lambda: mend_name(letter.pk, changes={"known_as": "Παύλος"}, by=eleni, now=LATER))
        other.start_and_wait_until_it_hangs()
        tick(letter.pk, by=anna, now=NOW)
    other.end()

    assert Contact.objects.get(pk=letter.contact_id).known_as == "Παύλος"
