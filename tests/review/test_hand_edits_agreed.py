"""A letter that the approver touched needs the author's yes, and only theirs, to the words they have read."""

from datetime import timedelta

import pytest

from campaigns.models import Campaign
from campaigns.review.approval.approving import approve_campaign
from campaigns.review.edits.consent import NotTheAuthor, agree_to_edits, edits_waiting
from campaigns.running import StepRefused
from customers.models import AuditEntry
from tests.builders import NOW, make_user
from tests.review.edits import edit_of, make_greeting, the_letter, type_in

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def eleni():
    return make_user(role="manager", first_name="Ελένη", last_name="Βλάχου")


def seen(campaign: Campaign) -> dict[int, str]:
    return {edit.pk: edit.edited_at.isoformat() for edit in campaign.hand_edits.all()}


def approve(campaign: Campaign, by) -> None:
    approve_campaign(campaign.pk, by=by, revision=Campaign.objects.get(pk=campaign.pk).revision, now=LATER)


def test_the_approver_waits_for_the_authors_yes_and_then_approves(eleni):
    campaign = make_greeting()
    type_in(the_letter(campaign), "Γεια.", "Φιλιά.", by=eleni)
    with pytest.raises(StepRefused) as refused:
        approve(campaign, eleni)
    assert refused.value.code == "own_edits"

    assert agree_to_edits(campaign.pk, seen=seen(campaign), by=campaign.author, now=LATER) == 1

    edit = edit_of(the_letter(campaign))
    assert (edit.agreed_by, edit.agreed_at) == (campaign.author, LATER)
    assert AuditEntry.objects.get(verb="agree_to_edits").facts == {"edits": [edit.pk]}
    approve(campaign, eleni)
    campaign.refresh_from_db()
    assert campaign.state == "approved"


def test_another_manager_approves_without_it(eleni):
    campaign = make_greeting()
    type_in(the_letter(campaign), "Γεια.", "Φιλιά.", by=eleni)

    approve(campaign, make_user(role="manager"))

    assert Campaign.objects.get().state == "approved"


def test_a_yes_is_no_change_of_the_greeting(eleni):
    campaign = make_greeting()
    type_in(the_letter(campaign), "Γεια.", "Φιλιά.", by=eleni)
    revision = Campaign.objects.get().revision

    agree_to_edits(campaign.pk, seen=seen(campaign), by=campaign.author, now=LATER)

    assert Campaign.objects.get().revision == revision


@pytest.mark.parametrize("who", ["editor", "colleague"])
def test_nobody_but_the_author_says_yes(who, eleni):
    campaign = make_greeting()
    type_in(the_letter(campaign), "Γεια.", "Φιλιά.", by=eleni)

    with pytest.raises(NotTheAuthor):
        agree_to_edits(
            campaign.pk, seen=seen(campaign), by=eleni if who == "editor" else make_user(role="admin"), now=LATER
        )

    assert edit_of(the_letter(campaign)).agreed_at is None


def test_a_yes_is_to_the_words_that_were_read(eleni):
    campaign = make_greeting()
    letter = the_letter(campaign)
    type_in(letter, "Γεια.", "Φιλιά.", by=eleni)
    read = seen(campaign)
    campaign.hand_edits.update(edited_at=LATER)

    assert agree_to_edits(campaign.pk, seen=read, by=campaign.author, now=LATER) == 0

    assert edit_of(letter).agreed_at is None


def test_words_changed_again_need_another_yes(eleni):
    campaign = make_greeting()
    letter = the_letter(campaign)
    type_in(letter, "Γεια.", "Φιλιά.", by=eleni)
    agree_to_edits(campaign.pk, seen=seen(campaign), by=campaign.author, now=LATER)

    type_in(letter, "Φιλιά.", "Πολλά φιλιά.", by=eleni)

    assert [edit.edited_by for edit in edits_waiting(campaign)] == [eleni]


def test_an_authors_own_hand_needs_no_yes():
    campaign = make_greeting()
    type_in(the_letter(campaign), "Γεια.", "Φιλιά.", by=campaign.author)

    assert not edits_waiting(campaign).exists()
    assert agree_to_edits(campaign.pk, seen=seen(campaign), by=campaign.author, now=LATER) == 0
