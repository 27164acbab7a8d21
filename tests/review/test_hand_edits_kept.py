"""Hand edits while the machine writes anew: kept, put together, decided where both changed one place; and which of
them new words of a greeting touch."""

import pytest

from campaigns.models import Campaign
from campaigns.review.edits.changing import clear_edit, keep_mine, take_new
from campaigns.review.edits.listing import edited_letters, touched_by
from campaigns.review.edits.panel import edit_panel
from campaigns.review.rewriting import rewrite_letter
from campaigns.review.steps import DecisionRefused, Step
from campaigns.review.undoing import undo
from campaigns.writing.composing import Words, save_words
from customers.models import Contact, User
from tests.builders import ELENI, NOW, STAMATIS, make_contact, make_user
from tests.review.edits import BODY, edit_of, make_greeting, prepare, review, the_letter, type_in, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def nikos() -> User:
    return make_user(first_name="Νίκος", last_name="Ράπτης")


def write_words(campaign: Campaign, body: str, *, by: User | None = None, subject: str = "Καλά Χριστούγεννα") -> None:
    number = campaign.template.versions.order_by("-number").first().number
    typed = Words("el", "formal", subject, body, number)
    assert save_words(campaign.pk, typed, by=by or campaign.author, now=NOW)
    campaign.refresh_from_db()


def disputed(nikos: User) -> Campaign:
    """Nikos wrote another wish into the letter of Stamatis, and so did the author into the words of the greeting."""
    campaign = make_greeting()
    type_in(the_letter(campaign), "σας ευχόμαστε", "σας εύχομαι", by=nikos)
    write_words(campaign, BODY.replace("με υγεία", "με χαρά").replace("Με εκτίμηση", "Θερμά"))
    return prepare(campaign, by=campaign.author)


def codes(letter) -> list[str]:
    return [each["code"] for each in review(letter).look_codes]


# --- Written anew ---


def test_an_edit_outlives_the_letters_and_lets_new_words_in_around_it(nikos):
    campaign = make_greeting()
    type_in(the_letter(campaign), "σας ευχόμαστε", "σας εύχομαι", by=nikos)
    write_words(campaign, BODY.replace("Με εκτίμηση", "Θερμά"), subject="Χρόνια πολλά")

    prepare(campaign, by=campaign.author)

    letter = the_letter(campaign)
    body, edit = words(letter), edit_of(letter)
    assert "σας εύχομαι καλά Χριστούγεννα" in body.text and "Θερμά," in body.text
    assert body.subject == "Χρόνια πολλά"
    assert (edit.stale, edit.text, "Θερμά" in edit.base_text, edit.edited_by) == (False, body.text, True, nikos)
    assert "edit_stale" not in codes(letter)


def test_an_edit_goes_along_when_one_letter_is_written_anew_for_a_new_fact(nikos):
    campaign = make_greeting()
    letter = the_letter(campaign)
    type_in(letter, "σας ευχόμαστε", "σας εύχομαι", by=nikos)
    Contact.objects.filter(pk=letter.contact_id).update(city="Βόλος")

    rewrite_letter(letter.pk, by=nikos, now=NOW)

    assert "σας εύχομαι" in words(letter).text and "είναι η Βόλος" in words(letter).text


def test_an_edit_that_the_words_have_taken_over_is_no_edit_any_more(nikos):
    campaign = make_greeting(body=BODY.replace("**", ""))
    type_in(the_letter(campaign), "σας ευχόμαστε", "σας εύχομαι", by=nikos)
    write_words(campaign, BODY.replace("**", "").replace("σας ευχόμαστε", "σας εύχομαι"))

    prepare(campaign, by=campaign.author)

    assert edit_of(the_letter(campaign)) is None


def test_two_hands_on_one_place_leave_the_persons_words_and_ask_for_a_look(nikos):
    campaign = disputed(nikos)

    letter = the_letter(campaign)
    text = words(letter).text
    assert "σας εύχομαι καλά Χριστούγεννα, με υγεία." in text and "με χαρά" not in text
    assert "Θερμά," in text
    assert edit_of(letter).stale
    assert ("edit_stale" in codes(letter), review(letter).pile) == (True, "look")


def test_the_reviewer_sees_what_was_what_is_and_what_a_person_wrote(nikos):
    letter = the_letter(disputed(nikos))

    shown = edit_panel(letter, now=NOW).dispute

    assert [[(piece.kind, piece.text) for piece in line] for line in shown.machine] == [
        [("same", "σας ευχόμαστε καλά Χριστούγεννα, με "), ("gone", "υγεία"), ("new", "χαρά"), ("same", ".")]
    ]
    assert [[(piece.kind, piece.text) for piece in line] for line in shown.hand] == [
        [("same", "σας "), ("gone", "ευχόμαστε"), ("new", "εύχομαι"), ("same", " καλά Χριστούγεννα, με υγεία.")]
    ]


def test_the_persons_words_are_kept_on_wish(nikos):
    campaign = disputed(nikos)
    letter = the_letter(campaign)
    text, revision = words(letter).text, campaign.revision

    step = keep_mine(letter.pk, seen_digest=words(letter).digest, by=nikos, now=NOW)

    assert (words(letter).text, edit_of(letter).stale, "edit_stale" in codes(letter)) == (text, False, False)
    assert "με χαρά" in edit_of(letter).base_text
    assert Campaign.objects.get().revision == revision + 1
    rewrite_letter(letter.pk, by=nikos, now=NOW)
    assert (words(letter).text, edit_of(letter).stale) == (text, False)

    undo(Step(**step.as_dict()), by=nikos, now=NOW)
    assert (words(letter).text, edit_of(letter).stale, "edit_stale" in codes(letter)) == (text, True, True)


def test_the_new_words_are_taken_on_wish(nikos):
    campaign = disputed(nikos)
    letter = the_letter(campaign)
    text = words(letter).text

    step = take_new(letter.pk, seen_digest=words(letter).digest, by=nikos, now=NOW)

    assert "σας ευχόμαστε καλά Χριστούγεννα, με χαρά." in words(letter).text
    assert "<strong>καλά Χριστούγεννα</strong>" in words(letter).html
    assert (edit_of(letter), "edit_stale" in codes(letter)) == (None, False)

    undo(Step(**step.as_dict()), by=nikos, now=NOW)
    assert (words(letter).text, edit_of(letter).stale) == (text, True)


def test_taking_the_new_words_keeps_what_nobody_disputes(nikos):
    campaign = make_greeting()
    letter = the_letter(campaign)
    type_in(letter, "σας ευχόμαστε", "σας εύχομαι", by=nikos)
    type_in(letter, "Γεια.", "Γεια και χαρά.", by=nikos)
    write_words(campaign, BODY.replace("με υγεία", "με χαρά"))
    letter = the_letter(prepare(campaign, by=campaign.author))

    take_new(letter.pk, seen_digest=words(letter).digest, by=nikos, now=NOW)

    assert "με χαρά." in words(letter).text and "Γεια και χαρά." in words(letter).text
    assert edit_of(letter) is not None


def test_clearing_a_disputed_edit_brings_the_newest_words(nikos):
    letter = the_letter(disputed(nikos))

    clear_edit(letter.pk, by=nikos, now=NOW)

    assert "με χαρά." in words(letter).text and "Θερμά," in words(letter).text
    assert edit_of(letter) is None
    rewrite_letter(letter.pk, by=nikos, now=NOW)
    assert "με χαρά." in words(letter).text


@pytest.mark.parametrize("decision", [keep_mine, take_new])
def test_where_nothing_is_disputed_there_is_nothing_to_decide(decision, nikos):
    letter = the_letter(make_greeting())
    type_in(letter, "Γεια.", "Φιλιά.", by=nikos)

    with pytest.raises(DecisionRefused):
        decision(letter.pk, seen_digest=words(letter).digest, by=nikos, now=NOW)


def test_a_step_is_not_taken_back_over_words_written_anew(nikos):
    campaign = make_greeting()
    letter = the_letter(campaign)
    step = type_in(letter, "σας ευχόμαστε", "σας εύχομαι", by=nikos)
    Contact.objects.filter(pk=letter.contact_id).update(city="Βόλος")
    rewrite_letter(letter.pk, by=nikos, now=NOW)

    with pytest.raises(DecisionRefused) as refused:
        undo(step, by=nikos, now=NOW)

    assert refused.value.code == "moved"


# --- Which letters new words touch ---


def test_new_words_tell_which_edited_letters_they_touch_and_how(nikos):
    people = {
        name: make_contact(person, city="Βόλος")
        for name, person in (("elsewhere", STAMATIS), ("same", ELENI), ("untouched", None))
    }
    campaign = make_greeting(*people.values())
    type_in(the_letter(campaign, people["elsewhere"]), "Με εκτίμηση", "Φιλικά", by=nikos)
    type_in(the_letter(campaign, people["same"]), "με υγεία", "με τύχη", by=nikos)
    assert touched_by(campaign, today=NOW.date()) == {}

    write_words(campaign, BODY.replace("με υγεία", "με χαρά"))

    assert touched_by(campaign, today=NOW.date()) == {people["elsewhere"].pk: "merged", people["same"].pk: "disputed"}


def test_a_new_fact_of_a_person_is_no_new_word_of_the_greeting(nikos):
    campaign = make_greeting()
    type_in(the_letter(campaign), "Με εκτίμηση", "Φιλικά", by=nikos)
    write_words(campaign, BODY.replace("[[", "[[ ").replace("]]", " ]]"))
    Contact.objects.update(city="Βόλος")

    assert touched_by(campaign, today=NOW.date()) == {}


def test_faulty_new_words_touch_nothing_yet(nikos):
    campaign = make_greeting()
    type_in(the_letter(campaign), "Με εκτίμηση", "Φιλικά", by=nikos)

    write_words(campaign, "{{ τίποτα }}")

    assert touched_by(campaign, today=NOW.date()) == {}


def test_the_list_tells_of_each_letter_what_was_changed_and_whose_yes_is_missing(nikos):
    people = [make_contact(STAMATIS), make_contact(ELENI)]
    campaign = make_greeting(*people)
    type_in(the_letter(campaign, people[0]), "Γεια.", "Φιλιά.", by=nikos)
    type_in(the_letter(campaign, people[1]), "Γεια.", "Χαρά.", by=campaign.author)

    rows = {row.edit.contact_id: row for row in edited_letters(campaign)}

    assert [rows[person.pk].waits_for_author for person in people] == [True, False]
    assert [[piece.text for piece in line if piece.kind != "same"] for line in rows[people[0].pk].changes] == [
        ["Γεια", "Φιλιά"]
    ]
    assert rows[people[0].pk].letter == the_letter(campaign, people[0])


def test_the_list_asks_the_database_as_often_for_many_as_for_one(nikos, django_assert_num_queries):
    campaign = make_greeting(*[make_contact() for _number in range(5)])
    for letter in campaign.messages.all():
        type_in(letter, "Γεια.", "Φιλιά.", by=nikos)

    with django_assert_num_queries(3):
        assert len(edited_letters(campaign)) == 5
