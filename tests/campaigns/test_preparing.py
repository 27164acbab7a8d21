"""Preparing freezes one letter per person; whoever cannot be written to gets a row with the reason."""

from datetime import UTC, date, timedelta

import pytest

from campaigns.coverage import adds_up, coverage_of
from campaigns.letters import make_frame
from campaigns.links import return_path
from campaigns.models import Campaign, LetterFrame, Message, MessageBody
from campaigns.preparing import (
    CannotPrepare,
    chunks,
    lanes,
    lanes_of,
    prepare_next_chunk,
    start_preparing,
    unwritten_lanes,
)
from campaigns.preparing.lanes import make_lanes
from campaigns.writing.composing import Words, save_words, set_audience
from customers.models import Contact, ImportBatch
from tests.builders import (
    BODY,
    ELENI,
    GIORGOS,
    NOW,
    STAMATIS,
    make_campaign,
    make_contact,
    make_letter,
    make_user,
    make_words,
)

pytestmark = pytest.mark.django_db


def prepare(campaign: Campaign) -> Campaign:
    start_preparing(campaign, by=campaign.author, now=NOW)
    while prepare_next_chunk(campaign.pk, now=NOW):
        pass
    campaign.refresh_from_db()
    return campaign


def letter_to(contact) -> Message:
    return Message.objects.get(contact=contact)


def test_each_person_gets_one_letter_in_their_own_name():
    stamatis = make_contact(STAMATIS, register="informal")
    eleni = make_contact(ELENI)
    campaign = prepare(make_campaign(template=make_words(by=make_user(), manners=("formal", "informal"))))

    assert letter_to(stamatis).body.text.startswith("Αγαπητέ Σταμάτη,")
    assert letter_to(eleni).body.text.startswith("Αγαπητή κυρία Βλάχου,")
    assert (campaign.state, campaign.chosen_count) == ("in_review", 2)
    assert adds_up(campaign)


def test_whoever_has_no_address_is_left_out_with_the_reason():
    giorgos = make_contact(GIORGOS)
    prepare(make_campaign())

    assert (letter_to(giorgos).state, letter_to(giorgos).reason_code) == ("skipped", "no_email")


def test_till_entries_mourning_and_complaints_are_left_out_with_the_reason():
    till = make_contact(kind="placeholder", raw_name="ΠΕΛΑΤΗΣ ΛΙΑΝΙΚΗΣ")
    mourner = make_contact(ELENI, mourning_until=date(2027, 3, 1))
    unhappy = make_contact(STAMATIS, stopped_reason="complaint", stopped_at=NOW)
    prepare(make_campaign())

    reasons = {pk: Message.objects.get(contact=pk).reason_code for pk in (till.pk, mourner.pk, unhappy.pk)}
    assert reasons == {till.pk: "not_greeted", mourner.pk: "mourning", unhappy.pk: "complaint"}
    assert letter_to(mourner).reason_facts == {"until": "2027-03-01"}


def test_an_unsure_name_is_held_for_a_person_with_its_choices():
    unsure = make_contact(first_name="Γιώργος", last_name="Παππάς", name_confidence=0.8, name_reason="ambiguous_accent")
    campaign = prepare(make_campaign())

    letter = letter_to(unsure)
    assert (letter.state, letter.reason_code) == ("held", "name_unsure")
    assert letter.reason_facts["why"] == "ambiguous_accent"
    assert coverage_of(campaign).classes["held"] == 1


def test_two_people_of_one_address_get_one_letter():
    first, second = make_contact(STAMATIS), make_contact(ELENI, email=STAMATIS["email"].upper())
    prepare(make_campaign())

    assert letter_to(first).state == "draft"
    assert (letter_to(second).state, letter_to(second).reason_code) == ("skipped", "same_address")
    assert letter_to(second).reason_facts == {"contact": first.pk}


def test_who_was_wished_by_another_campaign_of_the_occasion_is_left_out():
    stamatis = make_contact(STAMATIS)
    other = make_campaign(state="sending")
    make_letter(other, stamatis, state="sent", sent_at=NOW)
    campaign = prepare(make_campaign())

    letter = Message.objects.get(campaign=campaign, contact=stamatis)
    facts = {"campaign": other.pk, "by": str(other.author), "at": NOW.astimezone(UTC).isoformat()}
    assert (letter.reason_code, letter.reason_facts) == ("already_wished", facts)


def test_missing_informal_words_fall_back_to_the_polite_ones():
    stamatis = make_contact(STAMATIS, register="informal")
    prepare(make_campaign())

    assert (letter_to(stamatis).manner, letter_to(stamatis).state) == ("formal", "draft")


def test_words_of_another_language_are_never_used_silently():
    anna = make_contact(first_name="Anna", last_name="Weber", gender="f", language="en")
    prepare(make_campaign())

    assert (letter_to(anna).state, letter_to(anna).reason_code) == ("held", "no_variant")


def test_a_fact_that_is_empty_for_one_person_holds_only_that_letter():
    words = make_words(by=make_user(), body="{{ προσφώνηση }}\n\nΤι ωραία που μένετε στην πόλη {{ πόλη }}.")
    with_town, without = make_contact(STAMATIS, city="Βόλος"), make_contact(ELENI)
    prepare(make_campaign(template=words))

    assert letter_to(with_town).state == "draft"
    assert (letter_to(without).state, letter_to(without).reason_code) == ("held", "template_error")


def test_a_subject_that_no_letter_can_carry_holds_only_that_letter():
    words = make_words(by=make_user(), subject="{{ πόλη }} {{ πόλη }} {{ πόλη }} {{ πόλη }}")
    short, long = make_contact(STAMATIS, city="Βόλος"), make_contact(ELENI, city="Λ" * 119)
    prepare(make_campaign(template=words))

    assert letter_to(short).state == "draft"
    assert (letter_to(long).state, letter_to(long).reason_facts["code"]) == ("held", "subject_too_long")


def test_two_workers_on_one_chunk_write_it_once(monkeypatch):
    make_contact(STAMATIS)
    campaign = make_campaign()
    start_preparing(campaign, by=campaign.author, now=NOW)
    render = chunks._letters

    def another_worker_is_quicker(*args, **kwargs):
        letters = render(*args, **kwargs)
        monkeypatch.setattr(chunks, "_letters", render)
        prepare_next_chunk(campaign.pk, now=NOW)
        return letters

    monkeypatch.setattr(chunks, "_letters", another_worker_is_quicker)
    while prepare_next_chunk(campaign.pk, now=NOW):
        pass

    campaign.refresh_from_db()
    assert Message.objects.count() == campaign.prepared_count == 1


def test_preparing_goes_on_where_it_was_cut(monkeypatch):
    monkeypatch.setattr(chunks, "CHUNK", 3)
    for _number in range(8):
        make_contact()
    campaign = make_campaign()
    start_preparing(campaign, by=campaign.author, now=NOW)

    assert prepare_next_chunk(campaign.pk, now=NOW)
    campaign.refresh_from_db()
    assert (campaign.state, campaign.prepared_count, Message.objects.count()) == ("preparing", 3, 3)

    while prepare_next_chunk(campaign.pk, now=NOW):
        pass
    campaign.refresh_from_db()
    assert (campaign.state, campaign.prepared_count, Message.objects.count()) == ("in_review", 8, 8)
    assert not prepare_next_chunk(campaign.pk, now=NOW)


@pytest.fixture
def two_lanes(monkeypatch, settings) -> Campaign:
    """Eight people, freshly shared out on two lanes, three to a chunk."""
    settings.PREPARING_LANES = 2
    monkeypatch.setattr(chunks, "CHUNK", 3)
    monkeypatch.setattr(lanes, "CHUNK", 3)
    for _number in range(8):
        make_contact()
    campaign = make_campaign()
    start_preparing(campaign, by=campaign.author, now=NOW)
    return campaign


def test_each_lane_writes_its_own_people_and_the_last_one_ends_the_preparing(two_lanes):
    while prepare_next_chunk(two_lanes.pk, lane=1, now=NOW):
        pass
    written = set(Message.objects.values_list("contact", flat=True))

    assert written == {pk for pk in Contact.objects.values_list("pk", flat=True) if pk % 2 == 1}
    assert (lanes_of(two_lanes.pk), Campaign.objects.get().state) == ([0], "preparing")

    while prepare_next_chunk(two_lanes.pk, lane=0, now=NOW):
        pass
    campaign = Campaign.objects.get()
    assert (campaign.state, campaign.prepared_count, Message.objects.count()) == ("in_review", 8, 8)


def test_few_people_are_one_lane_and_many_no_more_than_are_set(settings):
    settings.PREPARING_LANES = 3
    campaign = make_campaign()

    for people, expected in ((0, [0]), (999, [0]), (1_000, [0, 1]), (1_000_000, [0, 1, 2])):
        make_lanes(campaign, people=people, now=NOW)
        assert lanes_of(campaign.pk) == expected


def test_an_address_that_two_lanes_came_by_gets_one_letter(two_lanes, monkeypatch):
    first, second = Contact.objects.order_by("pk")[:2]
    render = chunks._letters

    def the_other_lane_is_quicker(*args, **kwargs):
        letters = render(*args, **kwargs)
        monkeypatch.setattr(chunks, "_letters", render)
        Contact.objects.filter(pk=second.pk).update(email=first.email, address_digest=first.address_digest)
        prepare_next_chunk(two_lanes.pk, lane=second.pk % 2, now=NOW)
        Message.objects.filter(contact=second).update(state="draft", reason_code="", reason_facts={})
        return letters

    monkeypatch.setattr(chunks, "_letters", the_other_lane_is_quicker)
    prepare_next_chunk(two_lanes.pk, lane=first.pk % 2, now=NOW)

    assert (letter_to(first).state, letter_to(first).reason_code) == ("skipped", "same_address")
    assert letter_to(second).state == "draft"


def test_a_lane_is_rung_for_only_when_nobody_seems_to_be_at_it(two_lanes, settings):
    later = NOW + timedelta(seconds=settings.SWEEP_SECONDS + 1)

    assert unwritten_lanes(now=NOW) == []
    assert unwritten_lanes(now=later) == [(two_lanes.pk, 0), (two_lanes.pk, 1)]

    prepare_next_chunk(two_lanes.pk, lane=1, now=later)
    assert unwritten_lanes(now=later) == [(two_lanes.pk, 0)]


def test_letters_that_are_written_and_not_compared_are_rung_for_when_nobody_seems_to_be_at_it(two_lanes, settings):
    for lane in (0, 1):
        while lane in lanes_of(two_lanes.pk):
            prepare_next_chunk(two_lanes.pk, lane=lane, now=NOW)

    later = NOW + timedelta(seconds=settings.SWEEP_SECONDS + 1)

    assert unwritten_lanes(now=NOW) == []
    assert unwritten_lanes(now=later) == [(two_lanes.pk, 0)]

    assert prepare_next_chunk(two_lanes.pk, lane=0, now=later)
    assert unwritten_lanes(now=later) == []


def test_without_a_lane_every_lane_is_written_to_the_end(two_lanes):
    while prepare_next_chunk(two_lanes.pk, now=NOW):
        pass

    assert (Campaign.objects.get().state, Message.objects.count()) == ("in_review", 8)


def test_of_two_turns_on_one_lane_the_slower_gives_way(two_lanes, monkeypatch):
    render = chunks._letters

    def another_worker_is_quicker(*args, **kwargs):
        letters = render(*args, **kwargs)
        monkeypatch.setattr(chunks, "_letters", render)
        assert prepare_next_chunk(two_lanes.pk, lane=0, now=NOW)
        return letters

    monkeypatch.setattr(chunks, "_letters", another_worker_is_quicker)

    assert not prepare_next_chunk(two_lanes.pk, lane=0, now=NOW)
    assert (Message.objects.count(), lanes_of(two_lanes.pk)) == (3, [0, 1])


# --- Begun anew while somebody still writes what was begun before ---


def test_whoever_still_writes_the_former_people_ends_no_lane_of_the_new_ones(monkeypatch, settings):
    settings.PREPARING_LANES = 2
    monkeypatch.setattr(lanes, "CHUNK", 3)
    for _number in range(8):
        make_contact()
    odd = Contact.objects.filter(pk__in=[pk for pk in Contact.objects.values_list("pk", flat=True) if pk % 2]).first()
    Contact.objects.filter(pk=odd.pk).update(city="Βόλος")
    campaign = make_campaign(audience={"choose": "city", "city": "Βόλος"})
    start_preparing(campaign, by=campaign.author, now=NOW)
    find = chunks.lane_in_hand

    def begun_anew_meanwhile(*args):
        monkeypatch.setattr(chunks, "lane_in_hand", find)
        set_audience(campaign.pk, {"choose": "everybody"}, by=campaign.author, now=NOW)
        start_preparing(campaign, by=campaign.author, now=NOW)
        return find(*args)

    monkeypatch.setattr(chunks, "lane_in_hand", begun_anew_meanwhile)
    prepare_next_chunk(campaign.pk, lane=0, now=NOW)

    assert lanes_of(campaign.pk) == [0, 1]


def test_whoever_still_writes_the_former_words_leaves_no_frame_of_their_design(monkeypatch):
    make_contact(STAMATIS)
    campaign = make_campaign()
    start_preparing(campaign, by=campaign.author, now=NOW)
    put_back = chunks.put_back_decisions

    def begun_anew_meanwhile(*args):
        monkeypatch.setattr(chunks, "put_back_decisions", put_back)
        words = Words(language="el", manner="formal", subject="Ευχές", body=BODY, from_version=1, design="plain")
        save_words(campaign.pk, words, by=campaign.author, now=NOW)
        start_preparing(campaign, by=campaign.author, now=NOW)
        put_back(*args)

    monkeypatch.setattr(chunks, "put_back_decisions", begun_anew_meanwhile)
    while prepare_next_chunk(campaign.pk, now=NOW):
        pass

    frame = LetterFrame.objects.get(campaign=campaign)
    assert letter_to(Contact.objects.get()).body.subject == "Ευχές"
    assert frame.html_head == make_frame(language="el", manner="formal", design="plain").html_head


def test_preparing_again_drops_the_old_letters_and_voids_the_approval():
    make_contact(STAMATIS)
    campaign = prepare(make_campaign())
    Campaign.objects.filter(pk=campaign.pk).update(
        state="approved", approved_by=make_user(role="manager"), approved_at=NOW, approved_revision=campaign.revision
    )
    campaign.refresh_from_db()

    prepare(campaign)

    assert (campaign.state, campaign.approved_by) == ("in_review", None)
    assert Message.objects.count() == MessageBody.objects.count() == 1


@pytest.mark.parametrize("state", ["sending", "paused", "finished", "cancelled"])
def test_a_campaign_under_way_is_not_prepared_again(state):
    make_contact(STAMATIS)
    campaign = make_campaign(state=state)

    with pytest.raises(CannotPrepare) as refusal:
        start_preparing(campaign, by=campaign.author, now=NOW)

    assert refusal.value.code == "state"


def test_faulty_words_are_refused_with_the_place_and_nothing_is_written():
    make_contact(STAMATIS)
    words = make_words(by=make_user(), body="{{ προσφώνηση }}\n\n{{ υπογρφή }}")
    campaign = make_campaign(template=words)

    with pytest.raises(CannotPrepare) as refusal:
        start_preparing(campaign, by=campaign.author, now=NOW)

    assert refusal.value.code == "template"
    assert [(problem.line, problem.facts["name"]) for problem in refusal.value.problems] == [(3, "υπογρφή")]
    assert not Message.objects.exists()


def test_letters_are_not_prepared_while_a_list_is_coming_in():
    make_contact(STAMATIS)
    campaign = make_campaign()
    ImportBatch.objects.create(kind="contacts", state="applying", file_name="customers.csv", file_digest="0")

    with pytest.raises(CannotPrepare) as refusal:
        start_preparing(campaign, by=campaign.author, now=NOW)

    assert refusal.value.code == "import"


def test_nobody_chosen_is_said_before_anything_begins():
    campaign = make_campaign()

    with pytest.raises(CannotPrepare) as refusal:
        start_preparing(campaign, by=campaign.author, now=NOW)

    assert refusal.value.code == "nobody"


def test_an_answer_goes_to_the_colleague_the_customer_knows():
    anna = make_user(signs_as="Άννα", email="anna@shop.example")
    make_contact(STAMATIS, owner=anna)
    make_contact(ELENI)
    campaign = prepare(make_campaign())

    assert dict(campaign.messages.values_list("to_address", "reply_to")) == {
        STAMATIS["email"]: "anna@shop.example",
        ELENI["email"]: "",
    }


@pytest.mark.parametrize(
    ("colleague", "answers_to"),
    [
        ({"reply_address": "anna.reads@shop.example"}, "anna.reads@shop.example"),
        ({"away_until": date(2026, 12, 28)}, "nikos@shop.example"),
        ({"away_until": NOW.date()}, "nikos@shop.example"),
        ({"away_until": date(2026, 12, 20)}, "anna@shop.example"),
        ({"is_active": False}, ""),
        ({"email": ""}, ""),
        ({"email": "anna@no domain"}, ""),
    ],
    ids=["a reply address of her own", "away", "away today still", "back again", "left", "no address", "no real one"],
)
def test_whoever_is_away_or_gone_is_answered_for(colleague, answers_to):
    nikos = make_user(signs_as="Νίκος", email="nikos@shop.example")
    anna = make_user(**{"signs_as": "Άννα", "email": "anna@shop.example", "stand_in": nikos} | colleague)
    make_contact(STAMATIS, owner=anna)
    campaign = prepare(make_campaign())

    assert campaign.messages.get().reply_to == answers_to


def test_each_letter_has_a_return_path_of_its_own_where_a_domain_is_set(settings):
    settings.RETURN_PATH_DOMAIN = "returns.shop.example"
    make_contact(STAMATIS), make_contact(ELENI)
    campaign = prepare(make_campaign())

    letters = list(campaign.messages.all())
    assert {letter.return_path for letter in letters} == {return_path(letter.token) for letter in letters}
    for letter in letters:
        local, _at, domain = letter.return_path.partition("@")
        assert (domain, letter.token in local, len(local) <= 64) == ("returns.shop.example", True, True)


def test_without_a_domain_for_returns_the_house_is_the_sender():
    make_contact(STAMATIS)

    assert prepare(make_campaign()).messages.get().return_path == ""


def test_a_letter_in_which_a_machine_left_a_gap_is_held():
    author = make_user()
    body = "{{ προσφώνηση }}\n\nτι κάνετε; [[ Πώς είναι ο καιρός εκεί ({{ πόλη }}); ]]"
    good, bad = make_contact(city="Βόλος"), make_contact(city="nan")

    prepare(make_campaign(author=author, template=make_words(by=author, body=body)))

    assert letter_to(good).state == "draft"
    assert (letter_to(bad).state, letter_to(bad).reason_code) == ("held", "unfilled")
    assert letter_to(bad).reason_facts == {"fact": "city"}


# --- A wish that sells ---

SELLS = "{{ προσφώνηση }}\n\nκαλά Χριστούγεννα. Έκπτωση 20% ως το Σάββατο."


def selling_campaign(*, body: str = SELLS, reason: str = "", **fields) -> Campaign:
    author = make_user()
    template = make_words(by=author, body=body, manners=("formal", "informal"))
    template.versions.update(selling_reason=reason)
    make_contact()
    return make_campaign(author=author, template=template, **fields)


def test_a_wish_that_sells_without_a_reason_is_not_prepared():
    campaign = selling_campaign(reason=" ")

    with pytest.raises(CannotPrepare) as refused:
        start_preparing(campaign, by=campaign.author, now=NOW)

    assert (refused.value.code, refused.value.problems[0]) == ("selling", ("el", "Έκπτωση"))
    assert Campaign.objects.get().state == "draft"


@pytest.mark.parametrize(
    "facts",
    [
        {"reason": "Το ζήτησαν οι ίδιοι."},
        {"occasion": "other"},
        {"touch": "selling"},
        {"body": "{{ προσφώνηση }}\n\nτο 20% των εσόδων πάει στα παιδιά."},
    ],
)
def test_with_a_reason_or_where_nothing_is_wished_or_sold_letters_are_prepared(facts):
    campaign = selling_campaign(**facts)

    start_preparing(campaign, by=campaign.author, now=NOW)

    assert campaign.state == "preparing"
