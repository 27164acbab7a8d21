"""A letter is written anew with the facts of today, its frozen words, and a person's hand in it again."""

from datetime import timedelta

import pytest

from campaigns.letters import words_digest
from campaigns.models import Campaign, HandEdit, LetterReview, Message, MessageBody
from campaigns.rendering import RenderedGreeting
from campaigns.review.rewriting import Rewritten, rewrite_letter, rewrite_letters
from customers.addresses import address_fields
from customers.models import Contact
from tests.builders import ELENI, NOW, STAMATIS, make_campaign, make_contact, make_user
from tests.review.preparing import approve, letter_to, prepare
from tests.review.test_preparing_piles import codes_of, town_campaign

pytestmark = pytest.mark.django_db
UNSURE = {"name_confidence": 0.8, "name_reason": "ambiguous_accent"}


def again(contact: Contact, **how) -> Rewritten:
    return rewrite_letter(letter_to(contact).pk, by=make_user(), now=NOW, **how)


def mend(contact: Contact, **fields) -> None:
    Contact.objects.filter(pk=contact.pk).update(**fields)


def test_a_mended_name_is_in_the_letter_and_nothing_holds_it_any_more():
    unsure = make_contact(STAMATIS, city="Βόλος", **UNSURE)
    campaign = prepare(town_campaign())
    mend(unsure, last_name="Παπάς", name_confidence=1.0, name_reason="typed")

    assert again(unsure) == Rewritten(True, "")

    letter = letter_to(unsure)
    assert (letter.state, letter.reason_code, letter.to_name) == ("draft", "", "Σταμάτης Παπάς")
    assert letter.body.text.startswith("Αγαπητέ κύριε Παπά,")
    assert (letter.review.pile, letter.review.look_codes) == ("rest", [])
    assert Campaign.objects.get().revision == campaign.revision + 1


def test_a_letter_that_says_the_same_keeps_its_tick_and_the_approval():
    stamatis = make_contact(STAMATIS, city="Βόλος")
    campaign = approve(prepare(town_campaign()))
    Message.objects.update(reviewed_at=NOW, reviewed_by=make_user())
    LetterReview.objects.update(pile="")

    assert again(stamatis) == Rewritten(False, "")

    letter = letter_to(stamatis)
    assert (letter.reviewed_at, letter.review.pile) == (NOW, "")
    assert Campaign.objects.get().state == "approved"
    assert Campaign.objects.get().revision == campaign.revision


def test_a_letter_that_says_something_else_loses_its_tick_and_the_approval_is_void():
    stamatis = make_contact(STAMATIS, city="Βόλος")
    approve(prepare(town_campaign()))
    Message.objects.update(reviewed_at=NOW, reviewed_by=make_user())
    LetterReview.objects.update(pile="", ticked_alike=True, signer_read_at=NOW)
    mend(stamatis, city="Πάτρα")

    assert again(stamatis).changed

    letter = letter_to(stamatis)
    assert "Πάτρα" in letter.body.text
    assert (letter.reviewed_at, letter.reviewed_by, letter.review.pile) == (None, None, "rest")
    assert (letter.review.ticked_alike, letter.review.signer_read_at) == (False, None)
    assert Campaign.objects.get().state == "in_review"


def test_who_has_decided_about_the_approval_voids_nothing():
    stamatis = make_contact(STAMATIS, city="Βόλος")
    approve(prepare(town_campaign()))
    mend(stamatis, city="Πάτρα")

    assert again(stamatis, is_change=False).changed
    assert Campaign.objects.get().state == "approved"


def test_the_neutral_opening_names_nobody_and_stays_when_the_letter_is_written_anew():
    unsure = make_contact(STAMATIS, city="Βόλος", **UNSURE)
    prepare(town_campaign())

    assert again(unsure, neutral=True) == Rewritten(True, "")
    first = letter_to(unsure)
    assert again(unsure) == Rewritten(False, "")

    letter = letter_to(unsure)
    assert (letter.state, letter.body.text) == ("draft", first.body.text)
    assert letter.body.text.startswith("Χρόνια πολλά,")
    assert "Παπαδόπουλ" not in letter.body.text
    assert (codes_of(letter), letter.review.pile) == (["neutral"], "rest")


def test_a_letter_given_to_the_house_is_in_its_name_and_stays_so():
    anna = make_user(signs_as="Άννα", email="anna@shop.example")
    stamatis = make_contact(STAMATIS, city="Βόλος", owner=anna)
    prepare(town_campaign())

    assert again(stamatis, house_signs=True).changed
    assert again(stamatis) == Rewritten(False, "")

    letter = letter_to(stamatis)
    assert (letter.from_name, letter.reply_to, letter.review.signer) == ("", "", None)
    assert "Άννα" not in letter.body.text


@pytest.mark.parametrize(("city", "kept"), [("Βόλος", True), ("Πάτρα", False)])
def test_only_another_signature_takes_no_tick_away(city, kept):
    anna = make_user(signs_as="Άννα", email="anna@shop.example")
    stamatis = make_contact(STAMATIS, city="Βόλος", owner=anna)
    prepare(town_campaign())
    Message.objects.update(reviewed_at=NOW, reviewed_by=anna)
    LetterReview.objects.update(pile="", ticked_alike=True)
    mend(stamatis, city=city)

    again(stamatis, house_signs=True)

    letter = letter_to(stamatis)
    assert (letter.reviewed_at == NOW, letter.review.ticked_alike, letter.review.pile == "") == (kept, kept, kept)


def test_what_was_set_aside_says_the_new_words_and_stays_aside():
    stamatis = make_contact(STAMATIS, city="Βόλος")
    prepare(town_campaign())
    Message.objects.update(state="held", reason_code="set_aside", reason_facts={"why": "σε ταξίδι"})
    LetterReview.objects.update(pile="")
    mend(stamatis, city="Πάτρα")

    assert again(stamatis) == Rewritten(True, "set_aside")

    letter = letter_to(stamatis)
    assert (letter.state, letter.reason_facts, letter.review.pile) == ("held", {"why": "σε ταξίδι"}, "")
    assert "Πάτρα" in letter.body.text


def test_a_persons_hand_is_in_the_letter_again():
    stamatis = make_contact(STAMATIS, city="Βόλος")
    campaign = prepare(town_campaign())
    body = letter_to(stamatis).body
    mine = RenderedGreeting(
        body.subject, f"{body.text}\n\nΥ.Γ. Χαιρετισμούς.", f"{body.html}\n<p>Υ.Γ. Χαιρετισμούς.</p>"
    )
    base = {"base_subject": body.subject, "base_text": body.text, "base_html": body.html}
    own = {"subject": mine.subject, "text": mine.text, "html": mine.html}
    by = make_user()
    HandEdit.objects.create(campaign=campaign, contact=stamatis, edited_by=by, edited_at=NOW, **base, **own)
    mend(stamatis, city="Πάτρα")

    again(stamatis)

    letter = letter_to(stamatis)
    assert "Πάτρα" in letter.body.text
    assert letter.body.text.endswith("Υ.Γ. Χαιρετισμούς.")
    assert letter.body.digest != letter.review.rendered_digest
    assert "Πάτρα" in HandEdit.objects.get().base_text


def test_a_letter_to_a_former_address_goes_to_the_new_one():
    stamatis = make_contact(STAMATIS)
    prepare(make_campaign())
    mend(stamatis, **address_fields("neos@shop.example"))

    assert again(stamatis).changed
    assert (letter_to(stamatis).to_address, letter_to(stamatis).state) == ("neos@shop.example", "draft")


def test_an_address_that_another_letter_goes_to_holds_this_one():
    stamatis, eleni = make_contact(STAMATIS), make_contact(ELENI)
    prepare(make_campaign())
    mend(eleni, **address_fields(STAMATIS["email"]))

    assert again(eleni) == Rewritten(True, "same_address")
    assert letter_to(eleni).reason_facts == {"contact": stamatis.pk}


def test_letters_whose_readers_changed_addresses_with_each_other_are_written_anew_together():
    stamatis, eleni = make_contact(STAMATIS), make_contact(ELENI)
    campaign = prepare(make_campaign())
    mend(stamatis, **address_fields(ELENI["email"]))
    mend(eleni, **address_fields(STAMATIS["email"]))

    done = rewrite_letters(campaign.pk, [letter_to(each).pk for each in (stamatis, eleni)], by=make_user(), now=NOW)

    assert set(done.values()) == {Rewritten(True, "")}
    assert (letter_to(stamatis).to_address, letter_to(eleni).to_address) == (ELENI["email"], STAMATIS["email"])
    assert letter_to(eleni).address_digest == address_fields(STAMATIS["email"])["address_digest"]


@pytest.mark.parametrize("state", ["ready", "sending", "sent", "uncertain", "skipped", "cancelled"])
def test_what_is_on_its_way_or_left_out_says_what_it_says(state):
    stamatis = make_contact(STAMATIS, city="Βόλος")
    prepare(town_campaign())
    reason = "no_email" if state in ("uncertain", "skipped") else ""
    held = {"holder": "me", "lease_until": NOW} if state == "sending" else {}
    Message.objects.update(state=state, reason_code=reason, sent_at=NOW if state == "sent" else None, **held)
    mend(stamatis, city="Πάτρα")

    assert again(stamatis) == Rewritten(False, "state")
    assert "Βόλο" in letter_to(stamatis).body.text


def test_in_a_campaign_on_its_way_only_a_held_letter_is_written_anew_and_it_stays_held():
    unsure, sure = make_contact(STAMATIS, city="Βόλος", **UNSURE), make_contact(ELENI, city="Βόλος")
    campaign = approve(prepare(town_campaign()))
    Campaign.objects.filter(pk=campaign.pk).update(state="sending")

    done = rewrite_letters(
        campaign.pk,
        [letter_to(unsure).pk, letter_to(sure).pk],
        by=make_user(),
        now=NOW,
        neutral=True,
        is_change=False,
    )

    assert done == {letter_to(unsure).pk: Rewritten(True, "")}
    letter = letter_to(unsure)
    assert (letter.state, letter.reason_code) == ("held", "name_unsure")
    assert letter.body.text.startswith("Χρόνια πολλά,")
    assert Campaign.objects.get().state == "sending"


def test_a_letter_that_is_gone_is_said_to_be_gone():
    assert rewrite_letter(0, by=make_user(), now=NOW) == Rewritten(False, "gone")


def test_a_letter_without_words_gets_them_when_it_can(monkeypatch):
    anna = make_contact(ELENI, language="en")
    prepare(make_campaign())
    assert letter_to(anna).reason_code == "no_variant"
    mend(anna, language="el")

    assert again(anna) == Rewritten(True, "")

    letter = letter_to(anna)
    words = RenderedGreeting(letter.body.subject, letter.body.text, letter.body.html)
    assert letter.review.rendered_digest == words_digest(words) == letter.body.digest
    assert letter.state == "draft"


def test_many_letters_are_one_change_and_a_constant_number_of_statements(django_assert_max_num_queries):
    anna = make_user(signs_as="Άννα", email="anna@shop.example")
    campaign = make_campaign()
    for _number in range(40):
        make_contact(owner=anna)
    prepare(campaign)
    ids = list(campaign.messages.values_list("pk", flat=True))
    was = Campaign.objects.get().revision

    with django_assert_max_num_queries(90):
        done = rewrite_letters(campaign.pk, ids, by=anna, now=NOW, house_signs=True)

    assert all(each == Rewritten(True, "") for each in done.values())
    assert len(done) == 40
    assert Campaign.objects.get().revision == was + 1
    assert set(campaign.messages.values_list("from_name", flat=True)) == {""}
    assert MessageBody.objects.filter(text__contains="Άννα").count() == 0


def test_the_facts_are_those_of_the_day_preparing_began():
    stamatis = make_contact(STAMATIS, city="Βόλος")
    prepare(town_campaign())

    found = rewrite_letter(letter_to(stamatis).pk, by=make_user(), now=NOW + timedelta(days=3))

    assert not found.changed
