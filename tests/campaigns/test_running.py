"""Approved by another person than the author; begun once; paused and resumed exactly."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from campaigns.coverage import adds_up
from campaigns.models import Campaign, Message
from campaigns.review.approval.approving import approve_campaign
from campaigns.running import (
    StepRefused,
    cancel_campaign,
    change_campaign,
    finish_if_done,
    pause_campaign,
    resume_campaign,
    schedule_campaign,
    settle_uncertain,
    start_sending,
)
from customers.models import AuditEntry
from tests.builders import NOW, make_campaign, make_letter, make_user

pytestmark = pytest.mark.django_db


def refusal_of(step) -> str:
    with pytest.raises(StepRefused) as refusal:
        step()
    return refusal.value.code


def test_another_colleague_approves_what_they_saw():
    campaign, manager = make_campaign(state="in_review"), make_user(role="manager")

    approve_campaign(campaign.pk, by=manager, revision=1, now=NOW)

    campaign.refresh_from_db()
    assert (campaign.state, campaign.approved_by, campaign.approved_revision) == ("approved", manager, 1)
    assert AuditEntry.objects.get(verb="approve_campaign").actor_id == manager.pk


def test_the_author_does_not_approve_their_own_words():
    campaign = make_campaign(state="in_review")

    assert refusal_of(lambda: approve_campaign(campaign.pk, by=campaign.author, revision=1, now=NOW)) == "author"


def test_whoever_wrote_the_frozen_words_does_not_approve_them_either():
    campaign, manager = make_campaign(state="in_review"), make_user(role="manager")
    campaign.version.written_by = manager
    campaign.version.save()

    assert refusal_of(lambda: approve_campaign(campaign.pk, by=manager, revision=1, now=NOW)) == "author"


def test_the_database_itself_refuses_an_author_as_approver():
    campaign = make_campaign(state="in_review")

    with pytest.raises(IntegrityError), transaction.atomic():
        Campaign.objects.filter(pk=campaign.pk).update(
            approved_by=campaign.author, approved_at=NOW, approved_revision=1
        )


def test_a_one_person_shop_is_asked_twice():
    campaign = make_campaign(state="in_review")

    def approve(**how) -> None:
        approve_campaign(campaign.pk, by=campaign.author, revision=1, now=NOW, one_person_shop=True, **how)

    assert refusal_of(approve) == "ask_again"
    approve(asked_twice=True)
    campaign.refresh_from_db()
    assert campaign.approved_alone


def test_an_older_revision_is_not_approved():
    campaign = make_campaign(state="in_review", revision=3)

    def approve() -> None:
        approve_campaign(campaign.pk, by=make_user(role="manager"), revision=2, now=NOW)

    assert refusal_of(approve) == "revision"


def test_sending_begins_once_and_makes_the_drafts_ready():
    campaign = make_campaign(state="approved")
    letter = make_letter(campaign, state="draft", due_at=None)

    start_sending(campaign.pk, by=make_user(role="manager"), now=NOW)

    letter.refresh_from_db()
    assert (letter.state, letter.due_at) == ("ready", NOW)
    assert refusal_of(lambda: start_sending(campaign.pk, by=make_user(role="manager"), now=NOW)) == "state"
    assert AuditEntry.objects.filter(verb="start_sending").count() == 1


def test_a_late_start_is_not_a_late_greeting():
    campaign = make_campaign(state="approved", give_up_at=NOW)

    assert refusal_of(lambda: start_sending(campaign.pk, by=make_user(), now=NOW)) == "late"


def test_an_approved_greeting_is_given_an_hour_and_another_one():
    campaign, manager = make_campaign(state="approved"), make_user(role="manager")

    for hours in (2, 3):
        schedule_campaign(campaign.pk, by=manager, at=NOW + timedelta(hours=hours), now=NOW)

    campaign.refresh_from_db()
    assert (campaign.state, campaign.scheduled_at) == ("scheduled", NOW + timedelta(hours=3))


@pytest.mark.parametrize(("at", "code"), [(NOW, "past"), (NOW + timedelta(days=10), "late")])
def test_an_hour_that_has_gone_by_or_is_too_late_is_refused(at, code):
    campaign = make_campaign(state="approved")

    assert refusal_of(lambda: schedule_campaign(campaign.pk, by=make_user(), at=at, now=NOW)) == code


def test_a_greeting_nobody_approved_is_not_scheduled():
    campaign = make_campaign(state="in_review")

    hour = NOW + timedelta(hours=1)
    assert refusal_of(lambda: schedule_campaign(campaign.pk, by=make_user(), at=hour, now=NOW)) == "state"


def test_a_change_after_approval_voids_it():
    campaign = make_campaign(state="approved")

    change_campaign(campaign, by=campaign.author, now=NOW, what="words")

    assert (campaign.state, campaign.approved_by, campaign.revision) == ("in_review", None, 2)


def test_a_change_while_sending_pauses_and_cannot_be_resumed():
    campaign = make_campaign(state="sending")

    change_campaign(campaign, by=campaign.author, now=NOW, what="words")

    assert (campaign.state, campaign.paused_code) == ("paused", "changed")
    assert refusal_of(lambda: resume_campaign(campaign.pk, by=make_user(), now=NOW)) == "state"


def test_pause_and_resume():
    campaign, manager = make_campaign(state="sending"), make_user(role="manager")

    assert pause_campaign(campaign.pk, by=manager, now=NOW)
    assert not pause_campaign(campaign.pk, by=manager, now=NOW)
    resume_campaign(campaign.pk, by=manager, now=NOW)

    campaign.refresh_from_db()
    assert campaign.state == "sending"


def test_cancel_keeps_what_has_left():
    campaign = make_campaign(state="sending")
    sent, waiting = make_letter(campaign, state="sent", sent_at=NOW), make_letter(campaign)

    cancel_campaign(campaign.pk, by=make_user(role="manager"), now=NOW)

    assert [Message.objects.get(pk=letter.pk).state for letter in (sent, waiting)] == ["sent", "cancelled"]


def test_cancelling_in_mid_preparation_leaves_sums_that_add_up():
    campaign = make_campaign(state="preparing", chosen_count=5)
    make_letter(campaign, state="draft")

    cancel_campaign(campaign.pk, by=make_user(role="manager"), now=NOW)

    campaign.refresh_from_db()
    assert adds_up(campaign) and campaign.chosen_count == 1


def test_an_uncertain_letter_of_a_cancelled_campaign_is_not_sent_again():
    letter = make_letter(make_campaign(state="cancelled"), state="uncertain", reason_code="holder_died")
    manager = make_user(role="manager")

    assert refusal_of(lambda: settle_uncertain(letter.pk, went=False, by=manager, now=NOW)) == "state"
    settle_uncertain(letter.pk, went=True, by=manager, now=NOW)


def test_a_campaign_is_finished_when_no_letter_waits():
    campaign = make_campaign(state="sending")
    letter = make_letter(campaign, state="retry", reason_code="server_busy")

    assert not finish_if_done(campaign.pk, now=NOW)
    Message.objects.filter(pk=letter.pk).update(state="sent", sent_at=NOW)
    assert finish_if_done(campaign.pk, now=NOW)


@pytest.mark.parametrize(("went", "state"), [(True, "sent"), (False, "ready")])
def test_a_person_settles_an_uncertain_letter_once(went, state):
    letter = make_letter(make_campaign(state="finished"), state="uncertain", reason_code="holder_died")
    manager = make_user(role="manager")

    settle_uncertain(letter.pk, went=went, by=manager, now=NOW)

    letter.refresh_from_db()
    assert (letter.state, letter.settled_by) == (state, manager)
    assert refusal_of(lambda: settle_uncertain(letter.pk, went=False, by=manager, now=NOW)) == "state"
    assert Campaign.objects.get().state == ("finished" if went else "sending")
