"""An approval is asked for, talked about and sent back; each is told to the other side, and stands on the page."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from campaigns.models import ApprovalComment, Campaign, StaffNotice
from campaigns.notice_words import notice_words
from campaigns.notices import APPROVAL_VOID, COMMENT, SENT_BACK, TO_APPROVE, unseen_notices
from campaigns.review.approval.approving import approve_campaign
from campaigns.review.approval.asking import (
    CannotComment,
    ReasonsMissing,
    add_comment,
    ask_for_approval,
    ready_to_ask,
    send_back,
    waiting_for_approval,
)
from campaigns.review.approval.changes import void_of, void_words
from campaigns.review.approval.deed_letters import leaving_letters
from campaigns.review.approval.warnings import reasons_of, warnings_of, what_about
from campaigns.running import StepRefused, change_campaign
from campaigns.writing.composing import set_audience
from greetings_crm.today import today_page
from tests.builders import NOW, make_campaign, make_contact, make_letter, make_user
from tests.letters.conftest import client_of
from tests.review.preparing import prepare

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


# --- A reason for each warning ---

WHY = {"plain": "Είναι όσοι ήρθαν μία μόνο φορά.", "to_look": "Τα διάβασε ο Νίκος στο χαρτί."}


@pytest.fixture
def warned_of(campaign):
    """Letters with nothing personal, and one that wants a look nobody has given it."""
    make_letter(campaign, state="draft", review={"personal_share": 0})
    make_letter(campaign, state="draft", review={"pile": "look"})
    return campaign


def test_the_author_sees_the_letters_with_nothing_personal_before_answering_for_them(warned_of, anna):
    author = client_of(anna)
    asked = author.get(url("ask", warned_of)).content.decode()

    there = url("letters", warned_of) + "?of=plain"
    page = author.get(there).content.decode()

    assert f'href="{there}"' in asked
    letter = leaving_letters(warned_of).get(review__personal_share=0)
    assert reverse("campaigns:message-detail", args=[letter.pk]) in page and "1 letter that is to leave." in page
    deed = url("approve", warned_of)
    assert f'href="{deed}"' not in page  # that page is not the author's


def test_each_kind_of_warning_is_counted_once_and_only_among_letters_that_leave(warned_of):
    make_letter(warned_of, state="held", reason_code="guard", review={"personal_share": 0, "pile": "look"})

    assert warnings_of(warned_of) == {"to_look": 1, "plain": 1}


@pytest.mark.parametrize(
    ("given", "missing"),
    [({}, ["to_look", "plain"]), ({"plain": "Γιατί έτσι."}, ["to_look"]), (WHY | {"plain": "  "}, ["plain"])],
)
def test_the_approval_is_not_asked_for_while_a_reason_is_missing(warned_of, anna, given, missing):
    with pytest.raises(ReasonsMissing) as refused:
        ask_for_approval(warned_of.pk, by=anna, now=NOW, reasons=given)

    assert refused.value.kinds == missing
    warned_of.refresh_from_db()
    assert warned_of.approval_asked_at is None
    assert not ApprovalComment.objects.exists() and told(TO_APPROVE) == []


def test_a_reason_for_what_is_no_warning_any_more_is_not_kept(campaign, anna):
    assert ask_for_approval(campaign.pk, by=anna, now=NOW, reasons=WHY)

    assert not ApprovalComment.objects.exists()


def test_the_author_is_shown_the_warnings_and_says_why_of_each(warned_of, anna, eleni):
    author = client_of(anna)

    first = author.post(url("ask", warned_of), {"note": "Και κάτι ακόμη."})
    page = first.content.decode()
    assert first.status_code == 200 and "missing" not in page
    assert "1 letter has nothing personal but the opening." in page.replace("<b>", "").replace("</b>", "")
    assert page.count("Why it may stay as it is") == 2 and "Και κάτι ακόμη." in page

    half = {"asked": "1", "reason-plain": WHY["plain"], "note": "Και κάτι ακόμη."}
    answer = author.post(url("ask", warned_of), half)
    second = answer.content.decode()
    assert answer.status_code == 422
    assert "One reason is missing. Nobody has been asked yet." in second and WHY["plain"] in second

    author.post(url("ask", warned_of), half | {"reason-to_look": WHY["to_look"]})
    deed = client_of(eleni).get(url("approve", warned_of)).content.decode()
    for words in (*WHY.values(), "Και κάτι ακόμη."):
        assert deed.count(words) == 2  # beside the warning or above them all, and in what was said
    assert deed.index("wants a look first") < deed.index(WHY["to_look"]) < deed.index("nothing personal but")
    assert "about letters that want a look" in deed and "about letters with nothing personal" in deed


def test_a_warning_that_came_up_later_says_that_nobody_has_said_why(campaign, anna, eleni):
    ask_for_approval(campaign.pk, by=anna, now=NOW)
    make_letter(campaign, state="draft", review={"personal_share": 0})

    deed = client_of(eleni).get(url("approve", campaign)).content.decode()

    assert "No reason was written when the approval was asked for." in deed


def test_what_was_sent_back_is_asked_for_with_new_reasons(warned_of, anna, eleni):
    ask_for_approval(warned_of.pk, by=anna, now=NOW, reasons=WHY)
    send_back(warned_of.pk, by=eleni, text="Όχι έτσι.", now=NOW)
    warned_of.refresh_from_db()
    assert reasons_of(warned_of) == {}

    later = NOW + timedelta(hours=1)
    ask_for_approval(warned_of.pk, by=anna, now=later, reasons=WHY | {"plain": "Νέοι πελάτες."})

    warned_of.refresh_from_db()
    assert {kind: said.text for kind, said in reasons_of(warned_of).items()} == WHY | {"plain": "Νέοι πελάτες."}
    assert len(what_about(warned_of)) == 4


def test_the_page_to_ask_is_for_what_is_in_review_and_not_asked_for(warned_of, anna):
    author = client_of(anna)
    assert "Whoever approves will be warned" in author.get(url("ask", warned_of)).content.decode()

    ask_for_approval(warned_of.pk, by=anna, now=NOW, reasons=WHY)

    assert author.get(url("ask", warned_of))["Location"] == url("detail", warned_of)


def test_a_reason_that_is_too_long_comes_back_to_be_shortened(warned_of, anna):
    long = {"asked": "1", "reason-to_look": "α" * 1001, "reason-plain": WHY["plain"]}

    page = client_of(anna).post(url("ask", warned_of), long).content.decode()

    assert "A comment has up to 1,000 characters. Shorten it." in page and WHY["plain"] in page


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


def test_preparing_the_letters_anew_takes_the_approval_away_and_says_so(anna, eleni):
    make_contact()
    campaign = prepare(make_campaign(author=anna))
    approve_campaign(campaign.pk, by=eleni, revision=campaign.revision, now=NOW)

    prepare(campaign)

    assert told(APPROVAL_VOID) == ["eleni"]
    assert (campaign.state, campaign.approved_by) == ("in_review", None)
    with translation.override("en"):
        said = void_words(campaign)
    assert said == "The approval no longer holds: all letters were prepared anew (Άννα, 21 December, 10:00)."


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
