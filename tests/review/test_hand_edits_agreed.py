"""A letter that the approver touched needs the author's yes, and only theirs, to the words they have read."""

import json
from datetime import timedelta

import pytest

from campaigns.models import Campaign
from campaigns.review.approval.approving import approve_campaign
from campaigns.review.edits.changing import clear_edit, take_back_edit
from campaigns.review.edits.consent import NotTheAuthor, agree_to_edits, edits_waiting
from campaigns.review.steps import Step
from campaigns.running import StepRefused
from customers.models import AuditEntry
from tests.builders import NOW, make_user
from tests.review.edits import edit_of, make_greeting, prepare, the_letter, type_in

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


# --- Several hands in one letter ---


@pytest.fixture
def nikos():
    return make_user(role="colleague", first_name="Νίκος", last_name="Ράπτης")


def refused_for_own_words(campaign: Campaign, by) -> bool:
    try:
        approve(campaign, by)
    except StepRefused as refused:
        assert refused.code == "own_edits"
        return True
    return False


def test_words_of_an_approver_that_somebody_typed_over_still_need_the_yes(eleni, nikos):
    campaign = make_greeting()
    type_in(the_letter(campaign), "Γεια.", "Φιλιά.", by=eleni)
    type_in(the_letter(campaign), "με υγεία", "με χαρά", by=nikos)

    assert refused_for_own_words(campaign, eleni)

    agree_to_edits(campaign.pk, seen=seen(campaign), by=campaign.author, now=LATER)
    assert not refused_for_own_words(campaign, eleni)


def test_the_first_of_three_hands_is_remembered_when_the_letters_are_made_anew(eleni, nikos):
    campaign = make_greeting()
    type_in(the_letter(campaign), "Γεια.", "Φιλιά.", by=eleni)
    type_in(the_letter(campaign), "με υγεία", "με χαρά", by=nikos)
    type_in(the_letter(campaign), "με χαρά", "με αγάπη", by=make_user(role="colleague"))

    prepare(campaign, by=campaign.author)

    assert refused_for_own_words(campaign, eleni)


def test_words_the_author_agreed_to_need_no_yes_again_when_a_third_types_over_them(eleni, nikos):
    campaign = make_greeting()
    type_in(the_letter(campaign), "Γεια.", "Φιλιά.", by=eleni)
    agree_to_edits(campaign.pk, seen=seen(campaign), by=campaign.author, now=LATER)

    type_in(the_letter(campaign), "με υγεία", "με χαρά", by=nikos)

    assert not refused_for_own_words(campaign, eleni)


def test_an_author_who_types_into_the_words_of_an_approver_has_said_yes_to_them(eleni, nikos):
    campaign = make_greeting()
    type_in(the_letter(campaign), "Γεια.", "Φιλιά.", by=eleni)
    type_in(the_letter(campaign), "με υγεία", "με χαρά", by=campaign.author)
    type_in(the_letter(campaign), "με χαρά", "με αγάπη", by=nikos)

    assert not refused_for_own_words(campaign, eleni)


def test_an_approver_who_takes_their_words_back_from_a_colleagues_waits_for_nobody(eleni, nikos):
    campaign = make_greeting()
    type_in(the_letter(campaign), "Γεια.", "Φιλιά.", by=nikos)
    step = type_in(the_letter(campaign), "με υγεία", "με χαρά", by=eleni)

    take_back_edit(step, by=eleni, now=LATER)

    assert not refused_for_own_words(campaign, eleni)


def test_the_first_hand_is_remembered_when_the_one_above_it_is_taken_back(eleni, nikos):
    campaign = make_greeting()
    type_in(the_letter(campaign), "Γεια.", "Φιλιά.", by=eleni)
    type_in(the_letter(campaign), "με υγεία", "με χαρά", by=nikos)
    step = type_in(the_letter(campaign), "με χαρά", "με αγάπη", by=make_user(role="colleague"))

    take_back_edit(step, by=nikos, now=LATER)

    assert refused_for_own_words(campaign, eleni)


def test_hands_are_remembered_when_a_cleared_letter_is_given_its_words_again(eleni, nikos):
    campaign = make_greeting()
    type_in(the_letter(campaign), "Γεια.", "Φιλιά.", by=eleni)
    type_in(the_letter(campaign), "με υγεία", "με χαρά", by=nikos)
    step = clear_edit(the_letter(campaign).pk, by=nikos, now=LATER)

    # As the session keeps it until somebody presses «Take back».
    take_back_edit(Step(**json.loads(json.dumps(step.as_dict()))), by=nikos, now=LATER)

    assert refused_for_own_words(campaign, eleni)


def test_a_letter_that_says_again_what_was_prepared_waits_for_nobody(eleni, nikos):
    campaign = make_greeting()
    type_in(the_letter(campaign), "Γεια.", "Φιλιά.", by=eleni)
    type_in(the_letter(campaign), "με υγεία", "με χαρά", by=nikos)
    clear_edit(the_letter(campaign).pk, by=nikos, now=LATER)

    type_in(the_letter(campaign), "με υγεία", "με χαρά", by=nikos)

    assert not refused_for_own_words(campaign, eleni)


def test_the_list_names_whose_words_stand_beneath_those_of_the_last_hand(eleni, nikos, client):
    campaign = make_greeting()
    type_in(the_letter(campaign), "Γεια.", "Φιλιά.", by=eleni)
    type_in(the_letter(campaign), "με υγεία", "με χαρά", by=nikos)
    client.force_login(campaign.author)

    page = client.get(f"/greetings/{campaign.pk}/edited/", headers={"accept-language": "en"})

    assert "with words of: Ελένη Βλάχου" in page.content.decode()
