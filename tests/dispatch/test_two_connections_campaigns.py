"""Two real PostgreSQL connections on one campaign: each step is taken once, and whoever comes second is told.

The row is held by the first connection between its read and its commit; the second waits inside its statement.
"""

from datetime import date, timedelta

import pytest
from django.db import transaction

from campaigns.coverage import adds_up
from campaigns.hooks import put_letters_back, skip_waiting_letters
from campaigns.letters import frame_of
from campaigns.models import Campaign, GreetingVersion, LetterFrame, Message
from campaigns.occasions import ComingFeast
from campaigns.preparing import CannotPrepare, lanes_of, prepare_next_chunk, start_preparing
from campaigns.preparing.lanes import CHUNK, make_lanes
from campaigns.review.approval.approving import approve_campaign
from campaigns.running import (
    cancel_campaign,
    change_campaign,
    finish_if_done,
    pause_campaign,
    resume_campaign,
    schedule_campaign,
    settle_uncertain,
    start_sending,
)
from campaigns.writing.beginning import begin_for_feast
from campaigns.writing.composing import CannotChange, Words, WordsMovedOn, save_words, set_audience
from customers.consent import stop_letters
from customers.imports.undoing import undo_batch
from customers.models import AuditEntry, Contact
from tests.builders import BODY, NOW, make_campaign, make_contact, make_letter, make_user
from tests.connections import held_between
from tests.imports.lists import customer
from tests.imports.steps import let_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
LATER = NOW + timedelta(hours=1)
NEXT_DAY = NOW + timedelta(days=1)
WORDS = Words(language="el", manner="formal", subject="Χρόνια πολλά", body=BODY, from_version=1)
FEAST = ComingFeast(code="christmas", on=date(2026, 12, 25))


@pytest.fixture
def anna():
    return make_user("anna", role="manager")


@pytest.fixture
def eleni():
    return make_user("eleni", role="manager")


def fresh(campaign: Campaign) -> Campaign:
    return Campaign.objects.get(pk=campaign.pk)


def entries(verb: str) -> list[int | None]:
    return list(AuditEntry.objects.filter(verb=verb).values_list("actor_id", flat=True))


# --- Approved, begun, set for an hour ---


def test_two_managers_approve_and_one_is_told(anna, eleni):
    campaign = make_campaign(state="in_review")

    _none, other = held_between(
        lambda: approve_campaign(campaign.pk, by=anna, revision=1, now=NOW),
        lambda: approve_campaign(campaign.pk, by=eleni, revision=1, now=NOW),
    )

    assert other.refusal is not None and other.refusal.code == "state"
    assert (fresh(campaign).approved_by, entries("approve_campaign")) == (anna, [anna.pk])


def test_an_edit_that_commits_first_is_not_approved(anna):
    campaign = make_campaign(state="in_review")

    _none, other = held_between(
        lambda: save_words(campaign.pk, WORDS, by=campaign.author, now=NOW),
        lambda: approve_campaign(campaign.pk, by=anna, revision=1, now=NOW),
    )

    assert other.refusal is not None
    assert (fresh(campaign).state, fresh(campaign).approved_revision) == ("draft", None)


def test_an_edit_after_an_approval_takes_it_away(anna):
    campaign = make_campaign(state="in_review")

    held_between(
        lambda: approve_campaign(campaign.pk, by=anna, revision=1, now=NOW),
        lambda: save_words(campaign.pk, WORDS, by=campaign.author, now=NOW),
    )

    assert (fresh(campaign).state, fresh(campaign).approved_revision) == ("draft", None)


def test_two_managers_start_sending_and_one_is_told_by_whom(anna, eleni):
    campaign = make_campaign(state="approved")

    _none, other = held_between(
        lambda: start_sending(campaign.pk, by=anna, now=NOW), lambda: start_sending(campaign.pk, by=eleni, now=NOW)
    )

    assert other.refusal is not None and other.refusal.campaign.started_by == anna
    assert entries("start_sending") == [anna.pk]


def test_the_sweep_does_not_begin_what_a_manager_sets_for_another_hour(anna):
    campaign = make_campaign(state="scheduled", scheduled_at=NOW)

    _none, other = held_between(
        lambda: schedule_campaign(campaign.pk, by=anna, at=NEXT_DAY, now=NOW),
        lambda: start_sending(campaign.pk, by=None, now=LATER),
    )

    assert other.refusal is not None
    assert (fresh(campaign).state, fresh(campaign).scheduled_at) == ("scheduled", NEXT_DAY)


def test_another_hour_comes_too_late_for_what_the_sweep_has_begun(anna):
    campaign = make_campaign(state="scheduled", scheduled_at=NOW)

    _none, other = held_between(
        lambda: start_sending(campaign.pk, by=None, now=LATER),
        lambda: schedule_campaign(campaign.pk, by=anna, at=NEXT_DAY, now=LATER),
    )

    assert other.refusal is not None and fresh(campaign).state == "sending"


def test_what_is_changed_at_the_moment_of_sending_is_not_sent(anna):
    campaign = make_campaign(state="approved")
    letter = make_letter(campaign, state="draft", due_at=None)

    _none, other = held_between(
        lambda: set_audience(campaign.pk, {"choose": "city", "city": "Ξάνθη"}, by=anna, now=NOW),
        lambda: start_sending(campaign.pk, by=anna, now=NOW),
    )

    assert other.refusal is not None
    letter.refresh_from_db()
    assert (fresh(campaign).state, letter.state) == ("draft", "draft")


def test_what_has_begun_is_not_changed_any_more(anna):
    campaign = make_campaign(state="approved")

    _none, other = held_between(
        lambda: start_sending(campaign.pk, by=anna, now=NOW),
        lambda: save_words(campaign.pk, WORDS, by=anna, now=NOW),
        refusals=(CannotChange,),
    )

    assert other.refusal is not None
    assert (fresh(campaign).state, fresh(campaign).revision) == ("sending", 1)


# --- Paused, gone on with, called off, finished ---


def test_two_people_pause_and_it_is_paused_once(anna, eleni):
    campaign = make_campaign(state="sending")

    mine, other = held_between(
        lambda: pause_campaign(campaign.pk, by=anna, now=NOW),
        lambda: pause_campaign(campaign.pk, by=eleni, now=NOW, code="policy"),
    )

    assert (mine, other.result, fresh(campaign).paused_code) == (True, False, "by_hand")
    assert entries("pause_campaign") == [anna.pk]


def test_two_tabs_go_on_and_one_is_told(anna):
    campaign = make_campaign(state="paused")

    _none, other = held_between(
        lambda: resume_campaign(campaign.pk, by=anna, now=NOW), lambda: resume_campaign(campaign.pk, by=anna, now=NOW)
    )

    assert other.refusal is not None and entries("resume_campaign") == [anna.pk]


def test_what_was_called_off_does_not_go_on(anna, eleni):
    campaign = make_campaign(state="paused")

    _none, other = held_between(
        lambda: cancel_campaign(campaign.pk, by=anna, now=NOW),
        lambda: resume_campaign(campaign.pk, by=eleni, now=NOW),
    )

    assert other.refusal is not None and fresh(campaign).state == "cancelled"


def test_two_people_call_off_and_one_is_told(anna, eleni):
    campaign = make_campaign(state="sending")

    _none, other = held_between(
        lambda: cancel_campaign(campaign.pk, by=anna, now=NOW), lambda: cancel_campaign(campaign.pk, by=eleni, now=NOW)
    )

    assert other.refusal is not None and entries("cancel_campaign") == [anna.pk]


def test_calling_off_while_letters_are_prepared_counts_every_one_of_them(anna):
    campaign = make_campaign(state="preparing")
    for _person in range(3):
        make_contact()

    held_between(
        lambda: prepare_next_chunk(campaign.pk, now=NOW), lambda: cancel_campaign(campaign.pk, by=anna, now=NOW)
    )

    assert (fresh(campaign).chosen_count, adds_up(fresh(campaign))) == (3, True)
    assert set(Message.objects.values_list("state", flat=True)) == {"cancelled"}


def test_no_letter_is_prepared_for_what_was_called_off(anna):
    campaign = make_campaign(state="preparing")
    make_contact()

    held_between(
        lambda: cancel_campaign(campaign.pk, by=anna, now=NOW), lambda: prepare_next_chunk(campaign.pk, now=NOW)
    )

    assert not Message.objects.exists() and adds_up(fresh(campaign))


def test_two_turns_finish_a_campaign_once():
    campaign = make_campaign(state="sending")

    mine, other = held_between(
        lambda: finish_if_done(campaign.pk, now=NOW), lambda: finish_if_done(campaign.pk, now=LATER)
    )

    assert (mine, other.result, fresh(campaign).finished_at) == (True, False, NOW)


def test_a_letter_sent_again_keeps_its_campaign_from_being_finished(anna):
    letter = make_letter(make_campaign(state="sending"), state="uncertain", reason_code="holder_died")

    _message, other = held_between(
        lambda: settle_uncertain(letter.pk, went=False, by=anna, now=NOW),
        lambda: finish_if_done(letter.campaign_id, now=NOW),
    )

    assert (other.result, fresh(letter.campaign).state) == (False, "sending")


def test_a_letter_sent_again_takes_up_the_campaign_that_was_just_finished(anna):
    letter = make_letter(make_campaign(state="sending"), state="uncertain", reason_code="holder_died")

    mine, _other = held_between(
        lambda: finish_if_done(letter.campaign_id, now=NOW),
        lambda: settle_uncertain(letter.pk, went=False, by=anna, now=NOW),
    )

    assert mine and fresh(letter.campaign).state == "sending"


def test_two_changes_are_two_revisions(anna, eleni):
    campaign = make_campaign(state="sending")

    held_between(
        lambda: change_campaign(fresh(campaign), by=anna, now=NOW, what="words"),
        lambda: change_campaign(fresh(campaign), by=eleni, now=NOW, what="audience"),
    )

    assert (fresh(campaign).revision, fresh(campaign).state) == (3, "paused")


# --- Prepared ---


def test_two_who_prepare_begin_once(anna, eleni):
    campaign = make_campaign(state="draft")
    make_contact()

    _none, other = held_between(
        lambda: start_preparing(fresh(campaign), by=anna, now=NOW),
        lambda: start_preparing(fresh(campaign), by=eleni, now=NOW),
        refusals=(CannotPrepare,),
    )

    assert other.refusal is not None and other.refusal.code == "state"
    assert (fresh(campaign).revision, entries("prepare_campaign")) == (2, [anna.pk])


def test_words_saved_at_the_moment_of_preparing_come_before_or_after_it(anna):
    campaign = make_campaign(state="draft")
    make_contact()

    held_between(
        lambda: save_words(campaign.pk, WORDS, by=anna, now=NOW),
        lambda: start_preparing(fresh(campaign), by=anna, now=NOW),
    )

    assert (fresh(campaign).state, fresh(campaign).version.number) == ("preparing", 2)


def test_two_workers_prepare_one_chunk_once():
    campaign = make_campaign(state="preparing")
    for _person in range(3):
        make_contact()

    held_between(lambda: prepare_next_chunk(campaign.pk, now=NOW), lambda: prepare_next_chunk(campaign.pk, now=NOW))

    assert (Message.objects.count(), fresh(campaign).prepared_count) == (3, 3)


def test_two_workers_write_two_lanes_at_once():
    for _person in range(4):
        make_contact()
    campaign = make_campaign(state="preparing")
    make_lanes(campaign, people=CHUNK, now=NOW)

    held_between(
        lambda: prepare_next_chunk(campaign.pk, lane=0, now=NOW),
        lambda: prepare_next_chunk(campaign.pk, lane=1, now=NOW),
    )

    assert (Message.objects.count(), fresh(campaign).prepared_count) == (4, 4)


def test_two_workers_end_a_lane_once():
    campaign = make_campaign(state="preparing")

    held_between(lambda: prepare_next_chunk(campaign.pk, now=NOW), lambda: prepare_next_chunk(campaign.pk, now=NOW))

    assert (lanes_of(campaign.pk), fresh(campaign).state) == ([], "preparing")


def test_two_workers_end_the_preparing_once():
    campaign = make_campaign(state="preparing")
    prepare_next_chunk(campaign.pk, now=NOW)

    held_between(lambda: prepare_next_chunk(campaign.pk, now=NOW), lambda: prepare_next_chunk(campaign.pk, now=NOW))

    assert (fresh(campaign).state, fresh(campaign).chosen_count) == ("in_review", 0)


def test_whoever_is_taken_back_with_their_list_gets_no_letter_and_the_others_do():
    batch = let_in(customer("1", "ΒΛΑΧΟΥ ΕΛΕΝΗ", email="eleni@shop.example"))
    make_contact()
    campaign = make_campaign(state="preparing")

    held_between(
        lambda: undo_batch(batch_id=batch.pk, by=None, clock=lambda: LATER),
        lambda: prepare_next_chunk(campaign.pk, now=NOW),
    )

    assert list(Message.objects.values_list("contact", flat=True)) == list(Contact.objects.values_list("pk", flat=True))
    assert fresh(campaign).prepared_count == 1


def test_whoever_has_a_letter_stays_when_their_list_is_taken_back():
    batch = let_in(customer("1", "ΒΛΑΧΟΥ ΕΛΕΝΗ", email="eleni@shop.example"))
    campaign = make_campaign(state="preparing")

    held_between(
        lambda: prepare_next_chunk(campaign.pk, now=NOW),
        lambda: undo_batch(batch_id=batch.pk, by=None, clock=lambda: LATER),
    )

    assert Message.objects.get().contact == Contact.objects.get()


def test_two_workers_make_one_frame():
    campaign = make_campaign()

    mine, other = held_between(
        lambda: frame_of(campaign, language="el", manner="formal"),
        lambda: frame_of(campaign, language="el", manner="formal"),
    )

    assert mine == other.result == LetterFrame.objects.get()


# --- Written ---


def test_two_colleagues_begin_one_greeting_for_a_feast(anna, eleni):
    mine, other = held_between(
        lambda: begin_for_feast(FEAST, name="Χριστούγεννα", by=anna, now=NOW),
        lambda: begin_for_feast(FEAST, name="Χριστούγεννα", by=eleni, now=NOW),
    )

    assert mine == other.result == Campaign.objects.get()


def test_two_who_write_the_same_letter_lose_no_words(anna, eleni):
    campaign = make_campaign(state="draft")
    others = Words(language="el", manner="formal", subject="Καλές γιορτές", body=BODY, from_version=1)

    _none, other = held_between(
        lambda: save_words(campaign.pk, WORDS, by=anna, now=NOW),
        lambda: save_words(campaign.pk, others, by=eleni, now=NOW),
        refusals=(WordsMovedOn,),
    )

    assert other.refusal is not None and other.refusal.variant.subject == WORDS.subject
    assert GreetingVersion.objects.count() == 2


def test_two_who_write_different_letters_keep_both(anna, eleni):
    campaign = make_campaign(state="draft")
    english = Words(language="en", manner="formal", subject="Season's greetings", body=BODY, from_version=1)

    held_between(
        lambda: save_words(campaign.pk, WORDS, by=anna, now=NOW),
        lambda: save_words(campaign.pk, english, by=eleni, now=NOW),
    )

    newest = GreetingVersion.objects.get(number=3)
    assert set(newest.variants.values_list("subject", flat=True)) == {WORDS.subject, english.subject}


def test_the_audience_is_what_the_last_of_two_chose_and_both_are_noted(anna, eleni):
    campaign = make_campaign(state="in_review")

    held_between(
        lambda: set_audience(campaign.pk, {"choose": "city", "city": "Ξάνθη"}, by=anna, now=NOW),
        lambda: set_audience(campaign.pk, {"choose": "partners_and_suppliers"}, by=eleni, now=NOW),
    )

    assert (fresh(campaign).audience, fresh(campaign).revision) == ({"choose": "partners_and_suppliers"}, 3)
    assert sorted(entries("change_campaign")) == sorted([anna.pk, eleni.pk])


# --- What a stop left out, and put back ---


def skip_in_a_transaction(letter: Message) -> list:
    with transaction.atomic():
        return skip_waiting_letters([letter.contact_id], "", "by_staff")


def put_back_in_a_transaction(traces: list) -> None:
    with transaction.atomic():
        put_letters_back(traces)


def test_a_stop_remembers_a_letter_as_the_campaign_left_it_that_began_meanwhile(anna):
    letter = make_letter(make_campaign(state="approved"), state="draft", due_at=None)

    _none, other = held_between(
        lambda: start_sending(letter.campaign_id, by=anna, now=NOW),
        lambda: skip_in_a_transaction(letter),
    )

    assert [trace["was"][0] for trace in other.result] == ["ready"]


def test_two_stops_of_one_person_leave_the_letter_out_once(anna, eleni):
    letter = make_letter(make_campaign(state="sending"))

    held_between(
        lambda: stop_letters(Contact.objects.get(), by=anna, now=NOW, reason="mourning"),
        lambda: stop_letters(Contact.objects.get(), by=eleni, now=NOW),
    )

    letter.refresh_from_db()
    assert (letter.state, letter.reason_code) == ("skipped", "mourning")


def test_a_letter_put_back_into_a_campaign_that_begins_at_the_same_moment_leaves_with_it(anna):
    letter = make_letter(make_campaign(state="approved"), state="draft", due_at=None)
    traces = skip_in_a_transaction(letter)

    held_between(lambda: start_sending(letter.campaign_id, by=anna, now=NOW), lambda: put_back_in_a_transaction(traces))

    letter.refresh_from_db()
    assert (letter.state, letter.due_at) == ("ready", NOW)


def test_a_campaign_that_begins_while_a_letter_is_put_back_takes_it_along(anna):
    letter = make_letter(make_campaign(state="approved"), state="draft", due_at=None)
    traces = skip_in_a_transaction(letter)

    held_between(lambda: put_letters_back(traces), lambda: start_sending(letter.campaign_id, by=anna, now=NOW))

    letter.refresh_from_db()
    assert (letter.state, letter.due_at) == ("ready", NOW)


def test_a_campaign_is_not_finished_while_a_letter_is_put_back():
    letter = make_letter(make_campaign(state="sending"))
    traces = skip_in_a_transaction(letter)

    _none, other = held_between(lambda: put_letters_back(traces), lambda: finish_if_done(letter.campaign_id, now=NOW))

    assert (other.result, fresh(letter.campaign).state) == (False, "sending")
