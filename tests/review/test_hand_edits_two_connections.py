"""Two real PostgreSQL connections on one letter: nobody's words go unseen under those of another."""

from datetime import timedelta

import pytest

from campaigns.models import Campaign
from campaigns.review.approval.approving import approve_campaign
from campaigns.review.edits.changing import WordsMoved, clear_edit, edit_letter
from campaigns.review.edits.confirming import confirm_finding, finding_mark, to_confirm
from campaigns.review.edits.consent import agree_to_edits
from campaigns.review.rewriting import rewrite_letter
from campaigns.review.room.deciding import tick
from campaigns.review.steps import DecisionRefused
from campaigns.review.undoing import undo
from campaigns.running import StepRefused
from customers.models import Contact
from tests.builders import ELENI, NOW, STAMATIS, make_contact, make_user
from tests.connections import held_between
from tests.review.edits import edit_of, known, make_greeting, review, the_letter, type_in, words

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
LATER = NOW + timedelta(hours=1)
REFUSALS = (WordsMoved, DecisionRefused, StepRefused)


@pytest.fixture
def anna():
    return make_user(first_name="Άννα", last_name="Μάνου")


@pytest.fixture
def eleni():
    return make_user(role="manager", first_name="Ελένη", last_name="Βλάχου")


def typing(letter, new: str, by):
    """Typing that was begun on the page as it stands now."""
    body = words(letter)
    seen, text = body.digest, body.text.replace("Γεια.", new)
    return lambda: edit_letter(letter.pk, subject=body.subject, text=text, seen_digest=seen, by=by, now=NOW)


def test_of_two_who_type_into_one_letter_the_second_is_told_what_the_first_wrote(anna, eleni):
    letter = the_letter(make_greeting())

    _step, second = held_between(typing(letter, "Φιλιά.", anna), typing(letter, "Χαρά.", eleni), refusals=REFUSALS)

    assert isinstance(second.refusal, WordsMoved)
    assert second.refusal.edit.edited_by == anna and "Φιλιά." in second.refusal.words.text
    assert "Φιλιά." in words(letter).text and "Χαρά." not in words(letter).text
    assert Campaign.objects.get().revision == letter.campaign.revision + 1


def test_words_written_anew_meanwhile_are_not_typed_over(anna, eleni):
    letter = the_letter(make_greeting())
    typed = typing(letter, "Χαρά.", anna)
    Contact.objects.filter(pk=letter.contact_id).update(city="Βόλος")

    _rewritten, second = held_between(lambda: rewrite_letter(letter.pk, by=eleni, now=NOW), typed, refusals=REFUSALS)

    assert isinstance(second.refusal, WordsMoved) and second.refusal.edit is None
    assert "είναι η Βόλος" in words(letter).text


def test_a_letter_edited_before_the_approval_commits_is_not_approved(anna, eleni):
    campaign = make_greeting()
    letter = the_letter(campaign)

    _step, second = held_between(
        typing(letter, "Φιλιά.", anna),
        lambda: approve_campaign(campaign.pk, by=eleni, revision=campaign.revision, now=NOW),
        refusals=REFUSALS,
    )

    assert second.refusal.code == "revision"
    assert Campaign.objects.get().state == "in_review"


def test_an_edit_that_comes_while_the_approval_commits_takes_it_away(anna, eleni):
    campaign = make_greeting()
    letter = the_letter(campaign)

    _approved, second = held_between(
        lambda: approve_campaign(campaign.pk, by=eleni, revision=campaign.revision, now=NOW),
        typing(letter, "Φιλιά.", anna),
        refusals=REFUSALS,
    )

    assert second.refusal is None
    campaign.refresh_from_db()
    assert (campaign.state, campaign.approved_by) == ("in_review", None)
    assert "Φιλιά." in words(letter).text


def test_a_yes_is_not_to_words_typed_at_the_same_moment(anna, eleni):
    campaign = make_greeting(author=anna)
    letter = the_letter(campaign)
    type_in(letter, "Γεια.", "Φιλιά. Γεια.", by=eleni)
    read = {edit_of(letter).pk: edit_of(letter).edited_at.isoformat()}
    body = words(letter)

    def again():
        return edit_letter(
            letter.pk, subject=body.subject, text=f"{body.text}\n\nΥ.Γ.", seen_digest=body.digest, by=eleni, now=LATER
        )

    _step, second = held_between(
        again, lambda: agree_to_edits(campaign.pk, seen=read, by=anna, now=LATER), refusals=REFUSALS
    )

    assert second.result == 0
    assert edit_of(letter).agreed_at is None


def test_a_tick_for_words_that_are_just_being_changed_is_void(anna, eleni):
    letter = the_letter(make_greeting())

    _ticked, second = held_between(
        lambda: tick(letter.pk, by=eleni, now=NOW), typing(letter, "Φιλιά.", anna), refusals=REFUSALS
    )

    assert second.refusal is None
    assert the_letter(letter.campaign).reviewed_at is None


def test_what_the_guard_found_is_confirmed_once(anna, eleni):
    known(make_contact(ELENI))
    stamatis = make_contact(STAMATIS)
    letter = the_letter(make_greeting(stamatis), stamatis)
    type_in(letter, "Γεια.", "Χαιρετισμούς στην Ελένη Βλάχου.", by=anna)
    mark = finding_mark(to_confirm(review(letter))[0])

    _step, second = held_between(
        lambda: confirm_finding(letter.pk, mark, by=anna, now=NOW),
        lambda: confirm_finding(letter.pk, mark, by=eleni, now=NOW),
        refusals=REFUSALS,
    )

    assert second.refusal.code == "letter"
    assert [each["by"] for each in review(letter).confirmed] == ["Άννα Μάνου"]


def test_a_confirmation_is_taken_back_once(anna, eleni):
    known(make_contact(ELENI))
    stamatis = make_contact(STAMATIS)
    letter = the_letter(make_greeting(stamatis), stamatis)
    type_in(letter, "Γεια.", "Χαιρετισμούς στην Ελένη Βλάχου.", by=anna)
    step = confirm_finding(letter.pk, finding_mark(to_confirm(review(letter))[0]), by=anna, now=NOW)

    def back():
        return undo(step, by=anna, now=LATER)

    _letter, second = held_between(back, back, refusals=REFUSALS)

    assert second.refusal.code == "moved"
    assert the_letter(letter.campaign, stamatis).state == "held"


def test_a_step_is_not_taken_back_over_what_a_colleague_is_just_typing(anna, eleni):
    letter = the_letter(make_greeting())
    step = type_in(letter, "Γεια.", "Φιλιά. Γεια.", by=anna)

    _step, second = held_between(
        typing(letter, "Χαρά.", eleni), lambda: undo(step, by=anna, now=LATER), refusals=REFUSALS
    )

    assert second.refusal.code == "moved"
    assert "Χαρά." in words(letter).text


def test_two_who_clear_an_edit_clear_it_once(anna, eleni):
    letter = the_letter(make_greeting())
    type_in(letter, "Γεια.", "Φιλιά.", by=anna)
    revision = Campaign.objects.get().revision

    _step, second = held_between(
        lambda: clear_edit(letter.pk, by=anna, now=NOW),
        lambda: clear_edit(letter.pk, by=eleni, now=NOW),
        refusals=REFUSALS,
    )

    assert second.refusal.code == "letter"
    assert Campaign.objects.get().revision == revision + 1
