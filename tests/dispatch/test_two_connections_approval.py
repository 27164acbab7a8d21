"""Two real PostgreSQL connections around an approval: what commits first stands, and whoever comes second is told.

The row of the campaign is held by the first connection; the second waits inside its statement. Last, twenty at once.
"""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.utils import translation

from campaigns.models import Campaign, HandEdit, LetterReview, MessageBody, StaffNotice
from campaigns.notices import APPROVAL_VOID, SIGNER_LIST, TO_APPROVE
from campaigns.preparing import prepare_next_chunk, start_preparing
from campaigns.reasons import refusal
from campaigns.review.approval.approving import approve_campaign
from campaigns.review.approval.asking import ask_for_approval, send_back
from campaigns.review.approval.signing import tell_signers, unread_by_signers
from campaigns.review.approval.to_the_house import give_to_house
from campaigns.review.edits.changing import edit_letter
from campaigns.running import StepRefused
from campaigns.writing.composing import set_signing
from customers.models import AuditEntry
from tests.builders import NOW, make_campaign, make_contact, make_letter, make_user
from tests.connections import held_between

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


@pytest.fixture
def anna():
    return make_user("anna", first_name="Άννα", email="anna@house.example")


@pytest.fixture
def eleni():
    return make_user("eleni", role="manager", first_name="Ελένη", email="eleni@house.example")


def fresh(campaign: Campaign) -> Campaign:
    return Campaign.objects.get(pk=campaign.pk)


def approve(campaign: Campaign, by, **how):
    return lambda: approve_campaign(campaign.pk, by=by, revision=1, now=NOW, **how)


def test_whoever_becomes_the_author_meanwhile_does_not_approve(anna, eleni):
    campaign = make_campaign(author=anna, state="in_review")

    _none, other = held_between(
        lambda: Campaign.objects.filter(pk=campaign.pk).update(author=eleni), approve(campaign, eleni)
    )

    assert other.refusal is not None and other.refusal.code == "author"
    assert fresh(campaign).approved_by is None


def test_an_edit_between_page_and_click_is_an_older_revision(anna, eleni):
    campaign = make_campaign(author=anna, state="in_review")
    letter = make_letter(campaign, state="draft", review={})
    body = MessageBody.objects.get(pk=letter.pk)

    def edit() -> None:
        edit_letter(
            letter.pk, subject=body.subject, text=f"{body.text}\n\nΚαλές γιορτές.", seen_digest=body.digest,
            by=anna, now=NOW,
        )  # fmt: skip

    _none, other = held_between(edit, approve(campaign, eleni))

    assert other.refusal is not None and other.refusal.code == "revision"
    assert (fresh(campaign).state, fresh(campaign).revision) == ("in_review", 2)


def test_an_edit_that_comes_after_takes_the_approval_away_and_tells_the_approver(anna, eleni):
    campaign = make_campaign(author=anna, state="in_review")
    letter = make_letter(campaign, state="draft", review={})
    body = MessageBody.objects.get(pk=letter.pk)

    held_between(
        approve(campaign, eleni),
        lambda: edit_letter(
            letter.pk, subject=body.subject, text=f"{body.text}\n\nΚαλές γιορτές.", seen_digest=body.digest,
            by=anna, now=NOW,
        ),
    )  # fmt: skip

    assert (fresh(campaign).state, fresh(campaign).approved_by) == ("in_review", None)
    assert StaffNotice.objects.get(code=APPROVAL_VOID).to == eleni
    assert HandEdit.objects.get().edited_by == anna


def test_other_signers_chosen_meanwhile_are_not_approved(anna, eleni):
    campaign = make_campaign(author=anna, state="in_review")

    _none, other = held_between(lambda: set_signing(campaign.pk, "house", by=anna, now=NOW), approve(campaign, eleni))

    assert other.refusal is not None
    assert (fresh(campaign).state, fresh(campaign).signing) == ("draft", "house")


def test_letters_given_to_the_house_meanwhile_are_looked_at_before_they_are_approved(anna, eleni):
    make_contact(owner=anna)
    campaign = make_campaign(author=anna)
    start_preparing(campaign, by=anna, now=NOW)
    while prepare_next_chunk(campaign.pk, now=NOW):
        pass
    seen = fresh(campaign).revision

    _given, other = held_between(
        lambda: give_to_house(campaign.pk, anna.pk, by=eleni, now=NOW),
        lambda: approve_campaign(campaign.pk, by=eleni, revision=seen, now=NOW, in_their_name=[anna.pk]),
    )

    assert other.refusal is not None and other.refusal.code == "revision"
    assert unread_by_signers(campaign.pk) == {}


def test_what_has_just_been_approved_is_not_given_to_the_house(anna, eleni):
    campaign = make_campaign(author=anna, state="in_review")
    make_letter(campaign, state="draft", review={"signer": anna})

    _none, other = held_between(
        approve(campaign, eleni, in_their_name=[anna.pk]),
        lambda: give_to_house(campaign.pk, anna.pk, by=eleni, now=NOW),
    )

    assert other.refusal is not None and other.refusal.code == "state"
    assert fresh(campaign).state == "approved"
    assert LetterReview.objects.get().signer == anna


def test_two_who_ask_ask_once(anna, eleni):
    campaign = make_campaign(author=anna, state="in_review")

    first, other = held_between(
        lambda: ask_for_approval(campaign.pk, by=anna, now=NOW),
        lambda: ask_for_approval(campaign.pk, by=anna, now=NOW),
    )

    assert (first, other.result) == (True, False)
    assert StaffNotice.objects.filter(code=TO_APPROVE, to=eleni).count() == 1


def test_what_is_approved_at_that_moment_is_not_sent_back(anna, eleni):
    campaign = make_campaign(author=anna, state="in_review")

    _none, other = held_between(
        approve(campaign, eleni), lambda: send_back(campaign.pk, by=eleni, text="Κι όμως", now=NOW)
    )

    assert other.refusal is not None
    assert not fresh(campaign).comments.exists()


def test_two_sweeps_give_a_signer_one_list(anna):
    campaign = make_campaign(author=anna, state="approved")
    make_letter(campaign, state="draft", review={"signer": anna})

    first, other = held_between(lambda: tell_signers(now=NOW), lambda: tell_signers(now=NOW))

    assert (first, other.result) == (1, 0)
    assert StaffNotice.objects.filter(code=SIGNER_LIST).count() == 1


def press_together(campaign: Campaign, colleagues: list) -> list[str]:
    """Let each of them approve at the same instant on a connection of their own; what each was told, in English."""
    together = threading.Barrier(len(colleagues))

    def press(colleague) -> str:
        try:
            together.wait(timeout=30)
            approve_campaign(campaign.pk, by=colleague, revision=1, now=NOW)
        except StepRefused as refused:
            with translation.override("en"):
                return refusal(refused, step="approve")
        finally:
            connections.close_all()
        return "approved"

    with ThreadPoolExecutor(len(colleagues)) as hands:
        return list(hands.map(press, colleagues))


def test_of_twenty_approvals_at_once_one_stands_and_nineteen_are_told_whose_it_is(anna):
    campaign = make_campaign(author=anna, state="in_review")
    colleagues = [make_user(f"manager-{number}", role="manager") for number in range(20)]

    said = press_together(campaign, colleagues)

    winner = fresh(campaign).approved_by
    assert said.count("approved") == 1
    assert said[colleagues.index(winner)] == "approved"
    assert {words for words in said if words != "approved"} == {
        f"{winner} has already approved it, on 21 December, 10:00."
    }
    assert list(AuditEntry.objects.filter(verb="approve_campaign").values_list("actor_id", flat=True)) == [winner.pk]


def test_an_author_who_presses_together_with_managers_never_wins():
    author, eleni = make_user("boss", role="manager"), make_user("eleni", role="manager")
    campaign = make_campaign(author=author, state="in_review")

    said = press_together(campaign, [author, author, author, eleni])

    assert said[3] == "approved" and "approved" not in said[:3]
    assert fresh(campaign).approved_by == eleni
