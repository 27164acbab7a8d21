"""Each letter against the last one to the same person, and one letter read for all that say the same."""

from datetime import timedelta

import pytest

from campaigns.models import Campaign, LetterReview, Message, MessageBody
from campaigns.review import comparing
from campaigns.review.comparing import class_size, compare_next_chunk
from tests.builders import ELENI, NOW, STAMATIS, make_campaign, make_contact, make_letter
from tests.connections import held_between

pytestmark = pytest.mark.django_db
WORDS = "Σας ευχόμαστε καλά Χριστούγεννα με υγεία, και σας περιμένουμε."
BARE = [{"code": "no_personal_fact", "facts": {}}]


@pytest.fixture
def campaign():
    return make_campaign(state="preparing")


def write(campaign, contact=None, text=WORDS, *, state="draft", **review) -> LetterReview:
    message = make_letter(campaign, contact or make_contact(), state=state)
    MessageBody.objects.filter(pk=message.pk).update(text=text, digest=f"{hash(text):064d}"[:64])
    return LetterReview.objects.create(message=message, campaign=campaign, **review)


def sent_before(contact, text=WORDS, *, occasion="christmas", days_ago=365, **fields) -> Message:
    earlier = make_campaign(occasion=occasion, occasion_key=f"{occasion}-{days_ago}")
    message = make_letter(earlier, contact, state="sent", sent_at=NOW - timedelta(days=days_ago), **fields)
    MessageBody.objects.filter(pk=message.pk).update(text=text)
    return message


def compare(campaign: Campaign) -> int:
    chunks = 0
    while compare_next_chunk(campaign.pk, now=NOW):
        chunks += 1
    return chunks


def fresh(review: LetterReview) -> LetterReview:
    return LetterReview.objects.get(pk=review.pk)


def look(review: LetterReview) -> list[str]:
    return [each["code"] for each in fresh(review).look_codes]


# --- As last year ---


def test_a_letter_as_that_of_last_year_wants_a_look(campaign):
    stamatis = make_contact(STAMATIS)
    sent_before(stamatis)
    review = write(campaign, stamatis, same_class="a" * 32)

    compare(campaign)

    read = fresh(review)
    assert (read.likeness, read.pile) == (100, "look")
    assert read.look_codes[0] == {"code": "as_last_year", "facts": {"percent": 100}}


def test_a_letter_that_says_something_else_does_not(campaign):
    stamatis = make_contact(STAMATIS)
    sent_before(stamatis, "Χρόνια πολλά και του χρόνου.")
    review = write(campaign, stamatis)

    compare(campaign)

    assert (fresh(review).likeness, fresh(review).pile, look(review)) == (0, "rest", [])


def test_whoever_had_no_letter_is_compared_with_nobody(campaign):
    stamatis, eleni = make_contact(STAMATIS), make_contact(ELENI)
    sent_before(eleni)
    review = write(campaign, stamatis)

    compare(campaign)

    assert fresh(review).likeness is None


def test_the_same_occasion_comes_before_a_newer_letter(campaign):
    stamatis = make_contact(STAMATIS)
    sent_before(stamatis, days_ago=365)
    sent_before(stamatis, "Χρόνια πολλά για τη γιορτή σας.", occasion="name_day", days_ago=30)
    review = write(campaign, stamatis)

    compare(campaign)

    assert fresh(review).likeness == 100


def test_without_one_of_the_occasion_the_newest_counts(campaign):
    stamatis = make_contact(STAMATIS)
    sent_before(stamatis, occasion="easter", days_ago=200)
    sent_before(stamatis, "Χρόνια πολλά για τη γιορτή σας.", occasion="name_day", days_ago=30)
    review = write(campaign, stamatis)

    compare(campaign)

    assert fresh(review).likeness == 0


def test_a_call_and_a_letter_that_never_left_are_not_compared_with(campaign):
    stamatis = make_contact(STAMATIS)
    sent_before(stamatis, channel="call")
    earlier = sent_before(stamatis, days_ago=700)
    Message.objects.filter(pk=earlier.pk).update(state="cancelled", sent_at=None)
    review = write(campaign, stamatis)

    compare(campaign)

    assert fresh(review).likeness is None


def test_words_that_were_dropped_are_known_by_their_digest(campaign):
    stamatis, eleni = make_contact(STAMATIS), make_contact(ELENI)
    same, other = write(campaign, stamatis), write(campaign, eleni)
    digest = MessageBody.objects.get(pk=same.pk).digest
    for contact, kept in ((stamatis, digest), (eleni, "f" * 64)):
        message = sent_before(contact, "")
        MessageBody.objects.filter(pk=message.pk).update(digest=kept)

    compare(campaign)

    assert (fresh(same).likeness, fresh(other).likeness) == (100, None)


def test_reasons_there_were_stay_and_a_ticked_letter_is_not_put_back(campaign):
    stamatis, eleni = make_contact(STAMATIS), make_contact(ELENI)
    for contact in (stamatis, eleni):
        sent_before(contact)
    warned = write(campaign, stamatis, look_codes=[{"code": "warning", "facts": {}}], pile="look")
    ticked = write(campaign, eleni, pile="")

    compare(campaign)

    assert look(warned) == ["warning", "as_last_year"]
    assert (look(ticked), fresh(ticked).pile) == (["as_last_year"], "")


def test_when_a_house_sends_last_years_words_to_all_one_of_each_kind_is_read(campaign):
    people = [make_contact() for _person in range(4)]
    for contact in people:
        sent_before(contact)
    reviews = [write(campaign, contact, same_class="a" * 32) for contact in people]

    compare(campaign)

    assert [fresh(review).pile for review in reviews] == ["look", "rest", "rest", "rest"]
    assert look(reviews[0]) == ["as_last_year", "alike"]
    assert look(reviews[1]) == ["as_last_year"]


def test_a_kind_of_letter_that_somebody_ticked_before_is_not_asked_for_again(campaign):
    ticked = write(campaign, same_class="a" * 32, look_codes=BARE, pile="")
    Message.objects.filter(pk=ticked.pk).update(reviewed_at=NOW)
    new = write(campaign, same_class="a" * 32, look_codes=BARE)

    compare(campaign)

    assert fresh(new).pile == "rest"


# --- Classes ---


def test_of_letters_that_say_the_same_one_is_read(campaign):
    alike = [write(campaign, same_class="a" * 32, look_codes=BARE) for _person in range(3)]
    alone = write(campaign, same_class="b" * 32, look_codes=BARE)

    compare(campaign)

    assert [fresh(review).pile for review in (*alike, alone)] == ["look", "rest", "rest", "look"]
    assert fresh(alike[0]).look_codes == [*BARE, {"code": "alike", "facts": {"count": 3}}]
    assert fresh(alike[1]).look_codes == BARE
    assert [class_size(review) for review in (alike[0], alone)] == [3, 1]


def test_letters_with_a_fact_of_their_own_are_not_put_on_the_pile(campaign):
    review = write(campaign, same_class="a" * 32)

    compare(campaign)

    assert (fresh(review).pile, look(review)) == ("rest", [])


def test_a_class_of_ticked_letters_asks_for_nothing(campaign):
    write(campaign, same_class="a" * 32, look_codes=BARE, pile="")

    compare(campaign)

    assert not LetterReview.objects.filter(pile="look").exists()


def test_left_out_letters_and_letters_without_words_are_in_no_class(campaign):
    here = write(campaign, same_class="a" * 32, look_codes=BARE)
    write(campaign, same_class="a" * 32, look_codes=BARE, pile="", state="cancelled")
    wordless = LetterReview(campaign=campaign)

    compare(campaign)

    assert (class_size(here), class_size(wordless)) == (1, 0)


def test_another_campaign_is_not_counted_along(campaign):
    other = make_campaign(occasion_key="christmas-2025")
    write(other, same_class="a" * 32, look_codes=BARE)
    review = write(campaign, same_class="a" * 32, look_codes=BARE)

    compare(campaign)

    assert (class_size(review), LetterReview.objects.filter(pile="look").count()) == (1, 1)


# --- Going on ---


def test_comparing_goes_on_where_it_stopped_and_done_twice_does_nothing_more(campaign, monkeypatch):
    monkeypatch.setattr(comparing, "CHUNK", 2)
    people = [make_contact() for _person in range(5)]
    for contact in people:
        sent_before(contact)
    reviews = [write(campaign, contact, same_class="a" * 32, look_codes=BARE) for contact in people]

    assert compare_next_chunk(campaign.pk, now=NOW)
    assert [fresh(review).likeness for review in reviews] == [100, 100, None, None, None]
    assert compare(campaign) == 2
    once = [fresh(review).look_codes for review in reviews]
    assert compare(campaign) == 0
    Campaign.objects.update(compared_up_to=reviews[-1].pk)
    assert compare(campaign) == 0

    assert [fresh(review).look_codes for review in reviews] == once


def test_a_campaign_in_review_is_not_compared_again():
    campaign = make_campaign(state="in_review")
    write(campaign, same_class="a" * 32, look_codes=BARE)

    assert not compare_next_chunk(campaign.pk, now=NOW)
    assert not LetterReview.objects.filter(pile="look").exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_workers_compare_one_chunk_once():
    campaign = make_campaign(state="preparing")
    stamatis = make_contact(STAMATIS)
    sent_before(stamatis)
    review = write(campaign, stamatis)

    held_between(lambda: compare_next_chunk(campaign.pk, now=NOW), lambda: compare_next_chunk(campaign.pk, now=NOW))

    assert look(review) == ["as_last_year"]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_workers_put_one_letter_of_a_class_on_the_pile():
    campaign = make_campaign(state="preparing")
    for _person in range(3):
        write(campaign, same_class="a" * 32, look_codes=BARE)
    assert compare_next_chunk(campaign.pk, now=NOW)

    held_between(lambda: compare_next_chunk(campaign.pk, now=NOW), lambda: compare_next_chunk(campaign.pk, now=NOW))

    assert LetterReview.objects.filter(pile="look").count() == 1
