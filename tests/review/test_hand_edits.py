"""One letter changed by hand: what it says, what follows from it, and the way back."""

from datetime import timedelta

import pytest

from campaigns.models import Campaign, HandEdit, Message, StaffNotice
from campaigns.rendering.by_hand import HandWordsRefused
from campaigns.review.approval.approving import approve_campaign
from campaigns.review.approval.warnings import confirmed_letters
from campaigns.review.edits.changing import WordsMoved, clear_edit, edit_letter
from campaigns.review.edits.confirming import confirm_finding, finding_mark, to_confirm
from campaigns.review.room.deciding import set_aside, tick
from campaigns.review.steps import DecisionRefused, Step
from campaigns.review.undoing import undo
from campaigns.running import start_sending
from customers.models import AuditEntry
from tests.builders import ELENI, NOW, STAMATIS, make_contact, make_user
from tests.review.edits import edit_of, known, make_greeting, review, the_letter, type_in, words

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def nikos():
    return make_user(first_name="Νίκος", last_name="Ράπτης")


# --- What the letter says ---


def test_the_words_typed_are_in_the_letter_and_the_rest_stays_as_it_was(nikos):
    letter = the_letter(make_greeting())

    type_in(letter, "Γεια.", "Φιλιά & γεια.", by=nikos, subject="Για σένα, Σταμάτη")

    body = words(letter)
    assert (body.subject, "Φιλιά &amp; γεια." in body.html) == ("Για σένα, Σταμάτη", True)
    assert "<strong>καλά Χριστούγεννα</strong>" in body.html
    assert "Φιλιά & γεια." in body.text and "με υγεία" in body.text


def test_the_edit_keeps_the_machines_words_beside_the_hands(nikos):
    letter = the_letter(make_greeting())
    before = words(letter)

    type_in(letter, "Γεια.", "Φιλιά.", by=nikos)
    type_in(letter, "Φιλιά.", "Φιλιά πολλά.", by=nikos)

    edit = edit_of(letter)
    assert (edit.base_subject, edit.base_text, edit.base_html) == (before.subject, before.text, before.html)
    assert (edit.text, edit.html) == (words(letter).text, words(letter).html)
    assert (edit.edited_by, edit.edited_at) == (nikos, NOW)
    assert HandEdit.objects.count() == 1


def test_words_typed_back_as_they_were_end_the_edit_with_bold_and_links(nikos):
    letter = the_letter(make_greeting())
    before = words(letter)
    type_in(letter, "υγεία", "χαρά", by=nikos)

    step = type_in(letter, "χαρά", "υγεία", by=nikos)

    assert edit_of(letter) is None
    assert (words(letter).html, words(letter).digest) == (before.html, before.digest)
    assert step.did == "clear_edit"


def test_words_that_are_there_already_are_no_edit(nikos):
    letter = the_letter(make_greeting())
    revision = letter.campaign.revision

    assert type_in(letter, "Γεια.", "Γεια.  \r\n", by=nikos) is None

    assert edit_of(letter) is None
    assert Campaign.objects.get().revision == revision


def test_an_edit_says_nothing_that_has_become_true_meanwhile(nikos):
    """Only what the person saw and typed is in the letter: facts come in when somebody writes it anew."""
    letter = the_letter(make_greeting())
    letter.contact.city = "Βόλος"
    letter.contact.save(update_fields=["city"])

    type_in(letter, "Γεια.", "Φιλιά.", by=nikos)

    assert "Βόλο" not in words(letter).text


def test_jinja_is_refused_and_nothing_is_written(nikos):
    letter = the_letter(make_greeting())

    with pytest.raises(HandWordsRefused):
        type_in(letter, "Γεια.", "{{ όνομα }}", by=nikos)

    assert edit_of(letter) is None


# --- What follows from it ---


def test_an_edit_is_a_change_that_takes_tick_and_approval_away(nikos):
    campaign = make_greeting()
    letter = the_letter(campaign)
    tick(letter.pk, by=nikos, now=NOW)
    approve_campaign(campaign.pk, by=make_user(role="manager"), revision=campaign.revision, now=NOW)

    type_in(letter, "Γεια.", "Φιλιά.", by=nikos)

    campaign.refresh_from_db()
    letter = the_letter(campaign)
    assert (campaign.state, campaign.approved_revision, campaign.approved_by) == ("in_review", None, None)
    assert (letter.reviewed_at, letter.reviewed_by, letter.state) == (None, None, Message.State.DRAFT)
    assert review(letter).pile == "rest"
    assert AuditEntry.objects.filter(verb="edit_letter", actor_id=nikos.pk, object_id=letter.pk).exists()


def test_an_edited_letter_has_more_of_its_own_and_is_like_no_other(nikos):
    make_contact(ELENI)
    stamatis = make_contact(STAMATIS)
    letter = the_letter(make_greeting(stamatis), stamatis)
    before = review(letter)

    type_in(letter, "Γεια.", "Σας περιμένουμε να μας πείτε για το ταξίδι στην Κρήτη.", by=nikos)

    after = review(letter)
    assert after.personal_share > before.personal_share
    assert after.same_class != before.same_class
    assert after.rendered_digest == before.rendered_digest
    assert "no_personal_fact" not in [each["code"] for each in after.look_codes]


def test_the_signers_own_hand_has_read_what_another_hand_has_not(nikos):
    letter = the_letter(make_greeting())
    signer = make_user()
    type(review(letter)).objects.update(signer=signer, signer_read_at=NOW)

    type_in(letter, "Γεια.", "Φιλιά.", by=signer)
    assert review(letter).signer_read_at == NOW

    type_in(letter, "Φιλιά.", "Γεια σας.", by=nikos)
    assert review(letter).signer_read_at is None


def test_a_letter_set_aside_stays_aside_with_its_new_words(nikos):
    letter = the_letter(make_greeting())
    set_aside(letter.pk, why="λείπει", by=nikos, now=NOW)

    type_in(letter, "Γεια.", "Φιλιά.", by=nikos)

    letter = the_letter(letter.campaign)
    assert (letter.state, letter.reason_code, review(letter).pile) == ("held", "set_aside", "")


def test_a_letter_held_for_a_gap_leaves_when_the_gap_was_mended_by_hand(nikos):
    nan = make_contact(STAMATIS, city="None")
    letter = the_letter(make_greeting(nan))
    assert letter.state == "held"

    type_in(letter, "είναι η None. ", "", by=nikos)

    letter = the_letter(letter.campaign)
    assert (letter.state, letter.reason_code, review(letter).guard) == ("draft", "", [])


def test_a_letter_on_its_way_can_no_longer_be_changed(nikos):
    campaign = make_greeting(wish_on=NOW.date())
    letter = the_letter(campaign)
    approve_campaign(campaign.pk, by=make_user(role="manager"), revision=campaign.revision, now=NOW)
    start_sending(campaign.pk, by=nikos, now=NOW)

    with pytest.raises(DecisionRefused) as refused:
        type_in(letter, "Γεια.", "Φιλιά.", by=nikos)

    assert refused.value.code == "campaign"


def test_a_letter_without_words_has_none_to_change(nikos):
    campaign = make_greeting(body="{{ προσφώνηση }} {{ πόλη }}")
    letter = the_letter(campaign)

    with pytest.raises(DecisionRefused) as refused:
        edit_letter(letter.pk, subject="α", text="α", seen_digest="", by=nikos, now=NOW)

    assert refused.value.code == "letter"


def test_the_second_of_two_colleagues_is_told_what_the_first_wrote(nikos):
    letter = the_letter(make_greeting())
    seen = words(letter).digest
    type_in(letter, "Γεια.", "Φιλιά.", by=nikos)

    with pytest.raises(WordsMoved) as moved:
        edit_letter(letter.pk, subject="α", text="Άλλα.", seen_digest=seen, by=make_user(), now=NOW)

    assert "Φιλιά." in moved.value.words.text
    assert moved.value.edit.edited_by == nikos
    assert "Φιλιά." in words(letter).text


# --- The guard reads what was typed ---


def test_the_name_of_another_customer_holds_the_letter_until_somebody_confirms_it(nikos):
    known(make_contact(ELENI))
    stamatis = make_contact(STAMATIS)
    campaign = make_greeting(stamatis)
    letter = the_letter(campaign, stamatis)

    type_in(letter, "Γεια.", "Χαιρετισμούς στην Ελένη Βλάχου.", by=nikos)

    letter = the_letter(campaign, stamatis)
    assert (letter.state, letter.reason_code, review(letter).pile) == ("held", "guard", "look")
    revision = Campaign.objects.get().revision
    found = to_confirm(review(letter))
    assert [each.code for each in found] == ["other_person"]

    step = confirm_finding(letter.pk, finding_mark(found[0]), by=nikos, now=LATER)

    letter = the_letter(campaign, stamatis)
    assert (letter.state, letter.reason_code, to_confirm(review(letter))) == ("draft", "", [])
    assert "guard" not in [each["code"] for each in review(letter).look_codes]
    assert review(letter).confirmed[0]["by"] == "Νίκος Ράπτης"
    assert Campaign.objects.get().revision == revision + 1
    assert AuditEntry.objects.get(verb="confirm_finding").facts == {"finding": "other_person"}

    undo(Step(**step.as_dict()), by=nikos, now=LATER)

    letter = the_letter(campaign, stamatis)
    assert (letter.state, letter.reason_code, len(to_confirm(review(letter)))) == ("held", "guard", 1)
    assert "guard" in [each["code"] for each in review(letter).look_codes]


def test_a_confirmed_name_stays_confirmed_when_other_words_change(nikos):
    known(make_contact(ELENI))
    stamatis = make_contact(STAMATIS)
    campaign = make_greeting(stamatis)
    letter = the_letter(campaign, stamatis)
    type_in(letter, "Γεια.", "Χαιρετισμούς στην Ελένη Βλάχου.", by=nikos)
    confirm_finding(letter.pk, finding_mark(to_confirm(review(letter))[0]), by=nikos, now=NOW)

    type_in(letter, "με υγεία", "με χαρά", by=nikos)

    assert the_letter(campaign, stamatis).state == "draft"


def test_a_confirmed_name_that_was_taken_out_again_warns_nobody(nikos):
    known(make_contact(ELENI))
    stamatis = make_contact(STAMATIS)
    campaign = make_greeting(stamatis)
    letter = the_letter(campaign, stamatis)
    type_in(letter, "Γεια.", "Χαιρετισμούς στην Ελένη Βλάχου.", by=nikos)
    confirm_finding(letter.pk, finding_mark(to_confirm(review(letter))[0]), by=nikos, now=NOW)
    assert list(confirmed_letters(campaign)) == [letter]

    type_in(letter, "Χαιρετισμούς στην Ελένη Βλάχου.", "Χαιρετισμούς.", by=nikos)

    assert edit_of(letter) is not None
    assert not confirmed_letters(campaign).exists()


def test_what_nobody_may_confirm_is_refused(nikos):
    letter = the_letter(make_greeting())
    type_in(letter, "Γεια.", "Γεια XXX.", by=nikos)
    guard = review(letter).guard

    assert [each["code"] for each in guard] == ["leftover"] or guard
    with pytest.raises(DecisionRefused):
        confirm_finding(letter.pk, "0" * 16, by=nikos, now=NOW)


# --- Back ---


def test_the_machines_words_come_back_on_wish(nikos):
    letter = the_letter(make_greeting())
    before = words(letter)
    type_in(letter, "υγεία", "χαρά", by=nikos)
    revision = Campaign.objects.get().revision

    clear_edit(letter.pk, by=nikos, now=LATER)

    assert (words(letter).html, words(letter).digest) == (before.html, before.digest)
    assert edit_of(letter) is None
    assert Campaign.objects.get().revision == revision + 1


def test_only_an_edit_can_be_cleared(nikos):
    with pytest.raises(DecisionRefused):
        clear_edit(the_letter(make_greeting()).pk, by=nikos, now=NOW)


def test_every_step_is_taken_back_in_turn(nikos):
    letter = the_letter(make_greeting())
    tick(letter.pk, by=nikos, now=NOW)
    said, steps = [words(letter).html], []
    for old, new in (("Γεια.", "Φιλιά."), ("Φιλιά.", "Πολλά φιλιά.")):
        steps.append(type_in(letter, old, new, by=nikos))
        said.append(words(letter).html)
    steps.append(clear_edit(letter.pk, by=nikos, now=LATER))

    back = []
    for step in reversed(steps):
        undo(Step(**step.as_dict()), by=nikos, now=LATER)
        back.append(words(letter).html)

    assert back == said[::-1]
    letter = the_letter(letter.campaign)
    assert edit_of(letter) is None
    assert (letter.reviewed_by, letter.reviewed_at, review(letter).pile) == (nikos, NOW, "")


def test_a_step_is_not_taken_back_over_the_words_of_a_colleague(nikos):
    letter = the_letter(make_greeting())
    step = type_in(letter, "Γεια.", "Φιλιά.", by=nikos)
    type_in(letter, "Φιλιά.", "Χαιρετισμούς.", by=make_user())

    with pytest.raises(DecisionRefused) as refused:
        undo(step, by=nikos, now=LATER)

    assert refused.value.code == "moved"
    assert "Χαιρετισμούς." in words(letter).text


# --- The author is told ---


def test_the_author_is_told_once_that_a_manager_changed_letters():
    author, manager = make_user(), make_user(role="manager", first_name="Ελένη", last_name="Βλάχου")
    first, second = make_contact(STAMATIS), make_contact(ELENI)
    campaign = make_greeting(first, second, author=author)

    for contact in (first, second):
        type_in(the_letter(campaign, contact), "Γεια.", "Φιλιά.", by=manager)

    notice = StaffNotice.objects.get(code="author_yes")
    assert (notice.to, notice.facts) == (author, {"by": "Ελένη Βλάχου"})


@pytest.mark.parametrize("role", ["staff", "author"])
def test_nobody_is_told_of_the_hand_of_one_who_cannot_approve_it(role):
    author = make_user(role="manager")
    campaign = make_greeting(author=author)

    type_in(the_letter(campaign), "Γεια.", "Φιλιά.", by=author if role == "author" else make_user())

    assert not StaffNotice.objects.filter(code="author_yes").exists()
