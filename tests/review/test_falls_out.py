"""Who falls out and why: what the page says before is what preparing then does."""

from datetime import date

import pytest
from django.utils import translation

from campaigns.models import Campaign, Message
from campaigns.preparing import chunks as preparing_chunks
from campaigns.preparing import prepare_next_chunk, start_preparing
from campaigns.review.falling_out import falling_out, left_out_of, who_falls_out, who_falls_out_by, who_gets_a_letter
from campaigns.review.falling_words import named, reason_in_full
from customers.consent import with_stop_code
from customers.models import Contact, Household, ServiceCase
from tests.builders import ELENI, GIORGOS, NOW, STAMATIS, make_campaign, make_contact, make_letter, make_user

pytestmark = pytest.mark.django_db
TODAY = date(2026, 12, 21)


def prepared(campaign: Campaign) -> dict[int, tuple[str, dict]]:
    """What preparing did: {contact: (reason, facts)}, with "" for whoever has a letter."""
    start_preparing(campaign, by=campaign.author, now=NOW)
    while prepare_next_chunk(campaign.pk, now=NOW):
        pass
    return {
        letter.contact_id: (letter.reason_code, letter.reason_facts) if letter.state == "skipped" else ("", {})
        for letter in Message.objects.filter(campaign=campaign)
    }


def shared_home(*people: Contact) -> Household:
    home = Household.objects.create(name="Παπαδοπούλου")
    Contact.objects.filter(pk__in=[person.pk for person in people]).update(household=home)
    return home


def out(campaign: Campaign, rule: dict | None = None) -> dict[str, int]:
    return falling_out(campaign, campaign.audience if rule is None else rule, today=TODAY).out


def twin(person: Contact, **fields) -> Contact:
    """Somebody else who reads the same mailbox."""
    return make_contact(email=person.email, **fields)


def a_full_house() -> Campaign:
    """A greeting and people for every reason there is."""
    stamatis, eleni = make_contact(STAMATIS), make_contact(ELENI)
    make_contact(GIORGOS)
    make_contact(kind="placeholder", raw_name="ΠΕΛΑΤΗΣ ΛΙΑΝΙΚΗΣ")
    make_contact(deceased=True)
    make_contact(mourning_until=date(2027, 3, 1))
    make_contact(stopped_reason="no_letters", stopped_at=NOW)
    make_contact(stopped_reason="by_staff", stopped_at=NOW)
    ServiceCase.objects.create(contact=make_contact(), opened_at=NOW)
    twin(stamatis)
    shared_home(eleni, make_contact(), make_contact(email=""))
    firm = make_contact(kind="company", company_name="ΚΑΦΕ ΤΟ ΛΙΜΑΝΙ")
    make_contact(works_for=firm, gets_wishes=True)
    make_contact(works_for=firm, gets_wishes=True, email="")
    other = make_campaign(state="finished", name="Οι καλοί μας πελάτες")
    make_letter(other, make_contact(), state="sent", sent_at=NOW)
    return make_campaign()


def test_the_numbers_of_the_page_are_what_preparing_does():
    campaign = a_full_house()
    told = falling_out(campaign, campaign.audience, today=TODAY)
    by_code = {
        code: set(who_falls_out_by(code, campaign, campaign.audience, told, today=TODAY).values_list("pk", flat=True))
        for code in told.out
    }
    inside = set(who_gets_a_letter(campaign, campaign.audience, told, today=TODAY).values_list("pk", flat=True))

    done = prepared(campaign)

    assert {code: {pk for pk, reason in done.items() if reason[0] == code} for code in told.out} == by_code
    assert {pk for pk, reason in done.items() if not reason[0]} == inside
    assert told.chosen == len(done)
    assert told.reached == len(inside)
    assert set(told.out) == {
        "not_greeted", "deceased", "mourning", "no_letters", "by_staff", "complaint", "already_wished",
        "through_people", "no_email", "same_household", "same_address",
    }  # fmt: skip


def test_the_numbers_hold_however_small_the_chunks_are(monkeypatch):
    campaign = a_full_house()
    told = falling_out(campaign, campaign.audience, today=TODAY)
    monkeypatch.setattr(preparing_chunks, "CHUNK", 2)

    done = prepared(campaign)

    assert {code: sum(reason[0] == code for reason in done.values()) for code in told.out} == told.out
    assert sum(not reason[0] for reason in done.values()) == told.reached


def test_a_household_gets_one_letter_its_own_contact_first():
    child, mother = make_contact(STAMATIS), make_contact(ELENI)
    family = make_contact(kind="household", last_name="Παπαδοπούλου")
    shared_home(child, mother, family)

    done = prepared(make_campaign())

    assert done[family.pk] == ("", {})
    assert done[child.pk] == done[mother.pk] == ("same_household", {"contact": family.pk})


def test_who_cannot_be_written_to_does_not_take_the_letter_of_the_household():
    mourner = make_contact(STAMATIS, mourning_until=date(2027, 3, 1))
    without_address, mother = make_contact(GIORGOS), make_contact(ELENI)
    shared_home(mourner, without_address, mother)

    done = prepared(make_campaign())

    assert done[mother.pk] == ("", {})


def test_whoever_is_left_out_as_a_double_shares_with_somebody_who_gets_the_letter():
    """Three in a row: the second shares a mailbox with the first and a home with the third."""
    first = make_contact(STAMATIS)
    second, third = twin(first), make_contact(ELENI)
    shared_home(second, third)

    done = prepared(make_campaign())

    assert done[first.pk] == done[third.pk] == ("", {})
    assert done[second.pk] == ("same_address", {"contact": first.pk})


def test_a_household_contact_with_a_late_number_wins_over_an_early_mailbox():
    early = make_contact(STAMATIS)
    family = twin(early, kind="household")

    done = prepared(make_campaign())

    assert done[early.pk] == ("same_address", {"contact": family.pk})
    assert done[family.pk] == ("", {})


def test_a_household_of_which_somebody_was_wished_already_gets_no_second_letter():
    wished, other = make_contact(STAMATIS), make_contact(ELENI)
    shared_home(wished, other)
    make_letter(make_campaign(state="finished"), wished, state="sent", sent_at=NOW)

    done = prepared(make_campaign())

    assert done[other.pk] == ("same_household", {"contact": wished.pk})


def test_who_was_wished_already_is_out_with_by_whom_and_when():
    anna = make_user("anna", first_name="Άννα")
    contact = make_contact(STAMATIS)
    reader = twin(contact)
    earlier = make_campaign(state="finished", name="Οι καλοί μας", started_by=anna)
    make_letter(earlier, contact, state="sent", sent_at=NOW)

    done = prepared(make_campaign())
    names, greetings = named(done.values())

    assert done[contact.pk][0] == done[reader.pk][0] == "already_wished"
    assert done[contact.pk][1]["campaign"] == earlier.pk
    with translation.override("en"):
        assert reason_in_full(done[contact.pk], names=names, campaigns=greetings) == (
            "already written to for this occasion by Άννα, on 21 December: Οι καλοί μας"
        )


def test_a_letter_for_another_occasion_keeps_nobody_out():
    contact = make_contact(STAMATIS)
    make_letter(make_campaign(state="finished", occasion_key="easter-2026"), contact, state="sent", sent_at=NOW)

    assert out(make_campaign()) == {}


def test_a_firm_is_reached_through_its_people():
    firm = make_contact(kind="company", company_name="ΚΑΦΕ ΤΟ ΛΙΜΑΝΙ", is_partner=True)
    maria = make_contact(works_for=firm, gets_wishes=True)

    done = prepared(make_campaign(audience={"choose": "role", "role": "partner"}))

    assert done == {firm.pk: ("through_people", {"contacts": [maria.pk]}), maria.pk: ("", {})}


def test_a_firm_whose_people_cannot_be_reached_gets_the_letter_itself():
    firm = make_contact(kind="company", company_name="ΚΑΦΕ ΤΟ ΛΙΜΑΝΙ")
    person = make_contact(works_for=firm, gets_wishes=True, email="")

    done = prepared(make_campaign())

    assert done == {firm.pk: ("", {}), person.pk: ("no_email", {})}


def test_somebody_at_a_firm_with_its_mailbox_gets_the_letter_in_their_name():
    firm = make_contact(kind="company", company_name="ΚΑΦΕ ΤΟ ΛΙΜΑΝΙ")
    person = twin(firm, works_for=firm, gets_wishes=True)

    done = prepared(make_campaign())

    assert done[person.pk] == ("", {})


def test_two_who_share_nothing_are_both_written_to(django_assert_max_num_queries):
    people = [make_contact() for _each in range(30)]
    campaign = make_campaign()
    read = list(with_stop_code(Contact.objects.order_by("pk"), today=TODAY))

    with django_assert_max_num_queries(12):
        assert left_out_of(read, campaign=campaign, today=TODAY) == {}
    assert out(campaign) == {}
    assert len(people) == 30


def test_the_reasons_come_with_the_first_names_the_gravest_first():
    campaign = make_campaign()
    make_contact(GIORGOS)
    make_contact(STAMATIS, deceased=True)

    assert who_falls_out(campaign, today=TODAY) == [
        ("deceased", 1, ["Σταμάτης Παπαδόπουλος"]),
        ("no_email", 1, ["Γιώργος Δημητρίου"]),
    ]
