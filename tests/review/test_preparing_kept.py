"""What people decided about letters is kept when the letters are made anew, and nobody is greeted twice."""

from datetime import timedelta

import pytest

from campaigns.coverage import adds_up
from campaigns.models import Campaign, CarriedReview, GreetingVariant, HandEdit, LetterReview, Message
from campaigns.preparing import chunks, prepare_next_chunk, start_preparing
from campaigns.writing.composing import Words, save_words
from customers.models import Contact, Household
from tests.builders import BODY, ELENI, NOW, STAMATIS, make_campaign, make_contact, make_letter, make_user
from tests.review.preparing import letter_to, prepare

pytestmark = pytest.mark.django_db


def tick(contact: Contact, by, *, alike: bool = False) -> None:
    Message.objects.filter(contact=contact).update(reviewed_at=NOW, reviewed_by=by)
    LetterReview.objects.filter(message__contact=contact).update(
        pile="", ticked_alike=alike, signer_read_at=NOW, confirmed=[{"code": "other_person", "facts": {"found": "x"}}]
    )


def other_words(campaign: Campaign) -> None:
    words = Words(language="el", manner="formal", subject="Άλλα λόγια", body=BODY, from_version=1)
    assert save_words(campaign.pk, words, by=campaign.author, now=NOW)


# --- Ticks ---


@pytest.mark.parametrize("alike", [True, False])
def test_a_tick_holds_again_when_the_new_letter_says_the_same(alike):
    stamatis = make_contact(STAMATIS)
    campaign = prepare(make_campaign())
    reader = make_user()
    tick(stamatis, reader, alike=alike)

    prepare(campaign)

    letter = letter_to(stamatis)
    assert (letter.reviewed_at, letter.reviewed_by, letter.review.pile) == (NOW, reader, "")
    assert (letter.review.ticked_alike, letter.review.signer_read_at) == (alike, NOW)
    assert letter.review.confirmed == [{"code": "other_person", "facts": {"found": "x"}}]
    assert not CarriedReview.objects.exists()


def test_a_tick_is_void_when_the_letter_says_something_else():
    stamatis = make_contact(STAMATIS)
    campaign = prepare(make_campaign())
    tick(stamatis, make_user())

    other_words(campaign)
    prepare(campaign)

    letter = letter_to(stamatis)
    assert (letter.reviewed_at, letter.review.signer_read_at, letter.review.pile) == (None, None, "look")


def test_a_tick_survives_two_preparations_of_which_the_first_was_cut_short(monkeypatch):
    monkeypatch.setattr(chunks, "CHUNK", 1)
    people = [make_contact(STAMATIS), make_contact(ELENI)]
    campaign = prepare(make_campaign())
    for person in people:
        tick(person, make_user())

    start_preparing(campaign, by=campaign.author, now=NOW)
    assert prepare_next_chunk(campaign.pk, now=NOW)
    Campaign.objects.filter(pk=campaign.pk).update(state="draft")
    prepare(campaign)

    assert [letter_to(person).reviewed_at for person in people] == [NOW, NOW]


# --- Set aside, and taken in hand ---


@pytest.mark.parametrize(
    ("channel", "reason", "facts"),
    [("mail", "set_aside", {"why": "σε ταξίδι", "by": "Άννα"}), ("call", "by_call", {"was": ["draft", "", {}]})],
)
def test_what_was_set_aside_stays_aside_whatever_the_words_say(channel, reason, facts):
    stamatis = make_contact(STAMATIS)
    campaign = prepare(make_campaign())
    aside = {"state": "held", "channel": channel, "reason_code": reason, "reason_facts": facts}
    Message.objects.update(**aside)
    LetterReview.objects.update(pile="")

    other_words(campaign)
    prepare(campaign)

    letter = letter_to(stamatis)
    assert {name: getattr(letter, name) for name in aside} == aside
    assert letter.review.pile == ""


def test_who_asked_for_no_letters_meanwhile_is_not_called_either():
    stamatis = make_contact(STAMATIS)
    campaign = prepare(make_campaign())
    Message.objects.update(state="held", channel="call", reason_code="by_call")
    Contact.objects.update(stopped_reason="no_letters", stopped_at=NOW)

    prepare(campaign)

    assert (letter_to(stamatis).state, letter_to(stamatis).reason_code) == ("skipped", "no_letters")


def test_a_call_that_was_made_is_kept_and_not_made_again():
    stamatis, eleni = make_contact(STAMATIS), make_contact(ELENI)
    campaign = prepare(make_campaign())
    done = letter_to(stamatis)
    Message.objects.filter(pk=done.pk).update(state="sent", channel="call", sent_at=NOW, settled_by=make_user())

    prepare(campaign)

    letter = letter_to(stamatis)
    assert (letter.pk, letter.state, letter.channel) == (done.pk, "sent", "call")
    assert letter_to(eleni).state == "draft"
    assert campaign.chosen_count == 2
    assert adds_up(campaign)


# --- Hand edits ---


def edit(campaign: Campaign, contact: Contact, *, text: str) -> HandEdit:
    body = letter_to(contact).body
    html = "\n".join(f"<p>{part}</p>" for part in text.split("\n\n"))
    return HandEdit.objects.create(
        campaign=campaign,
        contact=contact,
        base_subject=body.subject,
        base_text=body.text,
        base_html=body.html,
        subject=body.subject,
        text=text,
        html=html,
        edited_by=make_user(),
        edited_at=NOW,
    )


def test_words_put_in_by_hand_are_in_the_new_letter_too():
    stamatis = make_contact(STAMATIS)
    campaign = prepare(make_campaign())
    text = letter_to(stamatis).body.text.replace("με υγεία", "με τα εγγόνια κοντά")
    edit(campaign, stamatis, text=text)

    other_words(campaign)
    prepare(campaign)

    letter = letter_to(stamatis)
    assert (letter.body.subject, letter.body.text) == ("Άλλα λόγια", text)
    assert letter.review.personal_share > 0
    assert [each["code"] for each in letter.review.look_codes] == []
    assert HandEdit.objects.get().base_subject == "Άλλα λόγια"


def test_where_the_machine_says_something_else_in_the_same_place_the_hand_stays_and_is_looked_at():
    stamatis = make_contact(STAMATIS)
    campaign = prepare(make_campaign())
    text = letter_to(stamatis).body.text.replace("με υγεία", "με τα εγγόνια κοντά")
    edit(campaign, stamatis, text=text)

    body = BODY.replace("με υγεία", "με χαρά")
    words = Words(language="el", manner="formal", subject="Καλά Χριστούγεννα", body=body, from_version=1)
    save_words(campaign.pk, words, by=campaign.author, now=NOW)
    prepare(campaign)

    letter = letter_to(stamatis)
    assert "με τα εγγόνια κοντά" in letter.body.text
    assert [each["code"] for each in letter.review.look_codes] == ["edit_stale"]
    assert (letter.review.pile, HandEdit.objects.get().stale) == ("look", True)


# --- Nobody twice ---


def reasons() -> dict[int, tuple[str, dict]]:
    return {each.contact_id: (each.reason_code, each.reason_facts) for each in Message.objects.filter(state="skipped")}


def test_a_household_gets_one_letter_its_own_contact_first():
    home = Household.objects.create(name="Παπαδόπουλοι")
    stamatis, eleni = make_contact(STAMATIS, household=home), make_contact(ELENI, household=home)
    both = make_contact(kind="household", gender="mf", household=home, last_name="Παπαδόπουλος", first_name="")
    prepare(make_campaign())

    assert reasons() == {person.pk: ("same_household", {"contact": both.pk}) for person in (stamatis, eleni)}


def test_of_a_household_the_first_with_an_address_gets_the_letter_also_across_chunks(monkeypatch):
    monkeypatch.setattr(chunks, "CHUNK", 1)
    home = Household.objects.create(name="Παπαδόπουλοι")
    without = make_contact(household=home, email="")
    stamatis, eleni = make_contact(STAMATIS, household=home), make_contact(ELENI, household=home)
    prepare(make_campaign())

    assert letter_to(stamatis).state == "draft"
    assert reasons() == {without.pk: ("no_email", {}), eleni.pk: ("same_household", {"contact": stamatis.pk})}


def test_whoever_lives_with_somebody_wished_by_another_greeting_had_the_wish_too():
    home = Household.objects.create(name="Παπαδόπουλοι")
    stamatis, eleni = make_contact(STAMATIS, household=home), make_contact(ELENI, household=home)
    make_letter(make_campaign(state="sending"), stamatis, state="sent", sent_at=NOW - timedelta(days=1))
    campaign = prepare(make_campaign())

    left_out = dict(campaign.messages.values_list("contact_id", "reason_code"))
    assert left_out == {stamatis.pk: "already_wished", eleni.pk: "same_household"}


def test_a_second_greeting_of_the_occasion_says_by_whom_and_when_they_were_wished():
    stamatis = make_contact(STAMATIS)
    nikos = make_user(signs_as="Νίκος")
    first = make_campaign(state="sending", started_by=nikos)
    make_letter(first, stamatis, state="sent", sent_at=NOW)
    second = prepare(make_campaign())

    letter = second.messages.get()
    assert (letter.reason_code, letter.reason_facts["by"]) == ("already_wished", "Νίκος")
    assert letter.reason_facts["campaign"] == first.pk
    assert letter.reason_facts["at"].startswith("2026-12-21T")


def test_a_firm_is_greeted_through_the_people_we_know_there():
    firm = make_contact(kind="company", company_name="Φάρος ΑΕ", first_name="", last_name="", gender="c")
    known = make_contact(STAMATIS, works_for=firm, gets_wishes=True, city="Βόλος", is_customer=False)
    silent = make_contact(ELENI, works_for=firm, is_customer=False)
    campaign = make_campaign(audience={"choose": "partners_and_suppliers"})
    Contact.objects.filter(pk=firm.pk).update(is_partner=True)
    for manner in ("informal", "company"):
        variant = {"version": campaign.version, "language": "el", "manner": manner, "subject": "Ευχές", "body": BODY}
        GreetingVariant.objects.create(**variant)
    prepare(campaign)

    assert reasons() == {firm.pk: ("through_people", {"contacts": [known.pk]})}
    assert letter_to(known).state == "draft"
    assert not Message.objects.filter(contact=silent).exists()


# --- Killed at any moment ---


def test_a_worker_that_dies_between_two_chunks_leaves_whole_ones(monkeypatch):
    monkeypatch.setattr(chunks, "CHUNK", 2)
    for _number in range(5):
        make_contact()
    campaign = make_campaign()
    start_preparing(campaign, by=campaign.author, now=NOW)
    prepare_next_chunk(campaign.pk, now=NOW)
    save = chunks.insert_rows

    def dies(model, *args, **kwargs):
        if model is LetterReview:
            raise KeyboardInterrupt
        save(model, *args, **kwargs)

    monkeypatch.setattr(chunks, "insert_rows", dies)
    with pytest.raises(KeyboardInterrupt):
        prepare_next_chunk(campaign.pk, now=NOW)
    assert Message.objects.count() == LetterReview.objects.count() == 2

    monkeypatch.setattr(chunks, "insert_rows", save)
    while prepare_next_chunk(campaign.pk, now=NOW):
        pass
    campaign.refresh_from_db()
    assert (campaign.state, campaign.prepared_count) == ("in_review", 5)
    assert Message.objects.count() == LetterReview.objects.count() == 5
