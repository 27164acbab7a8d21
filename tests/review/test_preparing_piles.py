"""Each prepared letter knows why it wants a look, who signs it, and what it says of its reader alone."""

from datetime import date, timedelta

import pytest

from campaigns.letters import words_digest
from campaigns.models import LetterReview, Message
from campaigns.rendering import RenderedGreeting
from customers.models import SatisfactionScore, ServiceCase
from tests.builders import ELENI, GIORGOS, NOW, STAMATIS, make_campaign, make_contact, make_user, make_words
from tests.review.preparing import letter_to, prepare

pytestmark = pytest.mark.django_db
OF_THE_TOWN = "{{ προσφώνηση }}\n\nκαλά Χριστούγεννα [[ στην πόλη {{ πόλη }} ]].\n\n{{ υπογραφή }}"


def town_campaign(**fields):
    author = make_user()
    return make_campaign(author=author, template=make_words(by=author, body=OF_THE_TOWN), **fields)


def codes_of(letter: Message) -> list[str]:
    return [each["code"] for each in letter.review.look_codes]


def test_a_letter_with_something_of_its_own_is_of_the_rest():
    stamatis = make_contact(STAMATIS, city="Βόλος")
    prepare(town_campaign())

    review = letter_to(stamatis).review
    assert (review.pile, review.look_codes) == ("rest", [])
    assert 0 < review.personal_share < 100
    assert len(review.same_class) == 32


def test_the_digest_is_of_the_words_that_were_frozen():
    stamatis = make_contact(STAMATIS)
    prepare(make_campaign())

    letter = letter_to(stamatis)
    words = RenderedGreeting(letter.body.subject, letter.body.text, letter.body.html)
    assert letter.review.rendered_digest == letter.body.digest == words_digest(words)


def test_of_letters_without_a_personal_fact_one_is_read_for_all():
    for person in (STAMATIS, ELENI, {}):
        make_contact(person)
    campaign = prepare(town_campaign())

    piles = [review.pile for review in LetterReview.objects.filter(campaign=campaign)]
    assert sorted(piles) == ["look", "rest", "rest"]
    (read,) = campaign.reviews.filter(pile="look")
    assert [each["code"] for each in read.look_codes] == ["no_personal_fact", "alike"]


def test_an_unsure_name_wants_a_look_though_the_letter_is_held():
    unsure = make_contact(city="Βόλος", name_confidence=0.8, name_reason="ambiguous_accent", name_choices=["Παππάς"])
    prepare(town_campaign())

    letter = letter_to(unsure)
    assert (letter.state, letter.review.pile, codes_of(letter)) == ("held", "look", ["name_unsure"])
    assert letter.review.look_codes[0]["facts"]["why"] == "ambiguous_accent"


def test_a_letter_that_has_no_words_says_why():
    anna = make_contact(ELENI, language="en")
    prepare(town_campaign())

    letter = letter_to(anna)
    assert (letter.reason_code, letter.review.pile, codes_of(letter)) == ("no_variant", "look", ["no_words"])
    assert letter.review.look_codes[0]["facts"] == {"code": "no_variant", "language": "en"}


@pytest.mark.parametrize(
    ("score", "days", "looked_at"), [(6, 10, True), (7, 10, False), (3, 364, True), (0, 366, False)]
)
def test_who_was_not_happy_with_us_this_year_is_looked_at(score, days, looked_at):
    stamatis = make_contact(STAMATIS, city="Βόλος")
    SatisfactionScore.objects.create(contact=stamatis, score=score, given_at=NOW - timedelta(days=days))
    prepare(town_campaign())

    assert codes_of(letter_to(stamatis)) == (["unhappy"] if looked_at else [])


def test_who_is_happy_again_is_looked_at_no_more():
    stamatis = make_contact(STAMATIS, city="Βόλος")
    for score, days in ((2, 100), (10, 5)):
        SatisfactionScore.objects.create(contact=stamatis, score=score, given_at=NOW - timedelta(days=days))
    prepare(town_campaign())

    assert codes_of(letter_to(stamatis)) == []


@pytest.mark.parametrize(("days", "looked_at"), [(5, True), (100, False)])
def test_a_complaint_that_was_settled_not_long_ago_wants_a_look(days, looked_at):
    stamatis = make_contact(STAMATIS, city="Βόλος")
    solved = NOW - timedelta(days=days)
    ServiceCase.objects.create(contact=stamatis, opened_at=solved, state="solved", solved_at=solved)
    prepare(town_campaign())

    assert codes_of(letter_to(stamatis)) == (["unhappy"] if looked_at else [])


@pytest.mark.parametrize(
    ("fields", "looked_at"),
    [
        ({"needs_look": True}, True),
        ({"look_reasons": [{"code": "mourning", "facts": {}}], "needs_look": True}, True),
        ({"extra": {"Παρατηρήσεις": "κηδεία πατέρα τον Μάρτιο"}}, True),
        ({"extra": {"Παρατηρήσεις": "πληρώνει αργά"}}, True),
        ({"extra": {"Παρατηρήσεις": "θέλει απόδειξη"}}, False),
    ],
)
def test_a_remark_that_touches_something_delicate_wants_a_look(fields, looked_at):
    stamatis = make_contact(STAMATIS, city="Βόλος", **fields)
    prepare(town_campaign())

    assert codes_of(letter_to(stamatis)) == (["remarks"] if looked_at else [])


def test_a_subject_that_a_phone_cuts_wants_a_look():
    author = make_user()
    words = make_words(by=author, subject="Καλά Χριστούγεννα " * 4, body=OF_THE_TOWN)
    stamatis = make_contact(STAMATIS, city="Βόλος")
    prepare(make_campaign(author=author, template=words))

    assert codes_of(letter_to(stamatis)) == ["warning"]


def test_a_placeholder_that_a_list_left_in_a_fact_holds_the_letter():
    stamatis = make_contact(STAMATIS, city="[Όνομα]")
    prepare(town_campaign())

    letter = letter_to(stamatis)
    assert (letter.state, letter.reason_code, letter.review.pile) == ("held", "guard", "look")
    assert letter.review.guard[0]["code"] == "leftover"
    assert codes_of(letter) == ["guard"]


def test_who_is_left_out_lies_on_no_pile():
    giorgos = make_contact(GIORGOS)
    prepare(town_campaign())

    assert (letter_to(giorgos).state, letter_to(giorgos).review.pile) == ("skipped", "")


def test_a_letter_comes_from_the_colleague_its_reader_knows():
    anna = make_user(signs_as="Άννα", email="anna@shop.example")
    ours, of_the_house = make_contact(STAMATIS, owner=anna), make_contact(ELENI)
    prepare(make_campaign())

    letter = letter_to(ours)
    assert (letter.review.signer, letter.reply_to) == (anna, "anna@shop.example")
    assert letter.from_name.startswith("Άννα, ")
    assert "Άννα" in letter.body.text
    assert (letter_to(of_the_house).review.signer, letter_to(of_the_house).from_name) == (None, "")


def test_the_letters_tell_the_facts_of_the_day_preparing_began():
    make_contact(STAMATIS)
    campaign = prepare(make_campaign())

    assert campaign.prepared_on == date(2026, 12, 21)
