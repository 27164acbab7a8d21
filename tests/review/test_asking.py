"""An approval is asked for, talked about and sent back; each is told to the other side, and stands on the page."""

import pytest
from django.urls import reverse
from django.utils import translation

from campaigns.models import ApprovalComment, Campaign, StaffNotice
from campaigns.notice_words import notice_words
from campaigns.notices import APPROVAL_VOID, COMMENT, SENT_BACK, TO_APPROVE, unseen_notices
from campaigns.review.approval.approving import approve_campaign
from campaigns.review.approval.asking import (
    CannotComment,
    add_comment,
    ask_for_approval,
    ready_to_ask,
    send_back,
    waiting_for_approval,
)
from campaigns.review.approval.changes import void_of, void_words
from campaigns.running import StepRefused, change_campaign
from campaigns.writing.composing import set_audience
from greetings_crm.today import today_page
from tests.builders import NOW, make_campaign, make_contact, make_letter, make_user
from tests.letters.conftest import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    return make_user("anna", first_name="Άννα")


@pytest.fixture
def eleni():
    return make_user("eleni", role="manager", first_name="Ελένη")


@pytest.fixture
def campaign(anna, eleni):
    campaign = make_campaign(author=anna, state="in_review")
    make_letter(campaign, state="draft", review={})
    return campaign


def url(name: str, campaign: Campaign) -> str:
    return reverse(f"campaigns:campaign-{name}", args=[campaign.pk])


def told(code: str) -> list[str]:
    return [each.to.username for each in StaffNotice.objects.filter(code=code).order_by("to__username")]


# --- Asked for ---


def test_managers_are_asked_and_told_who_asks(campaign, anna, eleni):
    make_user("maria", role="manager")
    make_user("passer-by")

    assert ask_for_approval(campaign.pk, by=anna, now=NOW)

    campaign.refresh_from_db()
    assert (campaign.approval_asked_by, campaign.approval_asked_at) == (anna, NOW)
    assert told(TO_APPROVE) == ["eleni", "maria"]
    assert list(waiting_for_approval()) == [campaign]
    with translation.override("en"):
        assert notice_words(StaffNotice.objects.get(to=eleni)).heading == "Άννα asks for your approval"


def test_whoever_may_not_approve_is_not_asked(campaign, eleni):
    Campaign.objects.filter(pk=campaign.pk).update(author=eleni)
    writer = make_user("maria", role="manager")
    campaign.version.written_by = writer
    campaign.version.save()
    other = make_user("niki", role="manager")

    ask_for_approval(campaign.pk, by=eleni, now=NOW)

    assert told(TO_APPROVE) == [other.username]


def test_asking_twice_is_asking_once(campaign, anna):
    assert ask_for_approval(campaign.pk, by=anna, now=NOW)
    assert not ask_for_approval(campaign.pk, by=anna, now=NOW)

    assert len(told(TO_APPROVE)) == 1


def test_what_is_not_in_review_cannot_be_asked_for(anna):
    draft = make_campaign(author=anna)

    with pytest.raises(StepRefused):
        ask_for_approval(draft.pk, by=anna, now=NOW)


def test_the_author_asks_on_the_page_with_a_note_that_the_approver_reads(campaign, anna, eleni):
    author, manager = client_of(anna), client_of(eleni)
    assert "Ask for the approval" in author.get(url("detail", campaign)).content.decode()

    answer = author.post(url("ask", campaign), {"note": "Είναι όσοι ήρθαν μία μόνο φορά."})

    page = author.get(answer.url).content.decode()
    assert "Your colleagues are asked for the approval." in page
    assert "The approval was asked for by Άννα" in page
    deed = manager.get(url("approve", campaign)).content.decode()
    assert "Άννα asks for your approval." in deed
    assert deed.count("Είναι όσοι ήρθαν μία μόνο φορά.") == 2  # beside the warnings, and in what was said


def test_today_asks_the_author_first_and_the_managers_then(campaign, anna, eleni):
    make_contact()
    assert ready_to_ask(anna) == [campaign]
    assert today_page(user=eleni, now=NOW)["to_approve"] == []

    ask_for_approval(campaign.pk, by=anna, now=NOW)

    assert ready_to_ask(anna) == []
    assert today_page(user=eleni, now=NOW)["to_approve"] == [campaign]


def test_words_that_change_are_asked_for_anew(campaign, anna):
    ask_for_approval(campaign.pk, by=anna, now=NOW)

    set_audience(campaign.pk, {"choose": "city", "city": "Ξάνθη"}, by=anna, now=NOW)

    campaign.refresh_from_db()
    assert (campaign.state, campaign.approval_asked_at) == ("draft", None)


# --- Talked about ---


def test_a_comment_of_the_author_is_told_to_the_managers_and_one_of_theirs_to_the_author(campaign, anna, eleni):
    maria = make_user("maria", role="manager")

    add_comment(campaign.pk, by=anna, text=" Τον κύριο Λιβανό τον άφησα για εσάς. ", now=NOW)
    assert told(COMMENT) == ["eleni", "maria"]
    StaffNotice.objects.all().delete()
    add_comment(campaign.pk, by=maria, text="Του πρόσθεσα δυο λόγια.", now=NOW)
    assert told(COMMENT) == ["anna"]
    StaffNotice.objects.all().delete()
    add_comment(campaign.pk, by=anna, text="Ωραία.", now=NOW)

    assert told(COMMENT) == ["maria"]  # who has spoken is the other side
    assert ApprovalComment.objects.earliest("pk").text == "Τον κύριο Λιβανό τον άφησα για εσάς."


def test_the_notice_of_a_comment_does_not_repeat_it(campaign, anna, eleni):
    add_comment(campaign.pk, by=anna, text="Τον κύριο Λιβανό τον άφησα για εσάς.", now=NOW)

    words = notice_words(StaffNotice.objects.get(to=eleni))

    assert "Λιβαν" not in words.heading + words.sentence
    assert "Λιβαν" not in str(StaffNotice.objects.get(to=eleni).facts)


@pytest.mark.parametrize(("text", "code"), [("  ", "empty"), ("α" * 1001, "too_long"), ("\x00", "empty")])
def test_a_comment_that_is_none_is_refused(campaign, anna, text, code):
    with pytest.raises(CannotComment) as refusal:
        add_comment(campaign.pk, by=anna, text=text, now=NOW)

    assert refusal.value.code == code


def test_a_greeting_that_is_over_is_no_longer_talked_about(anna):
    over = make_campaign(author=anna, state="finished")

    with pytest.raises(CannotComment):
        add_comment(over.pk, by=anna, text="Ακόμη κάτι", now=NOW)
    assert "Add the comment" not in client_of(anna).get(url("detail", over)).content.decode()


def test_both_talk_on_their_own_page_and_stay_there(campaign, anna, eleni):
    author, manager = client_of(anna), client_of(eleni)

    first = author.post(url("comment", campaign), {"text": "Δείτε το <b>τρίτο</b>.", "page": "approve"})
    second = manager.post(url("comment", campaign), {"text": "Το είδα.", "page": "approve"})

    assert first.url == url("detail", campaign) + "#talk"  # a colleague of the staff has no page to approve on
    assert second.url == url("approve", campaign) + "#talk"
    page = manager.get(url("approve", campaign)).content.decode()
    assert "Δείτε το &lt;b&gt;τρίτο&lt;/b&gt;." in page and "Το είδα." in page


# --- Sent back ---


def test_it_is_sent_back_with_a_comment_and_asked_for_again(campaign, anna, eleni):
    ask_for_approval(campaign.pk, by=anna, now=NOW)

    answer = client_of(eleni).post(url("return", campaign), {"text": "Το θέμα είναι μακρύ."})

    assert answer.url == url("detail", campaign)
    campaign.refresh_from_db()
    assert (campaign.state, campaign.approval_asked_at, campaign.approval_asked_by) == ("in_review", None, None)
    assert campaign.comments.get().text == "Το θέμα είναι μακρύ."
    assert told(SENT_BACK) == ["anna"]
    assert [each.code for each in unseen_notices(eleni)] == []
    assert ask_for_approval(campaign.pk, by=anna, now=NOW)
    assert [each.code for each in unseen_notices(anna)] == []


def test_without_a_comment_nothing_is_sent_back(campaign, anna, eleni):
    ask_for_approval(campaign.pk, by=anna, now=NOW)
    manager = client_of(eleni)

    answer = manager.post(url("return", campaign), {"text": " "})

    assert "Say what should change, then send it back." in manager.get(answer.url).content.decode()
    assert waiting_for_approval().exists()


def test_what_is_approved_already_is_not_sent_back(campaign, eleni):
    approve_campaign(campaign.pk, by=eleni, revision=1, now=NOW)

    with pytest.raises(StepRefused):
        send_back(campaign.pk, by=eleni, text="Κι όμως", now=NOW)


# --- Lost ---


def test_a_change_takes_the_approval_away_and_says_what_who_and_when(campaign, anna, eleni):
    approve_campaign(campaign.pk, by=eleni, revision=1, now=NOW)
    assert void_of(Campaign.objects.get()) is None

    change_campaign(Campaign.objects.get(), by=anna, now=NOW, what="words")

    assert told(APPROVAL_VOID) == ["eleni"]
    campaign.refresh_from_db()
    with translation.override("en"):
        said = void_words(campaign)
        words = notice_words(StaffNotice.objects.get(code=APPROVAL_VOID))
    assert said == "The approval no longer holds: the words were changed (Άννα, 21 December, 10:00)."
    assert "the words were changed (Άννα, 21 December, 10:00)" in words.sentence
    assert said in client_of(anna).get(url("detail", campaign)).content.decode()
    assert said in client_of(eleni).get(url("approve", campaign)).content.decode()


def test_a_second_approval_ends_the_matter(campaign, anna, eleni):
    approve_campaign(campaign.pk, by=eleni, revision=1, now=NOW)
    change_campaign(Campaign.objects.get(), by=anna, now=NOW, what="edit_letter")
    change_campaign(Campaign.objects.get(), by=anna, now=NOW, what="something of tomorrow")

    approve_campaign(campaign.pk, by=eleni, revision=3, now=NOW)

    assert void_of(Campaign.objects.get()) is None
    assert unseen_notices(eleni) == []


def test_an_approver_who_changes_it_themselves_is_not_told_but_the_author_is(campaign, anna, eleni):
    approve_campaign(campaign.pk, by=eleni, revision=1, now=NOW)

    change_campaign(Campaign.objects.get(), by=eleni, now=NOW, what="edit_letter")

    assert told(APPROVAL_VOID) == ["anna"]


def test_a_change_while_letters_leave_is_told_too(anna):
    campaign = make_campaign(author=anna, state="sending")

    change_campaign(campaign, by=anna, now=NOW, what="words")

    assert told(APPROVAL_VOID) == [campaign.approved_by.username]


def test_a_change_before_any_approval_is_no_news(campaign, anna):
    change_campaign(campaign, by=anna, now=NOW, what="words")

    assert void_of(campaign) is None
    assert told(APPROVAL_VOID) == []


def test_each_notice_has_words_in_both_languages(campaign, anna, eleni):
    ask_for_approval(campaign.pk, by=anna, now=NOW)
    add_comment(campaign.pk, by=anna, text="Κάτι", now=NOW)
    send_back(campaign.pk, by=eleni, text="Πίσω", now=NOW)

    for notice in StaffNotice.objects.all():
        for language in ("el", "en"):
            with translation.override(language):
                words = notice_words(notice)
            assert words.heading and words.sentence and "%(" not in words.heading + words.sentence


def test_the_desk_says_too_that_the_approval_was_lost(campaign, anna, eleni):
    approve_campaign(campaign.pk, by=eleni, revision=1, now=NOW)

    set_audience(campaign.pk, {"choose": "city", "city": "Ξάνθη"}, by=anna, now=NOW)

    page = client_of(anna).get(url("write", campaign)).content.decode()
    assert "The approval no longer holds: other people were chosen (Άννα, 21 December, 10:00)." in page
